"""Hours of many units to many fires, with a reason wherever one does not get there.

Units that start at one place by one mode share a search.  A crew that can go by several means is
several movers: whoever asks takes the least of its rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.places import LonLat
from sylvan.domain.travel import travel_kernel as kernel
from sylvan.domain.travel.air import flights
from sylvan.domain.travel.fields import Fields, Ride, hours_to
from sylvan.domain.travel.movers import Air, Goal, Mover, Why, known
from sylvan.domain.travel.parameters import Mode, Season, TravelParameters
from sylvan.domain.travel.sphere import crossed, spots

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NOWHERE: Final = LonLat(0.0, 0.0)
"""Stands in for a position that nobody knows; its rows are struck out afterwards."""


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """Units × fires."""

    movers: tuple[Mover, ...]
    goals: tuple[Goal, ...]
    hours: F8
    """(units, fires) from the order until it can work; infinite where it does not get there."""
    why: I8
    """(units, fires) :class:`Why`; 0 where it gets there."""
    fields: Fields
    air: Air

    @cached_property
    def reached(self) -> npt.NDArray[np.bool_]:
        """(units, fires) who gets where."""
        found: npt.NDArray[np.bool_] = self.why == Why.REACHED
        return found


def travel_matrix(
    movers: Sequence[Mover], goals: Sequence[Goal], fields: Fields, air: Air
) -> TravelMatrix:
    """When each unit can work at each fire.

    Args:
        movers: units; any number, without a position too.
        goals: fires; the same.
        fields: the region's ground in its season, with what was searched before.
        air: the moment, fuel and wind.

    Returns:
        Hours and reasons; the same input gives the same to the bit.
    """
    hours = np.full((len(movers), len(goals)), inf)
    why = np.full(hours.shape, int(Why.NO_POSITION), np.int64)
    found = TravelMatrix(tuple(movers), tuple(goals), hours, why, fields, air)
    if hours.size:
        _by_ground(found, [at for at, one in enumerate(movers) if _goes(one, flies=False)])
        _by_air(found, [at for at, one in enumerate(movers) if _goes(one, flies=True)])
        _strike_out(found)
    return found


def _goes(mover: Mover, *, flies: bool) -> bool:
    return mover.flies is flies and known(mover.point)


def _places(goals: Sequence[Goal]) -> list[LonLat]:
    return [one.point if one.point and known(one.point) else NOWHERE for one in goals]


def _strike_out(found: TravelMatrix) -> None:
    """Nobody gets to a fire of which nobody knows where it is."""
    lost = [at for at, one in enumerate(found.goals) if not known(one.point)]
    found.hours[:, lost] = inf
    found.why[:, lost] = Why.NO_POSITION


def pace_of(mover: Mover, params: TravelParameters) -> float:
    """How many times as fast as its mode a unit on the ground is; 0: its speed makes no sense."""
    if mover.speed_km_h is None:
        return 1.0
    best = {
        Mode.ON_FOOT: max(params.foot_km_h.values()),
        Mode.TRUCK: params.road_km_h,
        Mode.TRACKED: max(params.tracked_km_h.values()),
        Mode.BOAT: max(params.boat_km_h.values()),
        Mode.SNOWMOBILE: max(params.sled_km_h.values()),
    }[mover.mode]
    return max(mover.speed_km_h / best, 0.0) if np.isfinite(mover.speed_km_h) else 0.0


class _Start(NamedTuple):
    """What units on the ground share that share a search."""

    mode: Mode
    point: LonLat
    pace: float
    at_base: bool


def _by_ground(found: TravelMatrix, rows: list[int]) -> None:
    if not rows:
        return
    params = found.fields.ground.params
    movers = [found.movers[at] for at in rows]
    starts = [
        _Start(one.mode, one.point or NOWHERE, pace_of(one, params), one.at_base) for one in movers
    ]
    places = {start: at for at, start in enumerate(dict.fromkeys(starts))}
    whose = np.array([places[one] for one in starts])
    hours, why, straight = _from_starts(found, list(places))
    range_km = np.array([inf if one.range_km is None else one.range_km for one in movers])
    far = ~(straight[whose] <= range_km[:, None])
    ready = np.array([one.ready_h for one in movers])
    found.hours[rows] = np.where(far, inf, hours[whose]) + ready[:, None]
    found.why[rows] = np.where(far, int(Why.OUT_OF_RANGE), why[whose])


def _from_starts(found: TravelMatrix, starts: list[_Start]) -> tuple[F8, I8, F8]:
    """(starts, fires) hours without the turnout, reasons, and straight ways, km."""
    params = found.fields.ground.params
    places = _places(found.goals)
    walks = Walks.of(found.fields, places)
    bases = {point: at for at, point in enumerate(dict.fromkeys(one.point for one in starts))}
    km, _ = crossed(spots(list(bases)), spots(places))
    straight = km[[bases[one.point] for one in starts]]
    near = straight <= np.array([params.reach_km[one.mode] for one in starts])[:, None]
    hours = np.full(straight.shape, inf)
    shut = [shut_why(one.mode, found.fields.ground.season, one.pace) for one in starts]
    launched = np.zeros((len(starts), 1), np.bool_)
    for at, one in enumerate(starts):
        if not shut[at]:
            hours[at], launched[at] = _ridden(found.fields, one, walks, near[at])
    far = ~near | ~(hours <= params.travel_most_h)
    blocked = (near & np.isinf(hours)) | (far & ~launched)
    why = np.where(far, int(Why.OUT_OF_RANGE), int(Why.REACHED))
    why[blocked] = Why.NO_ROAD_OR_RIVER
    why = np.where(np.array(shut)[:, None] > 0, np.array(shut)[:, None], why)
    return np.where(far, inf, hours), why, straight


def _ridden(fields: Fields, start: _Start, walks: "Walks", near: Mask) -> tuple[F8, bool]:
    """Hours of one start to the fires that are near, and whether it has a road or water."""
    if not start.at_base:
        return _met(fields, start, walks.places, near)
    ride = fields.ride(start.mode, start.point)
    return joined(ride, start.pace, walks, near)[0], ride.launch is not None


@dataclass(frozen=True, eq=False)
class Walks:
    """The walks to all fires in one piece, as the kernel takes them."""

    places: list[LonLat]
    spans: I8
    """(fires, 6) first of each fire's cells and the one behind the last, and their box."""
    cells: I8
    hours: F8

    @classmethod
    def of(cls, fields: Fields, places: list[LonLat]) -> "Walks":
        """The walks to places, at least one."""
        walks = [fields.walk(one) for one in places]
        ends = np.cumsum([len(one.nearest) for one in walks])
        begins = np.concatenate([[0], ends[:-1]])
        boxes = np.array([one.box for one in walks], np.int64)
        return cls(
            places,
            np.column_stack([begins, ends, boxes]).astype(np.int64),
            np.concatenate([one.cells for one in walks]),
            np.concatenate([one.nearest for one in walks]),
        )


def shut_why(mode: Mode, season: Season, pace: float) -> Why:
    """Why nobody goes by a mode at all, whatever the place."""
    if not pace > 0:
        return Why.NO_SPEED
    wanted = {Mode.BOAT: Season.OPEN_WATER, Mode.SNOWMOBILE: Season.WINTER}
    return Why.SEASON if wanted.get(mode, season) is not season else Why.REACHED


def joined(ride: Ride, pace: float, walks: Walks, near: Mask) -> tuple[F8, I8]:
    """Least ride and walk to fires that are near, and at which walk's cell the vehicle stops."""
    corner = ride.window.row, ride.window.column
    found: tuple[F8, I8] = kernel.join(
        ride.hours, corner, pace, near, walks.spans, walks.cells, walks.hours
    )
    return found


def _met(fields: Fields, start: _Start, places: list[LonLat], near: Mask) -> tuple[F8, bool]:
    """The same for a unit under way, searched from the fires."""
    launch = fields.launch(start.mode, start.point)
    cell = fields.cell(start.point)
    hours = np.full(len(places), inf)
    for at in np.flatnonzero(near):
        toward = fields.toward(start.mode, places[at], start.pace)
        on_foot, by_ride = hours_to(fields.walk(places[at]), toward, launch, cell)
        begun = launch.hours / start.pace if launch else 0.0
        hours[at] = min(on_foot, begun + by_ride)
    return hours, launch is not None


def _by_air(found: TravelMatrix, rows: list[int]) -> None:
    """Flights; aircraft that are the same in all that counts share one."""
    sound = [at for at in rows if found.movers[at].aloft_h > 0]
    found.why[[at for at in rows if at not in set(sound)]] = Why.NO_SPEED
    for lands in (False, True):
        here = [at for at in sound if (found.movers[at].mode is Mode.HELICOPTER) is lands]
        if here:
            _flown(found, here, lands=lands)


def _flown(found: TravelMatrix, rows: list[int], *, lands: bool) -> None:
    alike: dict[tuple[object, ...], list[int]] = {}
    for at in rows:
        one = found.movers[at]
        key = (one.point, one.mode, one.speed_km_h, one.aloft_h, one.ready_h, one.at_base)
        alike.setdefault(key, []).append(at)
    params = found.fields.ground.params
    targets = landings(found.goals) if lands else _places(found.goals)
    flown = flights([found.movers[one[0]] for one in alike.values()], targets, found.air, params)
    hours = flown.hours
    off = {
        one: access_h(one, found.goals, found.fields) for one in dict.fromkeys(_modes(found, rows))
    }
    for at, members in enumerate(alike.values()):
        mover = found.movers[members[0]]
        access = off[mover.mode]
        cut_off = np.isinf(access) & (flown.why[at] == int(Why.REACHED))
        found.why[members] = np.where(cut_off, int(Why.NO_ROAD_OR_RIVER), flown.why[at])
        found.hours[members] = mover.ready_h + hours[at] + access


def _modes(found: TravelMatrix, rows: list[int]) -> list[Mode]:
    return [found.movers[at].mode for at in rows]


def landings(goals: Sequence[Goal]) -> list[LonLat]:
    """Where helicopters land: as named, else near the fire."""
    places = _places(goals)
    return [
        one.landing if one.landing and known(one.landing) else place
        for one, place in zip(goals, places, strict=True)
    ]


def access_h(mode: Mode, goals: Sequence[Goal], fields: Fields) -> F8:
    """(fires,) hours from the aircraft to the fire; infinite where water lies between."""
    params = fields.ground.params
    if mode is not Mode.HELICOPTER:
        known_h = {Mode.RAPPEL: params.descent_h, Mode.JUMP: params.jump_h}
        return np.full(len(goals), known_h.get(mode, 0.0))
    hours = np.full(len(goals), params.landing_km / params.landing_km_h)
    for at, one in enumerate(goals):
        if one.landing and known(one.landing) and known(one.point):
            hours[at] = _walked(one, fields)
    return hours


def _walked(goal: Goal, fields: Fields) -> float:
    """Hours on foot from a named landing place."""
    if goal.point is None or goal.landing is None:
        return inf
    walk = fields.walk(goal.point)
    row, column = fields.cell(goal.landing)
    row, column = row - walk.window.row, column - walk.window.column
    if 0 <= row < walk.window.rows and 0 <= column < walk.window.columns:
        return float(walk.hours[row, column])
    return inf
