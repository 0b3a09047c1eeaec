"""Whether a spot stands still: what tells a heat source from a fire, year by year."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from sylvan.domain.heat_spots import Diary, Spot
from sylvan.domain.heat_tally import I8

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LearningParameters:
    """What makes a place a source. Changing one changes proposals: bump ``version``."""

    version: str = "heat-1"
    core_km: float = 1.0
    # km; half of the extent of 2 km within which a flare's events lie: recall 0.95, no fire pixel
    # masked, precision 1.00 on a season with 60 flares (notes of the rule's measurement)
    standing_days: int = 20
    # d; least duration within a year, of the same measurement
    min_days: int = 8
    # days on which it must be seen in that year; engineering: twice what a fire's cell glows on
    reach_km: float = 4.0
    # km; around the core, where a growing fire would show
    ring_share: float = 0.25
    # detections around it per detection inside, up to which a place is compact: MODIS strays
    margin_days: int = 3
    # d; before and after a fire around it that say nothing about the place
    clean_days: int = 4
    # days on which it must be seen before such a fire, and again after it
    drift_km: float = 0.6
    # km between the middles of the earlier and the later days; a creeping fire goes farther, the
    # middle of eight pixels of 375–1000 m scatters by 0.2–0.4 km
    spread_km: float = 0.75
    # km from the middle within which nine of ten detections lie: pixels of one flare, or of two
    # side by side; a small fire fills its core
    slice_days: int = 10
    # d; a reburnt place is seen in a few slices of a season, a source in most
    slice_share: float = 0.4
    # share of the slices between first and last day in which it must be seen
    weak_days: int = 3
    # days a year from which a year counts for a source that is seldom seen
    weak_years: int = 3
    # such years that make a source
    neighbours: int = 3
    # sources beside one that count as one works; more of them at once are a burning peatland
    together: float = 0.7
    # overlap of two places' spans in a year, of both together, from which they are one works
    seed_days: int = 2
    # days of a cell from which it is looked at at all
    seed_span_days: int = 5
    # d; the same, from first to last
    snow_months: tuple[int, ...] = (11, 12, 1, 2, 3)
    # UTC months without vegetation fires …
    snow_lat: float = 50.0
    # … poleward of this, degrees
    snow_days: int = 3
    # days in snow that halve the doubt
    season_days: int = 30
    # days seen from which months and hours in which it was not seen count as its pauses
    looks: float = 5.0
    # days on which it would have been seen in an hour, if it burnt then, before silence counts
    first_confidence: float = 0.5
    # of a source that just meets the rule in one year
    settled_gain: float = 0.25
    # added to it in a year of many days …
    settled_days: float = 30.0
    # … e-folding of that, days
    year_doubt: float = 0.4
    # factor of the doubt for each further year
    snow_doubt: float = 0.5
    # factor of the doubt for snow
    most_confidence: float = 0.98
    # a machine is never certain
    widest_km: float = 1.5
    # km, the largest radius given; the least is 0.75
    narrowest_km: float = 0.75
    period_days: tuple[int, int] = (60, 400)
    # d; bounds of the silence after which it expires, which is twice its longest pause: seasonal
    # works pause for most of a year


class Year(NamedTuple):
    """One year in which a spot glowed and nothing grew from it."""

    year: int
    days: I8
    """Days seen, each once, in order."""
    full: bool
    """It meets the rule by itself."""
    counts: bool
    """It was seen for weeks: one of several such years."""


Spans = dict[int, tuple[int, int]]
"""First and last day inside a spot, by year."""


def standing(there: list[Spot], books: list[Diary], params: LearningParameters) -> list[list[Year]]:
    """For each spot the years in which it stood still."""
    spans = [_spans(book) for book in books]
    return [
        _years(books[at], spans[at], [(there[one], spans[one]) for one in others], params)
        for at, others in enumerate(_beside(there, params))
    ]


def _spans(book: Diary) -> Spans:
    """From when to when the core glowed, in each year."""
    spans: Spans = {}
    day, year = book.day[book.inside], book.year[book.inside]
    for one in np.unique(year):
        days = day[year == one]
        spans[int(one)] = (int(days.min()), int(days.max()))
    return spans


def _beside(there: list[Spot], params: LearningParameters) -> list[list[int]]:
    """The other spots whose cores reach into the ring of each."""
    if not there:
        return []
    tree = cKDTree(np.array([one.xyz for one in there]))
    reach = (params.reach_km + params.core_km) * 1e3
    found = tree.query_ball_point(tree.data, reach)
    return [sorted(set(near) - {at}) for at, near in enumerate(found)]


def _years(
    book: Diary, spans: Spans, others: list[tuple[Spot, Spans]], params: LearningParameters
) -> list[Year]:
    """The years in which the core stood still."""
    found = []
    for year, span in spans.items():
        this = book.year == year
        works = [
            spot for spot, theirs in others if _overlap(span, theirs.get(year)) >= params.together
        ]
        ring = this & ~book.inside
        if len(works) <= params.neighbours:
            for spot in works:
                away = np.linalg.norm(book.xyz - spot.xyz, axis=1)
                ring &= away > params.core_km * 1e3
        judged = _year(year, book, this & book.inside, ring, params)
        if judged is not None:
            found.append(judged)
    return found


def _overlap(a: tuple[int, int], b: tuple[int, int] | None) -> float:
    """Days common to two spans, of the days of both together."""
    if b is None:
        return 0.0
    common = min(a[1], b[1]) - max(a[0], b[0]) + 1
    return max(common, 0) / (max(a[1], b[1]) - min(a[0], b[0]) + 1)


def _year(
    year: int, book: Diary, core: Flags, ring: Flags, params: LearningParameters
) -> Year | None:
    """One year: compact, or not touched by what grew around it; standing; seen all along."""
    margin = params.margin_days
    first, last = book.day[core].min() - margin, book.day[core].max() + margin
    ring = ring & (book.day >= first) & (book.day <= last)
    if book.n[ring].sum() > params.ring_share * book.n[core].sum():
        core = _untouched(book, core, ring, params)
    days = np.unique(book.day[core])
    if not len(days):
        return None
    if len(days) < params.weak_days or days[-1] - days[0] < params.standing_days:
        return Year(year, days, full=False, counts=False)
    drifts = _drift_km(book, core) > params.drift_km
    wide = np.quantile(np.repeat(book.km[core], book.n[core]), 0.9) > params.spread_km
    slices = len(np.unique((days - days[0]) // params.slice_days))
    most = (days[-1] - days[0]) // params.slice_days + 1
    full = (
        len(days) >= params.min_days
        and not drifts
        and not wide
        and slices >= params.slice_share * float(most)
    )
    return Year(year, days, full=bool(full), counts=True)


def _untouched(book: Diary, core: Flags, ring: Flags, params: LearningParameters) -> Flags:
    """What was seen in the core before a fire came near and after it was gone; both or nothing.

    A fire leaves smouldering spots, and some begin small: only a place that glowed before *and*
    after is none of its own.
    """
    near = np.repeat(book.day[ring], book.n[ring])
    low, high = np.quantile(near, (0.05, 0.95))
    before = core & (book.day < low - params.margin_days)
    after = core & (book.day > high + params.margin_days)
    enough = all(len(np.unique(book.day[part])) >= params.clean_days for part in (before, after))
    return before | after if enough else np.zeros_like(core)


def _drift_km(book: Diary, core: Flags) -> float:
    """How far the middle moved from the earlier half of the days to the later one."""
    day, xyz = book.day[core], book.xyz[core]
    days = np.unique(day)
    late = day > days[(len(days) - 1) // 2]
    if late.all() or not late.any():
        return 0.0
    return float(np.linalg.norm(xyz[late].mean(axis=0) - xyz[~late].mean(axis=0))) / 1e3
