"""Bring a database to the schema of this version, or say why that can't be."""

from importlib.resources import as_file, files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from sylvan.store import events, territories, walls

MIGRATION_LOCK = 0x53594C02
"""Advisory lock key that keeps two processes from migrating at once ("SYL", 2)."""
FUNCTIONS = "sql"
"""SQL functions are replaced at every upgrade: they hold no data."""


def _config(folder: Path, conn: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = conn
    return config


def head() -> str:
    """The newest revision that this version knows."""
    with as_file(files("sylvan.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        return ScriptDirectory.from_config(config).get_current_head() or ""


def current(conn: Connection) -> str | None:
    """The database's revision; ``None`` before the first migration."""
    return MigrationContext.configure(conn).get_current_revision()


def upgrade(conn: Connection) -> None:
    """Run what is missing and replace the SQL functions, in the caller's transaction."""
    conn.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    for extension in ("postgis", "btree_gist"):
        conn.execute(text(f"create extension if not exists {extension}"))
    with as_file(files("sylvan.store") / "migrations") as folder:
        command.upgrade(_config(folder, conn), "head")
    events.ensure_state(conn)
    territories.seed(conn)
    for script in sorted(
        (files("sylvan.store") / FUNCTIONS).iterdir(), key=lambda entry: entry.name
    ):
        if script.name.endswith(".sql"):
            conn.exec_driver_sql(script.read_text("utf-8").replace("%", "%%"))
    walls.build(conn)
