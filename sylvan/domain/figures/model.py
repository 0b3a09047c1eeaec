"""What figures are made from, and how each is defined: rows of fires and signals, definitions.

A definition names stamps, what is left out and a norm with its source; it is read from data and
shown beside every number. What a row lacks is told as missing, never put in from elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sylvan.domain.timeline import Moment

UNKNOWN: Final = ""
"""Group of what has no municipality, zone or source."""


class Kind(StrEnum):
    """How a figure is made."""

    INTERVAL = "interval"  # from one stamp of a fire to another
    FIRST_DAY = "first_day"  # out on the reporting day on which it was found
    IN_TIME = "in_time"  # signals that were registered or rejected within the norm
    FALSE_ALARMS = "false_alarms"  # settled signals that were none
    LEAD = "lead"  # how long before the first person the satellite's data were here
    AREA = "area"  # final area of fires that are out


SHARES: Final = frozenset({Kind.FIRST_DAY, Kind.IN_TIME, Kind.FALSE_ALARMS})
"""Figures that are a share; the others are spans of time or areas, with a median."""


class By(StrEnum):
    """What figures are told apart by."""

    MUNICIPALITY = "municipality"
    ZONE = "zone"
    SOURCE = "source"


class State(StrEnum):
    """What becomes of a row in a figure; each row has one of them."""

    COUNTED = "counted"
    MISSING = "missing"  # a stamp that should be there is not
    CONTRADICTORY = "contradictory"  # the later stamp lies before the earlier one
    WAITING = "waiting"  # it has not come to that yet
    LEFT_OUT = "left_out"  # by the definition; ``why`` says by what


class Take(StrEnum):
    """Which of several stamps of one kind counts."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Norm:
    """How fast it should be, and who says so."""

    seconds: float
    source: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure, as ``alerts/figures.yaml`` defines it."""

    code: str
    kind: Kind
    names: Mapping[str, str]
    text: Mapping[str, str]
    """What counts and what is left out, in words, for whoever reads the number."""
    better: str = "lower"
    """``lower`` or ``higher``: which end of a ranking is the good one."""
    begins: Moment | None = None
    ends: Moment | None = None
    take: Take = Take.FIRST
    """Which ``ends`` counts, where a fire has several; of ``begins`` it is the first."""
    left_out: tuple[str, ...] = ()
    """Statuses of fires that are not asked."""
    reasons: tuple[str, ...] = ()
    """Reasons of rejection that make a false alarm."""
    aside: tuple[str, ...] = ()
    """Reasons of rejection by which a signal is not asked at all."""
    norm: Norm | None = None

    @property
    def is_share(self) -> bool:
        """Whether it is a share of things, not a span."""
        return self.kind in SHARES

    @property
    def unit(self) -> str:
        """``share``, ``s`` or ``ha``."""
        if self.is_share:
            return "share"
        return "ha" if self.kind is Kind.AREA else "s"


@dataclass(frozen=True, slots=True)
class Definitions:
    """All figures of a file."""

    version: str
    figures: tuple[Definition, ...]
    ranked_from: int
    """Least number of things counted in a municipality for it to be ranked."""

    def named(self, code: str) -> Definition | None:
        """A figure by its code."""
        return next((one for one in self.figures if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Thing:
    """A fire, or a report that has led to none, as figures see it. Times are UTC."""

    id: UUID
    is_fire: bool
    status: str
    received_at: datetime
    number: str | None = None
    municipality: str = UNKNOWN
    zone: str = UNKNOWN
    source: str = UNKNOWN
    """Kind of whoever told of it first."""
    registered_at: datetime | None = None
    settled_at: datetime | None = None
    """When it was registered or rejected."""
    reject_reason: str | None = None
    stamps: Mapping[Moment, tuple[datetime, ...]] = field(default_factory=dict)
    """By kind, in the order in which they were told."""
    final_area_ha: float | None = None
    satellite_at: datetime | None = None
    """When the first satellite's data of it were here."""
    person_at: datetime | None = None
    """When the first report by people or their devices was here."""

    def at(self, moment: Moment, take: Take = Take.FIRST) -> datetime | None:
        """When it happened, by the first or the last such stamp."""
        told = self.stamps.get(moment, ())
        return (told[0] if take is Take.FIRST else told[-1]) if told else None

    def group(self, by: By) -> str:
        """In which group it stands."""
        return str(getattr(self, by.value))


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing in one figure."""

    thing: Thing
    at: datetime
    """The moment by which it falls into a period."""
    state: State
    value: float | None = None
    """Seconds or hectares; none for a share."""
    good: bool | None = None
    """Whether the norm was kept, or the share's condition holds; none without a norm."""
    why: str = ""
    """What it was left out by, or what is missing."""
