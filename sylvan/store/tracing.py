"""Which trace a change belongs to, carried by the database itself.

A transaction that begins within a span sets ``sylvan.trace``, and the outbox's column takes it from
there by its default: no statement that writes events knows of it. Without telemetry nothing listens
and nothing is sent.
"""

from typing import Any, Final

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sqlalchemy import Connection, Engine, event

HEADER: Final = "traceparent"
_SET: Final = "select set_config('sylvan.trace', %s, true)"
_W3C: Final = TraceContextTextMapPropagator()


def traceparent() -> str | None:
    """The span that is current, as W3C's Trace Context writes it; nothing outside a trace."""
    if not trace.get_current_span().get_span_context().is_valid:
        return None
    told: dict[str, str] = {}
    _W3C.inject(told)
    return told.get(HEADER)


def context_of(text: str) -> Any:
    """The context in which a span continues a trace."""
    return _W3C.extract({HEADER: text})


def carry(engine: Engine) -> None:
    """Let transactions of an engine carry the trace in which they begin."""
    event.listen(engine, "begin", _set)


def _set(conn: Connection) -> None:
    told = traceparent()
    if told is not None:
        conn.exec_driver_sql(_SET, (told,))
