"""Hours of many units to many fires, with a reason wherever one does not get there.

Units that start at one place by one mode share a search.  A crew that can go by several means is
several movers: whoever asks takes the least of its rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

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
    hours = np.full((len(movers), len(goals)), np.inf)
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
    found.hours[:, lost] = np.inf
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


def _by_ground(found: TravelMatrix, rows: list[int]) -> None:
    if not rows:
        return
    groups: dict[tuple[Mode, LonLat, float, bool], list[int]] = {}
    for at in rows:
        one = found.movers[at]
        pace = pace_of(one, found.fields.ground.params)
        groups.setdefault((one.mode, one.point or NOWHERE, pace, one.at_base), []).append(at)
    places = _places(found.goals)
    walks = Walks.of(found.fields, places)
    km, _ = crossed(spots([key[1] for key in groups]), spots(places))
    for (key, members), straight in zip(groups.items(), km, strict=True):
        hours, why = _ridden(found.fields, key, walks, straight)
        for at in members:
            mover = found.movers[at]
            far = np.zeros(len(straight), np.bool_)
            if mover.range_km is not None:
                far = ~(straight <= mover.range_km)
            found.why[at] = np.where(far, int(Why.OUT_OF_RANGE), why)
            found.hours[at] = np.where(far, np.inf, hours) + mover.ready_h


@dataclass(frozen=True, eq=False)
class Walks:
    """The walks to all fires in one piece, as the kernel takes them."""

    places: list[LonLat]
    first: I8
    cells: I8
    hours: F8

    @classmethod
    def of(cls, fields: Fields, places: list[LonLat]) -> "Walks":
        """The walks to places, at least one."""
        walks = [fields.walk(one) for one in places]
        count = [len(one.nearest) for one in walks]
        first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        cells = np.concatenate([one.cells for one in walks])
        return cls(places, first, cells, np.concatenate([one.nearest for one in walks]))


def _ridden(
    fields: Fields, key: tuple[Mode, LonLat, float, bool], walks: Walks, straight: F8
) -> tuple[F8, I8]:
    """Hours and reasons of one place, mode and pace to all fires, without the turnout."""
    mode, point, pace, at_base = key
    params = fields.ground.params
    shut = shut_why(mode, fields.ground.season, pace)
    if shut:
        return np.full(len(straight), np.inf), np.full(len(straight), int(shut))
    near = straight <= params.reach_km[mode]
    if at_base:
        ride = fields.ride(mode, point)
        hours, launched = joined(ride, pace, walks, near)[0], ride.launch is not None
    else:
        hours, launched = _met(fields, mode, point, pace, walks.places, near)
    far = ~near | ~(hours <= params.travel_most_h)
    why = np.where(far, int(Why.OUT_OF_RANGE), int(Why.REACHED))
    blocked = (near & np.isinf(hours)) | (far & (not launched))
    why = np.where(blocked, int(Why.NO_ROAD_OR_RIVER), why)
    return np.where(far, np.inf, hours), why.astype(np.int64)


def shut_why(mode: Mode, season: Season, pace: float) -> Why:
    """Why nobody goes by a mode at all, whatever the place."""
    if not pace > 0:
        return Why.NO_SPEED
    wanted = {Mode.BOAT: Season.OPEN_WATER, Mode.SNOWMOBILE: Season.WINTER}
    return Why.SEASON if wanted.get(mode, season) is not season else Why.REACHED


def joined(ride: Ride, pace: float, walks: Walks, near: Mask) -> tuple[F8, I8]:
    """Least ride and walk to fires that are near, and at which walk's cell the vehicle stops."""
    window = ride.window
    found: tuple[F8, I8] = kernel.join(
        ride.hours,
        (window.row, window.column),
        pace,
        walks.first,
        walks.cells,
        walks.hours,
        near,
    )
    return found


def _met(
    fields: Fields, mode: Mode, point: LonLat, pace: float, places: list[LonLat], near: Mask
) -> tuple[F8, bool]:
    """The same for a unit under way, searched from the fires: those that are near enough."""
    launch = fields.launch(mode, point)
    cell = fields.cell(point)
    hours = np.full(len(places), np.inf)
    for at in np.flatnonzero(near):
        toward = fields.toward(mode, places[at], pace)
        on_foot, by_ride = hours_to(fields.walk(places[at]), toward, launch, cell)
        start = launch.hours / pace if launch else 0.0
        hours[at] = min(on_foot, start + by_ride)
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
    for at, members in enumerate(alike.values()):
        mover = found.movers[members[0]]
        access = access_h(mover.mode, found.goals, found.fields)
        cut_off = np.isinf(access) & (flown.why[at] == int(Why.REACHED))
        found.why[members] = np.where(cut_off, int(Why.NO_ROAD_OR_RIVER), flown.why[at])
        found.hours[members] = mover.ready_h + hours[at] + access


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
        return np.inf
    walk = fields.walk(goal.point)
    row, column = fields.cell(goal.landing)
    row, column = row - walk.window.row, column - walk.window.column
    if 0 <= row < walk.window.rows and 0 <= column < walk.window.columns:
        return float(walk.hours[row, column])
    return np.inf
