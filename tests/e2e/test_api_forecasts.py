"""Forecasts by HTTP: of fires, of an hour, of a place; and what is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest
from shapely.geometry import shape

from sylvan.domain.actors import system
from sylvan.domain.forecasting import ForecastingParameters
from sylvan.services.forecasting import Forecasters, answered
from tests.e2e.houses import NOW, SITES, code, take

API = "/api/v1"
QUICK = ForecastingParameters(reach_km=(2.0, 4.0))
PLACE = [129.5, 62.3]


def quick(asked, dem):
    return answered(asked, dem, QUICK)


def few(asked, dem):
    return quick(replace(asked, members=4), dem)


@pytest.fixture(scope="module", autouse=True)
def made(house):
    """All fires of the shared house forecast once, by this process."""
    forecasters = Forecasters(alone=True, work=few)
    object.__setattr__(house.forecasts, "forecasters", forecasters)
    while house.forecasts.next_ones(system(house.worlds.named("live"))):
        pass
    forecasters.work = quick


def written(hours):
    return f"{NOW + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def test_a_fires_forecast_is_geojson_with_its_age_and_assumptions(api):
    fire = api.get(f"{API}/snapshot").json()["fires"][0]
    answer = api.get(f"{API}/fires/{fire['id']}/forecast")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/geo+json"
    told = answer.json()
    assert {one["properties"]["hour"] for one in told["features"]} == set(range(1, 25))
    assert {one["properties"]["level"] for one in told["features"]} == {10, 50, 90}
    assert told["forecast"]["at"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    assert {"spread.no_weather", "spread.no_dem"} <= {
        one["code"] for one in told["forecast"]["reasons"]
    }
    snapshot = {one["fire"]: one for one in api.get(f"{API}/snapshot").json()["forecasts"]}
    assert snapshot[fire["id"]]["areas"] == told["forecast"]["areas"]


def test_all_fires_of_an_hour_within_a_box(api):
    everywhere = api.get(f"{API}/forecasts?hour=12").json()["features"]
    assert len({one["properties"]["fire"] for one in everywhere}) == 14
    west = api.get(f"{API}/forecasts?hour=12&bbox=123,60,124.5,61").json()["features"]
    assert {one["properties"]["hour"] for one in west} == {12}
    assert len({one["properties"]["fire"] for one in west}) == 1


def test_a_fire_at_180_degrees_lies_on_both_sides(api):
    found = api.get(f"{API}/forecasts?hour=24&bbox=179.5,66,-179.5,68").json()["features"]
    wide = [one for one in found if one["properties"]["level"] == 10]
    lons = [lon for one in wide for part in one["geometry"]["coordinates"] for lon, _ in part[0]]
    assert min(lons) < -179
    assert max(lons) > 179


def test_a_place_is_forecast_on_demand_and_kept_nowhere(api):
    before = api.get(f"{API}/snapshot").json()
    body = {"point": PLACE, "start": written(2), "hours": 6}
    answer = api.post(f"{API}/forecasts", json=body)
    assert answer.status_code == 200, answer.text
    told = answer.json()["forecast"]
    assert (told["fire"], told["id"], told["point"]) == (None, None, PLACE)
    assert (told["at"], told["hours"], told["members"]) == (written(2), 6, 50)
    assert [area["hour"] for area in told["areas"]] == [1, 2, 3, 4, 5, 6]
    after = api.get(f"{API}/snapshot").json()
    assert (after["as_of_seq"], after["forecasts"]) == (before["as_of_seq"], before["forecasts"])


@pytest.mark.parametrize(
    ("change", "status", "expected"),
    [
        ({"point": [200, 62]}, 422, None),
        ({"point": [129.7]}, 422, None),
        ({"hours": 0}, 422, None),
        ({"hours": 25}, 422, None),
        ({"hours": "6"}, 422, None),
        ({"hours": 2.5}, 422, None),
        ({"start": "2026-07-17T06:00:00"}, 422, None),
        ({"start": written(72)}, 422, "forecast.start_range"),
        ({"start": written(-48)}, 422, "forecast.start_range"),
        ({"wind": 12}, 422, None),
    ],
)
def test_questions_that_make_no_sense_are_refused(api, change, status, expected):
    answer = api.post(f"{API}/forecasts", json={"point": PLACE, "hours": 3} | change)
    assert answer.status_code == status
    assert code(answer) == (expected or code(answer))


def test_on_a_lake_nothing_burns(api):
    lakes = api.get(f"{API}/layers/lakes/items?limit=50").json()["features"]
    ring = max(lakes, key=lambda one: one["properties"].get("area_km2") or 0)["geometry"]
    lon, lat = _middle(ring)
    answer = api.post(f"{API}/forecasts", json={"point": [lon, lat], "hours": 1})
    assert (answer.status_code, code(answer)) == (422, "forecast.nothing_burns")


def _middle(geometry):
    point = shape(geometry).representative_point()
    return round(point.x, 5), round(point.y, 5)


def test_while_others_wait_one_is_asked_to_come_again(api, house):
    doors = house.forecasts.doors
    while doors.acquire(blocking=False):
        pass
    try:
        answer = api.post(f"{API}/forecasts", json={"point": PLACE})
        assert (answer.status_code, code(answer)) == (503, "forecast.busy")
        assert answer.headers["retry-after"]
    finally:
        for _ in range(2):
            doors.release()


def test_a_fire_without_a_forecast_and_an_unknown_one(own):
    house, desk = own
    take(house, SITES[:1])
    (fire,) = desk.get(f"{API}/fires").json()["features"]
    answer = desk.get(f"{API}/fires/{fire['id']}/forecast")
    assert answer.json() == {"type": "FeatureCollection", "features": [], "forecast": None}
    unknown = desk.get(f"{API}/fires/019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55/forecast")
    assert (unknown.status_code, code(unknown)) == (404, "problem.fire_unknown")
    assert desk.get(f"{API}/forecasts?hour=25").status_code == 422
