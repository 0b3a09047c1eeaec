"""The truth of a season: fires, their growth, what goes wrong; the same for every policy.

All that chance decides is drawn here by fire, or by unit and fire, before anybody is sent. So two
policies that send a unit to a fire find the same way and the same hands.
"""

from dataclasses import dataclass
from functools import cached_property
from math import pi

import numpy as np

from sylvan.scenario.fields import Floats, stream
from sylvan.scenario.fires import vigour
from sylvan.scenario.geography import Geography
from sylvan.scenario.parameters import HOUR_S, ScenarioParameters
from sylvan.scenario.seasons.country import Bools, Country, Ints
from sylvan.scenario.seasons.parameters import LOADS, SeasonParameters
from sylvan.scenario.weather import make_weather

HA_M2 = 10_000.0
_DAY_H = 24
_TRIES = 1_000  # throws at land before it is declared too small
_HOMES = 6  # settlements that are looked at for a fire
_AHEAD = np.sqrt(0.5)  # cosine of 45°: as near to the wind's direction as exposure tells "downwind"
_DANGER = np.array([0.15, 0.35, 0.6, 0.9])  # mean vigour of a day between classes of danger


@dataclass(frozen=True, eq=False)
class World:
    """F fires, U units, H hours, S settlements; times are hours from the season's start."""

    country: Country
    parameters: SeasonParameters
    seed: int
    start_h: Floats
    seen_h: Floats
    """When somebody sees it, if it still burns."""
    rain_h: Floats
    lon: Floats
    lat: Floats
    breadth: Floats
    """Length over breadth."""
    growth_m_h: Floats
    """(F, H) of the half-axis while nobody works there."""
    ahead_m_h: Floats
    """(F, H) its mean over the day that follows."""
    danger: Ints
    """(F, H) class 1 to 5, from the day before."""
    home: Ints
    """(F, S) settlements that are near, -1: no more."""
    home_m: Floats
    """(F, S) from where the fire began to the settlement's edge; infinite: none."""
    home_hit_m: Floats
    """(F, S) half-axis at which it is reached."""
    told_hit_m: Floats
    """(F, S) the same, as told."""
    told_head: Bools
    """(F, S) whether it lies where the head is told to run."""
    told_rate: Floats
    """(F, days) factor on the growth that is told."""
    told_area: Floats
    """(F) factor on the area that is told."""
    eta_h: Floats
    """(U, F) hours that are told."""
    flight_h: Floats
    """(U, F) hours flown there and back."""
    travel: Floats
    """(U, F) factor on the hours."""
    production: Floats
    """(U, F) factor on the line."""
    broken: Bools
    """(U, F) whether the unit breaks down on this way."""

    @cached_property
    def eccentricity(self) -> Floats:
        """(F) of the ellipses."""
        return np.asarray(np.sqrt(1.0 - 1.0 / self.breadth**2))

    @cached_property
    def edge(self) -> Floats:
        """(F) perimeter over half-axis (Ramanujan 1914, second formula)."""
        short = 1.0 / self.breadth
        h = ((1.0 - short) / (1.0 + short)) ** 2
        return np.asarray(pi * (1.0 + short) * (1.0 + 3.0 * h / (10.0 + np.sqrt(4.0 - 3.0 * h))))

    def area_ha(self, axis_m: Floats) -> Floats:
        """(F) from half-axes."""
        return np.asarray(pi * axis_m**2 / self.breadth / HA_M2)

    @cached_property
    def first_m(self) -> Floats:
        """(F) half-axes at the start."""
        return np.asarray(np.sqrt(self.parameters.first_ha * HA_M2 * self.breadth / pi))

    @property
    def end_h(self) -> float:
        """When the last fire has been rained on, or mopped up."""
        return float(self.rain_h.max(initial=0.0)) + self.parameters.mop_up_h

    def hour(self, now_h: float) -> int:
        """Column of hourly tables."""
        return min(int(now_h), len(self.growth_m_h[0]) - 1)


def draw(
    country: Country, seed: int, load: str = "normal", parameters: SeasonParameters | None = None
) -> World:
    """The world of a seed.

    Raises:
        ValueError: no such load, or no land to burn.
    """
    told = parameters or SeasonParameters()
    if load not in LOADS:
        raise ValueError(f"load {load!r}: it is one of {', '.join(LOADS)}")
    many = round(told.fires * LOADS[load])
    lon, lat = _places(country.geography, stream(seed, "places", load), many, told)
    rng = stream(seed, "fires", load)
    start = _starts(rng, many, told)
    seen = start + _lognormal(rng, told.seen_h, many)
    missed = rng.random(many) < told.missed
    seen += np.where(missed, rng.exponential(told.missed_h, many), 0.0)
    least, mean, most = told.rain_h
    rain = start + np.minimum(least + rng.exponential(mean, many), most)
    breadth = rng.uniform(*told.length_to_breadth, many)
    heading = rng.uniform(0.0, 2.0 * pi, many)
    force = _weather(country.geography, lon, lat, seed, float(rain.max(initial=0.0)), told)
    growth = _lognormal(rng, told.rate_m_h, many)[:, None] * force[:, _DAY_H:]
    homes = _homes(country.geography, lon, lat, told)
    e = told.errors
    off = np.radians(e.heading_deg) * rng.standard_normal(many)
    hit = _hits(homes, heading, breadth)
    told_hit = _hits(homes, heading + off, breadth)
    days = force.shape[1] // _DAY_H + 1
    both = len(country.forces), many
    ways = country.ways(lon, lat)
    return World(
        country, told, seed, start, seen, rain, lon, lat, breadth, growth, _means(growth),
        _danger(force), homes[0], homes[1], hit[0], told_hit[0], told_hit[1],
        np.exp(np.log(e.spread) * _kept(stream(seed, "told", load), (many, days), e.spread_kept)),
        np.exp(e.area * rng.standard_normal(many)),
        *ways,
        stream(seed, "travel", load).uniform(1.0 - e.travel, 1.0 + e.travel, both),
        stream(seed, "line", load).uniform(1.0 - e.production, 1.0 + e.production, both),
        stream(seed, "broken", load).random(both) < e.breakdown,
    )  # fmt: skip


def _lognormal(rng: np.random.Generator, how: tuple[float, float], many: int) -> Floats:
    return np.asarray(how[0] * np.exp(how[1] * rng.standard_normal(many)))


def _kept(rng: np.random.Generator, shape: tuple[int, ...], rho: float) -> Floats:
    """Standard normal numbers of which neighbours on the last axis are correlated."""
    z = rng.standard_normal(shape)
    for at in range(1, shape[-1]):
        z[..., at] = rho * z[..., at - 1] + np.sqrt(1.0 - rho**2) * z[..., at]
    return z


def _starts(rng: np.random.Generator, many: int, told: SeasonParameters) -> Floats:
    days = max(int(np.ceil(told.days)), 1)
    weight = np.exp(told.bursts * _kept(rng, (days,), told.burst_kept))
    day = rng.choice(days, many, p=weight / weight.sum())
    return np.sort((day + rng.random(many)) * told.days / days * _DAY_H)


def _places(
    geography: Geography, rng: np.random.Generator, many: int, told: SeasonParameters
) -> tuple[Floats, Floats]:
    """Near people, near another fire, or anywhere; on land where fires are fought."""
    plane, towns = geography.plane, geography.settlements
    tx, ty = plane.xy(np.array([s.lon for s in towns]), np.array([s.lat for s in towns]))
    lon, lat = np.empty(many), np.empty(many)
    for at in range(many):
        for _ in range(_TRIES):
            if at and rng.random() < told.pair_share:
                other = rng.integers(at)
                middle, km = (lon[other], lat[other]), (told.pair_km, 0.6)
            elif towns and rng.random() < told.human_share:
                town = towns[int(rng.integers(len(towns)))]
                middle, km = (town.lon, town.lat), told.human_km
            else:
                x, y = geography.draw(rng, 1)
                middle, km = (float(x[0]), float(y[0])), (0.0, 0.0)
            spot = _around(geography, rng, middle, km)
            x, y = plane.xy(*spot)
            clear = not towns or (np.hypot(tx - x, ty - y) >= told.least_km).all()
            if clear and geography.on_land(*spot)[0]:
                lon[at], lat[at] = spot[0][0], spot[1][0]
                break
        else:
            raise ValueError("hardly any land to burn away from settlements")
    return lon, lat


def _around(
    geography: Geography,
    rng: np.random.Generator,
    middle: tuple[float, float],
    km: tuple[float, float],
) -> tuple[Floats, Floats]:
    away = km[0] * np.exp(km[1] * rng.standard_normal(1))
    angle = rng.uniform(0.0, 2.0 * pi, 1)
    x, y = geography.plane.xy(np.array([middle[0]]), np.array([middle[1]]))
    return geography.plane.lonlat(x + away * np.sin(angle), y + away * np.cos(angle))


def _weather(
    geography: Geography, lon: Floats, lat: Floats, seed: int, end_h: float, told: SeasonParameters
) -> Floats:
    """(F, 24 + H) vigour of fire at each place and hour, the day before the start included."""
    hours = int(np.ceil(end_h)) + 2 * _DAY_H
    made = ScenarioParameters(seed=seed, start=told.start, days=hours / _DAY_H + 1.0)
    weather = make_weather(made, geography.plane)
    at: Floats = made.t0 + HOUR_S * np.arange(-2.0 * _DAY_H, hours) + HOUR_S / 2.0
    found = np.empty((len(lon), hours + _DAY_H))
    for f in range(len(lon)):
        now = weather.at(np.full(at.size, float(lon[f])), np.full(at.size, float(lat[f])), at)
        total = np.concatenate([[0.0], np.cumsum(now.rain)])
        wet = (total[_DAY_H:] - total[:-_DAY_H])[:-1]
        found[f] = vigour(now.temperature[_DAY_H:], now.humidity[_DAY_H:], wet)
    return found


def _means(table: Floats) -> Floats:
    """Means over a day from each column on; the last ones over what is left."""
    total = np.concatenate([np.zeros((len(table), 1)), np.cumsum(table, axis=1)], axis=1)
    first = np.arange(table.shape[1])
    last = np.minimum(first + _DAY_H, table.shape[1])
    return np.asarray((total[:, last] - total[:, first]) / (last - first))


def _danger(force: Floats) -> Ints:
    """(F, H) class by the day before."""
    return np.searchsorted(_DANGER, _means(force)[:, :-_DAY_H]) + 1


def _homes(
    geography: Geography, lon: Floats, lat: Floats, told: SeasonParameters
) -> tuple[Ints, Floats, Floats]:
    """(F, S) nearest settlements, m to their edges, and their bearing, radians."""
    towns, plane = geography.settlements, geography.plane
    if not towns:
        none = np.full((len(lon), 1), np.inf)
        return np.full(none.shape, -1, np.int64), none, np.zeros(none.shape)
    x, y = plane.xy(lon, lat)
    tx, ty = plane.xy(np.array([s.lon for s in towns]), np.array([s.lat for s in towns]))
    # The plane is stretched away from its middle; so are settlements and fires alike.
    dx, dy = tx[None] - x[:, None], ty[None] - y[:, None]
    km = np.hypot(dx, dy)
    nearest = np.argsort(km, axis=1, kind="stable")[:, :_HOMES]
    pick = [np.take_along_axis(one, nearest, axis=1) for one in (km, dx, dy)]
    near = pick[0] <= told.near_km
    metres = np.where(near, (pick[0] - told.village_km) * 1_000.0, np.inf)
    return np.where(near, nearest, -1), metres, np.arctan2(pick[1], pick[2])


def _hits(
    homes: tuple[Ints, Floats, Floats], heading: Floats, breadth: Floats
) -> tuple[Floats, Bools]:
    """(F, S) half-axis at which the ellipse reaches them, and whether the head runs there.

    From the focus in which it began an ellipse of half-axis ``a`` reaches
    ``a(1 - e²)/(1 - e·cos φ)``.
    """
    e = np.sqrt(1.0 - 1.0 / breadth**2)[:, None]
    phi = homes[2] - heading[:, None]
    return homes[1] * (1.0 - e * np.cos(phi)) / (1.0 - e**2), np.cos(phi) >= _AHEAD
