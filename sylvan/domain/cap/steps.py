"""Whether something is worth a message, and which: told once, again when it worsens or eases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sylvan.domain.cap.profile import FireProfile, Level, NearSettlement, State
from sylvan.domain.cap.values import MsgType
from sylvan.domain.lifecycle import CLOSED, Status

HELD: Final = frozenset({Status.CONTAINED, Status.MOPUP})
UNSAID: Final = frozenset({Status.SIGNAL})
"""Nobody has looked at it: no word to the public."""


def state_of(status: str) -> State | None:
    """How a fire of this status stands; ``None`` where the public is not told of it yet."""
    if status in UNSAID:
        return None
    if status in CLOSED:
        return State.ENDED
    return State.HELD if status in HELD else State.BURNING


@dataclass(frozen=True, slots=True)
class Told:
    """What the last message said, as the next one is measured against it."""

    level: int
    """Place in the profile's list; the smaller, the worse."""
    area_ha: float = 0.0
    settlements: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        named = list(self.settlements)
        return {"level": self.level, "area_ha": self.area_ha, "settlements": named}

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "Told":
        """Read what :meth:`as_dict` wrote."""
        return cls(int(body["level"]), float(body["area_ha"]), tuple(body["settlements"]))


def told_of(level: int, area_ha: float, near: tuple[NearSettlement, ...]) -> Told:
    """What a message about this says."""
    return Told(level, area_ha, tuple(sorted(one.code for one in near)))


def next_of_fire(
    before: Told | None,
    state: State | None,
    found: tuple[int, Level] | None,
    now: Told | None,
    profile: FireProfile,
) -> MsgType | None:
    """What to send about a fire.

    Args:
        before: what was said last; ``None`` before the first message and after a cancelling one.
        state: how the fire stands.
        found: its level and the place of that; ``None``: no row of the profile is about it.
        now: what would be said.
        profile: from which change on a message is worth it.
    """
    if state in (None, State.ENDED) or found is None or not found[1].tell or now is None:
        return MsgType.CANCEL if before is not None else None
    if before is None:
        return MsgType.ALERT
    changed = now.level != before.level or bool(set(now.settlements) - set(before.settlements))
    grown = (
        now.area_ha >= before.area_ha * profile.growth
        and now.area_ha - before.area_ha >= profile.growth_ha
    )
    return MsgType.UPDATE if changed or grown else None
