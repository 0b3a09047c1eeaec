"""Orders to forces: asked for, approved by level, given, under way, arrived, released.

One use-case sends any number of units to one fire in one transaction, so that an accepted
suggestion is given whole or not at all. Units and fire are locked in a fixed order; whatever two
dispatchers do at once, a unit has one fire.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain import lifecycle
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Conflict, Invalid, NotFound, invalid
from sylvan.domain.command.ladder import above, waiting
from sylvan.domain.command.orders import (
    Order,
    OrderStamp,
    OrderStatus,
    moved,
    order_options,
    order_step,
)
from sylvan.domain.fires import Fire
from sylvan.domain.forces.register import Unit
from sylvan.domain.forces.status import STEPS, Status
from sylvan.domain.instants import iso
from sylvan.domain.lifecycle import Context
from sylvan.domain.timeline import Moment
from sylvan.domain.worlds import is_future
from sylvan.services import decisions
from sylvan.services.base import Base, check_version, fingerprint, repeated, whole_again
from sylvan.services.changes import audit_fire, stamped, write_fires
from sylvan.services.command_rules import CommandRules
from sylvan.services.fires import found
from sylvan.services.forces_keeper import Keeper
from sylvan.services.forces_units import stepped
from sylvan.services.orders_free import Asked, Line, free_for_fire, free_to_cover, wrong_lines
from sylvan.services.requests import answered
from sylvan.services.verdicts import Choice, accepted
from sylvan.store import audit, events, orders, units
from sylvan.store.events import Event

STAMPED: Final = {OrderStatus.DEPARTED: Moment.DEPARTED, OrderStatus.ARRIVED: Moment.ARRIVED}
"""Steps of the first unit that are moments of the fire as well."""
UNIT_AFTER: Final = {
    OrderStatus.ORDERED: (Status.ASSIGNED,),
    OrderStatus.DEPARTED: (Status.EN_ROUTE,),
    OrderStatus.ARRIVED: (Status.EN_ROUTE, Status.AT_FIRE),
    OrderStatus.RELEASED: (Status.RETURNING,),
    OrderStatus.CANCELLED: (Status.RETURNING,),
    OrderStatus.FAILED: (Status.OUT_OF_SERVICE,),
}
"""What a unit does next, step by step as far as its own states allow."""


@dataclass(frozen=True, slots=True)
class OrderStep:
    """What is told of an order."""

    to: OrderStatus
    reason: str = ""
    at: datetime | None = None
    """When it happened; ``None``: now."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        at = self.at.isoformat() if self.at else None
        return {"to": self.to.value, "reason": self.reason, "at": at}


@dataclass(frozen=True, slots=True)
class Orders(Base):
    """Use-cases about orders."""

    keeper: Keeper
    rules: CommandRules

    @whole_again
    def send(
        self,
        actor: Actor,
        fire_id: UUID,
        lines: Sequence[Line],
        choice: Choice | None,
        key: str | None,
    ) -> dict[str, Any]:
        """Ask for units; those whose rung this actor may approve are ordered at once.

        Args:
            actor: who sends.
            fire_id: where to.
            lines: units; some may cover a base meanwhile.
            choice: the suggestion that is accepted by this; ``None``: sent by hand.
            key: of the request, to repeat it safely.

        Raises:
            Conflict: the fire is not registered or is over, a unit has another fire, or somebody
                keeps it out or decided on the suggestion first.
            Invalid: no such unit, rung or base, named by line.
        """
        told: dict[str, Any] = {"fire": str(fire_id), "lines": [one.as_dict() for one in lines]}
        told |= {"choice": choice.as_dict() if choice else None}
        request = fingerprint("order.send", told)
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            fire = _fought(found(conn, actor, fire_id, lock=True))
            known = units.of_codes(conn, actor, [one.unit for one in lines], lock=True)
            now = self.clock()
            self._check(conn, actor, fire, lines, known, now)
            going = [one.unit for one in lines if one.station is None]
            if choice is not None and going:
                accepted(conn, actor, fire, going, choice, now)
            number = choice.suggestion if choice else None
            given = [
                self._given(conn, actor, fire, one, known[one.unit], number, now) for one in lines
            ]
            self._fire_follows(conn, actor, fire, given, known, now)
            reply = {"fire_id": str(fire.id), "orders": [self.told(one, actor) for one in given]}
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    @whole_again
    def step(
        self, actor: Actor, order_id: UUID, step: OrderStep, version: int | None, key: str | None
    ) -> dict[str, Any]:
        """The next step of an order; its unit and its fire follow.

        Raises:
            Conflict: no such step, somebody was faster, or the unit is elsewhere by now.
            Forbidden: this rung is answered by a higher level.
            Invalid: a reason is missing, or the moment is ahead of now.
        """
        request = fingerprint("order.step", {"id": str(order_id)} | step.as_dict())
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            asked = _found(conn, actor, order_id)
            fire = found(
                conn, actor, asked.fire_id, lock=True
            )  # fires before units, as `send` does
            known = units.of_codes(conn, actor, [asked.unit], lock=True)
            before = _found(conn, actor, order_id, lock=True)
            check_version(conn, actor, str(before.id), before.version, version)
            now = self.clock()
            at = self._moment(actor, step, now)
            facts = {"reason": step.reason}
            order_step(before, step.to, facts, actor, at, self.rules.ladder)
            if step.to is OrderStatus.ORDERED:
                self._free(conn, actor, fire, [(0, before.unit)], before.station, now)
            after = moved(before, step.to, actor, at, now, step.reason)
            self._unit_follows(conn, actor, after, known.get(before.unit), at, now)
            self._keep(conn, actor, [after], fire, now)
            self._fire_follows(conn, actor, fire, [after], known, now)
            if before.status is OrderStatus.REQUESTED:
                answered(conn, actor, fire, self.rules.ladder, now)
            reply = self.told(after, actor)
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    def of_fire(self, actor: Actor, fire_id: UUID) -> list[dict[str, Any]]:
        """All orders for a fire and for those merged into it."""
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            rows = orders.of_fires(conn, actor, fire.ids)
        return [self.told(one, actor) for one in rows]

    def still_open(self, actor: Actor) -> list[dict[str, Any]]:
        """Everything that still asks something of somebody, the oldest first."""
        with self.engine.connect() as conn:
            rows = orders.still_open(conn, actor)
        return [self.told(one, actor) for one in rows]

    def _check(
        self,
        conn: Connection,
        actor: Actor,
        fire: Fire,
        lines: Sequence[Line],
        known: dict[str, Unit],
        now: datetime,
    ) -> None:
        """All that is wrong with the lines at once; then whether anybody was faster."""
        rungs = {one.code.value for one in self.rules.ladder.rungs}
        errors = wrong_lines(conn, actor, lines, known, rungs)
        if errors:
            raise invalid(errors)
        for covers in (False, True):
            ordered = [
                (place, one.unit)
                for place, one in enumerate(lines)
                if (one.station is not None) is covers
                and self.rules.ladder.may_approve(one.rung, actor.level)
            ]
            self._free(conn, actor, fire, ordered, covers, now)

    def _free(
        self,
        conn: Connection,
        actor: Actor,
        fire: Fire,
        asked: Asked,
        covers: object,
        now: datetime,
    ) -> None:
        """Refuses units that may not go; move-ups of those that go to the fire end."""
        if covers:
            free_to_cover(conn, actor, fire, asked)
        else:
            self._keep(conn, actor, free_for_fire(conn, actor, fire, asked, now), fire, now)

    def _given(
        self,
        conn: Connection,
        actor: Actor,
        fire: Fire,
        line: Line,
        unit: Unit,
        suggestion: int | None,
        now: datetime,
    ) -> Order:
        """A new order, as far as this actor's word carries it."""
        at = actor.world.now(now)
        first = OrderStamp(OrderStatus.REQUESTED, at, actor.subject, str(actor.level), now)
        order = Order(
            uuid7(),
            1,
            fire.id,
            line.unit,
            line.rung,
            OrderStatus.REQUESTED,
            (first,),
            line.eta_at,
            line.eta_hi_at,
            suggestion,
            line.task,
            line.reasons,
            fire.territories,
            line.station,
        )
        if self.rules.ladder.may_approve(line.rung, actor.level):
            for status in (OrderStatus.APPROVED, OrderStatus.ORDERED):
                order = moved(order, status, actor, at, now)
            order = replace(order, version=1)
            self._unit_follows(conn, actor, order, unit, at, now)
        self._keep(conn, actor, [order], fire, now)
        return order

    def _unit_follows(
        self,
        conn: Connection,
        actor: Actor,
        order: Order,
        unit: Unit | None,
        at: datetime,
        now: datetime,
    ) -> None:
        """The unit does what its order says; one that is elsewhere by now is left alone."""
        if unit is None or order.station is not None or order.status not in UNIT_AFTER:
            return  # who covers a base is free to be sent to a fire
        if order.status is not OrderStatus.ORDERED and unit.fire_id != order.fire_id:
            return
        after, then = unit, UNIT_AFTER[order.status]
        if order.status is OrderStatus.CANCELLED and unit.status is Status.ASSIGNED:
            then = (Status.AVAILABLE,)  # it never left
        for status in then:
            if status in STEPS[after.status]:
                moment = at if after.status_at is None else max(at, after.status_at)
                after = stepped(after, status, order.fire_id, moment, self.keeper.rules)
        if order.status is OrderStatus.ORDERED and after.status is not Status.ASSIGNED:
            told = {"unit": unit.card.code, "status": unit.status.value}
            raise Conflict("order.unit_not_ready", told)
        if after is not unit:
            self.keeper.keep_units(conn, actor, [replace(after, version=unit.version + 1)], now)

    def _keep(
        self, conn: Connection, actor: Actor, changed: Sequence[Order], fire: Fire, now: datetime
    ) -> None:
        """Rows, events, audit."""
        orders.save(conn, actor, changed, now)
        at = actor.world.now(now)
        told = [
            Event(
                "order.changed",
                str(one.id),
                at,
                one.as_dict(),
                fire.territories,
                fire.measured.point,
            )
            for one in changed
        ]
        events.write(conn, actor, told)
        for one in changed:
            deed = f"order.{one.status.value}"
            facts = {"fire": str(one.fire_id), "unit": one.unit, "reason": one.stamps[-1].reason}
            audit.record(conn, actor, deed, str(one.id), facts, now=now, version=one.version)

    def _fire_follows(
        self,
        conn: Connection,
        actor: Actor,
        fire: Fire,
        given: Sequence[Order],
        known: dict[str, Unit],
        now: datetime,
    ) -> None:
        """The first unit that is ordered dispatches its fire.

        The first departure and the first arrival are on its record as well.
        """
        at = actor.world.now(now)
        after = fire
        going = [one for one in given if one.station is None]
        ordered = [one for one in going if one.status is OrderStatus.ORDERED]
        if ordered and fire.status == lifecycle.Status.REGISTERED:
            facts = {"forces": ", ".join(one.unit for one in ordered)}
            step = lifecycle.fire_step(
                lifecycle.Status.REGISTERED, lifecycle.Status.DISPATCHED, facts, actor, Context(at)
            )
            after = decisions.moved(after, actor, step, facts, at, now)
        for one in going:
            moment = STAMPED.get(one.status)
            if moment is not None and not _on_record(after, moment):
                after = stamped(after, actor, moment, one.stamps[-1].at, now)
        if after is not fire:
            new = replace(after, version=fire.version + 1)
            write_fires(conn, actor, [new], now)
            audit_fire(conn, actor, "fire.forces", new, {"units": sorted(known)}, now)

    def told(self, order: Order, actor: Actor) -> dict[str, Any]:
        """An order with what may follow, and how long a request has waited."""
        told = order.as_dict()
        told["options"] = order_options(order, actor, self.rules.ladder)
        told["waiting"] = None
        if order.status is OrderStatus.REQUESTED:
            since = order.stamps[0].at
            at = actor.world.now(self.clock())
            asked = waiting(self.rules.ladder, order.rung, since, at)
            higher = above(asked.rung.code)
            told["waiting"] = {
                "due": iso(asked.due),
                "overdue": asked.overdue,
                "approves": asked.rung.approves.value,
                "next": None if higher == asked.rung.code else higher.value,
                "reason": asked.told.as_dict(),
            }
        return told

    def _moment(self, actor: Actor, step: OrderStep, now: datetime) -> datetime:
        if step.at is None:
            return actor.world.now(now)
        if is_future(actor.world, step.at, now):
            raise Invalid("forces.ahead", {"at": step.at.isoformat()}, "at")
        return step.at


def _fought(fire: Fire) -> Fire:
    """Refuses fires to which nobody is sent."""
    if fire.status == lifecycle.Status.SIGNAL:
        raise Conflict("order.not_registered", {"fire": str(fire.id)})
    if fire.status in lifecycle.CLOSED:
        told = {"fire": fire.number or str(fire.id), "status": fire.status}
        raise Conflict("forces.fire_closed", told)
    return fire


def _found(conn: Connection, actor: Actor, order_id: UUID, *, lock: bool = False) -> Order:
    order = orders.get(conn, actor, order_id, lock=lock)
    if order is None:
        raise NotFound("problem.order_unknown", {"id": str(order_id)})
    return order


def _on_record(fire: Fire, moment: Moment) -> bool:
    return any(line["moment"] == moment.value for line in fire.details.get("timeline", []))
