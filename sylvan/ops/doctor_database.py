"""The doctor's look at the database: named or private, running or not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from sylvan.ops import database
from sylvan.ops.doctor import Finding, Level
from sylvan.ops.refusal import Refusal
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from sylvan.store import migrate

AREA = "database"
BACKUP_AGE = timedelta(days=7)
LONG_QUEUE = 5000
# Waiting changes above which screens lag behind what is stored.


def check(settings: Settings) -> Iterator[Finding]:
    """Everything about the database, as far as it can be reached."""
    url = database.named_url(settings)
    if url is None:
        cluster = database.private_cluster(settings)
        try:
            install = cluster.install
            state = cluster.status()
        except Refusal as refusal:
            yield Finding(AREA, Level.FAIL, refusal.problem, refusal.mend)
            return
        yield Finding(
            AREA, Level.OK, f"PostgreSQL {install.version}, PostGIS {install.postgis} found"
        )
        if not state.running:
            told = "stopped" if state.made else "not made yet"
            mend = "`sylvan serve` starts it (and makes it the first time)."
            yield Finding(AREA, Level.NOTE, f"the private database is {told}", mend)
            return
        url = state.url
    yield from _connected(url)
    yield _backups(settings.backup_dir)


def _connected(url: str) -> Iterator[Finding]:
    engine = store_engine.create(url, pool_size=1)
    try:
        with engine.connect() as conn:
            database.check_server(conn)
            yield from inside(conn)
            conn.rollback()
    except Refusal as refusal:
        yield Finding(AREA, Level.FAIL, refusal.problem, refusal.mend)
    except OperationalError as error:
        mend = "Check that it runs, and SYLVAN_DATABASE_URL."
        yield Finding(AREA, Level.FAIL, f"cannot be reached: {error.orig}", mend)
    finally:
        engine.dispose()


def inside(conn: Connection) -> Iterator[Finding]:
    """Schema and log of a database that answers."""
    state = database.schema_state(conn)
    revision = migrate.current(conn)
    if state is database.SchemaState.EMPTY:
        yield Finding(AREA, Level.NOTE, "it has no tables yet", "`sylvan serve` makes them.")
        return
    if state is database.SchemaState.OLDER:
        mend = "Run: sylvan db backup && sylvan db migrate"
        yield Finding(AREA, Level.FAIL, f"its schema {revision} is older than Sylvan", mend)
        return
    if state is database.SchemaState.NEWER:
        yield Finding(AREA, Level.FAIL, f"its schema {revision} is newer", "Update Sylvan.")
        return
    size = int(conn.scalar(text("select pg_database_size(current_database())")) or 0)
    yield Finding(AREA, Level.OK, f"schema {revision} is current, {size / 2**20:.0f} MiB")
    waiting = int(conn.scalar(text("select count(*) from outbox")) or 0)
    if waiting > LONG_QUEUE:
        mend = "See that `sylvan serve` or a `sylvan worker` runs: one of them numbers the log."
        yield Finding(AREA, Level.WARN, f"{waiting} changes wait for the log", mend)
    else:
        yield Finding(AREA, Level.OK, f"the log keeps up ({waiting} changes wait)")


def _backups(folder: Path) -> Finding:
    made = [path.stat().st_mtime for path in folder.glob("*.dump")]
    if not made:
        text = f"no backup in {folder}"
        return Finding(AREA, Level.NOTE, text, "Make one: sylvan db backup")
    newest = datetime.fromtimestamp(max(made), UTC)
    age = datetime.now(UTC) - newest
    text = f"last backup {newest:%Y-%m-%d %H:%M} UTC"
    if age > BACKUP_AGE:
        return Finding(AREA, Level.WARN, text, "Make one: sylvan db backup")
    return Finding(AREA, Level.OK, text)
