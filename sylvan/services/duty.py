"""The queue shared by several officers: one takes a signal, the others see whose it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Invalid, NotFound, Refusal
from sylvan.domain.duty import Care, Kind, freed, handed, put_off, taken
from sylvan.domain.rights import Rights
from sylvan.services.base import Base, whole_again
from sylvan.store import audit, duty, events
from sylvan.store.events import Event
from sylvan.store.limits import as_installation

EVENT: Final = "care.changed"
TAKE: Final = "duty_take"
"""The operation that makes somebody an officer of the desk."""
MOST: Final = 200
"""Signals of one request: more than a screen shows."""
Step = Callable[[Care], Care]


@dataclass(frozen=True, slots=True)
class Thing:
    """A signal of the queue."""

    kind: Kind
    id: UUID


@dataclass(frozen=True, slots=True)
class Duty(Base):
    """Use-cases about who takes care of what."""

    rights: Rights

    def standing(self, actor: Actor) -> list[dict[str, Any]]:
        """Whose signals are whose now, and what was put off."""
        now = self.clock()
        with self.engine.connect() as conn:
            return [one.as_dict() for one in duty.standing(conn, actor, now, actor.world.now(now))]

    def people(self, actor: Actor) -> list[dict[str, Any]]:
        """To whom a signal may be given: whoever held one in this world, and whoever asks."""
        with as_installation(), self.engine.connect() as conn:
            found = duty.officers(conn, actor, self._desk())
        return [{"subject": subject, "name": name} for subject, name in sorted(found.items())]

    def take(
        self, actor: Actor, things: Sequence[Thing], *, over: bool = False
    ) -> list[dict[str, Any]]:
        """They are this officer's; each for itself, so that one that is taken stops no other."""
        now = self.clock()
        deed = "care.taken_over" if over else "care.taken"
        return self._each(actor, things, deed, lambda one: taken(one, actor, now, over=over))

    def free(self, actor: Actor, things: Sequence[Thing]) -> list[dict[str, Any]]:
        """They are nobody's."""
        now = self.clock()
        return self._each(actor, things, "care.freed", lambda one: freed(one, actor, now))

    def hand(self, actor: Actor, things: Sequence[Thing], to: str) -> list[dict[str, Any]]:
        """They are given to another officer.

        Raises:
            Invalid: nobody of that name works here.
        """
        now = self.clock()
        with self.engine.connect() as conn:
            name = duty.officers(conn, actor, self._desk()).get(to)
        if name is None:
            raise Invalid("problem.officer_unknown", {"name": to[:60]}, "to")
        return self._each(
            actor, things, "care.handed", lambda one: handed(one, actor, (to, name), now)
        )

    def put_off(
        self, actor: Actor, things: Sequence[Thing], until: datetime, note: str
    ) -> list[dict[str, Any]]:
        """They leave the queue until then."""
        now = self.clock()
        at = actor.world.now(now)
        return self._each(
            actor, things, "care.put_off", lambda one: put_off(one, actor, now, at, until, note)
        )

    def _desk(self) -> list[str]:
        """Roles whose people take signals."""
        return [name for name in self.rights.roles if self.rights.may(name, TAKE)]

    def _each(
        self, actor: Actor, things: Sequence[Thing], deed: str, step: Step
    ) -> list[dict[str, Any]]:
        if len(things) > MOST:
            raise Invalid("problem.too_many_at_once", {"most": MOST}, "things")
        return [self._one(actor, thing, deed, step) for thing in dict.fromkeys(things)]

    def _one(self, actor: Actor, thing: Thing, deed: str, step: Step) -> dict[str, Any]:
        """What became of one; a refusal is an answer, beside the others'."""
        told: dict[str, Any] = {"kind": thing.kind.value, "id": str(thing.id)}
        try:
            return told | {"care": self._changed(actor, thing, deed, step), "problem": None}
        except Refusal as refused:
            if isinstance(refused, Invalid):
                raise
            return told | {"care": None, "problem": refused.as_coded().as_dict()}

    @whole_again
    def _changed(self, actor: Actor, thing: Thing, deed: str, step: Step) -> dict[str, Any]:
        now = self.clock()
        with self.engine.begin() as conn:
            after = step(self._found(conn, actor, thing))
            if not duty.keep(conn, actor, after, now):
                after = step(self._found(conn, actor, thing))  # somebody was faster by a moment
                duty.keep(conn, actor, after, now)
            body = after.as_dict()
            at = actor.world.now(now)
            told = Event(EVENT, str(thing.id), at, body, after.territories)
            events.write(conn, actor, [told])
            facts = {name: body[name] for name in ("taken_by", "put_off_until", "note")}
            audit.record(conn, actor, deed, str(thing.id), facts, now=now)
            return body

    @staticmethod
    def _found(conn: Connection, actor: Actor, thing: Thing) -> Care:
        marks = duty.marks(conn, actor, thing.kind, thing.id)
        if marks is None:
            raise NotFound("problem.signal_over", {"id": str(thing.id)})
        return duty.care(conn, actor, thing.kind, thing.id) or Care(thing.kind, thing.id, marks)
