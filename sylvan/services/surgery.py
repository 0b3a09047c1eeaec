"""People's corrections of the partition: merge, split, move, un-match, mark false; and undo.

What moves detections holds the world's engine lock, as batches do: neither may look at rows that
the other is about to give to another fire.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from sylvan.domain import grouping
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, Conflict, NotFound
from sylvan.domain.fires import Fire
from sylvan.domain.selection import Choice
from sylvan.domain.surgery import Kind, Surgery, check_may, surviving
from sylvan.services import surgery_cuts as cuts
from sylvan.services import surgery_steps as steps
from sylvan.services.assess import Assessor
from sylvan.services.base import (
    Base,
    check_version,
    fingerprint,
    repeated,
    whole_again,
    world_lock,
)
from sylvan.services.fires import found
from sylvan.services.surgery_cuts import Done
from sylvan.services.surgery_steps import Theatre
from sylvan.services.surgery_undo import undone, why_not
from sylvan.services.words import hand_on, words
from sylvan.store import audit, surgery

__all__ = ["Asked", "Surgeries", "hand_on", "words"]
Cut = Callable[[Theatre, Fire], Done]
"""What is done to the fire, whose version was checked and which is locked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a surgery was asked for: why, on which version of the fire (none: any), its key."""

    note: str = ""
    version: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Surgeries(Base):
    """Use-cases that correct which detections are one fire."""

    assessor: Assessor

    def merge(self, actor: Actor, fire_id: UUID, other_id: UUID, asked: Asked) -> dict[str, Any]:
        """Two fires are one: the registered one, else the elder, takes in the other."""

        def cut(theatre: Theatre, fire: Fire) -> Done:
            other = cuts.other(theatre, fire, other_id, "other")
            ages = [(one.id, one.number is not None, one.received_at) for one in (fire, other)]
            survivor, gone = (fire, other) if surviving(ages) == fire.id else (other, fire)
            return cuts.merged(theatre, survivor, gone)

        return self._operate(Kind.MERGE, actor, fire_id, {"other": str(other_id)}, cut, asked)

    def split(self, actor: Actor, fire_id: UUID, choice: Choice, asked: Asked) -> dict[str, Any]:
        """Some detections are a fire of their own: a new signal, kept apart from this one."""

        def cut(theatre: Theatre, fire: Fire) -> Done:
            rows, mask = cuts.pointed_at(theatre, fire, choice)
            cuts.leave_something(mask, choice)
            one = np.zeros(int(mask.sum()), np.int64)
            return cuts.parted(theatre, Kind.SPLIT, fire, rows[mask], one)

        return self._operate(Kind.SPLIT, actor, fire_id, choice.as_dict(), cut, asked)

    def move(
        self, actor: Actor, fire_id: UUID, to: UUID, choice: Choice, asked: Asked
    ) -> dict[str, Any]:
        """Some detections belong to another fire; one that is left without any goes with them."""

        def cut(theatre: Theatre, fire: Fire) -> Done:
            target = cuts.other(theatre, fire, to, "to")
            rows, mask = cuts.pointed_at(theatre, fire, choice)
            if mask.all():
                return cuts.merged(theatre, target, fire, Kind.MOVE)
            return cuts.moved(theatre, fire, target, rows[mask])

        told = {"to": str(to), **choice.as_dict()}
        return self._operate(Kind.MOVE, actor, fire_id, told, cut, asked)

    def unmatch(self, actor: Actor, fire_id: UUID, choice: Choice, asked: Asked) -> dict[str, Any]:
        """Some detections are not this fire: each group of them is a signal of its own again."""

        def cut(theatre: Theatre, fire: Fire) -> Done:
            rows, mask = cuts.pointed_at(theatre, fire, choice)
            if not steps.reported(theatre, fire):
                cuts.leave_something(mask, choice)
            groups = grouping.components(grouping.points_of(rows[mask])).astype(np.int64)
            return cuts.parted(theatre, Kind.UNMATCH, fire, rows[mask], groups)

        return self._operate(Kind.UNMATCH, actor, fire_id, choice.as_dict(), cut, asked)

    def unmatch_report(
        self, actor: Actor, fire_id: UUID, report_id: UUID, asked: Asked
    ) -> dict[str, Any]:
        """A report is not about this fire: it goes back into the queue."""

        def cut(theatre: Theatre, fire: Fire) -> Done:
            return cuts.report_off(theatre, fire, report_id)

        return self._operate(Kind.UNMATCH, actor, fire_id, {"report": str(report_id)}, cut, asked)

    def mark_false(
        self, actor: Actor, fire_id: UUID, choice: Choice, asked: Asked
    ) -> dict[str, Any]:
        """Some detections are no fire: they stay stored and count for nothing."""

        def cut(theatre: Theatre, fire: Fire) -> Done:
            rows, mask = cuts.pointed_at(theatre, fire, choice)
            return cuts.marked(theatre, fire, rows[mask], nothing_left=bool(mask.all()))

        return self._operate(Kind.FALSE, actor, fire_id, choice.as_dict(), cut, asked)

    def listed(self, actor: Actor, fire_id: UUID) -> list[dict[str, Any]]:
        """What people corrected of a fire and of those merged into it, newest first."""
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            every = surgery.about(conn, actor, fire.ids)
            theatre = Theatre(conn, actor, self.assessor, self.clock())
            return [_as_dict(one, why_not(theatre, one)) for one in every]

    @whole_again
    def _operate(
        self,
        kind: Kind,
        actor: Actor,
        fire_id: UUID,
        told: dict[str, Any],
        cut: Cut,
        asked: Asked,
    ) -> dict[str, Any]:
        """The frame around every kind: repeats, rights, locks, version, answer."""
        wanted = {"id": str(fire_id), "note": asked.note, **told}
        request = fingerprint(f"surgery.{kind}", wanted)
        with self.engine.begin() as conn:
            again = repeated(conn, actor, asked.key, request)
            if again is not None:
                return again
            check_may(actor, kind)
            world_lock(conn, actor.world.id)
            more = [UUID(told[name]) for name in ("other", "to") if name in told]
            fire, *_ = steps.locked(conn, actor, [fire_id, *more])
            check_version(conn, actor, str(fire.id), fire.version, asked.version)
            now = self.clock()
            one, states = cut(Theatre(conn, actor, self.assessor, now, asked.note), fire)
            reply = steps.answer(one, states)
            if asked.key is not None:
                audit.remember(conn, actor, asked.key, request, reply, now)
            return reply

    @whole_again
    def undo(self, actor: Actor, surgery_id: UUID, asked: Asked) -> dict[str, Any]:
        """Take a surgery back: what is still as it left it becomes what it was before."""
        request = fingerprint("surgery.undo", {"id": str(surgery_id), "note": asked.note})
        with self.engine.begin() as conn:
            again = repeated(conn, actor, asked.key, request)
            if again is not None:
                return again
            world_lock(conn, actor.world.id)
            one = surgery.get(conn, actor, surgery_id, lock=True)
            if one is None:
                raise NotFound("surgery.unknown", {"id": str(surgery_id)})
            check_may(actor, one.kind)
            now = self.clock()
            theatre = Theatre(conn, actor, self.assessor, now, asked.note)
            why = why_not(theatre, one)
            if why is not None:
                raise Conflict(why.code, why.params)
            check_version(conn, actor, str(one.id), one.version, asked.version)
            new, states = undone(theatre, one)
            reply = steps.answer(new, states)
            if asked.key is not None:
                audit.remember(conn, actor, asked.key, request, reply, now)
            return reply


def _as_dict(one: Surgery, why: Coded | None) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "version": one.version,
        "kind": str(one.kind),
        "at": one.at,
        "actor": one.actor,
        "note": one.note,
        "fires": [str(fire) for fire in one.fires],
        "detections": one.detections,
        "undone_at": one.undone_at,
        "undone_by": one.undone_by,
        "undoable": why is None,
        "why_not": None if why is None else why.as_dict(),
    }
