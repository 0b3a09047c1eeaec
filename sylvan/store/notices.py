"""Notices: what was told to people to be seen or decided, and what they answered."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Connection, Index, Integer, Select, Table, Text, func, select, text
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.command.notices import Answer, Held, Notice, State, Theme
from sylvan.store.base import JSONB, METADATA, TEXTS, at, uuid_column, world_column
from sylvan.store.scope import scope

notices = Table(
    "notice",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("version", Integer, nullable=False),
    Column("theme", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("grade", Integer, nullable=False),
    uuid_column("fire_id", nullable=True),
    uuid_column("about", nullable=True),
    Column("units", TEXTS, nullable=False),
    Column("reason", JSONB, nullable=False),
    Column("assumed", JSONB, nullable=False),
    Column("territories", TEXTS, nullable=False),
    at("raised_at"),
    at("held_at"),
    at("over_at", nullable=True),
    Column("answer", Text),
    at("answered_at", nullable=True),
    Column("answered_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    at("recorded_at"),
    # one condition, one notice, whoever looks
    Index(
        "ix_notice_standing",
        "world_id",
        "theme",
        "kind",
        "key",
        unique=True,
        postgresql_where=text("state <> 'over'"),
    ),
    Index("ix_notice_fire_id", "fire_id"),
)
KEPT: Final = 200
"""Notices that are over and that a list tells at most."""


def save(conn: Connection, actor: Actor, changed: Sequence[Notice], now: datetime) -> None:
    """Insert or replace notices of the actor's world."""
    if not changed:
        return
    rows = [_row(one, actor, now) for one in changed]
    statement = pg.insert(notices)
    fixed = {"id", "world_id", "theme", "kind", "key", "raised_at"}
    changes = {name: statement.excluded[name] for name in rows[0] if name not in fixed}
    conn.execute(statement.on_conflict_do_update(index_elements=[notices.c.id], set_=changes), rows)


def _row(one: Notice, actor: Actor, now: datetime) -> dict[str, Any]:
    held = one.held
    return {
        "id": one.id,
        "world_id": actor.world.id,
        "version": one.version,
        "theme": held.theme.value,
        "kind": held.kind,
        "key": held.key,
        "state": one.state.value,
        "grade": held.grade,
        "fire_id": held.fire_id,
        "about": held.about,
        "units": list(held.units),
        "reason": held.reason.as_dict(),
        "assumed": [told.as_dict() for told in held.assumed],
        "territories": list(held.territories),
        "raised_at": one.raised_at,
        "held_at": one.held_at,
        "over_at": one.over_at,
        "answer": one.answer.value if one.answer else None,
        "answered_at": one.answered_at,
        "answered_by": one.answered_by,
        "note": one.note,
        "recorded_at": now,
    }


def get(conn: Connection, actor: Actor, notice_id: UUID, *, lock: bool = False) -> Notice | None:
    """A notice by its id."""
    query = scope(select(notices), actor, notices).where(notices.c.id == notice_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _notice(row) if row else None


def standing(
    conn: Connection,
    actor: Actor,
    *,
    theme: Theme | None = None,
    kind: str | None = None,
    fire_ids: Sequence[UUID] | None = None,
    lock: bool = False,
) -> list[Notice]:
    """Notices that are not over, the oldest first."""
    query = _of(actor, theme, fire_ids).where(notices.c.state != State.OVER.value)
    if kind is not None:
        query = query.where(notices.c.kind == kind)
    query = query.order_by(notices.c.raised_at, notices.c.id)
    return [_notice(row) for row in conn.execute(query.with_for_update() if lock else query)]


def over(
    conn: Connection,
    actor: Actor,
    *,
    theme: Theme | None = None,
    fire_ids: Sequence[UUID] | None = None,
) -> list[Notice]:
    """Notices that are over, the newest first."""
    query = _of(actor, theme, fire_ids).where(notices.c.state == State.OVER.value)
    query = query.order_by(notices.c.over_at.desc(), notices.c.id).limit(KEPT)
    return [_notice(row) for row in conn.execute(query)]


def about(
    conn: Connection, actor: Actor, theme: Theme, thing: UUID, *, lock: bool = False
) -> Notice | None:
    """The newest notice of a theme about one thing, over or not."""
    query = _of(actor, theme, None).where(notices.c.about == thing)
    query = query.order_by(notices.c.raised_at.desc(), notices.c.id).limit(1)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _notice(row) if row else None


def last_kept(conn: Connection, actor: Actor) -> dict[tuple[UUID, UUID], date]:
    """When people last looked at a decision for a fire and kept it: by decision and fire."""
    c = notices.c
    query = (
        scope(select(c.about, c.fire_id, func.max(c.answered_at).label("at")), actor, notices)
        .where(c.answer == Answer.KEPT.value, c.about.is_not(None), c.fire_id.is_not(None))
        .group_by(c.about, c.fire_id)
    )
    return {(row.about, row.fire_id): row.at.date() for row in conn.execute(query)}


def _of(actor: Actor, theme: Theme | None, fire_ids: Sequence[UUID] | None) -> Select[Any]:
    query = scope(select(notices), actor, notices)
    if theme is not None:
        query = query.where(notices.c.theme == theme.value)
    return query if fire_ids is None else query.where(notices.c.fire_id.in_(list(fire_ids)))


def _notice(row: Any) -> Notice:
    held = Held(
        theme=Theme(row.theme),
        kind=row.kind,
        key=row.key,
        reason=Coded.from_dict(row.reason),
        grade=row.grade,
        assumed=tuple(Coded.from_dict(told) for told in row.assumed),
        fire_id=row.fire_id,
        about=row.about,
        units=tuple(row.units),
        territories=tuple(row.territories),
    )
    return Notice(
        id=row.id,
        version=row.version,
        held=held,
        state=State(row.state),
        raised_at=row.raised_at,
        held_at=row.held_at,
        over_at=row.over_at,
        answer=Answer(row.answer) if row.answer else None,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        note=row.note,
    )
