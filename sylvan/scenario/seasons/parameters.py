"""What a simulated season is made from, each value with its unit and source."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Errors:
    """How far the world is from what policies are told; all of them are wrong in the same way."""

    spread: float = 2.0
    # factor of one standard deviation of ln(rate of spread): forecasts are told so much off
    spread_kept: float = 0.7
    # correlation of that error from one day to the next: a forecast is put right by and by
    heading_deg: float = 25.0
    # degrees, standard deviation of the direction in which the head is told to run
    area: float = 0.2
    # standard deviation of ln(area)
    travel: float = 0.3
    # hours on the way are told up to this share off, evenly
    production: float = 0.4
    # line is made up to this share off the norm, evenly
    breakdown: float = 0.05
    # chance that a unit breaks down on its way
    repair_h: float = 24.0
    # h until it is ready again


@dataclass(frozen=True, slots=True)
class SeasonParameters:
    """One season; engineering values unless a source is named, all unverified."""

    version: str = "season-1"
    start: datetime = datetime(2026, 6, 5, tzinfo=UTC)
    # light all night north of 60°: nobody waits for the morning
    fires: int = 300
    # that break out where fires are fought
    days: float = 30.0
    # in which they break out
    step_h: float = 0.5
    human_share: float = 0.45
    # set by people near settlements; the rest by lightning (40-70 % lightning in boreal forests)
    human_km: tuple[float, float] = (11.0, 0.6)
    # median and sigma of ln of their distance from a settlement
    least_km: float = 2.5
    # from a settlement
    pair_share: float = 0.25
    pair_km: float = 9.0
    # share of the fires that start near another one: one storm, one road
    bursts: float = 0.8
    # standard deviation of ln(fires a day): dry days and storms gather them
    burst_kept: float = 0.6
    # correlation from one day to the next
    rate_m_h: tuple[float, float] = (50.0, 0.6)
    # median and sigma of ln: growth of the half-axis at vigour 1; about half of it over days
    length_to_breadth: tuple[float, float] = (1.3, 3.0)
    first_ha: float = 0.1
    # when it has taken hold
    seen_h: tuple[float, float] = (5.0, 0.8)
    # median and sigma of ln: until somebody sees it
    missed: float = 0.1
    # share that is overlooked at first
    missed_h: float = 36.0
    # mean of how much later those are seen
    rain_h: tuple[float, float, float] = (48.0, 192.0, 720.0)
    # least, mean beyond that, and most: rain ends a fire (2 d + 8 d: forces study, unverified)
    line_share: float = 0.6
    # of the time at a fire in which line is built; as policies take it
    mop_up_h: float = 24.0
    mop_up_share: float = 1.0 / 3.0
    # of the units stay after containment, so long
    village_km: float = 1.0
    # from its middle to the edge of a settlement
    near_km: float = 60.0
    # settlements farther from where a fire began are not looked at
    look_h: float = 1.0
    # at least between two decisions, but for new fires
    idle_h: float = 6.0
    # at most, while a fire burns
    large_ha: float = 200.0
    # a large fire in the aviation zone (unverified)
    first_day_h: float = 24.0
    settlement_ha: float = 400.0
    # ha's worth of a settlement that is reached, as the suggestion values it
    errors: Errors = Errors()

    def __post_init__(self) -> None:
        if self.fires < 0 or not self.days > 0.0 or not self.step_h > 0.0:
            raise ValueError("a season needs days, a step, and fires of no negative number")


DEFAULT: Final = SeasonParameters()
LOADS: Final = {"half": 0.5, "normal": 1.0, "double": 2.0}
"""Times the fires of a season."""
