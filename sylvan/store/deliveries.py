"""The queue of messages, each with its address and its fate, and every try on record.

Rows are leased with FOR UPDATE SKIP LOCKED: many senders take from it, none waits for another. A
lease that ran out without a word is a sender that died between sending and writing it down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Row,
    RowMapping,
    SmallInteger,
    Table,
    Text,
    bindparam,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy import any_ as any_of
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.alerting.alerts import DeliveryState
from sylvan.store import bulk
from sylvan.store.alerts import alerts
from sylvan.store.base import METADATA, UUIDS, at, uuid_column, world_column
from sylvan.store.scope import scope

deliveries = Table(
    "delivery",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("alert_id", pg.UUID(as_uuid=True), ForeignKey("alert.id"), nullable=False, index=True),
    world_column(),
    Column("dedupe", Text, nullable=False, unique=True),
    # alert, channel and address: each recipient gets each once by each way
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("sink", Text, nullable=False),
    # what fails together: a gateway, a push service's host
    Column("urgency", SmallInteger, nullable=False),
    Column("state", Text, nullable=False),
    at("next_at"),
    # waiting: not to be sent before; sending: until when the lease holds
    uuid_column("lease", nullable=True),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("spent", Integer, nullable=False, server_default=text("0")),
    # tries of earlier rounds
    Column("round", Integer, nullable=False, server_default=text("1")),
    # how often people have sent it on its way
    Column("unsure", Boolean, nullable=False, server_default=text("false")),
    # a sender died in between: it may have been sent twice, where the channel cannot tell
    Column("answer", Text, nullable=False, server_default=text("''")),
    at("made_at"),
    # when it came into the queue, or was sent on its way again
    at("sent_at", nullable=True),
    Index(
        "ix_delivery_channel",
        "channel",
        "next_at",
        postgresql_where=text("state in ('waiting', 'sending')"),
    ),
    Index("ix_delivery_address", "channel", "address", "sent_at"),
)

attempts = Table(
    "attempt",
    METADATA,
    Column("delivery_id", BigInteger, ForeignKey("delivery.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    at("begun_at"),
    at("ended_at", nullable=True),
    Column("outcome", Text),
    # sent, again, never; none: under way, or its sender died
    Column("answer", Text, nullable=False, server_default=text("''")),
)
_OPEN: Final = (DeliveryState.WAITING.value, DeliveryState.SENDING.value)
_TEXTS: Final = pg.ARRAY(pg.TEXT)
_LEASE: Final = text("""
    with due as (
        select id, row_number() over (partition by sink order by urgency desc, next_at, id) place
        from delivery
        where channel = :channel and state in ('waiting', 'sending') and next_at <= :now
        and not sink = any(:resting)
    ), mine as (
        select d.id from delivery d join due using (id)
        where due.place <= :each and d.state in ('waiting', 'sending') and d.next_at <= :now
        order by d.urgency desc, d.next_at, d.id limit :most for update of d skip locked
    ), taken as (
        update delivery d set unsure = unsure or state = 'sending', state = 'sending',
            next_at = :until, tries = tries + 1, lease = :lease
        from mine where d.id = mine.id
        returning d.id, d.alert_id, d.channel, d.address, d.sink, d.tries, d.spent, d.round,
            d.urgency
    ), begun as (
        insert into attempt (delivery_id, number, begun_at)
        select id, tries, :now from taken
    )
    select taken.*, a.subject, a.full, a.short, a.grade, a.thread, a.language, a.at, a.drill,
        a.answer_within_s is not null and a.answered_at is null as asks, a.world_id
    from taken join alert a on a.id = taken.alert_id
    order by taken.urgency desc, taken.id
""").bindparams(bindparam("resting", type_=_TEXTS))


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A message to be put into the queue."""

    alert_id: UUID
    channel: str
    address: str
    sink: str
    urgency: int
    state: DeliveryState
    answer: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a sender takes."""

    most: int
    each: int
    """To one sink at most."""
    resting: Sequence[str]
    """Sinks to leave alone."""
    until: datetime
    """From then on others may take them."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of a try."""

    id: int
    lease: UUID
    tries: int
    state: DeliveryState
    outcome: str
    """``sent``, ``again`` or ``never``."""
    answer: str
    next_at: datetime
    sent_at: datetime | None
    unsure: bool = False
    """Whether it may have been taken all the same."""


def add(conn: Connection, world_id: int, rows: Sequence[NewDelivery], now: datetime) -> int:
    """Put messages into the queue, each once; how many are new."""
    values = [
        {
            "alert_id": one.alert_id,
            "world_id": world_id,
            "dedupe": f"{one.alert_id}|{one.channel}|{one.address}",
            "channel": one.channel,
            "address": one.address,
            "sink": one.sink,
            "urgency": one.urgency,
            "state": one.state.value,
            "next_at": now,
            "answer": one.answer,
            "made_at": now,
            "sent_at": one.sent_at,
        }
        for one in rows
    ]
    return len(
        bulk.insert(conn, deliveries, values, "on conflict (dedupe) do nothing returning id")
    )


def lease(conn: Connection, channel: str, wish: Wish, mark: UUID, now: datetime) -> list[Row[Any]]:
    """Take messages of a channel to be sent, the most urgent first; each try is on record.

    Args:
        conn: the transaction.
        channel: of which channel.
        wish: how many, and of which sinks.
        mark: who takes them.
        now: real clock.
    """
    params = {
        "channel": channel,
        "most": wish.most,
        "each": wish.each,
        "resting": list(wish.resting),
        "lease": mark,
        "now": now,
        "until": wish.until,
    }
    return list(conn.execute(_LEASE, params))


_NOTE: Final = text("""
    with told as (
        select * from json_to_recordset(cast(:body as json)) as t(id bigint, lease uuid,
            tries int, state text, outcome text, answer text, next_at timestamptz,
            sent_at timestamptz, unsure boolean)
    ), closed as (
        update attempt set ended_at = :now, outcome = told.outcome, answer = told.answer
        from told where attempt.delivery_id = told.id and attempt.number = told.tries
    )
    update delivery d set state = told.state, answer = told.answer, next_at = told.next_at,
        sent_at = coalesce(told.sent_at, d.sent_at), lease = null,
        unsure = d.unsure or told.unsure
    from told where d.id = told.id and d.lease = told.lease
    returning d.id, d.alert_id, d.state
""")


def note(conn: Connection, done: Sequence[Noted], now: datetime) -> list[Row[Any]]:
    """Write down what became of tries; whose lease went to another stays with that one."""
    if not done:
        return []
    rows = [
        {
            "id": one.id,
            "lease": str(one.lease),
            "tries": one.tries,
            "state": one.state.value,
            "outcome": one.outcome,
            "answer": one.answer,
            "next_at": one.next_at.isoformat(),
            "sent_at": one.sent_at.isoformat() if one.sent_at else None,
            "unsure": one.unsure,
        }
        for one in done
    ]
    body = orjson.dumps(rows).decode()
    return list(conn.execute(_NOTE, {"body": body, "now": now}))


def stop(conn: Connection, alert_ids: Sequence[UUID]) -> int:
    """Messages of these alerts that were not sent yet need not be."""
    c = deliveries.c
    mine = c.alert_id == any_of(literal(list(alert_ids), UUIDS))
    done = update(deliveries).where(mine, c.state == DeliveryState.WAITING.value)
    return conn.execute(done.values(state=DeliveryState.STOPPED.value)).rowcount


def give_up(conn: Connection, channel: str, since: datetime, now: datetime) -> list[UUID]:
    """End messages of a channel that came before ``since`` and wait for a try; their alerts."""
    c = deliveries.c
    told = func.concat("too late; ", c.answer)
    late = (
        update(deliveries)
        .where(c.channel == channel, c.state == DeliveryState.WAITING.value, c.made_at < since)
        .values(state=DeliveryState.DEAD.value, next_at=now, answer=told)
        .returning(c.alert_id)
    )
    return list(conn.scalars(late))


def again(conn: Connection, delivery_id: int, now: datetime) -> None:
    """Put a message into the queue once more."""
    c = deliveries.c
    values = {
        "state": DeliveryState.WAITING.value,
        "next_at": now,
        "made_at": now,
        "spent": c.tries,
        "round": c.round + 1,
        "lease": None,
    }
    conn.execute(update(deliveries).where(c.id == delivery_id).values(**values))


def one(conn: Connection, delivery_id: int, *, lock: bool = False) -> Row[Any] | None:
    """A message by its number, whatever its world."""
    query = select(deliveries).where(deliveries.c.id == delivery_id)
    return conn.execute(query.with_for_update() if lock else query).one_or_none()


def of_alert(conn: Connection, alert_id: UUID) -> list[Row[Any]]:
    """All messages of an alert."""
    c = deliveries.c
    return list(conn.execute(select(deliveries).where(c.alert_id == alert_id).order_by(c.id)))


def listed(
    conn: Connection,
    actor: Actor,
    *,
    state: str | None = None,
    channel: str | None = None,
    fire_id: UUID | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[RowMapping]:
    """Messages about what the actor may see, the newest first, with what they are about."""
    c, a = deliveries.c, alerts.c
    about = [a.subject, a.thread, a.grade, a.rule, a.recipient, a.fire_id, a.drill, a.territories]
    query = scope(select(deliveries, *about).join(alerts, a.id == c.alert_id), actor, alerts)
    for column, wanted in ((c.state, state), (c.channel, channel), (a.fire_id, fire_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    if before is not None:
        query = query.where(c.id < before)
    return list(conn.execute(query.order_by(c.id.desc()).limit(limit)).mappings())


def seen_by(conn: Connection, actor: Actor, delivery_id: int) -> RowMapping | None:
    """One message with its alert, if the actor may see what it is about."""
    c, a = deliveries.c, alerts.c
    about = [
        *(a.subject, a.full, a.short, a.thread, a.grade, a.rule, a.recipient, a.fire_id, a.drill),
        *(a.territories, a.answered_at, a.answered_by, a.answered_how),
    ]
    query = scope(select(deliveries, *about).join(alerts, a.id == c.alert_id), actor, alerts)
    return conn.execute(query.where(c.id == delivery_id)).mappings().one_or_none()


def attempts_of(conn: Connection, delivery_id: int) -> list[RowMapping]:
    """All tries of a message, the first one first."""
    c = attempts.c
    query = select(attempts).where(c.delivery_id == delivery_id).order_by(c.number)
    return list(conn.execute(query).mappings())


def waiting_for(
    conn: Connection, channels: Sequence[str], address: str, since: datetime
) -> list[Row[Any]]:
    """Messages that went to an address lately and whose alerts wait for an answer."""
    c, a = deliveries.c, alerts.c
    query = (
        select(c.id, c.alert_id)
        .join(alerts, a.id == c.alert_id)
        .where(c.channel.in_(channels), c.address == address, c.sent_at >= since)
        .where(a.answer_within_s.is_not(None), a.answered_at.is_(None))
        .order_by(c.id)
    )
    return list(conn.execute(query))


def counts(conn: Connection) -> list[Row[Any]]:
    """By channel and state, how many messages there are of the last day, and the oldest open."""
    c = deliveries.c
    recent = c.made_at > func.now() - text("interval '1 day'")
    told = (func.count().label("number"), func.min(c.made_at).label("oldest"))
    query = select(c.channel, c.state, *told).where(recent | c.state.in_(_OPEN))
    return list(conn.execute(query.group_by(c.channel, c.state)))
