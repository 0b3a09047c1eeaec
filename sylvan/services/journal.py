"""The duty journal: what the system did by itself, what people did, and what they wrote down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row
from uuid_utils.compat import uuid7

from sylvan.domain.actors import SYSTEM, Actor
from sylvan.domain.duty import Note
from sylvan.domain.instants import iso
from sylvan.services.base import Base, fingerprint, repeated
from sylvan.services.fires import found
from sylvan.store import audit, duty, events
from sylvan.store.duty import Place
from sylvan.store.events import Event
from sylvan.store.limits import as_installation

EVENT: Final = "journal.written"
Line = tuple[Place, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Journal(Base):
    """Reading the journal, and writing into it by hand."""

    def page(self, actor: Actor, before: Place | None, limit: int) -> list[Line]:
        """Lines of both kinds, newest first, with the place of each."""
        with self.engine.connect() as conn:
            by_hand = duty.written(conn, actor, before, limit)
            done = duty.done(conn, actor, before, limit)
        with as_installation(), self.engine.connect() as conn:
            names = duty.names_of(conn, sorted({row.actor for row in done}))
        lines: list[Line] = [((row.recorded_at, f"note/{row.id}"), _note(row)) for row in by_hand]
        lines += [((row.recorded_at, f"deed/{row.id:020d}"), _deed(row, names)) for row in done]
        return sorted(lines, key=lambda line: line[0], reverse=True)[:limit]

    def write(
        self, actor: Actor, text: str, fire_id: UUID | None, key: str | None
    ) -> dict[str, Any]:
        """A line by hand, about a fire or about the shift; it stays as it is written.

        Raises:
            NotFound: there is no such fire here.
        """
        request = fingerprint("journal.note", {"text": text, "fire": str(fire_id)})
        now = self.clock()
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            marks = actor.territories
            if fire_id is not None:
                marks = found(conn, actor, fire_id).territories
            at = actor.world.now(now)
            note = Note(uuid7(), at, actor.subject, actor.name, text, fire_id, marks)
            duty.write(conn, actor, note, now)
            events.write(conn, actor, [Event(EVENT, str(note.id), at, note.as_dict(), marks)])
            facts = {"fire_id": str(fire_id) if fire_id else None}
            audit.record(conn, actor, "journal.note", str(note.id), facts, now=now)
            reply = note.as_dict()
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply


def _note(row: Row[Any]) -> dict[str, Any]:
    note = Note(row.id, row.at, row.by, row.name, row.text, row.fire_id, tuple(row.territories))
    return note.as_dict()


def _deed(row: Row[Any], names: Mapping[str, str]) -> dict[str, Any]:
    about: datetime = row.at
    fire = row.changes.get("fire_id") if isinstance(row.changes, dict) else None
    return {
        "id": str(row.id),
        "at": iso(about),
        "by": row.actor,
        "name": "" if row.actor == SYSTEM else names.get(row.actor, row.actor),
        "written": False,
        "action": row.action,
        "text": "",
        "fire_id": row.subject if row.action.startswith("fire.") else fire,
        "subject": row.subject,
        "changes": row.changes,
    }
