"""Who looked at a fire and what they saw, from what a world has stored, by its own clock."""

from datetime import datetime, timedelta

import pytest

from sylvan.domain.codes import Invalid, NotFound
from sylvan.domain.detections import Satellite
from sylvan.domain.passes import moment
from sylvan.services.log import drain
from tests.db.helpers import (
    NOW,
    ORIGIN,
    Pass,
    SetClock,
    firms_file,
    installation,
    opened,
    operator,
    replay_world,
    seen,
    take,
)
from tests.db.orbit_tools import overflights, tle
from tests.db.surgery_tools import do, listed, names, undo

EPOCH = NOW - timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def house(fresh_db_url, clock):
    with opened(fresh_db_url, clock=clock) as made:
        yield made


def steep(since: datetime, until: datetime, satellite: Satellite = Satellite.NOAA20, to=ORIGIN):
    """Moments of a satellite's covered passes."""
    rows = overflights(EPOCH, to, since, until)
    return [moment(row["at"]) for row in rows if row["satellite"] == satellite]


def granule(at: datetime) -> datetime:
    """The acquisition time that a file gives a pass: its granule's beginning."""
    return at.replace(second=0) - timedelta(minutes=at.minute % 6)


def fire_at(house, at: datetime, world="live", satellite=Satellite.NOAA20):
    """A fire of one pass; its id."""
    rows = seen(Pass(*ORIGIN, granule(at), satellite))
    name = f"VIIRS_NOAA20_NRT_NRT_{granule(at):%Y%m%dT%H%M}_00001.csv"
    take(house, name, firms_file(rows), world)
    drain(house.worlds.engine)
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
    return page.features[0]["id"]


def empty_file(house, at: datetime, name="VIIRS_NOAA20_NRT_NRT_{at}_00002.csv", world="live"):
    """A file of a pass that saw nothing anywhere."""
    header = firms_file(seen(Pass(*ORIGIN, granule(at)))).splitlines(keepends=True)[0]
    take(house, name.format(at=f"{granule(at):%Y%m%dT%H%M}"), header, world)


def of_fire(house, fire, world="live", hours=24.0):
    return house.passes.of_fire(operator(house, world), fire, hours)


def by_time(told):
    return {one["at"]: one for one in told["passes"]}


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def test_a_pass_with_the_fires_detections_saw_it_and_the_empty_file_after_it_saw_nothing(house):
    house.passes.load(installation(house), "weather.tle", tle(EPOCH))
    times = steep(NOW - 24 * HOUR, NOW - 5 * HOUR)
    fire = fire_at(house, times[0])
    empty_file(house, times[1])
    told = of_fire(house, fire)
    saw = by_time(told)
    assert saw[iso(times[0])]["saw"] == "fire"
    assert saw[iso(times[0])]["detections"] == 9
    assert saw[iso(times[0])]["frp_mw"] > 0
    assert saw[iso(times[1])]["saw"] == "cloud_unknown"
    assert saw[iso(times[2])]["saw"] == "no_data"
    assert [one["at"] for one in told["passes"]] == sorted(saw, reverse=True)


def test_a_pass_of_the_last_hours_is_awaited_and_later_missing(house, clock):
    house.passes.load(installation(house), "weather.tle", tle(EPOCH))
    last = steep(NOW - 24 * HOUR, NOW)[-1]
    fire = fire_at(house, steep(NOW - 24 * HOUR, NOW)[0])
    clock.now = last + HOUR
    assert by_time(of_fire(house, fire))[iso(last)]["saw"] == "awaited"
    clock.now = last + 5 * HOUR
    assert by_time(of_fire(house, fire))[iso(last)]["saw"] == "no_data"


def test_another_hot_spot_of_the_same_pass_nearby_shows_that_the_sky_was_open(house):
    house.passes.load(installation(house), "weather.tle", tle(EPOCH))
    times = steep(NOW - 24 * HOUR, NOW - 5 * HOUR)
    fire = fire_at(house, times[0])
    beside = Pass(ORIGIN[0] + 0.06, ORIGIN[1], granule(times[1]), across=1)
    take(house, "beside.csv", firms_file(seen(beside)))
    far = Pass(ORIGIN[0] + 1.0, ORIGIN[1], granule(times[2]), across=1)
    take(house, "far.csv", firms_file(seen(far)))
    saw = by_time(of_fire(house, fire))
    assert saw[iso(times[1])]["saw"] == "nothing"
    assert saw[iso(times[2])]["saw"] == "cloud_unknown"


def test_what_a_question_found_does_not_hide_what_came_after_it(house):
    house.passes.load(installation(house), "weather.tle", tle(EPOCH))
    times = steep(NOW - 24 * HOUR, NOW - 5 * HOUR)
    fire = fire_at(house, times[0])
    assert by_time(of_fire(house, fire))[iso(times[1])]["saw"] == "no_data"
    far = Pass(ORIGIN[0] + 9.0, ORIGIN[1], granule(times[1]), across=1)
    take(house, "far.csv", firms_file(seen(far)))
    assert by_time(of_fire(house, fire))[iso(times[1])]["saw"] == "cloud_unknown"


def test_a_pass_whose_only_detections_are_marked_false_did_not_see_the_fire(house):
    house.passes.load(installation(house), "weather.tle", tle(EPOCH))
    times = steep(NOW - 24 * HOUR, NOW - 5 * HOUR)
    fire = fire_at(house, times[0])
    take(house, "again.csv", firms_file(seen(Pass(*ORIGIN, granule(times[1]), across=1))))
    assert by_time(of_fire(house, fire))[iso(times[1])]["saw"] == "fire"
    rows = [one for one in listed(house, fire) if one["properties"]["acq_at"] == granule(times[1])]
    done = do(house, "mark_false", fire, names(rows))
    assert by_time(of_fire(house, fire))[iso(times[1])]["saw"] == "cloud_unknown"
    undo(house, done)
    assert by_time(of_fire(house, fire))[iso(times[1])]["saw"] == "fire"


def test_the_next_pass_is_told_and_lies_ahead_of_the_worlds_clock(house):
    house.passes.load(installation(house), "weather.tle", tle(EPOCH))
    fire = fire_at(house, steep(NOW - 24 * HOUR, NOW)[0])
    told = of_fire(house, fire)
    coming = [one["at"] for one in told["next"]]
    assert coming == sorted(coming)
    assert all(iso(NOW) < at <= iso(NOW + 24 * HOUR) for at in coming)
    expected = steep(NOW, NOW + 24 * HOUR)
    assert [one["at"] for one in told["next"] if one["satellite"] == "NOAA20"] == [
        iso(at) for at in expected
    ]


def test_what_passed_before_the_world_took_in_anything_is_no_silence(house):
    house.passes.load(installation(house), "weather.tle", tle(EPOCH))
    first = steep(NOW - 24 * HOUR, NOW)[1]
    told = of_fire(house, fire_at(house, first), hours=72)
    assert min(one["at"] for one in told["passes"]) >= iso(granule(first))
    assert min([one["from"] for one in told["gaps"]]) >= iso(granule(first))
    (remark,) = [one for one in told["missing"] if one["code"] == "passes.began"]
    assert remark["params"] == {"at": iso(granule(first))}


def test_times_without_a_look_are_told_with_their_reason(house):
    house.passes.load(installation(house), "weather.tle", tle(EPOCH))
    times = steep(NOW - 24 * HOUR, NOW - 5 * HOUR)
    fire = fire_at(house, times[0])
    (gap,) = [one for one in of_fire(house, fire)["gaps"] if one["to"] == iso(NOW)]
    assert gap["from"] == iso(times[0])
    assert gap["reason"]["code"] == "passes.gap.no_data"
    assert gap["reason"]["params"]["count"] > 3


def test_a_satellite_that_is_silent_for_days_is_named(house):
    house.passes.load(installation(house), "weather.tle", tle(EPOCH))
    fire = fire_at(house, steep(NOW - 72 * HOUR, NOW)[0])
    told = of_fire(house, fire, hours=48)
    silent = {
        one["params"]["satellite"] for one in told["missing"] if one["code"] == "passes.silent"
    }
    assert silent == {"NOAA20", "NOAA21", "SNPP", "TERRA", "AQUA"}
    assert {one["saw"] for one in told["passes"] if one["satellite"] == "AQUA"} <= {
        "no_data",
        "awaited",
    }


def test_without_elements_only_what_was_seen_is_told_and_why(house):
    fire = fire_at(house, NOW - 5 * HOUR)
    told = of_fire(house, fire)
    assert [one["saw"] for one in told["passes"]] == ["fire"]
    assert told["passes"][0]["view_deg"] is None
    assert told["next"] == told["gaps"] == told["elements"] == []
    assert [one["code"] for one in told["missing"]] == ["passes.began", "passes.no_elements"]


def test_elements_that_contradict_the_detections_are_doubted(house):
    house.passes.load(installation(house), "weather.tle", tle(EPOCH))
    times = steep(NOW - 24 * HOUR, NOW - 5 * HOUR)
    fire = fire_at(house, times[0] + timedelta(minutes=45))
    told = of_fire(house, fire)
    (odd,) = [one for one in told["missing"] if one["code"] == "passes.unmatched"]
    assert odd["params"] == {"satellite": "NOAA20", "count": 9}
    assert [one["view_deg"] for one in told["passes"] if one["saw"] == "fire"] == [None]


def test_worlds_know_only_their_own_orbits_and_their_own_time(house):
    replay_world(house, "august", NOW - timedelta(days=400))
    house.passes.load(installation(house), "weather.tle", tle(EPOCH))
    house.passes.load(installation(house, "august"), "future.tle", tle(EPOCH))
    fire = fire_at(house, NOW - timedelta(days=400) - 5 * HOUR, "august")
    told = of_fire(house, fire, "august")
    assert told["elements"] == []
    assert {one["code"] for one in told["missing"]} == {"passes.began", "passes.elements_future"}
    then = NOW - timedelta(days=401)
    house.passes.load(installation(house, "august"), "then.tle", tle(then))
    told = of_fire(house, fire, "august")
    assert {one["source"] for one in told["elements"]} == {"then.tle"}
    assert all(one["age_days"] < 3 for one in told["elements"])
    assert told["next"][0]["at"] < iso(NOW - timedelta(days=399))
    with pytest.raises(NotFound):
        of_fire(house, fire)


def test_old_elements_are_used_with_a_warning_and_very_old_ones_not_at_all(house):
    house.passes.load(installation(house), "a.tle", tle(NOW - timedelta(days=10), Satellite.SNPP))
    house.passes.load(installation(house), "b.tle", tle(NOW - timedelta(days=31), Satellite.AQUA))
    fire = fire_at(house, NOW - 5 * HOUR)
    told = of_fire(house, fire)
    codes = {(one["code"], one["params"].get("satellite")) for one in told["missing"]}
    assert ("passes.elements_old", "SNPP") in codes
    assert ("passes.elements_unused", "AQUA") in codes
    assert ("passes.no_elements_of", "TERRA") in codes
    assert {one["satellite"] for one in told["elements"]} == {"SNPP"}
    assert {one["satellite"] for one in told["next"]} == {"SNPP"}


def test_a_list_is_taken_in_once_and_its_faults_are_told(house):
    good = tle(EPOCH, Satellite.SNPP, Satellite.NOAA20)
    broken = tle(EPOCH, Satellite.AQUA).replace(b"98.3000", b"98.3001")
    other = b"ISS (ZARYA)\n" + good.splitlines(keepends=True)[1].replace(b"37849", b"25544")
    other += good.splitlines(keepends=True)[2].replace(b"37849", b"25544")
    told = house.passes.load(installation(house), "mixed.tle", good + broken + other)
    assert (told["accepted"], told["rejected"], told["skipped"]) == (2, 1, 1)
    assert told["skipped_names"] == ["ISS (ZARYA)"]
    assert told["rejects"][0]["code"] == "elements.checksum"
    assert told["rejects"][0]["params"]["line"] == 9
    again = house.passes.load(installation(house), "again.tle", good)
    assert (again["accepted"], again["known"]) == (0, 2)
    state = {row["feed"]: row for row in house.picture.feeds(operator(house))}["orbits"]
    assert state["rows"] == 2
    assert state["last_error"] is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"nothing of the kind\n", "elements.none"),
        (tle(EPOCH, Satellite.SNPP).replace(b"98.7300", b"98.73x0"), "elements.field"),
        (tle(EPOCH, Satellite.SNPP).replace(b" 37849", b" 25544"), "elements.unknown"),
        (b'[{"EPOCH": ', "elements.json"),
    ],
)
def test_a_list_without_a_usable_set_changes_nothing(house, body, code):
    with pytest.raises(Invalid) as refused:
        house.passes.load(installation(house), "bad.tle", body)
    assert refused.value.code == code
    assert house.passes.listed(operator(house)) == []
    assert house.picture.feeds(operator(house)) == []


def test_the_regions_next_passes_come_in_order(house):
    house.passes.load(installation(house), "weather.tle", tle(EPOCH))
    told = house.passes.over_region(operator(house), 6.0)
    times = [one["from"] for one in told["passes"]]
    assert times == sorted(times)
    assert all(0 < one["share"] <= 1 for one in told["passes"])
    assert {one["satellite"] for one in told["elements"]} == {
        "NOAA20",
        "NOAA21",
        "SNPP",
        "TERRA",
        "AQUA",
    }
