"""The open window in memory: never believed beyond what the store says, never missed when lost."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest

from sylvan.domain.detections import Stage
from sylvan.services import window as windows
from sylvan.services.assess import Assessor
from sylvan.services.log import drain
from sylvan.services.stored import FromStore
from sylvan.store import detections
from tests.db import books
from tests.db.helpers import (
    NOW,
    burning_day,
    files_of,
    firms_file,
    installation,
    near,
    opened,
    operator,
    partition,
    replay_world,
    seen,
    shapes,
    take,
)


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


@pytest.fixture
def other(fresh_db_url):
    """Another process at the same database."""
    with opened(fresh_db_url) as made:
        yield made


def pixel(house, name: str, east_km: float, hours: float, north_km: float = 0.0) -> None:
    rows = near(east_km, north_km, NOW - timedelta(hours=hours))
    take(house, f"{name}.csv", firms_file(rows))


def standing(house) -> list[dict]:
    return house.picture.snapshot(operator(house))["fires"]


def unread(monkeypatch) -> None:
    """From now on the store must not be asked for what the window knows."""

    def asked(*_):
        raise AssertionError("the store was asked")

    for name in ("near", "roots", "rows", "known"):
        monkeypatch.setattr(FromStore, name, asked)


def test_batches_after_the_first_ask_the_store_for_nothing(house, monkeypatch) -> None:
    house.intake.remember(installation(house))
    days = files_of(burning_day(9, 4, seed=1), seed=1)
    for name, body in days[:12]:
        take(house, name, body)
    unread(monkeypatch)
    for name, body in days[12:]:
        assert not take(house, name, body).unassessed


@pytest.mark.parametrize("seed", range(2))
def test_with_and_without_a_memory_the_picture_is_the_same(house, other, seed) -> None:
    """Processes that die after each batch know only what the store says."""
    for name in ("long", "short"):
        replay_world(house, name)
    files = files_of(
        burning_day(6, 4, seed=seed, apart_km=2.2), seed=seed, stages=(Stage.RT, Stage.NRT)
    )
    order = np.random.default_rng(seed).permutation(len(files))
    for place in order:
        name, body = files[place]
        take(house, name, body, "long")
        forgetful = replace(other.intake.assessor, window=windows.Window())
        replace(other.intake, assessor=forgetful).take(
            installation(other, "short"), name, body, "test"
        )
    assert partition(house, "long") == partition(other, "short")
    assert shapes(house, "long") == shapes(other, "short")


def test_a_restarted_process_reads_the_window_before_the_first_batch(
    house, other, monkeypatch
) -> None:
    days = files_of(burning_day(9, 4, seed=2), seed=2)
    for name, body in days[:24]:
        take(house, name, body)
    assert other.intake.assessor.window.is_cold(installation(other))
    other.intake.remember(installation(other))
    assert not other.intake.assessor.window.is_cold(installation(other))
    unread(monkeypatch)
    for name, body in days[24:]:
        take(other, name, body)


def test_what_another_process_took_in_is_seen(house, other) -> None:
    pixel(house, "a", 0.0, 9)
    pixel(other, "b", 0.7, 8)
    pixel(house, "c", 1.4, 7)
    (fire,) = standing(house)
    assert fire["n_detections"] == 3


def test_better_versions_that_another_process_took_in_are_seen(house, other) -> None:
    place = burning_day(1, 1, seed=3)[0]
    place = replace(place, across=3)
    for door, stage in ((house, Stage.URT), (other, Stage.RT), (house, Stage.NRT)):
        rows = seen(place, seed=0, stage=stage)
        take(door, f"{stage.name}.csv", firms_file(rows, stage))
    take(house, "next.csv", firms_file(near(0.0, 0.0, NOW - timedelta(hours=1))))
    assert sum(fire["n_detections"] for fire in standing(house)) == 10


def test_what_people_decided_elsewhere_is_seen(house, other) -> None:
    pixel(house, "a", 0.0, 9)
    (fire,) = standing(house)
    facts = {"reason": "technogenic"}
    other.decisions.reject(operator(other), UUID(fire["id"]), facts, fire["version"], "once")
    pixel(house, "b", 0.7, 8)
    by_id = {one["id"]: one for one in standing(house)}
    assert by_id.get(fire["id"], {"status": "rejected"})["status"] == "rejected"


def test_a_batch_that_was_rolled_back_is_forgotten(house, monkeypatch) -> None:
    pixel(house, "a", 0.0, 9)

    def full(*_):
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(detections, "insert", full)
        with pytest.raises(OSError, match="no space"):
            pixel(house, "b", 0.7, 8)
    (fire,) = standing(house)
    assert fire["n_detections"] == 1
    pixel(house, "b", 0.7, 8)
    (fire,) = standing(house)
    assert fire["n_detections"] == 2


def test_rows_that_were_replaced_while_grouping_failed_count_no_longer(house, monkeypatch) -> None:
    place = replace(burning_day(1, 1, seed=4)[0], across=3)
    take(house, "rt.csv", firms_file(seen(place, stage=Stage.RT), Stage.RT))

    def broken(*_args, **_more):
        raise ValueError("a fault in grouping")

    with monkeypatch.context() as failing:
        failing.setattr(Assessor, "assess", broken)
        take(house, "nrt.csv", firms_file(seen(place, stage=Stage.NRT)))
    assert house.intake.assess_pending(installation(house)) == 9
    (fire,) = standing(house)
    assert fire["n_detections"] == 9


def test_more_than_a_batch_can_wait_for_is_read_afterwards(house, other, monkeypatch) -> None:
    pixel(house, "a", 0.0, 9)
    monkeypatch.setattr(windows, "AT_ONCE", 0)
    pixel(other, "b", 0.7, 8)
    assert other.intake.assessor.window.is_cold(installation(other))
    other.intake.remember(installation(other))
    unread(monkeypatch)
    pixel(other, "c", 1.4, 7)
    monkeypatch.undo()
    (fire,) = standing(house)
    assert fire["n_detections"] == 3


def test_what_is_long_over_is_forgotten_and_still_found(house) -> None:
    pixel(house, "old", 0.0, 24 * 60)
    pixel(house, "new", 40.0, 1)
    world = house.intake.assessor.window._world(installation(house))
    assert len(world.held) == 1
    pixel(house, "late", 0.7, 24 * 60 - 2)
    assert sorted(fire["n_detections"] for fire in standing(house) if fire) >= [1]
    assert sorted(map(len, partition(house))) == [1, 2]
