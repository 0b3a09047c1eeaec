"""Which things count as threatened, how near, and what each adds to the order of priority.

The values are data (``alerts/exposure.yaml``); here stands only their shape.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a table: points from or up to a value, in the table's unit."""

    value: float
    points: float


@dataclass(frozen=True, slots=True)
class ObjectRule:
    """What one kind of thing counts for."""

    kind: str
    bands: tuple[Step, ...]
    """Kilometres from the edge, ascending: the first that is not exceeded counts."""
    downwind: float = 0.0
    """Points more for one in the down-wind sector."""
    reached: tuple[Step, ...] = ()
    """Hours until half of a forecast's members reach it, ascending."""
    further: float = 0.0
    """Points for each other one within the bands."""
    people: tuple[Step, ...] = ()
    """Inhabitants, ascending: the last that is reached counts."""

    @property
    def reach_km(self) -> float:
        """How far such things are looked for."""
        return self.bands[-1].value

    def band(self, km: float) -> Step | None:
        """The band that a distance falls into."""
        return next((step for step in self.bands if km <= step.value), None)


@dataclass(frozen=True, slots=True)
class SectorRules:
    """What lies down the wind."""

    half_angle_deg: float = 22.5
    # degrees either side; one of eight winds
    hours: int = 6
    # h ahead over which the wind is averaged
    calm_km_h: float = 3.6
    # km/h (1 m/s); below it the wind has no direction to go by


@dataclass(frozen=True, slots=True)
class PriorityRules:
    """What the fire itself adds."""

    further_most: float = 10.0
    growth_ha_h: tuple[Step, ...] = ()
    frp_mw: tuple[Step, ...] = ()
    area_ha: tuple[Step, ...] = ()
    likelihood: tuple[Step, ...] = ()
    """Below which likelihood, ascending: points are taken off."""
    zones: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SmokeClass:
    """A class of the concentration of fine particles."""

    name: str
    upto: float | None
    """µg/m³; ``None``: everything above."""


@dataclass(frozen=True, slots=True)
class SmokeRules:
    """Who may get smoke, and what it is called."""

    kinds: tuple[str, ...] = ()
    reach_km: float = 100.0
    classes: tuple[SmokeClass, ...] = ()

    def class_of(self, ug_m3: float) -> str | None:
        """The name of the class that a concentration falls into."""
        fits = (one.name for one in self.classes if one.upto is None or ug_m3 <= one.upto)
        return next(fits, None)


@dataclass(frozen=True, slots=True)
class ExposureRules:
    """Everything that an operator may say about exposure."""

    version: str
    objects: Mapping[str, ObjectRule]
    """By kind, in the order in which they are told."""
    sector: SectorRules = field(default_factory=SectorRules)
    priority: PriorityRules = field(default_factory=PriorityRules)
    smoke: SmokeRules = field(default_factory=SmokeRules)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of thing that is asked for, once."""
        return tuple(dict.fromkeys([*self.objects, *self.smoke.kinds]))

    @property
    def reach_km(self) -> float:
        """The farthest that anything is looked for, smoke apart."""
        return max((rule.reach_km for rule in self.objects.values()), default=0.0)
