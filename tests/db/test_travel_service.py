"""Ways on the ground that the loaded layers tell of."""

from datetime import UTC, datetime

import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from sylvan.domain.codes import Invalid
from sylvan.domain.places import LonLat
from sylvan.domain.travel.legs import legs
from sylvan.domain.travel.movers import Goal, Mover, Step, Why
from sylvan.domain.travel.parameters import Mode
from sylvan.services.terrain import Terrain
from sylvan.services.travel import RasterParameters, Travels
from sylvan.store import layers
from sylvan.store.layers import Item, Layer
from tests.db.helpers import NOWHERE, ORIGIN, opened

LON, LAT = ORIGIN
SUMMER = datetime(2026, 7, 14, 3, tzinfo=UTC)
WINTER = datetime(2026, 1, 14, 3, tzinfo=UTC)


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        load(made, "boundary", box(LON - 1, LAT - 0.5, LON + 1, LAT + 0.5))
        yield made


def load(house, kind, *shapes, **props):
    layer = Layer(kind, NOWHERE, kind, {"ru": kind, "en": kind}, "test", "CC0-1.0", sample=False)
    items = [Item(str(at), {"ru": "", "en": ""}, one, props) for at, one in enumerate(shapes)]
    with house.worlds.engine.begin() as conn:
        layers.replace(conn, layer, items, house.intake.clock())


def travels(**more):
    return Travels(NOWHERE, Terrain(), **more)


def went(house, asked, mode=Mode.TRUCK, at=SUMMER, **more):
    unit, fire = Mover("unit", LonLat(LON, LAT), mode, **more), Goal("fire", LonLat(LON + 0.6, LAT))
    with house.worlds.engine.connect() as conn:
        return legs(asked.matrix(conn, [unit], [fire], at), 0, 0)


def road():
    return LineString([(LON, LAT), (LON + 0.6, LAT)])


def test_roads_of_the_layers_are_driven_and_what_is_not_known_is_told(house):
    load(house, "road", road())
    eta = went(house, travels())
    assert [leg.step for leg in eta.legs if leg.hours > 0.05] == [Step.RIDE]
    unknown = went(house, travels(), Mode.TRACKED)
    told = {reason.code for leg in unknown.legs for reason in leg.reasons}
    assert {"travel.cover_unknown", "travel.flat_ground"} <= told


def test_a_layer_that_was_loaded_since_counts(house):
    asked = travels()
    assert went(house, asked).why is Why.NO_ROAD_OR_RIVER
    load(house, "road", road())
    assert went(house, asked).why is Why.REACHED


def test_what_was_searched_is_kept_until_the_season_turns(house):
    load(house, "road", road(), type="winter")
    asked = travels()
    with house.worlds.engine.connect() as conn:
        summer = asked.fields(conn, SUMMER)
        assert asked.fields(conn, SUMMER) is summer
        assert asked.fields(conn, WINTER) is not summer
    assert went(house, asked).why is Why.NO_ROAD_OR_RIVER
    assert went(house, asked, at=WINTER).why is Why.REACHED


def test_aircraft_are_refuelled_on_the_airstrips(house):
    load(house, "airstrip", Point(LON + 0.7, LAT))
    told = {"speed_km_h": 200.0, "endurance_h": 1.0, "at_base": False}
    assert went(house, travels(), Mode.OVERHEAD, **told).why is Why.REACHED


def test_a_region_that_is_too_large_gets_wider_cells_and_that_is_told(house):
    asked = travels(raster=RasterParameters(most_cells=2_000))
    with house.worlds.engine.connect() as conn:
        land = asked.country(conn).land
    assert land.surface.size <= 2_000
    assert "travel.coarse" in [reason.code for reason in land.reasons]


def test_without_any_layer_it_is_not_known_where_the_region_is(fresh_db_url):
    with (
        opened(fresh_db_url) as bare,
        bare.worlds.engine.connect() as conn,
        pytest.raises(Invalid, match=r"travel\.no_layers"),
    ):
        travels().country(conn)


def test_water_of_the_layers_is_closed_on_land(house):
    load(house, "river", LineString([(LON + 0.3, LAT - 2), (LON + 0.3, LAT + 2)]))
    assert went(house, travels(), Mode.TRACKED).why is Why.NO_ROAD_OR_RIVER
    with house.worlds.engine.connect() as conn:
        assert np.unique(travels().country(conn).land.surface).tolist() == [0, 10]
