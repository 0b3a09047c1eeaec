"""The one way in which fires change: state, version, event and audit in one transaction."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.fires import Fire, summary
from sylvan.domain.timeline import Moment, Stamp, Timeline
from sylvan.store import audit, fire_history, fire_stamps, fires


def write_fires(
    conn: Connection, actor: Actor, states: list[Fire], now: datetime
) -> dict[UUID, fire_stamps.Stamp]:
    """Store new versions of fires, keep them for reads as of now, and tell everybody.

    Returns the stamps of their rows.
    """
    world_now = actor.world.now(now)
    with ThreadPoolExecutor(1) as meanwhile:  # the server writes while the summaries are made
        saved = meanwhile.submit(fires.save, conn, actor, states)
        summaries = [(fire, summary(fire, actor.world.name, world_now)) for fire in states]
        stamps = saved.result()
    fire_history.keep(conn, actor, summaries, now)
    return stamps


def audit_fire(
    conn: Connection, actor: Actor, action: str, fire: Fire, changes: dict[str, Any], now: datetime
) -> None:
    """Who did what to a fire."""
    audit.record(conn, actor, action, str(fire.id), changes, now=now, version=fire.version)


def stamped(fire: Fire, actor: Actor, moment: Moment, at: datetime, now: datetime) -> Fire:
    """The fire with one more line in its record of times."""
    line = Stamp(moment, at, str(actor.level), actor.subject, now)
    timeline = Timeline.from_list(fire.details.get("timeline", [])).with_stamp(line)
    return replace(fire, details={**fire.details, "timeline": timeline.as_list()})


def answer(thing_id: UUID, version: int) -> dict[str, Any]:
    """What a change answers: the thing and its new version."""
    return {"id": str(thing_id), "version": version}
