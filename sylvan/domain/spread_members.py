"""How the members of an ensemble differ: weather, what burns, and the pace of the fire.

Wind, its direction and the moisture of fine fuel are wrong for a whole forecast rather than for an
hour, so that a member keeps its error; maps of fuel are wrong for a whole kind of stand, and rates
of spread for a whole fire.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from sylvan.domain.fuel import BEDS, Bed
from sylvan.domain.spread import DEFAULT as ONE_RUN
from sylvan.domain.spread import SpreadParameters
from sylvan.domain.spread_pace import AS_FBP_SAYS, Pace
from sylvan.domain.spread_weather import HourlyWeather

F8 = npt.NDArray[np.float64]
Random = np.random.Generator
_TURN = 360.0  # degrees
_SEED_BYTES = 6  # a number that JSON keeps


@dataclass(frozen=True)
class EnsembleParameters:
    """How members differ; each ± is one standard deviation of a normal error."""

    version: str = "spread-ensemble-2"
    members: int = 50
    # runs; the tenth part is then five of them: engineering, a second or two of computing
    wind: float = 0.25
    # of the wind; engineering, until forecasts were compared with the region's stations
    turn_deg: float = 20.0
    # degrees, the same
    ffmc: float = 3.0
    # fine fuel moisture code, the same
    pace: Pace = AS_FBP_SAYS
    # of the fire, from which each member draws its own
    levels: tuple[float, ...] = (0.1, 0.5, 0.9)
    # probabilities of which contours are drawn
    run: SpreadParameters = ONE_RUN
    # how each member runs


DEFAULT: Final = EnsembleParameters()


def seed_of(fire_id: str, at: datetime) -> int:
    """The seed for a fire at a time: the first 48 bits of SHA-256 of ``id|time``, UTC to the µs."""
    text = f"{fire_id}|{at.astimezone(UTC).isoformat(timespec='microseconds')}"
    return int.from_bytes(sha256(text.encode()).digest()[:_SEED_BYTES], "big")


class Member(NamedTuple):
    """How one member sees the world."""

    weather: HourlyWeather
    swapped: dict[Bed, Bed]
    pace: float = 1.0


def members(weather: HourlyWeather, random: Random, params: EnsembleParameters) -> list[Member]:
    """As many members as wanted, each error spread evenly over its distribution.

    Latin hypercube (McKay, Beckman and Conover 1979): fewer members are needed than of plain draws.
    A pace that was learned from the fire holds already what else its fuel may be.
    """
    n = params.members
    wind, ffmc = ndtri(_even(random, n)), ndtri(_even(random, n))
    turn = params.turn_deg * ndtri(_even(random, n))
    if not weather.direction_known:
        turn = _TURN * _even(random, n)
    doubts = {} if params.pace.hours else {bed: _even(random, n) for bed in BEDS}
    paces = params.pace.drawn(_even(random, n))
    return [
        Member(
            weather.altered(
                1.0 + params.wind * float(wind[k]), float(turn[k]), params.ffmc * float(ffmc[k])
            ),
            _swapped(doubts, k),
            float(paces[k]),
        )
        for k in range(n)
    ]


def _even(random: Random, n: int) -> F8:
    """Middles of n equal parts of 0…1, in random order."""
    return np.asarray((random.permutation(n) + 0.5) / n)


def _swapped(draws: dict[Bed, F8], member: int) -> dict[Bed, Bed]:
    """Beds that a member takes for others."""
    swapped = {}
    for bed, draw in draws.items():
        share = float(draw[member])
        for other, probability in BEDS[bed].instead:
            share -= probability
            if share < 0.0:
                swapped[bed] = other
                break
    return swapped
