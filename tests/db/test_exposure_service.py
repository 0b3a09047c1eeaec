"""What fires threaten, as stored and told: right behind a change, and as of then."""

from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from shapely.geometry import LineString, Point, Polygon, box
from sqlalchemy import text

from sylvan.domain.edge_kernel import Net
from sylvan.domain.edge_overrule import EdgeKind
from sylvan.domain.exposure import HourlyWind
from sylvan.domain.spread_ensemble import Ensemble
from sylvan.services.edges import Asked
from sylvan.services.log import drain
from sylvan.store import fires
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    Pass,
    SetClock,
    firms_file,
    installation,
    load_layer,
    opened,
    operator,
    replay_world,
    seen,
    take,
)

LON, LAT = ORIGIN
KM_LON = KM_LAT / np.cos(np.radians(LAT))


class Blowing:
    """Wind that a test puts there."""

    def __init__(self, km_h: float = 25.0, from_deg: float = 270.0) -> None:
        self.km_h, self.from_deg, self.fails, self.asked = km_h, from_deg, False, 0

    def __call__(self, conn, actor, points, start, hours):
        self.asked += 1
        if self.fails:
            raise ValueError("no such grid")
        wind = HourlyWind(np.full(hours, self.km_h), np.full(hours, self.from_deg))
        return [wind] * len(points)


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def wind():
    return Blowing()


@pytest.fixture
def house(fresh_db_url, clock, wind, monkeypatch):
    monkeypatch.setattr("sylvan.services.weather_winds.at_places", wind)
    with opened(fresh_db_url, clock=clock) as made:
        yield made


def town(code="town", east=8.0, north=0.0, people=1200):
    return code, Point(LON + east * KM_LON, LAT + north * KM_LAT), {"population": people}


def burn(house, hours=3.0, east=0.0, north=0.0, world="live", name=None, across=3):
    place = Pass(
        LON + east * KM_LON, LAT + north * KM_LAT, NOW - timedelta(hours=hours), across=across
    )
    return take(house, name or f"p{hours}{east}{north}.csv", firms_file(seen(place)), world)


def standing(house, world="live"):
    return house.picture.snapshot(operator(house, world))["fires"]


def only(house, world="live"):
    (fire,) = standing(house, world)
    return UUID(fire["id"])


def told(house, kind, world="live"):
    drain(house.worlds.engine)
    query = text("select * from event_log where kind = :kind and world_id = :world order by seq")
    with house.worlds.engine.connect() as conn:
        rows = conn.execute(query, {"kind": kind, "world": installation(house, world).world.id})
        return list(rows)


def test_new_fire_tells_what_it_threatens_right_behind_its_batch(house):
    load_layer(house, "settlement", town(), town("far", east=50.0))
    load_layer(
        house,
        "road",
        ("road", LineString([(LON, LAT + 3 * KM_LAT), (LON + 1, LAT + 3 * KM_LAT)]), {}),
    )
    burn(house)
    fire = only(house)
    found = house.exposures.of_fire(operator(house), fire)
    assert [(one["code"], one["downwind"]) for one in found["objects"]] == [
        ("road", True),
        ("town", True),
    ]
    assert found["objects"][1]["km"] == pytest.approx(7.4, abs=0.4)
    assert found["at"] == NOW.isoformat().replace("+00:00", "Z")
    assert found["wind"] == {"from_deg": 270.0, "km_h": 25.0, "reasons": []}
    assert found["sector"]["type"] == "MultiPolygon"
    (event,) = told(house, "fire.exposure")
    (changed,) = told(house, "fire.changed")
    (batch,) = told(house, "batch.taken")
    assert changed.seq < batch.seq < event.seq
    assert event.recorded_at - changed.recorded_at < timedelta(seconds=30)
    assert (event.body["fire_id"], event.body["objects"], event.body["score"]) == (
        str(fire),
        2,
        found["priority"]["score"],
    )
    assert event.subject == f"exposure:{fire}"


def test_fires_whose_threats_nobody_told_are_told_with_the_next_batch(house, monkeypatch):
    load_layer(house, "settlement", town(), town("other", east=40.0))
    answer = "sylvan.services.exposure.Exposures.catch_up"
    with monkeypatch.context() as died:
        died.setattr(answer, lambda *_: None)  # as if the process had ended behind the commit
        burn(house)
    fire = only(house)
    assert house.exposures.of_fire(operator(house), fire)["at"] is None
    burn(house, hours=2.0, east=32.0)
    assert house.exposures.of_fire(operator(house), fire)["objects"][0]["code"] == "town"
    assert len(told(house, "fire.exposure")) == 2
    house.exposures.catch_up(operator(house))
    assert len(told(house, "fire.exposure")) == 2, "what was told is not told again"


def test_fault_in_telling_threats_keeps_no_batch_out(house, monkeypatch):
    load_layer(house, "settlement", town())

    def broken(*_args, **_named):
        raise ValueError("no such thing")

    with monkeypatch.context() as faulty:
        faulty.setattr("sylvan.services.exposure.exposures", broken)
        taken = burn(house)
    assert taken.fires == 1
    fire = only(house)
    house.exposures.catch_up(operator(house))
    assert house.exposures.of_fire(operator(house), fire)["objects"][0]["code"] == "town"


def test_points_of_the_terms_add_up_and_name_their_things(house):
    load_layer(house, "settlement", town())
    burn(house)
    found = house.exposures.of_fire(operator(house), only(house))["priority"]
    assert found["score"] == pytest.approx(max(sum(one["points"] for one in found["terms"]), 0))
    near = next(one for one in found["terms"] if one["code"] == "priority.near")
    assert near["object"] == {
        "layer": "settlement",
        "code": "town",
        "name": {"ru": "town", "en": "town"},
    }


def test_smoke_is_told_for_settlements_down_the_wind_and_labelled(house):
    load_layer(house, "settlement", town(), town("behind", east=-8.0), town("far", east=60.0))
    burn(house)
    smoke = house.exposures.of_fire(operator(house), only(house))["smoke"]
    assert smoke["screening"] is True
    assert [one["code"] for one in smoke["places"]] == ["town", "far"]
    assert smoke["places"][0]["class"] is not None


def test_earlier_answers_stay_readable_as_of_their_moment(house, clock):
    load_layer(house, "settlement", town())
    burn(house, hours=9.0)
    fire, first = only(house), clock.now
    clock.advance(hours=2)
    burn(house, hours=1.0, east=1.2)
    actor = operator(house)
    now = house.exposures.of_fire(actor, fire)
    then = house.exposures.of_fire(actor, fire, first + timedelta(minutes=5))
    before = house.exposures.of_fire(actor, fire, first - timedelta(minutes=5))
    assert now["objects"][0]["km"] < then["objects"][0]["km"]
    assert (now["fire_version"], then["fire_version"]) == (2, 1)
    assert (before["at"], before["objects"]) == (None, [])
    assert [one["code"] for one in before["assumed"]] == ["exposure.none_yet"]


def test_thing_knows_the_fires_that_threaten_it(house):
    load_layer(house, "settlement", town(), town("other", east=-9.0))
    burn(house)
    burn(house, hours=2.0, east=14.0)
    actor = operator(house)
    ask = {"layer": "settlement", "code": "town", "kind": None, "limit": 10}
    rows = house.exposures.threatening(actor, **ask)
    assert len({row["fire_id"] for row in rows}) == 2
    assert rows[0]["km"] <= rows[1]["km"]
    assert rows[0]["name"] == {"ru": "town", "en": "town"}
    nearest = house.fires.detail(actor, UUID(rows[0]["fire_id"]))
    house.decisions.reject(
        actor, UUID(nearest["id"]), {"reason": "not_found", "note": ""}, None, None
    )
    (left,) = house.exposures.threatening(actor, **ask)
    assert left["fire_id"] == rows[1]["fire_id"]
    assert house.exposures.threatening(actor, layer=None, code=None, kind="farm", limit=10) == []


def test_worlds_do_not_mix(house):
    load_layer(house, "settlement", town())
    replay_world(house, "drill-1")
    burn(house)
    burn(house, hours=5.0, world="drill-1", name="other.csv")
    ask = {"layer": None, "code": None, "kind": None, "limit": 10}
    live = house.exposures.threatening(operator(house), **ask)
    replayed = house.exposures.threatening(operator(house, "drill-1"), **ask)
    assert len(live) == len(replayed) == 1
    assert live[0]["fire_id"] != replayed[0]["fire_id"]


def test_snapshot_brings_the_short_form_of_every_fire(house):
    load_layer(house, "settlement", town())
    burn(house)
    burn(house, hours=2.0, east=25.0)
    picture = house.picture.snapshot(operator(house))
    assert {one["fire_id"] for one in picture["exposures"]} == {
        one["id"] for one in picture["fires"]
    }


def test_peoples_edge_is_what_distances_are_from(house):
    load_layer(house, "settlement", town())
    burn(house)
    fire, actor = only(house), operator(house)
    before = house.exposures.of_fire(actor, fire)["objects"][0]["km"]
    grown = box(LON - 2 * KM_LON, LAT - KM_LAT, LON + 5 * KM_LON, LAT + KM_LAT)
    at = NOW - timedelta(hours=1)
    house.edges.give(actor, fire, EdgeKind.DRAWN, grown.__geo_interface__, at, Asked())
    after = house.exposures.of_fire(actor, fire)["objects"][0]["km"]
    assert after == pytest.approx(before - 4.4, abs=0.6)


def test_fire_that_is_long_out_threatens_nothing(house):
    load_layer(house, "settlement", town())
    burn(house, hours=24.0 * 40)
    assert told(house, "fire.exposure") == []


def test_weather_that_fails_costs_the_sector_and_nothing_else(house, wind):
    load_layer(house, "settlement", town())
    wind.fails = True
    burn(house)
    found = house.exposures.of_fire(operator(house), only(house))
    assert found["objects"][0]["downwind"] is None
    assert found["sector"] is None
    assert [one["code"] for one in found["wind"]["reasons"]] == ["exposure.wind_unknown"]
    assert [one["code"] for one in found["smoke"]["reasons"]] == ["exposure.wind_unknown"]


def test_fault_in_exposure_keeps_no_data_out(house, monkeypatch):
    load_layer(house, "settlement", town())
    monkeypatch.setattr("sylvan.services.exposure.exposures", lambda *_: 1 / 0)
    taken = burn(house)
    assert (taken.unassessed, len(standing(house))) == (0, 1)
    assert told(house, "fire.exposure") == []


def test_wind_is_asked_once_for_all_fires_of_a_batch(house, wind):
    rows = [
        seen(Pass(LON + east * KM_LON, LAT, NOW - timedelta(hours=3), across=1), seed=int(east))
        for east in (0.0, 2.5, 5.0, 60.0)
    ]
    take(house, "many.csv", firms_file(np.concatenate(rows)))
    assert len(standing(house)) == 4
    assert wind.asked == 1


def test_layers_that_are_not_as_they_should_be_are_told_and_the_rest_goes_on(house):
    bow = Polygon(
        [
            (LON - 0.1, LAT - 0.1),
            (LON + 0.1, LAT + 0.1),
            (LON + 0.1, LAT - 0.1),
            (LON - 0.1, LAT + 0.1),
        ]
    )
    load_layer(house, "protected_area", ("bow", bow, {}))
    load_layer(house, "road", ("metres", LineString([(5e6, 6e6), (5.1e6, 6e6)]), {}))
    load_layer(house, "settlement", town(people="many"), sample=True)
    burn(house)
    found = house.exposures.of_fire(operator(house), only(house))
    assert {one["code"] for one in found["objects"]} == {"bow", "town"}
    assumed = {one["code"] for one in found["assumed"]}
    assert {"exposure.broken_rings", "exposure.left_out", "exposure.no_layer"} <= assumed
    assert {"exposure.points", "exposure.sample"} <= assumed


def test_layer_that_was_loaded_again_counts_from_the_next_change_on(house, clock):
    load_layer(house, "settlement", town())
    burn(house)
    clock.advance(minutes=1)
    load_layer(house, "settlement", town("new", east=4.0))
    burn(house, hours=1.0)
    found = house.exposures.of_fire(operator(house), only(house))
    assert [one["code"] for one in found["objects"]] == ["new"]


def forecast(hours=24):
    """An ensemble in which the fire runs east, each member faster than the one before it."""
    west, south = round((LON - 3 * KM_LON) * 500), round((LAT - 3 * KM_LAT) * 1000)
    net = Net(west, south, 181, 61, 1 / 500, 1 / 1000)
    column = np.arange(181)[None, None, :] - 35
    slower = np.linspace(0.5, 2.0, 20)[:, None, None]
    minutes = np.clip(column, 0, None) * 10.0 * slower * np.ones((1, 61, 1))
    minutes[minutes > hours * 60] = np.inf
    return Ensemble(
        net, NOW, hours, 1, minutes.astype(np.float32), (0, 0), np.ones((61, 181), np.bool_), ()
    )


def reach(house, fire, ensemble):
    with house.worlds.engine.begin() as conn:
        actor = installation(house)
        house.exposures.reached(conn, actor, fires.get(conn, actor, fire), ensemble)


def test_forecast_tells_when_things_are_reached_as_an_event_of_its_own(house):
    load_layer(house, "settlement", town(), town("aside", north=20.0))
    burn(house)
    fire = only(house)
    reach(house, fire, forecast())
    found = house.exposures.of_fire(operator(house), fire)
    first, second = found["objects"]
    times = [
        datetime.fromisoformat(first["reach"][name]) for name in ("p10_at", "p50_at", "p90_at")
    ]
    assert NOW < times[0] < times[1] < times[2] < NOW + timedelta(hours=24)
    assert first["reach"]["probability"] == 1.0
    assert second["reach"] is None  # off the ground that was looked at
    assert found["forecast_at"] == NOW.isoformat().replace("+00:00", "Z")
    assert "priority.reached" in {one["code"] for one in found["priority"]["terms"]}
    assert len(told(house, "fire.reach")) == 1
    assert len(told(house, "fire.exposure")) == 1
    (row, _) = house.exposures.threatening(
        operator(house), layer=None, code=None, kind=None, limit=9
    )
    assert (row["code"], row["reach"]) == ("town", first["reach"])


def test_times_stay_with_their_age_until_the_next_forecast(house, clock):
    load_layer(house, "settlement", town())
    burn(house, hours=6.0)
    fire = only(house)
    reach(house, fire, forecast())
    before = house.exposures.of_fire(operator(house), fire)
    clock.advance(hours=1)
    burn(house, hours=1.0, east=0.5)
    after = house.exposures.of_fire(operator(house), fire)
    assert after["fire_version"] == before["fire_version"] + 1
    assert after["objects"][0]["reach"] == before["objects"][0]["reach"]
    assert after["forecast_at"] == before["forecast_at"] != after["at"]


def test_few_members_that_come_are_a_probability_and_no_time(house):
    load_layer(house, "settlement", town())
    burn(house)
    fire = only(house)
    reach(house, fire, forecast(hours=12))
    (one,) = house.exposures.of_fire(operator(house), fire)["objects"]
    assert 0.1 <= one["reach"]["probability"] < 0.5
    assert one["reach"]["p10_at"] is not None
    assert (one["reach"]["p50_at"], one["reach"]["p90_at"]) == (None, None)
