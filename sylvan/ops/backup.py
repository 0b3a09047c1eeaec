"""Backup, restore and reset of a whole database.

A backup is one `pg_dump` archive in the custom format: everything Sylvan keeps is in the database
(the ledger's bodies and the event log too), the archive is one consistent snapshot taken without
stopping anybody, and it restores into a newer PostgreSQL, another machine or a named server. A
copy of the files (`pg_basebackup`) does none of the last three. The summary beside it says what
the snapshot held, so that a restore can prove that nothing is missing.

Nothing is overwritten before the new state is complete: both restore and reset build a database
beside the old one and exchange the names in one transaction.
"""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString

import orjson
import psycopg
from psycopg import sql
from sqlalchemy import make_url

from sylvan.ops.cluster import Say, add_extensions, quiet
from sylvan.ops.database import bring_up_to_date, make_reader
from sylvan.ops.installs import Install, clients
from sylvan.ops.refusal import Refusal

STAMP = "%Y%m%dT%H%M%SZ"
CHUNK = 1024 * 1024
JOBS = "2"
# Parallel index builds of a restore; the smallest machine that we promise has two cores.
MAINTENANCE = "postgres"
EXCHANGE_TRIES = 20
REPLACING_LOCK = 0x53594C03
# Advisory lock key of a restore or reset under way ("SYL", 3).


@dataclass(frozen=True)
class Summary:
    """What a snapshot of a database held."""

    made_at: str
    sylvan_schema: str | None
    epoch: str | None
    seq: int
    # Number of the last event.
    waiting: int
    # Changes that had no number yet.
    detections: int
    fires: int
    sha256: str = ""
    audit_seq: int | None = None
    # Last row of the audit's chain; none in backups of before there was one.
    audit_hash: str | None = None


@dataclass(frozen=True)
class Archive:
    """A finished backup."""

    path: Path
    bytes: int
    summary: Summary


def backup(url: str, data_dir: Path, target: Path, say: Say = quiet) -> Archive:
    """Writes a consistent copy of the database to one file while everybody keeps working.

    Args:
        url: SQLAlchemy URL of the database.
        data_dir: where unpacked PostgreSQL programs may be.
        target: the file; it appears only when complete.
        say: takes one line per step that takes time.

    Raises:
        Refusal: the file exists, the disk is full, or pg_dump fails.
    """
    if target.exists():
        raise Refusal(f"{target} exists already.", "Choose another name, or move it away.")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    try:
        part.touch(mode=0o600)  # names and phones of people are in it
        with psycopg.connect(_plain(url)) as conn:
            conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            summary = summarise(conn)
            snapshot = _one(conn, "SELECT pg_export_snapshot()")
            say(f"writing {target}")
            options = ["--format=custom", "--no-owner", "--no-privileges"]
            options += [f"--snapshot={snapshot}", f"--file={part}"]
            _run_client("pg_dump", url, data_dir, *options)
        finished = Summary(**{**asdict(summary), "sha256": sha256(part)})
        summary_path(target).write_bytes(orjson.dumps(finished, option=orjson.OPT_INDENT_2))
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return Archive(target, target.stat().st_size, finished)


def restore(url: str, data_dir: Path, source: Path, say: Say = quiet) -> Summary:
    """Replaces the database's content with a backup's; an older schema is migrated on the way.

    Screens are told to read afresh: the log gets a new epoch, since numbers after the backup's
    last one may have been seen with another content.

    Raises:
        Refusal: the file is damaged or incomplete; the database is then as it was.
    """
    expected = _checked(source, say)
    given_up = _chain_of(url)
    with replacement(url) as fresh:
        say("restoring")
        make_reader(fresh)  # the backup's policies name it
        options = ["--no-owner", "--no-privileges", "--no-comments", "--exit-on-error"]
        _run_client("pg_restore", fresh, data_dir, *options, f"--jobs={JOBS}", str(source))
        say("checking")
        with psycopg.connect(_plain(fresh)) as conn:
            found = summarise(conn)
            if expected is not None:
                _same(expected, found, source)
            conn.execute("UPDATE log_state SET epoch = gen_random_uuid()")
        bring_up_to_date(fresh)
        with psycopg.connect(_plain(fresh), autocommit=True) as conn:
            _on_record(conn, source, found, given_up)
            conn.execute("ANALYZE")
    return found


def _chain_of(url: str) -> tuple[int | None, str | None]:
    """How far the audit goes in a database; nothing where none can be read."""
    with suppress(psycopg.Error), psycopg.connect(_plain(url)) as conn:
        return _chain(conn)
    return None, None


def _chain(conn: psycopg.Connection) -> tuple[int | None, str | None]:
    if _one(conn, "SELECT to_regclass('audit_chain')") is None:
        return None, None
    query = "SELECT seq, encode(hash, 'hex') FROM audit_chain ORDER BY seq DESC LIMIT 1"
    row = conn.execute(query).fetchone()
    return (int(row[0]), str(row[1])) if row else (0, None)


def _on_record(
    conn: psycopg.Connection, source: Path, found: Summary, given_up: tuple[int | None, str | None]
) -> None:
    """That a backup took the database's place, and which end of the audit went with the old one."""
    facts = {
        "file": source.name,
        "made_at": found.made_at,
        "seq": found.audit_seq or 0,
        "given_up_seq": given_up[0],
        "given_up_hash": given_up[1],
    }
    conn.execute(
        "INSERT INTO audit (at, recorded_at, actor, role, level, action, subject, changes) VALUES"
        " (now(), now(), 'system', 'operator', 'region', 'database.restored', 'database', %s)",
        [orjson.dumps(facts).decode()],
    )


def reset(url: str) -> None:
    """Replaces the database by an empty one with tables."""
    with replacement(url) as fresh:
        bring_up_to_date(fresh)


@contextmanager
def replacement(url: str) -> Iterator[str]:
    """A new database that takes the place of `url`'s when its block ends well.

    Raises:
        Refusal: this role may not make databases.
    """
    name = make_url(url).database or ""
    stamp = datetime.now(UTC).strftime(STAMP).lower()
    fresh, old = f"{name}_new_{stamp}"[:63], f"{name}_old_{stamp}"[:63]
    with _maintenance(url) as owner:
        _sweep(owner, f"{name}_new_")
        try:
            make = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
            owner.execute(make.format(sql.Identifier(fresh)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise Refusal(
                "This role may not make databases on the server.",
                f"As its superuser: ALTER ROLE {make_url(url).username} CREATEDB;",
            ) from error
        try:
            fresh_url = make_url(url).set(database=fresh).render_as_string(hide_password=False)
            with psycopg.connect(_plain(fresh_url), autocommit=True) as conn:
                add_extensions(conn)
            yield fresh_url
            _exchange(owner, name, fresh, old)
            _drop(owner, old)
        finally:
            _drop(owner, fresh)


def _exchange(owner: psycopg.Connection, name: str, fresh: str, old: str) -> None:
    """Exchanges names, cutting off whoever is connected; they come back to the new database."""
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)"
    for _ in range(EXCHANGE_TRIES):
        owner.execute(cut, [[name, fresh]])
        # a client that came back in between makes the renaming fail, not wait
        with suppress(psycopg.errors.ObjectInUse), owner.transaction():
            owner.execute(rename.format(sql.Identifier(name), sql.Identifier(old)))
            owner.execute(rename.format(sql.Identifier(fresh), sql.Identifier(name)))
            return
    raise Refusal(f"Somebody keeps connecting to {name}.", "Stop Sylvan, then try again.")


def _sweep(owner: psycopg.Connection, prefix: str) -> None:
    """Removes what a killed restore left; a running one is left alone."""
    if not _one(owner, f"SELECT pg_try_advisory_lock({REPLACING_LOCK})"):
        raise Refusal("Another restore or reset is under way.", "Wait until it has ended.")
    left = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    for (name,) in owner.execute(left, [prefix]).fetchall():
        _drop(owner, name)


def _drop(owner: psycopg.Connection, name: str) -> None:
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def summarise(conn: psycopg.Connection) -> Summary:
    """What the connection's snapshot holds."""
    state = conn.execute("SELECT epoch, seq FROM log_state").fetchone()
    audit_seq, audit_hash = _chain(conn)
    return Summary(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        sylvan_schema=str(_one(conn, "SELECT version_num FROM alembic_version")),
        epoch=str(state[0]) if state else None,
        seq=int(state[1]) if state else 0,
        waiting=int(_one(conn, "SELECT count(*) FROM outbox")),
        detections=int(_one(conn, "SELECT count(*) FROM detection")),
        fires=int(_one(conn, "SELECT count(*) FROM fire")),
        audit_seq=audit_seq,
        audit_hash=audit_hash,
    )


def summary_path(archive: Path) -> Path:
    """Where the summary of an archive is kept."""
    return archive.with_name(archive.name + ".json")


def sha256(path: Path) -> str:
    """Hash of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _checked(source: Path, say: Say) -> Summary | None:
    if not source.is_file():
        raise Refusal(f"There is no file {source}.", "See where backups are: `sylvan db status`.")
    beside = summary_path(source)
    if not beside.is_file():
        say(f"no {beside.name} beside the file: its content cannot be checked")
        return None
    summary = Summary(**orjson.loads(beside.read_bytes()))
    if sha256(source) != summary.sha256:
        raise Refusal(
            f"{source} is not the file that was written (its SHA-256 differs).",
            f"Copy it again, whole; to restore it nevertheless, move {beside.name} away.",
        )
    return summary


def _same(expected: Summary, found: Summary, source: Path) -> None:
    names = ["epoch", "seq", "waiting", "detections", "fires"]
    names += ["audit_seq", "audit_hash"] if expected.audit_seq is not None else []
    for name in names:
        if getattr(expected, name) != getattr(found, name):
            raise Refusal(
                f"{source} gave {name} {getattr(found, name)} instead of "
                f"{getattr(expected, name)}.",
                "Nothing was changed. Take an earlier backup.",
            )


@contextmanager
def _maintenance(url: str) -> Iterator[psycopg.Connection]:
    there = make_url(url).set(database=MAINTENANCE).render_as_string(hide_password=False)
    with psycopg.connect(_plain(there), autocommit=True) as owner:
        yield owner


def _run_client(program: str, url: str, data_dir: Path, *options: str) -> None:
    """Runs a PostgreSQL client program; its password goes through the environment, not `ps`."""
    parts = make_url(url)
    install = client_install(url, data_dir)
    where = parts.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, **install.env}
    if parts.password:
        environment["PGPASSWORD"] = str(parts.password)
    command = [install.program(program), f"--dbname={where}", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise Refusal(f"{program} failed: {said[-1] if said else done.returncode}", "")


def client_install(url: str, data_dir: Path) -> Install:
    """Client programs that are at least as new as the server: older ones refuse to dump it."""
    with psycopg.connect(_plain(url)) as conn:
        server = conn.info.server_version // 10_000
    fitting = [each for each in clients(data_dir) if each.client_major >= server]
    if fitting:
        return min(fitting, key=lambda each: each.client_major)
    raise Refusal(
        f"The server is PostgreSQL {server}, and this machine has no client programs for it.",
        f"Install them (Debian: postgresql-client-{server}), or run pg_dump on the server.",
    )


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _one(conn: psycopg.Connection, query: LiteralString) -> Any:
    row = conn.execute(query).fetchone()
    return None if row is None else row[0]
