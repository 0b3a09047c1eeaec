"""Readings as numbers: medians, ninetieth percentiles, shares, groups, ranks, trends."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import gt, lt
from typing import Any, Final

import numpy as np

from sylvan.domain.figures.days import DayBoundary, Days
from sylvan.domain.figures.model import By, Definition, Reading, State

NINETY: Final = 90.0


@dataclass(frozen=True, slots=True)
class Result:
    """A figure over some readings. ``rows`` is the sum of all states."""

    rows: int
    counted: int
    missing: int
    contradictory: int
    waiting: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    """By reason."""
    median: float | None = None
    p90: float | None = None
    """Both by linear interpolation between the two nearest values (Hyndman & Fan 1996, type 7)."""
    mean: float | None = None
    good: int | None = None
    """How many kept the norm or meet the condition; none where there is neither."""
    share: float | None = None
    """``good`` of those counted, 0…1; none where nothing was counted."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "rows": self.rows,
            "counted": self.counted,
            "missing": self.missing,
            "contradictory": self.contradictory,
            "waiting": self.waiting,
            "left_out": dict(self.left_out),
            "median": self.median,
            "p90": self.p90,
            "mean": self.mean,
            "good": self.good,
            "share": self.share,
        }


def result(definition: Definition, readings: Sequence[Reading]) -> Result:
    """The figure over readings of its own."""
    states = Counter(one.state for one in readings)
    counted = [one for one in readings if one.state is State.COUNTED]
    judged = [one.good for one in counted if one.good is not None]
    values = [] if definition.is_share else [one.value for one in counted if one.value is not None]
    return Result(
        rows=len(readings),
        counted=len(counted),
        missing=states[State.MISSING],
        contradictory=states[State.CONTRADICTORY],
        waiting=states[State.WAITING],
        left_out=_left_out(readings),
        median=float(np.median(values)) if values else None,
        p90=float(np.percentile(values, NINETY)) if values else None,
        mean=float(np.mean(values)) if values else None,
        good=sum(judged) if judged or (definition.is_share and counted) else None,
        share=sum(judged) / len(judged) if judged else None,
    )


def _left_out(readings: Iterable[Reading]) -> dict[str, int]:
    found = Counter(one.why for one in readings if one.state is State.LEFT_OUT)
    return dict(sorted(found.items()))


def within(readings: Iterable[Reading], days: Days, boundary: DayBoundary) -> list[Reading]:
    """Those of a span of reporting days."""
    begin, end = boundary.begin(days.since), boundary.end(days.until)
    return [one for one in readings if begin <= one.at < end]


def grouped(definition: Definition, readings: Iterable[Reading], by: By) -> dict[str, Result]:
    """The figure in each group; each reading is in one of them."""
    found: defaultdict[str, list[Reading]] = defaultdict(list)
    for one in readings:
        found[one.thing.group(by)].append(one)
    return {code: result(definition, found[code]) for code in sorted(found)}


def merit(definition: Definition, one: Result) -> float | None:
    """What a group is ranked by: the share, else the median."""
    return one.share if definition.is_share else one.median


def ranks(definition: Definition, groups: Mapping[str, Result], least: int) -> dict[str, int]:
    """Place of each group from 1; equals share a place, and the next one is left free.

    Groups with fewer than ``least`` counted things, and what lies nowhere, have no place.
    """
    found = {
        code: value
        for code, one in groups.items()
        if code and one.counted >= least and (value := merit(definition, one)) is not None
    }
    ahead: Callable[[float, float], bool] = gt if definition.better == "higher" else lt
    return {
        code: 1 + sum(ahead(other, value) for other in found.values())
        for code, value in found.items()
    }
