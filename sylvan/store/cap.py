"""CAP messages of ours as they were sent, and how far the log was read for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Select,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.cap.profile import NearSettlement, Theme
from sylvan.store.base import JSONB, METADATA, TEXTS, at, uuid_column, world_column
from sylvan.store.exposure import exposed
from sylvan.store.scope import scope

SETTLEMENT: Final = "settlement"
messages = Table(
    "cap_message",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    world_column(),
    Column("identifier", Text, nullable=False),
    Column("sender", Text, nullable=False),
    at("sent"),
    Column("msg_type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("theme", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("level", Text, nullable=False),
    Column("refs", JSONB, nullable=False),
    Column("told", JSONB, nullable=False),
    Column("titles", JSONB, nullable=False),
    at("expires"),
    at("renew_at", nullable=True),
    Column("codes", TEXTS, nullable=False),
    Column("territories", TEXTS, nullable=False),
    Column("newest", Boolean, nullable=False),
    Column("seq", BigInteger, nullable=False),
    at("made_at"),
    Column("xml", LargeBinary, nullable=False),
    UniqueConstraint("world_id", "theme", "subject", "number"),
    UniqueConstraint("identifier"),
    Index("ix_cap_message_codes", "codes", postgresql_using="gin"),
    Index("ix_cap_message_newest", "world_id", "id", postgresql_where=text("newest")),
)
"""``codes`` are the territories whose feeds show it, ``territories`` marks of who sees it."""

cursors = Table(
    "cap_cursor",
    METADATA,
    Column("name", Text, primary_key=True),
    uuid_column("epoch", nullable=False),
    Column("seq", BigInteger, nullable=False),
)
_SHOWN: Final = [column for column in messages.c if column.name != "xml"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of ours; its bytes are read apart."""

    identifier: str
    sender: str
    sent: datetime
    msg_type: str
    status: str
    theme: str
    subject: str
    number: int
    level: str
    refs: tuple[tuple[str, str, str], ...]
    told: dict[str, Any]
    titles: dict[str, Any]
    expires: datetime
    renew_at: datetime | None
    codes: tuple[str, ...]
    territories: tuple[str, ...]
    newest: bool
    seq: int
    made_at: datetime
    id: int = 0
    world_id: int = 0


def cursor(conn: Connection, name: str) -> tuple[UUID, int] | None:
    """How far the log was read, held until the transaction ends."""
    c = cursors.c
    query = select(c.epoch, c.seq).where(c.name == name).with_for_update()
    row = conn.execute(query).one_or_none()
    return None if row is None else (row.epoch, row.seq)


def move(conn: Connection, name: str, epoch: UUID, seq: int) -> None:
    """Set it."""
    statement = pg.insert(cursors).values(name=name, epoch=epoch, seq=seq)
    changes = {"epoch": statement.excluded.epoch, "seq": statement.excluded.seq}
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changes))


def add(conn: Connection, actor: Actor, one: Message, xml: bytes) -> None:
    """Store a message; from now on it is the newest about its thing."""
    m = messages.c
    same = m.world_id == actor.world.id, m.theme == one.theme, m.subject == one.subject
    conn.execute(update(messages).where(*same, m.newest).values(newest=False))
    left_out = {"id", "world_id"}
    values = {name: getattr(one, name) for name in Message.__slots__ if name not in left_out}
    values |= {"refs": [list(ref) for ref in one.refs]}
    values |= {"codes": list(one.codes), "territories": list(one.territories)}
    conn.execute(insert(messages).values(values | {"world_id": actor.world.id, "xml": xml}))


def chain(conn: Connection, actor: Actor, theme: Theme, subject: str) -> list[Message]:
    """All messages about one thing, the oldest first."""
    m = messages.c
    query = select(*_SHOWN).where(
        m.world_id == actor.world.id, m.theme == theme.value, m.subject == subject
    )
    return [_message(row) for row in conn.execute(query.order_by(m.number))]


def standing(conn: Connection, actor: Actor, theme: Theme) -> list[Message]:
    """The newest message about each thing of a theme, cancelled ones left out."""
    m = messages.c
    query = select(*_SHOWN).where(
        m.world_id == actor.world.id, m.theme == theme.value, m.newest, m.msg_type != "Cancel"
    )
    return [_message(row) for row in conn.execute(query.order_by(m.id))]


def due(conn: Connection, actor: Actor, now: datetime) -> list[Message]:
    """Those that stand and are to be looked at again by now."""
    m = messages.c
    query = select(*_SHOWN).where(
        m.world_id == actor.world.id, m.newest, m.msg_type != "Cancel", m.renew_at <= now
    )
    return [_message(row) for row in conn.execute(query.order_by(m.id))]


def looked_at(conn: Connection, one: Message) -> None:
    """It was looked at, and there is nothing to say: it runs out."""
    conn.execute(update(messages).where(messages.c.id == one.id).values(renew_at=None))


def page(
    conn: Connection, actor: Actor, code: str, now: datetime, before: int | None, limit: int
) -> list[Message]:
    """What a territory is told now, the newest first, behind a cursor."""
    m = messages.c
    query = _told_now(select(*_SHOWN), actor, code, now)
    if before is not None:
        query = query.where(m.id < before)
    return [_message(row) for row in conn.execute(query.order_by(m.id.desc()).limit(limit))]


def _told_now(query: Select[Any], actor: Actor, code: str, now: datetime) -> Select[Any]:
    m = messages.c
    mine = m.codes.contains([code])
    return query.where(m.world_id == actor.world.id, m.newest, m.expires > now, mine)


def changed_at(conn: Connection, actor: Actor, code: str, now: datetime) -> datetime | None:
    """When a territory's feed changed last: by a message, or by one that ran out."""
    m = messages.c
    mine = m.world_id == actor.world.id, m.codes.contains([code])
    made = conn.scalar(select(func.max(m.made_at)).where(*mine))
    gone = conn.scalar(select(func.max(m.expires)).where(*mine, m.newest, m.expires <= now))
    return max((one for one in (made, gone) if one is not None), default=None)


def bytes_of(conn: Connection, actor: Actor, identifier: str) -> tuple[Message, bytes] | None:
    """A message as it was sent."""
    query = scope(select(messages), actor, messages).where(messages.c.identifier == identifier)
    row = conn.execute(query).one_or_none()
    return None if row is None else (_message(row), bytes(row.xml))


def listed(
    conn: Connection, actor: Actor, before: int | None, limit: int, theme: str | None
) -> list[Message]:
    """Messages within the actor's reach, the newest first."""
    query = scope(select(*_SHOWN), actor, messages)
    if before is not None:
        query = query.where(messages.c.id < before)
    if theme is not None:
        query = query.where(messages.c.theme == theme)
    rows = conn.execute(query.order_by(messages.c.id.desc()).limit(limit))
    return [_message(row) for row in rows]


def known(conn: Connection, actor: Actor, refs: Sequence[tuple[str, str]]) -> set[str]:
    """Which of some messages (sender, identifier) of ours there are."""
    m = messages.c
    names = [identifier for _, identifier in refs]
    query = select(m.identifier).where(m.world_id == actor.world.id, m.identifier.in_(names))
    return set(conn.scalars(query))


def settlements(
    conn: Connection, actor: Actor, fire_id: UUID, most_km: float
) -> list[NearSettlement]:
    """Settlements near a fire as it was told last, the nearest first; names stand elsewhere."""
    e = exposed.c
    query = select(e.code, e.km, e.p50_at).where(
        e.world_id == actor.world.id, e.fire_id == fire_id, e.kind == SETTLEMENT, e.km <= most_km
    )
    rows = conn.execute(query.order_by(e.km, e.code))
    return [NearSettlement(row.code, {}, float(row.km), row.p50_at) for row in rows]


def _message(row: Any) -> Message:
    values = {name: getattr(row, name) for name in Message.__slots__}
    values |= {"codes": tuple(row.codes), "territories": tuple(row.territories)}
    return Message(**values | {"refs": tuple(tuple(ref) for ref in row.refs)})
