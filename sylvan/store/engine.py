"""The one way to a database: an engine with psycopg 3 and fast JSON."""

from typing import Any

import orjson
from sqlalchemy import Engine, create_engine

POOL_SIZE = 8
POOL_OVERFLOW = 8
LOCK_TIMEOUT_MS = 60_000
IDLE_IN_TRANSACTION_MS = 120_000
"""An old open transaction would hold back vacuum and everyone who waits for its locks."""


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
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=POOL_OVERFLOW,
        pool_pre_ping=True,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={"options": options},
    )
