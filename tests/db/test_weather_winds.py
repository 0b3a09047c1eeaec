"""The wind at many fires at once: forecast, else measured, else nobody knows."""

from datetime import timedelta

import numpy as np
import pytest

from sylvan.domain.exposure import UNKNOWN, wind_of
from sylvan.domain.exposure_rules import SectorRules
from sylvan.services import weather_winds
from tests.db.helpers import NOW, installation, opened, replay_world

HEADER = "station,name,lat,lon,time,issued,temperature_c,humidity_pct,wind_ms,wind_dir,rain_mm\n"
SPOTS = {"A": (130.0, 62.0), "B": (131.0, 62.0), "far": (160.0, 70.0)}
HERE = (130.1, 62.0)
START = NOW + timedelta(minutes=20)


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made


def line(code, at, *, wind=5.0, way=270, issued=None):
    lon, lat = SPOTS[code]
    told = issued.isoformat() if issued else ""
    return f"{code},Post {code},{lat},{lon},{at.isoformat()},{told},24,35,{wind},{way},0\n"


def send(house, *lines, world="live"):
    body = (HEADER + "".join(lines)).encode()
    taken = house.weather.take(installation(house, world), "w.csv", body)
    assert taken.accepted == len(lines)


def forecast(code, issued, *, hours=24, **values):
    first = issued.replace(minute=0)
    return [line(code, first + timedelta(hours=k), issued=issued, **values) for k in range(hours)]


def winds(house, *points, world="live", hours=6):
    actor = installation(house, world)
    with house.worlds.engine.connect() as conn:
        return weather_winds.at_places(conn, actor, np.array(points), START, hours)


def codes(wind):
    return [one.code for one in wind.reasons]


def test_forecast_of_the_nearest_place_counts(house):
    send(house, *forecast("A", NOW, wind=5, way=250), *forecast("B", NOW, wind=9, way=90))
    near_a, near_b = winds(house, HERE, (130.9, 62.0))
    assert near_a.km_h == pytest.approx([18.0] * 6)
    assert near_a.from_deg == pytest.approx([250.0] * 6, abs=0.1)
    assert near_b.from_deg == pytest.approx([90.0] * 6, abs=0.1)
    assert codes(near_a) == ["weather.from_place"]
    assert near_a.reasons[0].params["km"] == 5


def test_newest_issue_replaces_older_ones(house):
    send(house, *forecast("A", NOW - timedelta(hours=6), way=90), *forecast("A", NOW, way=180))
    (wind,) = winds(house, HERE)
    assert wind.from_deg == pytest.approx([180.0] * 6, abs=0.1)


def test_forecast_older_than_a_day_is_used_and_told(house):
    send(house, *forecast("A", NOW - timedelta(hours=30), hours=60))
    (wind,) = winds(house, HERE)
    assert codes(wind) == ["weather.from_place", "spread.forecast_old"]


def test_forecast_that_ends_soon_gives_the_hours_that_it_knows(house):
    send(house, *forecast("A", NOW, hours=3))
    (wind,) = winds(house, HERE)
    assert len(wind.km_h) == 3


def test_wind_that_was_measured_stands_in_and_is_told(house):
    send(house, line("A", NOW - timedelta(hours=2), way=45, wind=4))
    (wind,) = winds(house, HERE)
    assert wind.from_deg == pytest.approx([45.0], abs=0.1)
    assert codes(wind) == ["weather.from_place", "exposure.wind_measured"]
    assert wind.reasons[1].params["hours"] == 2


def test_nearer_place_that_knows_nothing_gives_way_to_a_farther_one(house):
    send(house, line("A", NOW - timedelta(hours=20)), *forecast("B", NOW, way=10))
    (wind,) = winds(house, HERE)
    assert wind.from_deg == pytest.approx([10.0] * 6, abs=0.1)


@pytest.mark.parametrize("hours_ago", [None, 9])
def test_old_reports_and_far_places_are_no_wind(house, hours_ago):
    if hours_ago is not None:
        send(house, line("A", NOW - timedelta(hours=hours_ago)), *forecast("far", NOW))
    (wind,) = winds(house, HERE)
    assert wind is None
    assert wind_of(wind, SectorRules()) == UNKNOWN


def test_many_places_answer_as_if_each_were_asked_alone(house):
    send(house, *forecast("A", NOW, way=250), *forecast("B", NOW, way=90))
    rng = np.random.default_rng(2)
    points = rng.uniform((127, 60), (134, 64), (60, 2))
    together = winds(house, *points)
    for point, wind in zip(points, together, strict=True):
        (alone,) = winds(house, point)
        assert (wind is None) == (alone is None)
        if wind is not None:
            assert wind.from_deg.tolist() == alone.from_deg.tolist()
            assert wind.reasons == alone.reasons
    assert any(one is None for one in together)
    assert winds(house) == []


def test_worlds_do_not_mix(house):
    replay_world(house, "drill-1")
    send(house, *forecast("A", NOW))
    assert winds(house, HERE, world="drill-1") == [None]
