"""Counts of detections by hour, and single detections for reading."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, text

from sylvan.domain.actors import Actor
from sylvan.store.detections import detections
from sylvan.store.fires import bbox_clause
from sylvan.store.scope import scope

_COUNTS = text(
    "select floor(extract(epoch from acq_at - :since) / :step)::int as slot, count(*) as n"
    " from detection where world_id = :world and acq_at >= :since and acq_at < :until"
    " group by 1"
)


def counts(
    conn: Connection, actor: Actor, since: datetime, until: datetime, step_s: int
) -> list[int]:
    """How many detections were acquired in each step of a span."""
    slots = int((until - since).total_seconds() // step_s)
    found = [0] * slots
    values = {"since": since, "until": until, "step": step_s, "world": actor.world.id}
    for row in conn.execute(_COUNTS, values):
        if 0 <= row.slot < slots:
            found[row.slot] = row.n
    return found


def page(  # noqa: PLR0913 - the filters of a list
    conn: Connection,
    actor: Actor,
    *,
    bbox: tuple[float, float, float, float] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    fire_ids: list[UUID] | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int = 1000,
) -> list[Row[Any]]:
    """Detections with lon and lat, newest first, from a cursor (acq_at, key) on."""
    d = detections.c
    query = scope(
        select(detections, func.st_x(d.geom).label("lon"), func.st_y(d.geom).label("lat")),
        actor,
        detections,
    )
    if bbox:
        query = query.where(bbox_clause(d.geom, bbox))
    if since:
        query = query.where(d.acq_at >= since)
    if until:
        query = query.where(d.acq_at <= until)
    if fire_ids is not None:
        query = query.where(d.fire_id.in_(fire_ids))
    if after:
        query = query.where(func.row(d.acq_at, d.key) < func.row(after[0], after[1]))
    return list(conn.execute(query.order_by(d.acq_at.desc(), d.key.desc()).limit(limit)))
