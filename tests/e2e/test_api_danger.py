"""Weather in, danger out, by HTTP: days, places, rasters in parts, refusals."""

from datetime import timedelta

import pytest

from sylvan.domain.actors import system
from tests.e2e.houses import NOW

API = "/api/v1"
HEADER = "station,name,lat,lon,time,temperature_c,humidity_pct,wind_ms,rain_mm,rain_hours\n"


def table(days: int = 12, code: str = "A") -> bytes:
    noon = NOW.replace(hour=3)
    rows = [
        f"{code},Post,62.0,129.7,{(noon - timedelta(days=k)).isoformat()},25,30,3,0,24\n"
        for k in range(days)
    ]
    return (HEADER + "".join(rows)).encode()


@pytest.fixture
def computed(api, house, tmp_path, monkeypatch):
    monkeypatch.setattr(house.danger.mapper, "folder", tmp_path)
    taken = api.post(f"{API}/weather?name=stations.csv", content=table())
    assert taken.status_code == 200, taken.text
    house.danger.refresh(system(house.worlds.live()))
    return taken.json()


def test_bad_rows_are_told_and_the_rest_goes_in(api):
    body = table(2, "B") + b"B,Post,62.0,129.7,yesterday,25,30,3,0,24\n"
    told = api.post(f"{API}/weather?name=stations.csv", content=body).json()
    assert (told["rows"], told["rejected"]) == (3, 1)
    assert told["bad"] == [
        {"line": 4, "field": "time", "code": "row.bad_time", "value": "yesterday"}
    ]


def test_body_that_is_no_weather_is_refused_with_a_code(api):
    told = api.post(f"{API}/weather?name=x.csv", content=b"a,b\n1,2\n")
    assert (told.status_code, told.json()["code"]) == (422, "table.missing_column")


def test_overview_tells_days_classes_and_age(api, computed):
    told = api.get(f"{API}/danger").json()
    assert len(told["days"]) == 4
    assert [one["class"] for one in told["classes"]] == [1, 2, 3, 4, 5]
    assert told["weather"]["age_h"] >= 0.0
    assert told["days"][0]["map"]
    assert {"danger.interpolated", "danger.day_length"} <= {
        one["code"] for one in told["days"][0]["assumed"]
    }


def test_places_and_their_days_are_told(api, computed):
    features = api.get(f"{API}/danger/places?bbox=129,61,131,63").json()["features"]
    assert "A" in {one["properties"]["code"] for one in features}
    assert api.get(f"{API}/danger/places?bbox=10,40,12,42").json()["features"] == []
    told = api.get(f"{API}/danger/places/A?days=20").json()
    assert max(one["nesterov"] or 0 for one in told["days"]) > 300
    missing = api.get(f"{API}/danger/places/nowhere")
    assert (missing.status_code, missing.json()["code"]) == (404, "problem.no_weather_place")


def test_raster_answers_in_parts_and_a_day_without_one_is_refused(api, computed):
    day = api.get(f"{API}/danger").json()["today"]
    whole = api.get(f"{API}/danger/{day}.tif")
    part = api.get(f"{API}/danger/{day}.tif", headers={"Range": "bytes=0-99"})
    assert (whole.status_code, part.status_code) == (200, 206)
    assert part.content == whole.content[:100]
    assert api.get(f"{API}/danger/{day}.png").content[:4] == b"\x89PNG"
    missing = api.get(f"{API}/danger/1999-01-01.tif")
    assert (missing.status_code, missing.json()["code"]) == (404, "problem.no_danger_map")
    assert api.get(f"{API}/danger/someday.png").status_code == 422
