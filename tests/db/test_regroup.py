"""Grouping everything again changes nothing that is right, and mends what is not."""

from datetime import timedelta
from itertools import count
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from sylvan.domain.codes import Refusal
from sylvan.domain.detections import Satellite, Stage
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    Pass,
    firms_file,
    installation,
    opened,
    operator,
    partition,
    replay_world,
    seen,
    shapes,
    take,
)
from tests.db.surgery_tools import do, listed, names, pixels, standing, undo
from tests.examples import examples

BIRDS = (Satellite.SNPP, Satellite.NOAA20, Satellite.AQUA)
_worlds = count(1)


@pytest.fixture(scope="module")
def house(db_url):
    with opened(db_url) as made:
        yield made


def world(house) -> str:
    name = f"again-{next(_worlds)}"
    replay_world(house, name)
    return name


def rows_of(house, name, table="fire"):
    """Everything stored of a world's fires."""
    query = text(f"select * from {table} where world_id = :world order by 1, 2")
    with house.worlds.engine.connect() as conn:
        found = conn.execute(query, {"world": installation(house, name).world.id})
        return [tuple(map(str, row)) for row in found]


def tamper(house, name, query):
    with house.worlds.engine.begin() as conn:
        done = conn.execute(text(query), {"world": installation(house, name).world.id})
        assert done.rowcount


def regroup(house, name, **options):
    return house.regroup.run(installation(house, name), **options)


@st.composite
def deliveries(draw):
    """Files of passes over one small map, some in two versions, in any order."""
    files = []
    for number in range(draw(st.integers(1, 6))):
        east, north = draw(st.integers(-4, 4)), draw(st.integers(-2, 2))
        lon = ORIGIN[0] + east * 0.8 * KM_LAT / np.cos(np.radians(ORIGIN[1]))
        at = NOW - timedelta(days=draw(st.integers(1, 25)), minutes=10 * number)
        north = ORIGIN[1] + north * 0.8 * KM_LAT
        one = Pass(float(lon), north, at, draw(st.sampled_from(BIRDS)), draw(st.integers(1, 3)))
        stages = draw(st.sampled_from([(Stage.NRT,), (Stage.NRT, Stage.STANDARD)]))
        files += [firms_file(seen(one, stage=stage), stage) for stage in stages]
    return draw(st.permutations(files))


def corrected(house, name, data) -> None:
    """What a person does to some fire, if it may be done; perhaps taken back."""
    fires = sorted(own[0] for own in rows_of(house, name) if "merged" not in own)
    fire = data.draw(st.sampled_from(fires))
    mine = [one for one in listed(house, fire, name) if one["properties"]["verdict"] != "false"]
    some = names(mine[: data.draw(st.integers(1, 3))])
    kind = data.draw(st.sampled_from(["split", "mark_false", "merge", "register"]))
    try:
        if kind == "register":
            house.decisions.register(operator(house, name), UUID(fire), {}, None, None)
            return
        told = UUID(data.draw(st.sampled_from(fires))) if kind == "merge" else some
        done = do(house, kind, fire, told, world=name)
        if data.draw(st.booleans()):
            undo(house, done, name)
    except Refusal:
        return  # nobody splits a fire of one detection


@settings(
    max_examples=examples(25),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a case takes a second: no shrinking
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), files=deliveries(), portion=st.sampled_from([1, 7, 50_000]))
def test_after_any_batches_and_surgeries_grouping_again_changes_nothing(
    house, data, files, portion
) -> None:
    name = world(house)
    for number, body in enumerate(files):
        house.intake.clock.advance(minutes=1)
        take(house, f"{number}.csv", body, name)
        if data.draw(st.booleans()):
            corrected(house, name, data)
    before = rows_of(house, name), rows_of(house, name, "fire_version")
    told = regroup(house, name, portion=portion)
    assert (told.differ, told.moved, told.proposed) == (0, 0, 0)
    assert (rows_of(house, name), rows_of(house, name, "fire_version")) == before


def test_books_after_all_that_balance(house) -> None:
    drain(house.worlds.engine)
    assert books.faults(house.worlds.engine) == {}


def two_fires(house):
    """Two fires of three pixels, some kilometres apart."""
    name = world(house)
    for east in (0.0, 9.0):
        pixels(house, east, east + 0.8, east + 1.6, world=name)
    return name


MISTAKES = {
    "one fire stands as two": "update detection set fire_id = (select id from fire"
    " where world_id = :world and id <> fire_id limit 1) where world_id = :world"
    " and fire_id = (select fire_id from detection where world_id = :world order by key limit 1)"
    " and key = (select min(key) from detection where world_id = :world)",
    "counts are not those of the detections": "update fire set n_detections = 1, area_ha = 7"
    " where world_id = :world",
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("portion", [1, 50_000])
def test_what_is_wrong_is_told_then_mended_and_no_fire_is_renamed(house, mistake, portion) -> None:
    name = two_fires(house)
    right, ids = (partition(house, name), shapes(house, name)), set(standing(house, name))
    tamper(house, name, MISTAKES[mistake])
    wrong = rows_of(house, name)
    told = regroup(house, name, portion=portion, dry_run=True)
    assert told.differ > 0
    assert rows_of(house, name) == wrong
    assert regroup(house, name, portion=portion).differ >= 1
    assert (partition(house, name), shapes(house, name)) == right
    assert set(standing(house, name)) == ids
    assert regroup(house, name).differ == 0


class StoppedError(Exception):
    """The process ends here."""


def test_an_interrupted_run_goes_on_and_ends_as_an_undisturbed_one(house) -> None:
    name = two_fires(house)
    right = shapes(house, name)
    tamper(house, name, MISTAKES["counts are not those of the detections"])

    def stop(_done, _of):
        raise StoppedError

    with pytest.raises(StoppedError):
        regroup(house, name, portion=1, tell=stop)
    assert regroup(house, name, portion=1).differ == 1
    assert shapes(house, name) == right


def test_detections_that_waited_are_grouped_as_well(house) -> None:
    name = two_fires(house)
    right = partition(house, name), shapes(house, name)
    other = world(house)
    tamper_rows = firms_file(seen(Pass(ORIGIN[0], ORIGIN[1], NOW - timedelta(hours=5))))
    take(house, "a.csv", tamper_rows, other)
    tamper(house, other, "update detection set fire_id = null where world_id = :world")
    assert regroup(house, other).grouped == 9
    assert (partition(house, name), shapes(house, name)) == right
