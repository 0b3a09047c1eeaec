"""Facts: what an event of the log says, flat enough for rules to ask about it.

An event about a fire is one fact; its exposure is one fact for each thing near it. What a fact may
hold is a fixed vocabulary, so that a rule with a slip of the pen is refused and never just silent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal
from uuid import UUID

Value = str | int | float | bool | tuple[str, ...] | None
"""What a fact may say; several words at once only where the vocabulary says ``words``."""
Kind = Literal["word", "words", "number", "flag"]


class About(StrEnum):
    """What a fact is about."""

    FIRE = "fire"
    OBJECT = "object"
    """A thing near a fire: a settlement, a line, an asset."""
    REPORT = "report"
    ORDER = "order"
    NOTICE = "notice"
    FEED = "feed"
    DANGER = "danger"
    REGIME = "regime"
    CLOCK = "clock"
    """A norm that has run out and what it was about has not happened."""


_FIRE: Final[Mapping[str, Kind]] = {
    "status": "word",
    "previous_status": "word",
    "activity": "word",
    "number": "word",
    "zone": "word",
    "municipality": "word",
    "settlement": "word",
    "sources": "words",
    "area_ha": "number",
    "growth_ha_h": "number",
    "frp_mw": "number",
    "likelihood": "number",
    "detections": "number",
    "passes": "number",
    "distance_km": "number",
    "danger_class": "number",
    "age_h": "number",
    "shown": "flag",
    "sample": "flag",
    "received_at": "word",
    "lon": "number",
    "lat": "number",
}
_OBJECT: Final[Mapping[str, Kind]] = {
    **_FIRE,
    "kind": "word",
    "layer": "word",
    "code": "word",
    "owner": "word",
    "people": "number",
    "downwind": "flag",
    "hours": "number",
    "hours_early": "number",
    "probability": "number",
    "priority": "number",
}
_NOTICE: Final[Mapping[str, Kind]] = {
    "theme": "word",
    "kind": "word",
    "key": "word",
    "state": "word",
    "grade": "number",
    "units": "words",
    "reason": "word",
}
_PLAIN: Final[Mapping[About, Mapping[str, Kind]]] = {
    About.FIRE: _FIRE,
    About.OBJECT: _OBJECT,
    About.REPORT: {
        "status": "word",
        "seen": "word",
        "source": "word",
        "lon": "number",
        "lat": "number",
    },
    About.ORDER: {"status": "word", "rung": "word", "unit": "word", "task": "word"},
    About.NOTICE: _NOTICE,
    About.FEED: {"feed": "word", "kind": "word", "state": "word", "silent_h": "number"},
    About.DANGER: {"municipality": "word", "class": "number", "day": "word"},
    About.REGIME: {"municipality": "word", "kind": "word", "act": "word", "lifted": "flag"},
}
_CLOCK: Final[Mapping[str, Kind]] = {
    **{name: kind for fields in _PLAIN.values() for name, kind in fields.items()},
    "clock": "word",
    "late_min": "number",
    "step": "number",
    "since": "word",
}
"""A clock knows whatever is known of what it is about."""
VOCABULARY: Final[Mapping[About, Mapping[str, Kind]]] = {**_PLAIN, About.CLOCK: _CLOCK}
"""By what a fact is about: its fields, and what each of them is."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One numbered event of the log, as alerts hear it."""

    seq: int
    kind: str
    subject: str
    at: datetime
    body: Mapping[str, Any]
    territories: tuple[str, ...] = ()
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that an event says. ``values`` holds fields of the vocabulary alone."""

    about: About
    kind: str
    """Of the event: whose role does not hear of it is not told either."""
    thread: str
    object: str
    """What within the thread: a thing of a layer, a notice, a clock; empty: the thread itself."""
    at: datetime
    seq: int
    values: Mapping[str, Value]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Names by language, by the field of the letter that they fill."""
    territories: tuple[str, ...] = ()
    point: tuple[float, float] | None = None
    bbox: tuple[float, float, float, float] | None = None
    fire_id: UUID | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form; :meth:`from_dict` reads it back."""
        return {
            "about": self.about.value,
            "kind": self.kind,
            "thread": self.thread,
            "object": self.object,
            "at": self.at.isoformat(),
            "seq": self.seq,
            "values": dict(self.values),
            "names": {name: dict(names) for name, names in self.names.items()},
            "territories": list(self.territories),
            "point": self.point,
            "bbox": self.bbox,
            "fire_id": str(self.fire_id) if self.fire_id else None,
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Fact":
        """Read what :meth:`as_dict` wrote."""
        values = {
            name: tuple(one) if isinstance(one, list) else one
            for name, one in told["values"].items()
        }
        return cls(
            about=About(told["about"]),
            kind=told["kind"],
            thread=told["thread"],
            object=told["object"],
            at=datetime.fromisoformat(told["at"]),
            seq=told["seq"],
            values=values,
            names=told["names"],
            territories=tuple(told["territories"]),
            point=tuple(told["point"]) if told["point"] else None,
            bbox=tuple(told["bbox"]) if told["bbox"] else None,
            fire_id=UUID(told["fire_id"]) if told["fire_id"] else None,
        )


def moment(told: Any) -> datetime | None:
    """A moment out of a body."""
    return datetime.fromisoformat(told) if isinstance(told, str) and told else None


def hours_between(earlier: datetime | None, later: datetime | None) -> float | None:
    """Hours, to a tenth; none where either is unknown."""
    if earlier is None or later is None:
        return None
    return round((later - earlier).total_seconds() / 3600, 1)
