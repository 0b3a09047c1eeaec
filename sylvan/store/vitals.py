"""What waits to be done, and whether anything can be written: read by monitoring."""

from typing import Final

from sqlalchemy import Connection, text

_QUEUES: Final = text("""
    select (select count(*) from outbox) as events,
           (select count(*) from audit_due) as audit,
           (select count(*) from detection where fire_id is null) as ungrouped,
           (select count(*) from danger_due) as danger,
           (select count(*) from report where status = 'queued') as reports
""")
_READ_ONLY: Final = text(
    "select pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean"
)


def queues(conn: Connection) -> dict[str, int]:
    """By what waits, how much of it."""
    return {name: int(count) for name, count in conn.execute(_QUEUES).mappings().one().items()}


def read_only(conn: Connection) -> bool:
    """Whether the database takes no changes: a standby, or one that was set so."""
    return bool(conn.scalar(_READ_ONLY))
