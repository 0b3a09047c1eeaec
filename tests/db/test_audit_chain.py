"""The audit only grows, and its chain shows whatever was done to it behind Sylvan's back."""

import json
import random
import threading
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sylvan.domain.actors import system
from sylvan.domain.chain import Checkpoint, Fault, link
from sylvan.domain.worlds import live_world
from sylvan.ops.signing import CheckpointKey, genuine
from sylvan.services.audit_chain import Chain
from sylvan.services.audit_verify import Verifier, Witnesses
from sylvan.store import audit
from sylvan.store import engine as store_engine
from tests.db.helpers import SetClock

AT = "(select audit_id from audit_chain where seq = :n)"
"""The audit row that stands at a place of the chain."""
BOTH = "(select audit_id from audit_chain where seq in (:a, :b))"
NOW = datetime(2026, 7, 1, 9, 30, 1, 123456, tzinfo=UTC)
ACTOR = system(live_world())
ROWS = 60
WRITERS, EACH = 12, 40


class Book:
    """An audit with its chain, and a tamperer's hands."""

    def __init__(self, url, folder) -> None:
        self.engine = store_engine.create(url, pool_size=WRITERS + 4)
        self.clock = SetClock(NOW)
        self.key = CheckpointKey(folder)
        self.chain = Chain(self.engine, self.clock, self.key)

    def write(self, count: int, first: int = 0) -> None:
        with self.engine.begin() as conn:
            for number in range(first, first + count):
                facts = {
                    "n": number,
                    "area_ha": number / 7,
                    "key": 2**62 + number,
                    "text": "ё\u2028",
                }
                audit.record(conn, ACTOR, "test.done", f"thing-{number}", facts, now=NOW)
        self.chain.link()

    def tamper(self, *statements: str, **values) -> None:
        with self.engine.begin() as conn:
            conn.execute(text("set local session_replication_role = replica"))
            for statement in statements:
                conn.execute(text(statement), values)

    def prove(self, copies=(), trusted=None):
        keys = self.key.trusted() if trusted is None else trusted
        return Verifier(self.engine, self.clock).prove(Witnesses(genuine, keys, copies))

    def bad(self, **asked):
        found = self.prove(**asked).bad
        return None if found is None else (found.fault, found.seq)

    def links(self) -> list[tuple[int, int]]:
        with self.engine.connect() as conn:
            rows = conn.execute(text("select seq, audit_id from audit_chain order by seq"))
            return [tuple(row) for row in rows]


@pytest.fixture
def book(fresh_db_url, tmp_path):
    made = Book(fresh_db_url, tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture
def full(book):
    book.write(ROWS)
    return book


def test_whole_audit_is_proved_whole(full):
    proof = full.prove()
    assert (proof.whole, proof.rows, proof.waiting) == (True, ROWS, 0)
    full.write(5, ROWS)
    assert full.prove().rows == ROWS + 5


@pytest.mark.parametrize("table", ["audit", "audit_chain", "audit_checkpoint"])
def test_rows_are_neither_changed_nor_taken_away(full, table):
    full.chain.sign()
    column = {"audit": "actor", "audit_chain": "audit_id", "audit_checkpoint": "key"}[table]
    for statement in (
        f"update {table} set {column} = {column}",
        f"delete from {table}",
        f"truncate {table} cascade",
    ):
        with pytest.raises(DBAPIError, match="only grows"), full.engine.begin() as conn:
            conn.execute(text(statement))
    assert full.prove().whole


TURNS = {
    "world_id": "2",
    "at": "at + interval '1 microsecond'",
    "recorded_at": "recorded_at - interval '1 microsecond'",
    "actor": "actor || ' '",
    "role": "'admin'",
    "level": "'federal'",
    "peer": "'10.0.0.1'",
    "action": "'test.done '",
    "subject": "upper(subject)",
    "version": "1",
    "changes": "jsonb_set(changes, '{n}', '-1')",
    "once": "'x'",
}


@pytest.mark.parametrize("column", TURNS)
def test_every_changed_field_is_found_with_its_row(full, column):
    for number in random.Random(column).sample(range(1, ROWS + 1), 3):
        keep = f"select {column} from audit where id = {AT}"
        with full.engine.connect() as conn:
            before = conn.scalar(text(keep), {"n": number})
        where = f"where id = {AT}"
        full.tamper(f"update audit set {column} = {TURNS[column]} {where}", n=number)
        assert full.bad() == (Fault.CHANGED, number)
        if column != "changes":
            full.tamper(f"update audit set {column} = :old {where}", n=number, old=before)
            assert full.bad() is None
        else:
            full.tamper(
                "update audit set changes = jsonb_set(changes, '{n}', to_jsonb(cast(:old as int)))"
                f" {where}",
                n=number,
                old=before["n"],
            )


def test_every_flipped_byte_of_a_link_is_found(full):
    rng = random.Random(1)
    for _ in range(12):
        number, place = rng.randint(1, ROWS), rng.randrange(32)
        flip = (
            "update audit_chain set hash = set_byte(hash, :at, get_byte(hash, :at) # 1)"
            " where seq = :n"
        )
        full.tamper(flip, n=number, at=place)
        assert full.bad() == (Fault.CHANGED, number)
        full.tamper(flip, n=number, at=place)
    assert full.bad() is None


@pytest.mark.parametrize("number", [1, 2, 17, ROWS - 1, ROWS])
def test_deleted_row_is_named(full, number):
    full.tamper(f"delete from audit where id = {AT}", n=number)
    assert full.bad() == (Fault.DELETED, number)


@pytest.mark.parametrize("number", [1, 23, ROWS - 1])
def test_deleted_row_with_its_link_is_named(full, number):
    full.tamper(
        f"delete from audit where id = {AT}",
        "delete from audit_chain where seq = :n",
        n=number,
    )
    assert full.bad() == (Fault.GAP, number)


def test_closing_the_gap_by_renumbering_does_not_help(full):
    full.tamper(
        "delete from audit where id = (select audit_id from audit_chain where seq = 30)",
        "delete from audit_chain where seq = 30",
        "update audit_chain set seq = -seq where seq > 30",
        "update audit_chain set seq = -seq - 1 where seq < 0",
    )
    assert full.bad() == (Fault.CHANGED, 30)


def test_exchanged_rows_are_found_at_the_first_of_them(full):
    rng = random.Random(4)
    for _ in range(6):
        one, two = sorted(rng.sample(range(1, ROWS + 1), 2))
        exchange = (
            "update audit a set subject = b.subject, changes = b.changes from audit b"
            f" where a.id <> b.id and a.id in {BOTH} and b.id in {BOTH}"
        )
        full.tamper(exchange, a=one, b=two)
        assert full.bad() == (Fault.CHANGED, one)
        full.tamper(exchange, a=one, b=two)
    links = (
        "update audit_chain set audit_id = -audit_id where seq in (7, 9)",
        (
            "update audit_chain a set audit_id = -b.audit_id from audit_chain b"
            " where a.seq in (7, 9) and b.seq in (7, 9) and a.seq <> b.seq"
        ),
    )
    full.tamper(*links)
    assert full.bad() == (Fault.CHANGED, 7)


def cut(book, after: int) -> None:
    book.tamper(
        "delete from audit where id in (select audit_id from audit_chain where seq > :n)",
        "delete from audit_chain where seq > :n",
        n=after,
    )


@pytest.mark.parametrize("left", [0, 1, 31, ROWS - 1])
def test_cut_tail_is_known_to_a_checkpoint_and_to_nobody_else(full, left):
    cut(full, left)
    assert full.bad() is None, "the rest fits together"


@pytest.mark.parametrize("left", [0, 1, 31, ROWS - 1])
def test_checkpoint_finds_the_cut_tail_even_where_its_own_row_was_cut_too(full, left):
    signed = full.chain.sign()
    cut(full, left)
    assert full.bad() == (Fault.CUT, left + 1)
    full.tamper("delete from audit_checkpoint")
    assert full.bad() is None
    assert full.bad(copies=full.key.copies()) == (Fault.CUT, left + 1)
    exported = Checkpoint.from_text(json.dumps(signed.as_dict()))
    assert full.bad(copies=[exported]) == (Fault.CUT, left + 1)


def test_cut_tail_that_was_grown_again_is_found_by_the_checkpoint(full):
    full.chain.sign()
    cut(full, 40)
    full.write(30, 500)
    assert full.bad() == (Fault.REWRITTEN, 1)


def test_chain_reckoned_anew_after_a_change_is_found_between_checkpoints(book):
    book.write(20)
    book.chain.sign()
    book.write(20, 20)
    book.chain.sign()
    book.tamper("update audit set actor = 'nobody' where subject = 'thing-29'")
    reckon_anew(book)
    assert book.bad() == (Fault.REWRITTEN, 21)
    assert book.prove().bad.until == 40


def reckon_anew(book) -> None:
    """What somebody with all rights to the database can do."""
    with book.engine.begin() as conn:
        conn.execute(text("set local session_replication_role = replica"))
        last = bytes(32)
        rows = conn.execute(
            text(
                "select c.seq, a.* from audit_chain c join audit a on a.id = c.audit_id order by 1"
            )
        ).mappings()
        for row in rows.all():
            kept = {column.name: row[column.name] for column in audit.audit.c}
            last = link(last, kept)
            conn.execute(
                text("update audit_chain set hash = :h where seq = :n"),
                {"h": last, "n": row["seq"]},
            )


def test_forged_checkpoint_is_named_and_a_strangers_does_not_count(full, tmp_path):
    full.chain.sign()
    full.tamper("update audit_checkpoint set at = at + interval '1 second'")
    assert full.bad() == (Fault.FORGED, ROWS)
    full.tamper("delete from audit_checkpoint")
    stranger = CheckpointKey(tmp_path / "other").signed(Checkpoint(10**6, bytes(32), NOW, ""))
    proof = full.prove(copies=[stranger])
    assert (proof.whole, proof.strangers) == (True, 1)
    assert full.prove(copies=[stranger], trusted=frozenset()).bad.fault == Fault.CUT


def test_row_that_was_slipped_past_the_chain_is_found(full):
    full.tamper(
        "insert into audit (world_id, at, recorded_at, actor, action, subject, changes)"
        " values (1, now(), now(), 'x', 'x', 'x', '{}')"
    )
    found = full.prove().bad
    assert found.fault == Fault.NEVER_LINKED
    assert found.audit_id is not None


def test_row_that_was_deleted_before_its_link_is_missed(book):
    with book.engine.begin() as conn:
        audit.record(conn, ACTOR, "test.done", "a", {}, now=NOW)
    book.tamper("delete from audit")
    book.chain.link()
    assert book.bad() == (Fault.DELETED, 1)


def write_by_turns(book, number: int) -> None:
    rng = random.Random(number)
    for k in range(EACH):
        with book.engine.begin() as conn:
            audit.record(conn, ACTOR, "test.done", f"{number}-{k}", {"k": k}, now=NOW)
            if rng.random() < 0.3:
                time.sleep(rng.random() * 0.004)  # commits leave in another order than ids
            if rng.random() < 0.1:
                conn.rollback()


def keep_linking(book, stop: threading.Event) -> None:
    while not stop.is_set():
        with book.chain.leading() as alone:
            if alone:
                book.chain.link()


def subjects(book) -> list[str]:
    query = "select subject from audit_chain join audit on id = audit_id order by seq"
    with book.engine.connect() as conn:
        return list(conn.execute(text(query)).scalars())


def test_many_writers_are_linked_in_the_order_of_commits_without_a_gap(book):
    stop = threading.Event()
    leaders = [threading.Thread(target=keep_linking, args=(book, stop)) for _ in range(2)]
    writers = [threading.Thread(target=write_by_turns, args=(book, n)) for n in range(WRITERS)]
    for thread in leaders + writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in leaders:
        thread.join()
    book.chain.link()
    links = book.links()
    assert [seq for seq, _ in links] == list(range(1, len(links) + 1))
    order = [tuple(map(int, subject.split("-"))) for subject in subjects(book)]
    assert len(order) == len(links) > WRITERS * EACH / 2
    for writer in range(WRITERS):
        mine = [k for who, k in order if who == writer]
        assert mine == sorted(mine)
    assert book.bad() is None


def test_checkpoints_come_hourly_and_only_where_rows_came(book):
    assert book.chain.sign_hourly() is None, "nothing to sign"
    book.write(3)
    assert book.chain.sign_hourly().seq == 3
    book.write(3, 3)
    assert book.chain.sign_hourly() is None, "the last is fresh"
    book.clock.now += timedelta(hours=1)
    assert book.chain.sign_hourly().seq == 6
    book.clock.now += timedelta(hours=1)
    assert book.chain.sign_hourly() is None, "no row since"
    assert [one.seq for one in book.key.copies()] == [3, 6]
    assert book.prove().last_checkpoint.seq == 6


def test_rows_of_before_the_chain_are_linked_too(book):
    book.tamper(
        "insert into audit (world_id, at, recorded_at, actor, action, subject, changes)"
        " select 1, now(), now(), 'x', 'x', n::text, '{}' from generate_series(1, 1200) n",
        "insert into audit_due select id from audit",  # as the migration does
    )
    assert book.chain.link() == 1200
    proof = book.prove()
    assert (proof.whole, proof.rows) == (True, 1200)


def test_long_audit_is_gone_through_in_little_memory(book):
    book.tamper(
        "insert into audit (world_id, at, recorded_at, actor, action, subject, changes)"
        " select 1, now(), now(), 'x', 'x', n::text, jsonb_build_object('t', repeat('x', 2000))"
        " from generate_series(1, 12000) n",
        "insert into audit_due select id from audit",
    )
    book.chain.link()
    tracemalloc.start()
    begun = time.perf_counter()
    proof = book.prove()
    took = time.perf_counter() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert proof.rows == 12_000
    assert peak < 16_000_000, f"{peak} bytes; the rows themselves are 24 MB, {took:.1f} s"


def test_the_database_itself_refuses_a_plain_client(full):
    url = full.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("delete from audit")
