"""Passwords: hashed with Argon2id, never more than two at once, refused at once beyond a few.

A hash takes 64 MiB and most of a core for a moment: without a bound, a flood of tries to sign in
would take the whole server with it.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sylvan.domain.codes import Invalid
from sylvan.services.faults import Unavailable

AT_ONCE: Final = 2
WAITING: Final = 8
SHORTEST, LONGEST = 12, 200
"""Letters of a password."""


class Passwords:
    """Hashes and compares passwords."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._running = BoundedSemaphore(AT_ONCE)
        self._queue = BoundedSemaphore(AT_ONCE + WAITING)
        self._nobody: str | None = None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """A turn at hashing; where too many wait already, none."""
        if not self._queue.acquire(blocking=False):
            raise Unavailable("problem.sign_in_busy")
        try:
            with self._running:
                yield
        finally:
            self._queue.release()

    def hash(self, password: str) -> str:
        """What is stored of a password."""
        with self._turn():
            return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; without a stored one it takes as long, and is not."""
        with self._turn():
            if self._nobody is None:
                self._nobody = self._hasher.hash(hashlib.sha256(b"nobody").hexdigest())
            try:
                right = self._hasher.verify(stored or self._nobody, password[: LONGEST + 1])
            except (VerificationError, InvalidHashError):
                return False
        return right and stored is not None

    def stale(self, stored: str) -> bool:
        """Whether it was hashed with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def check(password: str, subject: str) -> None:
    """Refuse a password that is guessed easily.

    Raises:
        Invalid: it is too short or too long, says the name, or repeats a few letters.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        params = {"shortest": SHORTEST, "longest": LONGEST}
        raise Invalid("problem.password_length", params, "password")
    low = password.lower()
    if len(set(low)) < SHORTEST // 2 or (len(subject) > 3 and subject.lower() in low):  # noqa: PLR2004 - "ann" stands in many words
        raise Invalid("problem.password_weak", {}, "password")
