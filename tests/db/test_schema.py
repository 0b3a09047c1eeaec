"""Migrations and tables agree; an older or newer schema is told apart."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from sylvan.store import engine, migrate, walls
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


def test_every_table_is_open_to_limited_readers_behind_a_policy_or_closed_on_purpose():
    closed = {
        *("account", "account_secret", "api_key", "invitation", "oidc_start", "session"),
        *("sign_in_try", "subject", "idempotency", "ledger_body", "archive_run", "archive_step"),
        *("alert_fact", "alert_thread"),
        *("danger_due", "detection_superseded", "heat_tally"),
        *("alert_letter", "push_subscription"),
        *("webhook", "webhook_delivery", "usage"),
        *("danger_due", "detection_superseded", "heat_tally", "cap_cursor"),
        *("sender_mark", "sender_salt", "upload_piece"),
        *("drill", "drill_truth"),
        *("layer_version", "rule_version"),
    }
    assert set(METADATA.tables) == set(walls.policies()) | walls.OPEN | closed
    assert not closed & (set(walls.policies()) | walls.OPEN)
