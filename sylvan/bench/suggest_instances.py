"""Made-up evenings in Yakutia for the suggestion's bench: fires, bases, units, reserves.

Places are even over 1,000 × 718 km. A fire grows as an ellipse of one rate; a base keeps up to six
units of nine kinds, whose speeds, ranges and rates are the seed values of the register. Everything
follows from the size and the seed.
"""

from dataclasses import dataclass
from math import pi
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.model import TIMES_H, Fire, Floor, Problem, Unit
from sylvan.domain.dispatch.params import Tier

F8 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of unit in the made-up region; all values are unverified seeds of the register."""

    name: str
    share: float
    rate_m_h: float
    speed_km_h: float
    radius_km: float
    turnout_h: float
    detour: float = 1.0
    flies: bool = False


KINDS: Final = (
    Kind("smokejumpers", 0.22, 180.0, 180.0, 750.0, 0.9, flies=True),
    Kind("helitack", 0.14, 180.0, 210.0, 350.0, 0.6, flies=True),
    Kind("engine_crew", 0.14, 250.0, 40.0, 150.0, 0.2, 1.45),
    Kind("bulldozer", 0.08, 600.0, 25.0, 180.0, 0.7, 1.45),
    Kind("atv_crew", 0.12, 150.0, 9.0, 90.0, 0.5, 1.2),
    Kind("boat_crew", 0.08, 150.0, 22.0, 250.0, 0.5, 1.8),
    Kind("helicopter", 0.08, 250.0, 200.0, 350.0, 0.4, flies=True),
    Kind("air_tanker", 0.02, 500.0, 450.0, 1_000.0, 1.0, flies=True),
    Kind("contractor_crew", 0.12, 150.0, 35.0, 120.0, 1.0, 1.45),
)


@dataclass(frozen=True)
class Evening:
    """How instances are drawn."""

    width_km: float = 1_000.0
    height_km: float = 718.0
    # 71.8 Mha: the zone of Yakutia in which fires are fought since 2022
    units_per_base: int = 5
    area_ha: tuple[float, float] = (5.0, 1.0)
    # median and sigma of ln; first areas of fires that are being fought
    rate_km_h: tuple[float, float] = (0.03, 0.5)
    # median and sigma of ln; growth of the half-axis, mean over days
    length_to_breadth: tuple[float, float] = (1.3, 3.0)
    rain_h: float = 192.0
    # mean wait for rain that ends a fire; 8 days (unverified)
    tiers: tuple[float, float, float] = (0.1, 0.15, 0.75)
    weights: tuple[float, float, float] = (10.0, 4.0, 1.0)
    # ha's worth of a ha by tier
    duty_h: tuple[float, ...] = (4.0, 8.0, 12.0)
    flight_h: tuple[float, float] = (8.0, 8.0)
    # of each aircraft's base: so much, and so much for every helicopter or tanker
    floor_from: int = 3
    # crews of a base from which on one is kept
    edge_m: float = 150.0
    # of edge that one unit takes up
    places: tuple[int, int] = (4, 40)


def instance(fires: int, units: int, seed: int, how: Evening | None = None) -> Problem:
    """A problem of some size."""
    how = how or Evening()
    rng = np.random.default_rng([seed, fires, units])
    burning, where = _fires(rng, fires, how)
    bases = max(units // how.units_per_base, 1)
    at = rng.uniform((0.0, 0.0), (how.width_km, how.height_km), (bases, 2))
    crews, kinds, home = _units(rng, units, bases, how)
    km = np.hypot(*(at[home][:, None, :] - where[None, :, :]).transpose(2, 0, 1))
    speed = np.array([one.speed_km_h / one.detour for one in kinds])[:, None]
    turnout = np.array([one.turnout_h for one in kinds])[:, None]
    radius = np.array([one.radius_km for one in kinds])[:, None]
    flies = np.array([one.flies for one in kinds])[:, None]
    eta = np.where(km <= radius, turnout + km / speed, np.inf)
    flown = np.where(flies, 2.0 * km / speed, 0.0)
    left = _flight_hours(kinds, home, how)
    return Problem(
        burning, crews, eta, TIMES_H, flight_h=flown, flight_left_h=left,
        floors=_floors(crews, how),
    )  # fmt: skip


def _fires(rng: np.random.Generator, count: int, how: Evening) -> tuple[tuple[Fire, ...], F8]:
    times = np.array(TIMES_H)
    where = rng.uniform((0.0, 0.0), (how.width_km, how.height_km), (count, 2))
    made = []
    for number in range(count):
        area = rng.lognormal(np.log(how.area_ha[0]), how.area_ha[1])
        rate = rng.lognormal(np.log(how.rate_km_h[0]), how.rate_km_h[1])
        ratio = rng.uniform(*how.length_to_breadth)
        axis = np.sqrt(area / 100.0 * ratio / pi)
        long = axis + rate * times
        need = 1_000.0 * ramanujan(long, long / ratio)
        grown = 100.0 * pi / ratio * (long**2 - axis**2)
        tau = how.rain_h
        escape = 100.0 * pi / ratio * (2.0 * axis * rate * tau + 2.0 * (rate * tau) ** 2)
        place = int(rng.choice(3, p=how.tiers))
        weight = how.weights[place] * rng.uniform(0.5, 1.5)
        edge = 1_000.0 * float(ramanujan(np.array(axis), np.array(axis / ratio)))
        most = int(np.clip(edge / how.edge_m + 3.0, *how.places))
        damage = np.maximum.accumulate(weight * grown)
        damages = *map(float, damage), float(max(weight * escape, damage[-1]))
        tier = tuple(Tier)[place]
        made.append(Fire(f"fire-{number}", tier, tuple(need), damages[:-1], damages[-1], most))
    return tuple(made), where


def ramanujan(long: F8, short: F8) -> F8:
    """Perimeter of an ellipse from its half-axes (Ramanujan 1914, second formula)."""
    h = ((long - short) / (long + short)) ** 2
    return np.asarray(pi * (long + short) * (1.0 + 3.0 * h / (10.0 + np.sqrt(4.0 - 3.0 * h))))


def _units(
    rng: np.random.Generator, count: int, bases: int, how: Evening
) -> tuple[tuple[Unit, ...], list[Kind], npt.NDArray[np.int64]]:
    shares = np.array([one.share for one in KINDS])
    # A base has two or three kinds, so that many of its units are equal.
    usual = rng.choice(len(KINDS), (bases, 3), p=shares / shares.sum())
    home = np.sort(rng.integers(0, bases, count))
    kinds = [KINDS[usual[base, rng.integers(3)]] for base in home]
    duty = rng.choice(how.duty_h, bases)
    made = [
        Unit(f"unit-{at}", kind.name, f"base-{base}", kind.rate_m_h, float(duty[base]))
        for at, (kind, base) in enumerate(zip(kinds, home, strict=True))
    ]
    return tuple(made), kinds, home


def _flight_hours(kinds: list[Kind], home: npt.NDArray[np.int64], how: Evening) -> dict[str, float]:
    left: dict[str, float] = {}
    for kind, base in zip(kinds, home, strict=True):
        if kind.flies:
            name = f"base-{base}"
            own = how.flight_h[1] if kind.name in {"helicopter", "air_tanker"} else 0.0
            left[name] = left.get(name, how.flight_h[0]) + own
    return left


def _floors(units: tuple[Unit, ...], how: Evening) -> tuple[Floor, ...]:
    crews = {"smokejumpers", "helitack"}
    count: dict[tuple[str, str], int] = {}
    for one in units:
        if one.kind in crews:
            count[one.base, one.kind] = count.get((one.base, one.kind), 0) + 1
    return tuple(Floor(*key, 1) for key, many in count.items() if many >= how.floor_from)
