"""One fire as it stood at a moment of its world's clock."""

from datetime import datetime
from typing import Any
from uuid import UUID

from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, select

from sylvan.domain.actors import Actor
from sylvan.store.fires import versions
from sylvan.store.scope import scope


def at(
    conn: Connection, actor: Actor, fire_id: UUID, moment: datetime
) -> tuple[dict[str, Any], BaseGeometry | None] | None:
    """Summary and edge of a fire's newest version at ``moment``; None before its first one."""
    v = versions.c
    query = select(versions).where(v.fire_id == fire_id, v.at <= moment)
    newest = scope(query, actor, versions).order_by(v.version.desc()).limit(1)
    row = conn.execute(newest).one_or_none()
    if row is None:
        return None
    return row.summary, None if row.edge is None else to_shape(row.edge)
