"""What really burnt on a generated day, and what people made of it.

A true fire can only be found once somebody told of it: a pixel of it was delivered, or a report.
Signals are matched with true fires by the pixels that they hold, which the generator has marked;
a signal of reports alone by the nearest true fire. A historic day has no known truth.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from sylvan.domain.instants import iso

HOUR: Final = timedelta(hours=1)
REPORT_KM: Final = 15.0
"""How far a place told by people may lie from the fire that is meant: the generator's people err by
a factor of 0.35 over up to 45 km of sight; what lies farther is taken for no fire."""
KM_PER_DEGREE: Final = 111.2
MICRO: Final = 1e5
"""Coordinates are compared to 1e-5°, as files carry them."""

PIXEL: Final = np.dtype(
    [
        ("satellite", "i2"),
        ("minute", "i8"),  # acquisition, minutes since 1970 UTC
        ("lon", "i4"),  # 1e-5 degrees
        ("lat", "i4"),
        ("fire", "i4"),  # true fire that it shows; 0: something else that glows
    ]
)
"""One row per published pixel: what it really was."""
Pixels = npt.NDArray[np.void]


def packed(pixels: Pixels) -> bytes:
    """Pixels as they are stored."""
    return zlib.compress(np.ascontiguousarray(pixels, PIXEL).tobytes())


def unpacked(body: bytes) -> Pixels:
    """What :func:`packed` made."""
    return np.frombuffer(zlib.decompress(body), PIXEL)


@dataclass(frozen=True, slots=True)
class TrueFire:
    """A fire that really burnt."""

    number: int
    lon: float
    lat: float
    at: datetime
    """Ignition, world time."""
    told_at: datetime | None
    """When the first pixel or report of it was delivered; none: nobody could know."""
    start: datetime
    """World time of the first of ``hectares``."""
    hectares: tuple[float, ...]
    """Burnt at ``start`` and at each full hour after it."""

    def area_ha(self, at: datetime) -> float:
        """Burnt at the last full hour before a moment."""
        hour = int(max(at - self.start, timedelta(0)) / HOUR)
        return self.hectares[min(hour, len(self.hectares) - 1)]

    def as_dict(self) -> dict[str, Any]:
        """The JSON form; :meth:`from_dict` reads it back."""
        return {
            "number": self.number,
            "lon": self.lon,
            "lat": self.lat,
            "at": iso(self.at),
            "told_at": iso(self.told_at),
            "start": iso(self.start),
            "hectares": list(self.hectares),
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "TrueFire":
        """Read what :meth:`as_dict` wrote."""
        told = body["told_at"]
        return cls(
            int(body["number"]),
            float(body["lon"]),
            float(body["lat"]),
            datetime.fromisoformat(body["at"]),
            datetime.fromisoformat(told) if told else None,
            datetime.fromisoformat(body["start"]),
            tuple(body["hectares"]),
        )


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that burnt, and what each pixel was."""

    fires: tuple[TrueFire, ...]
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Signal:
    """A fire of the drill's world, or a report that led to none, as people left it."""

    id: UUID
    status: str
    lon: float
    lat: float
    received_at: datetime
    registered_at: datetime | None = None
    has_pixels: bool = False


class Verdict(StrEnum):
    """What became of a true fire."""

    FOUND = "found"  # registered
    REJECTED = "rejected"  # taken for none
    UNDECIDED = "undecided"  # a signal that nobody decided on
    MISSED = "missed"  # it was told of, and no signal is left of it
    UNTOLD = "untold"  # nobody could know of it yet


@dataclass(frozen=True, slots=True)
class Judged:
    """A true fire and what became of it."""

    fire: TrueFire
    verdict: Verdict
    signals: tuple[UUID, ...] = ()
    registered_at: datetime | None = None

    @property
    def seconds(self) -> float | None:
        """World seconds from the first word of it to its registration."""
        if self.registered_at is None or self.fire.told_at is None:
            return None
        return max((self.registered_at - self.fire.told_at).total_seconds(), 0.0)


def sources(signals: Iterable[Signal], shown: Mapping[UUID, int], truth: Truth) -> dict[UUID, int]:
    """Which true fire each signal shows; 0 for none.

    Args:
        signals: of the drill's world.
        shown: true fire by signal that has pixels, from :func:`majority`.
        truth: of the day.
    """
    return {
        one.id: shown.get(one.id, 0) if one.has_pixels else _nearest(one, truth.fires)
        for one in signals
    }


def majority(owners: Sequence[UUID], rows: Pixels, truth: Truth, least: int = 1) -> dict[UUID, int]:
    """The true fire that most of each signal's fire pixels show.

    Args:
        owners: signal of each row.
        rows: pixels as they are stored, ``fire`` not set.
        truth: of the day; rows that it does not know count for nothing.
        least: fire pixels from which on a signal shows a fire.
    """
    known = {row[:4]: row[4] for row in truth.pixels.tolist()}
    found: dict[UUID, Counter[int]] = {}
    for owner, row in zip(owners, rows.tolist(), strict=True):
        source = known.get(row[:4], 0)
        if source:
            found.setdefault(owner, Counter())[source] += 1
    return {
        owner: counts.most_common(1)[0][0]
        for owner, counts in found.items()
        if counts.total() >= least
    }


def _nearest(signal: Signal, fires: Iterable[TrueFire]) -> int:
    """The nearest true fire that burnt when the signal came, within reach of people's errors."""
    burning = [one for one in fires if one.at <= signal.received_at]
    near = [(_km(signal, one), one.number) for one in burning]
    distance, number = min(near, default=(REPORT_KM + 1, 0))
    return number if distance <= REPORT_KM else 0


def _km(signal: Signal, fire: TrueFire) -> float:
    east = (signal.lon - fire.lon) * float(np.cos(np.radians(fire.lat)))
    return float(np.hypot(east, signal.lat - fire.lat)) * KM_PER_DEGREE


def judge(
    truth: Truth, signals: Sequence[Signal], of: Mapping[UUID, int], now: datetime
) -> list[Judged]:
    """What became of each true fire until a moment of the world's clock."""
    mine: dict[int, list[Signal]] = {}
    for one in signals:
        mine.setdefault(of.get(one.id, 0), []).append(one)
    return [_judged(fire, mine.get(fire.number, []), now) for fire in truth.fires]


def _judged(fire: TrueFire, signals: Sequence[Signal], now: datetime) -> Judged:
    if fire.told_at is None or fire.told_at > now:
        return Judged(fire, Verdict.UNTOLD)
    ids = tuple(one.id for one in signals)
    kept = [one.registered_at for one in signals if one.registered_at and not _rejected(one)]
    if kept:
        return Judged(fire, Verdict.FOUND, ids, min(kept))
    if any(not _rejected(one) for one in signals):
        return Judged(fire, Verdict.UNDECIDED, ids)
    return Judged(fire, Verdict.REJECTED if signals else Verdict.MISSED, ids)


def _rejected(one: Signal) -> bool:
    return one.status == "rejected"
