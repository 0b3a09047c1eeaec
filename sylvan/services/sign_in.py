"""Signing in with a password and a second factor, the one-time link, and one's own secrets."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from sylvan.domain import tokens, tries
from sylvan.domain.accounts import Account
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Conflict, Invalid, Refusal
from sylvan.services import passwords
from sylvan.services.base import Base
from sylvan.services.doors import Identity, Unauthenticated
from sylvan.services.passwords import Passwords
from sylvan.services.second_factor import SecondFactor
from sylvan.services.sessions import Opened, Sessions, identity_of
from sylvan.store import accounts, audit, invitations, sessions, sign_in_tries, worlds

PASSWORD: Final = "password"  # noqa: S105 the way in, not a password


class TooManyTries(Refusal):
    """Wait before the next try (RFC 6585)."""

    status = 429


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows to be let in."""

    subject: str
    password: str
    code: str = ""
    peer: str | None = None

    @property
    def keys(self) -> dict[str, tries.TryRules]:
        """What failures are counted by."""
        return {
            f"account:{self.subject}": tries.OF_ACCOUNT,
            f"address:{self.peer or '-'}": tries.OF_ADDRESS,
        }


@dataclass(frozen=True, slots=True)
class SignIn(Base):
    """Use-cases of whoever wants in, and of people about themselves."""

    sessions: Sessions
    passwords: Passwords
    second: SecondFactor

    def sign_in(self, told: Shown) -> Opened:
        """A new session for the right password and, where one is set up, the right code.

        Every try counts as failed before it is looked at; a name that nobody has takes as long as
        one that somebody has, and is locked out alike.

        Raises:
            TooManyTries: the name or the address is locked out for now.
            Unauthenticated: name, password or code is wrong, or a code is still missing.
        """
        told = replace(told, subject=told.subject.strip().lower())
        self._count(told)
        with self.engine.connect() as conn:
            account = accounts.named(conn, told.subject)
            secret = accounts.secret(conn, account.id) if account else None
        right = self.passwords.matches(secret.password if secret else None, told.password)
        if account is None or secret is None or not right or not account.active:
            self._note_failure(told)
            raise Unauthenticated("problem.sign_in_wrong")
        if account.second_factor and not told.code:
            self._take_back(told)
            raise Unauthenticated("problem.code_needed")
        return self._let_in(account, told, secret.password)

    def _let_in(self, account: Account, told: Shown, stored: str) -> Opened:
        now = self.clock()
        fresh = self.passwords.hash(told.password) if self.passwords.stale(stored) else None
        with self.engine.begin() as conn:
            if not account.second_factor or self.second.right(conn, account, told.code, now):
                if fresh:
                    accounts.keep_secret(conn, account.id, password=fresh)
                self._succeed(conn, told)
                opened = self.sessions.open(conn, account, PASSWORD, told.peer, now)
                self._note(conn, account, "person.signed_in", {"session": opened.session.id})
                return opened
        self._note_failure(told)
        raise Unauthenticated("problem.code_wrong")

    def look(self, token: str) -> dict[str, Any]:
        """For whom a one-time link is.

        Raises:
            Unauthenticated: it was used, has expired, or never was.
        """
        with self.engine.connect() as conn:
            owner = invitations.account_of(conn, tokens.hashed(token), self.clock())
            account = accounts.get(conn, owner) if owner else None
        if account is None or account.disabled_at is not None:
            raise Unauthenticated("problem.link_unknown")
        return {"subject": account.subject, "name": account.name, "role": account.grant.role}

    def join(self, token: str, name: str, password: str, peer: str | None) -> Opened:
        """Use a one-time link up: set name and password, and be signed in.

        Raises:
            Unauthenticated: it was used, has expired, or never was.
            Invalid: the password is guessed easily.
        """
        subject = str(self.look(token)["subject"])
        passwords.check(password, subject)
        hashed, now = self.passwords.hash(password), self.clock()
        with self.engine.begin() as conn:
            owner = invitations.spend(conn, tokens.hashed(token), now)
            account = accounts.get(conn, owner, lock=True) if owner else None
            if account is None or account.disabled_at is not None:
                raise Unauthenticated("problem.link_unknown")
            joined = replace(
                account,
                version=account.version + 1,
                name=name.strip() or account.name or account.subject,
                joined_at=account.joined_at or now,
            )
            accounts.save(conn, joined)
            accounts.keep_secret(conn, joined.id, password=hashed)
            invitations.end(conn, joined.id, now)
            opened = self.sessions.open(conn, joined, PASSWORD, peer, now)
            self._note(conn, joined, "person.joined", {"session": opened.session.id})
            return opened

    def change_password(self, who: Identity, old: str, new: str) -> str:
        """Another password; one's other sessions end, this one gets another token.

        Raises:
            Forbidden: the old one is wrong.
            Invalid: the new one is guessed easily.
        """
        account = self._own(who)
        self._prove(account, old)
        passwords.check(new, account.subject)
        hashed = self.passwords.hash(new)
        return self._changed(who, account, "person.password_changed", password=hashed)

    def begin_second(self, who: Identity) -> dict[str, Any]:
        """A new second factor, which counts once a code of it was given."""
        account = self._own(who)
        with self.engine.begin() as conn:
            return self.second.begin(conn, account)

    def confirm_second(self, who: Identity, code: str) -> str:
        """The second factor counts from now on; this session gets another token.

        Raises:
            Invalid: the code is not one of it.
        """
        account = self._own(who)
        with self.engine.begin() as conn:
            if not self.second.confirm(conn, account, code, self.clock()):
                raise Invalid("problem.code_wrong", {}, "code")
        return self._changed(who, account, "person.second_factor_set")

    def drop_second(self, who: Identity, password: str) -> str:
        """No second factor any more; this session gets another token."""
        account = self._own(who)
        self._prove(account, password)
        gone = {"totp": None, "totp_next": None, "totp_step": None}
        return self._changed(who, account, "person.second_factor_dropped", **gone)

    def _own(self, who: Identity) -> Account:
        with self.engine.connect() as conn:
            account = accounts.named(conn, who.subject)
        if account is None or who.session is None or account.sub is not None:
            raise Conflict("problem.no_own_account")
        return account

    def _prove(self, account: Account, password: str) -> None:
        """Refuse a change of secrets to whoever found an open screen; guesses are counted."""
        told = Shown(account.subject, password)
        self._count(told)
        with self.engine.connect() as conn:
            secret = accounts.secret(conn, account.id)
        if not self.passwords.matches(secret.password if secret else None, password):
            raise Invalid("problem.password_wrong", {}, "password")
        self._take_back(told)

    def _changed(self, who: Identity, account: Account, deed: str, **secrets: Any) -> str:
        if who.session is None:
            raise Conflict("problem.no_own_account")
        with self.engine.begin() as conn:
            if secrets:
                accounts.keep_secret(conn, account.id, **secrets)
            sessions.revoke_all(conn, account.id, self.clock(), but=who.session)
            token = self.sessions.rotate(conn, who.session)
            self._note(conn, account, deed, {})
        self.sessions.recent.forget()
        return token

    def _count(self, told: Shown) -> None:
        """Count a try; refused where one has to wait (that costs no more than it already does)."""
        now = self.clock()
        with self.engine.begin() as conn:
            wait = max(sign_in_tries.wait(conn, key, now) for key in told.keys)
            if wait:
                seconds = int(wait.total_seconds()) + 1
                raise TooManyTries("problem.too_many_tries", {"seconds": seconds})
            for key, rules in told.keys.items():
                sign_in_tries.count(conn, key, rules, now)

    def _take_back(self, told: Shown) -> None:
        with self.engine.begin() as conn:
            for key in told.keys:
                sign_in_tries.take_back(conn, key)

    def _succeed(self, conn: Connection, told: Shown) -> None:
        by_account, by_address = told.keys
        sign_in_tries.clear(conn, by_account)
        sign_in_tries.take_back(conn, by_address)

    def _note_failure(self, told: Shown) -> None:
        """That somebody failed, from where; a name that is none may be a mistyped password."""
        with self.engine.begin() as conn:
            account = accounts.named(conn, told.subject)
            if account is not None:
                self._note(conn, account, "person.sign_in_failed", {"peer": told.peer})

    def _note(self, conn: Connection, account: Account, deed: str, facts: dict[str, Any]) -> None:
        now: datetime = self.clock()
        actor: Actor = identity_of(account).acting(worlds.ensure_live(conn, now))
        audit.record(conn, actor, deed, account.subject, facts, now=now)
