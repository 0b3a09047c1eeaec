"""The past can be asked: fires as they stood at any moment of their world's clock."""

from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest

from sylvan.domain.codes import Conflict, Invalid
from sylvan.domain.detections import Stage
from sylvan.services.log import drain
from sylvan.store import ledger
from tests.db import books
from tests.db.helpers import (
    NOW,
    burning_day,
    detections_of,
    files_of,
    firms_file,
    installation,
    near,
    opened,
    operator,
    partition,
    replay_world,
    shapes,
    take,
)


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made


def fires(house, world="live") -> dict[str, dict]:
    """All fires as the list shows them now."""
    page = house.fires.page(
        operator(house, world),
        bbox=None,
        statuses=None,
        since=None,
        until=None,
        after=None,
        limit=1000,
        edges=False,
    )
    return {one["id"]: one["properties"] for one in page.features}


def eventful(house, rng, world) -> None:
    """One thing happens."""
    actor = operator(house, world)
    east = float(rng.uniform(-3, 3))
    known = list(fires(house, world))
    asked = house.picture.proposals(actor)
    try:
        match int(rng.integers(5)):
            case 0 if known:
                house.decisions.register(actor, UUID(known[0]), {}, None, None)
            case 1 if known:
                reason = {"reason": "not_found"}
                house.decisions.reject(actor, UUID(known[-1]), reason, None, None)
            case 2 if asked:
                house.decisions.accept(actor, UUID(asked[0]["id"]), None, None)
            case _:
                at = actor.world.now(house.intake.clock()) - timedelta(hours=3)
                take(house, f"{east}.csv", firms_file(near(east, 0, at)), world)
    except (Conflict, Invalid):
        return


@pytest.mark.parametrize("rate", [1.0, 30.0])
def test_every_moment_of_a_history_can_be_asked_again(house, rate) -> None:
    replay_world(house, "past", NOW - timedelta(days=40), rate)
    rng = np.random.default_rng(int(rate))
    noted = []
    for _ in range(25):
        house.intake.clock.advance(minutes=40)
        eventful(house, rng, "past")
        moment = operator(house, "past").world.now(house.intake.clock())
        noted.append((moment, fires(house, "past")))
        # some time later nothing has changed but the ages
        house.intake.clock.advance(minutes=20)
        moment = operator(house, "past").world.now(house.intake.clock())
        noted.append((moment, fires(house, "past")))
    assert len(noted[-1][1]) > 2
    for moment, then in noted:
        told = house.fires.as_of(operator(house, "past"), moment)
        assert {fire["id"]: fire for fire in told} == then


def test_before_the_first_signal_there_was_nothing(house) -> None:
    take(house, "one.csv", firms_file(near(0, 0, NOW - timedelta(hours=2))))
    assert house.fires.as_of(operator(house), NOW - timedelta(seconds=1)) == []
    assert len(house.fires.as_of(operator(house), NOW)) == 1


def test_any_batch_can_be_replayed_from_the_ledger_into_another_world(house) -> None:
    """Bodies as they came, in the order in which they came, lead to the same picture."""
    files = files_of(burning_day(5, 3, seed=4, apart_km=1.8), seed=4, stages=tuple(Stage)[1:])
    for name, body in files:
        take(house, name, body)
    replay_world(house, "again")
    with house.worlds.engine.connect() as conn:
        batches = ledger.recent(conn, installation(house), 1000)[::-1]
        bodies = [ledger.body_of(conn, batch.sha256) for batch in batches]
    assert len(batches) == len(files)
    for batch, body in zip(batches, bodies, strict=True):
        again = house.intake.take(installation(house, "again"), batch.name, body, batch.feed)
        assert again.counts == batch.counts
    assert detections_of(house) == detections_of(house, "again")
    assert partition(house) == partition(house, "again")
    assert shapes(house) == shapes(house, "again")
    drain(house.worlds.engine)
    assert books.faults(house.worlds.engine) == {}


def test_the_ledger_gives_back_every_body_bit_for_bit(house) -> None:
    rng = np.random.default_rng(1)
    bodies = [b"", b"x", rng.bytes(3_000_000), b"0" * (ledger.SLICE_BYTES + 1)]
    with house.worlds.engine.begin() as conn:
        kept = [ledger.keep_body(conn, body) for body in bodies]
        assert [ledger.keep_body(conn, body) for body in bodies] == kept
    with house.worlds.engine.connect() as conn:
        assert [ledger.body_of(conn, key) for key in kept] == bodies
