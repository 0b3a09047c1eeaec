"""Nothing that is done in one world changes anything that can be read in another."""

import json
from datetime import timedelta
from itertools import count
from uuid import UUID

import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from sylvan.domain.codes import Coded, Conflict, Invalid, NotFound
from sylvan.domain.detections import Satellite
from sylvan.domain.forces.kinds import StationKind, UnitKind
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.domain.worlds import WorldClock
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import (
    NOW,
    ORIGIN,
    firms_file,
    installation,
    near,
    opened,
    operator,
    replay_world,
    take,
)
from tests.examples import examples

SPAN = timedelta(hours=72)
TILES = [(0, 0, 0), (6, 54, 17), (9, 439, 138), (12, 3515, 1107)]
"""Tiles over the origin, by the formula of the Web Mercator grid."""
_worlds = count(1)


@pytest.fixture(scope="module")
def house(db_url):
    with opened(db_url) as made:
        yield made


def reads(house, world: str) -> dict[str, bytes]:
    """Everything that a screen of this world can ask."""
    actor = operator(house, world)
    picture = house.picture.snapshot(actor)
    picture.pop("as_of_seq")  # one log for all worlds
    page = house.fires.page(
        actor,
        bbox=None,
        statuses=None,
        since=None,
        until=None,
        after=None,
        limit=1000,
        edges=True,
    )
    pixels = house.maps.detections(actor, bbox=None, since=None, until=None, after=None, limit=1000)
    reports = house.reports.page(
        actor, bbox=None, statuses=None, since=None, after=None, limit=1000
    )
    ids = [UUID(fire["id"]) for fire in picture["fires"]]
    answers = {
        "snapshot": picture,
        "fires": page.features,
        "detections": pixels.features,
        "reports": reports.features,
        "feeds": house.picture.feeds(actor),
        "proposals": house.picture.proposals(actor),
        "histogram": house.maps.histogram(actor, SPAN),
        "as_of": sorted(house.fires.as_of(actor, actor.world.now(NOW)), key=lambda f: f["id"]),
        "logs": [house.fires.log(actor, one, 100) for one in ids],
        "details": [house.fires.detail(actor, one) for one in ids],
        "members": [house.fires.detections(actor, one, 100) for one in ids],
    }
    told = {name: orjson.dumps(answer) for name, answer in answers.items()}
    for name in ("detections", "fires"):
        for tile in TILES:
            told[f"tile {name} {tile}"] = house.maps.tile(actor, name, tile, SPAN)
    return told


def pixels(house, world, rng) -> None:
    place = rng.uniform(-2, 2, 2)
    hours = float(rng.integers(1, 30))
    rows = near(float(place[0]), float(place[1]), NOW - timedelta(hours=hours))
    take(house, f"{rng.integers(1 << 30)}.csv", firms_file(rows), world)


def report(house, world, rng) -> None:
    place = {"method": "coordinates", "point": [ORIGIN[0] + float(rng.uniform(0, 0.1)), ORIGIN[1]]}
    house.reports.submit(operator(house, world), {"place": place, "seen": "flame"}, None)


def some_fire(house, world, rng) -> UUID | None:
    fires = house.picture.snapshot(operator(house, world))["fires"]
    return UUID(fires[rng.integers(len(fires))]["id"]) if fires else None


def register(house, world, rng) -> None:
    if fire := some_fire(house, world, rng):
        house.decisions.register(operator(house, world), fire, {}, None, None)


def reject(house, world, rng) -> None:
    if fire := some_fire(house, world, rng):
        house.decisions.reject(operator(house, world), fire, {"reason": "foreign"}, None, None)


def accept(house, world, rng) -> None:
    for asked in house.picture.proposals(operator(house, world))[:1]:
        house.decisions.accept(operator(house, world), UUID(asked["id"]), None, None)


def promote(house, world, rng) -> None:
    for one in house.picture.snapshot(operator(house, world))["reports"][:1]:
        house.reports.promote(operator(house, world), UUID(one["id"]), None, None)


def erase(house, world, rng) -> None:
    for one in house.picture.snapshot(operator(house, world))["reports"][:1]:
        house.reports.erase(operator(house, world), UUID(one["id"]))


def fail(house, world, rng) -> None:
    error = Coded("file.empty", {})
    house.feeds.failed(installation(house, world), "test", "satellite", error, opened=False)


def hurry(house, world, rng) -> None:
    house.worlds.set_clock(installation(house, world), WorldClock(NOW, NOW, 60.0))


def base(house, world, rng) -> None:
    code = f"base-{rng.integers(1 << 30)}"
    card = StationCard(code, StationKind.AIR_BASE, ORIGIN)
    house.stations.create(operator(house, world), card, None)
    crew = UnitCard(f"crew-of-{code}", UnitKind.HELITACK, code)
    house.units.create(operator(house, world), crew, None)


def follow(house, world, rng) -> None:
    rows = [
        {"unit": one["code"], "at": NOW.isoformat(), "point": [float(rng.uniform(120, 130)), 62.0]}
        for one in house.units.listed(operator(house, world))
    ]
    if rows:
        house.positions.take(operator(house, world), "test", orjson.dumps(rows))


DEEDS = [pixels, pixels, pixels, report, register, reject, accept, promote, erase, fail, hurry]
DEEDS += [base, follow]


def furnished(house, world: str) -> None:
    """A world with something of everything in it."""
    rng = np.random.default_rng(1)
    for deed in (pixels, pixels, pixels, report, register, fail, base, follow):
        deed(house, world, rng)
    drain(house.worlds.engine)


@settings(
    max_examples=examples(12),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=st.lists(st.sampled_from(DEEDS), min_size=3, max_size=8), seed=st.integers(0, 999))
def test_no_deed_in_one_world_is_seen_in_another(house, deeds, seed) -> None:
    here, there = (f"world-{next(_worlds)}" for _ in range(2))
    for world in (here, there):
        replay_world(house, world)
        furnished(house, world)
    before = reads(house, there)
    rng = np.random.default_rng(seed)
    for deed in deeds:
        try:
            deed(house, here, rng)
        except (Conflict, Invalid):
            continue
    drain(house.worlds.engine)
    after = reads(house, there)
    assert {name for name in before if before[name] != after[name]} == set()


def test_the_reads_of_that_test_show_what_is_done_in_their_own_world(house) -> None:
    """The test of the test: each kind of answer changes when its own world does."""
    replay_world(house, "seen")
    furnished(house, "seen")
    before = reads(house, "seen")
    rng = np.random.default_rng(5)
    for deed in (pixels, report, register):
        deed(house, "seen", rng)
    drain(house.worlds.engine)
    after = reads(house, "seen")
    same = {name for name in before if before[name] == after[name]}
    assert same <= {"proposals"} | {name for name in before if name.startswith("tile")}
    assert any(before[name] != after[name] for name in before if name.startswith("tile det"))
    assert any(before[name] != after[name] for name in before if name.startswith("tile fires"))


def test_worlds_filled_alike_look_alike_and_share_no_id(house) -> None:
    pair = ("twin-1", "twin-2")
    for world in pair:
        replay_world(house, world)
        furnished(house, world)
    one, other = (house.picture.snapshot(operator(house, world)) for world in pair)
    assert len(one["fires"]) == len(other["fires"]) > 0
    assert not {f["id"] for f in one["fires"]} & {f["id"] for f in other["fires"]}
    for name in ("area_ha", "n_detections", "number", "likelihood", "first_seen"):
        assert sorted(str(f[name]) for f in one["fires"]) == sorted(
            str(f[name]) for f in other["fires"]
        )
    for tile in TILES:
        pixels_of = [
            house.maps.tile(operator(house, world), "detections", tile, SPAN) for world in pair
        ]
        assert pixels_of[0] == pixels_of[1]


def test_things_of_another_world_are_unknown_by_their_id(house) -> None:
    for world in ("mine", "yours"):
        replay_world(house, world)
        furnished(house, world)
    mine = operator(house, "mine")
    yours = UUID(house.picture.snapshot(operator(house, "yours"))["fires"][0]["id"])
    for ask in (house.fires.detail, house.decisions.shown):
        with pytest.raises(NotFound):
            ask(mine, yours)
    with pytest.raises(NotFound):
        house.fires.log(mine, yours, 10)
    with pytest.raises(NotFound):
        house.decisions.register(mine, yours, {}, None, None)


def test_every_event_belongs_to_the_world_of_the_thing_that_changed(house) -> None:
    query = text(
        "select count(*) from event_log e left join fire f on f.id::text = e.subject"
        " left join report r on r.id::text = e.subject"
        " left join proposal p on p.id::text = e.subject"
        " left join batch b on 'batch:' || b.id = e.subject"
        " where coalesce(f.world_id, r.world_id, p.world_id, b.world_id) <> e.world_id"
        " or e.body ->> 'world' <> (select name from world where id = e.world_id)"
    )
    drain(house.worlds.engine)
    with house.worlds.engine.connect() as conn:
        assert conn.scalar(query) == 0
    assert books.faults(house.worlds.engine) == {}


def test_a_replays_clock_says_what_burns_now(fresh_db_url) -> None:
    then = NOW.replace(year=2017, month=8, day=14)
    with opened(fresh_db_url) as house:
        replay_world(house, "2017", then, rate=60.0)
        rows = near(0, 0, then - timedelta(hours=2), Satellite.SNPP)
        for world in ("2017", "live"):
            take(house, "npp.csv", firms_file(rows), world)
        actor = operator(house, "2017")

        def activity(world: str) -> list[str]:
            page = house.fires.page(
                operator(house, world),
                bbox=None,
                statuses=None,
                since=None,
                until=None,
                after=None,
                limit=10,
                edges=False,
            )
            return [one["properties"]["activity"] for one in page.features]

        assert (activity("2017"), activity("live")) == (["burning"], ["out"])
        assert sum(house.maps.histogram(actor, SPAN)["counts"]) == 1
        assert sum(house.maps.histogram(operator(house), SPAN)["counts"]) == 0
        house.intake.clock.advance(hours=1)  # sixty hours there
        assert activity("2017") == ["active"]
        house.intake.clock.advance(hours=2)
        assert activity("2017") == ["sleeping"]
        # a signal not seen for five days is history: not on the map any more
        assert house.picture.snapshot(operator(house, "2017"))["fires"] == []


def test_the_future_begins_at_each_worlds_own_now(fresh_db_url) -> None:
    with opened(fresh_db_url) as house:
        replay_world(house, "2017", NOW.replace(year=2017))
        body = firms_file(near(0, 0, NOW - timedelta(hours=2)))
        assert take(house, "today.csv", body, "2017").rejected == 1
        assert take(house, "today.csv", body).accepted == 1


def test_a_closed_world_stays_readable(fresh_db_url) -> None:
    with opened(fresh_db_url) as house:
        replay_world(house, "past")
        furnished(house, "past")
        before = json.loads(reads(house, "past")["fires"])
        house.worlds.close(installation(house, "past"))
        assert json.loads(reads(house, "past")["fires"]) == before
        assert "past" not in {world["name"] for world in house.picture.worlds(lambda _: True)}
