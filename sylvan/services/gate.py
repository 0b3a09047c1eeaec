"""The door of an installation where people sign in: sessions, keys, and whoever has neither."""

from dataclasses import dataclass

from sylvan.domain import tokens
from sylvan.services.doors import NOBODY, Credentials, Identity, Unauthenticated
from sylvan.services.keys import Keys
from sylvan.services.ready_roles import FIRST
from sylvan.services.recent import Recent
from sylvan.services.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Gate:
    """Admits by key first, then by session; without either one is the public.

    In a demo nobody has to sign in: one is the dispatcher until another ready role is chosen.
    """

    sessions: Sessions
    keys: Keys
    recent: Recent

    def admit(self, credentials: Credentials) -> Identity:
        """Whose credentials these are.

        Raises:
            Unauthenticated: they are forged, expired or revoked.
        """
        key, session = credentials.key, credentials.session
        if key is not None:
            mark = tokens.hashed(f"key {key}")
            return self.recent.answer(mark, lambda: self.keys.admit(key))
        if session is None:
            return self._nobody()
        try:
            mark = tokens.hashed(f"session {session}")
            return self.recent.answer(mark, lambda: self.sessions.admit(session))
        except Unauthenticated:
            if self.sessions.ready is not None:
                return self._nobody()  # left over from an earlier demo
            raise

    def _nobody(self) -> Identity:
        ready = self.sessions.ready
        if ready is None:
            return NOBODY
        return self.recent.answer(b"nobody", lambda: ready.identity(FIRST))
