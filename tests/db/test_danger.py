"""Fire danger from weather that comes late, with gaps, as forecast, and not at all."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
import rasterio

from sylvan.domain import fwi, nesterov, weather
from sylvan.services.log import drain
from tests.db.helpers import NOW, installation, opened, operator, replay_world

HEADER = "station,name,lat,lon,time,issued,temperature_c,humidity_pct,wind_ms,rain_mm,rain_hours\n"
SPOTS = {"A": (130.0, 62.0), "B": (131.0, 62.0), "C": (135.0, 64.0)}
FIRST = date(2026, 7, 1)


@pytest.fixture
def house(fresh_db_url, tmp_path, monkeypatch):
    monkeypatch.setenv("SYLVAN_DATA_DIR", str(tmp_path))
    with opened(fresh_db_url) as made:
        yield made
        drain(made.worlds.engine)


def noon(day: date) -> datetime:
    """Noon at 130° E, whose zone is nine hours ahead."""
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def line(code, at, *, t=24.0, rh=35.0, wind=3.0, rain=0.0, issued=None):
    lon, lat = SPOTS[code]
    told = issued.isoformat() if issued else ""
    return f"{code},Post {code},{lat},{lon},{at.isoformat()},{told},{t},{rh},{wind},{rain},24\n"


def send(house, *lines, name="stations.csv", world="live"):
    body = (HEADER + "".join(lines)).encode()
    return house.weather.take(installation(house, world), name, body)


def july(house, codes="A", days=19, **values):
    rows = [
        line(code, noon(FIRST + timedelta(days=k)), **values) for code in codes for k in range(days)
    ]
    return send(house, *rows)


def history(house, code="A", world="live"):
    days = house.danger.history(operator(house, world), code, 60)["days"]
    return {one["day"]: one for one in days}


def refresh(house, world="live"):
    return house.danger.refresh(installation(house, world))


def test_values_of_a_place_are_the_published_systems(house):
    july(house)
    refresh(house)
    told = history(house)
    warm = FIRST + timedelta(days=3)  # the season begins after three warm days
    days = 16
    air = weather.noon(
        np.full((days, 1), 24.0),
        np.full((days, 1), 35.0),
        np.full((days, 1), 3.0 * 3.6),
        np.zeros((days, 1)),
    )
    expected = fwi.many_days(air, [7] * days, 62.0)
    sums = nesterov.nesterov(air)
    for k in range(days):
        one = told[warm + timedelta(days=k)]
        assert one["fwi"] == pytest.approx(expected.fwi[k, 0], abs=0.06)
        assert one["dc"] == pytest.approx(expected.dc[k, 0], abs=0.06)
        assert one["nesterov"] == pytest.approx(sums.values[k, 0], abs=0.06)
        assert one["class"] == nesterov.NATIONAL.classes(sums.values[k, 0])
    assert told[FIRST]["class"] is None
    assert "danger.standard_dc" in {one["code"] for one in told[warm]["assumed"]}


def test_late_report_changes_its_day_and_all_that_follow(house):
    july(house)
    refresh(house)
    before = history(house)
    late = FIRST + timedelta(days=10)
    send(house, line("A", noon(late), rain=12.0), name="late.csv")
    assert refresh(house)
    after = history(house)
    assert after[late - timedelta(days=1)] == before[late - timedelta(days=1)]
    assert after[late]["noon"]["rain"] == 12.0
    last = FIRST + timedelta(days=18)
    assert after[last]["nesterov"] < before[last]["nesterov"]
    assert after[last]["dmc"] < before[last]["dmc"]


def test_order_of_files_does_not_matter(house):
    july(house)
    rain = line("A", noon(FIRST + timedelta(days=10)), rain=12.0)
    send(house, rain, name="rain.csv")
    refresh(house)
    replay_world(house, "other")
    send(house, rain, name="rain.csv", world="other")
    refresh(house, "other")
    rows = [line("A", noon(FIRST + timedelta(days=k))) for k in range(19) if k != 10]
    send(house, *rows, world="other")
    refresh(house, "other")
    assert history(house, world="other") == history(house)


def test_missing_day_is_filled_by_near_stations_and_told(house):
    july(house, "B")
    rows = [line("A", noon(FIRST + timedelta(days=k))) for k in range(19) if k != 10]
    send(house, *rows)
    refresh(house)
    hole = history(house)[FIRST + timedelta(days=10)]
    assert hole["origin"] == "neighbours"
    assert hole["noon"]["temperature"] == 24.0


def test_missing_day_without_neighbours_changes_no_code(house):
    rows = [line("C", noon(FIRST + timedelta(days=k))) for k in range(19) if k != 10]
    send(house, *rows)
    refresh(house)
    told = history(house, "C")
    day = FIRST + timedelta(days=10)
    assert told[day]["dc"] == told[day - timedelta(days=1)]["dc"]
    assert told[day]["fwi"] is None
    assert "danger.stale_days" in {one["code"] for one in told[day]["assumed"]}


def test_forecast_gives_the_days_to_come_and_a_report_overrules_it(house):
    july(house)
    made = NOW - timedelta(hours=6)
    today = date(2026, 7, 20)
    hours = [noon(today) + timedelta(hours=3 * k - 24) for k in range(33)]
    rows = [line("A", at, t=31.0, rh=20.0, issued=made).replace(",24\n", ",3\n") for at in hours]
    taken = send(house, *rows, name="forecast.csv")
    assert taken.issued == made
    mapped = refresh(house)
    assert mapped == tuple(today + timedelta(days=k) for k in range(4))
    told = history(house)
    assert [told[day]["origin"] for day in mapped[1:]] == ["forecast"] * 3
    assert told[mapped[1]]["noon"]["temperature"] == 31.0
    send(house, line("A", noon(today), t=18.0, rh=80.0), name="measured.csv")
    refresh(house)
    assert history(house)[today]["origin"] == "measured"
    assert history(house)[today]["noon"]["temperature"] == 18.0


def test_nothing_due_computes_nothing(house):
    july(house)
    refresh(house)
    assert refresh(house) == ()


def test_map_is_a_cloud_optimised_geotiff_with_the_values_of_its_places(house):
    july(house, "AC", days=20)
    (today, *_) = refresh(house)
    path = house.danger.file(operator(house), today)
    one = history(house)[today]
    with rasterio.open(path) as grid:
        assert grid.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert grid.descriptions[0] == "class"
        x, y = 130.0 * 111319.49079327358, 8859142.8
        at = next(grid.sample([(x, y)]))
        told = dict(zip(grid.descriptions, at.tolist(), strict=True))
    assert told["class"] == one["class"]
    assert told["fwi"] == pytest.approx(one["fwi"], rel=0.05)
    assert house.danger.file(operator(house), today, picture=True).read_bytes()[:4] == b"\x89PNG"


def test_old_map_files_go_when_new_ones_stand(house, tmp_path):
    july(house, days=20)
    refresh(house)
    send(house, line("A", noon(date(2026, 7, 20)), rain=5.0), name="late.csv")
    refresh(house)
    kept = sorted(path.suffix for path in (tmp_path / "danger").glob("*/*"))
    assert kept == [".png"] * 4 + [".tif"] * 4


def test_map_whose_file_is_gone_is_made_again(house, tmp_path):
    july(house, days=20)
    (today, *_) = refresh(house)
    for path in (tmp_path / "danger").glob("*/*"):
        path.unlink()
    assert today in refresh(house)
    assert house.danger.file(operator(house), today).is_file()


def test_hours_of_a_place_follow_reports_then_forecast_then_climatology(house):
    july(house)
    made = NOW - timedelta(hours=6)
    hours = [NOW + timedelta(hours=3 * k) for k in range(-2, 5)]
    rows = [line("A", at, t=31.0, rh=20.0, issued=made).replace(",24\n", ",3\n") for at in hours]
    send(house, *rows, name="forecast.csv")
    refresh(house)
    with house.worlds.engine.connect() as conn:
        told = house.weather.series(conn, operator(house), 130.1, 62.0, NOW, 24)
        far = house.weather.series(conn, operator(house), 150.0, 70.0, NOW, 24)
    assert (len(told), len(far)) == (24, 24)
    assert told.issued == made
    assert told.wind_km_h[:12] == pytest.approx([10.8] * 12)
    codes = {one.code: one.params for one in told.reasons}
    assert codes["weather.from_place"] == {"km": 5}
    assert codes["weather.hours_assumed"] == {"hours": 11}
    assert [one.code for one in far.reasons] == ["spread.no_weather"]


def test_without_weather_that_is_said(house):
    told = house.danger.overview(operator(house))
    assert [one["code"] for one in told["assumed"]] == ["danger.no_weather"]
    assert not any(day["map"] for day in told["days"])


def test_worlds_do_not_mix(house):
    replay_world(house, "other")
    july(house)
    assert refresh(house, "other") == ()
    assert house.danger.places(operator(house, "other"), None, None) == []
