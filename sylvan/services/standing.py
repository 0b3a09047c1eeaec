"""Who somebody is while he asks for nothing: what he set up must end with his rights."""

from dataclasses import dataclass
from typing import Final

from sylvan.domain.accounts import DEMO_PREFIX, Account
from sylvan.domain.codes import NotFound
from sylvan.services.base import Base
from sylvan.services.doors import LOCAL, Identity, Unauthenticated
from sylvan.services.keys import identity_of
from sylvan.services.ready_roles import ReadyRoles
from sylvan.store import accounts, api_keys

KEY: Final = "key:"


@dataclass(frozen=True, slots=True)
class Standing(Base):
    """Makes an identity of a subject, as of now."""

    ready: ReadyRoles | None = None
    local: bool = False
    """Whether nobody signs in here, so that the local operator is somebody."""

    def who(self, subject: str) -> Identity:
        """Who a subject is now.

        Raises:
            Unauthenticated: the key has ended, the person may no longer sign in.
        """
        if subject.startswith(KEY):
            return self._key(subject.removeprefix(KEY))
        if subject == LOCAL.subject and self.local:
            return LOCAL
        if self.ready is not None and subject.startswith(DEMO_PREFIX):
            return self._ready(self.ready, subject.removeprefix(DEMO_PREFIX))
        with self.engine.connect() as conn:
            account = accounts.named(conn, subject)
        if account is None or not account.active:
            raise Unauthenticated("problem.session_ended")
        return _person(account)

    def holder(self, who: Identity) -> str:
        """Who manages what somebody sets up: his organisation, else his key's holder or himself."""
        if who.owner:
            return f"owner:{who.owner}"
        if not who.subject.startswith(KEY):
            return f"person:{who.subject}"
        with self.engine.connect() as conn:
            key = api_keys.get(conn, who.subject.removeprefix(KEY))
        return f"key:{key.holder}" if key is not None else who.subject

    def _key(self, key_id: str) -> Identity:
        with self.engine.connect() as conn:
            key = api_keys.get(conn, key_id)
        if key is None or key.ended(self.clock()):
            raise Unauthenticated("problem.key_ended", {"id": key_id})
        return identity_of(key)

    def _ready(self, ready: ReadyRoles, code: str) -> Identity:
        try:
            return ready.identity(code)
        except NotFound as error:
            raise Unauthenticated("problem.session_ended") from error


def _person(account: Account) -> Identity:
    grant = account.grant
    return Identity(
        account.subject, account.name, grant.level, grant.territories, grant.role, grant.owner
    )
