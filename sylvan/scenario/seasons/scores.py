"""What a season's outcome is worth: the numbers by which policies are compared."""

from dataclasses import asdict, dataclass

import numpy as np

from sylvan.domain.dispatch.need import DEFAULT as NEED
from sylvan.domain.dispatch.outlooks import DEFAULT as OUTLOOK
from sylvan.domain.dispatch.params import Tier
from sylvan.scenario.fields import Floats
from sylvan.scenario.seasons.season import Burns, Outcome
from sylvan.scenario.seasons.world import World


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one season under one policy."""

    fires: int
    seen: int
    loss: float
    """ha's worth: area by the tier of the true distance to settlements, and settlements."""
    area_ha: float
    """Burnt by fires that were seen."""
    large: int
    """Fires that grew large."""
    first_day: float
    """Share of the fires that were seen, contained within a day of that."""
    reached: int
    """Settlements, once for each fire."""
    first_arrival_h: float
    """Mean, from being seen to the first unit; over fires to which somebody came."""
    unattended: int
    """Fires that were seen, and nobody came before rain did."""
    flown_h: float
    below_h: float
    """Hours times units below reserves."""
    sent: int
    """Units sent to fires, each time."""
    contained: int
    decisions: int

    def as_dict(self) -> dict[str, float]:
        """The JSON form."""
        return asdict(self)


def weights(world: World) -> Floats:
    """(F) ha's worth of a ha by the true distance to the nearest settlement."""
    km = world.home_m.min(axis=1, initial=np.inf) / 1_000.0
    tier = [Tier.A if one <= OUTLOOK.near_km else Tier.B if one <= OUTLOOK.middle_km else Tier.C
            for one in km]  # fmt: skip
    return np.array([NEED.weights[one] for one in tier])


def scores(world: World, how: Outcome) -> Scores:
    """All numbers of a season."""
    told = world.parameters
    seen = np.isfinite(how.seen_m)
    area = np.where(seen, world.area_ha(how.axis_m), 0.0)
    hours = how.held_h - world.seen_h
    first = hours <= told.first_day_h
    reached = sum(bool(seen[f]) for f, _ in how.reached)
    loss = float((area * weights(world)).sum()) + told.settlement_ha * reached
    came = np.isfinite(how.arrived_h)
    wait = (how.arrived_h - world.seen_h)[came]
    many = int(seen.sum())
    return Scores(
        len(area),
        many,
        loss,
        float(area.sum()),
        int((area > told.large_ha).sum()),
        float(first.sum()) / max(many, 1),
        reached,
        float(wait.mean()) if wait.size else float("nan"),
        int((seen & ~came).sum()),
        how.flown_h,
        how.below_h,
        len(how.trips),
        int(np.isin(how.state, (Burns.CONTAINED, Burns.OUT)).sum()),
        how.decisions,
    )
