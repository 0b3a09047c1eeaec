"""What happened in a drill's world: deeds of its people, signals as they were left, pixels."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, delete, extract, func, select, update
from sqlalchemy.sql.expression import FromClause

from sylvan.domain.actors import Actor
from sylvan.domain.drills.truth import MICRO, PIXEL, Pixels, Signal
from sylvan.store import ledger
from sylvan.store.alerts import alerts
from sylvan.store.audit import audit
from sylvan.store.base import METADATA
from sylvan.store.detections import detections
from sylvan.store.fires import fires
from sylvan.store.forecasts import contours, forecasts
from sylvan.store.orders import orders
from sylvan.store.reports import reports
from sylvan.store.scope import scope
from sylvan.store.worlds import worlds

MOST_DEEDS: Final = 100_000
SHOWN: Final = "fire.shown"
SETTLED: Final = ("fire.registered", "fire.rejected", "report.rejected")
"""Actions of the audit by which a signal is seen, and is none any more."""
KEPT: Final = frozenset({"event_log", "outbox", "audit", "drill"})
"""What stays of a world that is deleted: log and audit are append-only, and prove that they are
whole."""


@dataclass(frozen=True, slots=True)
class Done:
    """One line of the audit."""

    who: str
    action: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """An alarm that asked for an answer. Times are real."""

    recipient: str
    made_at: datetime
    answered_at: datetime | None
    answered_by: str
    within_s: int


def done(conn: Connection, actor: Actor, actions: Iterable[str]) -> list[Done]:
    """What was done in the actor's world, in order."""
    c = audit.c
    query = select(c.actor, c.action, c.subject, c.at).where(
        c.world_id == actor.world.id, c.action.in_(list(actions))
    )
    rows = conn.execute(query.order_by(c.id).limit(MOST_DEEDS))
    return [Done(row.actor, row.action, row.subject, row.at) for row in rows]


def letters(conn: Connection, actor: Actor) -> list[Letter]:
    """Alarms of the actor's world that asked for an answer.

    Each once: who was told in somebody's place is no further one.
    """
    c = alerts.c
    query = select(c.recipient, c.made_at, c.answered_at, c.answered_by, c.answer_within_s).where(
        c.world_id == actor.world.id, c.answer_within_s.is_not(None), c.id == c.root_id
    )
    return [Letter(*row) for row in conn.execute(query.order_by(c.made_at, c.id))]


def signals(conn: Connection, actor: Actor) -> list[Signal]:
    """Fires that were not merged away, and reports that led to none."""
    f = fires.c
    point = (func.st_x(f.point).label("lon"), func.st_y(f.point).label("lat"))
    own = (f.id, f.status, f.received_at, f.registered_at, f.n_detections, *point)
    query = scope(select(*own), actor, fires).where(f.merged_into.is_(None))
    found = [
        Signal(row.id, row.status, row.lon, row.lat, row.received_at, row.registered_at, bool(n))
        for row in conn.execute(query)
        for n in (row.n_detections,)
    ]
    r = reports.c
    where = (func.st_x(r.point).label("lon"), func.st_y(r.point).label("lat"))
    alone = scope(select(r.id, r.status, r.received_at, *where), actor, reports)
    rows = conn.execute(alone.where(r.fire_id.is_(None), r.point.is_not(None)))
    return found + [Signal(row.id, row.status, row.lon, row.lat, row.received_at) for row in rows]


def pixels(conn: Connection, actor: Actor) -> tuple[list[UUID], Pixels]:
    """All detections that belong to a fire: the one that lives on, and what they are known by."""
    d = detections.c
    point = (func.st_x(d.geom).label("lon"), func.st_y(d.geom).label("lat"))
    minute = (extract("epoch", d.acq_at) / 60).label("minute")
    query = scope(select(d.fire_id, d.satellite, minute, *point), actor, detections)
    rows = conn.execute(query.where(d.fire_id.is_not(None))).all()
    heirs = _heirs(conn, actor)
    made = np.zeros(len(rows), PIXEL)
    made["satellite"] = [row.satellite for row in rows]
    made["minute"] = [int(row.minute) for row in rows]
    made["lon"] = np.rint([row.lon * MICRO for row in rows])
    made["lat"] = np.rint([row.lat * MICRO for row in rows])
    return [heirs.get(row.fire_id, row.fire_id) for row in rows], made


def _heirs(conn: Connection, actor: Actor) -> dict[UUID, UUID]:
    """Who lives on of each fire that was merged away."""
    query = scope(select(fires.c.id, fires.c.merged_ids), actor, fires)
    rows = conn.execute(query.where(fires.c.merged_into.is_(None)))
    return {gone: row.id for row in rows for gone in row.merged_ids}


def stamps_of_orders(conn: Connection, actor: Actor) -> list[tuple[UUID, list[dict[str, Any]]]]:
    """By fire, the steps of each order that asked for forces."""
    query = scope(select(orders.c.fire_id, orders.c.stamps), actor, orders)
    return [(row.fire_id, row.stamps) for row in conn.execute(query.order_by(orders.c.created_at))]


def forget(conn: Connection, world_id: int, name: str) -> int:
    """Remove everything that a world holds; its row stays, closed, under another name.

    Returns:
        number of rows that were removed.
    """
    own = select(forecasts.c.id).where(forecasts.c.world_id == world_id)
    gone = conn.execute(delete(contours).where(contours.c.forecast_id.in_(own))).rowcount
    bodies = _own_bodies(conn, world_id)
    for table in reversed(METADATA.sorted_tables):
        if table.name not in KEPT:
            gone += _emptied(conn, table, world_id)
    conn.execute(delete(ledger.bodies).where(ledger.bodies.c.sha256.in_(bodies)))
    conn.execute(update(worlds).where(worlds.c.id == world_id).values(name=name))
    return gone


def _emptied(conn: Connection, table: FromClause, world_id: int) -> int:
    """Rows of a world in a table, or of a table whose rows belong to such rows."""
    if "world_id" in table.c:
        statement = delete(table).where(table.c.world_id == world_id)  # type: ignore[arg-type]
        return conn.execute(statement).rowcount
    owners = [key for key in table.foreign_keys if "world_id" in key.column.table.c]
    gone = 0
    for key in owners:
        parent = key.column.table
        of_world = select(key.column).where(parent.c.world_id == world_id)
        statement = delete(table).where(key.parent.in_(of_world))  # type: ignore[arg-type]
        gone += conn.execute(statement).rowcount
    return gone


def _own_bodies(conn: Connection, world_id: int) -> list[bytes]:
    """Hashes of files that no other world took in."""
    b, other = ledger.batches.c, ledger.batches.alias()
    elsewhere = select(other.c.id).where(other.c.sha256 == b.sha256, other.c.world_id != world_id)
    query = select(b.sha256).where(b.world_id == world_id, ~elsewhere.exists()).distinct()
    return list(conn.scalars(query))
