"""A small country for seasons: an invented land, some bases, straight ways."""

from functools import cache

import numpy as np

from sylvan.domain.dispatch.model import CardLine
from sylvan.domain.dispatch.runcard import Card, Cards
from sylvan.scenario.fields import KM_PER_DEGREE
from sylvan.scenario.geography import invented
from sylvan.scenario.seasons.country import Country, Force, floors_of
from sylvan.scenario.seasons.parameters import SeasonParameters
from sylvan.scenario.seasons.world import World, draw

BASES = {"west": (121.0, 62.0), "middle": (124.0, 62.5), "east": (127.0, 62.0)}
KINDS = {
    "jumpers": (180.0, 180.0, True),
    "crew": (150.0, 30.0, False),
    "engine": (250.0, 40.0, False),
}
"""Rate, speed, whether they fly."""
SMALL = SeasonParameters(fires=14, days=2.0, rain_h=(24.0, 36.0, 48.0), missed_h=12.0)


def forces() -> tuple[Force, ...]:
    return tuple(
        Force(
            f"{kind}-{base}-{n}", kind, base, rate, 12.0, 8.0, 14.0, 2.0, 2.0, 0.5,
            (1.0, 0.6, 0.0) if kind != "engine" else (1.0, 0.8, 0.3),
        )
        for base in BASES
        for kind, (rate, _, _) in KINDS.items()
        for n in range(3)
    )  # fmt: skip


def straight(lon, lat):
    """Straight ways: crews on the ground get 150 km far, jumpers 600."""
    units = forces()
    home = np.array([BASES[one.base] for one in units])
    shrink = np.cos(np.radians(62.0))
    east, north = lon[None] - home[:, :1], lat[None] - home[:, 1:]
    km = KM_PER_DEGREE * np.hypot(east * shrink, north)
    speed = np.array([KINDS[one.kind][1] for one in units])[:, None]
    flies = np.array([KINDS[one.kind][2] for one in units])[:, None]
    hours = np.where(km <= np.where(flies, 600.0, 150.0), 0.5 + km / speed, np.inf)
    return hours, np.where(flies, 2.0 * km / speed, 0.0)


@cache
def country() -> Country:
    units = forces()
    lines = (CardLine(2, 3.0),)
    any_fire = Card("any", (), (), (), lines, (), None, "test", verified=False)
    return Country(
        invented((119.0, 61.0, 129.0, 63.5), 3, settlements=12),
        units,
        straight,
        dict.fromkeys(BASES, 16.0),
        floors_of(units, frozenset(BASES)),
        Cards("test", "test", (any_fire,), ()),
    )


def world(seed: int = 1, load: str = "normal") -> World:
    return draw(country(), seed, load, SMALL)
