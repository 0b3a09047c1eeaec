"""SOS: a crew calls for help, again and again until somebody has seen it; crews near hear it, too.

One call is one notice of the highest grade, whatever the phone repeats: the dispatchers' alarm
stands until a dispatcher has answered, and the call until it is ended in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain import distress
from sylvan.domain.actors import Actor, system
from sylvan.domain.codes import Conflict, Invalid, NotFound
from sylvan.domain.command.notices import Held, Notice, State, Theme, ended
from sylvan.domain.distress import Call, Other
from sylvan.domain.forces.positions import Position, PositionSource
from sylvan.domain.forces.register import Unit
from sylvan.domain.forces.status import WITH_FIRE
from sylvan.domain.instants import iso
from sylvan.domain.places import LonLat
from sylvan.services.base import Base, fingerprint, repeated, whole_again
from sylvan.services.forces_positions import Positions
from sylvan.services.notices import tell
from sylvan.store import audit, check_ins, fires, notices, units
from sylvan.store.check_ins import CheckIn

KIND = "sos"


@dataclass(frozen=True, slots=True)
class Distress(Base):
    """Use-cases about calls for help."""

    positions: Positions

    @whole_again
    def call(self, actor: Actor, call: Call) -> dict[str, Any]:
        """Take a call in, or hear it again; the answer says whether somebody has seen it.

        Raises:
            NotFound: there is no such unit in reach.
        """
        with self.engine.begin() as conn:
            unit = _unit(conn, actor, call.unit)
            now = self.clock()
            at = min(call.at or actor.world.now(now), actor.world.now(now))
            before = notices.about(conn, actor, Theme.SOS, call.id, lock=True)
            self._heard(conn, actor, unit, call, at, now)
            if before is not None and before.state is State.OVER:
                return _told(before)
            held = self._held(conn, actor, unit, call, at)
            if before is not None:
                return _told(self._again(conn, actor, before, held, now))
            return _told(self._first(conn, actor, held, now))

    @whole_again
    def end(self, actor: Actor, call_id: UUID, note: str, key: str | None) -> dict[str, Any]:
        """The call is over: by the crew, which is well, or by a dispatcher; words say why.

        Raises:
            NotFound: nobody knows of such a call.
            Invalid: the words are missing.
        """
        if not note.strip():
            raise Invalid("field.required", {}, "note")
        request = fingerprint("sos.end", {"id": str(call_id), "note": note})
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            before = notices.about(conn, actor, Theme.SOS, call_id, lock=True)
            if before is None:
                raise NotFound("sos.unknown", {"id": str(call_id)})
            if before.state is State.OVER:
                raise Conflict("sos.over")
            now = self.clock()
            gone = replace(ended(before, actor.world.now(now)), note=note)
            if not gone.answered_by:
                gone = replace(gone, answered_by=actor.subject)
            tell(conn, actor, [gone], now)
            facts = {"unit": before.held.key, "note": note}
            audit.record(conn, actor, "sos.ended", str(call_id), facts, now=now)
            reply = _told(gone)
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    def _first(self, conn: Connection, actor: Actor, held: Held, now: datetime) -> Notice:
        """A new call; one of the same crew that still stands becomes this one, told anew."""
        at = actor.world.now(now)
        standing = notices.standing(conn, actor, theme=Theme.SOS, kind=KIND, lock=True)
        older = [one for one in standing if one.held.key == held.key]
        tell(conn, actor, [ended(one, at) for one in older], now)
        fresh = Notice(uuid7(), 1, held, State.OPEN, at, at)
        tell(conn, actor, [fresh], now)
        facts = {"unit": held.key, **held.reason.params, "heard_by": ", ".join(held.units[1:])}
        audit.record(conn, actor, "sos.called", str(held.about), facts, now=now)
        return fresh

    def _again(
        self, conn: Connection, actor: Actor, before: Notice, held: Held, now: datetime
    ) -> Notice:
        """Heard again; told anew only where the caller has moved, and never closed by that."""
        known = tuple(dict.fromkeys((*before.held.units, *held.units)))
        kept = replace(held, units=known, territories=_all(before.held, held))
        after = replace(before, held=kept, held_at=actor.world.now(now))
        if distress.moved(before.held.reason, held.reason):
            after = replace(after, version=before.version + 1)
            tell(conn, actor, [after], now)
        else:
            notices.save(
                conn, actor, [replace(after, held=replace(kept, reason=before.held.reason))], now
            )
        return after

    def _heard(
        self,
        conn: Connection,
        actor: Actor,
        unit: Unit,
        call: Call,
        at: datetime,
        now: datetime,
    ) -> None:
        """Whoever calls is alive, and somewhere."""
        if unit.fire_id is not None:
            word = CheckIn(unit.id, actor.world.now(now), unit.fire_id, actor.subject, "SOS")
            check_ins.add(conn, actor, word, now)
        if call.point is not None:
            where = Position(at, call.point, call.accuracy_m, PositionSource.PERSON)
            self.positions.heard(conn, actor, unit, where)

    def _held(self, conn: Connection, actor: Actor, unit: Unit, call: Call, at: datetime) -> Held:
        whole = system(actor.world)
        working = units.listed(conn, whole, statuses=[one.value for one in WITH_FIRE])
        others = {one.card.code: one for one in working}
        near = distress.neighbours(call, unit.fire_id, [_other(one) for one in working])
        marks = [unit.territories, *(others[code].territories for code in near)]
        fire = None if unit.fire_id is None else fires.get(conn, whole, unit.fire_id)
        if fire is not None:
            marks.append(fire.territories)
        return Held(
            Theme.SOS,
            KIND,
            unit.card.code,
            distress.worded(call, at),
            distress.GRADE,
            distress.assumed(call),
            unit.fire_id,
            call.id,
            (unit.card.code, *near),
            _union(marks),
        )


def _unit(conn: Connection, actor: Actor, code: str) -> Unit:
    found = units.of_codes(conn, actor, [code], lock=True).get(code)
    if found is None:
        raise NotFound("forces.unit_unknown", {"unit": code}, "unit")
    return found


def _other(unit: Unit) -> Other:
    last = unit.position
    return Other(unit.card.code, unit.fire_id, None if last is None else LonLat(*last.point))


def _union(marks: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for some in marks for one in some))


def _all(before: Held, after: Held) -> tuple[str, ...]:
    return _union([before.territories, after.territories])


def _told(notice: Notice) -> dict[str, Any]:
    """What the phone that calls is told."""
    seen = notice.state is not State.OPEN
    return {
        "id": str(notice.held.about),
        "unit": notice.held.key,
        "state": notice.state.value,
        "raised_at": iso(notice.raised_at),
        "seen": seen,
        "by": notice.answered_by,
        "seen_at": iso(notice.answered_at or notice.over_at) if seen else None,
        "note": notice.note,
        "heard_by": list(notice.held.units[1:]),
        "repeat_s": distress.DEFAULT.repeat_s,
    }
