"""Units: looked at, added, edited, retired, and what each of them is doing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain import lifecycle
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, Conflict, Invalid, NotFound, invalid
from sylvan.domain.forces import checks, duty
from sylvan.domain.forces.capability import duty_norms
from sylvan.domain.forces.register import Unit, UnitCard
from sylvan.domain.forces.rules import ForceRules
from sylvan.domain.forces.status import WORKING, Status, fire_after
from sylvan.domain.instants import iso
from sylvan.domain.worlds import is_future
from sylvan.services.base import Base, check_version, fingerprint, repeated, whole_again
from sylvan.services.changes import answer
from sylvan.services.forces_keeper import Keeper
from sylvan.services.forces_views import card_as_dict, changed_fields, norms_as_dict
from sylvan.store import audit, events, fires, stations, units

LOG: Final = 500
"""Events of one unit that are told at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a unit does from some moment on."""

    to: Status
    fire_id: UUID | None = None
    at: datetime | None = None
    """When it happened; ``None``: now."""
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        fire = str(self.fire_id) if self.fire_id else None
        return {"to": self.to.value, "fire_id": fire, "at": iso(self.at), "note": self.note}


@dataclass(frozen=True, slots=True)
class Units(Base):
    """Use-cases about units."""

    keeper: Keeper

    def norms(self) -> dict[str, Any]:
        """The norms of all kinds, each figure with where it is from."""
        return norms_as_dict(self.keeper.rules)

    def listed(
        self,
        actor: Actor,
        *,
        kinds: Sequence[str] = (),
        statuses: Sequence[str] = (),
        station: str | None = None,
        fire_id: UUID | None = None,
        retired: bool = False,
    ) -> list[dict[str, Any]]:
        """Units with where they are and how long they may work, by code."""
        with self.engine.connect() as conn:
            teller = self.keeper.teller(conn, actor, self.clock())
            found = units.listed(
                conn,
                actor,
                kinds=kinds,
                statuses=statuses,
                station=station,
                fire_id=fire_id,
                retired=retired,
            )
        return [teller.summary(one, actor) for one in found]

    def get(self, actor: Actor, unit_id: UUID) -> dict[str, Any]:
        """One unit with all its figures."""
        with self.engine.connect() as conn:
            found = _found(conn, actor, unit_id)
            return self.keeper.teller(conn, actor, self.clock()).detail(found, actor)

    def log(self, actor: Actor, unit_id: UUID, limit: int = LOG) -> list[dict[str, Any]]:
        """What was told of a unit, newest first."""
        with self.engine.connect() as conn:
            found = _found(conn, actor, unit_id)
            told = events.of_subject(conn, actor, str(found.id), limit)
        return [
            {
                "seq": one.seq,
                "kind": one.kind,
                "at": iso(one.at),
                "actor": one.actor,
                "body": one.body,
            }
            for one in told
        ]

    @whole_again
    def create(
        self, actor: Actor, card: UnitCard, key: str | None, places: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """A new unit, available at its base; ``places`` are the marks of one without a base.

        Raises:
            Invalid: naming every field at fault.
            Conflict: there is one with this code.
        """
        request = fingerprint("unit.create", card_as_dict(card))
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            stations.lock_register(conn, actor)
            self._check(conn, actor, card)
            if units.of_codes(conn, actor, [card.code]):
                raise Conflict("forces.code_taken", {"code": card.code}, "code")
            at = actor.world.now(self.clock())
            new = Unit(uuid7(), 1, card, status_at=at, territories=places)
            deed = "unit.create", card_as_dict(card)
            return self._settled(conn, actor, new, deed, key, request)

    @whole_again
    def edit(
        self,
        actor: Actor,
        unit_id: UUID,
        changes: Mapping[str, Any],
        version: int | None,
        key: str | None,
    ) -> dict[str, Any]:
        """Other values of some fields; ``specs`` and ``speeds`` are merged, ``None`` takes one out.

        Raises:
            Conflict: somebody changed it since; the answer says who changed what.
        """
        told = {"id": str(unit_id), "changes": {k: str(v) for k, v in changes.items()}}
        request = fingerprint("unit.edit", told)
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            stations.lock_register(conn, actor)
            before = _found(conn, actor, unit_id, lock=True)
            check_version(conn, actor, str(before.id), before.version, version)
            card = edited(before.card, changes)
            self._check(conn, actor, card)
            after = replace(before, version=before.version + 1, card=card)
            deed = "unit.edit", changed_fields(before.card, card)
            return self._settled(conn, actor, after, deed, key, request)

    @whole_again
    def retire(
        self, actor: Actor, unit_id: UUID, note: str, version: int | None, key: str | None
    ) -> dict[str, Any]:
        """A unit that is no more; its history stays.

        Raises:
            Conflict: it is at work, or it was retired before.
        """
        request = fingerprint("unit.retire", {"id": str(unit_id), "note": note})
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            before = _found(conn, actor, unit_id, lock=True)
            check_version(conn, actor, str(before.id), before.version, version)
            if before.retired_at is not None:
                raise Conflict("forces.retired", {"code": before.card.code})
            if before.status in WORKING:
                told = {"code": before.card.code, "status": before.status.value}
                raise Conflict("forces.at_work", told)
            at = actor.world.now(self.clock())
            after = replace(before, version=before.version + 1, retired_at=at)
            deed = "unit.retire", {"note": note}
            return self._settled(conn, actor, after, deed, key, request)

    @whole_again
    def step(
        self, actor: Actor, unit_id: UUID, step: Step, version: int | None, key: str | None
    ) -> dict[str, Any]:
        """What a unit does from now on, with the clock of duty that goes with it.

        Raises:
            Conflict: the step does not follow, or the unit or fire is no more.
            Invalid: no such fire, or a moment ahead of now or before its last step.
        """
        request = fingerprint("unit.step", {"id": str(unit_id)} | step.as_dict())
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            before = _found(conn, actor, unit_id, lock=True)
            check_version(conn, actor, str(before.id), before.version, version)
            at = self._moment(actor, before, step)
            after = stepped(before, step.to, step.fire_id, at, self.keeper.rules)
            if step.to is Status.ASSIGNED:
                _check_fire(conn, actor, after.fire_id)
            warned = _warned(before, step.to, at, duty_norms(before.card, self.keeper.rules))
            after = replace(after, version=before.version + 1)
            deed = f"unit.{step.to.value}", step.as_dict() | {"at": iso(at)}
            return self._settled(conn, actor, after, deed, key, request, warned)

    def _moment(self, actor: Actor, unit: Unit, step: Step) -> datetime:
        now = self.clock()
        if unit.retired_at is not None:
            raise Conflict("forces.retired", {"code": unit.card.code})
        if step.at is None:
            return actor.world.now(now)
        if is_future(actor.world, step.at, now):
            raise Invalid("forces.ahead", {"at": iso(step.at)}, "at")
        if unit.status_at is not None and step.at < unit.status_at:
            told = {"at": iso(step.at), "last": iso(unit.status_at)}
            raise Invalid("forces.before_last_step", told, "at")
        return step.at

    def _check(self, conn: Connection, actor: Actor, card: UnitCard) -> None:
        known = stations.of_codes(conn, actor, [card.station]) if card.station else {}
        alive = {code for code, one in known.items() if one.retired_at is None}
        errors = checks.unit_errors(card, self.keeper.rules, alive)
        if errors:
            raise invalid(errors)

    def _settled(
        self,
        conn: Connection,
        actor: Actor,
        new: Unit,
        deed: tuple[str, dict[str, Any]],
        key: str | None,
        request: str,
        warned: tuple[Coded, ...] = (),
    ) -> dict[str, Any]:
        """A unit's new version, its event, its audit row, and the answer."""
        now = self.clock()
        (kept,) = self.keeper.keep_units(conn, actor, [new], now)
        action, changes = deed
        audit.record(conn, actor, action, str(kept.id), changes, now=now, version=kept.version)
        remarks = [one.as_dict() for one in (*warned, *kept.remarks)]
        reply = answer(kept.id, kept.version) | {"status": kept.status.value, "remarks": remarks}
        if key is not None:
            audit.remember(conn, actor, key, request, reply, now)
        return reply


def stepped(unit: Unit, to: Status, fire_id: UUID | None, at: datetime, rules: ForceRules) -> Unit:
    """A unit after a step, with its fire and its clock of duty; its version is the writer's.

    Raises:
        Conflict: the step does not follow.
        Invalid: a fire is needed, or another one was named.
    """
    fire = fire_after(unit.status, unit.fire_id, to, fire_id)
    clock = duty.stepped(unit.duty, unit.status, to, at, duty_norms(unit.card, rules))
    return replace(unit, status=to, status_at=at, fire_id=fire, duty=clock)


def edited(card: UnitCard, changes: Mapping[str, Any]) -> UnitCard:
    """A card with other values of some fields."""
    told = dict(changes)
    for name in ("specs", "speeds"):
        if name in told:
            merged = dict(getattr(card, name)) | dict(told[name])
            told[name] = {one: value for one, value in merged.items() if value is not None}
    return replace(card, **told)


def _warned(unit: Unit, to: Status, at: datetime, norms: duty.DutyNorms) -> tuple[Coded, ...]:
    """What the clock of duty has against a step: people decide, and are told."""
    if to is not Status.ASSIGNED:
        return ()
    told = duty.read(unit.duty, norms, at)
    warned = []
    if told.state is duty.DutyState.RESTING:
        warned.append(Coded("forces.not_rested", {"rested_at": iso(told.rested_at)}))
    if told.hours_left <= 0:
        warned.append(Coded("forces.no_hours_left", {"hours": round(-told.hours_left, 1)}))
    if told.days_left <= 0:
        warned.append(Coded("forces.days_off_due", {"days": norms.off_days}))
    return tuple(warned)


def _check_fire(conn: Connection, actor: Actor, fire_id: UUID | None) -> None:
    fire = None if fire_id is None else fires.get(conn, actor, fire_id)
    if fire is None:
        raise Invalid("forces.fire_unknown", {"fire": str(fire_id)}, "fire_id")
    if fire.status in lifecycle.CLOSED or fire.merged_into is not None:
        told = {"fire": fire.number or str(fire.id), "status": str(fire.status)}
        raise Conflict("forces.fire_closed", told, "fire_id")


def _found(conn: Connection, actor: Actor, unit_id: UUID, *, lock: bool = False) -> Unit:
    found = units.get(conn, actor, unit_id, lock=lock)
    if found is None:
        raise NotFound("problem.unit_unknown", {"id": str(unit_id)})
    return found
