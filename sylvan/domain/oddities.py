"""What is odd about the data that a fire gets: late, backdated, after a long silence, at sea.

None of it keeps a detection out or changes what follows from it; it is told, so that a dispatcher
is not surprised by a fire that began yesterday and was not there an hour ago.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sylvan.domain.codes import Coded, Scalar
from sylvan.domain.detections import Detections, Satellite
from sylvan.domain.fires import ACTIVE

HOUR_S, DAY_S = 3600, 86_400  # seconds
OFFSHORE = 3
"""The product's type flag of a detection over water."""
HALF_TURN = 180.0  # degrees


@dataclass(frozen=True)
class OddityParameters:
    """From when on something is worth a word."""

    late_s: int = 40 * 60
    # s; behind the newest detection known, or before the first: less than half an orbit is the
    # same pass
    silent_s: int = 2 * DAY_S
    # s; a polar satellite sees every place north of 50° several times a day: two days are a fault
    silent_days: int = 2
    # days on which others saw fires meanwhile: where nothing burns, all are silent
    silent_at_most_s: int = 20 * DAY_S
    # s; as long as a fire may sleep: what was before concerns none of today's fires
    woken_s: int = int(ACTIVE.total_seconds())
    # s; a fire that was not seen for so long slept: Chen et al. 2022 (FEDS)


DEFAULT = OddityParameters()


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a fire before: seconds since 1970."""

    first_seen: int
    last_seen: int


def remarks_on(
    rows: Detections,
    known: Known | None,
    now: datetime,
    silent: Mapping[int, int] | None = None,
    params: OddityParameters = DEFAULT,
) -> tuple[Coded, ...]:
    """What is odd about new detections of one fire.

    Args:
        rows: at least one.
        known: what was known of the fire; None if it begins with them.
        now: when they came.
        silent: satellites that were silent before these rows, and for how long, s.
        params: from when on it is worth a word.
    """
    told = _silences(rows, silent or {})
    if known is not None:
        told += _late(rows, known, now, params)
        earliest, latest = int(rows["acq_at"].min()), int(rows["acq_at"].max())
        if earliest < known.first_seen - params.late_s:
            hours = _hours(known.first_seen - earliest)
            told.append(Coded("reason.group.backdated", {"hours": hours}))
        if latest - known.last_seen > params.woken_s:
            days = (latest - known.last_seen) // DAY_S
            told.append(Coded("reason.group.woke", {"days": days}))
    offshore = int((rows["type"] == OFFSHORE).sum())
    if offshore:
        told.append(Coded("reason.group.offshore", {"count": offshore}))
    if known is None and rows["lon"].max() - rows["lon"].min() > HALF_TURN:
        told.append(Coded("reason.group.across_180"))
    return tuple(told)


def _late(rows: Detections, known: Known, now: datetime, params: OddityParameters) -> list[Coded]:
    """Passes that came after a later one was known, the latest first."""
    late = rows[rows["acq_at"] < known.last_seen - params.late_s]
    told = []
    for satellite in np.unique(late["satellite"]):
        seen = int(late["acq_at"][late["satellite"] == satellite].max())
        hours = _hours(int(now.timestamp()) - seen)
        told.append(
            Coded("reason.group.late_pass", {"satellite": _name(satellite), "hours": hours})
        )
    return told


def _silences(rows: Detections, silent: Mapping[int, int]) -> list[Coded]:
    present = np.unique(rows["satellite"]).tolist()
    return [
        Coded(
            "reason.group.satellite_back",
            {"satellite": _name(one), "days": round(silent[one] / DAY_S, 1)},
        )
        for one in present
        if one in silent
    ]


def _name(satellite: int) -> str:
    return Satellite(int(satellite)).name


def _hours(seconds: int) -> float:
    return round(seconds / HOUR_S, 1)


def summed_up(told: list[Coded]) -> tuple[Coded, ...]:
    """The remarks on many fires as one on their batch: each once, with the worst of its numbers."""
    worst: dict[tuple[str, Scalar], dict[str, Scalar]] = {}
    fires: dict[tuple[str, Scalar], int] = {}
    for one in told:
        name = one.code, one.params.get("satellite")
        fires[name] = fires.get(name, 0) + 1
        so_far = worst.setdefault(name, dict(one.params))
        for param, value in one.params.items():
            before = so_far[param]
            if isinstance(value, (int, float)) and isinstance(before, (int, float)):
                so_far[param] = before + value if param == "count" else max(before, value)
    return tuple(
        Coded(name[0], params | {"fires": fires[name]}) for name, params in sorted(worst.items())
    )
