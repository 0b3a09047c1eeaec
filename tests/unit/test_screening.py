"""How likely a group of detections is a fire, and why."""

import math
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from sylvan.domain.codes import Invalid
from sylvan.domain.detections import (
    DayNight,
    Instrument,
    NativeConfidence,
    Satellite,
    concatenate,
    empty,
)
from sylvan.domain.heat import HeatKind, HeatRegister, HeatSource, from_item
from sylvan.domain.places import LonLat, destination
from sylvan.domain.screening import WEIGHTS, Verdict, pass_numbers, screen
from sylvan.domain.surroundings import Stroke, Surroundings

SPOT = LonLat(129.7, 62.0)
NIGHT = int(datetime(2026, 7, 1, 17, 0, tzinfo=UTC).timestamp())
HOUR, DAY = 3600, 86_400
NOTHING = HeatRegister([])
FLARE = HeatSource("flare-1", HeatKind.FLARE, *SPOT, radius_km=1.0)


def pixels(n=1, *, at=NIGHT, satellite=Satellite.SNPP, apart_m=300.0, start=SPOT, **columns):
    """A row of VIIRS pixels going east."""
    rows = empty(n)
    for row in range(n):
        rows["lon"][row], rows["lat"][row] = destination(start, 90, apart_m * row)
    rows["acq_at"], rows["satellite"] = at, satellite
    rows["instrument"] = columns.pop("instrument", Instrument.VIIRS)
    rows["daynight"] = columns.pop("daynight", DayNight.NIGHT)
    rows["confidence_native"] = columns.pop("confidence", NativeConfidence.NOMINAL)
    for name, value in columns.items():
        rows[name] = value
    return rows


def codes(found):
    return {one.code for one in found.reasons}


def weight(found, code):
    return sum(one.weight for one in found.reasons if one.code == code)


@st.composite
def fires(draw):
    n = draw(st.integers(1, 40))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = empty(n)
    rows["lon"] = SPOT.lon + numbers.normal(0, 0.02, n)
    rows["lat"] = SPOT.lat + numbers.normal(0, 0.01, n)
    rows["acq_at"] = NIGHT + numbers.integers(0, draw(st.integers(1, 30)) * DAY, n)
    rows["satellite"] = numbers.choice([1, 3, 4, 8], n)
    rows["instrument"] = numbers.choice([1, 2, 3], n)
    rows["confidence_native"] = numbers.choice([-1, 30, 80, 201, 202, 203], n)
    rows["daynight"] = numbers.choice([0, 1, 2], n)
    rows["type"] = numbers.choice([-1, 0, 2], n)
    return rows


@settings(deadline=None)  # the machine is shared
@given(fires(), st.randoms(use_true_random=False))
def test_the_order_of_detections_does_not_matter(rows, shuffled):
    order = list(range(len(rows)))
    shuffled.shuffle(order)
    register = HeatRegister([FLARE])
    assert screen(rows[order], register) == screen(rows, register)


@settings(deadline=None)  # the machine is shared
@given(fires())
def test_the_likelihood_is_the_sum_of_what_is_told(rows):
    found = screen(rows, HeatRegister([FLARE]), Surroundings(danger_class=5, water_km=9.0))
    told = math.fsum(one.weight for one in found.reasons)
    assert found.log_odds == pytest.approx(told)
    assert found.likelihood == pytest.approx(1 / (1 + math.exp(-told)))
    assert 0 < found.likelihood < 1
    assert len(found.coded()) == len(found.reasons) + len(found.missing)


@settings(deadline=None)  # the machine is shared
@given(fires())
def test_a_permanent_source_never_raises_the_likelihood_and_never_drops(rows):
    bare, known = screen(rows, NOTHING), screen(rows, HeatRegister([FLARE]))
    assert 0 < known.likelihood <= bare.likelihood


def test_a_night_pixel_on_a_known_flare_is_doubtful_and_says_which_flare():
    found = screen(pixels(), HeatRegister([FLARE]))
    assert found.verdict is Verdict.DOUBTFUL
    said = next(text for text in found.coded() if text.code == "screening.static_source")
    assert said.params["source"] == "flare-1"
    assert said.params["kind"] == "flare"
    assert said.params["weight"] == WEIGHTS.static_source


def test_a_fire_that_grows_past_the_flare_outgrows_it():
    register = HeatRegister([FLARE])
    beside = screen(pixels(4), register)
    grown = screen(pixels(40), register)
    assert beside.likelihood < 0.5 < grown.likelihood
    assert weight(grown, "screening.static_source") == 0


def test_a_register_entry_of_doubtful_origin_weighs_less():
    sure = screen(pixels(), HeatRegister([FLARE]))
    unsure = screen(pixels(), HeatRegister([replace(FLARE, confidence=0.4)]))
    assert sure.likelihood < unsure.likelihood


def test_a_source_counts_only_in_its_months_and_hours():
    summer = replace(FLARE, months=frozenset({7}), hours=frozenset({17}))
    winter = replace(FLARE, months=frozenset({12}))
    morning = replace(FLARE, hours=frozenset({3}))
    assert "screening.static_source" in codes(screen(pixels(), HeatRegister([summer])))
    for source in (winter, morning):
        assert "screening.static_source" not in codes(screen(pixels(), HeatRegister([source])))


def test_the_source_that_explains_most_is_the_one_told():
    near = replace(FLARE, id="wide", radius_km=5.0)
    cover = HeatRegister([FLARE, near]).cover(pixels(10))
    assert cover is not None
    assert cover.source.id == "wide"
    assert cover.share == 1.0


def test_two_sources_together_explain_what_neither_does_alone():
    east = destination(SPOT, 90, 3000)
    other = HeatSource("flare-2", HeatKind.FLARE, *east)
    rows = concatenate([pixels(), pixels(start=east)])
    cover = HeatRegister([FLARE, other]).cover(rows)
    assert cover is not None
    assert cover.share == 1.0


def test_without_a_register_nothing_is_assumed_and_that_is_said():
    found = screen(pixels(), None)
    assert "screening.no_register" in {text.code for text in found.missing}
    assert screen(pixels(), NOTHING).likelihood == found.likelihood


def test_what_is_not_known_is_neutral_and_said():
    found = screen(pixels(confidence=-1), NOTHING)
    unknown = {text.code for text in found.missing}
    assert {"screening.no_confidence", "screening.no_type", "screening.no_danger_high"} <= unknown
    assert found.log_odds == 0


@pytest.mark.parametrize(
    ("native", "daynight", "expected"),
    [
        (NativeConfidence.HIGH, DayNight.NIGHT, WEIGHTS.night_high),
        (NativeConfidence.NOMINAL, DayNight.NIGHT, WEIGHTS.night_nominal),
        (NativeConfidence.HIGH, DayNight.DAY, WEIGHTS.day_high),
        (NativeConfidence.NOMINAL, DayNight.DAY, WEIGHTS.day_nominal),
        (NativeConfidence.LOW, DayNight.DAY, WEIGHTS.day_low_alone),
        (50, DayNight.DAY, 0.0),
        (100, DayNight.NIGHT, WEIGHTS.percent_limit),
        (0, DayNight.NIGHT, -WEIGHTS.percent_limit),
        (80, DayNight.DAY, math.log(4)),
    ],
)
def test_one_pixel_weighs_as_its_class_and_hour(native, daynight, expected):
    found = screen(pixels(confidence=native, daynight=daynight), NOTHING)
    assert found.log_odds == pytest.approx(expected)


def test_a_low_pixel_at_the_edge_of_a_big_fire_is_not_held_against_it():
    low = pixels(12, confidence=NativeConfidence.LOW, daynight=DayNight.DAY, apart_m=100)
    assert "screening.confidence_low_day" not in codes(screen(low, NOTHING))


def test_one_pass_counts_once_however_many_pixels_say_the_same():
    far = pixels(2, apart_m=5000)
    assert screen(far, NOTHING).log_odds == screen(pixels(), NOTHING).log_odds


def test_another_satellite_soon_after_confirms():
    later = pixels(satellite=Satellite.NOAA20, at=NIGHT + HOUR)
    found = screen(concatenate([pixels(), later]), NOTHING)
    assert weight(found, "screening.second_satellite") == WEIGHTS.second_satellite
    much_later = pixels(satellite=Satellite.NOAA20, at=NIGHT + 20 * HOUR)
    slow = screen(concatenate([pixels(), much_later]), NOTHING)
    assert codes(slow) & {"screening.second_satellite", "screening.repeat_pass"} == {
        "screening.repeat_pass"
    }


def test_passes_are_cut_by_satellite_and_by_a_gap_of_forty_minutes():
    rows = concatenate(
        [
            pixels(at=NIGHT),
            pixels(at=NIGHT + 5 * 60),
            pixels(at=NIGHT + 5 * 60, satellite=Satellite.NOAA20),
            pixels(at=NIGHT + 101 * 60),
        ]
    )
    numbers = pass_numbers(rows).tolist()
    assert numbers[0] == numbers[1]
    assert len(set(numbers)) == 3


@pytest.mark.parametrize(
    ("n", "expected"), [(3, 0), (4, WEIGHTS.neighbours_some), (11, WEIGHTS.neighbours_many)]
)
def test_pixels_beside_each_other_support_each_other(n, expected):
    found = screen(pixels(n, apart_m=90), NOTHING)
    assert weight(found, "screening.neighbours") == expected


def test_neighbours_of_other_passes_are_not_neighbours():
    nights = [pixels(at=NIGHT + day * DAY) for day in range(12)]
    assert "screening.neighbours" not in codes(screen(concatenate(nights), NOTHING))


@pytest.mark.parametrize(
    ("flag", "code"),
    [(1, "volcano_type"), (2, "static_type"), (3, "offshore_type")],
)
def test_the_products_own_flag_is_believed_and_told(flag, code):
    found = screen(pixels(type=flag), NOTHING)
    assert weight(found, f"screening.{code}") == getattr(WEIGHTS, code)
    assert f"screening.{code}" not in codes(screen(pixels(type=0), NOTHING))


def test_weeks_on_one_spot_speak_for_a_flare():
    nights = [pixels(at=NIGHT + day * DAY) for day in range(0, 25, 3)]
    standing = screen(concatenate(nights), NOTHING)
    assert "screening.standing" in codes(standing)
    assert standing.likelihood < screen(concatenate(nights[:4]), NOTHING).likelihood
    wide = [pixels(10, apart_m=900, at=NIGHT + day * DAY) for day in range(0, 25, 3)]
    assert "screening.standing" not in codes(screen(concatenate(wide), NOTHING))


def test_terms_that_say_the_same_thing_are_bounded_together():
    nights = concatenate([pixels(at=NIGHT + day * DAY, type=2) for day in range(25)])
    found = screen(nights, HeatRegister([FLARE]))
    static = ("static_source", "static_type", "standing")
    total = sum(weight(found, f"screening.{name}") for name in static)
    assert total == pytest.approx(WEIGHTS.static_limit)


def test_glint_needs_water_and_a_lonely_low_pixel_by_day():
    water = Surroundings(water_km=0.0)
    lonely = pixels(confidence=NativeConfidence.LOW, daynight=DayNight.DAY)
    assert "screening.glint" in codes(screen(lonely, NOTHING, water))
    assert "screening.glint" not in codes(screen(pixels(), NOTHING, water))
    assert "screening.glint" not in codes(screen(lonely, NOTHING, Surroundings(water_km=9.0)))


def test_surroundings_weigh_as_declared():
    near = Surroundings(
        water_km=9.0,
        snow=True,
        industry_km=0.3,
        danger_class=4,
        lightning=Stroke(3.0, 20.0),
    )
    found = screen(pixels(), NOTHING, near)
    expected = WEIGHTS.snow_season + WEIGHTS.industry + WEIGHTS.danger_high + WEIGHTS.lightning
    assert found.log_odds == pytest.approx(WEIGHTS.night_nominal + expected)


def test_ten_calls_are_one_kind_of_word_and_an_aircraft_settles_it():
    calls = screen(empty(), NOTHING, Surroundings(reports=("call",) * 10))
    assert calls.log_odds == WEIGHTS.citizen
    seen = screen(pixels(), HeatRegister([FLARE]), Surroundings(reports=("aircraft",)))
    assert seen.verdict is Verdict.LIKELY


def test_geostationary_frames_confirm_and_have_no_class_of_their_own():
    frames = [
        pixels(at=NIGHT + m * 600, instrument=Instrument.GEOSTATIONARY, satellite=8)
        for m in range(12)
    ]
    found = screen(concatenate(frames), NOTHING)
    assert codes(found) == {"screening.geostationary"}
    assert screen(frames[0], NOTHING).log_odds == 0


def test_a_big_night_fire_is_likely():
    assert screen(pixels(30, apart_m=200), NOTHING).verdict is Verdict.LIKELY


def test_an_empty_register_covers_nothing():
    assert NOTHING.cover(pixels()) is None
    assert HeatRegister([FLARE]).cover(empty()) is None
    assert HeatRegister([FLARE]).cover(pixels(start=LonLat(0, 0))) is None


@dataclass(frozen=True)
class Piece:
    code: str
    geom: Any
    props: dict[str, Any]
    names: dict[str, str] = field(default_factory=dict)
    kind: str = "heat_source"
    sample: bool = False


def test_a_layers_feature_becomes_a_source():
    props = {"type": "Flare", "radius_km": "0.8", "months": "5,6", "confidence": 0.7}
    source = from_item(Piece("f", Point(10, 20), props, {"en": "Flare"}))
    assert (source.kind, source.radius_km, source.lon) == (HeatKind.FLARE, 0.8, 10)
    assert source.months == {5, 6}
    assert source.hours == set(range(24))
    plain = from_item(Piece("p", box(0, 0, 2, 2), {"type": "something new"}))
    assert (plain.kind, plain.lon, plain.lat) == (HeatKind.OTHER, 1, 1)


def test_an_invented_source_of_a_sample_layer_does_not_make_a_fire_doubtful():
    sample = from_item(Piece("s", Point(SPOT), {"type": "industry"}, sample=True))
    assert screen(pixels(), HeatRegister([sample])).verdict is Verdict.CHECK


@pytest.mark.parametrize(
    "props",
    [
        {"radius_km": -1},
        {"radius_km": 5000},
        {"radius_km": "wide"},
        {"confidence": 2},
        {"months": "13"},
        {"hours": [25]},
        {"radius_km": math.nan},
    ],
)
def test_a_source_that_makes_no_sense_is_refused_by_name(props):
    with pytest.raises(Invalid) as refused:
        from_item(Piece("f7", Point(10, 20), props))
    assert refused.value.code == "heat.field"
    assert refused.value.params["id"] == "f7"
