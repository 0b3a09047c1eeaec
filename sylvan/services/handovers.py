"""A fire that changes hands between regions: offered here, answered there, in two steps.

Until the answer has come the fire is the giver's. Each side writes its own log only; hearing the
same word twice does nothing twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from shapely.geometry import mapping
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain import lifecycle
from sylvan.domain.actors import EVERYWHERE, OPERATOR, RIM, Actor, Level, system
from sylvan.domain.codes import Coded, Conflict, Invalid, NotFound, Refusal
from sylvan.domain.fires import Fire
from sylvan.domain.lifecycle import Status
from sylvan.domain.neighbours import SUBJECT, Handover, HandoverStatus, heard
from sylvan.domain.timeline import Moment
from sylvan.domain.worlds import live_world
from sylvan.services.assess import Assessor
from sylvan.services.base import Base, check_version
from sylvan.services.changes import audit_fire, stamped
from sylvan.services.decisions import Decisions
from sylvan.services.fires import found
from sylvan.services.geography import Geography
from sylvan.store import audit, events, fires, neighbours, territories
from sylvan.store.events import Event
from sylvan.store.reports import Report

log = structlog.get_logger()
SHORT: Final = (
    *("number", "status", "first_seen", "last_seen", "point", "area_ha", "likelihood"),
    "source_kinds",
)
"""Of a fire, what goes with an offer."""
GIVING: Final = frozenset(
    status
    for step in lifecycle.STEPS
    if step.target is Status.TRANSFERRED
    for status in step.sources
)
"""Statuses from which a fire may change hands."""
KIND: Final = "partner"
"""Source kind under which a fire that was handed over begins."""


@dataclass(frozen=True, slots=True)
class Handovers(Base):
    """Use-cases about fires that change hands."""

    geography: Geography
    assessor: Assessor
    decisions: Decisions
    known: tuple[str, ...]
    """Codes of the neighbours that are read."""

    def offer(
        self, actor: Actor, fire_id: UUID, to: str, note: str, version: int | None
    ) -> dict[str, Any]:
        """Offer a fire to a neighbour.

        Raises:
            Invalid: no such neighbour.
            Conflict: the fire's status does not allow it, or it is offered already.
        """
        if to not in self.known:
            raise Invalid("neighbour.unknown", {"to": to, "known": ", ".join(self.known)}, "to")
        with self.engine.begin() as conn:
            fire = found(conn, actor, fire_id, lock=True)
            check_version(conn, actor, str(fire.id), fire.version, version)
            lifecycle.step_to(Status(fire.status), Status.TRANSFERRED, lifecycle.STEPS)
            open_ones = neighbours.handovers_of(
                conn, actor, fire_id=fire.id, status=HandoverStatus.OFFERED, limit=1
            )
            if open_ones:
                raise Conflict("neighbour.offered", {"to": open_ones[0].to_region})
            now = self.clock()
            new = Handover(
                uuid7(),
                1,
                self.geography.code,
                to,
                fire.id,
                _short(fire),
                HandoverStatus.OFFERED,
                note,
                {},
                _marks(conn, fire.territories),
                now,
                actor.subject,
            )
            self._write(conn, actor, new, now)
        return new.as_dict()

    def withdraw(self, actor: Actor, handover_id: UUID) -> dict[str, Any]:
        """Take an offer back, as long as it was not answered."""
        with self.engine.begin() as conn:
            mine = self._open(conn, actor, handover_id, from_us=True)
            new = _answered(mine, HandoverStatus.WITHDRAWN, {}, actor.subject, self.clock())
            self._write(conn, actor, new, self.clock())
        return new.as_dict()

    def refuse(self, actor: Actor, handover_id: UUID, reason: str) -> dict[str, Any]:
        """Say no to a fire that is offered to us."""
        with self.engine.begin() as conn:
            mine = self._open(conn, actor, handover_id, from_us=False)
            why = {"reason": reason}
            new = _answered(mine, HandoverStatus.REFUSED, why, actor.subject, self.clock())
            self._write(conn, actor, new, self.clock())
        return new.as_dict()

    def accept(self, actor: Actor, handover_id: UUID, fire_id: UUID | None) -> dict[str, Any]:
        """Take a fire over: it keeps its id here, unless a fire of ours is named for it.

        Three short steps that each may be repeated, so that a process that dies in between leaves
        an offer that can be accepted again.
        """
        with self.engine.begin() as conn:
            mine = self._open(conn, actor, handover_id, from_us=False)
            ours = self._ours(conn, actor, mine, fire_id)
        number = self._registered(actor, ours, mine)
        with self.engine.begin() as conn:
            mine = self._open(conn, actor, handover_id, from_us=False)
            answer = {"number": number, "fire_id": str(ours)}
            new = _answered(mine, HandoverStatus.ACCEPTED, answer, actor.subject, self.clock())
            self._write(conn, actor, new, self.clock())
        return new.as_dict()

    def _ours(self, conn: Connection, actor: Actor, mine: Handover, named: UUID | None) -> UUID:
        """The fire of ours that it becomes; a new one under the giver's id where none is named."""
        if named is not None:
            return found(conn, actor, named, lock=True).id
        every = system(actor.world)
        if fires.get(conn, every, mine.fire_id) is not None:
            return mine.fire_id  # begun by an acceptance that died, or known from before
        now = self.clock()
        fire = self.assessor.from_report(conn, every, _as_report(mine, now))
        told = {"region": mine.from_region, "number": mine.fire.get("number")}
        fire = stamped(
            replace(
                fire,
                id=mine.fire_id,
                changed=(Coded("fire.from_neighbour", told),),
                details={"handover": {"id": str(mine.id), **told}},
            ),
            every,
            Moment.RECEIVED,
            now,
            now,
        )
        self.assessor.write(conn, every, [fire], now)
        audit_fire(conn, actor, "fire.handed_over", fire, told, now)
        return fire.id

    def _registered(self, actor: Actor, ours: UUID, mine: Handover) -> str | None:
        with self.engine.connect() as conn:
            fire = found(conn, system(actor.world), ours)
        if fire.status != Status.SIGNAL:
            return fire.number
        clerk = replace(actor, territories=EVERYWHERE)
        facts = {"note": mine.note[:500]}
        self.decisions.register(clerk, ours, facts, None, f"handover:{mine.id}")
        with self.engine.connect() as conn:
            return found(conn, system(actor.world), ours).number

    def heard(self, theirs: Handover) -> None:
        """A word of a neighbour about a fire that changes hands."""
        actor = system(live_world())
        with self.engine.begin() as conn:
            mine = neighbours.handover(conn, actor, theirs.id, hold=True)
            status = heard(mine, theirs, self.geography.code)
            if status is None:
                return
            now = self.clock()
            if mine is None:
                point = (theirs.fire["point"][0], theirs.fire["point"][1])
                (address,) = self.geography.region(conn).addresses([point])
                new = replace(theirs, territories=_marks(conn, address.territories))
            else:
                by = theirs.answered_by or ""
                new = _answered(mine, status, theirs.answer, by, theirs.answered_at or now)
            self._write(conn, actor, new, now)
        if mine is not None and status is HandoverStatus.ACCEPTED:
            self._given(new)

    def _given(self, new: Handover) -> None:
        """Our fire is theirs now; who offered it has decided so.

        Where it has ended meanwhile it stays as it is, and that is said in the log.
        """
        decided = Actor(
            new.offered_by, new.offered_by, Level.REGION, EVERYWHERE, live_world(), role=OPERATOR
        )
        number = new.answer.get("number") or new.answer.get("fire_id")
        facts = {"transferred_to": f"{new.to_region}: {number}"}
        try:
            self.decisions.change_status(
                decided, new.fire_id, Status.TRANSFERRED, facts, None, f"handover:{new.id}"
            )
        except Refusal as refusal:
            log.warning("neighbour.not_transferred", handover=str(new.id), code=refusal.code)

    def settle(self) -> int:
        """Carry out acceptances whose fire a process left as it was; how many."""
        actor = system(live_world())
        with self.engine.connect() as conn:
            accepted = neighbours.handovers_of(
                conn, actor, fire_id=None, status=HandoverStatus.ACCEPTED, limit=1000
            )
            mine = [one for one in accepted if one.from_region == self.geography.code]
            states = fires.many(conn, actor, [one.fire_id for one in mine])
        left = [
            one
            for one in mine
            if one.fire_id in states
            and states[one.fire_id].status in GIVING
            and "transferred" not in states[one.fire_id].details
        ]
        for one in left:
            self._given(one)
        return len(left)

    def listed(
        self, actor: Actor, *, fire_id: UUID | None, status: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Hand-overs, newest first."""
        with self.engine.connect() as conn:
            rows = neighbours.handovers_of(conn, actor, fire_id=fire_id, status=status, limit=limit)
        return [one.as_dict() for one in rows]

    def _open(
        self, conn: Connection, actor: Actor, handover_id: UUID, *, from_us: bool
    ) -> Handover:
        mine = neighbours.handover(conn, actor, handover_id, hold=True)
        if mine is None:
            raise NotFound("neighbour.handover_unknown", {"id": str(handover_id)})
        ours = mine.from_region == self.geography.code
        if ours is not from_us:
            side = {"from": mine.from_region, "to": mine.to_region}
            raise Conflict("neighbour.other_side", side)
        if mine.status is not HandoverStatus.OFFERED:
            raise Conflict("neighbour.answered", {"status": str(mine.status)})
        return mine

    def _write(self, conn: Connection, actor: Actor, new: Handover, now: datetime) -> None:
        """A hand-over's new state, its event and its audit row."""
        neighbours.keep_handover(conn, actor, new)
        point = (new.fire["point"][0], new.fire["point"][1])
        told = Event(SUBJECT, str(new.id), now, new.as_dict(), new.territories, point)
        events.write(conn, actor, [told])
        facts = {
            "status": str(new.status),
            "fire": str(new.fire_id),
            "from": new.from_region,
            "to": new.to_region,
        }
        action = f"handover.{new.status}"
        audit.record(conn, actor, action, str(new.id), facts, now=now, version=new.version)


def _answered(
    mine: Handover, status: HandoverStatus, answer: Mapping[str, Any], by: str, at: datetime
) -> Handover:
    return replace(
        mine,
        version=mine.version + 1,
        status=status,
        answer=dict(answer),
        answered_at=at,
        answered_by=by,
    )


def _marks(conn: Connection, marks: tuple[str, ...]) -> tuple[str, ...]:
    """Who sees the fire, and the neighbours of the region, wherever in it the fire lies."""
    regions = [RIM + code for code, _ in territories.of_level(conn, "region")]
    return tuple(dict.fromkeys((*marks, *regions)))


def _short(fire: Fire) -> dict[str, Any]:
    seen = fire.measured
    edge = None if seen.edge is None else dict(mapping(seen.edge))
    told = {
        "number": fire.number,
        "status": fire.status,
        "first_seen": seen.first_seen.isoformat(),
        "last_seen": seen.last_seen.isoformat(),
        "point": list(seen.point),
        "area_ha": seen.area_ha,
        "likelihood": seen.likelihood,
        "source_kinds": list(fire.source_kinds),
    }
    return {name: told[name] for name in SHORT} | {"edge": edge}


def _as_report(mine: Handover, now: datetime) -> Report:
    """The offered fire as a report, which a fire can be made of."""
    seen = datetime.fromisoformat(str(mine.fire["last_seen"]))
    point = (mine.fire["point"][0], mine.fire["point"][1])
    return Report(
        id=uuid7(),
        version=1,
        source_kind=KIND,
        seen="smoke",
        point=point,
        accuracy_m=500.0,
        place={"method": "coordinates", "point": list(point)},
        observed_at=seen,
        received_at=now,
        text=mine.note,
        has_photo=False,
        status="promoted",
        address={},
        territories=(),
        person_id=None,
    )
