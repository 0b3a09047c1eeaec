"""What is asked for, and whether units may be sent.

No other fire, nobody's word against it, a base that exists: all of it is asked with the units' rows
locked.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, Conflict, FieldError, Scalar
from sylvan.domain.command.orders import Order, OrderStatus, moved
from sylvan.domain.fires import Fire
from sylvan.domain.forces.register import Unit
from sylvan.services.constraints import obeyed
from sylvan.store import orders, stations

Asked = Sequence[tuple[int, str]]
"""Place in the request and code of units."""


@dataclass(frozen=True, slots=True)
class Line:
    """One unit that is asked for."""

    unit: str
    """Code in the register."""
    rung: str
    eta_at: datetime | None = None
    eta_hi_at: datetime | None = None
    task: str = ""
    reasons: tuple[Coded, ...] = ()
    station: str | None = None
    """Base that it covers meanwhile; ``None``: it goes to the fire."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "unit": self.unit,
            "rung": self.rung,
            "task": self.task,
            "station": self.station,
        }


def free_for_fire(
    conn: Connection, actor: Actor, fire: Fire, asked: Asked, now: datetime
) -> list[Order]:
    """Refuse units that are under way for a fire or that somebody keeps out.

    Returns:
        Orders to cover a base that end because their units go to the fire.
    """
    codes = [unit for _, unit in asked]
    _held(orders.holding(conn, actor, codes), asked, fire)
    obeyed(conn, actor, fire, asked, now)
    at = actor.world.now(now)
    covers = orders.covering(conn, actor, codes)
    over = {OrderStatus.ARRIVED: OrderStatus.RELEASED}
    why = Coded("order.cover_over", {"fire": fire.number or str(fire.id)})
    return [
        replace(
            moved(one, over.get(one.status, OrderStatus.CANCELLED), actor, at, now),
            reasons=(*one.reasons, why),
        )
        for _, one in sorted(covers.items())
    ]


def free_to_cover(conn: Connection, actor: Actor, fire: Fire, asked: Asked) -> None:
    """Refuse units that are under way for a fire or cover a base already."""
    codes = [unit for _, unit in asked]
    _held(orders.holding(conn, actor, codes), asked, fire)
    taken = orders.covering(conn, actor, codes)
    errors = tuple(
        FieldError(f"units.{place}", "order.unit_covers", _covers(taken[unit]))
        for place, unit in asked
        if unit in taken
    )
    if errors:
        raise Conflict(errors[0].code, errors[0].params, errors=errors)


def wrong_lines(
    conn: Connection,
    actor: Actor,
    lines: Sequence[Line],
    known: Mapping[str, Unit],
    rungs: Collection[str],
) -> list[FieldError]:
    """All that is wrong with the lines of a request, whatever anybody else does."""
    errors = [] if lines else [FieldError("units", "field.required")]
    seen: set[str] = set()
    for place, one in enumerate(lines):
        unit, told = known.get(one.unit), {"unit": one.unit}
        if unit is None or unit.retired_at is not None:
            errors.append(FieldError(f"units.{place}", "order.unit_unknown", told))
        elif one.unit in seen:
            errors.append(FieldError(f"units.{place}", "order.unit_twice", told))
        if one.rung not in rungs:
            allowed = {"allowed": ", ".join(sorted(rungs))}
            errors.append(FieldError(f"units.{place}.rung", "field.choice", allowed))
        seen.add(one.unit)
    return errors + _wrong_stations(conn, actor, lines, known)


def _wrong_stations(
    conn: Connection, actor: Actor, lines: Sequence[Line], known: Mapping[str, Unit]
) -> list[FieldError]:
    bases = sorted({one.station for one in lines if one.station is not None})
    there = stations.of_codes(conn, actor, bases) if bases else {}
    errors = []
    for place, one in enumerate(lines):
        if one.station is None:
            continue
        base, unit = there.get(one.station), known.get(one.unit)
        told = {"unit": one.unit, "station": one.station}
        if base is None or base.retired_at is not None:
            errors.append(FieldError(f"units.{place}.station", "order.station_unknown", told))
        elif unit is not None and unit.card.station == one.station:
            errors.append(FieldError(f"units.{place}.station", "order.station_own", told))
    return errors


def _held(held: dict[str, Order], asked: Asked, fire: Fire) -> None:
    taken = [(place, held[unit]) for place, unit in asked if unit in held]
    if not taken:
        return
    errors = tuple(
        FieldError(
            f"units.{place}", "order.unit_taken", {"unit": one.unit, "fire": str(one.fire_id)}
        )
        for place, one in taken
    )
    _, first = taken[0]
    code = "order.unit_here" if first.fire_id == fire.id else "order.unit_taken"
    raise Conflict(code, {"unit": first.unit, "fire": str(first.fire_id)}, errors=errors)


def _covers(order: Order) -> dict[str, Scalar]:
    return {"unit": order.unit, "station": order.station}
