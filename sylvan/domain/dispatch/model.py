"""What is decided about: fires with their need over time, units with their arrival, reserves.

Values only: spread, travel and priority are computed elsewhere and stand here as numbers, so that a
stored problem can be solved again to the bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.codes import Coded
from sylvan.domain.dispatch.params import Tier

F8 = npt.NDArray[np.float64]
TIMES_H: Final = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 18.0, 24.0, 36.0, 48.0, 72.0, 96.0, 144.0)
"""Hours from now at which fires are looked at; days, since a horizon of hours gives fires up."""


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of a run card: so many units of a kind within some hours."""

    count: int
    within_h: float
    kind: str | None = None
    """``None``: any kind."""


@dataclass(frozen=True, slots=True)
class Fire:
    """A fire as the suggestion sees it; levels are the problem's ``times_h``."""

    id: str
    tier: Tier
    need_m: tuple[float, ...]
    """m of line that contain it at each level."""
    damage: tuple[float, ...]
    """ha's worth lost from now if it is contained at that level; never falls."""
    escape: float
    """ha's worth lost if it is contained at none of them: that of the season."""
    most: int
    """Units that find room at its edge."""
    card: tuple[CardLine, ...] = ()
    held_by_h: float | None = None
    """Hours until what makes its tier (A, B) is reached: to be contained before."""
    fought: bool = True
    """Whether somebody has to be sent; ``False`` in the control zone by decision."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A crew, engine, machine or aircraft that can be sent."""

    id: str
    kind: str
    base: str
    rate_m_h: float
    """m/h of line where it works."""
    duty_left_h: float = 12.0
    """Until its duty ends; 0: it rests now."""
    rest_h: float = 8.0
    """Between two duties."""
    shift_h: float = 12.0
    """Length of the later duties."""
    cost: float = 2.0
    """ha's worth of sending it."""
    cost_h: float = 0.5
    """ha's worth of each hour on its way."""
    task: str | None = None
    """Fire that it is on its way to or works at."""
    locked: bool = False
    """Whether that has been accepted and may not be changed."""
    pinned: bool = False
    """Whether a dispatcher's word locks it, and not an order: it has still to be sent."""
    out: Coded | None = None
    """Why it cannot be sent at all."""


@dataclass(frozen=True, slots=True)
class Floor:
    """Draw-down level: how many units of a kind a base keeps."""

    base: str
    kind: str
    least: int
    price: float | None = None
    """ha's worth of each unit below; ``None``: the parameters'."""


@dataclass(frozen=True, eq=False)
class Problem:
    """All that a suggestion depends on, beside parameters and seed."""

    fires: tuple[Fire, ...]
    units: tuple[Unit, ...]
    eta_h: F8
    """(units, fires) hours until it works at the edge; infinite or NaN: it does not get there."""
    times_h: tuple[float, ...] = TIMES_H
    effect: F8 | None = None
    """(units, fires) factor of the rate by fuel, ground and intensity; ``None``: 1."""
    flight_h: F8 | None = None
    """(units, fires) flight hours of its base that sending it takes; ``None``: 0."""
    flight_left_h: Mapping[str, float] = field(default_factory=dict)
    """Flight hours left at a base today; a base that is not named has enough."""
    floors: tuple[Floor, ...] = ()
    why: Mapping[tuple[str, str], Coded] = field(default_factory=dict)
    """Reasons of infinite arrival times, by unit and fire."""

    def __post_init__(self) -> None:
        shape = (len(self.units), len(self.fires))
        for name in ("eta_h", "effect", "flight_h"):
            table = getattr(self, name)
            if table is not None and table.shape != shape:
                raise ValueError(f"{name} has shape {table.shape}, not {shape}")
        _rising(self.times_h, "times_h", strictly=True)
        _once([one.id for one in self.fires], "fires")
        _once([one.id for one in self.units], "units")
        for fire in self.fires:
            _check(fire, len(self.times_h))
        for unit in self.units:
            if unit.locked and unit.task is None:
                raise ValueError(f"unit {unit.id} is locked without a task")
            if unit.pinned and not unit.locked:
                raise ValueError(f"unit {unit.id} is pinned and not locked")

    def fire_index(self) -> dict[str, int]:
        """Places of fires by their id."""
        return {one.id: at for at, one in enumerate(self.fires)}


def _check(fire: Fire, levels: int) -> None:
    if len(fire.need_m) != levels or len(fire.damage) != levels:
        raise ValueError(f"fire {fire.id} has not {levels} levels")
    if not np.isfinite([*fire.need_m, *fire.damage, fire.escape]).all():
        raise ValueError(f"fire {fire.id} has numbers that are not finite")
    if fire.most < 0 or min(fire.need_m, default=0.0) < 0.0:
        raise ValueError(f"fire {fire.id} has negative needs")
    _rising((*fire.damage, fire.escape), f"damage of fire {fire.id}", strictly=False)


def _rising(values: tuple[float, ...], name: str, *, strictly: bool) -> None:
    steps = np.diff(np.asarray(values, float))
    if (steps < 0.0).any() or (strictly and (steps == 0.0).any()):
        raise ValueError(f"{name} must rise")


def _once(ids: list[str], name: str) -> None:
    if len(set(ids)) != len(ids):
        raise ValueError(f"{name} have ids that stand twice")
