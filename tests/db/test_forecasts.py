"""Forecasts of fires in the database: which are due, what is kept and told, what goes wrong."""

import os
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from sylvan.domain.codes import NotFound
from sylvan.domain.forecasting import answer
from sylvan.domain.spread_weather import climatology
from sylvan.services.forecasting import Forecasters
from sylvan.services.forecasts_ask import Asker
from sylvan.services.helpers import NICENESS, Unanswered
from sylvan.services.log import drain
from sylvan.services.terrain import Terrain
from sylvan.store import events
from tests.db.forecast_work import QUICK, deadly, endless, quick
from tests.db.helpers import (
    NOW,
    Pass,
    SetClock,
    files_of,
    installation,
    opened,
    operator,
    replay_world,
    take,
)


class Calm:
    """Weather that is known; it may fail."""

    def __init__(self, *, fails=False):
        self.fails = fails

    def series(self, conn, actor, lon, lat, start, hours):
        if self.fails:
            conn.execute(text("select 1 / 0"))
        return climatology(start, hours, lon)


def ready(house, weather=None, **options):
    """The house with forecasts that this process computes itself, and quickly."""
    set_up = {
        "asker": Asker("nowhere", weather or Calm(), QUICK),
        "forecasters": Forecasters(alone=True, work=quick),
        "terrain": Terrain(),
    } | options
    for name, value in set_up.items():
        object.__setattr__(house.forecasts, name, value)
    return house.forecasts


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def house(fresh_db_url, clock):
    with opened(fresh_db_url, clock=clock) as made:
        yield made
        made.forecasts.forecasters.stop()


def burn(house, places=((129.0, 62.0),), hours_ago=2, world="live"):
    passes = [Pass(lon, lat, NOW - timedelta(hours=hours_ago)) for lon, lat in places]
    for name, body in files_of(passes, seed=3):
        take(house, name, body, world)


def all_made(house, world="live"):
    made = []
    while ids := house.forecasts.next_ones(installation(house, world)):
        made += ids
    return made


def told(house):
    drain(house.worlds.engine)
    with house.worlds.engine.connect() as conn:
        return [one for one in events.read(conn, 0, 1000) if one.kind == "fire.forecast"]


def test_a_fire_is_forecast_without_being_asked_and_told_once(house):
    ready(house)
    burn(house)
    (fire,) = all_made(house)
    assert all_made(house) == []
    found = house.forecasts.of_fire(operator(house), fire)
    assert [one["properties"]["hour"] for one in found["features"]] == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert found["forecast"]["at"] == NOW
    assert found["forecast"]["starts_at"] == NOW - timedelta(hours=2)
    (event,) = told(house)
    assert (event.subject, event.body["fire"]) == (str(fire), str(fire))
    assert event.body["areas"] == found["forecast"]["areas"]
    assert "features" not in event.body
    snapshot = house.picture.snapshot(operator(house))
    assert [one["id"] for one in snapshot["forecasts"]] == [found["forecast"]["id"]]
    assert [one["kind"] for one in house.fires.log(operator(house), fire, 50)].count(
        "fire.forecast"
    ) == 0


def reasons(house, fire):
    told = house.forecasts.of_fire(operator(house), fire)["forecast"]["reasons"]
    return {one["code"]: one["params"] for one in told}


def test_a_fire_that_was_seen_twice_runs_at_its_own_pace(house):
    ready(house)
    burn(house, hours_ago=14)
    (fire,) = all_made(house)
    assert "forecast.pace_assumed" in reasons(house, fire)
    burn(house, hours_ago=2)
    assert all_made(house) == [fire]
    found = reasons(house, fire)
    assert "forecast.pace_assumed" not in found
    assert found["forecast.pace"]["hours"] == 12
    assert found["forecast.pace"]["factor"] < 0.3  # it was looked at again, and stood still


def test_a_place_has_the_pace_of_any_fire(house):
    ready(house)
    told = house.forecasts.at_place(operator(house), (129.0, 62.0), None, 2)["forecast"]
    assert "forecast.pace_assumed" in [one["code"] for one in told["reasons"]]


def test_another_pass_or_some_hours_ask_for_another_forecast(house, clock):
    ready(house)
    burn(house, hours_ago=2)
    (fire,) = all_made(house)
    burn(house, hours_ago=1)
    assert all_made(house) == [fire]
    clock.advance(hours=2)
    assert all_made(house) == []
    clock.advance(hours=2)
    assert all_made(house) == [fire]
    assert len(told(house)) == 3


def test_the_forecast_of_then_can_be_read_and_keeps_its_horizons(house, clock):
    ready(house)
    burn(house)
    (fire,) = all_made(house)
    clock.advance(hours=4)
    all_made(house)
    now = house.forecasts.of_fire(operator(house), fire)
    then = house.forecasts.of_fire(operator(house), fire, NOW + timedelta(hours=1))
    assert now["forecast"]["at"] == NOW + timedelta(hours=4)
    assert then["forecast"]["at"] == NOW
    assert {one["properties"]["hour"] for one in then["features"]} == {1, 3}
    before = house.forecasts.of_fire(operator(house), fire, NOW - timedelta(hours=1))
    assert (before["forecast"], before["features"]) == (None, [])


def test_fires_near_people_come_first(house):
    ready(house)
    burn(house, [(129.0, 62.0), (131.0, 62.0), (133.0, 62.0)])
    near = {129.0: 40.0, 131.0: 2.0, 133.0: 11.0}
    with house.worlds.engine.begin() as conn:
        for lon, km in near.items():
            conn.execute(
                text(
                    "update fire set address = jsonb_build_object('nearest',"
                    " jsonb_build_object('distance_km', cast(:km as float8)))"
                    " where abs(st_x(point) - :lon) < 0.5"
                ),
                {"km": km, "lon": lon},
            )
    wanted = all_made(house)
    where = {UUID(one.subject): round(one.point[0]) for one in told(house)}
    assert [where[fire] for fire in wanted] == [131, 133, 129], "told as the helpers end"


def test_doubtful_signals_settled_fires_and_old_ones_are_left_alone(house, clock):
    ready(house)
    burn(house, [(129.0, 62.0), (131.0, 62.0)])
    with house.worlds.engine.begin() as conn:
        conn.execute(text("update fire set likelihood = 0.1 where st_x(point) < 130"))
        conn.execute(text("update fire set status = 'rejected' where st_x(point) > 130"))
    assert all_made(house) == []
    with house.worlds.engine.begin() as conn:
        conn.execute(text("update fire set likelihood = 0.9, status = 'registered'"))
    clock.advance(days=6)
    assert all_made(house) == []


def test_worlds_do_not_mix(house):
    ready(house)
    replay_world(house, "past")
    burn(house, world="past")
    assert all_made(house) == []
    (fire,) = all_made(house, "past")
    with pytest.raises(NotFound):
        house.forecasts.of_fire(operator(house), fire)
    assert house.forecasts.all_at(operator(house), 3) == []
    assert len(house.forecasts.all_at(operator(house, "past"), 3)) == 3


def test_weather_that_fails_gives_way_to_climate(house):
    ready(house, Calm(fails=True))
    burn(house)
    (fire,) = all_made(house)
    found = house.forecasts.of_fire(operator(house), fire)["forecast"]
    assert "spread.no_weather" in [one["code"] for one in found["reasons"]]


def test_whoever_listens_hears_the_ensemble_and_cannot_undo_the_forecast(house):
    heard = []

    def listener(conn, actor, fire, ensemble):
        heard.append((fire.id, ensemble.hours))
        conn.execute(text("select 1 / 0"))

    ready(house, on_forecast=listener)
    burn(house)
    (fire,) = all_made(house)
    assert heard == [(fire, 5)]
    assert house.forecasts.of_fire(operator(house), fire)["features"]


def test_a_fire_of_which_nothing_comes_is_left_alone_and_the_others_go_on(house):
    burn(house, [(129.0, 62.0), (131.0, 62.0)])
    calls = []

    def one_fails(asked, dem):
        calls.append(asked.key)
        if len(calls) == 1:
            raise ValueError("a fault of ours")
        return quick(asked, dem)

    ready(house, forecasters=Forecasters(at_once=1, alone=True, work=one_fails))
    assert len(all_made(house)) == 2
    assert len(told(house)) == 1
    assert len(set(calls)) == 2


def question(house):
    asker = Asker("nowhere", Calm(), QUICK)
    with house.worlds.engine.connect() as conn:
        return asker.about_place(conn, operator(house), (129.0, 62.0), NOW, 2)


def test_a_helper_that_is_killed_in_the_middle_costs_an_answer_and_no_more(house):
    asked = question(house)
    helpers = Forecasters(at_once=1, niceness=0, work=deadly)
    try:
        with pytest.raises(Unanswered, match=r"forecast\.helper_died"):
            helpers.answer(asked, None)
        helpers.work = quick
        assert helpers.answer(asked, None).contours
    finally:
        helpers.stop()


def test_a_helper_that_takes_too_much_of_the_processor_is_ended(house):
    helpers = Forecasters(at_once=1, cpu_s=0.5, niceness=0, work=endless)
    try:
        with pytest.raises(Unanswered, match=r"forecast\.helper_died"):
            helpers.answer(question(house), None)
    finally:
        helpers.stop()


def test_helpers_answer_as_this_process_does_and_are_niced(house):
    asked = question(house)
    helpers = Forecasters(at_once=1, work=quick)
    try:
        there, here = helpers.answer(asked, None), answer(asked, None, QUICK)
        assert [one.area_ha for one in there.contours] == [one.area_ha for one in here.contours]
        (pid,) = list(helpers._pool._processes)
        assert os.getpriority(os.PRIO_PROCESS, pid) >= NICENESS
    finally:
        helpers.stop()


def test_only_one_process_makes_forecasts(house):
    with house.forecasts.leading() as first, house.forecasts.leading() as second:
        assert (first, second) == (True, False)
    with house.forecasts.leading() as again:
        assert again
