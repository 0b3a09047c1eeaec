"""Why the detections of a fire are one fire, and what its latest pass changed.

Both follow from the set of detections alone, so that the answer is the same in whatever order the
data came, and the same again tomorrow.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.activity import passes_of
from sylvan.domain.codes import Coded
from sylvan.domain.detections import Detections, Instrument, Satellite
from sylvan.domain.edge import area_of
from sylvan.domain.grouping import (
    DEFAULT,
    GroupingParameters,
    Kind,
    Level,
    Points,
    components,
    count_ignitions,
    points_of,
)
from sylvan.domain.places import LonLat, bearing_deg, distance_m

HOUR_S: Final = 3600
DAY_S: Final = 86_400
KM_STEP: Final = 0.01
"""Kilometres to which the widest gap is told; finer means nothing for pixels of 375 m."""
NEGLIGIBLE_HA: Final = 0.5
"""Hectares; less is the raster's grain, not growth."""
NEGLIGIBLE_SHARE: Final = 0.1
"""Of the fire power before; less is the scatter of view angles (engineering)."""
SHIFT_KM: Final = 0.375
"""Kilometres; a VIIRS pixel: nearer, a new pixel doesn't tell a direction."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why these detections are one fire."""

    reasons: tuple[Coded, ...]
    links: int
    """Links that hold it together: one less than its linked detections."""
    longest_km: float | None
    """Widest gap in space that had to be bridged; None for a single detection."""
    longest_hours: float | None
    """Longest silence that had to be bridged."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "reasons": [one.as_dict() for one in self.reasons],
            "links": self.links,
            "longest_km": self.longest_km,
            "longest_hours": self.longest_hours,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """What the latest pass that saw the fire changed."""

    since: datetime | None
    """End of the pass before it; None where there was none."""
    until: datetime
    satellite: str
    reasons: tuple[Coded, ...]
    new_detections: int
    area_gained_ha: float
    frp_change_mw: float | None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "since": self.since,
            "until": self.until,
            "satellite": self.satellite,
            "reasons": [one.as_dict() for one in self.reasons],
            "new_detections": self.new_detections,
            "area_gained_ha": self.area_gained_ha,
            "frp_change_mw": self.frp_change_mw,
        }


def why_one(rows: Detections, params: GroupingParameters = DEFAULT) -> Why:
    """Why these detections (at least one) are one fire.

    The widest gap is the smallest length of links under which the fire would still be one: what a
    dispatcher has to believe in, whatever else is closer together.
    """
    linking = rows[rows["instrument"] != Instrument.GEOSTATIONARY]
    confirming = len(rows) - len(linking)
    if not len(linking):
        linking, confirming = rows, 0
    points = points_of(linking)
    groups = _groups(points, params)
    reasons = [_linked(points, groups, params)]
    if confirming:
        reasons.append(Coded("why.confirmed_geostationary", {"count": confirming}))
    if (parts := count_ignitions(points, params)) > 1:
        reasons.append(Coded("why.ignitions", {"count": parts}))
    episodes = len(np.unique(components(points, params, Level.EPISODE)))
    if len(points.lon) > 1 and groups == 1 and episodes > 1:
        days = round(params.episode_s / DAY_S)
        reasons.append(Coded("why.episodes", {"count": episodes, "days": days}))
    gaps = reasons[0].params
    return Why(
        tuple(reasons),
        len(linking) - groups,
        _number(gaps.get("distance_km")),
        _number(gaps.get("hours")),
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _groups(points: Points, params: GroupingParameters) -> int:
    return len(np.unique(components(points, params)))


def _linked(points: Points, groups: int, params: GroupingParameters) -> Coded:
    """The first reason: alone, linked, or held together by people."""
    n = len(points.lon)
    if n == 1:
        return Coded("why.alone")
    if groups > 1:  # people joined what the engine would not
        return Coded("why.people", {"count": n, "groups": groups})
    limit = params.fine_km if (points.kind == Kind.FINE).all() else params.coarse_km
    km = _least(round(limit / KM_STEP), lambda k: _groups(points, _within(params, k)) == 1)
    hours = _least(
        params.event_s // HOUR_S,
        lambda h: _groups(points, replace(params, event_s=h * HOUR_S)) == 1,
    )
    told = {"count": n, "distance_km": round(km * KM_STEP, 2), "hours": float(hours)}
    days = params.event_s // DAY_S
    return Coded("why.linked", told | {"limit_km": limit, "limit_days": days})


def _within(params: GroupingParameters, steps: int) -> GroupingParameters:
    """The same rules with links of at most so many hundredths of a kilometre."""
    km = steps * KM_STEP
    return replace(params, fine_km=min(params.fine_km, km), coarse_km=min(params.coarse_km, km))


def _least(most: int, holds: Callable[[int], bool]) -> int:
    """The least number in 1…``most`` for which ``holds``; it holds for all greater ones."""
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def latest_change(rows: Detections, params: GroupingParameters = DEFAULT) -> Change:
    """What the latest pass that saw the fire changed, against all that was seen before it.

    Raises:
        ValueError: there are no detections.
    """
    if not len(rows):
        raise ValueError("a change needs at least one detection")
    passes = passes_of(rows)
    last = _latest(rows, passes)
    new, before = rows[passes == last], rows[passes != last]
    satellite = Satellite(int(new["satellite"][0])).name
    until = _moment(new["acq_at"].max())
    if not len(before):
        first = Coded("change.first", {"count": len(new)})
        area = round(area_of(new), 2)
        return Change(None, until, satellite, (first,), len(new), area, None)
    previous = _latest(before, passes[passes != last])
    earlier = before[passes[passes != last] == previous]
    gained = max(area_of(rows) - area_of(before), 0.0)
    power = _difference(new, earlier)
    reasons = [*_woke(new, before, params), *_grew(new, before, gained), *_hotter(power, earlier)]
    return Change(
        _moment(earlier["acq_at"].max()),
        until,
        satellite,
        tuple(reasons),
        len(new),
        round(gained, 2),
        None if power is None else round(power, 1),
    )


def _latest(rows: Detections, passes: npt.NDArray[np.int64]) -> int:
    """The pass that ended last; of two at once that of the smaller number of satellite."""
    order = np.lexsort((rows["satellite"], -rows["acq_at"]))
    return int(passes[order[0]])


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _difference(new: Detections, earlier: Detections) -> float | None:
    """Fire power of the new pass less that of the one before, MW; None where one gave none."""
    both = [rows["frp"][np.isfinite(rows["frp"])] for rows in (new, earlier)]
    if not all(len(values) for values in both):
        return None
    after, before = (float(np.sort(values).sum(dtype=np.float64)) for values in both)
    return after - before


def _woke(new: Detections, before: Detections, params: GroupingParameters) -> list[Coded]:
    silent = int(new["acq_at"].min()) - int(before["acq_at"].max())
    if silent <= params.episode_s:
        return []
    return [Coded("change.woke", {"days": round(silent / DAY_S, 1)})]


def _grew(new: Detections, before: Detections, gained: float) -> list[Coded]:
    if gained < NEGLIGIBLE_HA:
        return [Coded("change.no_growth", {"count": len(new)})]
    here, there = _centre(before), _centre(new)
    km = distance_m(here, there) / 1000.0
    told = {"count": len(new), "area_ha": round(gained, 1)}
    if km < SHIFT_KM:
        return [Coded("change.grew", told)]
    bearing = round(bearing_deg(here, there)) % 360
    return [Coded("change.grew_towards", told | {"bearing_deg": bearing, "km": round(km, 1)})]


def _centre(rows: Detections) -> LonLat:
    """Middle of detections; across 180° on the side of the first."""
    lon = rows["lon"]
    near = lon + 360.0 * np.round((lon.min() - lon) / 360.0)
    middle = (float(np.sort(near).mean()) + 180.0) % 360.0 - 180.0
    return LonLat(middle, float(np.sort(rows["lat"]).mean()))


def _hotter(power: float | None, earlier: Detections) -> list[Coded]:
    if power is None:
        return [Coded("change.power_unknown")]
    before = float(np.nansum(earlier["frp"]))
    if abs(power) < NEGLIGIBLE_SHARE * before:
        return [Coded("change.power_same", {"mw": round(before + power, 1)})]
    code = "change.hotter" if power > 0 else "change.cooler"
    return [Coded(code, {"mw": round(before + power, 1), "before_mw": round(before, 1)})]
