"""What a shift keeps: whose signal is whose, lines of the journal by hand, hand-over sheets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    Row,
    Table,
    Text,
    cast,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.duty import Care, HandOver, Kind, Note, Sheet
from sylvan.store.accounts import accounts
from sylvan.store.audit import audit
from sylvan.store.base import JSONB, METADATA, TEXTS, at, uuid_column, world_column
from sylvan.store.fires import fires
from sylvan.store.reports import reports
from sylvan.store.scope import scope
from sylvan.store.units import units

cares = Table(
    "care",
    METADATA,
    world_column(primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    uuid_column("thing", primary_key=True),
    Column("version", Integer, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("taken_name", Text, nullable=False),
    at("taken_at", nullable=True),
    at("free_at", nullable=True),
    at("put_off_until", nullable=True),
    Column("put_off_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("territories", TEXTS, nullable=False),
    at("recorded_at"),
)

notes = Table(
    "journal_note",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    at("at"),
    at("recorded_at"),
    Column("by", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    uuid_column("fire_id", nullable=True),
    Column("territories", TEXTS, nullable=False),
    Index("ix_journal_note_world_id_recorded_at", "world_id", "recorded_at"),
)

hand_overs = Table(
    "hand_over",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    at("at"),
    Column("given_by", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("items", JSONB, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("taken_name", Text, nullable=False),
    at("taken_at", nullable=True),
    Column("remark", Text, nullable=False),
    Column("territories", TEXTS, nullable=False),
    at("recorded_at"),
    Index("ix_hand_over_world_id_at", "world_id", "at"),
)

DEEDS: Final = (
    "fire.",
    "report.",
    "order.",
    "suggestion.",
    "constraint.",
    "proposal.",
    "notice.",
    "control.",
    "regime.",
    "edge.",
    "surgery.",
    "unit.check_in",
    "hand_over.",
)
"""Beginnings of the audit's actions that belong into a duty journal."""
QUIET: Final = ("fire.shown",)
"""What happens by itself while one looks."""


def marks(conn: Connection, actor: Actor, kind: Kind, thing: UUID) -> tuple[str, ...] | None:
    """The marks of a signal that the actor sees, and that nobody has decided on.

    ``None``: there is none such; an empty tuple is a signal outside every territory.
    """
    if kind is Kind.FIRE:
        query = scope(select(fires.c.territories), actor, fires)
        query = query.where(fires.c.id == thing, fires.c.status == "signal")
    else:
        query = scope(select(reports.c.territories), actor, reports)
        query = query.where(reports.c.id == thing, reports.c.status.in_(["queued", "field_check"]))
    row = conn.execute(query).one_or_none()
    return None if row is None else tuple(row[0])


def care(conn: Connection, actor: Actor, kind: Kind, thing: UUID) -> Care | None:
    """Who takes care of it, locked until the transaction ends."""
    query = scope(select(cares), actor, cares)
    query = query.where(cares.c.kind == kind.value, cares.c.thing == thing).with_for_update()
    row = conn.execute(query).one_or_none()
    return None if row is None else _care(row)


def standing(conn: Connection, actor: Actor, now: datetime, world_now: datetime) -> list[Care]:
    """What somebody holds at this real time, or has put off beyond the world's."""
    query = scope(select(cares), actor, cares)
    query = query.where(or_(cares.c.free_at > now, cares.c.put_off_until > world_now))
    return [_care(row) for row in conn.execute(query.order_by(cares.c.kind, cares.c.thing))]


def keep(conn: Connection, actor: Actor, changed: Care, now: datetime) -> bool:
    """Insert or replace; ``False`` when somebody was faster with a first one."""
    row = {
        "world_id": actor.world.id,
        "kind": changed.kind.value,
        "thing": changed.thing,
        "version": changed.version,
        "taken_by": changed.taken_by,
        "taken_name": changed.taken_name,
        "taken_at": changed.taken_at,
        "free_at": changed.free_at,
        "put_off_until": changed.put_off_until,
        "put_off_by": changed.put_off_by,
        "note": changed.note,
        "territories": list(changed.territories),
        "recorded_at": now,
    }
    statement = pg.insert(cares).values(row)
    told = statement.on_conflict_do_update(
        index_elements=["world_id", "kind", "thing"],
        set_=row,
        where=cares.c.version == changed.version - 1,
    )
    return conn.execute(told.returning(cares.c.version)).first() is not None


def _care(row: Row[Any]) -> Care:
    told = {name: value for name, value in row._mapping.items() if name not in _BESIDE}  # noqa: SLF001
    told |= {"kind": Kind(row.kind), "territories": tuple(row.territories)}
    return Care(**told)


_BESIDE: Final = ("world_id", "recorded_at")


def write(conn: Connection, actor: Actor, note: Note, now: datetime) -> None:
    """A line by hand."""
    conn.execute(
        notes.insert().values(
            id=note.id,
            world_id=actor.world.id,
            at=note.at,
            recorded_at=now,
            by=note.by,
            name=note.name,
            text=note.text,
            fire_id=note.fire_id,
            territories=list(note.territories),
        )
    )


Place = tuple[datetime, str]
"""Where a page of the journal goes on: time of recording, and what tells lines of one moment."""


def written(conn: Connection, actor: Actor, before: Place | None, limit: int) -> list[Row[Any]]:
    """Lines by hand, newest first."""
    query = scope(select(notes), actor, notes)
    if before is not None:
        query = query.where(
            tuple_(notes.c.recorded_at, func.concat("note/", notes.c.id).collate("C")) < before
        )
    query = query.order_by(notes.c.recorded_at.desc(), notes.c.id.desc()).limit(limit)
    return list(conn.execute(query))


def done(conn: Connection, actor: Actor, before: Place | None, limit: int) -> list[Row[Any]]:
    """What people and jobs did, newest first, from the audit."""
    c = audit.c
    query = select(audit).where(
        c.world_id == actor.world.id,
        or_(*(c.action.startswith(deed, autoescape=True) for deed in DEEDS)),
        c.action.not_in(QUIET),
    )
    if not actor.everywhere:
        reach = list(actor.reach)
        thing = func.sylvan_uuid(c.subject)
        query = query.where(
            or_(
                *(
                    select(1).where(t.c.id == thing, t.c.territories.overlap(reach)).exists()
                    for t in (fires, units)
                )
            )
        )
    if before is not None:
        mark = func.concat("deed/", func.lpad(cast(c.id, Text), 20, "0")).collate("C")
        query = query.where(tuple_(c.recorded_at, mark) < before)
    return list(conn.execute(query.order_by(c.recorded_at.desc(), c.id.desc()).limit(limit)))


def sheets(conn: Connection, actor: Actor, limit: int) -> list[HandOver]:
    """Hand-overs, newest first."""
    query = scope(select(hand_overs), actor, hand_overs)
    return [
        _sheet(row) for row in conn.execute(query.order_by(hand_overs.c.at.desc()).limit(limit))
    ]


def sheet(conn: Connection, actor: Actor, sheet_id: UUID, *, lock: bool = False) -> HandOver | None:
    """One hand-over."""
    query = scope(select(hand_overs), actor, hand_overs).where(hand_overs.c.id == sheet_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _sheet(row)


def offered_by(conn: Connection, actor: Actor) -> HandOver | None:
    """The actor's own sheet that nobody has signed yet."""
    query = scope(select(hand_overs), actor, hand_overs).where(
        hand_overs.c.given_by == actor.subject, hand_overs.c.state == Sheet.OFFERED.value
    )
    row = conn.execute(query.with_for_update()).first()
    return None if row is None else _sheet(row)


def file(conn: Connection, actor: Actor, told: HandOver, now: datetime) -> None:
    """Insert a sheet, or replace it by a newer version."""
    row = {
        "id": told.id,
        "world_id": actor.world.id,
        "version": told.version,
        "state": told.state.value,
        "at": told.at,
        "given_by": told.given_by,
        "given_name": told.given_name,
        "note": told.note,
        "items": dict(told.items),
        "taken_by": told.taken_by,
        "taken_name": told.taken_name,
        "taken_at": told.taken_at,
        "remark": told.remark,
        "territories": list(told.territories),
        "recorded_at": now,
    }
    statement = pg.insert(hand_overs).values(row)
    conn.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))


def _sheet(row: Row[Any]) -> HandOver:
    told = {name: value for name, value in row._mapping.items() if name not in _BESIDE}  # noqa: SLF001
    told |= {"state": Sheet(row.state), "territories": tuple(row.territories)}
    return HandOver(**told)


def names_of(conn: Connection, subjects: Sequence[str]) -> dict[str, str]:
    """What people are called; who has no account is left out."""
    query = select(accounts.c.subject, accounts.c.name).where(accounts.c.subject.in_(subjects))
    return {row.subject: row.name for row in conn.execute(query)}


def officers(conn: Connection, actor: Actor, roles: Sequence[str]) -> dict[str, str]:
    """Whom a signal may be given to: who asks, who has one of the roles, who has held one."""
    held = select(cares.c.taken_by, cares.c.taken_name).where(
        cares.c.world_id == actor.world.id, cares.c.taken_by != ""
    )
    found = {row.taken_by: row.taken_name for row in conn.execute(held.distinct())}
    seated = select(accounts.c.subject, accounts.c.name).where(
        accounts.c.role.in_(list(roles)),
        accounts.c.disabled_at.is_(None),
        accounts.c.joined_at.is_not(None),
    )
    found |= {row.subject: row.name for row in conn.execute(seated)}
    return found | {actor.subject: actor.name}
