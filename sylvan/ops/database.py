"""The database that the settings mean, checked: right version, PostGIS, schema of this Sylvan.

With SYLVAN_DATABASE_URL that is the named server; without it the private cluster, which is made
and started on the way. An empty database gets its tables by itself; an older one is never changed
behind the operator's back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.resources import as_file, files
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from sylvan.ops.cluster import EXTENSIONS, Cluster, Say, quiet
from sylvan.ops.installs import OLDEST_POSTGIS, OLDEST_POSTGRES, version_tuple
from sylvan.ops.keeper import Keeper
from sylvan.ops.locks import Users, only_one
from sylvan.ops.refusal import Refusal
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from sylvan.store import migrate, walls

VERSION_UNIT = 10_000
# server_version_num is 150013 for 15.13.


class SchemaState(StrEnum):
    """How a database's tables relate to this Sylvan."""

    EMPTY = "empty"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def private_cluster(settings: Settings) -> Cluster:
    """The cluster in the settings' data folder; touches nothing."""
    return Cluster(settings.data_dir, pg_bindir=settings.pg_bindir)


def ensure(settings: Settings, say: Say = quiet) -> str:
    """A database ready for use; a private cluster is left running.

    Args:
        settings: which database is meant.
        say: takes one line per step that takes time.

    Returns:
        Its SQLAlchemy URL.

    Raises:
        Refusal: naming what is wrong and what to run.
    """
    url = named_url(settings)
    if url is None:
        cluster = private_cluster(settings)
        cluster.start(say)
        url = cluster.url()
    make_ready(url, say)
    return url


@contextmanager
def lease(settings: Settings, say: Say = quiet) -> Iterator[str]:
    """`ensure` for as long as a block runs; a private cluster that dies is started again.

    The last of all leases stops a private cluster that a lease started; one that was started with
    `sylvan db start` keeps running.
    """
    url = named_url(settings)
    if url is not None:
        make_ready(url, say)
        yield url
        return
    cluster = private_cluster(settings)
    ours = settings.data_dir / "pg.leased"
    with only_one(cluster.lock):
        if cluster.start_locked(say):
            ours.touch()
        users = Users(settings.data_dir / "pg.users")
    try:
        make_ready(cluster.url(), say)
        with Keeper(cluster, say):
            yield cluster.url()
    finally:
        with only_one(cluster.lock):
            if users.leave() and ours.exists():
                ours.unlink()
                cluster.stop_locked()


def keep_running(settings: Settings) -> None:
    """Tells leases that the operator wants the cluster to outlive them."""
    (settings.data_dir / "pg.leased").unlink(missing_ok=True)


def named_url(settings: Settings) -> str | None:
    """The URL of the server that SYLVAN_DATABASE_URL names."""
    return None if settings.database_url is None else settings.database_url.get_secret_value()


def make_ready(url: str, say: Say = quiet) -> None:
    """Checks a database and gives an empty one its tables.

    Raises:
        Refusal: unreachable, too old, without PostGIS, or with another schema.
    """
    engine = store_engine.create(url, pool_size=1)
    try:
        _make_ready(engine, say)
    except OperationalError as error:
        raise _unreachable(url, error) from error
    finally:
        engine.dispose()


def _make_ready(engine: Engine, say: Say) -> None:
    with engine.begin() as conn:
        check_server(conn)
    with engine.begin() as conn:
        state = schema_state(conn)
        if state is SchemaState.EMPTY:
            say("making the tables")
            migrate.upgrade(conn)
        elif state is not SchemaState.CURRENT:
            raise _other_schema(state, migrate.current(conn))


def bring_up_to_date(url: str) -> tuple[str | None, str]:
    """Migrates a database to this Sylvan's schema.

    Returns:
        The revision before and after.
    """
    engine = store_engine.create(url, pool_size=1)
    try:
        with engine.begin() as conn:
            check_server(conn)
        with engine.begin() as conn:
            before = migrate.current(conn)
            if schema_state(conn) is SchemaState.NEWER:
                raise _other_schema(SchemaState.NEWER, before)
            migrate.upgrade(conn)
            return before, migrate.head()
    except walls.WallError as error:
        raise Refusal(*str(error).split(". ", 1)) from error
    except OperationalError as error:
        raise _unreachable(url, error) from error
    finally:
        engine.dispose()


def make_reader(url: str) -> None:
    """Make the role of limited readers, before a backup is read whose policies name it."""
    engine = store_engine.create(url, pool_size=1)
    try:
        with engine.begin() as conn:
            walls.make_role(conn)
    except walls.WallError as error:
        raise Refusal(*str(error).split(". ", 1)) from error
    finally:
        engine.dispose()


def check_server(conn: Connection) -> None:
    """Refuses a server that is too old or has no PostGIS; adds missing extensions if it may."""
    version = int(conn.scalar(text("show server_version_num")) or 0)
    if version // VERSION_UNIT < OLDEST_POSTGRES:
        raise Refusal(
            f"The server is PostgreSQL {version // VERSION_UNIT}; Sylvan needs 15 or newer.",
            "Name a newer server in SYLVAN_DATABASE_URL, or unset it to use a private one.",
        )
    if conn.scalar(text("show server_encoding")) != "UTF8":
        raise Refusal(
            "The database is not in UTF-8; names in Russian would not fit.",
            "Make it anew: CREATE DATABASE sylvan ENCODING 'UTF8' TEMPLATE template0;",
        )
    for name in EXTENSIONS:
        _check_extension(conn, name)
    postgis = str(conn.scalar(text("select extversion from pg_extension where extname='postgis'")))
    if version_tuple(postgis) < OLDEST_POSTGIS:
        raise Refusal(
            f"The database has PostGIS {postgis}; Sylvan needs 3.3 or newer.",
            "Update the package on the server, then run: SELECT postgis_extensions_upgrade();",
        )


def _check_extension(conn: Connection, name: str) -> None:
    query = "select installed_version from pg_available_extensions where name = :name"
    row = conn.execute(text(query), {"name": name}).one_or_none()
    if row is None:
        raise Refusal(
            f"The server has no {name} to offer.",
            "Install PostGIS for its version on that machine (Debian: postgresql-N-postgis-3).",
        )
    if row[0] is None:
        try:
            with conn.begin_nested():
                conn.execute(text(f"create extension if not exists {name}"))
        except ProgrammingError as error:
            raise Refusal(
                f"The database lacks {name}, and this role may not add it.",
                f"As the server's superuser, in this database: CREATE EXTENSION {name};",
            ) from error


def is_current(url: str) -> bool:
    """Whether a database answers and has exactly this Sylvan's tables; changes nothing."""
    engine = store_engine.create(url, pool_size=1)
    try:
        with engine.connect() as conn:
            return schema_state(conn) is SchemaState.CURRENT
    except OperationalError:
        return False
    finally:
        engine.dispose()


def schema_state(conn: Connection) -> SchemaState:
    """How the tables relate to the migrations that this Sylvan knows."""
    revision = migrate.current(conn)
    if revision is None:
        return SchemaState.EMPTY
    if revision == migrate.head():
        return SchemaState.CURRENT
    return SchemaState.OLDER if revision in _known_revisions() else SchemaState.NEWER


def _known_revisions() -> set[str]:
    with as_file(files("sylvan.store") / "migrations") as folder:
        return {each.revision for each in ScriptDirectory(str(Path(folder))).walk_revisions()}


def _other_schema(state: SchemaState, revision: str | None) -> Refusal:
    if state is SchemaState.OLDER:
        return Refusal(
            f"The database has an older schema ({revision}; this Sylvan: {migrate.head()}).",
            "Run: sylvan db backup && sylvan db migrate",
        )
    return Refusal(
        f"The database was made by a newer Sylvan (schema {revision}).",
        "Update Sylvan, or name another database.",
    )


def _unreachable(url: str, error: OperationalError) -> Refusal:
    said = str(error.orig).strip().splitlines()
    return Refusal(
        f"The database {make_url(url).render_as_string(hide_password=True)} cannot be used: "
        f"{said[-1] if said else error}",
        "Check that it runs and that SYLVAN_DATABASE_URL is right (or unset it for a private one).",
    )
