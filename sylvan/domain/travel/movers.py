"""Who travels, whereto, in which legs; and why somebody does not get there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from math import isfinite
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.codes import Coded
from sylvan.domain.places import MAX_LAT, MAX_LON, LonLat
from sylvan.domain.travel.parameters import AIR, Mode

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]


class Why(IntEnum):
    """Why a unit does not reach a fire; 0: it does."""

    REACHED = 0
    NO_POSITION = 1
    """Nobody knows where the unit or the fire is."""
    NO_SPEED = 2
    """An aircraft without speed, range or endurance."""
    OUT_OF_RANGE = 3
    """Too far, or too long under way."""
    NO_ROAD_OR_RIVER = 4
    """No road or water near the unit, or nothing that leads on."""
    SEASON = 5
    """No boats on ice, no snowmobiles without snow."""
    FUEL = 6
    """Not there and back to fuel with the reserve, even with a stop."""
    DAYLIGHT = 7
    """It would be dark before it is back."""
    WIND = 8
    """The wind is too strong for its speed."""


_WORDS: Final = {
    Why.NO_POSITION: Coded("travel.no_position"),
    Why.NO_SPEED: Coded("travel.no_speed"),
    Why.OUT_OF_RANGE: Coded("travel.out_of_range"),
    Why.NO_ROAD_OR_RIVER: Coded("travel.no_road_or_river"),
    Why.SEASON: Coded("travel.season"),
    Why.FUEL: Coded("travel.fuel"),
    Why.DAYLIGHT: Coded("travel.daylight"),
    Why.WIND: Coded("travel.wind"),
}


def told(why: Why) -> tuple[Coded, ...]:
    """A reason as people read it; nothing where the unit gets there."""
    return (_WORDS[why],) if why else ()


class Step(StrEnum):
    """What a leg is."""

    TURNOUT = "turnout"
    LAUNCH = "launch"
    """From the unit to the road or shore that it begins on."""
    RIDE = "ride"
    WALK = "walk"
    WAIT = "wait"
    """For light."""
    FLY = "fly"
    REFUEL = "refuel"
    DESCENT = "descent"


@dataclass(frozen=True, slots=True)
class Mover:
    """A unit as its way is reckoned."""

    key: str
    point: LonLat | None
    """Where it is; ``None``: nobody knows."""
    mode: Mode
    turnout_h: float = 0.0
    """From the order until it moves, h."""
    speed_km_h: float | None = None
    """On the ground: on its best surface, where it differs from the mode's own.

    In the air: true airspeed in cruise; without it an aircraft goes nowhere."""
    range_km: float | None = None
    """On the ground: farthest straight way to a fire. In the air: all that it flies on its fuel."""
    endurance_h: float | None = None
    """Flight on its fuel, h; ``None``: by range alone."""
    position_age_h: float = 0.0
    """How old its position is, h."""
    at_base: bool = True
    """Whether it stands where units stand often, so that its field is worth keeping."""

    @property
    def flies(self) -> bool:
        """Whether its main leg is a flight."""
        return self.mode in AIR

    @property
    def ready_h(self) -> float:
        """Hours from the order until it moves; at once where that makes no sense."""
        return max(self.turnout_h, 0.0) if isfinite(self.turnout_h) else 0.0

    @property
    def aloft_h(self) -> float:
        """Hours that its fuel lasts; 0 where nothing sensible is known."""
        speed = self.speed_km_h or 0.0
        if not (isfinite(speed) and speed > 0):
            return 0.0
        limits = [] if self.endurance_h is None else [self.endurance_h]
        if self.range_km is not None:
            limits.append(self.range_km / speed)
        hours = min(limits, default=0.0)
        return hours if hours > 0 and isfinite(hours) else 0.0


@dataclass(frozen=True, slots=True)
class Goal:
    """A fire, as somebody travels to it."""

    key: str
    point: LonLat | None
    """Where they are wanted; ``None``: nobody knows."""
    landing: LonLat | None = None
    """Where a helicopter may land; ``None``: somewhere near."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One stretch of a way."""

    step: Step
    mode: Mode
    km: float
    hours: float
    reasons: tuple[Coded, ...] = ()
    """What was assumed."""
    line: tuple[LonLat, ...] = ()
    """The way, where it is known."""

    def as_dict(self) -> dict[str, object]:
        """The JSON form."""
        return {
            "step": self.step.value,
            "mode": self.mode.value,
            "km": round(self.km, 1),
            "hours": round(self.hours, 2),
            "reasons": [one.as_dict() for one in self.reasons],
            "line": [[round(axis, 5) for axis in place] for place in self.line],
        }


@dataclass(frozen=True, slots=True)
class Eta:
    """When one unit is at one fire, and how it gets there."""

    hours: float
    """From the order until it can work; infinite where it does not get there."""
    legs: tuple[Leg, ...] = ()
    why: Why = Why.REACHED
    reasons: tuple[Coded, ...] = ()
    """Why not, or what was assumed of the whole."""

    def as_dict(self) -> dict[str, object]:
        """The JSON form; no hours where it does not get there."""
        return {
            "hours": None if self.why else round(self.hours, 2),
            "why": self.why.name.lower(),
            "legs": [one.as_dict() for one in self.legs],
            "reasons": [one.as_dict() for one in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class Air:
    """What flights are reckoned with."""

    at: datetime
    """When the order is given; with a zone."""
    fuel: tuple[LonLat, ...] = ()
    """Where aircraft may be refuelled."""
    wind_from_deg: F8 | float | None = None
    """Whence the wind blows, one for all fires or one for each; ``None`` or NaN: nobody knows."""
    wind_km_h: F8 | float | None = None

    @property
    def is_calm_assumed(self) -> bool:
        """Whether nobody knows the wind of some fire."""
        told = (self.wind_from_deg, self.wind_km_h)
        return any(one is None or not np.isfinite(one).all() for one in told)

    @property
    def winds_differ(self) -> bool:
        """Whether each fire has a wind of its own."""
        told = (self.wind_from_deg, self.wind_km_h)
        return any(isinstance(one, np.ndarray) and one.ndim > 0 for one in told)

    def of(self, fire: int) -> "Air":
        """The same for one of the fires."""
        return self._picked(lambda told: told[[fire]])

    def of_pairs(self, fires: I8) -> "Air":
        """The same for the fires of some pairs, a column for what each pair is asked about."""
        return self._picked(lambda told: told[fires][:, None])

    def _picked(self, pick: Callable[[F8], F8]) -> "Air":
        from_deg, km_h = (
            pick(told) if isinstance(told, np.ndarray) and told.ndim else told
            for told in (self.wind_from_deg, self.wind_km_h)
        )
        return replace(self, wind_from_deg=from_deg, wind_km_h=km_h)


def known(point: LonLat | None) -> bool:
    """Whether a place can be gone to or from."""
    return (
        point is not None
        and isfinite(point[0])
        and isfinite(point[1])
        and abs(point[0]) <= MAX_LON
        and abs(point[1]) <= MAX_LAT
    )
