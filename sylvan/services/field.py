"""What a crew carries along: its task as small as it can be told, and the ground around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from shapely.geometry import mapping
from sqlalchemy import Connection

from sylvan.domain import lifecycle
from sylvan.domain.actors import Actor
from sylvan.domain.codes import NotFound
from sylvan.domain.command.notices import Notice
from sylvan.domain.command.orders import Order, order_options
from sylvan.domain.fires import Fire
from sylvan.domain.forces.register import Unit
from sylvan.domain.forces.status import Status, options
from sylvan.domain.instants import iso
from sylvan.domain.places import distances_m
from sylvan.services.base import Base
from sylvan.services.fires import found
from sylvan.services.geography import Geography
from sylvan.services.orders import Orders
from sylvan.services.safety import Safety
from sylvan.services.ways import Ways
from sylvan.store import fires, layers, notices, orders, units

FINE_DEG: Final = 0.0004
"""Shapes are simplified to this: about 40 m, less than a satellite knows of an edge."""
DECIMALS: Final = 5
MOST_STOPS: Final = 60
"""Points of a way: enough to see it, few enough for a bad link."""
MOST_PLACES: Final = 400
KM_PER_DEG: Final = 111.2


@dataclass(frozen=True, slots=True)
class Field(Base):
    """Reading for crews."""

    geography: Geography
    orders: Orders
    ways: Ways
    safety: Safety

    def task(self, actor: Actor, code: str) -> dict[str, Any]:
        """All that one unit has to know now.

        Raises:
            NotFound: there is no such unit in reach.
        """
        now = self.clock()
        with self.engine.connect() as conn:
            unit = units.of_codes(conn, actor, [code]).get(code)
            if unit is None:
                raise NotFound("forces.unit_unknown", {"unit": code}, "unit")
            order = orders.holding(conn, actor, [code]).get(code)
            goal = order.fire_id if order else unit.fire_id
            fire = found(conn, actor, goal) if goal else None
            told = [one for one in notices.standing(conn, actor) if code in one.held.units]
        return {
            "now": now,
            "at": actor.world.now(now),
            "world": actor.world.name,
            "unit": _unit(unit),
            "order": None if order is None else self._order(order, actor),
            "fire": None if fire is None else _fire(fire, actor),
            "way": None if order is None else self._way(actor, order),
            "check_in": self._check_in(actor, unit, fire),
            "warnings": [_warning(one) for one in told],
        }

    def _order(self, order: Order, actor: Actor) -> dict[str, Any]:
        return {
            "id": str(order.id),
            "status": order.status.value,
            "task": order.task,
            "eta_at": iso(order.eta_at),
            "by": order.stamps[0].by if order.stamps else "",
            "options": order_options(order, actor, self.orders.rules.ladder),
        }

    def _way(self, actor: Actor, order: Order) -> dict[str, Any] | None:
        told = self.ways.of_order(actor, order)
        if told is None:
            return None
        stops = [one["point"] for one in told["course"]]
        step = max(len(stops) // MOST_STOPS, 1)
        line = [*stops[::step], *stops[-1:]] if stops else []
        return {
            "departs_at": told["departs_at"],
            "arrives_at": told["arrives_at"],
            "line": line,
            "reasons": told["reasons"],
        }

    def _check_in(self, actor: Actor, unit: Unit, fire: Fire | None) -> dict[str, Any] | None:
        if fire is None or unit.status is not Status.AT_FIRE:
            return None
        crews = self.safety.of_fire(actor, fire.id)
        mine = [one for one in crews["crews"] if one["unit"] == unit.card.code]
        if not mine:
            return None
        return {
            "every_min": crews["check_in_min"],
            **{name: mine[0][name] for name in ("heard_at", "due_at", "overdue", "silent")},
        }

    def area(self, actor: Actor, point: tuple[float, float], km: float) -> dict[str, Any]:
        """Fires and settlements around a place, to be taken along.

        Args:
            actor: who asks.
            point: longitude, latitude, degrees.
            km: how far around.
        """
        now = self.clock()
        box = _box(point, km)
        with self.engine.connect() as conn:
            burning = [
                one
                for one in fires.current(conn, actor)
                if one.status not in lifecycle.CLOSED and _within(one.measured.point, point, km)
            ]
            places = self._places(conn, box)
        return {
            "at": actor.world.now(now),
            "point": [round(axis, DECIMALS) for axis in point],
            "km": km,
            "fires": [_fire(one, actor) for one in burning],
            "places": places,
        }

    def _places(
        self, conn: Connection, box: tuple[float, float, float, float]
    ) -> list[dict[str, Any]]:
        rows = layers.features(
            conn,
            region_code=self.geography.code,
            kinds=["settlement"],
            bbox=box,
            limit=MOST_PLACES,
        )
        return [
            {
                "name": dict(item.names),
                "point": _rounded(item.geom.representative_point().coords[0]),
            }
            for _, item in rows
        ]


def _unit(unit: Unit) -> dict[str, Any]:
    last = unit.position
    return {
        "id": str(unit.id),
        "code": unit.card.code,
        "name": dict(unit.card.names) or None,
        "kind": unit.card.kind.value,
        "status": unit.status.value,
        "status_at": iso(unit.status_at),
        "point": None if last is None else _rounded(last.point),
        "options": [one.value for one in options(unit.status)],
    }


def _fire(fire: Fire, actor: Actor) -> dict[str, Any]:
    edge = fire.measured.edge
    return {
        "id": str(fire.id),
        "number": fire.number,
        "status": str(fire.status),
        "point": _rounded(fire.measured.point),
        "area_ha": round(fire.measured.area_ha, 1),
        "edge": None if edge is None else _small(edge.simplify(FINE_DEG)),
        "edge_at": iso(fire.measured.edge_at or fire.measured.last_seen),
        "lead": fire.details.get("commander"),
        "nearest": fire.address.get("nearest"),
        "options": [
            one["status"] for one in lifecycle.fire_options(lifecycle.Status(fire.status), actor)
        ],
    }


def _warning(one: Notice) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "about": str(one.held.about) if one.held.about else None,
        "theme": one.held.theme.value,
        "kind": one.held.kind,
        "units": list(one.held.units),
        "state": one.state.value,
        "grade": one.held.grade,
        "reason": one.held.reason.as_dict(),
        "raised_at": iso(one.raised_at),
        "answered_by": one.answered_by,
        "note": one.note,
    }


def _small(shape: Any) -> dict[str, Any]:
    """A shape as GeoJSON, rounded to a metre."""
    told = dict(mapping(shape))
    told["coordinates"] = _rounded(told["coordinates"])
    return told


def _rounded(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_rounded(one) for one in value]
    return round(value, DECIMALS)


def _within(one: Sequence[float], other: Sequence[float], km: float) -> bool:
    ends = [np.array([axis], np.float64) for axis in (*one, *other)]
    return float(distances_m(*ends)[0]) <= km * 1000


def _box(point: tuple[float, float], km: float) -> tuple[float, float, float, float]:
    """A box that holds a circle; it may cross 180°."""
    lat = km / KM_PER_DEG
    lon = min(lat / max(float(np.cos(np.radians(point[1]))), 0.01), 179.0)
    west, east = (point[0] - lon + 540) % 360 - 180, (point[0] + lon + 540) % 360 - 180
    return west, max(point[1] - lat, -90.0), east, min(point[1] + lat, 90.0)
