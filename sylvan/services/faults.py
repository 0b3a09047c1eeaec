"""What goes wrong below the use-cases, as refusals that an outer door can tell to people."""

from collections.abc import Callable, Mapping
from typing import Final

import psycopg
import structlog
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sylvan.domain.codes import Conflict, Invalid, Refusal

log = structlog.get_logger()
RETRY_S: Final = 5
"""Seconds after which to ask again: a server that restarts is back by then, or soon after."""
BAD_VALUE: Final = "22"
CLASH: Final = "23"
AWAY: Final = ("08", "53", "57", "58", "40", "55")
"""SQLSTATE classes: connection, resources, operator, system; and lost races for a row or a lock."""


class Unavailable(Refusal):
    """It cannot be done now; the same request may succeed in a moment."""

    status = 503


Translator = Callable[[Exception], Refusal | None]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def database(error: Exception) -> Refusal | None:
    """A fault of the database as a refusal; nothing where only a mistake of ours explains it."""
    driver = getattr(error, "orig", error)
    state = str(getattr(driver, "sqlstate", None) or "")
    if state.startswith(BAD_VALUE):
        return Invalid("problem.value")
    if state.startswith(CLASH):
        return Conflict("problem.conflict")
    lost = isinstance(error, OperationalError | PoolTimeout | psycopg.OperationalError)
    if lost or getattr(error, "connection_invalidated", False) or state.startswith(AWAY):
        log.error("database.away", error=_first_line(error))
        return Unavailable("problem.database_unavailable", {"retry_s": RETRY_S})
    return None


TRANSLATORS: Final[Mapping[type[Exception], Translator]] = {
    DBAPIError: database,
    PoolTimeout: database,
    psycopg.Error: database,
}
"""By kind of error; the outer doors catch these without knowing the libraries."""
