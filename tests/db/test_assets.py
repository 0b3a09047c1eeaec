"""Partners' own things: what fires around them get, whose they are, and how batches go back."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from sylvan.domain.actors import Actor, Level
from sylvan.domain.codes import Conflict, Forbidden, Invalid, NotFound
from sylvan.services import asset_follow
from sylvan.services.asset_rows import How
from sylvan.services.log import drain
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    Pass,
    SetClock,
    firms_file,
    opened,
    operator,
    replay_world,
    seen,
    take,
)

LON, LAT = ORIGIN


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def house(fresh_db_url, clock):
    with opened(fresh_db_url, clock=clock) as made:
        yield made


def partner(house, owner="grid", world="live"):
    where = house.worlds.named(world)
    return Actor(f"key:{owner}", owner, Level.PARTNER, (), where, "partner", owner)


def point(north=0.0, east=0.0):
    return {"type": "Point", "coordinates": [LON + east * KM_LAT * 2.13, LAT + north * KM_LAT]}


def tower(key="t1", north=10.0, **more):
    card = {"external_id": key, "kind": "tower", "name": {"ru": f"Вышка {key}"}}
    return card | {"geometry": point(north), "watch_km": 20.0, "alarm_km": 12.0} | more


def burn(house, north=0.0, hours=2.0, world="live", name="a.csv"):
    place = Pass(LON, LAT + north * KM_LAT, NOW - timedelta(hours=hours))
    return take(house, name, firms_file(seen(place)), world)


def seen_by(house, actor):
    return [one["id"] for one in house.picture.snapshot(actor)["fires"]]


def create(house, owner="grid", **told):
    return house.assets.create(partner(house, owner), tower(**told), How(), None)


def told(house, kind):
    drain(house.worlds.engine)
    return [one for one in house.log.read(0, 1000) if one.kind == kind]


def test_fire_of_before_is_seen_by_the_owner_as_soon_as_the_thing_is_there(house):
    burn(house)
    burn(house, north=300.0, name="far.csv")
    assert seen_by(house, partner(house)) == []
    create(house)
    (mine,) = seen_by(house, partner(house))
    assert seen_by(house, partner(house, "gas")) == []
    fire = house.fires.detail(partner(house), UUID(mine))
    assert fire["version"] == 2
    last = told(house, "fire.changed")[-1]
    assert last.subject == mine
    assert "asset:grid" in last.territories
    create(house, key="t2")  # changes nobody's sight: no version more
    assert house.fires.detail(partner(house), UUID(mine))["version"] == 2


def test_fire_that_comes_later_is_marked_at_once_and_in_every_world(house):
    create(house)
    replay_world(house, "then")
    for world in ("live", "then"):
        burn(house, world=world, name=f"{world}.csv")
        assert len(seen_by(house, partner(house, world=world))) == 1


def test_open_replay_gets_its_marks_too(house):
    replay_world(house, "then")
    burn(house, world="then")
    create(house)
    assert len(seen_by(house, partner(house, world="then"))) == 1


def test_thing_that_is_retired_or_moved_away_gives_its_fires_up(house):
    burn(house)
    made = create(house)
    mine = UUID(made["id"])
    moved = house.assets.edit(partner(house), mine, {"geometry": point(90.0)}, How(), 1)
    assert seen_by(house, partner(house)) == []
    house.assets.edit(partner(house), mine, {"geometry": point(5.0)}, How(), moved["version"])
    assert len(seen_by(house, partner(house))) == 1
    house.assets.retire(partner(house), mine, 3)
    assert seen_by(house, partner(house)) == []
    assert house.asset_threats.of(partner(house), mine)["threats"] == []
    with pytest.raises(Conflict, match=r"asset\.retired"):
        house.assets.retire(partner(house), mine, None)


def test_exposure_names_the_thing_and_its_owner_to_who_may_see(house):
    burn(house)
    create(house)
    create(house, owner="gas", key="g1", north=9.0)
    (fire,) = seen_by(house, operator(house))
    objects = house.exposures.of_fire(operator(house), UUID(fire))["objects"]
    assert {one["owner"] for one in objects} == {"grid", "gas"}
    for owner in ("grid", "gas"):
        shown = house.exposures.of_fire(partner(house, owner), UUID(fire))
        assert {one["owner"] for one in shown["objects"]} == {owner}
        names = [one["object"] for one in shown["priority"]["terms"] if one["object"]]
        assert all(one["code"] in {each["code"] for each in shown["objects"]} for one in names)
        rows = house.exposures.threatening(
            partner(house, owner), layer="assets", code=None, kind=None, limit=10
        )
        assert {one["owner"] for one in rows} == {owner}
    (brief,) = house.picture.snapshot(operator(house))["exposures"]
    assert brief["nearest"] == []
    assert {one["owner"] for one in brief["owned"]} == {"grid", "gas"}


def test_threats_tell_distance_direction_and_why(house):
    burn(house)
    made = create(house, north=10.0)
    (threat,) = house.asset_threats.of(partner(house), UUID(made["id"]))["threats"]
    assert threat["km"] == pytest.approx(9.2, abs=0.5)  # 10 km less half of the fire
    assert threat["from_deg"] == pytest.approx(180.0, abs=6.0)  # the fire lies to the south
    assert threat["alarm"] is True
    codes = [one["code"] for one in threat["reasons"]]
    assert codes == ["asset.within_alarm", "asset.no_forecast"]
    far = create(house, key="t2", north=18.0, alarm_km=5.0)
    (threat,) = house.asset_threats.of(partner(house), UUID(far["id"]))["threats"]
    assert threat["alarm"] is False
    close = create(house, key="t3", north=60.0, watch_km=50.0, alarm_km=None)
    assert house.asset_threats.of(partner(house), UUID(close["id"]))["threats"] == []


def test_foreign_thing_is_not_there_for_another_partner(house):
    made = UUID(create(house)["id"])
    other = partner(house, "gas")
    attempts = (
        lambda: house.assets.get(other, made),
        lambda: house.assets.edit(other, made, {"notes": "x"}, How(), None),
        lambda: house.assets.retire(other, made, None),
        lambda: house.asset_threats.of(other, made),
    )
    for attempt in attempts:
        with pytest.raises(NotFound, match=r"asset\.unknown"):
            attempt()
    assert house.assets.page(other, bbox=None, retired=True, after=None, limit=10) == ([], None)
    assert house.assets.batches(other, 10) == []


def test_same_key_at_two_owners_is_two_things(house):
    one, two = create(house), create(house, owner="gas")
    assert one["id"] != two["id"]
    assert (one["owner"], two["owner"]) == ("grid", "gas")


def test_who_owns_nothing_writes_nothing(house):
    with pytest.raises(Forbidden, match=r"asset\.no_owner"):
        house.assets.create(operator(house), tower(), How(), None)


def test_batch_sent_again_changes_nothing_and_says_so(house):
    rows = [(n, tower(f"t{n}", north=n)) for n in range(1, 4)]
    first = house.assets.take(partner(house), rows, "x", How())
    assert (first["created"], first["same"]) == (3, 0)
    again = house.assets.take(partner(house), rows, "x", How())
    assert (again["created"], again["same"], again["batch"]) == (0, 3, None)
    rows[0] = (1, tower("t1", north=1, notes="другое"))
    third = house.assets.take(partner(house), rows, "x", How())
    assert (third["changed"], third["same"]) == (1, 2)


def test_bad_rows_are_named_and_good_ones_kept_unless_all_or_nothing_was_wished(house):
    ring = [[129, 62], [129.1, 62.1], [129.1, 62], [129, 62.1], [129, 62]]
    bow = {"type": "Polygon", "coordinates": [ring]}
    rows = [
        (2, tower("t1")),
        (3, tower("t2", geometry={"type": "Point", "coordinates": [62, 129]})),
        (4, tower("f", kind="farm", geometry=bow)),
        (5, tower("t1")),
    ]
    with pytest.raises(Invalid) as caught:
        house.assets.take(partner(house), rows, "x", How(all_or_nothing=True))
    assert caught.value.code == "asset.nothing_written"
    fields = [one.field for one in caught.value.errors]
    assert fields == ["3.geometry", "4.geometry", "5.external_id"]
    assert house.assets.page(partner(house), bbox=None, retired=True, after=None, limit=9)[0] == []
    found = house.assets.take(partner(house), rows, "x", How())
    assert [one["became"] for one in found["rows"]] == ["created", *["refused"] * 3]
    assert found["rows"][2]["repaired"]["type"] == "MultiPolygon"
    mended = house.assets.take(partner(house), [rows[2]], "x", How(repair=True))
    assert mended["created"] == 1


def test_mended_geometry_is_offered_in_the_refusal(house):
    ring = [[129, 62], [129.1, 62], [129.1, 62.1]]
    told = tower(kind="farm", geometry={"type": "Polygon", "coordinates": [ring]})
    with pytest.raises(Invalid, match=r"asset\.unclosed_ring") as caught:
        house.assets.create(partner(house), told, How(), None)
    assert '"Polygon"' in caught.value.errors[0].params["repaired"]
    house.assets.create(partner(house), told, How(repair=True), None)


def test_undo_puts_a_batch_back_and_is_refused_where_something_changed_since(house):
    burn(house)
    first = house.assets.take(partner(house), [(1, tower("t1", north=60))], "x", How())
    second = house.assets.take(
        partner(house), [(1, tower("t1", north=5)), (2, tower("t2", north=6))], "y", How()
    )
    assert len(seen_by(house, partner(house))) == 1
    with pytest.raises(Conflict, match=r"asset\.changed_since"):
        house.assets.undo(partner(house), UUID(first["batch"]))
    with pytest.raises(NotFound):
        house.assets.undo(partner(house, "gas"), UUID(second["batch"]))
    house.assets.undo(partner(house), UUID(second["batch"]))
    assert seen_by(house, partner(house)) == []
    features, _ = house.assets.page(partner(house), bbox=None, retired=False, after=None, limit=9)
    (left,) = features
    assert left["geometry"]["coordinates"][1] == pytest.approx(LAT + 60 * KM_LAT)
    with pytest.raises(Conflict, match=r"asset\.undone"):
        house.assets.undo(partner(house), UUID(second["batch"]))
    history = house.assets.get(partner(house), UUID(left["id"]))["history"]
    assert [one["version"] for one in history] == [3, 2, 1]


def test_what_died_before_the_fires_were_told_is_told_by_the_next(house, monkeypatch):
    burn(house)

    def dies(*_args):
        raise RuntimeError("died")

    with monkeypatch.context() as patched:
        patched.setattr(asset_follow.AssetFollower, "_tell", dies)
        create(house)
    assert seen_by(house, partner(house)) == []
    assert house.assets.follower.catch_up() == 1
    assert len(seen_by(house, partner(house))) == 1
    assert house.assets.follower.catch_up() == 0


def test_another_process_sees_what_this_one_took_in(house, fresh_db_url, clock):
    burn(house)
    with opened(fresh_db_url, clock=clock) as other:
        assert seen_by(other, partner(other)) == []
        create(house)
        burn(other, north=3.0, name="b.csv")
        fires = other.picture.snapshot(operator(other))["fires"]
        assert seen_by(other, partner(other)) == [one["id"] for one in fires]


def test_stale_version_names_who_changed_it(house):
    made = UUID(create(house)["id"])
    house.assets.edit(partner(house), made, {"notes": "a"}, How(), 1)
    with pytest.raises(Conflict, match=r"problem\.stale_version") as caught:
        house.assets.edit(partner(house), made, {"notes": "b"}, How(), 1)
    assert caught.value.params["by"] == "key:grid"


def test_repeated_request_gives_the_same_answer(house):
    actor = partner(house)
    one = house.assets.create(actor, tower(), How(), "k")
    assert house.assets.create(actor, tower(), How(), "k") == one
    with pytest.raises(Conflict, match=r"asset\.exists"):
        house.assets.create(actor, tower(), How(), None)


def test_database_itself_takes_no_crossing_outline(house):
    create(house)
    crossing = "POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))"
    with pytest.raises(Exception, match="ck_asset_valid"), house.worlds.engine.begin() as conn:
        conn.execute(text("update asset set geom = st_geomfromtext(:it, 4326)"), {"it": crossing})


def test_reader_of_a_part_spoils_no_picture_of_the_whole(house):
    """The region is held for all readers: who builds it must not build it from what he may see."""
    create(house)
    house.geography._region = None
    burn(house)
    actor = replace(partner(house, "gas"))
    from sylvan.store.limits import reading_as  # noqa: PLC0415 - as the web sets it

    token = reading_as.set(actor)
    try:
        with house.worlds.engine.connect() as conn:
            things = house.geography.region(conn).things
    finally:
        reading_as.reset(token)
    assert [one.owner for one in things.all] == ["grid"]


def kept(house, owner="grid"):
    found, _ = house.assets.page(
        partner(house, owner), bbox=None, retired=False, after=None, limit=100
    )
    return {one["properties"]["external_id"]: one["properties"]["watch_km"] for one in found}


def test_dry_run_tells_what_would_become_of_it_and_keeps_nothing(house):
    create(house, key="t1")
    create(house, key="t2")
    create(house, key="t3")
    rows = [
        (1, tower("t1")),
        (2, tower("t2", watch_km=30.0, notes="new fence")),
        (3, tower("new")),
        (4, tower("bad", geometry=None)),
    ]
    before, events = kept(house), len(told(house, "asset.changed"))
    seen_first = house.assets.take(partner(house), rows, "x", How(dry=True))
    counts = {k: seen_first[k] for k in ("created", "changed", "same", "refused", "retired")}
    assert counts == {"created": 1, "changed": 1, "same": 1, "refused": 1, "retired": 0}
    assert (seen_first["batch"], seen_first["missing"]) == (None, 1)
    assert seen_first["rows"][1]["fields"] == ["watch_km", "notes"]
    drawn = {one["id"]: one["properties"]["change"] for one in seen_first["shapes"]["features"]}
    assert drawn == {"t1": "same", "t2": "changed", "new": "created"}
    assert kept(house) == before
    assert len(told(house, "asset.changed")) == events
    assert len(house.assets.batches(partner(house), 10)) == 3


def test_plan_is_kept_as_it_was_shown_or_not_at_all(house):
    create(house, key="t1")
    rows = [(1, tower("t1", watch_km=30.0)), (2, tower("t2"))]
    shown = house.assets.take(partner(house), rows, "x", How(dry=True))["plan"]
    house.assets.take(partner(house), [(1, tower("t1", watch_km=31.0))], "meanwhile", How())
    with pytest.raises(Conflict, match=r"asset\.plan_changed"):
        house.assets.take(partner(house), rows, "x", How(plan=shown))
    assert kept(house) == {"t1": 31.0}
    again = house.assets.take(partner(house), rows, "x", How(dry=True))["plan"]
    with pytest.raises(Conflict, match=r"asset\.plan_changed"):
        house.assets.take(partner(house), rows[:1], "x", How(plan=again))
    done = house.assets.take(partner(house), rows, "x", How(plan=again))
    assert (done["changed"], done["created"], done["shapes"]) == (1, 1, None)
    assert kept(house) == {"t1": 30.0, "t2": 20.0}


def test_what_a_whole_file_does_not_name_is_retired_and_comes_back_by_one_undo(house):
    for key in ("t1", "t2", "t3"):
        create(house, key=key)
    create(house, owner="gas", key="theirs")
    rows = [(1, tower("t1")), (2, tower("t4"))]
    how = How(retire_missing=True)
    shown = house.assets.take(partner(house), rows, "x", How(retire_missing=True, dry=True))
    gone = [one["external_id"] for one in shown["rows"] if one["became"] == "retired"]
    assert (gone, shown["missing"]) == (["t2", "t3"], 0)
    assert set(kept(house)) == {"t1", "t2", "t3"}
    done = house.assets.take(partner(house), rows, "x", how)
    assert done["plan"] == shown["plan"]
    assert set(kept(house)) == {"t1", "t4"}
    assert set(kept(house, "gas")) == {"theirs"}
    house.assets.undo(partner(house), UUID(done["batch"]))
    assert set(kept(house)) == {"t1", "t2", "t3"}


def test_whole_file_with_one_bad_row_retires_nothing(house):
    create(house, key="t1")
    rows = [(1, tower("t2")), (2, tower("t3", geometry=None))]
    with pytest.raises(Invalid, match=r"asset\.nothing_written"):
        house.assets.take(partner(house), rows, "x", How(retire_missing=True))
    assert set(kept(house)) == {"t1"}
