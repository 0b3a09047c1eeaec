"""What is known around a fire besides its detections: the one value in which it reaches screening.

Everything is optional. ``None`` means *not known*, which counts nothing and is told on the fire; a
value that is known to be harmless (no snow, no stroke within reach) counts nothing and is silent.
Heat sources come beside it, as a :class:`sylvan.domain.heat.HeatRegister`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class LandCover(StrEnum):
    """What lies under most of a fire's detections."""

    FOREST = "forest"
    SHRUB = "shrub"
    GRASS = "grass"
    CROP = "crop"
    PEAT = "peat"
    TUNDRA = "tundra"
    BARE = "bare"
    URBAN = "urban"
    WATER = "water"
    ICE = "ice"


class Word(StrEnum):
    """What somebody who looked says of this fire, or of detections at this place lately."""

    FIRE = "fire"
    NOT_FOUND = "not_found"
    TECHNOGENIC = "technogenic"


@dataclass(frozen=True, slots=True)
class Weather:
    """Weather at the fire when it was first seen; each part may be unknown."""

    temperature_c: float | None = None
    """Air at 2 m, °C."""
    humidity_pct: float | None = None
    """Relative humidity at 2 m, 0…100."""
    rain_24h_mm: float | None = None
    """Rain of the 24 h before, mm."""
    wind_ms: float | None = None
    """Wind at 10 m, m/s."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """The lightning stroke that most likely lit it."""

    distance_km: float
    """Kilometres from the fire's earliest detections."""
    hours_before: float
    """Hours before the fire was first seen; at most ten days."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything from outside, for one fire; the default knows nothing."""

    reports: tuple[str, ...] = ()
    """Source kinds (``domain/reports.py``) of the reports attached to it."""
    verdicts: tuple[str, ...] = ()
    """:class:`Word`\\ s of people and partners who checked it."""
    water_km: float | None = None
    """Kilometres to the nearest water (sea, lake, wide river); 0 on it."""
    land_cover: LandCover | None = None
    industry_km: float | None = None
    """Kilometres to the nearest plant, mine, flare stack, power station."""
    settlement_km: float | None = None
    """Kilometres to the nearest settlement; 0 in it."""
    snow: bool | None = None
    """Snow lies: measured, else by the region's calendar."""
    danger_class: int | None = None
    """Fire-danger class by weather, 1…5."""
    weather: Weather | None = None
    lightning: Stroke | None = None
    """The nearest candidate of the ten days before; ``None`` also when none struck."""
    lightning_watched: bool = False
    """Whether strokes of that time and place are known at all."""


UNKNOWN: Final = Surroundings()
