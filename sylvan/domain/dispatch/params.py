"""What the suggestion takes for granted, each value with its unit and source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt
from typing import Final


class Tier(StrEnum):
    """Which fires come first: an order, not a weight."""

    A = "a"  # a settlement or people may be reached
    B = "b"  # an object that others depend on
    C = "c"  # the rest of the zones where fires are fought
    D = "d"  # watched by decision of the commission


def _shortage() -> Mapping[Tier, float]:
    # a plain dictionary: parameters travel to helper processes
    return {Tier.A: 1_200.0, Tier.B: 600.0, Tier.C: 200.0, Tier.D: 0.0}


@dataclass(frozen=True)
class DispatchParameters:
    """How plans are judged and how long they are looked for."""

    version: str = "dispatch-2"
    line_share: float = 0.6
    # of the time at a fire in which line is built; 0.5-0.7 in practice of shifts (unverified)
    switch_ha: float = 15.0
    # ha's worth; price of turning a unit on its way to another fire, or home: free turning tripled
    # the number of dispatches in a study of 36 seasons and gave more large fires
    floor_ha: float = 150.0
    # ha's worth; a unit below a base's reserve floor where the floor names no price (engineering)
    shortage_ha: Mapping[Tier, float] = field(default_factory=_shortage)
    # ha's worth; each unit that a run card wants and that does not come in time (engineering)
    fallback_share: float = 0.5
    # of a fire's places that left-over units may take where it cannot be contained
    lesser_ha: float = 1.0
    # ha's worth; what a unit must be good for, or it is told that it may stay in reserve
    quick_rounds: int = 400
    # ruins and recreations before the bound is asked for
    final_rounds: int = 2_000
    # with the bound's prices, in each turn of a chain
    dives: tuple[float, ...] = (0.3, 0.02)
    # least share in the master that each chain's dive takes a package for
    turns: int = 3
    # of a chain between two meetings: search, then recombine
    meetings: int = 2
    # of the chains, where all go on from the best plan
    recombined_rounds: int = 500
    # of putting known packages together anew, in each turn
    recombined: int = 16
    # fires at a time
    recombined_nodes: int = 3_000
    # of their tree
    least_worth: float = 0.6
    # times the bound's prices at which chains value a unit at least; the prices are good by then
    warm_rounds: int = 400
    # after a change of a running plan
    least_fires: int = 50
    # up to this many fires portions are as long as they say; beyond, they grow with the root
    widest: int = 8
    # fires that are ruined together
    near: int = 24
    # related fires to draw from
    most_worth: float = 1.2
    # times the bound's prices at which a unit is valued while plans are rebuilt
    heat: float = 0.002
    # share of the objective by which a step may be worse at the start of a portion
    grid: int = 120
    # cells of the knapsack for plans; what is lost by rounding is less than a unit
    threads: int = 2
    # that price fires and search; their number changes no result
    ascent_rounds: int = 50
    # of prices, before the master
    ascent_share: float = 0.5
    # of what lies between bound and plan that a step aims at
    ascent_decay: float = 0.7
    # of that share, each time that
    ascent_patience: int = 2
    # rounds brought nothing
    ascent_turn: float = 0.3
    # weight of a round in the direction
    ascent_kept: int = 10
    # last rounds whose packages the master begins with
    nearby: int = 12
    # pricings around the best prices at the end, for packages that chains may need
    nearby_share: float = 0.4
    # by which those prices differ at most
    smoothing: float = 0.5
    # weight of the best prices so far in the next ones (Wentges 1997)
    master_rounds: int = 40
    # of column generation
    exact_fires: int = 3
    # up to so many fires the compact programme is asked as well; ten take it many seconds
    exact_nodes: int = 400
    # of its tree: a number, not a time, so that the answer is the same everywhere
    close: float = 0.002
    # gap between master and bound at which column generation ends, and between plan and bound at
    # which the chains do

    def rounds(self, wanted: int, fires: int) -> int:
        """Rounds of a portion: more for more fires, in steps of the number for fifty."""
        more = max(fires / self.least_fires, 1.0)
        return max(round(wanted * sqrt(more)), 1)


DEFAULT: Final = DispatchParameters()
