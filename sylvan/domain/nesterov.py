"""КППО, the complex index of fire danger after Nesterov, PV-1 beside it, and their classes I–V.

The index adds up t·(t − τ) since the last rain that counts.  Which rain counts, and whether the
day of rain itself counts, differs between publications; both are parameters.  Classes come from
tables that are data: by territory, order and period of the season.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.weather import Noon, dew_points, refuse_impossible

F8 = npt.NDArray[np.float64]
I4 = npt.NDArray[np.int32]
I1 = npt.NDArray[np.int8]

CLASSES: Final = 5


@dataclass(frozen=True, slots=True)
class NesterovParameters:
    """What the index does with rain and frost."""

    version: str = "nesterov-1"
    reset_mm: float = 3.0
    # mm in 24 h from which what was added up is lost: Nesterov 1949; "reached and exceeded 3 mm",
    # hydrometeorological service of Moldova; manuals of Russian forestry: 2.5
    rain_day_counts: bool = True
    # the day of that rain begins the new sum: К₀ = 0 in КПₙ = К₀·КПₙ₋₁ + t·(t − τ), forestry's
    # manuals; False: the sum begins the day after (Groisman et al. 2007)
    warmer_than_c: float = 0.0
    # °C; a colder noon adds nothing: the index is defined for positive temperatures
    frost_resets: bool = False
    # a noon at or below that also loses the sum, as climate indices have it; not among rangers


DEFAULT: Final = NesterovParameters()


@dataclass(frozen=True, slots=True)
class Pv1Parameters:
    """PV-1 (ЛенНИИЛХ, Zhdanko): rain takes a part of the sum away instead of all or nothing."""

    version: str = "pv1-1"
    rain_mm: tuple[float, ...] = (0.1, 1.0, 3.0, 6.0, 15.0, 20.0)
    # mm in 24 h from which the next factor holds: Groisman et al. 2007
    kept: tuple[float, ...] = (1.0, 0.8, 0.6, 0.4, 0.2, 0.1, 0.0)
    # –, the part of the sum that is left: the same
    warmer_than_c: float = 0.0
    # °C; a colder noon adds nothing

    def __post_init__(self) -> None:
        if len(self.kept) != len(self.rain_mm) + 1:
            raise ValueError("PV-1 needs one factor more than limits of rain")


PV1: Final = Pv1Parameters()


class Sums(NamedTuple):
    """An index day by day, and how much of it was seen."""

    values: F8  # (days, …) °C²; on a day without weather that of the day before
    missing: I4  # (…) days whose weather was not known
    stale: I4  # (…) days since it was last known


def nesterov(
    noon: Noon,
    before: npt.ArrayLike = 0.0,
    stale: npt.ArrayLike = 0,
    params: NesterovParameters = DEFAULT,
) -> Sums:
    """The complex index (КППО) of successive days.

    КПₙ = К₀·КПₙ₋₁ + t·(t − τ): t and dew point τ at 13 h or so local time, К₀ = 0 when it rained
    (Nesterov 1949; Rosleskhoz order 287 of 5 July 2011 for its classes).  A day without
    temperature, dew point or rain changes nothing; it is counted.

    Args:
        noon: weather of shape (days, …); wind is not asked.
        before: index of the day before the first, °C²; 0 when the snow has gone.
        stale: days since the weather was last known, before the first.
        params: rain and frost.

    Raises:
        ValueError: weather that cannot be.
    """
    kept = np.where(noon.rain >= params.reset_mm, 0.0, 1.0)
    gain = _gain(noon, params.warmer_than_c)
    if not params.rain_day_counts:
        gain = np.where(kept == 0.0, np.where(np.isnan(gain), np.nan, 0.0), gain)
    if params.frost_resets:
        kept = np.where(noon.temperature <= params.warmer_than_c, 0.0, kept)
    return _summed(kept, gain, noon, before, stale)


def pv1(
    noon: Noon, before: npt.ArrayLike = 0.0, stale: npt.ArrayLike = 0, params: Pv1Parameters = PV1
) -> Sums:
    """PV-1 of successive days: Gₙ = (Gₙ₋₁ + t·(t − τ))·K(rain); otherwise as :func:`nesterov`."""
    factor = np.asarray(params.kept)[np.searchsorted(params.rain_mm, noon.rain, side="right")]
    gain = _gain(noon, params.warmer_than_c) * factor
    return _summed(factor, gain, noon, before, stale)


def _gain(noon: Noon, warmer_than_c: float) -> F8:
    """t·(t − τ) of each day, °C²; 0 in frost, never below 0."""
    refuse_impossible(noon)
    t = noon.temperature
    gain = np.maximum(t * (t - dew_points(noon)), 0.0)
    return np.where(t <= warmer_than_c, np.minimum(gain, 0.0), gain)


def _summed(kept: F8, gain: F8, noon: Noon, before: npt.ArrayLike, stale: npt.ArrayLike) -> Sums:
    """Days one after another: index = kept · index + gain, where both are known."""
    known = ~np.isnan(gain + noon.rain)
    shape = noon.shape[1:]
    index = np.empty(noon.shape)
    last = np.broadcast_to(np.asarray(before, np.float64), shape)
    unseen = np.broadcast_to(np.asarray(stale, np.int32), shape)
    for day in range(len(index)):
        last = np.where(known[day], kept[day] * last + gain[day], last)
        unseen = np.where(known[day], 0, unseen + 1)
        index[day] = last
    return Sums(index, (~known).sum(axis=0).astype(np.int32), np.asarray(unseen, np.int32))


@dataclass(frozen=True, slots=True)
class ClassScale:
    """Where classes I–V end, for a territory, while an order is in force, in a part of the year."""

    upper: tuple[int, int, int, int]
    # °C², last whole value of classes I to IV; more is class V
    source: str
    # the order that says so
    territory: str = ""
    # code of a district; empty: wherever no other scale holds
    since: date = date.min
    until: date = date.max
    # days on which the order is in force, both included
    begins: tuple[int, int] = (1, 1)
    ends: tuple[int, int] = (12, 31)
    # month and day of the season's period, both included

    def __post_init__(self) -> None:
        if self.upper[0] < 0 or any(a >= b for a, b in pairwise(self.upper)):
            raise ValueError(f"limits of classes must rise from 0: {self.upper}")
        if self.since > self.until or self.begins > self.ends:
            raise ValueError(f"a scale for {self.territory or 'everywhere'} ends before it begins")

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day <= self.until and self.begins <= (day.month, day.day) <= self.ends

    def meets(self, other: "ClassScale") -> bool:
        """Whether some day of one territory may have both."""
        return (
            self.territory == other.territory
            and self.since <= other.until
            and other.since <= self.until
            and self.begins <= other.ends
            and other.begins <= self.ends
        )

    def classes(self, index: npt.ArrayLike) -> I1:
        """Classes 1…5 of an index, 0 where it is NaN; tables are in whole °C², so it is rounded."""
        value = np.asarray(index, np.float64)
        found = np.searchsorted(self.upper, np.floor(value + 0.5), side="left") + 1
        return np.where(np.isnan(value), 0, found).astype(np.int8)


NATIONAL: Final = ClassScale(
    (300, 1000, 4000, 10_000), "Рослесхоз, приказ от 05.07.2011 № 287, приложение 2"
)
"""Holds wherever a territory has no scale of its own (Rosleskhoz order 287)."""


class ClassTable:
    """All scales of a country; at most one for a territory on a day."""

    def __init__(self, scales: Iterable[ClassScale] = (), default: ClassScale = NATIONAL) -> None:
        self.default = default
        self.scales = tuple(scales)
        for one, other in combinations(self.scales, 2):
            if one.meets(other):
                raise ValueError(
                    f"two scales for {one.territory or 'everywhere'} at once: "
                    f"{one.source}; {other.source}"
                )

    def scale(self, territory: str, day: date) -> ClassScale:
        """The territory's own scale on a day, else the general one."""
        for wanted in (territory, ""):
            for one in self.scales:
                if one.territory == wanted and one.holds(day):
                    return one
        return self.default
