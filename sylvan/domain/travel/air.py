"""Flights to fires: straight ways, wind, fuel with one stop at most, and light.

Vectorised over aircraft × stops × fires.  A flight counts when the aircraft can also get from the
fire to the nearest fuel, with its reserve, before it is dark.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.places import LonLat
from sylvan.domain.travel.daylight import light
from sylvan.domain.travel.movers import Air, Mover, Why
from sylvan.domain.travel.parameters import DEFAULT, TravelParameters
from sylvan.domain.travel.sphere import Spots, apart, crossed, spots

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
HALF_TURN: Final = 180.0


class Flights(NamedTuple):
    """Flights of aircraft (rows) to fires (columns)."""

    why: I8  # :class:`Why`
    wait_h: F8  # for light, after the turnout
    out_h: F8  # all legs, with the stop
    back_h: F8  # from the fire to the nearest fuel
    stop: I8  # which of the fuel places; −1: none
    km: F8  # flown on the way out

    @property
    def hours(self) -> F8:
        """From the end of the turnout until over the fire; infinite where it does not get there."""
        return np.where(self.why == int(Why.REACHED), self.wait_h + self.out_h, np.inf)


def flown_h(km: F8, bearing: F8, speed: F8, air: Air, params: TravelParameters) -> F8:
    """Hours of legs by the wind triangle: GS = √(v² − w⊥²) + w∥; infinite where it is too slow.

    Args:
        km: lengths; the last axis is that of fires, if the wind is.
        bearing: of the legs, degrees.
        speed: true airspeed, km/h.
        air: the wind; calm where nobody knows it.
        params: the least speed over the ground.
    """
    if air.wind_from_deg is None or air.wind_km_h is None:
        return km / speed
    wind = np.maximum(np.asarray(air.wind_km_h, np.float64), 0.0)
    off = np.radians(np.asarray(air.wind_from_deg, np.float64) + HALF_TURN - bearing)
    along, across = wind * np.cos(off), wind * np.sin(off)
    over = np.sqrt(np.maximum(speed**2 - across**2, 0.0)) + along
    flies = (over >= params.slowest_ground_km_h) & (np.abs(across) < speed)
    with np.errstate(divide="ignore", invalid="ignore"):
        hours = km / over
    return np.where(flies, hours, np.where(km > 0, np.inf, 0.0))


def flights(
    movers: Sequence[Mover],
    goals: Sequence[LonLat],
    air: Air,
    params: TravelParameters = DEFAULT,
) -> Flights:
    """The earliest flight of each aircraft to each place.

    Args:
        movers: aircraft, each with a position, speed and fuel.
        goals: places.
        air: the moment, fuel and wind.
        params: refuelling, reserve, twilight.
    """
    bases, ends = spots([one.point for one in movers if one.point]), spots(goals)
    speed = np.array([one.speed_km_h for one in movers], np.float64)[:, None]
    aloft = np.array([one.aloft_h for one in movers])[:, None]
    km, bearing = crossed(bases, ends)
    direct = flown_h(km, bearing, speed, air, params)
    fuel = spots(air.fuel)
    back = _to_fuel(movers, bases, ends, fuel, speed, air, params)
    out, length, stop = _with_stop(
        _Stops.of(bases, ends, fuel, speed, air, params), direct, km, back, aloft, params
    )
    wait, dark = _waits(movers, bases, ends, out, back, air, params)
    why = np.full(out.shape, int(Why.FUEL))
    why[km > aloft * speed] = Why.OUT_OF_RANGE
    why[np.isinf(direct)] = Why.WIND
    why[np.isfinite(out)] = Why.REACHED
    why[dark] = Why.DAYLIGHT
    return Flights(why, wait, out, back, stop, length)


def _to_fuel(
    movers: Sequence[Mover],
    bases: Spots,
    ends: Spots,
    fuel: Spots,
    speed: F8,
    air: Air,
    params: TravelParameters,
) -> F8:
    """Hours from each fire to the nearest fuel: a place that has it, or the base it came from."""
    km, bearing = apart(Spots(ends.lon, ends.lat), Spots(bases.lon[:, None], bases.lat[:, None]))
    home = flown_h(km, bearing, speed, air, params)
    home[[not one.at_base for one in movers]] = np.inf
    if not len(fuel.lon):
        return home
    there = Spots(fuel.lon[:, None], fuel.lat[:, None])
    km, bearing = apart(ends, there)
    away = flown_h(km[None], bearing[None], speed[:, :, None], air, params)
    nearest: F8 = np.minimum(home, away.min(axis=1))
    return nearest


class _Stops(NamedTuple):
    """Legs over each place with fuel: (aircraft, places, fires)."""

    first_h: F8
    second_h: F8
    km: F8

    @classmethod
    def of(
        cls,
        bases: Spots,
        ends: Spots,
        fuel: Spots,
        speed: F8,
        air: Air,
        params: TravelParameters,
    ) -> "_Stops":
        to_km, to_bearing = crossed(bases, fuel)
        on_km, on_bearing = crossed(fuel, ends)
        v = speed[:, :, None]
        first = flown_h(to_km[:, :, None], to_bearing[:, :, None], v, air, params)
        second = flown_h(on_km[None], on_bearing[None], v, air, params)
        return cls(first, second, to_km[:, :, None] + on_km[None])


def _with_stop(
    stops: _Stops, direct: F8, km: F8, back: F8, aloft: F8, params: TravelParameters
) -> tuple[F8, F8, I8]:
    """Hours, km and stop of the earliest way that the fuel allows; no stop where none is needed."""
    reserve = params.fuel_reserve_h
    direct = np.where(direct + back + reserve <= aloft, direct, np.inf)
    stop = np.full(direct.shape, -1, np.int64)
    if not stops.km.shape[1]:
        return direct, km, stop
    tank = aloft[:, :, None]
    fits = (stops.first_h + reserve <= tank) & (stops.second_h + back[:, None] + reserve <= tank)
    over = np.where(fits, stops.first_h + params.refuel_h + stops.second_h, np.inf)
    best = over.argmin(axis=1)
    hours = np.take_along_axis(over, best[:, None], axis=1)[:, 0]
    length = np.take_along_axis(stops.km, best[:, None], axis=1)[:, 0]
    needed = np.isinf(direct) & np.isfinite(hours)
    return (
        np.where(needed, hours, direct),
        np.where(needed, length, km),
        np.where(needed, best, stop),
    )


def _waits(
    movers: Sequence[Mover],
    bases: Spots,
    ends: Spots,
    out: F8,
    back: F8,
    air: Air,
    params: TravelParameters,
) -> tuple[F8, npt.NDArray[np.bool_]]:
    """Hours until each can leave in light and be down again in light; and who never can."""
    about = float(ends.lon[0]) if len(ends.lon) else 0.0
    start = light(bases, air.at, params.twilight_deg, about)
    end = light(ends, air.at, params.twilight_deg, about)
    ready = np.array([one.ready_h for one in movers])[:, None]
    leave = np.full(out.shape, np.inf)
    flies = np.isfinite(out) & np.isfinite(back)
    whole = np.where(flies, out + back, 0.0)
    way = np.where(flies, out, 0.0)
    for day in range(start.begin.shape[1]):
        begin, until = start.begin[:, day, None], start.end[:, day, None]
        there, dusk = end.begin[None, :, day], end.end[None, :, day]
        at = np.maximum(np.maximum(ready, begin), there - way)
        lit = np.isfinite(at) & (at <= until) & (at + whole <= dusk) & np.isinf(leave)
        leave = np.where(lit, at, leave)
    dark = flies & np.isinf(leave)
    return np.where(np.isinf(leave), 0.0, leave - ready), dark
