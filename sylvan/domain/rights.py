"""Who may do and read what: roles as data, and one pure decision.

A role names operations (as in the published interface: `fires_register`), kinds of events and
groups of fields that stay hidden from it. What a role does not name, it may not; so a new route or
a new event is closed to everybody until somebody opens it. Where a thing lies is another question:
`Actor.reach` and `store.scope`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final

from sylvan.domain.actors import Level


@dataclass(frozen=True, slots=True)
class Part:
    """One hidden field: ``path`` leads to it through objects and lists.

    ``thing`` is a tag of the published interface (`fires`: what its answers hold) or what an event
    is about (`fire`: the body of `fire.changed`).
    """

    thing: str
    path: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> "Part":
        """`unit.position.point`: the thing is what stands before the first dot."""
        thing, *path = text.split(".")
        if not thing or not path or not all(path):
            raise ValueError(f"{text!r}: expected thing.field")
        return cls(thing, tuple(path))


@dataclass(frozen=True, slots=True)
class RoleRights:
    """What one role may. Patterns as in file names: `fires_*`."""

    code: str
    names: Mapping[str, str]
    levels: frozenset[Level]
    """Levels at which somebody may have it."""
    operations: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    """Operations that the patterns take in and that are kept out again."""
    events: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    """Groups of fields."""

    def may(self, operation: str) -> bool:
        """Whether an operation of the interface is open to it."""
        return _matches(operation, self.operations) and not _matches(operation, self.but)

    def hears(self, kind: str) -> bool:
        """Whether events of a kind reach it."""
        return _matches(kind, self.events)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


NOBODY: Final = RoleRights("", {}, frozenset())
"""A role that nothing is open to."""


@dataclass(frozen=True)
class Rights:
    """All roles, and the groups of fields that they may be kept from."""

    version: str
    roles: Mapping[str, RoleRights]
    groups: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)

    def of(self, role: str) -> RoleRights:
        """What a role may; one that is not there: nothing."""
        return self.roles.get(role, NOBODY)

    def may(self, role: str, operation: str) -> bool:
        """Whether a role may ask for an operation at all."""
        return _may(self, role, operation)

    def hidden(self, role: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """By thing, the paths of what a role does not see."""
        return _hidden(self, role)

    def shown(self, role: str, thing: str, value: Any) -> Any:
        """``value`` (one thing, or a list of them) without what the role does not see."""
        paths = self.hidden(role).get(thing, ())
        return _without(value, paths) if paths else value

    def __hash__(self) -> int:
        return id(self)


@cache
def _may(rights: Rights, role: str, operation: str) -> bool:
    return rights.of(role).may(operation)


@cache
def _hidden(rights: Rights, role: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    groups = rights.of(role).hidden
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for group in sorted(groups):
        for part in rights.groups.get(group, ()):
            found[part.thing] = (*found.get(part.thing, ()), part.path)
    return found


def _without(value: Any, paths: Iterable[tuple[str, ...]]) -> Any:
    """A copy with what lies at the end of each path hidden; ``*`` stands for every field."""
    if isinstance(value, list):
        return [_without(one, paths) for one in value]
    if not isinstance(value, Mapping):
        return value
    kept = dict(value)
    for head, *rest in paths:
        for name in list(kept) if head == "*" else [head] if head in kept else []:
            kept[name] = _without(kept[name], [tuple(rest)]) if rest else _nothing(kept[name])
    return kept


def _nothing(value: Any) -> Any:
    """What stands in place of a hidden value: the field itself stays, so that shapes do too."""
    return [] if isinstance(value, list) else {} if isinstance(value, Mapping) else None
