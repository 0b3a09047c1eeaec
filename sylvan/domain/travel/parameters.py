"""How fast one gets along, by what one goes with, over which ground and in which season.

Seed values for a northern region.  What says "unverified" came from nobody's measurement: a region
replaces it by its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final


class Mode(StrEnum):
    """What a unit goes with on its main leg."""

    ON_FOOT = "on_foot"
    TRUCK = "truck"
    """On roads; on foot from where it is parked."""
    TRACKED = "tracked"
    """All-terrain and tracked vehicles."""
    BOAT = "boat"
    SNOWMOBILE = "snowmobile"
    HELICOPTER = "helicopter"
    """Lands, and the crew walks."""
    RAPPEL = "rappel"
    """A helicopter whose crew descends at the fire."""
    JUMP = "jump"
    """An aeroplane whose crew jumps at the fire."""
    OVERHEAD = "overhead"
    """Tankers and patrols: nobody gets off."""


AIR: Final = frozenset({Mode.HELICOPTER, Mode.RAPPEL, Mode.JUMP, Mode.OVERHEAD})


class Season(StrEnum):
    """What rivers and lakes are to whoever wants to go on or over them."""

    OPEN_WATER = "open_water"
    ICE_MOVES = "ice_moves"
    """Freeze-up and break-up: neither boats nor ice roads."""
    WINTER = "winter"
    """Ice bears, snow lies, winter roads are open."""


class Surface(IntEnum):
    """What a cell is to whoever crosses it; fits in a byte."""

    UNKNOWN = 0
    FOREST = 1
    SHRUB = 2
    GRASS = 3
    CROP = 4
    PEAT = 5
    TUNDRA = 6
    BARE = 7
    URBAN = 8
    ICE = 9
    RIVER = 10
    LAKE = 11
    """Lakes and the sea."""
    ROAD = 12
    WINTER_ROAD = 13
    CROSSING = 14
    """A road over water: a bridge or a ferry."""


Speeds = Mapping[Surface, float]
"""km/h; a surface that is not named is closed."""


def _speeds(**by_name: float) -> Speeds:
    return MappingProxyType({Surface[name.upper()]: km_h for name, km_h in by_name.items()})


_FOOT: Final = _speeds(
    unknown=2.5,
    forest=2.5,
    shrub=2.0,
    grass=3.0,
    crop=3.0,
    peat=1.5,
    tundra=2.5,
    bare=3.0,
    urban=5.0,
    road=5.0,
    winter_road=3.0,
    crossing=5.0,
)
_TRACKED: Final = _speeds(
    unknown=9.0,
    forest=6.0,
    shrub=8.0,
    grass=12.0,
    crop=12.0,
    peat=5.0,
    tundra=10.0,
    bare=10.0,
    urban=15.0,
    road=25.0,
    winter_road=12.0,
    crossing=15.0,
)
_BOAT: Final = _speeds(river=22.0, lake=18.0, crossing=22.0)
_FOOT_ON_ICE: Final = _speeds(river=4.0, lake=4.0, ice=2.5)
_ON_ICE: Final = _speeds(river=15.0, lake=15.0, ice=10.0)
_SLED: Final = _speeds(
    unknown=15.0,
    forest=10.0,
    shrub=12.0,
    grass=25.0,
    crop=25.0,
    peat=20.0,
    tundra=25.0,
    bare=20.0,
    urban=20.0,
    ice=25.0,
    river=30.0,
    lake=30.0,
    road=30.0,
    winter_road=30.0,
    crossing=30.0,
)
_STEEPEST: Final[Mapping[Mode, float]] = MappingProxyType(
    {Mode.ON_FOOT: 100.0, Mode.TRACKED: 45.0, Mode.SNOWMOBILE: 45.0}
)
_REACH: Final[Mapping[Mode, float]] = MappingProxyType(
    {
        Mode.ON_FOOT: 20.0,
        Mode.TRUCK: 300.0,
        Mode.TRACKED: 120.0,
        Mode.BOAT: 250.0,
        Mode.SNOWMOBILE: 200.0,
    }
)


@dataclass(frozen=True)
class TravelParameters:
    """Speeds, limits and seasons."""

    version: str = "travel-1"
    foot_km_h: Speeds = field(default_factory=lambda: _FOOT)
    # km/h with a load: Tobler 1993 (NCGIA TR 93-1) 5 on a path, × 0.6 off it; by cover unverified
    tracked_km_h: Speeds = field(default_factory=lambda: _TRACKED)
    # km/h; 9 off roads is the study's seed, the rest unverified
    boat_km_h: Speeds = field(default_factory=lambda: _BOAT)
    # km/h through still water; unverified
    sled_km_h: Speeds = field(default_factory=lambda: _SLED)
    # km/h in snow; unverified
    foot_on_ice_km_h: Speeds = field(default_factory=lambda: _FOOT_ON_ICE)
    # km/h; unverified
    tracked_on_ice_km_h: Speeds = field(default_factory=lambda: _ON_ICE)
    # km/h; unverified
    road_km_h: float = 40.0
    # km/h of a truck on gravel; unverified
    winter_road_km_h: float = 25.0
    # km/h of a truck; unverified
    road_detour: float = 1.2
    # way over the line on the map, which leaves out bends; unverified (1.45 over the straight way)
    steepest_pct: Mapping[Mode, float] = field(default_factory=lambda: _STEEPEST)
    # %, rise over run of a whole cell; unverified
    slope_decay: float = 3.5
    # speed falls by exp(−3.5 · slope): Tobler 1993, the same up and down
    launch_km: float = 5.0
    # km from a unit to the road or shore that it begins on; unverified
    launch_km_h: float = 15.0
    # km/h on that way, on local tracks or with a trailer; unverified
    launch_detour: float = 1.3
    # way over the straight line there; unverified
    stretch_km: float = 25.0
    # km over land to the next road where none begins nearer: every village has tracks that no map
    # knows; farther, a truck has none; unverified
    stretch_km_h: float = 8.0
    # km/h on that way; unverified
    walk_most_h: float = 6.0
    # h on foot from the vehicle; half of a line shift of 10–12 h; unverified
    travel_most_h: float = 24.0
    # h under way on the ground: farther is another day's plan
    reach_km: Mapping[Mode, float] = field(default_factory=lambda: _REACH)
    # km of straight way that are searched; radii of action of the study, with room; unverified
    refuel_h: float = 0.5
    # h on the ground for fuel; unverified
    fuel_reserve_h: float = 0.5
    # h left in the tanks on landing: ICAO Annex 6 final reserve is 30 min
    slowest_ground_km_h: float = 30.0
    # km/h; an aircraft that makes less against the wind does not go; unverified
    twilight_deg: float = -6.0
    # sun's height between which and the horizon civil twilight lies: nobody flies below it
    landing_km: float = 1.0
    # km from where a helicopter lands to the fire, where nobody named a place; unverified
    landing_km_h: float = 2.5
    # km/h on that way; unverified
    descent_h: float = 0.2
    # h until a rappelling crew stands on the ground with its load; unverified
    jump_h: float = 0.4
    # h for trial passes, jump and gathering; unverified
    stale_h: float = 1.0
    # h; a position that is older is told
    opens: tuple[int, int] = (5, 25)
    # month and day on which rivers are free: Lena at Yakutsk; unverified
    ice_forms: tuple[int, int] = (10, 10)
    # rivers begin to freeze; unverified
    ice_bears: tuple[int, int] = (12, 1)
    # winter roads open; unverified
    ice_breaks: tuple[int, int] = (4, 15)
    # winter roads close; unverified
    ice_from_lat: float = 50.0
    # degrees; nearer to the equator water counts as open all year; unverified


DEFAULT: Final = TravelParameters()


def season_of(day: date, lat: float, params: TravelParameters = DEFAULT) -> Season:
    """The season of a day at a latitude; north and south of the equator half a year apart."""
    if abs(lat) < params.ice_from_lat:
        return Season.OPEN_WATER
    month = day.month if lat > 0 else (day.month + 5) % 12 + 1
    at = (month, day.day)
    if params.opens <= at < params.ice_forms:
        return Season.OPEN_WATER
    if at >= params.ice_bears or at < params.ice_breaks:
        return Season.WINTER
    return Season.ICE_MOVES
