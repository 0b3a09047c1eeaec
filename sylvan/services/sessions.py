"""Sessions of browsers: opened, admitted, renewed under another token, ended.

All times are the database's, so that neither a browser's clock nor one machine's makes a session
longer than it was promised to be.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain import tokens
from sylvan.domain.accounts import LIFE, Account, Session
from sylvan.services.base import Base
from sylvan.services.doors import Identity, Unauthenticated
from sylvan.services.ready_roles import ReadyRoles
from sylvan.services.recent import Recent
from sylvan.store import accounts, sessions

TOUCH: Final = timedelta(minutes=1)
"""So often it is noted that a session is used."""
KEPT: Final = timedelta(days=90)
"""Ended sessions stay listed so long, for whoever looks into what happened."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session with its token, which is told once."""

    token: str
    session: Session


@dataclass(frozen=True, slots=True)
class Sessions(Base):
    """Use-cases about sessions."""

    recent: Recent
    ready: ReadyRoles | None = None

    def open(
        self,
        conn: Connection,
        account: Account,
        way: str,
        peer: str | None,
        now: datetime,
        id_token: str | None = None,
    ) -> Opened:
        """A new session of an account, in the caller's transaction."""
        accounts.seen(conn, account.id, now)
        return self._begin(conn, account.id, None, way, peer, now, id_token)

    def open_ready(self, role: str, peer: str | None) -> Opened:
        """A session in one of the demo's ready roles."""
        if self.ready is None:
            raise Unauthenticated("problem.no_demo")
        self.ready.identity(role)
        with self.engine.begin() as conn:
            return self._begin(conn, None, role, "demo", peer, self.clock(), None)

    def _begin(
        self,
        conn: Connection,
        account_id: UUID | None,
        ready_role: str | None,
        way: str,
        peer: str | None,
        now: datetime,
        id_token: str | None,
    ) -> Opened:
        token = tokens.token(secrets.token_bytes(tokens.SECRET_BYTES))
        mark = tokens.base32(secrets.token_bytes(10))
        session = Session(
            mark, account_id, ready_role, way, peer or "", now, now, now + LIFE, None, id_token
        )
        sessions.forget(conn, now - KEPT)
        sessions.add(conn, session, tokens.hashed(token))
        return Opened(token, session)

    def admit(self, token: str) -> Identity:
        """Whose session a token belongs to.

        Raises:
            Unauthenticated: it is forged, or its session has ended.
        """
        now = self.clock()
        with self.engine.connect() as conn:
            session = sessions.by_hash(conn, tokens.hashed(token))
            known = session and session.account_id
            account = accounts.get(conn, known) if known else None
        if session is None:
            raise Unauthenticated("problem.session_unknown")
        if session.ended(now):
            raise Unauthenticated("problem.session_ended")
        if now - session.seen_at >= TOUCH:
            with self.engine.begin() as conn:
                sessions.touch(conn, session.id, now)
        return self._identity(session, account)

    def _identity(self, session: Session, account: Account | None) -> Identity:
        if session.ready_role is not None and self.ready is not None:
            return self.ready.identity(session.ready_role, session.id, session.until)
        if account is None or not account.active:
            raise Unauthenticated("problem.session_ended")
        return identity_of(account, session)

    def current(self, token: str) -> Session | None:
        """A token's session, if it is going on."""
        with self.engine.connect() as conn:
            session = sessions.by_hash(conn, tokens.hashed(token))
        return session if session and not session.ended(self.clock()) else None

    def rotate(self, conn: Connection, session_id: str) -> str:
        """Another token for a session; the one before opens nothing any more."""
        token = tokens.token(secrets.token_bytes(tokens.SECRET_BYTES))
        sessions.rotate(conn, session_id, tokens.hashed(token))
        return token

    def end(self, session_id: str) -> bool:
        """End one; whether it was going on."""
        with self.engine.begin() as conn:
            ended = sessions.revoke(conn, session_id, self.clock())
        self.recent.forget()
        return ended

    def of_account(self, account_id: UUID) -> list[dict[str, Any]]:
        """Those of an account that go on."""
        now = self.clock()
        with self.engine.connect() as conn:
            found = sessions.of_account(conn, account_id)
        return [one.as_dict() for one in found if not one.ended(now)]


def identity_of(account: Account, session: Session | None = None) -> Identity:
    """An account as the door knows it."""
    grant = account.grant
    return Identity(
        account.subject,
        account.name or account.subject,
        grant.level,
        grant.territories,
        grant.role,
        grant.owner,
        session.id if session else None,
        session.until if session else None,
    )
