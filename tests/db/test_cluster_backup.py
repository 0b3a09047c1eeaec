"""What goes into a backup comes out of it, and nothing is given up before that is sure."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from sylvan.ops.backup import backup, reset, restore, summary_path
from sylvan.ops.database import (
    SchemaState,
    bring_up_to_date,
    check_server,
    make_ready,
    schema_state,
)
from sylvan.ops.refusal import Refusal
from sylvan.store import migrate


def run(url: str, work: Callable[[Connection], object]) -> object:
    engine = create_engine(url)
    try:
        with engine.begin() as conn:
            return work(conn)
    finally:
        engine.dispose()


def log_events(url: str, first: int, last: int) -> None:
    insert = text(
        "insert into event_log (seq, world_id, kind, subject, at, actor, territories, body)"
        " select n, 1, 'fire.changed', 'fire-' || n, now(), 'operator', '{}', '{}'"
        " from generate_series(cast(:first as int), cast(:last as int)) n"
    )

    def work(conn: Connection) -> None:
        conn.execute(insert, {"first": first, "last": last})
        conn.execute(text("update log_state set seq = :last"), {"last": last})

    run(url, work)


def log_of(url: str) -> list[tuple[int, str]]:
    rows = run(
        url, lambda c: c.execute(text("select seq, subject from event_log order by 1")).all()
    )
    return [tuple(row) for row in rows]


def head_of(url: str) -> tuple[str, int]:
    return tuple(run(url, lambda c: c.execute(text("select epoch, seq from log_state")).one()))


def saved(url: str, folder: Path) -> Path:
    return backup(url, folder, folder / "kept.dump").path


def test_restored_log_has_the_head_and_the_rows_of_the_backup(
    fresh_db_url: str, tmp_path: Path
) -> None:
    log_events(fresh_db_url, 1, 500)
    before = log_of(fresh_db_url)
    file = saved(fresh_db_url, tmp_path)
    log_events(fresh_db_url, 501, 700)
    found = restore(fresh_db_url, tmp_path, file)
    assert found.seq == 500
    assert head_of(fresh_db_url)[1] == 500
    assert log_of(fresh_db_url) == before


def test_restore_begins_a_new_epoch_so_that_screens_read_afresh(
    fresh_db_url: str, tmp_path: Path
) -> None:
    epoch = head_of(fresh_db_url)[0]
    restore(fresh_db_url, tmp_path, saved(fresh_db_url, tmp_path))
    assert head_of(fresh_db_url)[0] != epoch


def test_backup_is_one_moment_though_somebody_writes_meanwhile(
    fresh_db_url: str, tmp_path: Path
) -> None:
    log_events(fresh_db_url, 1, 10)
    target = tmp_path / "moment.dump"
    archive = backup(
        fresh_db_url, tmp_path, target, say=lambda _line: log_events(fresh_db_url, 11, 20)
    )
    assert archive.summary.seq == 10
    assert head_of(fresh_db_url)[1] == 20
    restore(fresh_db_url, tmp_path, target)
    assert [seq for seq, _ in log_of(fresh_db_url)] == list(range(1, 11))


def test_restore_works_while_clients_are_connected(fresh_db_url: str, tmp_path: Path) -> None:
    file = saved(fresh_db_url, tmp_path)
    with psycopg.connect(fresh_db_url.replace("+psycopg", "")) as screen:
        restore(fresh_db_url, tmp_path, file)
        with pytest.raises(psycopg.OperationalError):
            screen.execute("select 1")


def shorten(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-2000])


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "with_summary"), [(shorten, True), (flip, True), (shorten, False)]
)
def test_damaged_backup_changes_nothing(
    fresh_db_url: str, tmp_path: Path, damage: Callable[[Path], None], *, with_summary: bool
) -> None:
    log_events(fresh_db_url, 1, 3)
    file = saved(fresh_db_url, tmp_path)
    if not with_summary:
        summary_path(file).unlink()
    log_events(fresh_db_url, 4, 5)
    damage(file)
    with pytest.raises(Refusal):
        restore(fresh_db_url, tmp_path, file)
    assert head_of(fresh_db_url)[1] == 5
    assert len(log_of(fresh_db_url)) == 5
    assert leftovers(fresh_db_url) == []


def leftovers(url: str) -> list[str]:
    name = make_url(url).database
    query = text("select datname from pg_database where starts_with(datname, :prefix)")
    return list(run(url, lambda c: c.scalars(query, {"prefix": f"{name}_"}).all()))


def test_backup_never_overwrites_a_file(fresh_db_url: str, tmp_path: Path) -> None:
    target = tmp_path / "kept.dump"
    target.write_text("mine")
    with pytest.raises(Refusal, match="exists already"):
        backup(fresh_db_url, tmp_path, target)
    assert target.read_text() == "mine"


def test_backup_is_for_its_owner_only(fresh_db_url: str, tmp_path: Path) -> None:
    assert saved(fresh_db_url, tmp_path).stat().st_mode & 0o077 == 0


def test_reset_leaves_an_empty_log_of_another_epoch(fresh_db_url: str) -> None:
    log_events(fresh_db_url, 1, 3)
    epoch = head_of(fresh_db_url)[0]
    reset(fresh_db_url)
    assert head_of(fresh_db_url)[1] == 0
    assert head_of(fresh_db_url)[0] != epoch
    assert log_of(fresh_db_url) == []


def test_empty_database_gets_its_tables_by_itself(empty_db_url: str) -> None:
    assert run(empty_db_url, schema_state) is SchemaState.EMPTY
    make_ready(empty_db_url)
    assert run(empty_db_url, schema_state) is SchemaState.CURRENT


def test_older_schema_is_refused_with_the_command_that_mends_it(
    fresh_db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "head", lambda: "9999")
    with pytest.raises(Refusal, match="sylvan db migrate"):
        make_ready(fresh_db_url)


def test_schema_of_a_newer_version_is_neither_used_nor_changed(fresh_db_url: str) -> None:
    run(fresh_db_url, lambda c: c.execute(text("update alembic_version set version_num='zz99'")))
    with pytest.raises(Refusal, match="newer Sylvan"):
        make_ready(fresh_db_url)
    with pytest.raises(Refusal, match="newer Sylvan"):
        bring_up_to_date(fresh_db_url)


class OldServer:
    """Answers like a server of another version."""

    def __init__(self, version: int) -> None:
        self.version = version

    def scalar(self, _query: object) -> int:
        return self.version


def test_server_before_15_is_refused_by_its_version() -> None:
    with pytest.raises(Refusal, match="PostgreSQL 14"):
        check_server(OldServer(140011))


def test_named_server_that_is_not_there_is_refused_without_showing_the_password() -> None:
    with pytest.raises(Refusal, match="cannot be used") as caught:
        make_ready("postgresql+psycopg://me:secret@127.0.0.1:1/sylvan")
    assert "secret" not in str(caught.value)
