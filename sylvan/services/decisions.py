"""Decisions of people about fires: shown, register, reject, next step, accept a proposal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from sylvan.domain import authority, lifecycle, numbering
from sylvan.domain.actors import Actor
from sylvan.domain.address import Zone
from sylvan.domain.authority import Authority
from sylvan.domain.codes import Coded, Conflict, Invalid, NotFound
from sylvan.domain.fires import Fire
from sylvan.domain.lifecycle import Context, Status
from sylvan.domain.surgery import Kind
from sylvan.domain.timeline import Moment
from sylvan.services import surgery_steps as steps
from sylvan.services.assess import Assessor
from sylvan.services.base import Base, check_version, fingerprint, repeated, whole_again
from sylvan.services.changes import answer, audit_fire, stamped, write_fires
from sylvan.services.fires import found
from sylvan.services.geography import Geography
from sylvan.store import audit, fires, layers, proposals
from sylvan.store.proposals import Proposal

NUMBER_SPACE = 8
"""Advisory lock space of serial numbers: two registrations at once must not get the same one."""


@dataclass(frozen=True, slots=True)
class Decisions(Base):
    """Use-cases that change fires by people's word."""

    geography: Geography
    assessor: Assessor
    authority: Authority

    @whole_again
    def shown(self, actor: Actor, fire_id: UUID) -> dict[str, Any]:
        """A dispatcher has the signal on the screen; only the first time counts."""
        with self.engine.begin() as conn:
            fire = found(conn, actor, fire_id, lock=True)
            if fire.shown_at is not None:
                return answer(fire.id, fire.version)
            now = self.clock()
            at = actor.world.now(now)
            new = replace(stamped(fire, actor, Moment.SHOWN, at, now), shown_at=at)
            return self._written(conn, actor, "fire.shown", fire, new, now)

    def register(
        self,
        actor: Actor,
        fire_id: UUID,
        facts: dict[str, Any],
        version: int | None,
        key: str | None,
    ) -> dict[str, Any]:
        """Register a signal: it gets its number and its clock stops."""

        def number(conn: Connection, fire: Fire, at: datetime) -> tuple[Fire, dict[str, Any]]:
            fire = self._numbered(conn, actor, fire, at)
            return replace(fire, registered_at=at), {**facts, "number": fire.number}

        return self._step(actor, fire_id, Status.REGISTERED, facts, version, key, number)

    def reject(
        self,
        actor: Actor,
        fire_id: UUID,
        facts: dict[str, Any],
        version: int | None,
        key: str | None,
    ) -> dict[str, Any]:
        """Reject a signal for a reason of the list."""
        told = {"reject_reason": facts.get("reason"), "note": facts.get("note", "")}
        return self._step(actor, fire_id, Status.REJECTED, told, version, key)

    def change_status(
        self,
        actor: Actor,
        fire_id: UUID,
        target: str,
        facts: dict[str, Any],
        version: int | None,
        key: str | None,
    ) -> dict[str, Any]:
        """The next step in a fire's life, with the facts that the step requires."""
        if target not in set(Status):
            allowed = ", ".join(status.value for status in Status)
            raise Invalid("field.choice", {"allowed": allowed}, "to")
        if target == Status.REGISTERED:
            with self.engine.connect() as conn:
                current = found(conn, actor, fire_id)
            if current.is_candidate:
                return self.register(actor, fire_id, facts, version, key)
        return self._step(actor, fire_id, Status(target), facts, version, key)

    @whole_again
    def _step(
        self,
        actor: Actor,
        fire_id: UUID,
        target: Status,
        facts: dict[str, Any],
        version: int | None,
        key: str | None,
        prepare: Callable[[Connection, Fire, datetime], tuple[Fire, dict[str, Any]]] | None = None,
    ) -> dict[str, Any]:
        request = fingerprint(f"fire.{target}", {"id": str(fire_id), "facts": facts})
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            fire = found(conn, actor, fire_id, lock=True)
            check_version(conn, actor, str(fire.id), fire.version, version)
            now = self.clock()
            at = actor.world.now(now)
            self._not_yet(conn, actor, fire, target)
            lifecycle.step_to(Status(fire.status), target, lifecycle.STEPS)
            told = facts
            before = fire
            if prepare is not None:
                fire, told = prepare(conn, fire, at)
            zone = fire.address.get("zone")
            context = Context(at, Zone(zone) if zone else None)
            step = lifecycle.fire_step(Status(fire.status), target, told, actor, context)
            fire = ranked(self.authority, fire, actor, told, at)
            new = moved(fire, actor, step, told, at, now)
            reply = self._written(conn, actor, f"fire.{target}", before, new, now)
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    @staticmethod
    def _not_yet(conn: Connection, actor: Actor, fire: Fire, target: Status) -> None:
        """Refuse what somebody has done already, saying who and when."""
        last = audit.last_done(conn, actor, str(fire.id), f"fire.{target}")
        if fire.status == target and last is not None:
            params = {"by": last["actor"], "at": last["at"].isoformat(), "status": fire.status}
            raise Conflict("fire.already", params)

    def _numbered(self, conn: Connection, actor: Actor, fire: Fire, at: datetime) -> Fire:
        """The fire with its number ``region-year-serial``."""
        if fire.number is not None:
            return fire
        space = {"space": NUMBER_SPACE, "world": actor.world.id}
        conn.execute(text("select pg_advisory_xact_lock(:space, :world)"), space)
        stored = layers.region(conn, self.geography.code)
        manifest = stored[0] if stored else {}
        zone = fire.address.get("time_zone") or manifest.get("time_zones", {}).get("default", "UTC")
        year = numbering.season_year(at, zone)
        serial = fires.next_serial(conn, actor, year)
        prefix = manifest.get("number_prefix") or self.geography.code
        digits = manifest.get("number_digits", numbering.DIGITS)
        number = numbering.FireNumber(prefix, year, serial).written(digits)
        return fires.give_number(conn, fire, year, serial, number)

    def _written(
        self,
        conn: Connection,
        actor: Actor,
        action: str,
        before: Fire,
        after: Fire,
        now: datetime,
    ) -> dict[str, Any]:
        new = replace(after, version=before.version + 1)
        write_fires(conn, actor, [new], now)
        changes = {
            name: _plain(getattr(new, name))
            for name in ("status", "number", "shown_at", "registered_at", "closed_at")
            if getattr(new, name) != getattr(before, name)
        }
        changes |= {"facts": new.details.get(new.status)} if "status" in changes else {}
        audit_fire(conn, actor, action, new, changes, now)
        return answer(new.id, new.version)

    def accept(
        self, actor: Actor, proposal_id: UUID, version: int | None, key: str | None
    ) -> dict[str, Any]:
        """Do as the engine suggests: the first fire takes in the others."""
        return self._decide(actor, proposal_id, proposals.ACCEPTED, version, key)

    def decline(
        self, actor: Actor, proposal_id: UUID, version: int | None, key: str | None
    ) -> dict[str, Any]:
        """Leave the fires apart; the engine does not ask again."""
        return self._decide(actor, proposal_id, proposals.DECLINED, version, key)

    @whole_again
    def _decide(
        self, actor: Actor, proposal_id: UUID, verdict: str, version: int | None, key: str | None
    ) -> dict[str, Any]:
        request = fingerprint(f"proposal.{verdict}", {"id": str(proposal_id)})
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            proposal = proposals.get(conn, actor, proposal_id)
            if proposal is None:
                raise NotFound("problem.proposal_unknown", {"id": str(proposal_id)})
            check_version(conn, actor, str(proposal.id), proposal.version, version)
            if proposal.status != proposals.OPEN:
                params = {"status": proposal.status, "by": proposal.decided_by}
                raise Conflict("problem.proposal_decided", params)
            now = self.clock()
            self._carry_out(conn, actor, proposal, verdict, now)
            reply = answer(proposal.id, proposal.version + 1)
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    def _carry_out(
        self, conn: Connection, actor: Actor, proposal: Proposal, verdict: str, now: datetime
    ) -> None:
        """Write the verdict and what follows from it for the fires."""
        theatre = steps.Theatre(conn, actor, self.assessor, now)
        decided = steps.answer_proposal(theatre, proposal, verdict)
        states = [
            replace(fire, proposals=tuple(one for one in fire.proposals if one != proposal.id))
            for fire in steps.locked(conn, actor, proposal.fire_ids)
        ]
        survivor, *others = states
        if verdict == proposals.ACCEPTED and others:
            states, before = steps.merged(theatre, survivor, others)
            before["proposals"].append(str(proposal.id))
            n = sum(other.measured.n_detections for other in others)
            steps.recorded(theatre, Kind.MERGE, states, before, pixels=n)
        else:
            states = [replace(fire, version=fire.version + 1) for fire in states]
            write_fires(conn, actor, states, now)
        audit.record(
            conn,
            actor,
            f"proposal.{verdict}",
            str(proposal.id),
            {"fires": [str(fire.id) for fire in states]},
            now=now,
            version=decided.version,
        )


def ranked(
    rule: Authority, fire: Fire, actor: Actor, facts: Mapping[str, Any], at: datetime
) -> Fire:
    """The fire with what is told marked as this actor's word.

    Raises:
        Outranked: somebody above has set one of the fields to something else.
    """
    held = rule.after(authority.marks(fire.details), facts, actor, at)
    return replace(fire, details=authority.kept(fire.details, held))


def moved(
    fire: Fire,
    actor: Actor,
    step: lifecycle.Step[Status],
    facts: dict[str, Any],
    at: datetime,
    now: datetime,
) -> Fire:
    """The fire after a step of its life; its version is the writer's business."""
    if step.stamps is not None:
        fire = stamped(fire, actor, step.stamps, at, now)
    closed = step.target in lifecycle.CLOSED
    return replace(
        fire,
        status=step.target.value,
        previous_status=fire.status,
        closed_at=at if closed else None,
        changed=_told(step.target, facts, actor) or fire.changed,
        details={**fire.details, step.target.value: facts},
    )


def _told(target: Status, facts: dict[str, Any], actor: Actor) -> tuple[Coded, ...]:
    """What a fire says of itself once it is rejected, or taken back from there."""
    if target == Status.REJECTED:
        why = {"reason": facts.get("reject_reason"), "by": actor.subject}
        return (Coded("fire.rejected_as", why),)
    if target == Status.SIGNAL:
        return (Coded("fire.reopened", {"reason": facts["reopen_reason"], "by": actor.subject}),)
    return ()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
