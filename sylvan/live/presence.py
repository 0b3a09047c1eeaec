"""Who looks at which fire and types into what: remembered for seconds, told, never logged.

Pure state: times are arguments. A person with several screens is one person, who types if any of
them does; two people who type into one field are a conflict that both are told of.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sylvan.live.frames import TYPING, Said
from sylvan.services.presence import Spot

Place = tuple[int, str]
"""A world and a fire in it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as others see him; ``who`` is the same on all of his screens and no name."""

    who: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Note:
    """What one screen said last."""

    place: Place
    spot: Spot
    person: Person
    said: Said
    until: float

    @property
    def rank(self) -> tuple[bool, float]:
        """Of several screens of one person, the one that counts is the largest by this."""
        return self.said.doing == TYPING, self.until


class Presence:
    """All that was said and still holds, by screen."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._notes: dict[str, Note] = {}
        self._at: dict[Place, dict[str, Note]] = {}
        self._changed: dict[Place, Spot] = {}

    def __len__(self) -> int:
        return len(self._notes)

    def put(self, screen: str, note: Note) -> None:
        """A screen says where it is; the same again only lasts longer."""
        before = self._notes.get(screen)
        if before is not None and before.place != note.place:
            self.drop(screen)
        self._notes[screen] = note
        self._at.setdefault(note.place, {})[screen] = note
        if before is None or (before.place, before.said) != (note.place, note.said):
            self._changed[note.place] = note.spot

    def drop(self, screen: str) -> None:
        """A screen is at no fire any more."""
        note = self._notes.pop(screen, None)
        if note is not None:
            there = self._at[note.place]
            del there[screen]
            if not there:
                del self._at[note.place]
            self._changed[note.place] = note.spot

    def expire(self, now: float) -> None:
        """Forget what was not said again in time."""
        for screen in [screen for screen, note in self._notes.items() if note.until <= now]:
            self.drop(screen)

    def changes(self) -> list[tuple[Place, Spot]]:
        """Fires at which something is other than it was told last."""
        found = list(self._changed.items())
        self._changed.clear()
        return found

    def places(self) -> Iterator[tuple[Place, Spot]]:
        """Fires with somebody there."""
        for place, there in self._at.items():
            yield place, next(iter(there.values())).spot

    def told(self, place: Place) -> tuple[list[dict[str, Any]], list[str]]:
        """Who is at a fire, in the order of names, and the fields into which several type."""
        newest: dict[str, Note] = {}
        fields: dict[str, set[str]] = {}
        for note in self._at.get(place, {}).values():
            who = note.person.who
            if who not in newest or note.rank > newest[who].rank:
                newest[who] = note
            if note.said.doing == TYPING and note.said.field is not None:
                fields.setdefault(note.said.field, set()).add(who)
        people = sorted(newest.values(), key=lambda note: (note.person.name, note.person.who))
        return [_shown(note) for note in people[: self._most]], sorted(
            name for name, typing in fields.items() if len(typing) > 1
        )


def _shown(note: Note) -> dict[str, Any]:
    person, said = note.person, note.said
    return {
        "who": person.who,
        "name": person.name,
        "role": person.role,
        "doing": said.doing,
        "field": said.field,
    }
