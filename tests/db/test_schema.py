"""Migrations and tables agree; an older or newer schema is told apart."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from sylvan.store import engine, migrate
from sylvan.store.migrations import filters
from sylvan.store.schema import METADATA


def test_autogenerate_finds_nothing_after_an_upgrade(fresh_db_url: str) -> None:
    database = engine.create(fresh_db_url)
    with database.connect() as conn:
        options = {"include_object": filters.ours, "compare_type": True}
        context = MigrationContext.configure(conn, opts=options)
        assert compare_metadata(context, METADATA) == []
    database.dispose()


def test_a_second_upgrade_changes_nothing(fresh_db_url: str) -> None:
    database = engine.create(fresh_db_url)
    with database.begin() as conn:
        before = migrate.current(conn)
        migrate.upgrade(conn)
        assert migrate.current(conn) == before == migrate.head()
    database.dispose()
