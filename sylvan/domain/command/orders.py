"""The life of an order: from the request for a unit to its release, each step stamped.

One order sends one unit to one fire, or to a base that was bared for that fire (a move-up). It is
the same machine as a fire's life (``domain/lifecycle.py``): one table says what may follow, who may
do it and what must be told, and screens read their buttons from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, Forbidden
from sylvan.domain.command.ladder import Ladder
from sylvan.domain.instants import iso
from sylvan.domain.lifecycle import DISPATCHERS, FIELD, Context, Step, permitted, taken, ways_on


class OrderStatus(StrEnum):
    """Where an order stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    ORDERED = "ordered"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    RELEASED = "released"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    FAILED = "failed"


UNDER_WAY: Final = frozenset({OrderStatus.ORDERED, OrderStatus.DEPARTED, OrderStatus.ARRIVED})
"""Statuses in which the unit belongs to the fire: nobody else may have it."""

OPEN: Final = UNDER_WAY | {OrderStatus.REQUESTED, OrderStatus.APPROVED}
"""Statuses that still ask something of somebody."""

ENDED: Final = frozenset(set(OrderStatus) - OPEN)

ORDER_STEPS: Final[tuple[Step[OrderStatus], ...]] = (
    Step(frozenset({OrderStatus.REQUESTED}), OrderStatus.APPROVED, DISPATCHERS),
    Step(frozenset({OrderStatus.REQUESTED}), OrderStatus.REFUSED, DISPATCHERS, ("reason",)),
    Step(frozenset({OrderStatus.APPROVED}), OrderStatus.ORDERED, DISPATCHERS),
    Step(frozenset({OrderStatus.ORDERED}), OrderStatus.DEPARTED, FIELD),
    # A crew that never said that it had left is there all the same.
    Step(
        frozenset({OrderStatus.ORDERED, OrderStatus.DEPARTED}),
        OrderStatus.ARRIVED,
        FIELD,
    ),
    Step(frozenset({OrderStatus.ARRIVED}), OrderStatus.RELEASED, FIELD),
    Step(
        frozenset({OrderStatus.ORDERED, OrderStatus.DEPARTED, OrderStatus.ARRIVED}),
        OrderStatus.FAILED,
        FIELD,
        ("reason",),
    ),
    Step(
        frozenset({OrderStatus.REQUESTED, OrderStatus.APPROVED})
        | {OrderStatus.ORDERED, OrderStatus.DEPARTED},
        OrderStatus.CANCELLED,
        DISPATCHERS,
        ("reason",),
    ),
)
"""The life of an order. Each pair (from, to) stands in one row."""


@dataclass(frozen=True, slots=True)
class OrderStamp:
    """One step of an order: which, when by the world's clock, by whom, and when that was told."""

    status: OrderStatus
    at: datetime
    by: str
    level: str
    recorded_at: datetime
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "status": self.status.value,
            "at": iso(self.at),
            "by": self.by,
            "level": self.level,
            "recorded_at": iso(self.recorded_at),
            "reason": self.reason,
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "OrderStamp":
        """Read what :meth:`as_dict` wrote."""
        return cls(
            OrderStatus(body["status"]),
            datetime.fromisoformat(body["at"]),
            body["by"],
            body["level"],
            datetime.fromisoformat(body["recorded_at"]),
            body.get("reason", ""),
        )


@dataclass(frozen=True, slots=True)
class Order:
    """One unit for one fire. Times are those of its world's clock, UTC."""

    id: UUID
    version: int
    fire_id: UUID
    unit: str
    """Code of the unit in the register; a request to a higher rung may not know it yet."""
    rung: str
    """Rung of the ladder that is asked (``station`` … ``federal``)."""
    status: OrderStatus
    stamps: tuple[OrderStamp, ...] = ()
    eta_at: datetime | None = None
    """When it is expected at the fire, by the suggestion or by the word of the crew."""
    eta_hi_at: datetime | None = None
    """Late bound of the same (80 of 100 such journeys are over by then)."""
    suggestion: int | None = None
    """Number of the suggestion that it was taken from; ``None``: sent by hand."""
    task: str = ""
    """What it is to do there, in the dispatcher's words."""
    reasons: tuple[Coded, ...] = ()
    territories: tuple[str, ...] = ()
    station: str | None = None
    """Base that it covers for those who went to the fire; ``None``: it goes to the fire itself."""

    @property
    def holds_unit(self) -> bool:
        """Whether its unit may not be sent elsewhere; who covers a base may."""
        return self.status in UNDER_WAY and self.station is None

    def at(self, status: OrderStatus) -> datetime | None:
        """When it reached a status, by the latest word."""
        told = [one.at for one in self.stamps if one.status is status]
        return told[-1] if told else None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form that REST, events and snapshot share."""
        return {
            "id": str(self.id),
            "version": self.version,
            "fire_id": str(self.fire_id),
            "unit": self.unit,
            "station": self.station,
            "rung": self.rung,
            "status": self.status.value,
            "eta_at": iso(self.eta_at),
            "eta_hi_at": iso(self.eta_hi_at),
            "suggestion": self.suggestion,
            "task": self.task,
            "stamps": [one.as_dict() for one in self.stamps],
            "reasons": [one.as_dict() for one in self.reasons],
        }


def order_step(
    order: Order,
    target: OrderStatus,
    facts: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    ladder: Ladder,
) -> Step[OrderStatus]:
    """Check a step in the life of an order and return its row.

    Approval and refusal belong to the level that the ladder names for the order's rung, or one
    above it.

    Raises:
        Conflict: no such step from here.
        Forbidden: not for this actor, or not for one of this level at this rung.
        Invalid: fields missing, by name.
    """
    step = taken(order.status, target, facts, actor, Context(at), ORDER_STEPS)
    if target in {OrderStatus.APPROVED, OrderStatus.REFUSED} and not ladder.may_approve(
        order.rung, actor.level
    ):
        params = {"level": str(actor.level), "rung": order.rung}
        raise Forbidden("order.not_your_rung", params)
    return step


def moved(
    order: Order, target: OrderStatus, actor: Actor, at: datetime, now: datetime, reason: str = ""
) -> Order:
    """The order one step on, stamped; its version is the next one.

    Args:
        order: before.
        target: a status that :func:`order_step` allowed.
        actor: whose word it is.
        at: when it happened by the world's clock.
        now: when it was told, real time.
        reason: in the actor's words, where the step asks for one.
    """
    stamp = OrderStamp(target, at, actor.subject, str(actor.level), now, reason)
    return replace(order, version=order.version + 1, status=target, stamps=(*order.stamps, stamp))


def order_options(order: Order, actor: Actor, ladder: Ladder) -> list[dict[str, Any]]:
    """What this actor may do next with an order, and what must be told."""
    settled = {OrderStatus.APPROVED, OrderStatus.REFUSED}
    return [
        {"status": step.target.value, "needs": list(step.needs)}
        for step in ways_on(order.status, ORDER_STEPS)
        if permitted(step, order.status, actor)
        and (step.target not in settled or ladder.may_approve(order.rung, actor.level))
    ]
