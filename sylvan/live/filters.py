"""What a client wants to hear of: an area, kinds, certain fires, how pressing and how far along.

Each side decides only about events that carry what it asks for: an event without a place concerns
every area, one that names no fire concerns whoever watches one. So a filter never hides that a feed
died or that the world's clock was set. Which events pass is said by the event alone, never by what
came before it, so that a stream resumed anywhere is the same stream.
"""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sylvan.domain.lifecycle import Status

KINDS: Final = (
    "fire.changed",
    "fire.merged",
    "fire.exposure",
    "fire.reach",
    "fire.forecast",
    "report.changed",
    "proposal.changed",
    "batch.taken",
    "feed.changed",
    "world.changed",
    "layer.changed",
    "danger.changed",
    "station.changed",
    "unit.changed",
    "unit.position",
    "order.changed",
    "suggestion.made",
    "notice.changed",
    "unit.check_in",
    "control.changed",
    "regime.changed",
    "suggestion.decided",
    "constraint.changed",
    "care.changed",
    "journal.written",
    "hand_over.changed",
    "asset.changed",
    "neighbour.changed",
    "handover.changed",
    "alert.changed",
)
"""Kinds that a client may ask for by name. Others still reach those who ask for everything."""
STATUSES: Final = tuple(status.value for status in Status)
MOST_FIRES: Final = 100
"""Fires that one filter may name; who wants more wants an area."""
MOST_PRIORITY: Final = 1000

_BITS: Final = {kind: 1 << i for i, kind in enumerate(KINDS)}
OTHER_BIT: Final = 1 << 62
"""Bit of the kinds without a name here."""
ALL_BITS: Final = OTHER_BIT | (OTHER_BIT - 1)
_STATUS_BITS: Final = {status: 1 << i for i, status in enumerate(STATUSES)}
_EVERYWHERE: Final = (-180.0, -90.0, 180.0, 90.0)
_ID: Final = re.compile(r"[0-9a-zA-Z:_-]{1,64}", re.ASCII)

BBox = tuple[float, float, float, float]
"""West, south, east, north in degrees; west > east crosses the 180° meridian."""


class FilterError(ValueError):
    """A filter that cannot be read; the text names the field."""


def kind_bit(kind: str) -> int:
    """The bit that stands for a kind of event."""
    return _BITS.get(kind, OTHER_BIT)


def status_bit(status: object) -> int:
    """The bit that stands for a fire's status; none for what is not one."""
    return _STATUS_BITS.get(status, 0) if isinstance(status, str) else 0


@dataclass(frozen=True, slots=True)
class Filter:
    """What one client wants to hear of; ``None`` leaves a side open. Borders belong to the area."""

    bbox: BBox | None = None
    kinds: frozenset[str] | None = None
    fires: frozenset[str] | None = None
    least_priority: float | None = None
    """Points of `score` in what a fire threatens; only events that carry it are measured by it."""
    statuses: frozenset[str] | None = None
    """Of fires; only events that carry a fire are measured by it."""

    @classmethod
    def parse(cls, value: Any) -> "Filter":
        """Read the JSON form. Unknown fields are refused: a client must not think it is heard."""
        if value is None:
            return cls()
        if not isinstance(value, Mapping):
            raise FilterError("filter: expected an object or null")
        unknown = set(value) - set(cls.__dataclass_fields__)
        if unknown:
            raise FilterError(f"filter: unknown field {min(unknown)[:40]}")
        return cls(
            _bbox(value.get("bbox")),
            _words("kinds", "kind", value.get("kinds"), KINDS),
            _fires(value.get("fires")),
            _priority(value.get("least_priority")),
            _words("statuses", "status", value.get("statuses"), STATUSES),
        )

    @property
    def bits(self) -> int:
        """The kinds as a bit mask."""
        return ALL_BITS if self.kinds is None else sum(kind_bit(kind) for kind in self.kinds)

    @property
    def status_bits(self) -> int:
        """The statuses as a bit mask."""
        if self.statuses is None:
            return ALL_BITS
        return sum(_STATUS_BITS[status] for status in self.statuses)

    @property
    def least(self) -> float:
        """The lowest priority that passes."""
        return -math.inf if self.least_priority is None else self.least_priority

    @property
    def box(self) -> BBox:
        """The area in the form that the table compares: longitude 180 is written −180."""
        if self.bbox is None:
            return _EVERYWHERE
        west, south, east, north = self.bbox
        if (west, east) == (-180.0, 180.0):
            return west, south, east, north
        return wrapped(west), south, wrapped(east), north

    def names(self, fires: Collection[str]) -> bool:
        """Whether an event that names these fires is about one that is wanted."""
        return self.fires is None or not fires or not self.fires.isdisjoint(fires)


def wrapped(lon: float) -> float:
    """One meridian, one number."""
    return -180.0 if lon == 180.0 else lon  # noqa: PLR2004 - degrees


def _bbox(value: Any) -> BBox | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 4:  # noqa: PLR2004 - a box has four sides
        raise FilterError("filter.bbox: expected [west, south, east, north] or null")
    if any(type(side) not in (int, float) or not math.isfinite(side) for side in value):
        raise FilterError("filter.bbox: expected four numbers")
    west, south, east, north = (float(side) for side in value)
    if not (-180 <= west <= 180 and -180 <= east <= 180):  # noqa: PLR2004 - degrees
        raise FilterError("filter.bbox: longitudes lie between -180 and 180")
    if not -90 <= south <= north <= 90:  # noqa: PLR2004 - degrees
        raise FilterError("filter.bbox: latitudes lie between -90 and 90, south first")
    return west, south, east, north


def _words(side: str, word: str, value: Any, known: Collection[str]) -> frozenset[str] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise FilterError(f"filter.{side}: expected a list or null")
    unknown = set(value) - set(known)
    if unknown:
        raise FilterError(f"filter.{side}: unknown {word} {min(unknown)[:40]}")
    return frozenset(value)


def _fires(value: Any) -> frozenset[str] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MOST_FIRES:
        raise FilterError(f"filter.fires: expected a list of up to {MOST_FIRES} ids or null")
    if not all(isinstance(one, str) and _ID.fullmatch(one) for one in value):
        raise FilterError("filter.fires: expected ids of fires")
    return frozenset(value)


def _priority(value: Any) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value <= MOST_PRIORITY:
        raise FilterError(f"filter.least_priority: expected a number from 0 to {MOST_PRIORITY}")
    return float(value)
