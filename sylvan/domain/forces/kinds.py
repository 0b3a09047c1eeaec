"""Words of the register: kinds of units and bases, ways to move, ground to move on, figures.

Each list is closed, so that database, API, screen and files use one word for one thing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class UnitKind(StrEnum):
    """What a unit is."""

    GROUND_CREW = "ground_crew"
    SMOKEJUMPERS = "smokejumpers"
    HELITACK = "helitack"
    VILLAGE_TEAM = "village_team"
    PARTNER_CREW = "partner_crew"
    ENGINE = "engine"
    BULLDOZER = "bulldozer"
    ATV = "atv"
    BOAT = "boat"
    HELICOPTER = "helicopter"
    AIR_TANKER = "air_tanker"
    PATROL_AIRCRAFT = "patrol_aircraft"
    PUMP = "pump"
    DRONE = "drone"


FLYING: Final = frozenset(
    {UnitKind.HELICOPTER, UnitKind.AIR_TANKER, UnitKind.PATROL_AIRCRAFT, UnitKind.DRONE}
)
"""Kinds that get nowhere without range and speed in the air."""
CREWS: Final = frozenset(
    {
        UnitKind.GROUND_CREW,
        UnitKind.SMOKEJUMPERS,
        UnitKind.HELITACK,
        UnitKind.VILLAGE_TEAM,
        UnitKind.PARTNER_CREW,
    }
)
"""Kinds that are people first: without any they are nothing."""


class StationKind(StrEnum):
    """What a base is."""

    AIR_BASE = "air_base"
    FIRE_STATION = "fire_station"
    VILLAGE = "village"
    PARTNER = "partner"
    AIRSTRIP = "airstrip"
    FIELD_CAMP = "field_camp"


class Ownership(StrEnum):
    """Whose a unit or base is, and so who may order it."""

    AGENCY = "agency"
    MUNICIPALITY = "municipality"
    EMERCOM = "emercom"
    PARTNER = "partner"
    CONTRACTOR = "contractor"
    NEIGHBOUR = "neighbour"
    FEDERAL = "federal"


class Mobility(StrEnum):
    """How a unit gets about by itself; ``carried`` ones need another unit."""

    FOOT = "foot"
    ROAD = "road"
    TRACKED = "tracked"
    ATV = "atv"
    BOAT = "boat"
    HELICOPTER = "helicopter"
    AIRPLANE = "airplane"
    CARRIED = "carried"


IN_THE_AIR: Final = frozenset({Mobility.HELICOPTER, Mobility.AIRPLANE})


class Surface(StrEnum):
    """What is moved over."""

    ROAD = "road"
    WINTER_ROAD = "winter_road"
    OPEN = "open"
    FOREST = "forest"
    WETLAND = "wetland"
    WATER = "water"
    AIR = "air"


class Method(StrEnum):
    """How line is made: what slows it depends on this."""

    HAND = "hand"
    WATER = "water"
    MACHINE = "machine"
    AIR = "air"
    NONE = "none"


class Intensity(StrEnum):
    """Strength of a surface fire by its rate of spread: up to 1, up to 3, above 3 m/min."""

    WEAK = "weak"
    MEDIUM = "medium"
    STRONG = "strong"


class Spec(StrEnum):
    """Figures that a kind has as a norm and a unit may tell of itself."""

    PEOPLE = "people"
    RATE = "rate_m_h"
    RANGE = "range_km"
    ENDURANCE = "endurance_h"
    REFUEL = "refuel_h"
    TURNOUT = "turnout_h"
    SHIFT = "shift_h"
    REST = "rest_h"
    RUN = "run_days"
    OFF = "off_days"
    WATER = "water_l"
    SEATS = "seats"
    CARGO = "cargo_kg"
    DETOUR = "detour"
    COST_HOUR = "cost_hour"
    COST_KM = "cost_km"
    COST_FLIGHT_HOUR = "cost_flight_hour"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a figure may be; beyond lies a slip of the pen."""

    unit: str
    least: float
    most: float


SPECS: Final[Mapping[Spec, Bounds]] = MappingProxyType(
    {
        Spec.PEOPLE: Bounds("people", 0, 500),
        Spec.RATE: Bounds("m/h of line, the whole unit", 0, 10_000),
        Spec.RANGE: Bounds("km, there and back together for aircraft", 0, 10_000),
        Spec.ENDURANCE: Bounds("h in the air on one filling", 0, 48),
        Spec.REFUEL: Bounds("h", 0, 24),
        Spec.TURNOUT: Bounds("h from the order to the start", 0, 72),
        Spec.SHIFT: Bounds("h of work and travel between two rests", 0, 24),
        Spec.REST: Bounds("h, the least rest", 0, 72),
        Spec.RUN: Bounds("days of work in a row", 1, 60),
        Spec.OFF: Bounds("days off after them", 0, 30),
        Spec.WATER: Bounds("l carried or dropped at once", 0, 50_000),
        Spec.SEATS: Bounds("passengers", 0, 200),
        Spec.CARGO: Bounds("kg", 0, 60_000),
        Spec.DETOUR: Bounds("way over straight line", 1, 5),
        Spec.COST_HOUR: Bounds("roubles an hour of work", 0, 10_000_000),
        Spec.COST_KM: Bounds("roubles a km", 0, 1_000_000),
        Spec.COST_FLIGHT_HOUR: Bounds("roubles an hour in the air", 0, 100_000_000),
    }
)
SPEED: Final = Bounds("km/h", 0, 1000)
"""Of anything that goes to a fire."""
WHOLE: Final = frozenset({Spec.PEOPLE, Spec.SEATS})
"""Figures without decimals."""
