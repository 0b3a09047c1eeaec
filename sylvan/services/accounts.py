"""Accounts as an administrator keeps them: invited, changed, disabled, let in again."""

import re
import secrets
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain import tokens
from sylvan.domain.accounts import (
    ADMIN,
    DEMO_PREFIX,
    INVITED_FOR,
    NOT_GIVEN,
    RESERVED,
    Account,
    Grant,
)
from sylvan.domain.actors import EVERYWHERE, Actor, Level, system
from sylvan.domain.codes import Conflict, Invalid, NotFound, invalid
from sylvan.domain.rights import Rights
from sylvan.services.base import Base
from sylvan.services.recent import Recent
from sylvan.store import accounts, audit, invitations, sessions, sign_in_tries, territories, worlds

TERRITORY_LEVELS: Final = ("region", "municipality", "district")
SUBJECT: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,59}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Invited:
    """An account, and the one-time link's secret, which is told once."""

    account: Account
    token: str

    @property
    def link(self) -> str:
        """The path that opens once; behind ``#``, since that part is sent to no server."""
        return f"/welcome#{self.token}"


@dataclass(frozen=True, slots=True)
class Accounts(Base):
    """Use-cases of whoever looks after the people."""

    rights: Rights
    recent: Recent

    def listed(self) -> list[dict[str, Any]]:
        """All accounts, without secrets."""
        with self.engine.connect() as conn:
            return [one.as_dict() for one in accounts.listed(conn)]

    def choices(self) -> dict[str, Any]:
        """Roles and territories that can be given."""
        with self.engine.connect() as conn:
            places = [
                {"code": code, "level": level, "names": names}
                for level in TERRITORY_LEVELS
                for code, names in territories.of_level(conn, level)
            ]
        roles = [
            {"code": code, "names": dict(role.names), "levels": sorted(role.levels)}
            for code, role in self.rights.roles.items()
            if code not in NOT_GIVEN
        ]
        return {"roles": roles, "territories": places}

    def named(self, subject: str) -> Account:
        """An account by the name that signs in."""
        with self.engine.connect() as conn:
            found = accounts.named(conn, subject.strip().lower())
        if found is None:
            raise NotFound("problem.account_unknown", {"account": subject[:60]})
        return found

    def get(self, account_id: UUID) -> Account:
        """An account by its id."""
        with self.engine.connect() as conn:
            return _found(conn, account_id, lock=False)

    def invite(self, actor: Actor, subject: str, name: str, grant: Grant) -> Invited:
        """A new account and the link with which its person sets a password.

        Raises:
            Invalid: the name to sign in with, role, level or territories do not hold.
            Conflict: somebody has that name.
        """
        subject = subject.strip().lower()
        if not SUBJECT.fullmatch(subject) or subject in RESERVED or subject.startswith(DEMO_PREFIX):
            raise Invalid("problem.subject", {"subject": subject[:60]}, "subject")
        now = self.clock()
        account = Account(uuid7(), subject, 1, name.strip() or subject, grant, now)
        with self.engine.begin() as conn:
            self._check(conn, grant)
            if not accounts.save(conn, account):
                raise Conflict("problem.subject_taken", {"subject": subject})
            token = self._link(conn, actor, account)
            told = {"name": subject, **grant.as_dict()}
            audit.record(conn, actor, "person.invited", account.subject, told, now=now, version=1)
        return Invited(account, token)

    def first(self) -> Invited | None:
        """The link of the first administrator, as long as nobody can sign in."""
        now = self.clock()
        with self.engine.begin() as conn:
            if accounts.any_joined(conn):
                return None
            actor = system(worlds.ensure_live(conn, now))
            account = accounts.named(conn, ADMIN)
            if account is None:
                grant = Grant(ADMIN, Level.REGION, EVERYWHERE)
                account = Account(uuid7(), ADMIN, 1, "", grant, now)
                accounts.save(conn, account)
            return Invited(account, self._link(conn, actor, account))

    def change(
        self, actor: Actor, account_id: UUID, name: str | None, grant: Grant, version: int | None
    ) -> Account:
        """Another name or other rights; with other rights the person signs in anew.

        Raises:
            Invalid: role, level or territories do not hold.
            Conflict: it was changed since, or nobody could look after the people any more.
        """
        with self.engine.begin() as conn:
            before = self._held(conn, account_id, version)
            self._check(conn, grant)
            if before.grant.role == ADMIN and grant.role != ADMIN:
                _another_admin(conn, before)
            after = replace(
                before, version=before.version + 1, name=name or before.name, grant=grant
            )
            accounts.save(conn, after)
            if after.grant != before.grant:
                sessions.revoke_all(conn, account_id, self.clock())
            self._note(conn, actor, "person.changed", after, grant.as_dict())
        self.recent.forget()
        return after

    def disable(self, actor: Actor, account_id: UUID, *, off: bool, version: int | None) -> Account:
        """Shut somebody out, at once and everywhere; or let them in again."""
        now = self.clock()
        with self.engine.begin() as conn:
            before = self._held(conn, account_id, version)
            if off and before.grant.role == ADMIN:
                _another_admin(conn, before)
            after = replace(before, version=before.version + 1, disabled_at=now if off else None)
            accounts.save(conn, after)
            if off:
                sessions.revoke_all(conn, account_id, now)
                invitations.end(conn, account_id, now)
            self._note(conn, actor, "person.disabled" if off else "person.enabled", after, {})
        self.recent.forget()
        return after

    def reset(self, actor: Actor, account_id: UUID) -> Invited:
        """Password and second factor are gone; a link sets new ones. Sessions end."""
        now = self.clock()
        with self.engine.begin() as conn:
            before = self._held(conn, account_id, None)
            if before.sub is not None:
                raise Conflict("problem.account_of_provider", {"account": before.subject})
            after = replace(before, version=before.version + 1)
            accounts.save(conn, after)
            accounts.keep_secret(
                conn, account_id, password=None, totp=None, totp_next=None, totp_step=None
            )
            sessions.revoke_all(conn, account_id, now)
            sign_in_tries.clear(conn, f"account:{before.subject}")
            token = self._link(conn, actor, after)
            self._note(conn, actor, "person.reset", after, {})
        self.recent.forget()
        return Invited(after, token)

    def end_sessions(self, actor: Actor, account_id: UUID) -> int:
        """Somebody has to sign in again everywhere; how many sessions that ended."""
        with self.engine.begin() as conn:
            account = _found(conn, account_id)
            ended = sessions.revoke_all(conn, account_id, self.clock())
            self._note(conn, actor, "person.sessions_ended", account, {"sessions": ended})
        self.recent.forget()
        return ended

    def _held(self, conn: Connection, account_id: UUID, version: int | None) -> Account:
        account = _found(conn, account_id)
        if version is not None and version != account.version:
            params = {"expected": version, "actual": account.version}
            raise Conflict("problem.account_changed", params)
        return account

    def _link(self, conn: Connection, actor: Actor, account: Account) -> str:
        now = self.clock()
        token = tokens.token(secrets.token_bytes(tokens.SECRET_BYTES))
        mark = tokens.hashed(token)
        invitations.add(conn, mark, account.id, actor.subject, now, now + INVITED_FOR)
        return token

    def _check(self, conn: Connection, grant: Grant) -> None:
        faults = grant.faults(self.rights, territories.known(conn, grant.territories))
        if faults:
            raise invalid(faults)

    def _note(
        self, conn: Connection, actor: Actor, deed: str, account: Account, facts: dict[str, Any]
    ) -> None:
        audit.record(
            conn, actor, deed, account.subject, facts, now=self.clock(), version=account.version
        )


def _found(conn: Connection, account_id: UUID, *, lock: bool = True) -> Account:
    account = accounts.get(conn, account_id, lock=lock)
    if account is None:
        raise NotFound("problem.account_unknown", {"account": str(account_id)})
    return account


def _another_admin(conn: Connection, account: Account) -> None:
    if account.active and not accounts.other_admins(conn, account.id):
        raise Conflict("problem.last_admin", {"account": account.subject})
