"""Whose data came for which time, and what was seen around a fire: read for judging passes."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, exists, func, select

from sylvan.domain.actors import Actor
from sylvan.domain.detections import Satellite
from sylvan.domain.heard import Arrival, Span
from sylvan.domain.looks import Glimpse
from sylvan.domain.surgery import Held
from sylvan.store.detections import detections
from sylvan.store.feeds import feeds
from sylvan.store.fires import bbox_clause
from sylvan.store.ledger import batches
from sylvan.store.scope import scope
from sylvan.store.surgery import verdicts

POLLED = "firms-"
"""Feeds that are asked again and again and always answer with their last day."""


def spans(
    conn: Connection,
    actor: Actor,
    satellites: Iterable[Satellite],
    since: datetime,
    until: datetime,
) -> list[Span]:
    """First and last acquisition of each batch's rows, satellite by satellite."""
    d = detections.c
    query = (
        scope(
            select(d.satellite, func.min(d.acq_at).label("a"), func.max(d.acq_at).label("b")),
            actor,
            detections,
        )
        .where(d.acq_at >= since, d.acq_at <= until)
        .where(d.satellite.in_([int(one) for one in satellites]))
        .group_by(d.satellite, d.batch_id)
    )
    return [Span(Satellite(row.satellite), row.a, row.b) for row in conn.execute(query)]


def arrivals(conn: Connection, actor: Actor, since: datetime) -> list[Arrival]:
    """Files taken in after a moment, and feeds that answered their last poll."""
    b, f = batches.c, feeds.c
    files = scope(select(b.feed, b.name, b.received_at), actor, batches)
    files = files.where(b.received_at >= since)
    polls = scope(select(f.feed, f.last_poll), actor, feeds)
    polls = polls.where(
        f.feed.startswith(POLLED), f.last_poll >= since, f.state.in_(["ok", "late"])
    )
    found = [Arrival(row.feed, row.name, row.received_at) for row in conn.execute(files)]
    return found + [Arrival(row.feed, "", row.last_poll) for row in conn.execute(polls)]


def newest_batch(conn: Connection, actor: Actor) -> int:
    """The number of the world's newest batch, 0 before the first: what was read up to it holds."""
    return int(conn.scalar(scope(select(func.max(batches.c.id)), actor, batches)) or 0)


def first(conn: Connection, actor: Actor) -> datetime | None:
    """Since when the world knows of satellites: its first batch, or the first pixel in it."""
    b, d = batches.c, detections.c
    moments = [
        conn.scalar(scope(select(func.min(b.received_at)), actor, batches)),
        conn.scalar(scope(select(func.min(d.acq_at)), actor, detections)),
    ]
    return min((moment for moment in moments if moment), default=None)


def glimpses(
    conn: Connection, actor: Actor, fire_ids: list[UUID], since: datetime
) -> list[Glimpse]:
    """The detections of a fire by satellite and time of acquisition, without those marked false."""
    d, v = detections.c, verdicts.c
    same = (v.world_id == d.world_id) & (v.acq_at == d.acq_at) & (v.key == d.key)
    marked = exists().where(same, v.in_force, v.verdict == Held.FALSE.value)
    power = func.sum(func.nullif(d.frp, float("nan"))).label("frp")
    query = (
        scope(select(d.satellite, d.acq_at, func.count().label("n"), power), actor, detections)
        .where(d.fire_id.in_(fire_ids), d.acq_at >= since, ~marked)
        .group_by(d.satellite, d.acq_at)
    )
    return [
        Glimpse(Satellite(row.satellite), row.acq_at, row.n, row.frp) for row in conn.execute(query)
    ]


def neighbours(
    conn: Connection,
    actor: Actor,
    bbox: tuple[float, float, float, float],
    fire_ids: list[UUID],
    since: datetime,
) -> list[tuple[Satellite, datetime]]:
    """When which satellite saw anything else in a box."""
    d = detections.c
    query = (
        scope(select(d.satellite, d.acq_at).distinct(), actor, detections)
        .where(bbox_clause(d.geom, bbox), d.acq_at >= since)
        .where(d.fire_id.is_(None) | d.fire_id.not_in(fire_ids))
    )
    return [(Satellite(row.satellite), row.acq_at) for row in conn.execute(query)]
