"""The land and the forces of a season, as arrays; whoever runs it hands them in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.model import Floor
from sylvan.domain.dispatch.runcard import Cards
from sylvan.scenario.fields import Floats
from sylvan.scenario.geography import Geography

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
RESERVE_LEAST: Final = 3
"""Units of a kind from which on a base with crews of the air keeps one (unverified)."""
RESERVE_HA: Final = 1e12
"""ha's worth of a unit below: more than any fire of any tier, so that nobody buys an advantage."""


@dataclass(frozen=True, slots=True)
class Force:
    """A unit that builds line."""

    id: str
    kind: str
    base: str
    rate_m_h: float
    shift_h: float
    rest_h: float
    run_days: float
    """Days away from home in a row."""
    off_days: float
    """Days off after them."""
    cost: float
    """ha's worth of sending it."""
    cost_h: float
    """ha's worth of each hour on its way."""
    strength: tuple[float, float, float]
    """Factors of the rate at a weak, medium and strong edge."""
    works_aloft: bool = False
    """Whether its hours at the fire are flown."""


Ways = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""Longitudes and latitudes of fires → (units, fires) hours until a unit works there (infinite where
it does not get there), and hours flown there and back."""


@dataclass(frozen=True, eq=False)
class Country:
    """Where fires are fought, and by whom."""

    geography: Geography
    """Its boundary is where fires are fought."""
    forces: tuple[Force, ...]
    ways: Ways
    flight_h: Mapping[str, float]
    """Hours in the air that a base has a day; one that is not named has none to count."""
    floors: tuple[Floor, ...]
    cards: Cards


def floors_of(forces: tuple[Force, ...], bases: frozenset[str]) -> tuple[Floor, ...]:
    """Reserves that these bases keep of the kinds that they have some of."""
    count: dict[tuple[str, str], int] = {}
    for one in forces:
        if one.base in bases:
            count[one.base, one.kind] = count.get((one.base, one.kind), 0) + 1
    return tuple(
        Floor(*key, 1, RESERVE_HA) for key, many in sorted(count.items()) if many >= RESERVE_LEAST
    )
