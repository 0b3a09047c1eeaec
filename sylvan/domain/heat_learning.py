"""Which places glow year after year without going anywhere: heat sources learned from archives.

A flare stays on its two kilometres for weeks and is back next year; a fire comes, grows, moves on.
Where a fire passes over a flare, only the days before and after it speak. What is found is a
proposal with its evidence; people confirm or deny it, and it never hides a detection.
"""

import math
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from sylvan.domain.heat import ALL_HOURS, ALL_MONTHS
from sylvan.domain.heat_spots import Cells, Diary, Search, Spot, diaries, spots
from sylvan.domain.heat_standing import LearningParameters, Year, standing
from sylvan.domain.heat_tally import Tally, band_of, merge, tally

__all__ = ["DEFAULT", "Learned", "LearningParameters", "Tally", "merge", "sources", "tally"]

DEFAULT: Final = LearningParameters()
EPOCH_YEAR: Final = 1970
MONTHS: Final = 12
HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class Learned:
    """A place that the rule found, with its evidence."""

    lon: float
    lat: float
    radius_km: float
    confidence: float
    months: frozenset[int]
    """UTC months in which it burns."""
    hours: frozenset[int]
    """UTC hours in which it burns."""
    first_day: int
    """Days since 1970-01-01 UTC of the first detection that speaks for it."""
    last_day: int
    days: int
    """Days seen."""
    years: tuple[int, ...]
    snow_days: int
    """Days seen in months without vegetation fires."""
    detections: int
    period_days: int
    """Silence after which it counts as gone, days."""
    version: str


def sources(found: Tally, params: LearningParameters = DEFAULT) -> tuple[Learned, ...]:
    """The heat sources that a tally of any length shows, ordered by place.

    It depends on the tally alone, not on how it was put together.
    """
    if not len(found.rows):
        return ()
    search = Search(
        params.core_km,
        params.reach_km,
        params.seed_days,
        params.seed_span_days,
        params.min_days,
        params.standing_days,
        params.weak_days,
        params.weak_years,
    )
    cells = Cells.of(found.rows)
    there = spots(found.rows, cells, search)
    books = list(diaries(found.rows, cells, there, search))
    cover = _Cover.of(found.rows)
    made = [
        _learned(spot, book, years, cover, params)
        for spot, book, years in zip(there, books, standing(there, books, params), strict=True)
        if any(one.full for one in years) or sum(one.counts for one in years) >= params.weak_years
    ]
    return tuple(sorted(made, key=lambda one: (one.lat, one.lon)))


@dataclass(frozen=True, slots=True)
class _Cover:
    """When anything at all was seen: silence means something only there."""

    months: frozenset[int]
    """Months 1…12 in which anything glowed in any year."""
    hours: npt.NDArray[np.float64]
    """By band of 15° of longitude: share of cells and days that were seen in each UTC hour."""

    @classmethod
    def of(cls, rows: npt.NDArray[np.void]) -> Self:
        """Of all rows of a tally."""
        band = band_of(rows["cell"])
        seen = np.zeros((HOURS, HOURS))
        for hour in range(HOURS):
            bit = (rows["hours"] >> np.uint32(hour)) & np.uint32(1)
            seen[:, hour] = np.bincount(band, weights=bit, minlength=HOURS)
        total = np.maximum(np.bincount(band, minlength=HOURS), 1)
        return cls(_months(np.unique(rows["day"])), seen / total[:, None])


def _months(days: npt.NDArray[np.integer]) -> frozenset[int]:
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % MONTHS + 1
    return frozenset(np.unique(months).tolist())


def _learned(
    spot: Spot, book: Diary, years: list[Year], cover: _Cover, params: LearningParameters
) -> Learned:
    """A source with its evidence."""
    days = np.unique(np.concatenate([one.days for one in years]))
    own = book.inside & np.isin(book.day, days)
    in_snow = np.isin(_month_of(days), params.snow_months)
    snow = int(in_snow.sum()) if abs(spot.lat) >= params.snow_lat else 0
    far = np.quantile(np.repeat(book.km[own], book.n[own]), 0.95)
    pause = int(np.diff(days).max())
    return Learned(
        lon=round(spot.lon, 5),
        lat=round(spot.lat, 5),
        radius_km=round(float(np.clip(far + 0.25, params.narrowest_km, params.widest_km)), 2),
        confidence=round(_confidence(years, snow, params), 2),
        months=_burning_months(days, cover, params),
        hours=_burning_hours(spot, book, own, cover, params),
        first_day=int(days[0]),
        last_day=int(days[-1]),
        days=len(days),
        years=tuple(one.year for one in years),
        snow_days=snow,
        detections=int(book.n[own].sum()),
        period_days=int(np.clip(2 * pause, *params.period_days)),
        version=params.version,
    )


def _month_of(days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    months: npt.NDArray[np.int64] = (
        days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    )
    return months % MONTHS + 1


def _confidence(years: list[Year], snow_days: int, params: LearningParameters) -> float:
    """How sure: the best year begins, further years and days in snow halve what doubt is left."""
    best = max((len(one.days) for one in years if one.full), default=params.min_days)
    many = 1.0 - math.exp(-(best - params.min_days) / params.settled_days)
    doubt = 1.0 - params.first_confidence - params.settled_gain * many
    doubt *= params.year_doubt ** (sum(one.counts for one in years) - 1)
    if snow_days >= params.snow_days:
        doubt *= params.snow_doubt
    return min(1.0 - doubt, params.most_confidence)


def _burning_months(
    days: npt.NDArray[np.int64], cover: _Cover, params: LearningParameters
) -> frozenset[int]:
    """Months in which it was seen, and those of which nothing is known."""
    if len(days) < params.season_days:
        return ALL_MONTHS
    return _months(days) | (ALL_MONTHS - cover.months)


def _burning_hours(
    spot: Spot,
    book: Diary,
    own: npt.NDArray[np.bool_],
    cover: _Cover,
    params: LearningParameters,
) -> frozenset[int]:
    """Hours in which it was seen, their neighbours, and those in which nobody looks."""
    days = len(np.unique(book.day[own]))
    if days < params.season_days:
        return ALL_HOURS
    bits = int(np.bitwise_or.reduce(book.hours[own]))
    seen = {hour for hour in range(HOURS) if bits >> hour & 1}
    near = {(hour + step) % HOURS for hour in seen for step in (-1, 0, 1)}
    band = int((spot.lon + 180.0) / 15.0) % HOURS
    expected = cover.hours[band] * days
    unknown = {hour for hour in range(HOURS) if expected[hour] < params.looks}
    return frozenset(near | unknown)
