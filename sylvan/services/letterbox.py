"""Where letters wait until they are due, for those who bring them out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.alerting.letters import Letter
from sylvan.store import letters


class Letterbox:
    """The table of letters as those who send see it; nothing but reading and handing over."""

    def due(self, conn: Connection, now: datetime, limit: int) -> Sequence[Letter]:
        """Letters whose time has come, handed over in the caller's transaction.

        Once it has ended they are not told again; where it fails they come again. Members of a
        digest come together, so that there may be more than ``limit``.
        """
        found: dict[UUID, Letter] = {}
        for one in letters.due(conn, now, limit):
            if one.id not in found:
                found.update((each.id, each) for each in letters.digested(conn, one))
        letters.handed(conn, found, now)
        return list(found.values())

    def one(self, conn: Connection, letter_id: UUID) -> Letter | None:
        """A letter by its id."""
        return letters.one(conn, letter_id)
