"""Notices: raised by whoever looks after something, read by everybody, answered by people.

All writers go through :func:`settled` and :func:`tell`, so that a row and what is told of it never
part.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.codes import NotFound
from sylvan.domain.command.notices import (
    Answer,
    Held,
    Notice,
    Theme,
    accepted,
    answered,
    ended,
    settle,
)
from sylvan.services.base import Base, check_version, fingerprint, leading, repeated, whole_again
from sylvan.services.fires import found
from sylvan.store import audit, events, notices
from sylvan.store.events import Event
from sylvan.store.leading import Post

EVENT: Final = "notice.changed"
AT_ONCE: Final = timedelta(0)
"""A condition whose end is certain: its notice is over when it is gone."""


@dataclass(frozen=True, slots=True)
class Notices(Base):
    """Use-cases about notices."""

    def leading(self) -> AbstractContextManager[bool]:
        """Whether this process alone raises notices while the block runs."""
        return leading(self.engine, Post.NOTICES)

    def listed(
        self,
        actor: Actor,
        *,
        theme: Theme | None = None,
        fire_id: UUID | None = None,
        over: bool = False,
    ) -> list[dict[str, Any]]:
        """Notices that stand, the oldest first; or those that are over, the newest first."""
        with self.engine.connect() as conn:
            ids = None
            if fire_id is not None:
                fire = found(conn, actor, fire_id)
                ids = fire.ids
            ask = notices.over if over else notices.standing
            rows = ask(conn, actor, theme=theme, fire_ids=ids)
        return [one.as_dict() for one in rows]

    @whole_again
    def answer(
        self,
        actor: Actor,
        notice_id: UUID,
        answer: Answer,
        note: str,
        version: int | None,
        key: str | None,
    ) -> dict[str, Any]:
        """A person's answer.

        Raises:
            Conflict: it is not open any more, or somebody was faster.
            Forbidden: not for this level.
            Invalid: not an answer to this theme, or its reason is missing.
        """
        told = {"id": str(notice_id), "answer": answer.value, "note": note}
        request = fingerprint("notice.answer", told)
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            before = notices.get(conn, actor, notice_id, lock=True)
            if before is None:
                raise NotFound("problem.notice_unknown", {"id": str(notice_id)})
            check_version(conn, actor, str(before.id), before.version, version)
            now = self.clock()
            after = answered(before, answer, note, actor, actor.world.now(now))
            tell(conn, actor, [after], now)
            facts = {"kind": after.held.kind, "key": after.held.key, "note": note}
            deed = f"notice.{answer.value}"
            audit.record(conn, actor, deed, str(after.id), facts, now=now, version=after.version)
            reply = after.as_dict()
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply


def tell(conn: Connection, actor: Actor, changed: Sequence[Notice], now: datetime) -> None:
    """Keep new versions of notices and tell everybody."""
    notices.save(conn, actor, changed, now)
    at = actor.world.now(now)
    told = [Event(EVENT, str(one.id), at, one.as_dict(), one.held.territories) for one in changed]
    events.write(conn, actor, told)


def settled(
    conn: Connection,
    actor: Actor,
    standing: Iterable[Notice],
    held: Iterable[Held],
    now: datetime,
    clear_after: timedelta = AT_ONCE,
) -> int:
    """Hold what stands against what holds now; how many notices are news.

    Args:
        conn: the caller's transaction, in which what stands is locked.
        actor: in whose world.
        standing: notices of the themes and kinds that were looked at.
        held: conditions of the same that hold.
        now: real time.
        clear_after: so long a condition must be gone.
    """
    became = settle(standing, held, actor.world.now(now), clear_after, uuid7)
    notices.save(conn, actor, became.kept, now)
    tell(conn, actor, became.told, now)
    return len(became.told)


def end(conn: Connection, actor: Actor, theme: Theme, kind: str, key: str, now: datetime) -> None:
    """End a notice whose cause a person has just removed, if there is one."""
    standing = notices.standing(conn, actor, theme=theme, kind=kind, lock=True)
    gone = [ended(one, actor.world.now(now)) for one in standing if one.held.key == key]
    tell(conn, actor, gone, now)


def accept(
    conn: Connection, actor: Actor, theme: Theme, kind: str, keys: Iterable[str], now: datetime
) -> None:
    """Proposals that somebody has followed."""
    wanted = set(keys)
    standing = notices.standing(conn, actor, theme=theme, kind=kind, lock=True)
    at = actor.world.now(now)
    done = [accepted(one, actor, at) for one in standing if one.held.key in wanted]
    over = [replace(ended(one, at), version=one.version) for one in done]
    tell(conn, actor, over, now)
