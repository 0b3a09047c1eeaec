"""Hours in the air: what sending a unit costs its base, and what the base has left within a day."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.command.orders import Order, OrderStatus
from sylvan.domain.forces.register import Station
from sylvan.domain.places import LonLat
from sylvan.domain.travel.matrix import TravelMatrix
from sylvan.domain.travel.sphere import apart, spots
from sylvan.store import orders

F8 = npt.NDArray[np.float64]
DAY: Final = timedelta(hours=24)
HOUR: Final = timedelta(hours=1)
_NOWHERE: Final = LonLat(0.0, 0.0)


def limited(stations: Sequence[Station]) -> dict[str, float]:
    """Hours within a day of those bases that have a limit, by code."""
    return {one.card.code: one.card.flight_h for one in stations if one.card.flight_h is not None}


def left(
    conn: Connection,
    actor: Actor,
    limits: Mapping[str, float],
    base_of: Mapping[str, str],
    flying: frozenset[str],
    at: datetime,
) -> dict[str, float]:
    """Hours that bases have left at a moment, never below 0.

    Args:
        conn: a transaction that reads.
        actor: who asks.
        limits: hours within a day, by base.
        base_of: the base of each unit.
        flying: units that get about by air.
        at: the world's time; flights of the day before it count.
    """
    told = dict(limits)
    if not told:
        return told
    for one in orders.flown_since(conn, actor, at - DAY):
        base = base_of.get(one.unit, "")
        if base in told and one.unit in flying:
            told[base] -= flown_h(one)
    return {base: max(hours, 0.0) for base, hours in told.items()}


def flown_h(order: Order) -> float:
    """Hours in the air for an order that is over: there and back, as long as the way there took."""
    begun = order.at(OrderStatus.DEPARTED)
    if begun is None:
        return 0.0
    turned = order.at(OrderStatus.ARRIVED) or order.stamps[-1].at
    return 2.0 * max((turned - begun) / HOUR, 0.0)


def flights_h(matrix: TravelMatrix | None, rows: npt.NDArray[np.int64]) -> F8:
    """(units, fires) hours in the air, there and back in still air; 0 for those who do not fly.

    Args:
        matrix: ways to fires.
        rows: (units, fires) row of the matrix by which a unit goes; -1: it does not get there.
    """
    hours = np.zeros(rows.shape)
    if matrix is None or not hours.size:
        return hours
    speed = np.array([one.speed_km_h or 0.0 if one.flies else 0.0 for one in matrix.movers])
    unit, fire = np.nonzero((rows >= 0) & (speed[rows] > 0.0))
    if not len(unit):
        return hours
    row = rows[unit, fire]
    start = spots([matrix.movers[at].point or _NOWHERE for at in row])
    end = spots([matrix.goals[at].point or _NOWHERE for at in fire])
    km, _ = apart(start, end)
    hours[unit, fire] = 2.0 * km / speed[row]
    return hours
