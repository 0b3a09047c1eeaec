"""Short looks for drills: who is in one, what of real life waits, whose days can be played."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from sylvan.domain.actors import Actor
from sylvan.domain.instants import iso
from sylvan.store.alerts import alerts
from sylvan.store.audit import audit
from sylvan.store.fires import fires
from sylvan.store.notices import notices
from sylvan.store.reports import reports
from sylvan.store.scope import scope

QUEUED: Final = "queued"
SUBMIT: Final = "report.submit"
"""What the player does in everybody's name, too: reports of the day."""
LIKELY: Final = 0.5
"""Likelihood from which a signal's clock of registration runs (alerts/clocks.yaml); flares and
glints below it call nobody out of a drill."""


def span(conn: Connection, world_id: int) -> list[dict[str, Any]]:
    """From when to when something burnt in a world; nothing where nothing did."""
    first, last = func.min(fires.c.first_seen), func.max(fires.c.last_seen)
    row = conn.execute(select(first, last).where(fires.c.world_id == world_id)).one()
    return [{"since": iso(row[0]), "until": iso(row[1])}] if row[0] is not None else []


def seen(conn: Connection, world_id: int) -> Sequence[Row[Any]]:
    """Who did how much in a world, and when last (real time)."""
    last = func.max(audit.c.recorded_at).label("last_at")
    query = select(audit.c.actor, last, func.count().label("deeds"))
    query = query.where(audit.c.world_id == world_id, audit.c.action != SUBMIT)
    query = query.group_by(audit.c.actor)
    return conn.execute(query.order_by(last.desc())).all()


@dataclass(frozen=True, slots=True)
class Waits:
    """What nobody has decided on, in the actor's reach."""

    signals: int
    unseen: int
    """Of the signals, those that no dispatcher had on the screen."""
    reports: int
    alarms: int
    """Told to this actor, and not answered."""
    distress: int
    newest: Row[Any] | None


def waiting(conn: Connection, actor: Actor, since: datetime) -> Waits:
    """Signals and reports received since a moment, alarms and calls for help without an answer."""
    f = fires.c
    signal = scope(select(f.id, f.received_at, f.shown_at, f.address), actor, fires).where(
        f.status == "signal",
        f.merged_into.is_(None),
        f.received_at >= since,
        f.likelihood >= LIKELY,
    )
    rows = conn.execute(signal.order_by(f.shown_at.is_not(None), f.received_at.desc())).all()
    told = scope(select(func.count()).select_from(reports), actor, reports)
    told = told.where(reports.c.status == QUEUED, reports.c.received_at >= since)
    a = alerts.c
    mine = select(func.count()).where(
        a.world_id == actor.world.id,
        a.recipient == actor.subject,
        a.answered_at.is_(None),
        a.answer_within_s.is_not(None),
        a.made_at >= since,
    )
    calls = scope(select(func.count()).select_from(notices), actor, notices)
    calls = calls.where(notices.c.theme == "sos", notices.c.state == "open")
    return Waits(
        signals=len(rows),
        unseen=sum(1 for row in rows if row.shown_at is None),
        reports=conn.scalar(told) or 0,
        alarms=conn.scalar(mine) or 0,
        distress=conn.scalar(calls) or 0,
        newest=rows[0] if rows else None,
    )
