"""A backup of a working house, restored: the same log, the same fires, and life goes on."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sylvan.domain.detections import Stage
from sylvan.ops.backup import backup, restore
from sylvan.ops.signing import CheckpointKey, genuine
from sylvan.services.audit_chain import Chain
from sylvan.services.audit_verify import Witnesses
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import (
    NOW,
    burning_day,
    detections_of,
    files_of,
    firms_file,
    near,
    opened,
    operator,
    partition,
    shapes,
    take,
)


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made


def fill(house, *, seed: int) -> None:
    for name, body in files_of(
        burning_day(4, 2, seed=seed, apart_km=1.7), seed=seed, stages=(Stage.NRT, Stage.STANDARD)
    ):
        take(house, name, body)


def report(house, key: str) -> str:
    place = {"method": "coordinates", "point": [130.0, 62.4]}
    body = {"place": place, "seen": "smoke", "name": "Имя", "phone": "+7 900 000-00-00"}
    return house.reports.submit(operator(house), body, key)["id"]


def log_of(house) -> list[tuple]:
    rows = house.log.read(0, 100_000)
    return [(row.seq, row.world_id, row.kind, row.subject, row.body) for row in rows]


def register_first(house) -> str:
    fires = house.picture.snapshot(operator(house))["fires"]
    signal = next(fire for fire in fires if fire["status"] == "signal")
    house.decisions.register(operator(house), UUID(signal["id"]), {}, None, None)
    return house.fires.detail(operator(house), UUID(signal["id"]))["number"]


def test_restored_house_is_the_one_that_was_saved_and_works_on(house, tmp_path) -> None:
    url = house.worlds.engine.url.render_as_string(hide_password=False)
    fill(house, seed=1)
    first = register_first(house)
    kept = report(house, "kept")
    drain(house.worlds.engine)
    fill(house, seed=2)  # changes that have no number yet are saved too
    waiting = books.count(house.worlds.engine, "outbox")
    log, picture = log_of(house), (detections_of(house), partition(house), shapes(house))
    file = backup(url, tmp_path, tmp_path / "kept.dump").path
    take(house, "later.csv", firms_file(near(9, 9, NOW - timedelta(hours=1))))
    lost = report(house, "lost")
    drain(house.worlds.engine)
    head = house.log.head()

    found = restore(url, tmp_path, file)

    assert found.seq == len(log)
    assert found.waiting == waiting > 0
    assert log_of(house) == log
    assert (detections_of(house), partition(house), shapes(house)) == picture
    assert books.faults(house.worlds.engine) == {}
    assert house.log.head().epoch != head.epoch
    # the same house works on: nothing gets a number, an id or a serial twice
    fill(house, seed=3)
    take(house, "far.csv", firms_file(near(40, 40, NOW - timedelta(hours=1))))
    second = register_first(house)
    assert second != first
    assert report(house, "kept") == kept  # a repeat of what was carried out before the backup
    assert report(house, "lost") != lost  # what came after it is new
    drain(house.worlds.engine)
    assert books.faults(house.worlds.engine) == {}
    assert log_of(house)[: len(log)] == log
    assert len(log_of(house)) > len(log) + waiting


def test_a_backup_taken_during_ingest_holds_whole_batches_only(house, tmp_path) -> None:
    url = house.worlds.engine.url.render_as_string(hide_password=False)
    fill(house, seed=1)

    def busy(_line: str) -> None:  # pg_dump starts right after the snapshot was taken
        fill(house, seed=4)

    saved = backup(url, tmp_path, tmp_path / "busy.dump", say=busy)
    batches = books.count(house.worlds.engine, "batch")
    restore(url, tmp_path, saved.path)
    assert books.count(house.worlds.engine, "batch") < batches
    drain(house.worlds.engine)
    assert books.faults(house.worlds.engine) == {}


def test_restored_audit_is_whole_and_says_what_was_given_up(house, tmp_path) -> None:
    url = house.worlds.engine.url.render_as_string(hide_password=False)
    key = CheckpointKey(tmp_path)
    chain = Chain(house.worlds.engine, house.intake.clock, key)

    def prove():
        return house.audit_proof.prove(Witnesses(genuine, key.trusted(), key.copies()))

    fill(house, seed=1)
    chain.link()
    register_first(house)  # a row that waits for its link when the backup is made
    kept = chain.sign().seq
    saved = backup(url, tmp_path, tmp_path / "kept.dump")
    assert saved.summary.audit_seq == kept
    fill(house, seed=2)
    chain.link()
    lost = chain.sign().seq
    assert lost > kept

    restore(url, tmp_path, saved.path)

    proof = prove()
    assert (proof.whole, proof.rows, proof.superseded) == (True, kept, 1)
    assert proof.waiting == 2, "the registration, and the restoring itself"
    assert proof.restored[0]["changes"]["given_up_seq"] == lost
    fill(house, seed=3)
    chain.link()
    house.intake.clock.advance(hours=1)
    assert chain.sign().seq > kept
    assert prove().whole
    with house.worlds.engine.connect() as conn, pytest.raises(DBAPIError, match="only grows"):
        conn.execute(text("delete from audit"))
