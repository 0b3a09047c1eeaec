"""What became of a base or a unit: edits, steps, files, orders, in one list with who and when."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sylvan.domain.actors import Actor
from sylvan.domain.codes import NotFound
from sylvan.domain.command.orders import Order
from sylvan.domain.instants import iso
from sylvan.services.base import Base
from sylvan.store import audit, orders, stations, units

MOST: Final = 200
"""Entries that are told at most; orders that are looked through at most."""


@dataclass(frozen=True, slots=True)
class ForcesHistory(Base):
    """Use-cases that look back."""

    def of_unit(self, actor: Actor, unit_id: UUID, limit: int = MOST) -> list[dict[str, Any]]:
        """Deeds on a unit and steps of its orders, newest first.

        Raises:
            NotFound: no such unit.
        """
        with self.engine.connect() as conn:
            unit = units.get(conn, actor, unit_id)
            if unit is None:
                raise NotFound("problem.unit_unknown", {"id": str(unit_id)})
            deeds = audit.of_subject(conn, actor, str(unit_id), limit)
            given = orders.of_unit(conn, actor, unit.card.code, limit)
        told = [_deed(one) for one in deeds] + [row for one in given for row in _steps(one)]
        return sorted(told, key=lambda one: (one["at"], one["recorded_at"]), reverse=True)[:limit]

    def of_station(self, actor: Actor, station_id: UUID, limit: int = MOST) -> list[dict[str, Any]]:
        """Deeds on a base, newest first.

        Raises:
            NotFound: no such base.
        """
        with self.engine.connect() as conn:
            if stations.get(conn, actor, station_id) is None:
                raise NotFound("problem.station_unknown", {"id": str(station_id)})
            return [_deed(one) for one in audit.of_subject(conn, actor, str(station_id), limit)]


def _deed(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": iso(row["at"]),
        "recorded_at": iso(row["recorded_at"]),
        "by": row["actor"],
        "action": row["action"],
        "version": row["version"],
        "fire_id": row["changes"].get("fire_id"),
        "changes": row["changes"],
    }


def _steps(order: Order) -> list[dict[str, Any]]:
    return [
        {
            "at": iso(one.at),
            "recorded_at": iso(one.recorded_at),
            "by": one.by,
            "action": f"order.{one.status.value}",
            "version": None,
            "fire_id": str(order.fire_id),
            "changes": {"reason": one.reason} if one.reason else {},
        }
        for one in order.stamps
    ]
