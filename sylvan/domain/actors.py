"""Who acts, at which level of management, over which territories, and in which world.

Every use-case takes an :class:`Actor` from the first day, so that filling in rights later changes
no signature. An actor acts in exactly one world.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from sylvan.domain.worlds import World

EVERYWHERE: Final = ("*",)
"""Territories of an actor who may see all of them."""

SYSTEM: Final = "system"
"""Subject of the installation itself."""

OPERATOR: Final = "operator"
"""Role of the installation itself, and of the one who sits at a machine without sign-in."""

ALL: Final = "all"
"""Mark of what lies nowhere and is for everybody whose role hears of it: feeds, layers, regimes."""

NEAR, RIM, ASSET = "near:", "rim:", "asset:"
"""Marks beside the plain codes of the territories that a thing lies in: outside a territory but
within its border buffer; inside a region, close to its border; near what an owner has there."""


class Level(StrEnum):
    """Levels of management, from the fire line up, and those beside the ladder."""

    CREW = "crew"
    STATION = "station"
    DISTRICT = "district"
    MUNICIPALITY = "municipality"
    REGION = "region"
    FEDERAL = "federal"
    NEIGHBOUR = "neighbour"
    PARTNER = "partner"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone or something that acts.

    ``subject`` is stable and safe to store in log and audit; ``name`` is for screens. An empty
    ``territories`` means none at all: forgetting to grant must never mean granting everything.
    ``role`` is a name of ``alerts/rights.yaml`` and says what may be asked and read; a role that is
    not there may nothing. ``owner`` names the partner whose assets an actor watches over.
    """

    subject: str
    name: str
    level: Level
    territories: tuple[str, ...]
    world: World
    role: str = ""
    owner: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "level", Level(self.level))
        object.__setattr__(self, "territories", tuple(self.territories))
        if not self.subject:
            raise ValueError("an actor needs a subject: audit rows must name someone")

    @property
    def is_system(self) -> bool:
        """Whether this is the installation itself and not a person."""
        return self.subject == SYSTEM

    @property
    def everywhere(self) -> bool:
        """Whether all territories are in reach."""
        return "*" in self.territories

    @property
    def reach(self) -> tuple[str, ...]:
        """Of which marks a thing must carry one to be in reach.

        Neighbours see what is close to the border that they share, partners what is near what they
        own, all others their territories and what is close around these.
        """
        near = tuple(NEAR + code for code in self.territories)
        if self.level is Level.NEIGHBOUR:
            return (*(RIM + code for code in self.territories), *near, ALL)
        mine = (ASSET + self.owner,) if self.owner else ()
        return (*self.territories, *near, *mine, ALL)

    def covers(self, *territories: str) -> bool:
        """Whether any of these marks is in reach (nothing to check is in nobody's reach)."""
        return self.everywhere or not set(self.reach).isdisjoint(territories)

    def in_world(self, world: World) -> "Actor":
        """The same actor acting in another world."""
        return replace(self, world=world)


def local_operator(world: World) -> Actor:
    """The one operator of an installation without sign-in: the regional dispatcher at the desk."""
    return Actor("local", "local", Level.REGION, EVERYWHERE, world, role=OPERATOR)


def system(world: World) -> Actor:
    """The installation itself: feeds, jobs and the engine."""
    return Actor(SYSTEM, SYSTEM, Level.REGION, EVERYWHERE, world, role=OPERATOR)
