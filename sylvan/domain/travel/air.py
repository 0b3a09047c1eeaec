"""Flights to fires: straight ways, wind, fuel with one stop at most, and light.

Vectorised over aircraft × stops × fires.  A flight counts when the aircraft can also get from the
fire to the nearest fuel, with its reserve, before it is dark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
_TANKS: Final = 2.0
"""With one stop nobody gets farther than on two tanks."""


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
    from_deg, wind = np.asarray(air.wind_from_deg), np.asarray(air.wind_km_h)
    told = np.isfinite(from_deg) & np.isfinite(wind)
    wind = np.where(told, np.maximum(wind, 0.0), 0.0)
    off = np.radians(np.where(told, from_deg, 0.0) + HALF_TURN - bearing)
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
    fuel = spots(air.fuel)
    speed = np.array([one.speed_km_h for one in movers], np.float64)[:, None]
    aloft = np.array([one.aloft_h for one in movers])[:, None]
    km, bearing = crossed(bases, ends)
    direct = flown_h(km, bearing, speed, air, params)
    onward = _Onward.of(fuel, ends, speed, air, params)
    home = flown_h(*apart(ends, Spots(bases.lon[:, None], bases.lat[:, None])), speed, air, params)
    home[[not one.at_base for one in movers]] = np.inf
    back = np.minimum(home, onward.nearest())
    fits = direct + back + params.fuel_reserve_h <= aloft
    out, length = np.where(fits, direct, np.inf), km.copy()
    stop = np.full(out.shape, -1, np.int64)
    if len(fuel.lon):
        far = (speed + _strongest(air)) * aloft * _TANKS
        pairs = np.nonzero(~fits & (km <= far) & np.isfinite(back))
        first = _First(bases, fuel, speed, air, params)
        tank = (aloft - params.fuel_reserve_h)[pairs[0]]
        _stopping((out, length, stop), pairs, *_over_stops(first, onward, pairs, tank, back[pairs]))
    wait, dark = _waits(movers, bases, ends, out, back, air, params)
    why = np.full(out.shape, int(Why.FUEL))
    why[km > aloft * speed] = Why.OUT_OF_RANGE
    why[np.isinf(direct)] = Why.WIND
    why[np.isfinite(out)] = Why.REACHED
    why[dark] = Why.DAYLIGHT
    return Flights(why, wait, out, back, stop, length)


@dataclass(frozen=True, eq=False)
class _Onward:
    """Legs from places with fuel to fires; speeds are few, so that each is reckoned once."""

    km: F8
    """(places, fires)"""
    hours: F8
    """(speeds, places, fires)"""
    speed: I8
    """(aircraft,) which of the speeds."""
    back_h: F8
    """(speeds, places, fires) the other way."""

    @classmethod
    def of(
        cls, fuel: Spots, ends: Spots, speed: F8, air: Air, params: TravelParameters
    ) -> "_Onward":
        speeds, which = np.unique(speed[:, 0], return_inverse=True)
        km, bearing = crossed(fuel, ends)
        _, other = apart(ends, Spots(fuel.lon[:, None], fuel.lat[:, None]))
        v = speeds[:, None, None]
        hours = flown_h(km[None], bearing[None], v, air, params)
        return cls(km, hours, which, flown_h(km[None], other[None], v, air, params))

    def nearest(self) -> F8:
        """(aircraft, fires) hours from each fire to the nearest fuel; infinite without any."""
        least: F8 = self.back_h.min(axis=1, initial=np.inf)
        return least[self.speed]


@dataclass(frozen=True, eq=False)
class _First:
    """Legs from bases to places with fuel."""

    bases: Spots
    fuel: Spots
    speed: F8
    air: Air
    params: TravelParameters

    def legs(self, unit: I8, fire: I8) -> tuple[F8, F8]:
        """(pairs, places) hours and km for pairs of aircraft and fires."""
        km, bearing = crossed(self.bases, self.fuel)
        if self.air.winds_differ:
            wind = self.air.of_pairs(fire)
            return flown_h(km[unit], bearing[unit], self.speed[unit], wind, self.params), km[unit]
        return flown_h(km, bearing, self.speed, self.air, self.params)[unit], km[unit]


def _over_stops(
    first: _First, onward: _Onward, pairs: tuple[I8, ...], tank: F8, back: F8
) -> tuple[F8, F8]:
    """(pairs, places) hours and km over each place with fuel; infinite where the tank is small."""
    unit, fire = pairs
    first_h, first_km = first.legs(unit, fire)
    second_h = onward.hours[onward.speed[unit], :, fire]
    fits = (first_h <= tank) & (second_h + back[:, None] <= tank)
    hours = np.where(fits, first_h + first.params.refuel_h + second_h, np.inf)
    return hours, first_km + onward.km[:, fire].T


def _stopping(made: tuple[F8, F8, I8], pairs: tuple[I8, ...], over: F8, way: F8) -> None:
    """Put the earliest stop of each pair that has one into hours, km and stops."""
    best = over.argmin(axis=1)
    each = np.arange(len(best))
    found = np.isfinite(over[each, best])
    cells = tuple(axis[found] for axis in pairs)
    for filled, values in zip(made, (over[each, best], way[each, best], best), strict=True):
        filled[cells] = values[found]


def _strongest(air: Air) -> float:
    """The strongest wind, km/h."""
    return 0.0 if air.wind_km_h is None else float(np.nanmax(air.wind_km_h, initial=0.0))


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
