"""Building the chain over the audit and signing how far it went."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from sylvan.domain.chain import Checkpoint
from sylvan.services.base import Base, leading
from sylvan.store import audit_chain
from sylvan.store.leading import Post

AT_ONCE: Final = 500
"""Rows linked in one transaction."""
EVERY: Final = timedelta(hours=1)
"""How much of the audit a cut may cost at most before a checkpoint knows it."""


class Signer(Protocol):
    """Keeps the key of this installation's checkpoints, and a copy of each outside the database."""

    def signed(self, one: Checkpoint) -> Checkpoint:
        """The checkpoint with this key and its signature."""

    def keep(self, one: Checkpoint) -> None:
        """Write a copy."""


@dataclass(frozen=True, slots=True)
class Chain(Base):
    """Use-cases of whoever keeps the chain."""

    signer: Signer

    @contextmanager
    def leading(self) -> Iterator[bool]:
        """Whether this process alone builds the chain while the block runs."""
        with leading(self.engine, Post.AUDIT) as alone:
            yield alone

    def link(self) -> int:
        """Link everything that waits; how many rows there were. For the leader alone."""
        linked = 0
        while True:
            with self.engine.begin() as conn:
                done = audit_chain.extend(conn, AT_ONCE)
            linked += done
            if done < AT_ONCE:
                return linked

    def sign_hourly(self) -> Checkpoint | None:
        """A checkpoint where the last is an hour old and rows came since."""
        with self.engine.connect() as conn:
            last = audit_chain.last_checkpoint(conn)
            seq, _ = audit_chain.head(conn)
        if last is not None and (last.seq == seq or self.clock() - last.at < EVERY):
            return None
        return self.sign()

    def sign(self) -> Checkpoint | None:
        """A checkpoint of the chain as it is now; nothing while it is empty."""
        with self.engine.begin() as conn:
            seq, digest = audit_chain.head(conn)
            if not seq:
                return None
            made = self.signer.signed(Checkpoint(seq, digest, self.clock(), ""))
            audit_chain.keep(conn, made)
        self.signer.keep(made)
        return made

    def caught_up(self) -> Checkpoint | None:
        """Link what waits, if nobody else does, and sign."""
        with self.leading() as alone:
            if alone:
                self.link()
        return self.sign()
