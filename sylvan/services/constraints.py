"""What dispatchers hold the suggestion to: said, contradicted by name, withdrawn.

The unit's row is locked while somebody speaks about it, so that two people who say the opposite at
once do not both get their way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Conflict, FieldError, NotFound, Scalar, invalid
from sylvan.domain.command.constraints import (
    Constraint,
    ConstraintKind,
    WhyKept,
    contradiction,
    withdrawn,
)
from sylvan.domain.fires import Fire
from sylvan.domain.lifecycle import CLOSED
from sylvan.services.base import Base, check_version, fingerprint, repeated, whole_again
from sylvan.services.fires import found
from sylvan.store import audit, constraints, events, orders, units
from sylvan.store.events import Event

EVENT: Final = "constraint.changed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a dispatcher says about a unit."""

    kind: ConstraintKind
    unit: str
    fire_id: UUID | None
    why: WhyKept
    note: str = ""
    until: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "kind": self.kind.value,
            "unit": self.unit,
            "fire_id": str(self.fire_id) if self.fire_id else None,
            "why": self.why.value,
            "note": self.note,
            "until": self.until.isoformat() if self.until else None,
        }


@dataclass(frozen=True, slots=True)
class Constraints(Base):
    """Use-cases about constraints of the suggestion."""

    @whole_again
    def say(self, actor: Actor, wanted: Wanted, key: str | None) -> dict[str, Any]:
        """Exclude a unit, for one fire or wholly, or pin it to a fire.

        Raises:
            Conflict: somebody's word in force says the opposite or the same (whose, by name), the
                unit is under way for a fire, or the fire is over.
            Invalid: no such unit, a pin without a fire, a past end, ``other`` without a note.
        """
        request = fingerprint("constraint.say", wanted.as_dict())
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            now = self.clock()
            fire = None if wanted.fire_id is None else found(conn, actor, wanted.fire_id)
            self._check(conn, actor, wanted, fire, actor.world.now(now))
            reply = said(conn, actor, [wanted], fire, now)[0].as_dict()
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    @whole_again
    def withdraw(
        self, actor: Actor, constraint_id: UUID, version: int | None, key: str | None
    ) -> dict[str, Any]:
        """Take a word back, whoever said it; audit keeps both.

        Raises:
            Conflict: it was withdrawn or ended before, or changed since.
        """
        request = fingerprint("constraint.withdraw", {"id": str(constraint_id)})
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            before = constraints.get(conn, actor, constraint_id)
            if before is None:
                raise NotFound("problem.constraint_unknown", {"id": str(constraint_id)})
            check_version(conn, actor, str(before.id), before.version, version)
            now = self.clock()
            at = actor.world.now(now)
            if not before.in_force(at):
                told = {"unit": before.unit, "by": before.withdrawn_by or before.by}
                raise Conflict("constraint.ended", told)
            after = withdrawn(before, actor.subject, at)
            _keep(conn, actor, [after], now)
            reply = after.as_dict()
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    def listed(self, actor: Actor, fire_id: UUID | None = None) -> list[dict[str, Any]]:
        """Words in force, of all or those that concern a fire."""
        at = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            told = constraints.in_force(conn, actor, at)
            if fire_id is not None:
                fire = found(conn, actor, fire_id)
                mine = {None, *fire.ids}
                told = [one for one in told if one.fire_id in mine]
        return [one.as_dict() for one in told]

    def _check(
        self, conn: Connection, actor: Actor, wanted: Wanted, fire: Fire | None, at: datetime
    ) -> None:
        known = units.of_codes(conn, actor, [wanted.unit], lock=True).get(wanted.unit)
        errors = []
        if known is None or known.retired_at is not None:
            errors.append(FieldError("unit", "order.unit_unknown", {"unit": wanted.unit}))
        if wanted.kind is ConstraintKind.PIN and fire is None:
            errors.append(FieldError("fire_id", "field.required"))
        if wanted.until is not None and wanted.until <= at:
            errors.append(FieldError("until", "constraint.past"))
        if wanted.why is WhyKept.OTHER and not wanted.note.strip():
            errors.append(FieldError("note", "field.required"))
        if errors:
            raise invalid(errors)
        if fire is not None and fire.status in CLOSED:
            told: dict[str, Scalar] = {"fire": fire.number or str(fire.id), "status": fire.status}
            raise Conflict("forces.fire_closed", told)
        under = orders.holding(conn, actor, [wanted.unit]).get(wanted.unit)
        if under is not None and _against_order(wanted, fire, under.fire_id):
            raise Conflict("order.unit_taken", {"unit": wanted.unit, "fire": str(under.fire_id)})


def _against_order(wanted: Wanted, fire: Fire | None, held_by: UUID) -> bool:
    """An order is stronger: it has to be cancelled first."""
    here = fire is not None and held_by in fire.ids
    return here is (wanted.kind is ConstraintKind.EXCLUDE)


def said(
    conn: Connection, actor: Actor, wanted: Sequence[Wanted], fire: Fire | None, now: datetime
) -> list[Constraint]:
    """Keep words about units whose rows are locked.

    Raises:
        Conflict: one contradicts what is in force.
    """
    at = actor.world.now(now)
    standing = constraints.in_force(conn, actor, at, [one.unit for one in wanted])
    made = []
    for one in wanted:
        new = Constraint(
            uuid7(),
            1,
            one.kind,
            one.unit,
            fire.id if fire else None,
            one.why,
            one.note,
            actor.subject,
            str(actor.level),
            at,
            one.until,
            territories=fire.territories if fire else (),
        )
        told = contradiction(new, [old for old in standing if old.unit == one.unit])
        if told is not None:
            raise Conflict(told.code, told.params)
        made.append(new)
    _keep(conn, actor, made, now)
    return made


def kept_out(
    conn: Connection, actor: Actor, fire: Fire, codes: Sequence[str], until: datetime, now: datetime
) -> None:
    """Units that were taken out of a suggestion are not offered to this fire again for a while.

    Raises:
        Conflict: somebody pinned one of them to this fire.
    """
    units.of_codes(conn, actor, codes, lock=True)
    at = actor.world.now(now)
    mine = set(fire.ids)
    known = {
        one.unit
        for one in constraints.in_force(conn, actor, at, codes)
        if one.kind is ConstraintKind.EXCLUDE and (one.fire_id is None or one.fire_id in mine)
    }
    wanted = [
        Wanted(ConstraintKind.EXCLUDE, one, fire.id, WhyKept.EDITED, until=until)
        for one in codes
        if one not in known
    ]
    said(conn, actor, wanted, fire, now)


def obeyed(
    conn: Connection, actor: Actor, fire: Fire, asked: Sequence[tuple[int, str]], now: datetime
) -> None:
    """Refuse to send what somebody else keeps out or pinned elsewhere.

    Pins to this fire are spent by it, and one's own words are taken back.

    Args:
        conn: a transaction that holds the units' rows.
        actor: who sends.
        fire: where to.
        asked: place in the request and code of each unit.
        now: real time.

    Raises:
        Conflict: naming unit, fire and whose word it is.
    """
    at = actor.world.now(now)
    mine = set(fire.ids)
    spent = []
    place = {code: at_place for at_place, code in asked}
    for one in constraints.in_force(conn, actor, at, list(place)):
        here = one.fire_id is None or one.fire_id in mine
        pin = one.kind is ConstraintKind.PIN
        if not (here or pin):
            continue
        if one.by == actor.subject or (pin and here):  # people may think better of their own word
            spent.append(withdrawn(one, actor.subject, at))
        else:
            code = "order.unit_pinned" if pin else "order.unit_excluded"
            told = {**one.told(), "asks": actor.subject}
            told["fire"] = str(one.fire_id) if one.fire_id else None
            error = FieldError(f"units.{place[one.unit]}", code, told)
            raise Conflict(code, told, errors=(error,))
    _keep(conn, actor, spent, now)


def _keep(conn: Connection, actor: Actor, changed: Sequence[Constraint], now: datetime) -> None:
    """Rows, events, audit."""
    constraints.save(conn, actor, changed, now)
    at = actor.world.now(now)
    events.write(
        conn,
        actor,
        [Event(EVENT, str(one.id), at, one.as_dict(), one.territories) for one in changed],
    )
    for one in changed:
        deed = "constraint.said" if one.withdrawn_at is None else "constraint.withdrawn"
        facts = {"unit": one.unit, "kind": one.kind.value, "why": one.why.value}
        facts |= {"fire": str(one.fire_id)} if one.fire_id else {}
        audit.record(conn, actor, deed, str(one.id), facts, now=now, version=one.version)
