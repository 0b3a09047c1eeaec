"""Where, when and why true fires start, and when they are held."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from sylvan.scenario.fields import Plane, stream
from sylvan.scenario.fires import IGNITION, Cause, Records, vigour
from sylvan.scenario.geography import Geography
from sylvan.scenario.ground import Fuel, Ground
from sylvan.scenario.parameters import DAY_S, HOUR_S, ScenarioParameters
from sylvan.scenario.weather import Weather

_PAIR_SHARE: Final = 0.25
_PAIR_KM: Final = 9.0
"""Share of fires that start near another (one storm, one road), and the median distance."""
_PLACES: Final = 200
"""Places tried for an ignition before the region is declared unburnable."""
_HOLDOVER_H: Final = 14.0
"""Mean time that a stroke's fire creeps unseen before it spreads."""
_STILL_H: Final = 30.0
"""h, mean time for which a fire that burns at the start goes on."""
_DRY: Final = 1.6
"""Vigour at which every spark takes; drier regions gather the fires."""
_RAIN_MEMORY_H: Final = 12.0
"""h of the present rain that an ignition's place is taken to have had."""


def draw_ignitions(
    parameters: ScenarioParameters,
    geography: Geography,
    ground: Ground,
    weather: Weather,
    strokes: Records,
) -> Records:
    """Places, times, causes and lives of all fires, in order of time."""
    rng = stream(parameters.seed, "ignitions")
    n = parameters.ignitions
    made = np.zeros(n + len(parameters.planned), IGNITION)
    made["stroke_at"] = np.nan
    before = rng.random(n) < parameters.ongoing_share
    age = np.minimum(rng.exponential(2.2 * DAY_S, n), 0.95 * parameters.spin_up_days * DAY_S)
    during = parameters.t0 + rng.random(n) * 0.92 * (parameters.t1 - parameters.t0)
    made["at"][:n] = np.where(before, parameters.t0 - age, during)
    human = rng.random(n) < parameters.human_share
    made["cause"][:n] = np.where(human, Cause.HUMAN, Cause.LIGHTNING)
    for i in range(n):
        _place(made, i, rng, (geography, ground, weather), strokes)
    _hold(made[:n], parameters, rng)
    # What already burns at the start was not put out before it; a demo of dead fires is none.
    rest = parameters.t0 + rng.exponential(_STILL_H, n) * HOUR_S
    made["held_at"][:n] = np.where(
        before, np.maximum(made["held_at"][:n], rest), made["held_at"][:n]
    )
    _plan(made, n, parameters)
    made["fuel"] = ground.fuel(made["lon"], made["lat"])
    made = np.sort(made, order="at")
    made["fire"] = np.arange(1, made.size + 1)
    made["complex"] = _complexes(made, geography.plane, parameters.growth.complex_km)
    return made


def _place(
    made: Records,
    i: int,
    rng: np.random.Generator,
    land: tuple[Geography, Ground, Weather],
    strokes: Records,
) -> None:
    """Put one ignition on dry, burnable land: near people, under a stroke, beside another fire."""
    geography, ground, weather = land
    for attempt in range(_PLACES):
        if i and rng.random() < _PAIR_SHARE:
            other = made[rng.integers(i)]
            lon, lat = _around(rng, geography.plane, other, _PAIR_KM)
        elif made["cause"][i] == Cause.HUMAN and geography.settlements:
            town = geography.settlements[int(rng.integers(len(geography.settlements)))]
            lon, lat = _around(rng, geography.plane, {"lon": town.lon, "lat": town.lat}, 11.0)
        else:
            lon, lat = _under_stroke(made, i, rng, geography, strokes)
        place = np.array([lon]), np.array([lat])
        now = weather.at(*place, float(made["at"][i]))
        dry = vigour(now.temperature, now.humidity, _RAIN_MEMORY_H * now.rain)[0]
        burns = ground.fuel(*place)[0] != Fuel.NONE
        if burns and (dry > _DRY * rng.random() or attempt > _PLACES // 2):
            made["lon"][i], made["lat"][i] = lon, lat
            return
    raise ValueError("no burnable land found: the region is all water, or its boundary is wrong")


def _under_stroke(
    made: Records, i: int, rng: np.random.Generator, geography: Geography, strokes: Records
) -> tuple[float, float]:
    """Place of a stroke that struck a while before; anywhere if there was none."""
    wanted = made["at"][i] - rng.exponential(_HOLDOVER_H) * HOUR_S
    known = np.searchsorted(strokes["at"], wanted)
    near = strokes[max(0, known - 60) : known]
    if made["cause"][i] != Cause.LIGHTNING or near.size == 0:
        lon, lat = geography.draw(rng, 1)
        return float(lon[0]), float(lat[0])
    stroke = near[rng.integers(near.size)]
    made["stroke_at"][i] = stroke["at"]
    return float(stroke["lon"]), float(stroke["lat"])


def _around(
    rng: np.random.Generator, plane: Plane, centre: Any, median_km: float
) -> tuple[float, float]:
    distance = median_km * np.exp(0.6 * rng.standard_normal())
    heading = rng.uniform(0, 2 * np.pi)
    x, y = plane.xy(np.array(centre["lon"]), np.array(centre["lat"]))
    # The plane shrinks with latitude; a fire's neighbour only has to be near, not exactly so far.
    lon, lat = plane.lonlat(x + distance * np.cos(heading), y + distance * np.sin(heading))
    return float(lon), float(lat)


def _hold(made: Records, parameters: ScenarioParameters, rng: np.random.Generator) -> None:
    g = parameters.growth
    near = np.where(made["cause"] == Cause.HUMAN, g.contained_human_h[0], g.contained_remote_h[0])
    wide = np.where(made["cause"] == Cause.HUMAN, g.contained_human_h[1], g.contained_remote_h[1])
    life = near * np.exp(wide * rng.standard_normal(made.size))
    made["held_at"] = made["at"] + life * HOUR_S


def _plan(made: Records, n: int, parameters: ScenarioParameters) -> None:
    for i, plan in enumerate(parameters.planned, start=n):
        at = parameters.t0 + plan.after_h * HOUR_S
        life = plan.contained_after_h or parameters.growth.contained_remote_h[0]
        made[i]["lon"], made[i]["lat"], made[i]["at"] = plan.lon, plan.lat, at
        made[i]["cause"] = Cause[plan.cause.upper()]
        made[i]["held_at"] = at + life * HOUR_S


def _complexes(made: Records, plane: Plane, reach_km: float) -> npt.NDArray[np.int32]:
    if made.size == 0:
        return np.empty(0, "i4")
    x, y = plane.xy(made["lon"], made["lat"])
    tree = cKDTree(np.column_stack([x, y]))
    near = tree.sparse_distance_matrix(tree, reach_km)
    return np.asarray(connected_components(near, directed=False)[1] + 1, "i4")
