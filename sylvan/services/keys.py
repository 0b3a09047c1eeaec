"""Keys of partners and devices: made, rotated, revoked, admitted. The secret is told once."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection

from sylvan.domain import tokens
from sylvan.domain.accounts import KEY_LIFE, KEY_OVERLAP, KEYS_EACH, ApiKey, Grant
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Conflict, Invalid, NotFound, invalid
from sylvan.domain.rights import Rights
from sylvan.services.base import Base
from sylvan.services.doors import Identity, Unauthenticated
from sylvan.services.recent import Recent
from sylvan.store import api_keys, audit, territories, webhooks

USED: Final = timedelta(minutes=1)
"""So often it is noted that a key is used."""
LONGEST_DAYS: Final = 2 * KEY_LIFE.days
_HOLDER: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is to open, for whom, and how long."""

    holder: str
    name: str
    grant: Grant
    operations: tuple[str, ...] = ()
    days: int = KEY_LIFE.days
    limits: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Keys(Base):
    """Use-cases about keys."""

    rights: Rights
    recent: Recent
    env: str = "live"

    def listed(self) -> list[dict[str, Any]]:
        """All keys, without their secrets."""
        now = self.clock()
        with self.engine.connect() as conn:
            return [one.as_dict(now) for one in api_keys.listed(conn)]

    def make(self, actor: Actor, new: NewKey) -> dict[str, Any]:
        """A new key with its secret, which nobody can be told again.

        Raises:
            Invalid: role, level, territories or operations do not hold.
            Conflict: the holder has two keys already.
        """
        with self.engine.begin() as conn:
            self._check(conn, new)
            return self._add(conn, actor, new, timedelta(days=new.days), "key.made")

    def rotate(self, actor: Actor, key_id: str) -> dict[str, Any]:
        """A new key in the place of one, which still opens for a day.

        Raises:
            Conflict: it has ended, or the holder has two keys already.
        """
        now = self.clock()
        with self.engine.begin() as conn:
            old = _found(conn, key_id)
            if old.ended(now):
                raise Conflict("problem.key_ended", {"id": old.id})
            new = NewKey(old.holder, old.name, old.grant, old.operations, limits=old.limits)
            made = self._add(conn, actor, new, old.expires_at - old.made_at, "key.rotated")
            api_keys.end_at(conn, old.id, now + KEY_OVERLAP)
            webhooks.hand_over(conn, old.subject, f"key:{made['id']}")
        self.recent.forget()
        return made

    def revoke(self, actor: Actor, key_id: str) -> dict[str, Any]:
        """A key opens nothing from now on."""
        now = self.clock()
        with self.engine.begin() as conn:
            old = _found(conn, key_id)
            if api_keys.revoke(conn, old.id, now):
                audit.record(
                    conn, actor, "key.revoked", old.subject, {"holder": old.holder}, now=now
                )
            told = _found(conn, key_id).as_dict(now)
        self.recent.forget()
        return told

    def limit(self, actor: Actor, key_id: str, limits: Mapping[str, int] | None) -> dict[str, Any]:
        """Give a key limits of its own, or (``None``) those of its role again."""
        now = self.clock()
        with self.engine.begin() as conn:
            old = _found(conn, key_id)
            told = dict(limits) if limits else None
            api_keys.limit(conn, old.id, told)
            facts = {"before": dict(old.limits or {}), "limits": told or {}}
            audit.record(conn, actor, "key.limited", old.subject, facts, now=now)
            made = _found(conn, key_id).as_dict(now)
        self.recent.forget()
        return made

    def known(self, key_id: str) -> ApiKey:
        """A key by its id.

        Raises:
            NotFound: there is none.
        """
        with self.engine.connect() as conn:
            return _found(conn, key_id, lock=False)

    def of_owner(self, owner: str) -> list[ApiKey]:
        """Keys that watch over one partner's assets."""
        with self.engine.connect() as conn:
            return [key for key in api_keys.listed(conn) if owner and key.grant.owner == owner]

    def end_all(self, actor: Actor, holder: str) -> None:
        """Revoke whatever a holder still has."""
        with self.engine.connect() as conn:
            found = api_keys.listed(conn)
        for key in found:
            if key.holder == holder and not key.ended(self.clock()):
                self.revoke(actor, key.id)

    def admit(self, text: str) -> Identity:
        """Whose key this is.

        Raises:
            Unauthenticated: it is forged, or it has ended.
        """
        now, parts = self.clock(), tokens.read_key(text)
        if parts is None:
            raise Unauthenticated("problem.key_unknown")
        with self.engine.connect() as conn:
            key = api_keys.by_hash(conn, parts.id, tokens.hashed(parts.whole))
        if key is None:
            raise Unauthenticated("problem.key_unknown")
        if key.ended(now):
            raise Unauthenticated("problem.key_ended", {"id": key.id})
        if key.last_used_at is None or now - key.last_used_at >= USED:
            with self.engine.begin() as conn:
                api_keys.used(conn, key.id, now)
        return identity_of(key)

    def _check(self, conn: Connection, new: NewKey) -> None:
        if not _HOLDER.fullmatch(new.holder):
            raise Invalid("problem.holder", {"holder": new.holder[:60]}, "holder")
        if not 1 <= new.days <= LONGEST_DAYS:
            raise Invalid("problem.key_days", {"longest": LONGEST_DAYS}, "days")
        faults = new.grant.faults(self.rights, territories.known(conn, new.grant.territories))
        if faults:
            raise invalid(faults)

    def _add(
        self, conn: Connection, actor: Actor, new: NewKey, life: timedelta, action: str
    ) -> dict[str, Any]:
        now = self.clock()
        api_keys.hold(conn, new.holder)
        if api_keys.active(conn, new.holder, now) >= KEYS_EACH:
            raise Conflict("problem.keys_enough", {"holder": new.holder, "most": KEYS_EACH})
        key_id = tokens.base32(secrets.token_bytes(5))
        secret = tokens.write_key(self.env, key_id, secrets.token_bytes(tokens.SECRET_BYTES))
        key = ApiKey(
            key_id,
            new.holder,
            new.name,
            new.grant,
            new.operations,
            actor.subject,
            now,
            now + life,
            limits=new.limits,
        )
        api_keys.add(conn, key, tokens.hashed(secret))
        facts = {"holder": new.holder, **new.grant.as_dict(), "operations": list(new.operations)}
        audit.record(conn, actor, action, key.subject, facts, now=now)
        return {**key.as_dict(now), "secret": secret}


def _found(conn: Connection, key_id: str, *, lock: bool = True) -> ApiKey:
    key = api_keys.get(conn, key_id, lock=lock)
    if key is None:
        raise NotFound("problem.key_not_found", {"id": key_id[:40]})
    return key


def identity_of(key: ApiKey) -> Identity:
    """A key as somebody whom the door knows."""
    grant = key.grant
    return Identity(
        key.subject,
        key.name or key.holder,
        grant.level,
        grant.territories,
        grant.role,
        grant.owner,
        key.id,
        key.expires_at,
        key.operations,
        tuple(sorted((key.limits or {}).items())),
    )
