"""What is known around fires: all of a batch at once, each as if it were asked alone."""

from datetime import timedelta

import numpy as np
import pytest
from shapely.geometry import Point, box

from sylvan.domain.detections import empty
from sylvan.domain.surroundings import LandCover
from sylvan.services.surroundings import Asked
from sylvan.store import layers
from sylvan.store.layers import Item, Layer
from tests.db.helpers import KM_LAT, NOW, ORIGIN, installation, near, opened

LON, LAT = ORIGIN


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made


def load(house, kind, *items):
    layer = Layer(kind, "nowhere", kind, {"ru": kind, "en": kind}, "test", "CC0-1.0", sample=False)
    features = [Item(str(n), {}, geom, props, kind, kind) for n, (geom, props) in enumerate(items)]
    with house.worlds.engine.begin() as conn:
        layers.replace(conn, layer, features, house.intake.clock())


def around(house, *asked):
    actor = installation(house)
    with house.worlds.engine.connect() as conn:
        region = house.geography.region(conn)
        return house.heat.surveyor.around(conn, actor, region, asked, house.intake.clock())


def seen(east=0.0, north=0.0, hours=6.0):
    return Asked(near(east, north, NOW - timedelta(hours=hours)))


def test_nothing_loaded_is_nothing_known(house):
    (found,) = around(house, seen())
    assert (found.water_km, found.industry_km, found.settlement_km) == (None, None, None)
    assert (found.land_cover, found.snow, found.lightning) == (None, None, None)
    assert not found.lightning_watched


def test_layers_tell_what_is_near(house):
    load(house, "lake", (box(LON - 0.01, LAT - 0.01, LON + 0.01, LAT + 0.01), {}))
    load(house, "settlement", (Point(LON, LAT + 5 * KM_LAT), {}))
    load(house, "heat_source", (Point(LON, LAT + 2 * KM_LAT), {"type": "plant"}))
    load(house, "land_cover", (box(LON - 1, LAT - 1, LON + 1, LAT + 1), {"cover": "peat"}))
    here, north = around(house, seen(), seen(north=3.0))
    assert (here.water_km, here.land_cover) == (0.0, LandCover.PEAT)
    assert here.industry_km == pytest.approx(2.0, abs=0.05)
    assert here.settlement_km == pytest.approx(5.0, abs=0.05)
    assert north.water_km == pytest.approx(3 - 0.01 / KM_LAT, abs=0.05)


def test_strokes_are_told_each_fire_as_if_it_were_asked_alone(house):
    lines = ["time,lat,lon"]
    rng = np.random.default_rng(1)
    for _ in range(300):
        at = NOW - timedelta(hours=float(rng.uniform(0, 300)))
        lat, lon = rng.normal(LAT, 0.1), rng.normal(LON, 0.2)
        lines.append(f"{at:%Y-%m-%dT%H:%M:%SZ},{lat:.4f},{lon:.4f}")
    house.lightning.take(installation(house), "s.csv", "\n".join(lines).encode())
    asked = [seen(east, north, 4.0) for east in (-9, 0, 8) for north in (-7, 0, 12)]
    together = around(house, *asked)
    assert together == [around(house, one)[0] for one in asked]
    assert any(one.lightning for one in together)
    assert all(one.lightning_watched for one in together)


def test_fire_on_both_sides_of_180_finds_its_stroke(house):
    rows = empty(2)
    rows["lon"], rows["lat"] = [179.999, -179.999], 66.0
    rows["acq_at"] = int((NOW - timedelta(hours=3)).timestamp())
    at = NOW - timedelta(hours=9)
    body = f"time,lat,lon\n{at:%Y-%m-%dT%H:%M:%SZ},66.01,-179.998\n".encode()
    house.lightning.take(installation(house), "s.csv", body)
    (found,) = around(house, Asked(rows))
    assert found.lightning.hours_before == pytest.approx(6.0, abs=0.01)


def test_fire_that_only_people_saw_is_looked_around_too(house):
    load(house, "lake", (box(LON - 0.01, LAT - 0.01, LON + 0.01, LAT + 0.01), {}))
    told = Asked(empty(), ("call",), (), ORIGIN, NOW)
    assert around(house, told)[0].water_km == 0.0
