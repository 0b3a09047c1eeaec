"""People who may sign in, the keys of programs, and what both are given: role, level, where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sylvan.domain.actors import OPERATOR, SYSTEM, Level
from sylvan.domain.codes import FieldError
from sylvan.domain.rights import Rights

ADMIN: Final = "admin"
PUBLIC: Final = "public"
EVERYWHERE_CODE: Final = "*"
NOT_GIVEN: Final = frozenset({OPERATOR, PUBLIC})
"""Roles that nobody is given: the installation's own, and that of whoever has not signed in."""
RESERVED: Final = frozenset({"local", SYSTEM, PUBLIC, OPERATOR})
"""Subjects that stand for something else in log and audit."""
DEMO_PREFIX: Final = "demo-"
IDLE: Final = timedelta(minutes=30)
"""A session nobody used for so long has ended."""
LIFE: Final = timedelta(hours=12)
"""No session is older than a shift."""
INVITED_FOR: Final = timedelta(days=3)
KEY_LIFE: Final = timedelta(days=365)
KEY_OVERLAP: Final = timedelta(days=1)
"""How long a rotated key still works, so that its program can be given the new one."""
KEYS_EACH: Final = 2
"""Active keys of one holder: the one in use, and the one that takes its place."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody is given."""

    role: str
    level: Level
    territories: tuple[str, ...] = ()
    owner: str = ""

    def faults(self, rights: Rights, known: Iterable[str]) -> list[FieldError]:
        """What is wrong with it.

        Args:
            rights: the roles, and the levels that each may have.
            known: codes of the loaded territories.
        """
        role = rights.of(self.role)
        if not role.code or self.role in NOT_GIVEN:
            return [FieldError("role", "problem.role_unknown", {"role": self.role})]
        found = []
        if self.level not in role.levels:
            allowed = ", ".join(sorted(role.levels))
            params = {"level": str(self.level), "levels": allowed}
            found.append(FieldError("level", "problem.level_of_role", params))
        unknown = sorted(set(self.territories) - {*known, EVERYWHERE_CODE})
        if unknown:
            params = {"code": unknown[0][:60]}
            found.append(FieldError("territories", "problem.territory_unknown", params))
        if not self.territories and not self.owner:
            found.append(FieldError("territories", "problem.territory_missing"))
        return found

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "role": self.role,
            "level": str(self.level),
            "territories": list(self.territories),
            "owner": self.owner,
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Grant":
        """Read what :meth:`as_dict` wrote."""
        return cls(
            told["role"], Level(told["level"]), tuple(told["territories"]), told.get("owner", "")
        )


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in."""

    id: UUID
    subject: str
    """The name to sign in with; it stands in log and audit and never changes."""
    version: int
    name: str
    grant: Grant
    made_at: datetime
    joined_at: datetime | None = None
    """When a password was set, or the provider of identities first vouched for the person."""
    seen_at: datetime | None = None
    disabled_at: datetime | None = None
    issuer: str | None = None
    sub: str | None = None
    second_factor: bool = False

    @property
    def active(self) -> bool:
        """Whether the person can sign in now."""
        return self.joined_at is not None and self.disabled_at is None

    @property
    def state(self) -> str:
        """One word for lists."""
        if self.disabled_at is not None:
            return "disabled"
        return "active" if self.joined_at is not None else "invited"

    def as_dict(self) -> dict[str, Any]:
        """The JSON form; it holds no secret."""
        return {
            "id": str(self.id),
            "subject": self.subject,
            "version": self.version,
            "name": self.name,
            **self.grant.as_dict(),
            "state": self.state,
            "way": "oidc" if self.sub else "password",
            "second_factor": self.second_factor,
            "made_at": self.made_at,
            "seen_at": self.seen_at,
        }


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a partner or a device; its secret is known to nobody but its holder."""

    id: str
    holder: str
    name: str
    grant: Grant
    operations: tuple[str, ...]
    """Patterns of operations that it is narrowed to; none: all of its role."""
    made_by: str
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    limits: Mapping[str, int] | None = None
    """What it may ask for instead of what its role may (:mod:`sylvan.domain.limits`)."""

    @property
    def subject(self) -> str:
        """How log and audit name it."""
        return f"key:{self.id}"

    def ended(self, now: datetime) -> bool:
        """Whether it opens nothing any more."""
        return self.revoked_at is not None or now >= self.expires_at

    def as_dict(self, now: datetime) -> dict[str, Any]:
        """The JSON form; it holds no secret."""
        state = "revoked" if self.revoked_at else "expired" if self.ended(now) else "active"
        return {
            "id": self.id,
            "holder": self.holder,
            "name": self.name,
            **self.grant.as_dict(),
            "operations": list(self.operations),
            "state": state,
            "made_by": self.made_by,
            "made_at": self.made_at,
            "expires_at": self.expires_at,
            "last_used_at": self.last_used_at,
            "limits": None if self.limits is None else dict(self.limits),
        }


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that somebody signed in with."""

    id: str
    """Its mark, safe to show and to log."""
    account_id: UUID | None
    ready_role: str | None
    """One of the ready roles of the demo, which have no account."""
    way: str
    """``password``, ``oidc`` or ``demo``."""
    peer: str
    made_at: datetime
    seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    id_token: str | None = None

    @property
    def until(self) -> datetime:
        """When it ends unless it is used before."""
        return min(self.seen_at + IDLE, self.expires_at)

    def ended(self, now: datetime) -> bool:
        """Whether it is over: revoked, left alone too long, or older than a shift."""
        return self.revoked_at is not None or now >= self.until

    def as_dict(self) -> dict[str, Any]:
        """The JSON form; it holds no secret."""
        return {
            "id": self.id,
            "way": self.way,
            "peer": self.peer,
            "made_at": self.made_at,
            "seen_at": self.seen_at,
            "until": self.until,
        }
