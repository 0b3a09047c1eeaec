"""The second wall: what the database shows to a reader who does not see everything.

A reading transaction begun while :data:`reading_as` is set runs as the role ``sylvan_reader``, for
which row-level security holds; it needs no knowledge of who filters where above it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sylvan.domain.actors import Actor

reading_as: ContextVar[Actor | None] = ContextVar("reading_as", default=None)
"""On whose behalf transactions that begin now may read; ``None``: the installation's own."""


@contextmanager
def as_installation() -> Iterator[None]:
    """Transactions that begin in the block read as the installation: for names of colleagues."""
    token = reading_as.set(None)
    try:
        yield
    finally:
        reading_as.reset(token)


@contextmanager
def as_reader(actor: Actor) -> Iterator[None]:
    """Transactions that begin in the block read on somebody's behalf, in the actor's world."""
    token = reading_as.set(None if actor.everywhere else actor)
    try:
        yield
    finally:
        reading_as.reset(token)
