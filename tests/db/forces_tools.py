"""A small country with a road, a town and four engines, for tests of who goes to a fire."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import numpy as np
from shapely.geometry import LineString, Point, box

from sylvan.domain.forces.kinds import StationKind, UnitKind
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.services.helpers import Helpers
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    firms_file,
    load_layer,
    near,
    opened,
    operator,
    take,
)

LON, LAT = ORIGIN
PIXEL_KM = 0.375


@contextmanager
def country(url):
    with opened(url, pool=8) as made:
        # by this process: starting a helper takes longer than a test
        object.__setattr__(made.suggestions, "helpers", Helpers(alone=True))
        around = box(LON - 1.5, LAT - 0.7, LON + 1.5, LAT + 0.7)
        load_layer(made, "boundary", ("nowhere", around, {}))
        load_layer(made, "settlement", ("town", Point(LON, LAT - 20 * KM_LAT), {"population": 900}))
        road = LineString([(LON - 1.0, LAT - 2 * KM_LAT), (LON + 1.0, LAT - 2 * KM_LAT)])
        load_layer(made, "road", ("road", road, {}))
        base = StationCard("base", StationKind.FIRE_STATION, (LON + 0.5, LAT - 2 * KM_LAT))
        made.stations.create(operator(made), base, None)
        for number in range(4):
            card = UnitCard(f"engine-{number}", UnitKind.ENGINE, "base")
            made.units.create(operator(made), card, None)
        made.units.create(operator(made), UnitCard("plane", UnitKind.PATROL_AIRCRAFT, "base"), None)
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


def fire_at(house, east_km=0.0, *, registered=True, side=1) -> UUID:
    """A fire of so many pixels along each side of a square."""
    known = {one["id"] for one in house.picture.snapshot(operator(house))["fires"]}
    seen = NOW - timedelta(hours=2)
    steps = [PIXEL_KM * n for n in range(side)]
    rows = np.concatenate([near(east_km + x, y, seen) for x in steps for y in steps])
    take(house, f"f{east_km}.csv", firms_file(rows))
    told = house.picture.snapshot(operator(house))["fires"]
    (fire,) = [one for one in told if one["id"] not in known]
    if registered:
        house.decisions.register(operator(house), UUID(fire["id"]), {}, None, None)
    return UUID(fire["id"])
