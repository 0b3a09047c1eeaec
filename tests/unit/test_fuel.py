"""What burns: covers, seasons, beds."""

from datetime import date

import numpy as np
import pytest

from sylvan.domain.fuel import (
    BEDS,
    COVERS,
    TABLE,
    UNKNOWN,
    Bed,
    Fbp,
    Season,
    Stand,
    bed_of,
    beds_of,
    season_of,
)
from sylvan.domain.surroundings import LandCover


def fuel(cover, season):
    return BEDS[bed_of(cover, season)].fuel


def test_every_cover_has_a_bed_in_every_season():
    assert set(TABLE) == {*LandCover, *Stand}
    assert all(len(beds) == len(Season) for beds in TABLE.values())


def test_every_bed_but_none_has_a_row_and_its_alternatives_are_rows_too():
    assert set(BEDS) == set(Bed) - {Bed.NONE}
    for bed, row in BEDS.items():
        others = [other for other, _ in row.instead]
        assert set(others) <= set(BEDS) - {bed}
        assert sum(share for _, share in row.instead) < 0.5, "the bed itself is the likeliest"


@pytest.mark.parametrize("season", Season)
def test_open_larch_burns_as_lichen_woodland_and_dwarf_pine_as_dense_spruce(season):
    assert fuel(Stand.OPEN_LARCH, season) is Fbp.C1
    assert fuel(Stand.DENSE_LARCH, season) is Fbp.C2
    assert fuel(Stand.DWARF_PINE, season) is Fbp.C2


def test_leaves_slow_a_fire_down_in_summer():
    assert [fuel(Stand.LARCH_BIRCH, season) for season in Season] == [Fbp.M1, Fbp.M2, Fbp.M1]
    assert [fuel(Stand.HERB_LARCH, season) for season in Season] == [Fbp.D1, Fbp.D2, Fbp.D1]


def test_grass_is_matted_in_spring_green_in_summer_and_dead_in_autumn():
    beds = [BEDS[bed_of(LandCover.GRASS, season)] for season in Season]
    assert [bed.fuel for bed in beds] == [Fbp.O1A, Fbp.O1B, Fbp.O1B]
    assert beds[0].curing_pct > beds[2].curing_pct > beds[1].curing_pct


@pytest.mark.parametrize(
    "cover",
    [LandCover.WATER, LandCover.ICE, LandCover.BARE, Stand.ROCK, Stand.ROAD, Stand.FRESH_BURN],
)
def test_water_rock_roads_and_fresh_burns_stop_it_and_a_track_does_not(cover):
    assert {bed_of(cover, season) for season in Season} == {Bed.NONE}
    assert Bed.NONE not in TABLE[Stand.TRACK]


def test_leaves_are_green_from_june_to_august():
    days = [date(2026, 5, 31), date(2026, 6, 1), date(2026, 8, 31), date(2026, 9, 1)]
    assert [season_of(day) for day in days] == [
        Season.SPRING,
        Season.SUMMER,
        Season.SUMMER,
        Season.AUTUMN,
    ]


def test_unknown_cover_burns_as_forest_and_is_told():
    covers = np.full((4, 5), COVERS.index(LandCover.WATER), np.int8)
    covers[0] = UNKNOWN
    beds, reasons = beds_of(covers, Season.SUMMER)
    assert (beds[0] == bed_of(LandCover.FOREST, Season.SUMMER)).all()
    assert (beds[1:] == Bed.NONE).all()
    assert [(reason.code, dict(reason.params)) for reason in reasons] == [
        ("spread.fuel_assumed", {"percent": 25})
    ]


def test_a_single_unknown_cell_among_thousands_is_told_too():
    covers = np.zeros((100, 100), np.int8)
    covers[50, 50] = UNKNOWN
    assert dict(beds_of(covers, Season.SPRING)[1][0].params) == {"percent": 1}


def test_known_cover_needs_no_reason():
    assert beds_of(np.arange(len(COVERS), dtype=np.int8), Season.AUTUMN)[1] == ()


@pytest.mark.parametrize("wrong", [-2, len(COVERS)])
def test_a_number_that_is_no_cover_is_refused(wrong):
    with pytest.raises(IndexError):
        beds_of(np.array([0, wrong], np.int8), Season.SUMMER)
