"""The numbers of screening: natural-log likelihood ratios, and where each of them begins to speak.

A term's weight is its number here times how strongly it speaks, 0…1.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Weights:
    """Natural-log likelihood ratios."""

    version: str = "screen-2"
    prior: float = 0.425  # probability of a vegetation fire before anything is known

    # What one pass shows
    night_high: float = 2.8
    night_nominal: float = 1.31
    day_high: float = 2.77
    day_nominal: float = 1.46
    day_low: float = -1.41  # only when nothing burns beside it: low pixels edge big fires
    percent: float = 1.82  # times ln(c/(100−c)) within ±1, for MODIS' 0…100
    alone: float = 0.0  # one pixel in one pass
    neighbours: float = 2.48  # ``many`` beside one pixel in one pass; less by their logarithm
    power: float = 1.31  # FRP above ``power_mw``
    radiation_hit: float = -4.29
    hot_ground: float = -1.0
    glint: float = -3.02
    roof: float = -1.18

    # What passes show together
    geostationary: float = 1.5
    second_satellite: float = 0.42
    repeat_pass: float = 0.0
    grown: float = 1.99
    only_night: float = -0.66
    by_day: float = 0.71
    standing: float = -4.28

    # What is known of the place
    static_source: float = -5.19  # times its confidence and the covered share
    static_type: float = -4.0
    volcano_type: float = -5.0
    offshore_type: float = -4.0
    industry: float = -2.02
    land_burns: float = 0.37
    land_bare: float = -1.43
    land_water: float = -1.88
    snow: float = -3.0
    winter: float = -2.0

    # Weather
    danger_high: float = 0.5
    danger_low: float = -0.5
    rain: float = -0.9
    damp: float = -0.49
    dry: float = 0.57
    lightning: float = 1.08

    # What people and cameras say
    citizen: float = 1.5
    camera: float = 2.0
    staff: float = 4.0
    aircraft: float = 7.0
    word_fire: float = 7.0
    word_not_found: float = -3.0
    word_technogenic: float = -6.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Where terms begin and how far they reach."""

    second_hours: float = 12.0  # hours between passes of two satellites
    pass_gap_min: float = 40.0  # minutes between two passes of one satellite
    beside_km: float = 1.0  # km between pixels of one pass that are neighbours (375 m pixels)
    beside_coarse_km: float = 1.5  # the same for 1 km pixels
    many: int = 10
    fine_least: int = 6
    contrary_sine: float = 0.17  # sine of 10°
    power_mw: tuple[float, float] = (10.0, 100.0)
    hit_share: tuple[float, float] = (0.05, 0.2)
    glint_deg: tuple[float, float] = (12.0, 45.0)
    glint_km: float = 1.0
    lone_pixels: int = 2
    ground_k: float = 315.0
    ground_cool_k: float = 20.0
    roof_km: float = 2.0
    repeat_passes: int = 4
    grown_km: tuple[float, float] = (1.5, 4.0)
    rhythm_passes: int = 4
    rhythm_days: int = 3
    standing_days: tuple[float, float] = (10.0, 20.0)
    standing_km: float = 2.0
    drift_km: float = 0.6
    industry_km: float = 0.5
    winter_lat: float = 55.0
    winter_months: tuple[int, ...] = (11, 12, 1, 2, 3)
    rain_mm: tuple[float, float] = (1.0, 10.0)
    damp_pct: tuple[float, float] = (70.0, 95.0)
    dry_kpa: tuple[float, float] = (0.6, 1.6)
    young_days: float = 1.0
    lightning_km: float = 10.0
    lightning_hours: float = 240.0
    static_limit: float = -6.0
    kept: float = 0.21
    hiding: float = 0.45
    outgrown: float = 0.2


WEIGHTS: Final = Weights()
LIMITS: Final = Limits()
LIKELY: Final = 0.9
DOUBTFUL: Final = 0.2
