"""What every use-case is made with: the database and the real clock."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from random import random
from time import sleep
from typing import Any, Final, ParamSpec, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Conflict
from sylvan.store import audit, fire_history
from sylvan.store.leading import Post, lead, step_down

P = ParamSpec("P")
T = TypeVar("T")
BROKEN_OFF: Final = frozenset({"40P01", "40001"})
"""SQLSTATEs of a deadlock and of a serialization failure."""
TRIES: Final = 5
PAUSE_S: Final = 0.1
Clock = Callable[[], datetime]
"""The real time, aware, UTC. Worlds' clocks are computed from it."""


def real_clock() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


def database_clock(engine: Engine) -> Clock:
    """The database's time: one for all processes, however wrong a machine's own clock goes."""

    def now() -> datetime:
        with engine.connect() as conn:
            told: datetime = conn.scalar(text("select clock_timestamp()"))
        return told

    return now


@dataclass(frozen=True, slots=True)
class Base:
    """A database and a clock."""

    engine: Engine
    clock: Clock


def whole_again(action: Callable[P, T]) -> Callable[P, T]:
    """Repeat a use-case whose transaction the database broke off to end a deadlock.

    Fires are locked in order of id, but one that was merged away while somebody waited for it
    leads on to another, and no order helps there. The transaction left nothing behind.
    """

    @wraps(action)
    def repeated_action(*args: P.args, **kwargs: P.kwargs) -> T:
        for left in reversed(range(TRIES)):
            try:
                return action(*args, **kwargs)
            except OperationalError as error:
                if not left or getattr(error.orig, "sqlstate", None) not in BROKEN_OFF:
                    raise
                sleep(random() * PAUSE_S)  # noqa: S311 - only so that both do not meet again
        raise AssertionError("the last try returns or raises")

    return repeated_action


def world_lock(conn: Connection, world_id: int) -> None:
    """Hold the world's engine lock until the transaction ends.

    Deduplication and grouping look at what is stored before they write; two batches of one world
    at once would each miss the other.
    """
    conn.execute(
        text("select pg_advisory_xact_lock(:space, :world)"), {"space": 7, "world": world_id}
    )


@contextmanager
def leading(engine: Engine, post: Post) -> Iterator[bool]:
    """Whether this process alone holds a post while the block runs."""
    with engine.connect() as raw:
        conn = raw.execution_options(isolation_level="AUTOCOMMIT")
        alone = lead(conn, post)
        try:
            yield alone
        finally:
            if alone:
                step_down(conn, post)


def fingerprint(action: str, request: dict[str, Any]) -> str:
    """What makes two requests the same."""
    body = orjson.dumps([action, request], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(body).hexdigest()


def repeated(
    conn: Connection, actor: Actor, key: str | None, request: str
) -> dict[str, Any] | None:
    """The stored answer if this key was used before; another request under it is refused."""
    if key is None:
        return None
    conn.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 9))"),
        {"key": f"{actor.world.id}/{actor.subject}/{key}"},
    )
    known = audit.remembered(conn, actor, key)
    if known is None:
        return None
    if known[0] != request:
        raise Conflict("problem.idempotency_mismatch", {"key": key})
    return known[1]


def check_version(
    conn: Connection, actor: Actor, subject: str, actual: int, expected: int | None
) -> None:
    """Refuse a change that was decided on an older version, saying who changed what since.

    That somebody has seen a signal contradicts no decision: the very screen on which one decides
    tells it, often while the decision is on its way.
    """
    if expected is None or expected == actual:
        return
    last = audit.last_change(conn, actor, subject, expected)
    if last is not None and last["action"] == "fire.shown" and actual == expected + 1:
        return
    if last is None:  # nobody decided anything: the engine measured the fire anew
        last = fire_history.last_growth(conn, actor, UUID(subject), expected) or {}
    raise Conflict(
        "problem.stale_version",
        {
            "expected": expected,
            "actual": actual,
            "by": last.get("actor"),
            "action": last.get("action"),
            "at": last["at"].isoformat() if last else None,
            "fields": ", ".join(sorted(last.get("changes", {}))),
        },
    )
