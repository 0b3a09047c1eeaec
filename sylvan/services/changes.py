"""The one way in which fires change: state, version, event and audit in one transaction."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.fires import Fire, summary
from sylvan.domain.timeline import Moment, Stamp, Timeline
from sylvan.store import audit, events, fires
from sylvan.store.events import Event


def write_fires(conn: Connection, actor: Actor, states: list[Fire], now: datetime) -> None:
    """Store new versions of fires, keep them for reads as of now, and tell everybody."""
    world_now = actor.world.now(now)
    fires.save(conn, actor, states)
    versions = [(fire, summary(fire, actor.world.name, world_now)) for fire in states]
    fires.keep_versions(conn, actor, versions, now)
    told = []
    for fire, body in versions:
        kind = "fire.merged" if fire.merged_into else "fire.changed"
        told.append(
            Event(kind, str(fire.id), world_now, body, fire.territories, fire.measured.point)
        )
    events.write(conn, actor, told)


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
