"""Signing in with OpenID Connect: code with PKCE, state, nonce; claims → rights here."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain import tokens
from sylvan.domain.accounts import DEMO_PREFIX, RESERVED, Account, Grant
from sylvan.domain.codes import Forbidden
from sylvan.domain.rights import Rights
from sylvan.services.base import Base
from sylvan.services.doors import Unauthenticated
from sylvan.services.oidc_provider import Provider
from sylvan.services.sessions import Opened, Sessions, identity_of
from sylvan.services.sign_in_rules import SignInRules
from sylvan.store import accounts, audit, oidc_starts, sessions, territories, worlds
from sylvan.store.oidc_starts import Start

WAY: Final = "oidc"
WAITS: Final = timedelta(minutes=10)
"""So long a person may take at the provider."""
_STRANGE: Final = re.compile(r"[^a-z0-9._@-]+")


@dataclass(frozen=True, slots=True)
class Sent:
    """Where to send the person, and the cookie that ties the answer to this browser."""

    url: str
    browser: str


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back with the person."""

    state: str
    code: str
    browser: str
    redirect_uri: str
    peer: str | None = None


@dataclass(frozen=True, slots=True)
class Oidc(Base):
    """Use-cases of signing in with a provider of identities."""

    provider: Provider
    rules: SignInRules
    rights: Rights
    sessions: Sessions

    def begin(self, back: str, redirect_uri: str) -> Sent:
        """Start a sign-in that ends at ``back``, a path of ours."""
        state, browser, nonce, verifier = (_random() for _ in range(4))
        now = self.clock()
        start = Start(
            tokens.hashed(state), tokens.hashed(browser), nonce, verifier, back, now + WAITS
        )
        url = prepare_grant_uri(
            str(self.provider.metadata()["authorization_endpoint"]),
            client_id=self.provider.client.client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=" ".join(self.rules.scopes),
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        with self.engine.begin() as conn:
            oidc_starts.add(conn, start, now)
        return Sent(url, browser)

    def finish(self, told: Returned) -> tuple[Opened, str]:
        """The session of whoever came back, and where they wanted to go.

        Raises:
            Unauthenticated: state, browser, code or ID token do not belong together.
            Forbidden: no rule gives this person anything, or the account is disabled.
        """
        now = self.clock()
        with self.engine.begin() as conn:
            start = oidc_starts.take(conn, tokens.hashed(told.state))
        same = start is not None and start.browser_hash == tokens.hashed(told.browser)
        if start is None or not same or now >= start.expires_at:
            raise Unauthenticated("problem.oidc_state")
        raw, claims = self.provider.claims(told.code, start.verifier, told.redirect_uri)
        self.provider.judged(claims, start.nonce, now)
        with self.engine.begin() as conn:
            account = self._account(conn, claims, now)
            opened = self.sessions.open(conn, account, WAY, told.peer, now, raw)
            actor = identity_of(account).acting(worlds.ensure_live(conn, now))
            facts = {"session": opened.session.id, **account.grant.as_dict()}
            audit.record(conn, actor, "person.signed_in", account.subject, facts, now=now)
        self.sessions.recent.forget()
        return opened, start.back

    def leaving(self, id_token: str | None, back: str) -> str | None:
        """Where to send a person who signed out here, so that the provider knows as well."""
        end = self.provider.metadata().get("end_session_endpoint")
        if not end or not id_token:
            return None
        told = {
            "id_token_hint": id_token,
            "client_id": self.provider.client.client_id,
            "post_logout_redirect_uri": back,
        }
        return f"{end}{'&' if '?' in str(end) else '?'}{urlencode(told)}"

    def _account(self, conn: Connection, claims: dict[str, Any], now: datetime) -> Account:
        """The person's account with what the rules give today; sessions under other rights end."""
        issuer, sub = self.provider.client.issuer, str(claims["sub"])
        grant = self._granted(conn, claims)
        known = accounts.vouched(conn, issuer, sub)
        name = self.rules.name_of(claims)
        if known is None:
            return self._new(conn, claims, grant, name or sub, now)
        if known.disabled_at is not None:
            raise Forbidden("problem.account_disabled", {"account": known.subject})
        if (known.grant, known.name) == (grant, name or known.name):
            return known
        after = replace(known, version=known.version + 1, grant=grant, name=name or known.name)
        accounts.save(conn, after)
        if known.grant != grant:
            sessions.revoke_all(conn, known.id, now)
        return after

    def _granted(self, conn: Connection, claims: dict[str, Any]) -> Grant:
        grant = self.rules.grant(claims)
        who = self.rules.name_of(claims) or str(claims["sub"])
        if grant is None:
            raise Forbidden("problem.oidc_unmapped", {"name": who[:80]})
        faults = grant.faults(self.rights, territories.known(conn, grant.territories))
        if faults:
            params = {"name": who[:80], "field": faults[0].field}
            raise Forbidden("problem.oidc_mapping", params)
        return grant

    def _new(
        self, conn: Connection, claims: dict[str, Any], grant: Grant, name: str, now: datetime
    ) -> Account:
        """A first sign-in; a name that somebody has here already gets a number behind it."""
        wanted = _STRANGE.sub("-", self.rules.subject_of(claims).lower()).strip("-._@")[:48]
        made = uuid7()
        if len(wanted) < 2 or wanted in RESERVED or wanted.startswith(DEMO_PREFIX):  # noqa: PLR2004 - as for those who are invited
            wanted = f"oidc-{_short(made)}"
        for subject in (wanted, f"{wanted}-{_short(made)}"):
            account = Account(
                made,
                subject,
                1,
                name,
                grant,
                now,
                joined_at=now,
                issuer=self.provider.client.issuer,
                sub=str(claims["sub"]),
            )
            if accounts.named(conn, subject) is None and accounts.save(conn, account):
                return account
        raise Unauthenticated("problem.oidc_state")  # two first sign-ins at once: try again


def _short(account_id: UUID) -> str:
    return account_id.hex[-8:]


def _random() -> str:
    return tokens.token(secrets.token_bytes(tokens.SECRET_BYTES))
