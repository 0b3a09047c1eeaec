"""Decisions about the control zone: taken down with their act, looked at again, cancelled.

A decision that names fires suspends the work on them in the same transaction; cancelling it takes
the work up again. What changed since is raised as a notice on the fire.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain import lifecycle
from sylvan.domain.actors import Actor
from sylvan.domain.address import Zone
from sylvan.domain.authority import Authority
from sylvan.domain.codes import Conflict, FieldError, Forbidden, NotFound, invalid
from sylvan.domain.command.control import (
    ControlDecision,
    ControlRules,
    Unfought,
    check,
    reviews,
)
from sylvan.domain.command.notices import Held, Theme, ended
from sylvan.domain.fires import Fire
from sylvan.domain.lifecycle import COMMISSION, Context, Status
from sylvan.services import act_files, decisions
from sylvan.services.base import Base, check_version, fingerprint, repeated, whole_again
from sylvan.services.changes import audit_fire, write_fires
from sylvan.services.control_told import Cancelling, NewDecision
from sylvan.services.danger import Danger
from sylvan.services.fires import found
from sylvan.services.local_danger import danger_days
from sylvan.services.notices import settled, tell
from sylvan.store import audit, control, events, exposure, fires, notices
from sylvan.store.events import Event

EVENT: Final = "control.changed"
SUSPENDABLE: Final = frozenset({Status.REGISTERED, Status.DISPATCHED, Status.FIGHTING})
UNFOUGHT: Final = frozenset({*SUSPENDABLE, Status.SUSPENDED})
"""Statuses of fires that a decision may be about."""


@dataclass(frozen=True, slots=True)
class Control(Base):
    """Use-cases about the control zone."""

    danger: Danger
    rules: ControlRules
    authority: Authority

    @whole_again
    def decide(self, actor: Actor, told: NewDecision, key: str | None) -> dict[str, Any]:
        """Take a decision down and suspend the work on the fires that it names.

        Raises:
            Forbidden: commissions sit from the municipality up.
            Invalid: everything that is wrong, by field; a fire that burns outside the control zone.
            Conflict: there is one with this number and date.
        """
        request = fingerprint("control.decide", told.as_dict())
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            _commission(actor)
            now = self.clock()
            at = actor.world.now(now)
            named = self._named(conn, actor, told.fire_ids)
            decision = _taken(actor, told, named, at)
            errors = check(decision, self.danger.today(conn, actor))
            errors += _wrong_fires(named, told)
            if errors:
                raise invalid(errors)
            if control.numbered(conn, actor, decision.number, decision.day) is not None:
                params = {"number": decision.number, "date": decision.day.isoformat()}
                raise Conflict("control.number_taken", params, "number")
            file_id = act_files.keep(conn, actor, told.file, now)
            decision = replace(decision, file_id=file_id)
            for fire in named:
                self._suspend(conn, actor, fire, decision, now)
            reply = self._keep(conn, actor, decision, "control.decide", now)
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    @whole_again
    def cancel(
        self,
        actor: Actor,
        decision_id: UUID,
        told: Cancelling,
        version: int | None,
        key: str | None,
    ) -> dict[str, Any]:
        """Another decision ends it: fires that no other decision covers are fought again.

        Raises:
            Conflict: it is cancelled already, or somebody was faster.
            Invalid: number or reason is missing.
        """
        request = fingerprint("control.cancel", {"id": str(decision_id)} | told.as_dict())
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            _commission(actor)
            seen = _found(conn, actor, decision_id)
            named = self._named(conn, actor, seen.fire_ids)
            before = _found(conn, actor, decision_id, lock=True)
            check_version(conn, actor, str(before.id), before.version, version)
            now = self.clock()
            after = _cancelled(actor, before, told, actor.world.now(now))
            reply = self._keep(conn, actor, after, "control.cancel", now)
            day = self.danger.today(conn, actor)
            for fire in named:
                if not self._covered(conn, actor, fire, day):
                    self._resume(conn, actor, fire, told, now)
            standing = notices.standing(conn, actor, theme=Theme.CONTROL, lock=True)
            at = actor.world.now(now)
            gone = [ended(one, at) for one in standing if one.held.about == after.id]
            tell(conn, actor, gone, now)
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    def listed(self, actor: Actor) -> list[dict[str, Any]]:
        """All decisions with whether they hold, the newest first."""
        with self.engine.connect() as conn:
            day = self.danger.today(conn, actor)
            rows = control.listed(conn, actor)
        return [_told(one, day) for one in rows]

    def of_fire(self, actor: Actor, fire_id: UUID) -> dict[str, Any]:
        """What is decided about a fire: that nothing is, is said as well."""
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            day = self.danger.today(conn, actor)
            rows = _about(conn, actor, fire)
            ids = fire.ids
            standing = notices.standing(conn, actor, theme=Theme.CONTROL, fire_ids=ids)
        covered = any(one.in_force(day) for one in rows)
        zone = fire.address.get("zone")
        return {
            "zone": zone,
            "covered": covered,
            "undecided": zone == Zone.CONTROL and not covered and fire.status in UNFOUGHT,
            "decisions": [_told(one, day) for one in rows],
            "notices": [one.as_dict() for one in standing],
        }

    @whole_again
    def look(self, actor: Actor) -> int:
        """Raise what asks for another look at a decision; how many notices are news."""
        now = self.clock()
        with self.engine.begin() as conn:
            day = self.danger.today(conn, actor)
            standing = notices.standing(conn, actor, theme=Theme.CONTROL, lock=True)
            kept = notices.last_kept(conn, actor)
            held = []
            for decision in control.listed(conn, actor, cancelled=False):
                for fire in self._unfought(conn, actor, decision):
                    facts = _facts(fire, kept.get((decision.id, fire.id)))
                    facts = self._surroundings(conn, actor, fire, facts, day)
                    held += _held(decision, fire, facts, day, self.rules)
            return settled(conn, actor, standing, held, now)

    def _surroundings(
        self, conn: Connection, actor: Actor, fire: Fire, facts: Unfought, day: date
    ) -> Unfought:
        (danger_class,) = danger_days(conn, actor, day).at([fire.measured.point])
        near = [
            one["km"]
            for brief in exposure.briefs(conn, actor, [fire.id])
            for one in brief["nearest"]
            if one["kind"] == "settlement"
        ]
        km = min(near) if near else facts.settlement_km
        return replace(facts, danger_class=danger_class, settlement_km=km)

    def _unfought(self, conn: Connection, actor: Actor, decision: ControlDecision) -> list[Fire]:
        """Suspended fires under a decision: those it names, and those of its municipality."""
        named = self._named(conn, actor, decision.fire_ids, lock=False)
        if decision.municipality:
            named += [
                one
                for one in fires.current(conn, actor)
                if one.municipality == decision.municipality and one not in named
            ]
        return [one for one in named if one.status == Status.SUSPENDED]

    def _named(
        self, conn: Connection, actor: Actor, ids: Sequence[UUID], *, lock: bool = True
    ) -> list[Fire]:
        """Fires by what they are called today; locked in order of id, as all decisions do."""
        today = sorted({fires.resolve(conn, actor, one) for one in ids})
        known = fires.many(conn, actor, today, lock=lock)
        missing = [one for one in today if one not in known]
        if missing:
            raise NotFound("problem.fire_unknown", {"id": str(missing[0])})
        return [known[one] for one in today]

    def _covered(self, conn: Connection, actor: Actor, fire: Fire, day: date) -> bool:
        return any(one.in_force(day) for one in _about(conn, actor, fire))

    def _suspend(
        self, conn: Connection, actor: Actor, fire: Fire, decision: ControlDecision, now: datetime
    ) -> None:
        if fire.status == Status.SUSPENDED:
            return
        facts = {
            "decision_number": decision.number,
            "decision_date": decision.day.isoformat(),
            "decision_basis": decision.grounds,
            "threat": False,
        }
        self._step(conn, actor, fire, Status.SUSPENDED, facts, now)

    def _resume(
        self, conn: Connection, actor: Actor, fire: Fire, told: Cancelling, now: datetime
    ) -> None:
        if fire.status == Status.SUSPENDED:
            facts = {"resume_reason": f"{told.number}: {told.reason}"}
            self._step(conn, actor, fire, Status.FIGHTING, facts, now)

    def _step(
        self,
        conn: Connection,
        actor: Actor,
        fire: Fire,
        target: Status,
        facts: dict[str, Any],
        now: datetime,
    ) -> None:
        at = actor.world.now(now)
        step = lifecycle.fire_step(
            Status(fire.status), target, facts, actor, Context(at, _zone(fire))
        )
        marked = decisions.ranked(self.authority, fire, actor, facts, at)
        moved = decisions.moved(marked, actor, step, facts, at, now)
        after = replace(moved, version=fire.version + 1)
        write_fires(conn, actor, [after], now)
        audit_fire(conn, actor, f"fire.{target.value}", after, facts, now)

    def _keep(
        self, conn: Connection, actor: Actor, one: ControlDecision, deed: str, now: datetime
    ) -> dict[str, Any]:
        control.save(conn, actor, one, now)
        at = actor.world.now(now)
        events.write(conn, actor, [Event(EVENT, str(one.id), at, one.as_dict(), one.territories)])
        facts = {"number": one.number, "date": one.day.isoformat()}
        audit.record(conn, actor, deed, str(one.id), facts, now=now, version=one.version)
        return _told(one, self.danger.today(conn, actor))


def _commission(actor: Actor) -> None:
    if actor.level not in COMMISSION:
        raise Forbidden("control.not_your_level", {"level": str(actor.level)})


def _taken(actor: Actor, told: NewDecision, named: Sequence[Fire], at: datetime) -> ControlDecision:
    return ControlDecision(
        id=uuid7(),
        version=1,
        number=told.number.strip(),
        day=told.day,
        kind=told.kind,
        grounds=told.grounds,
        commission=told.commission,
        fire_ids=tuple(one.id for one in named),
        municipality=told.municipality,
        until=told.until,
        areas={str(one.id): one.measured.area_ha for one in named},
        recorded_at=at,
        recorded_by=actor.subject,
        territories=tuple(sorted({code for one in named for code in one.territories})),
    )


def _wrong_fires(named: Sequence[Fire], told: NewDecision) -> list[FieldError]:
    errors = []
    if told.threat:
        errors.append(FieldError("threat", "fire.threat_not_excluded"))
    for place, fire in enumerate(named):
        zone, field = _zone(fire), f"fire_ids.{place}"
        if fire.status not in UNFOUGHT:
            params = {"fire": fire.number or str(fire.id), "status": fire.status}
            errors.append(FieldError(field, "control.fire_status", params))
        elif zone is not None and zone is not Zone.CONTROL:
            errors.append(FieldError(field, "fire.not_control_zone", {"zone": zone.value}))
        elif zone is None:
            errors.append(FieldError(field, "fire.zone_unknown"))
    return errors


def _cancelled(
    actor: Actor, before: ControlDecision, told: Cancelling, at: datetime
) -> ControlDecision:
    if before.cancelled_at is not None:
        raise Conflict("control.cancelled", {"number": before.cancel_number})
    errors = [
        FieldError(name, "field.required")
        for name in ("number", "reason")
        if not getattr(told, name).strip()
    ]
    if errors:
        raise invalid(errors)
    return replace(
        before,
        version=before.version + 1,
        cancelled_at=at,
        cancelled_by=actor.subject,
        cancel_number=told.number,
        cancel_day=told.day,
        cancel_reason=told.reason,
    )


def _held(
    decision: ControlDecision, fire: Fire, facts: Unfought, day: date, rules: ControlRules
) -> list[Held]:
    return [
        Held(
            Theme.CONTROL,
            one.kind,
            f"{decision.id}/{fire.id}",
            one.reason,
            one.grade,
            (),
            fire.id,
            decision.id,
            (),
            fire.territories,
        )
        for one in reviews(decision, facts, day, rules)
    ]


def _facts(fire: Fire, looked_at: date | None) -> Unfought:
    nearest = fire.address.get("nearest") or {}
    area, km = fire.measured.area_ha, nearest.get("distance_km")
    return Unfought(fire.id, _zone(fire), area, km, looked_at=looked_at)


def _zone(fire: Fire) -> Zone | None:
    zone = fire.address.get("zone")
    return Zone(zone) if zone else None


def _about(conn: Connection, actor: Actor, fire: Fire) -> list[ControlDecision]:
    """Decisions that name a fire; those of its municipality, where it burns in the control zone."""
    around = fire.municipality if _zone(fire) is Zone.CONTROL else ""
    return control.of_fire(conn, actor, fire.ids, around)


def _told(one: ControlDecision, day: date) -> dict[str, Any]:
    return one.as_dict() | {"in_force": one.in_force(day)}


def _found(
    conn: Connection, actor: Actor, decision_id: UUID, *, lock: bool = False
) -> ControlDecision:
    one = control.get(conn, actor, decision_id, lock=lock)
    if one is None:
        raise NotFound("problem.decision_unknown", {"id": str(decision_id)})
    return one
