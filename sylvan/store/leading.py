"""Who alone does a thing by the clock, among all processes on a database."""

from enum import IntEnum

from sqlalchemy import Connection, func, select


class Post(IntEnum):
    """What one process does for all; the values are keys of advisory locks."""

    FORECASTS = 0x53594C0B
    SUGGESTIONS = 0x53594C0D
    NOTICES = 0x53594C11
    AUDIT = 0x53594C13
    ALERTS = 0x53594C16
    WEBHOOKS = 0x53594C26
    CAP = 0x53594C24
    DRILLS = 0x53594CB2


def lead(conn: Connection, post: Post) -> bool:
    """Try to take a post, until stepping down or the connection's end."""
    return bool(conn.scalar(select(func.pg_try_advisory_lock(int(post)))))


def step_down(conn: Connection, post: Post) -> None:
    """Let another process take it."""
    conn.execute(select(func.pg_advisory_unlock(int(post))))
