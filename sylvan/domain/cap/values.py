"""A CAP 1.2 alert as values, named and ordered as in the standard (OASIS CAP 1.2, ITU-T X.1303bis).

Times are aware and to the second. Places are (latitude, longitude) in degrees, as CAP has them and
as nothing else in this house does; :class:`Spot` keeps the two from being exchanged.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """Whether it is meant."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MsgType(StrEnum):
    """What a message does."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    """Whom it may reach."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Category(StrEnum):
    """Kinds of events."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class Response(StrEnum):
    """What people should do."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Urgency(StrEnum):
    """How soon; the most urgent first."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """How bad; the worst first."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """How sure; the surest first."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class Spot(NamedTuple):
    """Degrees north, degrees east, WGS 84: CAP's order."""

    lat: float
    lon: float


Ring = tuple[Spot, ...]
"""A polygon's outline; the last spot is the first again."""


class Circle(NamedTuple):
    """A centre and a radius in kilometres."""

    centre: Spot
    radius_km: float


class Pair(NamedTuple):
    """A value with the name of the list that it is from: event codes, parameters, geocodes."""

    name: str
    value: str


class Reference(NamedTuple):
    """An earlier message; ``sent`` as it was written there."""

    sender: str
    identifier: str
    sent: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that belongs to an alert."""

    description: str
    mime_type: str
    size: int | None = None
    """Bytes."""
    uri: str | None = None
    content: str | None = None
    """Base 64."""
    digest: str | None = None
    """SHA-1 in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where it is."""

    description: str
    polygons: tuple[Ring, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Pair, ...] = ()
    altitude_ft: float | None = None
    ceiling_ft: float | None = None


@dataclass(frozen=True, slots=True)
class Info:
    """What is said, in one language."""

    categories: tuple[Category, ...]
    event: str
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    language: str | None = None
    responses: tuple[Response, ...] = ()
    audience: str | None = None
    event_codes: tuple[Pair, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str | None = None
    headline: str | None = None
    description: str | None = None
    instruction: str | None = None
    web: str | None = None
    contact: str | None = None
    parameters: tuple[Pair, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """One message."""

    identifier: str
    sender: str
    sent: datetime
    status: Status
    msg_type: MsgType
    scope: Scope
    source: str | None = None
    restriction: str | None = None
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str | None = None
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()

    @property
    def expires(self) -> datetime | None:
        """When the last of what it says is over; ``None`` where it does not tell."""
        ends = [one.expires for one in self.infos if one.expires is not None]
        return max(ends) if len(ends) == len(self.infos) and ends else None

    @property
    def as_reference(self) -> Reference:
        """How later messages name it."""
        return Reference(self.sender, self.identifier, stamp(self.sent))


def stamp(moment: datetime) -> str:
    """A moment as CAP writes it: with a numeric offset, UTC as ``-00:00``, never ``Z``."""
    text = moment.replace(microsecond=0).isoformat()
    return text.removesuffix("+00:00") + "-00:00" if text.endswith("+00:00") else text
