"""How sure a forecast of spread is: many runs with other weather and fuel, each as likely.

Gives probabilities, contours, and when a threatened thing is reached.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil, inf

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from sylvan.domain.codes import Coded
from sylvan.domain.edge_kernel import Net, distances
from sylvan.domain.edge_outline import cut_at_180
from sylvan.domain.fuel import Bed
from sylvan.domain.spread import DEFAULT as ONE_RUN
from sylvan.domain.spread import (
    Run,
    doubtful_rate,
    drawn,
    ends,
    paste,
    run_once,
    weather_for,
)
from sylvan.domain.spread_ground import SpreadGround, touched
from sylvan.domain.spread_kernel import HOUR
from sylvan.domain.spread_members import DEFAULT, EnsembleParameters, members, seed_of
from sylvan.domain.spread_weather import HourlyWeather

F4 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
_BESIDE = 2  # squared cells: a neighbour by side or corner
_ROUNDING = 1e-9  # 0.1 · 50 is 5
_PERCENT = 100.0


@dataclass(frozen=True)
class Reach:
    """When a thing is reached: minutes after the start, ``None`` where fewer members reach it."""

    p10_min: float | None
    p50_min: float | None
    p90_min: float | None
    probability: float
    """Share of members that reach it within the hours looked at."""
    on_ground: bool
    """Whether it lies on the ground that was looked at."""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Members of a forecast and what they say together."""

    net: Net
    at: datetime
    """When they began to run."""
    hours: int
    seed: int
    """Follows from the fire's id and the time: the same question has the same answer."""
    minutes: F4
    """(members, rows, columns) after ``at``, of the cells that any member reaches and some beside
    them; infinite where a member does not come."""
    corner: tuple[int, int]
    """Row and column of the first of these cells on the net."""
    burnable: Mask
    """(rows, columns) of the net."""
    reasons: tuple[Coded, ...]
    """What was assumed."""
    params: EnsembleParameters = DEFAULT

    def probability(self, hours: float) -> F4:
        """(rows, columns) share of members in which a cell burns within some hours."""
        share = (self.minutes <= hours * HOUR).mean(axis=0)
        return self._on_net(np.asarray(share, np.float32), 0.0)

    def arrival(self, share: float) -> F4:
        """(rows, columns) minutes within which that share of members has come; P10 is 0.1."""
        place = _place(share, len(self.minutes))
        return self._on_net(np.partition(self.minutes, place, axis=0)[place], inf)

    def contours(self, hours: float) -> dict[float, MultiPolygon]:
        """Ground that burns within some hours with a probability or more, by that probability.

        Each is smoothed on its own, and yet a likelier one never leaves a less likely one.
        """
        share = self.probability(hours)
        found: dict[float, MultiPolygon] = {}
        around: MultiPolygon | None = None
        for level in sorted(self.params.levels):
            shape = drawn(share >= np.float32(level), self.net, self.params.run)
            if around is not None and not around.contains(shape):
                inner = shapely.intersection(shape, around)
                shape = cut_at_180(inner, self.params.run.precision_deg)
            found[level] = around = shape
        return found

    def time_to_reach(self, thing: BaseGeometry) -> Reach:
        """When the fire comes to a point, line or polygon, degrees.

        What does not burn itself (a settlement, a bridge) is reached with the burnable cells
        beside it.
        """
        cells = touched(thing, self.net)
        if not cells.any():
            return Reach(None, None, None, 0.0, on_ground=False)
        row, column = self.corner
        rows, columns = self.minutes.shape[1:]
        near = self._beside(cells)[row : row + rows, column : column + columns]
        first = np.sort(self.minutes[:, near].min(axis=1, initial=inf))
        p10, p50, p90 = (_known(first[_place(share, len(first))]) for share in (0.1, 0.5, 0.9))
        return Reach(p10, p50, p90, float(np.isfinite(first).mean()), on_ground=True)

    def _beside(self, cells: Mask) -> Mask:
        """The cells themselves if some of them burn, else the nearest that do."""
        if (cells & self.burnable).any() or not self.burnable.any():
            return cells
        away = distances(cells)
        nearest = max(int(away[self.burnable].min()), _BESIDE)
        return np.asarray(self.burnable & (away <= nearest) | cells)

    def _on_net(self, part: F4, fill: float) -> F4:
        """Values of the cells that were kept, with the rest of the net around them."""
        whole = np.full((self.net.rows, self.net.columns), fill, np.float32)
        row, column = self.corner
        whole[row : row + part.shape[0], column : column + part.shape[1]] = part
        return whole


def ensemble(
    fire_id: str,
    burning: Mask,
    ground: SpreadGround,
    weather: HourlyWeather | None,
    at: datetime,
    hours: int = ONE_RUN.longest_h,
    params: EnsembleParameters = DEFAULT,
) -> Ensemble:
    """How sure it is where the edge will be.

    Args:
        fire_id: with ``at`` it makes the seed.
        burning: (rows, columns) cells of the ground's net that burn now.
        ground: fuel and terrain.
        weather: by the hour from ``at`` on; ``None``: a dry summer's day stands in, with wind from
            any direction.
        at: now, with its time zone.
        hours: how far to look.
        params: how members differ.

    Raises:
        ValueError: as :func:`sylvan.domain.spread.forecast`.
    """
    given = weather_for(ground, weather, at, hours)
    seed = seed_of(fire_id, at)
    one, runs = params.run, []
    for member in members(given, np.random.default_rng(seed), params):
        own = replace(one, pace=member.pace)
        runs.append(run_once(burning, ground, member.weather, at, hours, own, member.swapped))
        one = replace(one, margin=max(one.margin, runs[-1].margin))  # the others go as far
    minutes, corner = _gathered(runs, burning)
    any_of_them = np.full(burning.shape, inf)
    rows, columns = minutes.shape[1:]
    row, column = corner
    any_of_them[row : row + rows, column : column + columns] = minutes.min(axis=0)
    reasons = (
        *given.reasons,
        *ground.assumed,
        *_too_fast(runs),
        *ends(any_of_them, burning),
    )
    burnable = ground.bed != Bed.NONE
    return Ensemble(ground.net, at, hours, seed, minutes, corner, burnable, reasons, params)


def _too_fast(runs: list[Run]) -> list[Coded]:
    """Tell it where members run faster on the ground than any fire that was seen."""
    rates = [rate for run in runs if (rate := doubtful_rate(run))]
    if not rates:
        return []
    percent = max(round(_PERCENT * len(rates) / len(runs)), 1)
    told = {"rate": round(max(rates), 1), "percent": percent}
    return [Coded("spread.fast_surface_members", told)]


def _gathered(runs: list[Run], burning: Mask) -> tuple[F4, tuple[int, int]]:
    """Times of all runs on the cells that any of them reaches, and the corner of these."""
    whole = np.full(burning.shape, inf, np.float32)
    came = burning.copy()
    for run in runs:
        paste(run, whole)
        came |= np.isfinite(whole)
        whole.fill(inf)
    rows, columns = np.flatnonzero(came.any(axis=1)), np.flatnonzero(came.any(axis=0))
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    kept = []
    for run in runs:
        paste(run, whole)
        kept.append(whole[part].copy())
        whole.fill(inf)
    return np.stack(kept), (int(rows[0]), int(columns[0]))


def _place(share: float, members: int) -> int:
    """Place of the member, sorted, by which that share of members has come."""
    return min(max(ceil(share * members - _ROUNDING), 1), members) - 1


def _known(minutes: np.float32) -> float | None:
    return float(minutes) if np.isfinite(minutes) else None
