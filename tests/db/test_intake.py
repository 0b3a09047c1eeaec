"""A batch walks into the store: what becomes of its rows, its fires, its ledger, its events."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import text

from sylvan.domain.detections import Satellite, Stage
from sylvan.feeds.errors import FeedError
from sylvan.jobs import watch
from sylvan.services.assess import Assessor
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import (
    NOW,
    Pass,
    burning_day,
    detections_of,
    files_of,
    firms_file,
    installation,
    near,
    opened,
    parsed,
    partition,
    replay_world,
    seen,
    shapes,
    shuffled,
    take,
)

WORKERS, TIMES = 4, 10
ORDER = (Stage.URT, Stage.NRT, Stage.STANDARD)


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made


def scalar(house, query, **values):
    with house.worlds.engine.connect() as conn:
        return conn.scalar(text(query), values)


def day_in_one_file(stage: Stage, seed: int = 5) -> bytes:
    rows = [seen(one, seed=seed, stage=stage) for one in burning_day(6, 3, seed=seed, apart_km=2)]
    return firms_file(np.concatenate(rows), stage)


def test_a_day_of_files_leaves_balanced_books(house) -> None:
    for name, body in files_of(burning_day(9, 3, seed=1), seed=1):
        take(house, name, body)
    drain(house.worlds.engine)
    assert books.faults(house.worlds.engine) == {}
    assert books.count(house.worlds.engine, "detection") > 50
    assert books.unassessed(house.worlds.engine) == 0


def test_the_books_show_a_lost_and_a_doubled_row_and_a_hole_in_the_log(house) -> None:
    """The test of the tests: what they look for is seen when it is there."""
    for name, body in files_of(burning_day(3, 2, seed=1), seed=1):
        take(house, name, body)
    drain(house.worlds.engine)
    with house.worlds.engine.begin() as conn:
        conn.execute(text("delete from detection where key = (select min(key) from detection)"))
        conn.execute(text("delete from event_log where seq = 2"))
        conn.execute(text("update fire set merged_into = gen_random_uuid()"))
    found = set(books.faults(house.worlds.engine))
    assert found >= {
        "a batch of which rows were lost or doubled",
        "a world whose detections are not accepted - replaced",
        "a log with a gap, or another head than its last number",
        "a merged fire that leads nowhere or to another world",
    }


def test_one_file_ten_times_by_four_workers_with_upgrades_leaves_the_best_of_each_pixel(
    house,
) -> None:
    versions = {stage: day_in_one_file(stage) for stage in ORDER}
    deliveries = [
        (f"{stage.name}-{turn}.csv", shuffled(body, turn))
        for turn in range(TIMES)
        for stage, body in versions.items()
    ]
    np.random.default_rng(3).shuffle(deliveries)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda delivery: take(house, *delivery), deliveries))
    replay_world(house, "once")
    take(house, "once.csv", versions[Stage.STANDARD], "once")
    drain(house.worlds.engine)
    assert detections_of(house) == detections_of(house, "once")
    assert partition(house) == partition(house, "once")
    assert shapes(house) == shapes(house, "once")
    assert books.faults(house.worlds.engine) == {}


@pytest.mark.parametrize("order", [(3, 4), (4, 3), (3, 4, 3)])
def test_modis_with_four_decimals_supersedes_three_in_any_order(house, order) -> None:
    place = Pass(130.0, 62.0, NOW - timedelta(hours=5), Satellite.AQUA, across=3)
    rows = seen(place, stage=Stage.NRT)
    rows["scan"] = rows["track"] = 1.0
    # a lattice of whole MODIS pixels, so that neighbours are farther than half a pixel
    rows["lat"] = (62.0 + np.repeat(np.arange(3), 3) * 0.0100123).round(5)
    rows["lon"] = (130.0 + np.tile(np.arange(3), 3) * 0.0210077).round(5)
    for turn, decimals in enumerate(order):
        take(house, f"{turn}.csv", firms_file(rows, decimals=decimals))
    assert scalar(house, "select count(*) from detection") == 9
    assert scalar(house, "select min(precision) from detection") == 4
    assert books.faults(house.worlds.engine) == {}


def test_a_pixel_moved_by_100_m_in_the_standard_product_is_one_pixel_of_the_same_fire(
    house,
) -> None:
    at = NOW - timedelta(hours=5)
    before = near(0, 0, at)
    take(house, "nrt.csv", firms_file(before))
    fire = scalar(house, "select fire_id from detection")
    after = near(0.1, 0, at)
    taken = take(house, "standard.csv", firms_file(after, Stage.STANDARD))
    assert (taken.accepted, taken.replaced) == (1, 1)
    assert scalar(house, "select count(*) from detection") == 1
    assert scalar(house, "select fire_id from detection") == fire
    assert scalar(house, "select stage from detection") == Stage.STANDARD


def test_two_neighbouring_pixels_stay_two(house) -> None:
    at = NOW - timedelta(hours=5)
    rows = np.concatenate([near(0, 0, at), near(0.1, 0, at)])
    take(house, "pair.csv", firms_file(rows))
    assert scalar(house, "select count(*) from detection") == 2


def test_a_better_version_that_replaces_pixels_of_two_fires_leaves_both_counted_right(
    house,
) -> None:
    at = NOW - timedelta(hours=9)
    # two versions of one pixel that no pair of files could tell to be one, each in its own fire
    west, east = near(-1.0, 0, at - timedelta(hours=2)), near(1.0, 0, at - timedelta(hours=2))
    urt, nrt, best = near(-0.15, 0, at), near(0.15, 0, at), near(0, 0, at)
    for number, (rows, stage) in enumerate(
        [
            (west, Stage.NRT),
            (east, Stage.NRT),
            (urt, Stage.URT),
            (nrt, Stage.NRT),
            (best, Stage.STANDARD),
        ]
    ):
        take(house, f"{number}.csv", firms_file(rows, stage))
    assert scalar(house, "select count(*) from detection") == 3
    assert books.faults(house.worlds.engine) == {}


def test_preview_tells_what_taking_does_and_changes_nothing(house) -> None:
    nrt, standard = day_in_one_file(Stage.NRT), day_in_one_file(Stage.STANDARD)
    take(house, "nrt.csv", nrt)
    before = detections_of(house)
    told = house.intake.preview(installation(house), parsed(standard))
    assert detections_of(house) == before
    assert told.counts == take(house, "standard.csv", standard).counts


def test_a_truncated_file_leaves_nothing_half_written(house) -> None:
    tables = ("batch", "ledger_body", "detection", "outbox", "audit", "feed", "fire")
    before = {name: books.count(house.worlds.engine, name) for name in tables}
    with pytest.raises(FeedError):
        take(house, "damaged.csv.gz", b"\x1f\x8b\x08\x00damaged")
    assert {name: books.count(house.worlds.engine, name) for name in tables} == before


def test_a_fault_in_grouping_keeps_no_row_out_and_says_so(house, monkeypatch) -> None:
    def broken(*_args, **_kwargs):
        raise RuntimeError("a triangle with four corners")

    monkeypatch.setattr("sylvan.services.measure.drawings_of", broken)
    taken = take(house, "day.csv", day_in_one_file(Stage.NRT))
    assert taken.accepted > 0
    assert taken.unassessed == taken.accepted == books.unassessed(house.worlds.engine)
    told = scalar(house, "select body -> 'unassessed' from outbox where kind = 'batch.taken'")
    assert told == taken.accepted
    assert scalar(house, "select count(*) from fire") == 0
    assert books.faults(house.worlds.engine) == {}


def test_what_waited_to_be_grouped_becomes_the_fires_of_a_run_without_fault(
    house, monkeypatch
) -> None:
    files = files_of(burning_day(6, 3, seed=8, apart_km=1.6), seed=8, stages=ORDER)
    replay_world(house, "sound")
    for name, body in files:
        take(house, name, body, "sound")
    with monkeypatch.context() as fault:
        for number, (name, body) in enumerate(files):
            fault.setattr(Assessor, "assess", _broken_or(number % 4 in (1, 2), Assessor.assess))
            take(house, name, body)
            fault.undo()
    waiting = books.unassessed(house.worlds.engine)
    assert waiting > 0
    assert house.intake.assess_pending(installation(house), portion=5) == waiting
    assert books.unassessed(house.worlds.engine) == 0
    assert partition(house) == partition(house, "sound")
    assert shapes(house) == shapes(house, "sound")
    assert books.faults(house.worlds.engine) == {}


def _broken_or(broken, sound):
    def assess(*args, **kwargs):
        if broken:
            raise RuntimeError("not today")
        return sound(*args, **kwargs)

    return assess


def test_one_row_that_cannot_be_grouped_keeps_no_other_waiting(house, monkeypatch) -> None:
    rows = parsed(day_in_one_file(Stage.NRT))
    actor = installation(house)
    house.intake.store(actor, rows, b"", "test", assess=False)
    poison = rows.rows["frp"][len(rows.rows) // 2]
    sound = Assessor.assess

    def assess(self, conn, actor, new, *rest, **more):
        if poison in new["frp"]:
            raise ValueError("this one")
        return sound(self, conn, actor, new, *rest, **more)

    monkeypatch.setattr(Assessor, "assess", assess)
    assert house.intake.assess_pending(actor) == len(rows.rows) - 1
    assert books.unassessed(house.worlds.engine) == 1
    monkeypatch.undo()
    assert house.intake.assess_pending(actor) == 1
    assert books.faults(house.worlds.engine) == {}


def test_a_fire_whose_pixels_were_replaced_unassessed_gets_them_back(house) -> None:
    actor = installation(house)
    take(house, "urt.csv", day_in_one_file(Stage.URT))
    before = partition(house)
    fires = scalar(house, "select count(*) from fire where merged_into is null")
    # replaced twice before anybody groups them
    for stage in (Stage.NRT, Stage.STANDARD):
        house.intake.store(actor, parsed(day_in_one_file(stage)), b"", "test", assess=False)
    house.intake.assess_pending(actor, portion=7)
    assert len(partition(house)) == len(before)
    assert scalar(house, "select count(*) from fire where merged_into is null") == fires
    assert books.faults(house.worlds.engine) == {}


def test_the_clock_groups_what_waits_in_every_open_world(house, monkeypatch) -> None:
    monkeypatch.setattr(watch, "PENDING_S", 0.01)
    replay_world(house, "beside")
    for world in ("live", "beside"):
        rows = parsed(day_in_one_file(Stage.NRT))
        house.intake.store(installation(house, world), rows, b"", "test", assess=False)
    assert books.unassessed(house.worlds.engine) > 0
    stop = threading.Event()
    job = threading.Thread(target=watch.pending, args=(house, stop))
    job.start()
    for _ in range(3000):
        if not books.unassessed(house.worlds.engine):
            break
        stop.wait(0.01)
    stop.set()
    job.join()
    assert books.unassessed(house.worlds.engine) == 0
    assert partition(house) == partition(house, "beside")


def test_a_new_month_waits_for_no_reader(house) -> None:
    take(house, "july.csv", firms_file(near(0, 0, NOW - timedelta(hours=2))))
    with house.worlds.engine.connect() as reader, ThreadPoolExecutor(1) as pool:
        reader.execute(text("select count(*) from detection"))  # holds its lock until it ends
        june = firms_file(near(0, 0, NOW - timedelta(days=40)))
        taken = pool.submit(take, house, "june.csv", june).result(timeout=30)
    assert taken.accepted == 1


def test_two_worlds_meet_the_same_new_months_at_once(house) -> None:
    for name in ("one", "two"):
        replay_world(house, name)
    start = threading.Barrier(2)

    def play(world: str) -> int:
        done = 0
        for month in range(1, 13):
            start.wait(60)
            rows = near(0, 0, NOW - timedelta(days=30 * month))
            done += take(house, f"{month}.csv", firms_file(rows), world).accepted
        return done

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(play, ("one", "two"))) == [12, 12]
    assert books.faults(house.worlds.engine) == {}
