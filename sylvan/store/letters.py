"""Letters: what is to be told to whom, made by rules, taken by channels; each once.

A letter's id follows from world, recipient and what it tells, so that whoever makes it again makes
the same row. ``due_at`` is of its world's clock.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Table,
    Text,
    func,
    literal,
    select,
    text,
    update,
)

from sylvan.domain.actors import Actor
from sylvan.domain.alerting.letters import Contact, Letter
from sylvan.store import bulk
from sylvan.store.base import JSONB, METADATA, TEXTS, at, uuid_column, world_column
from sylvan.store.worlds import worlds

COLLECTED, DUE, HANDED = "collected", "due", "handed"
letters = Table(
    "letter",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("dedupe", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("fields", JSONB, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("contacts", JSONB, nullable=False),
    Column("language", Text, nullable=False),
    at("at"),
    at("due_at"),
    uuid_column("fire_id", nullable=True),
    Column("drill", Boolean, nullable=False),
    at("answer_by", nullable=True),
    Column("digest", Text, nullable=False),
    Column("territories", TEXTS, nullable=False),
    Column("state", Text, nullable=False),
    at("made_at"),
    at("handed_at", nullable=True),
    Index("ix_letter_dedupe", "world_id", "recipient", "dedupe", unique=True),
    Index("ix_letter_waiting", "due_at", postgresql_where=text("state <> 'handed'")),
    Index("ix_letter_recipient", "recipient", "world_id", "at", "id"),
)
"""State: ``collected`` goes out with others of its digest, ``due`` alone, ``handed`` was taken."""
_MADE: Final = "on conflict do nothing returning id"


def add(conn: Connection, made: Sequence[Letter], now: datetime) -> set[UUID]:
    """Keep letters; ids of those that were not there yet."""
    rows = [_row(one, now) for one in {one.id: one for one in made}.values()]
    return {row.id for row in bulk.insert(conn, letters, rows, _MADE)}


def due(conn: Connection, now: datetime, limit: int) -> list[Letter]:
    """Letters of open worlds whose moment has come by their world's clock, the most urgent first.

    ``now`` is real time. Those of one digest may be more than are told, see :func:`digested`.
    """
    query = (
        select(letters)
        .join(worlds, worlds.c.id == letters.c.world_id)
        .where(letters.c.state != HANDED, worlds.c.closed_at.is_(None), _has_come(now))
        .order_by(letters.c.grade != "alarm", letters.c.due_at, letters.c.id)
        .limit(limit)
        .with_for_update(of=letters, skip_locked=True)
    )
    return [_letter(row) for row in conn.execute(query)]


def digested(conn: Connection, one: Letter) -> list[Letter]:
    """All letters that go out together with one, itself included, in their order."""
    if not one.digest:
        return [one]
    query = (
        select(letters)
        .where(
            letters.c.world_id == one.world,
            letters.c.recipient == one.recipient,
            letters.c.digest == one.digest,
            letters.c.state != HANDED,
        )
        .order_by(letters.c.at, letters.c.id)
        .with_for_update()
    )
    return [_letter(row) for row in conn.execute(query)]


def handed(conn: Connection, ids: Iterable[UUID], now: datetime) -> None:
    """They were taken over by those who send."""
    conn.execute(
        update(letters)
        .where(letters.c.id.in_(list(ids)), letters.c.state != HANDED)
        .values(state=HANDED, handed_at=now)
    )


def one(conn: Connection, letter_id: UUID) -> Letter | None:
    """A letter by its id."""
    row = conn.execute(select(letters).where(letters.c.id == letter_id)).one_or_none()
    return _letter(row) if row else None


def waiting(conn: Connection, actor: Actor, now: datetime) -> int:
    """How many letters of the actor are put off by collecting or quiet hours."""
    query = select(func.count()).where(
        letters.c.recipient == actor.subject,
        letters.c.world_id == actor.world.id,
        letters.c.due_at > actor.world.now(now),
    )
    return int(conn.scalar(query) or 0)


def _has_come(now: datetime) -> Any:
    """Whether a world's clock shows the letter's moment by now."""
    w = worlds.c
    real_s = func.extract("epoch", literal(now) - w.clock_anchor)
    shown = w.clock_base + func.make_interval(0, 0, 0, 0, 0, 0, real_s * w.clock_rate)
    return shown >= letters.c.due_at


def _row(one: Letter, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "world_id": one.world,
        "dedupe": one.dedupe,
        "rule": one.rule,
        "thread": one.thread,
        "grade": one.grade,
        "template": one.template,
        "fields": dict(one.fields),
        "recipient": one.recipient,
        "contacts": [[way.channel, way.address] for way in one.contacts],
        "language": one.language,
        "at": one.at,
        "due_at": one.due_at,
        "fire_id": one.fire_id,
        "drill": one.drill,
        "answer_by": one.answer_by,
        "digest": one.digest,
        "territories": list(one.territories),
        "state": COLLECTED if one.digest else DUE,
        "made_at": now,
    }


def _letter(row: Any) -> Letter:
    return Letter(
        dedupe=row.dedupe,
        world=row.world_id,
        rule=row.rule,
        thread=row.thread,
        grade=row.grade,
        template=row.template,
        fields=row.fields,
        recipient=row.recipient,
        contacts=tuple(Contact(channel, address) for channel, address in row.contacts),
        language=row.language,
        at=row.at,
        due_at=row.due_at,
        fire_id=row.fire_id,
        drill=row.drill,
        answer_by=row.answer_by,
        digest=row.digest,
        territories=tuple(row.territories),
    )
