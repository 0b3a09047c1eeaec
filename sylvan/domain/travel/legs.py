"""How one unit gets to one fire, leg by leg, with what was assumed of each."""

from math import inf
from typing import Final

import numpy as np
import numpy.typing as npt
from shapely.geometry import LineString

from sylvan.domain.codes import Coded
from sylvan.domain.places import GEOD, LonLat
from sylvan.domain.travel import travel_kernel as kernel
from sylvan.domain.travel.air import Flights, flights
from sylvan.domain.travel.fields import Fields, Ride
from sylvan.domain.travel.matrix import TravelMatrix, Walks, access_h, joined, landings, pace_of
from sylvan.domain.travel.movers import Eta, Goal, Leg, Mover, Step, Why, known, told
from sylvan.domain.travel.parameters import Mode, Surface
from sylvan.domain.travel.sphere import crossed, spots

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
_KM: Final = 1_000.0
_THIN_DEG: Final = 0.002
"""Ways are drawn without bends smaller than this: 200 m, a fifth of a cell."""
_OLD_DECIMALS: Final = 1


def legs(matrix: TravelMatrix, unit: int, fire: int) -> Eta:
    """The legs of one pair; their hours add up to the matrix'.

    Args:
        matrix: as :func:`sylvan.domain.travel.matrix.travel_matrix` made it.
        unit: row.
        fire: column.

    Returns:
        The legs, or why it does not get there.
    """
    mover, goal = matrix.movers[unit], matrix.goals[fire]
    why = Why(int(matrix.why[unit, fire]))
    reasons = (*told(why), *_assumed(mover, matrix.fields))
    if why or not known(mover.point) or not known(goal.point):
        return Eta(inf, (), why, reasons)
    turnout = (Leg(Step.TURNOUT, mover.mode, 0.0, mover.ready_h),) if mover.ready_h else ()
    made = _flown(matrix, mover, goal, fire) if mover.flies else _ridden(matrix, mover, goal)
    whole = (*turnout, *made)
    return Eta(float(matrix.hours[unit, fire]), whole, why, reasons)


def _assumed(mover: Mover, fields: Fields) -> tuple[Coded, ...]:
    if mover.position_age_h <= fields.ground.params.stale_h:
        return ()
    hours = round(mover.position_age_h, _OLD_DECIMALS)
    return (Coded("travel.stale_position", {"hours": hours}),)


def _ridden(matrix: TravelMatrix, mover: Mover, goal: Goal) -> list[Leg]:
    """Launch, ride and walk."""
    fields, start, end = matrix.fields, mover.point or LonLat(0, 0), goal.point or LonLat(0, 0)
    pace = pace_of(mover, fields.ground.params)
    ride, walks = fields.ride(mover.mode, start), Walks.of(fields, [end])
    _, which = joined(ride, pace, walks, np.ones(1, np.bool_))
    cell = int(walks.cells[which[0], 0]), int(walks.cells[which[0], 1])
    found: list[Leg] = []
    if ride.launch is not None and cell != fields.cell(start):
        found += _launch(ride, mover, fields, pace)
        found.append(_ride(ride, mover, fields, cell, pace))
    found.append(_walk(fields, end, cell, float(walks.hours[which[0]])))
    return [one for one in found if one.hours > 0 or one.reasons]


def _launch(ride: Ride, mover: Mover, fields: Fields, pace: float) -> list[Leg]:
    launch, start = ride.launch, mover.point
    if launch is None or start is None or not launch.hours:
        return []
    end = fields.ground.land.plane.places(np.array([launch.cell]))[0]
    told_km = round(launch.km, 1)
    params = fields.ground.params
    is_far = mover.mode is Mode.TRUCK and launch.km > params.launch_km * params.launch_detour
    code = "travel.stretch" if is_far else "travel.launch"
    reasons = (Coded(code, {"km": told_km}),) if told_km else ()
    return [Leg(Step.LAUNCH, mover.mode, launch.km, launch.hours / pace, reasons, (start, end))]


def _ride(ride: Ride, mover: Mover, fields: Fields, cell: tuple[int, int], pace: float) -> Leg:
    """The vehicle's leg: on the graph, or over the cells of its field."""
    window = ride.window
    at = cell[0] - window.row, cell[1] - window.column
    begun = ride.launch.hours if ride.launch else 0.0
    hours = (float(ride.hours[at]) - begun) / pace
    if mover.mode is Mode.TRUCK:
        line, km = _driven(ride, fields, cell)
        return Leg(Step.RIDE, mover.mode, km, hours, _road_reasons(), line)
    friction = fields.ground.friction(mover.mode, window)
    if np.isinf(friction[at]):  # the bank
        friction[at] = fields.ground.friction(Mode.ON_FOOT, window)[at]
    plane = fields.ground.land.plane
    times = ride.hours.astype(np.float64)
    way = kernel.way_back(times, friction, plane.cell_km, *at)[::-1]
    return _over(Step.RIDE, mover.mode, window.on_plane(way), hours, fields)


def _road_reasons() -> tuple[Coded, ...]:
    return (Coded("travel.roads_free"),)


def _driven(ride: Ride, fields: Fields, cell: tuple[int, int]) -> tuple[tuple[LonLat, ...], float]:
    """The way on the road graph to the node of a cell that is reached first, and its km."""
    if ride.launch is None:
        return (), 0.0
    times, previous = fields.road_times(ride.launch)
    here = np.flatnonzero((fields.roads.cells == cell).all(axis=1))
    node = int(here[np.argmin(times[here])])
    nodes, km = fields.roads.way(node, previous)
    return _thin(fields.roads.places(nodes)), km


def _walk(fields: Fields, end: LonLat, cell: tuple[int, int], hours: float) -> Leg:
    """On foot from where the vehicle stops."""
    walk, plane = fields.walk(end), fields.ground.land.plane
    window = walk.window
    friction = fields.ground.friction(Mode.ON_FOOT, window)
    at = cell[0] - window.row, cell[1] - window.column
    way = kernel.way_back(walk.hours, friction, plane.cell_km, *at)
    leg = _over(Step.WALK, Mode.ON_FOOT, window.on_plane(way), hours, fields)
    if not walk.moved_km:
        return leg
    moved = Coded("travel.goal_moved", {"km": round(walk.moved_km, 1)})
    return Leg(leg.step, leg.mode, leg.km, leg.hours, (*leg.reasons, moved), leg.line)


def _over(step: Step, mode: Mode, way: I8, hours: float, fields: Fields) -> Leg:
    """A leg over cells of the plane, with its true length and what was assumed of the ground."""
    land = fields.ground.land
    places = land.plane.places(way)
    lon, lat = zip(*places, strict=True)
    km = float(GEOD.line_length(lon, lat)) / _KM
    surface = land.surface[way[:, 0], way[:, 1]]
    reasons = [] if mode is Mode.BOAT else list(land.reasons)
    if (surface == Surface.CROSSING).any() and mode is not Mode.BOAT:
        reasons.append(Coded("travel.crossing_assumed"))
    if mode is Mode.BOAT:
        reasons.append(Coded("travel.still_water"))
    return Leg(step, mode, km, hours, tuple(reasons) if len(way) > 1 else (), _thin(places))


def _thin(places: list[LonLat]) -> tuple[LonLat, ...]:
    """A way without the places that a map would not show; as it is where it crosses 180°."""
    lon = np.array([one.lon for one in places])
    if len(places) < 3 or np.ptp(lon) > 180.0:  # noqa: PLR2004 - nothing to leave out
        return tuple(places)
    return tuple(LonLat(*one) for one in LineString(places).simplify(_THIN_DEG).coords)


def _flown(matrix: TravelMatrix, mover: Mover, goal: Goal, fire: int) -> list[Leg]:
    """Wait, flight with a stop if need be, and the way from the aircraft to the fire."""
    fields, air = matrix.fields, matrix.air.of(fire)
    lands = mover.mode is Mode.HELICOPTER
    point = goal.point or LonLat(0, 0)
    target = landings([goal])[0] if lands else point
    flown = flights([mover], [target], air, fields.ground.params)
    found: list[Leg] = []
    if flown.wait_h[0, 0] > 0:
        wait = float(flown.wait_h[0, 0])
        found.append(Leg(Step.WAIT, mover.mode, 0.0, wait, (Coded("travel.waits_for_light"),)))
    found += _airborne(flown, mover, target, matrix, fire)
    access = float(access_h(mover.mode, [goal], fields)[0])
    if lands:
        found.append(_from_landing(goal, fields, access))
    elif access:
        found.append(Leg(Step.DESCENT, mover.mode, 0.0, access))
    return found


def _airborne(
    flown: Flights, mover: Mover, target: LonLat, matrix: TravelMatrix, fire: int
) -> list[Leg]:
    air, params = matrix.air.of(fire), matrix.fields.ground.params
    start = mover.point or LonLat(0, 0)
    calm = (Coded("travel.wind_unknown"),) if air.is_calm_assumed else ()
    hours, km, stop = float(flown.out_h[0, 0]), float(flown.km[0, 0]), int(flown.stop[0, 0])
    if stop < 0:
        return [Leg(Step.FLY, mover.mode, km, hours, calm, (start, target))]
    place = air.fuel[stop]
    first_km = float(crossed(spots([start]), spots([place]))[0][0, 0])
    first_h = float(flights([mover], [place], air, params).out_h[0, 0])
    reason = Coded("travel.refuel_at", {"lon": round(place.lon, 3), "lat": round(place.lat, 3)})
    rest = hours - first_h - params.refuel_h
    return [
        Leg(Step.FLY, mover.mode, first_km, first_h, calm, (start, place)),
        Leg(Step.REFUEL, mover.mode, 0.0, params.refuel_h, (reason,), (place,)),
        Leg(Step.FLY, mover.mode, km - first_km, rest, calm, (place, target)),
    ]


def _from_landing(goal: Goal, fields: Fields, hours: float) -> Leg:
    """On foot from the helicopter: over the ground from a named place, else as assumed."""
    params = fields.ground.params
    if goal.landing and known(goal.landing) and goal.point:
        return _walk(fields, goal.point, fields.cell(goal.landing), hours)
    near = Coded("travel.landing_assumed", {"km": params.landing_km})
    return Leg(Step.WALK, Mode.ON_FOOT, params.landing_km, hours, (near,))
