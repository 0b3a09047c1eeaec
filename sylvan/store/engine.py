"""The one way to a database: an engine with psycopg 3 and fast JSON."""

from typing import Any

import orjson
from sqlalchemy import Engine, create_engine

from sylvan.store import walls

POOL_SIZE = 8
POOL_OVERFLOW = 8
LOCK_TIMEOUT_MS = 60_000
IDLE_IN_TRANSACTION_MS = 120_000
"""An old open transaction would hold back vacuum and everyone who waits for its locks."""
CONNECT_TIMEOUT_S = 5
"""A server that is there answers in milliseconds; a dead one must not hold every thread."""
SILENT_MS = 30_000
"""How long a sent question may stay unacknowledged before the line counts as dead (Linux)."""


def _dumps(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()


def create(url: str, *, pool_size: int = POOL_SIZE) -> Engine:
    """An engine for ``url`` (``postgresql+psycopg://…``; a bare ``postgresql://`` is completed)."""
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    options = (
        f"-c timezone=UTC -c lock_timeout={LOCK_TIMEOUT_MS}"
        f" -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS} -c jit=off"
    )
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=POOL_OVERFLOW,
        pool_pre_ping=True,
        hide_parameters=True,  # a failing statement must not write names and phones into logs
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={
            "options": options,
            "connect_timeout": CONNECT_TIMEOUT_S,
            "tcp_user_timeout": SILENT_MS,
        },
    )
    walls.stand_before(engine)
    return engine
