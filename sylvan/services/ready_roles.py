"""The demo's ready roles: a glance from every level of management, without an account."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from sylvan.domain.accounts import DEMO_PREFIX, PUBLIC
from sylvan.domain.actors import EVERYWHERE, Level
from sylvan.domain.codes import NotFound
from sylvan.domain.rights import Rights
from sylvan.services.base import Base
from sylvan.services.doors import NOBODY, Identity
from sylvan.store import territories

FIRST: Final = "dispatcher"
"""Whom the demo acts as until another role is chosen."""
OWNER: Final = "sample-gas"
"""Whose assets the demo's partner watches over."""


@dataclass(frozen=True, slots=True)
class Ready:
    """One ready role, before it is known where."""

    role: str
    level: Level
    where: str
    """``all``, ``none``, or the level whose territory it is given."""


ROLES: Final[Mapping[str, Ready]] = {
    "dispatcher": Ready("dispatcher", Level.REGION, "all"),
    "chief": Ready("chief", Level.REGION, "all"),
    "steward": Ready("steward", Level.REGION, "all"),
    "official": Ready("official", Level.MUNICIPALITY, "municipality"),
    "crew": Ready("field", Level.CREW, "municipality"),
    "viewer": Ready("viewer", Level.REGION, "all"),
    "partner": Ready("partner", Level.PARTNER, "none"),
    "neighbour": Ready("neighbour", Level.NEIGHBOUR, "region"),
    "public": Ready(PUBLIC, Level.PUBLIC, "all"),
}
PREFERRED: Final = ("suntarsky",)
"""Territories in which the generated day burns, before others."""


@dataclass(frozen=True, slots=True)
class ReadyRoles(Base):
    """The ready roles on this installation's territories."""

    rights: Rights

    def identity(
        self, code: str, session: str | None = None, until: datetime | None = None
    ) -> Identity:
        """A ready role as somebody whom the door knows.

        Raises:
            NotFound: there is no such role.
        """
        ready = ROLES.get(code)
        if ready is None:
            raise NotFound("problem.demo_role_unknown", {"role": code[:40]}, "role")
        if ready.role == PUBLIC:
            return replace(NOBODY, session=session, until=until)
        with self.engine.connect() as conn:
            where = _where(conn, ready)
        owner = OWNER if ready.role == "partner" else ""
        name = DEMO_PREFIX + code
        return Identity(name, name, ready.level, where, ready.role, owner, session, until)

    def listed(self) -> list[dict[str, Any]]:
        """All of them, with the names of their territories."""
        with self.engine.connect() as conn:
            names = {
                level: dict(territories.of_level(conn, level))
                for level in ("municipality", "region")
            }
            return [
                {
                    "code": code,
                    "role": ready.role,
                    "names": dict(self.rights.of(ready.role).names),
                    "places": [names[ready.where].get(where, {}) for where in _where(conn, ready)]
                    if ready.where in names
                    else [],
                }
                for code, ready in ROLES.items()
            ]


def _where(conn: Connection, ready: Ready) -> tuple[str, ...]:
    if ready.where in ("all", "none"):
        return EVERYWHERE if ready.where == "all" else ()
    codes = [code for code, _ in territories.of_level(conn, ready.where)]
    return next(((one,) for one in PREFERRED if one in codes), tuple(codes[:1]))
