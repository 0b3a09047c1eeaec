"""From what covers the land to the fuel types of the Canadian FBP system.

FBP (Forestry Canada 1992, ST-X-3; Wotton et al. 2009, GLC-X-10) has no larch.  The table says which
of its types stands in for what grows in Yakutia, and what else it may be: the ensemble draws from
that.  It is a start, to be calibrated on fires whose edge people drew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.codes import Coded
from sylvan.domain.surroundings import LandCover

I1 = npt.NDArray[np.int8]


class Stand(StrEnum):
    """What a forest map, a burn scar or a road map knows beyond the land cover."""

    OPEN_LARCH = "open_larch"
    DENSE_LARCH = "dense_larch"
    DWARF_PINE = "dwarf_pine"
    LARCH_BIRCH = "larch_birch"
    BIRCH = "birch"
    HERB_LARCH = "herb_larch"
    FRESH_BURN = "fresh_burn"
    ROCK = "rock"
    ROAD = "road"
    TRACK = "track"


class Season(StrEnum):
    """What decides how leaves and grass burn."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"


class Fbp(IntEnum):
    """Fuel types of the FBP system, numbered as ``cffdrs`` numbers them."""

    C1 = 1
    C2 = 2
    C3 = 3
    C4 = 4
    C5 = 5
    C6 = 6
    C7 = 7
    D1 = 8
    D2 = 9
    M1 = 10
    M2 = 11
    M3 = 12
    M4 = 13
    O1A = 14
    O1B = 15
    S1 = 16
    S2 = 17
    S3 = 18


class Bed(IntEnum):
    """Fuel beds: an FBP type with its percentages. 0 never burns."""

    NONE = 0
    LICHEN = 1
    MOSS = 2
    MIXED_BARE = 3
    MIXED_GREEN = 4
    BIRCH_BARE = 5
    BIRCH_GREEN = 6
    LEAFLESS = 7
    LEAFY = 8
    GRASS_MATTED = 9
    GRASS_GREEN = 10
    GRASS_STANDING = 11


@dataclass(frozen=True, slots=True)
class FuelBed:
    """One row of the table of beds."""

    fuel: Fbp
    instead: tuple[tuple[Bed, float], ...] = ()
    # other beds that it may be, with their probabilities; engineering: no map of the region was
    # checked on the ground for this
    conifer_pct: float = 50.0
    # %; share of conifers in M-1 and M-2; pure stands are C-2: ST-X-3
    curing_pct: float = 0.0
    # %; cured share of grass: GLC-X-10 eq. 35a and 35b
    grass_kg_m2: float = 0.35
    # kg/m²; standard grass load: default of cffdrs


BEDS: Final[Mapping[Bed, FuelBed]] = MappingProxyType(
    {
        # open Cajander larch over reindeer lichen: the lichen woodland that C-1 describes
        Bed.LICHEN: FuelBed(Fbp.C1, ((Bed.MOSS, 0.15), (Bed.MIXED_GREEN, 0.1))),
        # closed larch over feather moss and Ledum, dwarf pine: crowns near the ground, as in C-2
        Bed.MOSS: FuelBed(Fbp.C2, ((Bed.LICHEN, 0.15), (Bed.MIXED_GREEN, 0.15))),
        # larch sheds its needles: half of what makes C-2 run stands for a forest of unknown kind
        Bed.MIXED_BARE: FuelBed(Fbp.M1, ((Bed.MOSS, 0.2), (Bed.LICHEN, 0.15), (Bed.LEAFLESS, 0.1))),
        Bed.MIXED_GREEN: FuelBed(Fbp.M2, ((Bed.MOSS, 0.2), (Bed.LICHEN, 0.15), (Bed.LEAFY, 0.1))),
        # larch with much birch or alder
        Bed.BIRCH_BARE: FuelBed(
            Fbp.M1, ((Bed.MIXED_BARE, 0.2), (Bed.LEAFLESS, 0.2)), conifer_pct=25.0
        ),
        Bed.BIRCH_GREEN: FuelBed(
            Fbp.M2, ((Bed.MIXED_GREEN, 0.2), (Bed.LEAFY, 0.2)), conifer_pct=25.0
        ),
        Bed.LEAFLESS: FuelBed(Fbp.D1, ((Bed.BIRCH_BARE, 0.2),)),
        # green understory: stands still until BUI 70 (GLC-X-10)
        Bed.LEAFY: FuelBed(Fbp.D2, ((Bed.BIRCH_GREEN, 0.2),)),
        # last year's grass, matted by snow
        Bed.GRASS_MATTED: FuelBed(Fbp.O1A, ((Bed.GRASS_GREEN, 0.1),), curing_pct=90.0),
        # half green
        Bed.GRASS_GREEN: FuelBed(Fbp.O1B, ((Bed.GRASS_STANDING, 0.15),), curing_pct=55.0),
        Bed.GRASS_STANDING: FuelBed(Fbp.O1B, ((Bed.GRASS_GREEN, 0.15),), curing_pct=80.0),
    }
)

_GRASS = (Bed.GRASS_MATTED, Bed.GRASS_GREEN, Bed.GRASS_STANDING)
_MIXED = (Bed.MIXED_BARE, Bed.MIXED_GREEN, Bed.MIXED_BARE)
_BIRCH = (Bed.BIRCH_BARE, Bed.BIRCH_GREEN, Bed.BIRCH_BARE)
_LEAVES = (Bed.LEAFLESS, Bed.LEAFY, Bed.LEAFLESS)
_NONE = (Bed.NONE,) * 3

TABLE: Final[Mapping[LandCover | Stand, tuple[Bed, ...]]] = MappingProxyType(
    {
        LandCover.FOREST: _MIXED,
        LandCover.SHRUB: _BIRCH,  # dwarf birch and willow with larch between; dwarf pine: a stand
        LandCover.GRASS: _GRASS,  # alas meadows
        LandCover.CROP: _GRASS,
        LandCover.PEAT: _GRASS,  # sedge carries the flame; what smoulders below is no front
        LandCover.TUNDRA: _GRASS,  # dead leaves of tussocks carry the flame
        LandCover.BARE: _NONE,
        LandCover.URBAN: _NONE,  # houses burn, but FBP knows no rate for them
        LandCover.WATER: _NONE,
        LandCover.ICE: _NONE,
        Stand.OPEN_LARCH: (Bed.LICHEN,) * 3,
        Stand.DENSE_LARCH: (Bed.MOSS,) * 3,
        Stand.DWARF_PINE: (Bed.MOSS,) * 3,
        Stand.LARCH_BIRCH: _BIRCH,
        Stand.BIRCH: _LEAVES,
        Stand.HERB_LARCH: _LEAVES,  # larch over herbs, green in summer
        Stand.FRESH_BURN: _NONE,
        Stand.ROCK: _NONE,
        Stand.ROAD: _NONE,  # mineral surface and cleared sides
        Stand.TRACK: _MIXED,  # too narrow to hold a front
    }
)
"""The bed of each cover in spring, summer and autumn."""

COVERS: Final[tuple[LandCover | Stand, ...]] = tuple(TABLE)
"""A cover's number is its place here."""
UNKNOWN: Final = -1
"""Number of a cell of which no cover is known; it burns as forest does, and that is said."""
ASSUMED: Final = LandCover.FOREST
"""Most of what can burn in Yakutia is larch forest."""


@dataclass(frozen=True)
class SeasonParameters:
    """Days of the year between which leaves are green, at 60–65° N in Yakutia."""

    leaf_out: tuple[int, int] = (6, 1)
    # month, day; larch flushes in the last week of May: engineering, to be moved by greenness
    leaf_fall: tuple[int, int] = (9, 1)
    # month, day; needles yellow in the first days of September; the same


DEFAULT: Final = SeasonParameters()


def season_of(day: date, params: SeasonParameters = DEFAULT) -> Season:
    """Season of the fuels on a day, north of the equator."""
    when = (day.month, day.day)
    if when < params.leaf_out:
        return Season.SPRING
    return Season.SUMMER if when < params.leaf_fall else Season.AUTUMN


def bed_of(cover: LandCover | Stand | None, season: Season) -> Bed:
    """Fuel bed of a cover; ``None`` is unknown and taken as :data:`ASSUMED`."""
    return TABLE[ASSUMED if cover is None else cover][tuple(Season).index(season)]


def beds_of(covers: I1, season: Season) -> tuple[I1, tuple[Coded, ...]]:
    """Fuel beds of cells.

    Args:
        covers: numbers of :data:`COVERS`, or :data:`UNKNOWN`, of any shape.
        season: of the day.

    Returns:
        Numbers of :class:`Bed`, of the same shape, and what was assumed.

    Raises:
        IndexError: a number is none of :data:`COVERS`.
    """
    if covers.size and (covers.min() < UNKNOWN or covers.max() >= len(COVERS)):
        raise IndexError(f"covers are numbered {UNKNOWN}…{len(COVERS) - 1}")
    of = np.array([bed_of(cover, season) for cover in (*COVERS, None)], np.int8)
    beds: I1 = of[covers]  # −1 is the last
    unknown = float(np.mean(covers == UNKNOWN)) if covers.size else 0.0
    if not unknown:
        return beds, ()
    percent = max(round(100.0 * unknown), 1)
    return beds, (Coded("spread.fuel_assumed", {"percent": percent}),)
