"""What a crew asks for from the line: seen by dispatchers beside its fire, and decided by them."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, NotFound
from sylvan.domain.command.notices import Held, Notice, State, Theme
from sylvan.domain.instants import iso
from sylvan.services.base import Base, fingerprint, repeated, whole_again
from sylvan.services.fires import found
from sylvan.services.notices import tell
from sylvan.store import audit, notices, units


class CrewWord(StrEnum):
    """What is asked."""

    CONTAINED = "contained"
    """The edge holds: the fire may count as contained."""
    FORCES = "forces"
    """More people or machines."""
    RELIEF = "relief"
    """The crew is spent."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A crew's word."""

    unit: str
    word: CrewWord
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class CrewWords(Base):
    """Use-cases about crews' words."""

    @whole_again
    def say(self, actor: Actor, fire_id: UUID, asked: Asked, key: str | None) -> dict[str, Any]:
        """Ask for something at a fire; said again while it stands, it is told anew.

        Raises:
            NotFound: no such unit or fire in reach.
        """
        told = {"fire": str(fire_id), "unit": asked.unit, "word": asked.word.value}
        request = fingerprint("crew.say", told | {"at": iso(asked.at), "note": asked.note})
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            fire = found(conn, actor, fire_id)
            if asked.unit not in units.of_codes(conn, actor, [asked.unit]):
                raise NotFound("forces.unit_unknown", {"unit": asked.unit}, "unit")
            now = self.clock()
            reason = Coded(
                f"crew.asks_{asked.word.value}",
                {"unit": asked.unit, "at": iso(asked.at), "note": asked.note},
            )
            held = Held(
                Theme.FIELD,
                asked.word.value,
                f"{fire.id}/{asked.unit}",
                reason,
                fire_id=fire.id,
                units=(asked.unit,),
                territories=fire.territories,
            )
            notice = self._raised(conn, actor, held, now)
            facts = told | {"note": asked.note}
            audit.record(conn, actor, f"crew.asks_{asked.word.value}", str(fire.id), facts, now=now)
            reply = {"notice": str(notice.id), "version": notice.version}
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    @staticmethod
    def _raised(conn: Any, actor: Actor, held: Held, now: datetime) -> Notice:
        at = actor.world.now(now)
        standing = notices.standing(conn, actor, theme=held.theme, kind=held.kind, lock=True)
        before = next((one for one in standing if one.held.key == held.key), None)
        notice = Notice(uuid7(), 1, held, State.OPEN, at, at)
        if before is not None:
            notice = replace(
                before,
                version=before.version + 1,
                held=held,
                state=State.OPEN,
                held_at=at,
                answer=None,
                answered_at=None,
                answered_by="",
            )
        tell(conn, actor, [notice], now)
        return notice
