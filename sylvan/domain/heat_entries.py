"""Entries of the register of heat sources: what is known of one, who said what, what it counts.

A person's newest word decides; everything that was ever said stays in the evidence. A source that
was not seen for its period has expired, by the world's clock, until it is seen again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid5

from sylvan.domain.address import Item
from sylvan.domain.codes import Coded
from sylvan.domain.heat import ALL_HOURS, ALL_MONTHS, HeatKind, HeatSource, from_item
from sylvan.domain.instants import iso


class Origin(StrEnum):
    """How an entry came into the register."""

    LEARNED = "learned"
    IMPORT = "import"
    PERSON = "person"
    PARTNER = "partner"
    LAYER = "layer"


class HeatState(StrEnum):
    """What an entry counts for."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    EXPIRED = "expired"


class Word(StrEnum):
    """What somebody says of a source."""

    CONFIRM = "confirm"
    DENY = "deny"


CONFIRMED_CONFIDENCE: Final = 0.95
"""At least, of a source that somebody who knows the place confirmed."""
TRUSTED: Final = frozenset({Origin.IMPORT, Origin.LAYER})
"""Published lists that an operator loaded count as they are; what a machine or a partner proposes
waits for a word."""
_LAYERS: Final = UUID("6d5ec1c2-5a0e-5d0a-9f3c-7c1f0a2b9e44")
"""Name space of sources that stand in layers: the same item has the same id for ever."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One word of one person or partner."""

    id: int
    word: Word
    at: datetime
    actor: str
    level: str
    note: str = ""
    undone_at: datetime | None = None
    undone_by: str | None = None

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return self.undone_at is None


@dataclass(frozen=True, slots=True)
class Entry:
    """One source of the register, without what was said of it."""

    id: UUID
    version: int
    origin: Origin
    kind: HeatKind
    point: tuple[float, float]
    radius_km: float
    confidence: float
    """0…1, of the origin alone."""
    ref: str = ""
    """Key within a catalogue or layer; an import that repeats it changes this entry."""
    names: dict[str, str] = field(default_factory=dict)
    months: frozenset[int] = ALL_MONTHS
    hours: frozenset[int] = ALL_HOURS
    source: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)
    territories: tuple[str, ...] = ()
    valid_until: datetime | None = None
    last_seen: datetime | None = None
    period_days: int | None = None
    """Silence after which it counts as gone; none never."""
    created_at: datetime | None = None
    word: Word | None = None
    """The newest that stands."""
    word_at: datetime | None = None

    def state(self, now: datetime) -> HeatState:
        """What it counts for at a moment of the world's clock."""
        if self.word is Word.DENY:
            return HeatState.DENIED
        if self._gone(now):
            return HeatState.EXPIRED
        if self.word is Word.CONFIRM or self.origin in TRUSTED:
            return HeatState.CONFIRMED
        return HeatState.PROPOSED

    def _gone(self, now: datetime) -> bool:
        if self.valid_until is not None and now > self.valid_until:
            return True
        known = [one for one in (self.last_seen, self.word_at) if one is not None]
        if self.period_days is None or not known:
            return False
        return now - max(known) > timedelta(days=self.period_days)

    def weight(self, now: datetime) -> float:
        """How sure it is, 0…1: what lowers a likelihood; 0 where it counts for nothing."""
        state = self.state(now)
        if state in (HeatState.DENIED, HeatState.EXPIRED):
            return 0.0
        said = self.word is Word.CONFIRM
        return max(self.confidence, CONFIRMED_CONFIDENCE) if said else self.confidence

    def as_source(self, now: datetime) -> HeatSource | None:
        """For the register that screening asks; ``None`` where it counts for nothing."""
        weight = self.weight(now)
        if weight <= 0.0:
            return None
        return HeatSource(
            id=str(self.id),
            kind=self.kind,
            lon=self.point[0],
            lat=self.point[1],
            radius_km=self.radius_km,
            months=self.months,
            hours=self.hours,
            confidence=weight,
            source=self.source,
            names=tuple(sorted(self.names.items())) or self._place_as_name(),
        )

    def _place_as_name(self) -> tuple[tuple[str, str], ...]:
        """What people can look for where nobody has named it; the same in every language."""
        place = f"{self.point[1]:.3f}, {self.point[0]:.3f}"
        return ("en", place), ("ru", place)

    def with_verdicts(self, verdicts: Sequence[Verdict]) -> "Entry":
        """The entry under what was said of it."""
        newest = standing(verdicts)
        return replace(
            self, word=newest.word if newest else None, word_at=newest.at if newest else None
        )


def standing(verdicts: Sequence[Verdict]) -> Verdict | None:
    """The newest word that was not taken back."""
    left = [one for one in verdicts if one.stands]
    return max(left, key=lambda one: (one.at, one.id), default=None)


def to_undo(verdicts: Sequence[Verdict]) -> Verdict | Coded:
    """The word that would be taken back next, or why there is none."""
    newest = standing(verdicts)
    if newest is not None:
        return newest
    undone = [one for one in verdicts if one.undone_at is not None]
    if not undone:
        return Coded("heat.nothing_said")
    last = max(undone, key=lambda one: (one.undone_at, one.id))
    at = iso(last.undone_at)
    return Coded("heat.taken_back", {"by": last.undone_by, "at": at})


def layer_ref(layer: str, code: str) -> str:
    """The key of an item of a layer."""
    return f"layer:{layer}/{code}"


def of_layer(item: Item, layer: str) -> Entry:
    """The entry of a layer's item; one that can't be understood raises ``Invalid``."""
    source = from_item(item)
    ref = layer_ref(layer, item.code)
    return Entry(
        id=uuid5(_LAYERS, ref),
        version=1,
        origin=Origin.LAYER,
        kind=source.kind,
        point=(source.lon, source.lat),
        radius_km=source.radius_km,
        confidence=source.confidence,
        ref=ref,
        names=dict(source.names),
        months=source.months,
        hours=source.hours,
        source=source.source or layer,
    )
