"""Rights on the wire: which events reach somebody, and which fields of them.

What a role does not see is a *view*. A frame is made once for each event and view that somebody
looks through, however many clients look: roles that are kept from the same fields share it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from sylvan.domain.actors import OPERATOR, Actor
from sylvan.domain.rights import Rights, RoleRights
from sylvan.live.filters import ALL_BITS, KINDS, OTHER_BIT, kind_bit

GENERAL: Final = frozenset({"feed", "batch", "world", "layer", "danger", "regime"})
"""Things that lie in no territory and concern everybody in their world whose role hears of them.
Anything else without a territory lies outside every known one, and only who sees all sees it."""
PRESENCE: Final = "presence.changed"
"""As what presence counts where a role names the kinds that it hears."""

ALL_OPEN: Final = Rights(
    "open", {OPERATOR: RoleRights(OPERATOR, {}, frozenset(), ("*",), (), ("*",))}
)
"""Where no rights were given: the local operator and nobody else."""

Paths = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class View:
    """What somebody does not see; equal for all roles that are kept from the same fields."""

    hidden: tuple[tuple[str, Paths], ...] = ()
    rights: Rights | None = field(default=None, compare=False)
    role: str = field(default="", compare=False)

    def cut(self, thing: str) -> tuple[Paths, Paths]:
        """What is taken out of an event about a thing: of its body, of the event itself."""
        return _cut(self.hidden, thing)

    def over(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """An event's frame without it."""
        shown = dict(event)
        if self.rights is not None:
            shown["body"] = self.rights.shown(
                self.role, thing_of(str(event["kind"])), event["body"]
            )
            shown = self.rights.shown(self.role, "event", shown)
        return shown


@lru_cache(maxsize=4096)
def _cut(hidden: tuple[tuple[str, Paths], ...], thing: str) -> tuple[Paths, Paths]:
    found = dict(hidden)
    return found.get(thing, ()), found.get("event", ())


CLEAR: Final = View()
"""Nothing is hidden."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may hear of: the same for all with equal rights in a world."""

    world: int
    reach: frozenset[str] | None
    """``None``: everywhere."""
    events: tuple[str, ...]
    """Patterns of the kinds that the role hears."""
    view: View

    def hears(self, kind: str) -> bool:
        """Whether events of a kind may reach it at all."""
        return _hears(self.events, kind)

    def reaches(self, territories: Iterable[str]) -> bool:
        """Whether what lies there is in reach."""
        return self.reach is None or not self.reach.isdisjoint(territories)

    def may_see(self, kind: str, territories: tuple[str, ...]) -> bool:
        """Whether an event of its world may reach it."""
        if not self.hears(kind):
            return False
        if not territories and thing_of(kind) in GENERAL:
            return True
        return self.reaches(territories)

    @property
    def sees_people(self) -> bool:
        """Whether it is told who looks at what."""
        return self.hears(PRESENCE) and ("actor",) not in self.view.cut("")[1]

    @property
    def bits(self) -> int:
        """The kinds that may reach it, as the filters' bit mask."""
        named = sum(kind_bit(kind) for kind in KINDS if self.hears(kind))
        return ALL_BITS if self.events == ("*",) else named | OTHER_BIT


@lru_cache(maxsize=4096)
def _hears(events: tuple[str, ...], kind: str) -> bool:
    return RoleRights("", {}, frozenset(), events=events).hears(kind)


def thing_of(kind: str) -> str:
    """What an event is about: the kind before the dot."""
    return kind.partition(".")[0]


def sight_of(actor: Actor, rights: Rights) -> Sight:
    """What an actor may hear of."""
    hidden = tuple(sorted(rights.hidden(actor.role).items()))
    view = View(hidden, rights, actor.role) if hidden else CLEAR
    reach = None if actor.everywhere else frozenset(actor.reach)
    return Sight(actor.world.id, reach, rights.of(actor.role).events, view)
