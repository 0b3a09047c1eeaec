"""Odd data for grouping: each case says so on the fire and in the log, and no fire is lost."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import text

from sylvan.domain.detections import Instrument, Satellite, Stage
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    Pass,
    firms_file,
    installation,
    near,
    opened,
    operator,
    partition,
    replay_world,
    seen,
    take,
)
from tests.db.surgery_tools import codes, only, standing

NOAA20, SNPP, AQUA = Satellite.NOAA20, Satellite.SNPP, Satellite.AQUA


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


def hours(ago: float):
    return NOW - timedelta(hours=ago)


def pixel(east=0.0, ago=6.0, bird=NOAA20, **values):
    """A file of one pixel."""
    rows = near(east, 0.0, hours(ago), bird)
    for name, value in values.items():
        rows[name] = value
    return rows


def bring(house, *files) -> None:
    for number, rows in enumerate(files):
        house.intake.clock.advance(minutes=1)
        stage = Stage(int(rows["stage"][0]))
        take(house, f"{number}.csv", firms_file(rows, stage))


def told_of_batches(house) -> dict[str, dict]:
    """What the log says of the newest batch, by code."""
    drain(house.worlds.engine)
    query = text("select body from event_log where kind = 'batch.taken' order by seq desc limit 1")
    with house.worlds.engine.connect() as conn:
        return {one["code"]: one["params"] for one in conn.scalar(query)["remarks"]}


CASES = {
    # files in order of arrival → codes on the fire and in the log, with numbers
    "a late pass": ([pixel(ago=12), pixel(0.3, ago=2), pixel(0.6, ago=8, bird=SNPP)], {
        "reason.group.late_pass": {"satellite": "SNPP", "hours": 8.1},
    }),
    "a backdated beginning": ([pixel(ago=2), pixel(0.4, ago=50)], {
        "reason.group.late_pass": {"satellite": "NOAA20", "hours": 50.0},
        "reason.group.backdated": {"hours": 48.0},
    }),
    "a fire that sleeps and wakes": ([pixel(ago=14 * 24), pixel(0.4, ago=3)], {
        "reason.group.woke": {"days": 13},
    }),
    "a satellite that was silent for days": (
        [pixel(ago=24 * 7, bird=SNPP), *(pixel(0.3, ago=24 * d) for d in (6, 5, 4, 3, 2, 1)),
         pixel(0.6, ago=2, bird=SNPP)],
        {"reason.group.satellite_back": {"satellite": "SNPP", "days": 6.9}},
    ),
    "better data": ([pixel(stage=Stage.NRT), pixel(0.1, stage=Stage.STANDARD)], {
        "reason.group.superseded": {"count": 1},
    }),
    "a hotspot over water": ([pixel(stage=Stage.STANDARD, type=3)], {
        "reason.group.offshore": {"count": 1},
    }),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_odd_data_is_told_on_the_fire_and_in_the_log(house, case) -> None:
    files, expected = CASES[case]
    bring(house, *files)
    fire = only(house)
    said = {one["code"]: one["params"] for one in fire["reasons"]}
    for code, params in expected.items():
        assert said[code] == pytest.approx(params), case
    assert fire["n_detections"] == len(files) - (case == "better data")
    logged = told_of_batches(house)
    for code in expected.keys() - {"reason.group.superseded"}:  # the batch counts those itself
        assert logged[code]["fires"] == 1


def test_a_woken_fire_keeps_its_id(house) -> None:
    bring(house, pixel(ago=24 * 14))
    with house.worlds.engine.connect() as conn:
        slept = conn.scalar(text("select id from fire"))
    bring(house, pixel(0.5, ago=1))
    assert only(house)["id"] == str(slept)


def test_a_pass_that_comes_twice_changes_no_fire_and_stands_in_the_log(house) -> None:
    place = Pass(*ORIGIN, hours(5))
    bring(house, seen(place))
    before = only(house)
    bring(house, seen(place))
    assert only(house) == before
    assert told_of_batches(house) == {"reason.group.duplicated": {"count": 9}}


@pytest.mark.parametrize("turned", [False, True])
def test_contradictory_deliveries_leave_one_row_whoever_comes_first(house, turned) -> None:
    one, other = pixel(frp=5.0), pixel(frp=80.0)
    bring(house, *((other, one) if turned else (one, other)))
    fire = only(house)
    assert fire["n_detections"] == 1
    assert told_of_batches(house)["reason.group.contradictory"] == {"count": 1}
    replay_world(house, "again")
    bring_to(house, "again", one, other)
    assert frp_of(house, "again") == frp_of(house, "live")


def bring_to(house, world, *files) -> None:
    for number, rows in enumerate(files):
        take(house, f"{number}.csv", firms_file(rows), world)


def frp_of(house, world):
    query = text("select frp from detection where world_id = :world")
    with house.worlds.engine.connect() as conn:
        return list(conn.scalars(query, {"world": installation(house, world).world.id}))


def test_a_fire_across_180_is_one_fire_and_says_so(house) -> None:
    east, west = pixel(), pixel()
    for rows, lon in ((east, 179.998), (west, -179.995)):
        rows["lon"], rows["lat"] = lon, 66.0
    bring(house, np.concatenate([east, west]))
    fire = only(house)
    assert fire["n_detections"] == 2
    assert "reason.group.across_180" in codes(fire)


@dataclass(frozen=True)
class Read:
    """Rows as if a file had brought them."""

    rows: np.ndarray
    name: str = "rows"
    product: str = "test"
    incomplete: bool = False

    @property
    def total_rows(self) -> int:
        return len(self.rows)


def wide(house, north_km: float, stage: Stage) -> None:
    """A pixel at the edge of MODIS' swath: two versions may lie farther apart than a link."""
    house.intake.clock.advance(minutes=1)
    rows = pixel(stage=stage)
    rows["lat"] = round(ORIGIN[1] + north_km * KM_LAT, 5)
    rows["satellite"], rows["instrument"] = AQUA, Instrument.MODIS
    rows["scan"] = rows["track"] = 4.0
    rows["confidence_native"] = 80
    house.intake.store(installation(house), Read(rows), b"", "test")


def test_a_fire_without_a_detection_left_merges_into_the_one_that_has_its_pixel(house) -> None:
    wide(house, 0.0, Stage.STANDARD)
    (elder,) = standing(house)
    wide(house, 3.4, Stage.URT)
    younger = next(one for one in standing(house) if one != elder)
    wide(house, 1.7, Stage.NRT)  # is the one's version, and so is the other's
    fire = only(house)
    assert (fire["id"], fire["ids_merged"]) == (elder, [younger])
    assert fire["n_detections"] == 1
    assert house.fires.detail(operator(house), UUID(younger))["id"] == elder
    assert len(partition(house)) == 1


def test_a_registered_fire_without_a_detection_left_stands_without_counts(house) -> None:
    wide(house, 0.0, Stage.STANDARD)
    (elder,) = standing(house)
    wide(house, 3.4, Stage.URT)
    younger = next(one for one in standing(house) if one != elder)
    number = house.decisions.register(operator(house), UUID(younger), {}, None, None)
    wide(house, 1.7, Stage.NRT)
    left = standing(house)[younger]
    assert left["status"] == "registered"
    assert number["id"] == younger
    assert (left["n_detections"], left["area_ha"]) == (0, 0.0)
    assert left["reasons"][0] == {"code": "reason.group.superseded", "params": {"count": 1}}
    assert standing(house)[elder]["n_detections"] == 1


def test_a_sure_detection_is_not_hidden_where_somebody_found_nothing(house) -> None:
    for reason, fires in (("not_found", 2), ("technogenic", 1)):
        replay_world(house, reason)
        bring_to(house, reason, pixel(ago=20))
        desk = operator(house, reason)
        (fire,) = standing(house, reason)
        house.decisions.reject(desk, UUID(fire), {"reason": reason}, None, None)
        strong = pixel(0.3, ago=2, frp=120.0, confidence_native=203, confidence=0.95)
        bring_to(house, reason, strong)
        assert len(partition(house, reason)) == fires, reason
