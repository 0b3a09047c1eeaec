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

from sylvan.domain.codes import Coded, Invalid
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
from sylvan.domain.screening import LIMITS, WEIGHTS, Verdict, screen
from sylvan.domain.screening_kernel import implied_mw
from sylvan.domain.surroundings import LandCover, Stroke, Surroundings, Weather

SPOT = LonLat(129.7, 62.0)
NIGHT = int(datetime(2026, 7, 1, 17, 0, tzinfo=UTC).timestamp())
NOON = NIGHT - 14 * 3600
HOUR, DAY = 3600, 86_400
# Under the midday sun of the tropics S-NPP looks straight down into its image on the water.
MIRROR = LonLat(0.0, 23.0)
MIRROR_AT = int(datetime(2026, 6, 21, 12, 30, tzinfo=UTC).timestamp())
FAR = Surroundings(water_km=99.0, settlement_km=99.0, snow=False)
NOTHING = HeatRegister([])
PRIOR = math.log(WEIGHTS.prior / (1 - WEIGHTS.prior))
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
def fires(draw, days=30):
    n = draw(st.integers(1, 40))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = empty(n)
    rows["lon"] = SPOT.lon + numbers.normal(0, 0.02, n)
    rows["lat"] = SPOT.lat + numbers.normal(0, 0.01, n)
    rows["acq_at"] = NIGHT + numbers.integers(0, draw(st.integers(1, days)) * DAY, n)
    rows["satellite"] = numbers.choice([1, 3, 4, 8], n)
    rows["instrument"] = np.array([0, 1, 0, 2, 2, 0, 0, 0, 3])[rows["satellite"]]
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
    told += PRIOR
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
    assert said.params["heat"] == "flare"
    assert said.params["weight"] == round(weight(found, "screening.static_source"), 2) < -4


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


def everything_unknown(n=1):
    """Detections of which the file told nothing but place and time, by an unknown satellite."""
    rows = empty(n)
    rows["lon"], rows["lat"] = SPOT
    rows["acq_at"] = NIGHT
    return rows


def test_what_is_not_known_is_neutral_and_said():
    found = screen(everything_unknown(), None)
    assert codes(found) == {"screening.alone"}
    unknown = {text.code.removeprefix("screening.no_") for text in found.missing}
    assert unknown >= {"confidence", "type", "satellite", "power", "register", "glint"}
    assert unknown >= {"settlement", "snow_season", "industry", "land_cover", "danger_high"}
    assert unknown >= {"weather", "lightning"}


def test_a_fire_that_only_people_saw_says_so():
    found = screen(empty(), None, Surroundings(reports=("tower",)))
    assert codes(found) == {"screening.report_tower"}
    assert "screening.no_detections" in {text.code for text in found.missing}


@settings(deadline=None)  # the machine is shared
@given(fires(), st.sets(st.sampled_from(["frp", "bright", "bright_long", "scan", "track"])))
def test_an_unknown_column_raises_no_doubt(rows, hidden):
    """Whatever is left out can only silence a term, not make one speak.

    How far a fire reaches, and with it what is said of its growth, its rhythm and its standing
    still, is reckoned from an assumed pixel where its size is unknown.
    """
    full = rows.copy()
    full["frp"], full["bright"], full["bright_long"] = 5.0, 330.0, 290.0
    full["scan"] = full["track"] = 0.4
    poor = full.copy()
    for name in hidden:
        poor[name] = np.nan
    said, rest = screen(full, NOTHING), screen(poor, NOTHING)
    by_size = {f"screening.{name}" for name in ("grown", "kept", "by_day", "standing")}
    assert codes(rest) - codes(said) <= by_size


@settings(deadline=None)  # the machine is shared
@given(fires(days=9), st.integers(0, 39))
def test_one_more_high_pixel_by_night_never_lowers(rows, which):
    """In a pass that saw it anyway, and before weeks on one spot begin to speak."""
    one = rows[which % len(rows)].copy()
    one["confidence_native"], one["daynight"] = NativeConfidence.HIGH, DayNight.NIGHT
    one["type"] = -1
    less, more = screen(rows, NOTHING, FAR), screen(np.append(rows, [one]), NOTHING, FAR)
    assert more.log_odds >= less.log_odds - 1e-9, (less.reasons, more.reasons)


@pytest.mark.parametrize(
    ("native", "daynight", "expected"),
    [
        (NativeConfidence.HIGH, DayNight.NIGHT, WEIGHTS.high),
        (NativeConfidence.NOMINAL, DayNight.NIGHT, WEIGHTS.nominal),
        (NativeConfidence.HIGH, DayNight.DAY, WEIGHTS.high),
        (NativeConfidence.NOMINAL, DayNight.DAY, WEIGHTS.nominal),
        (NativeConfidence.LOW, DayNight.DAY, WEIGHTS.low),
        (NativeConfidence.NOMINAL, DayNight.UNKNOWN, WEIGHTS.nominal),
        (50, DayNight.DAY, 0.0),
        (100, DayNight.NIGHT, WEIGHTS.percent),
        (0, DayNight.NIGHT, -WEIGHTS.percent),
        (80, DayNight.DAY, WEIGHTS.percent * math.log(4) / math.log(19)),
    ],
)
def test_one_pixel_weighs_as_its_class(native, daynight, expected):
    at = NOON if daynight == DayNight.DAY else NIGHT
    found = screen(pixels(confidence=native, daynight=daynight, at=at), NOTHING)
    own = [one.weight for one in found.reasons if ".confidence_" in one.code]
    assert math.fsum(own) == pytest.approx(expected)


def test_a_flag_that_contradicts_the_sun_is_not_believed_and_that_is_said():
    wrong = pixels(confidence=NativeConfidence.HIGH, daynight=DayNight.NIGHT, at=NOON)
    found = screen(wrong, NOTHING)
    assert "screening.only_night" not in codes(found)
    assert Coded("screening.no_daynight", {"pixels": 1}) in found.missing


def test_a_low_pixel_at_the_edge_of_a_big_fire_is_not_held_against_it():
    low = pixels(12, confidence=NativeConfidence.LOW, daynight=DayNight.DAY, at=NOON, apart_m=100)
    assert "screening.confidence_low" not in codes(screen(low, NOTHING))


def test_another_satellite_soon_after_confirms():
    later = pixels(satellite=Satellite.NOAA20, at=NIGHT + HOUR)
    found = screen(concatenate([pixels(), later]), NOTHING)
    assert weight(found, "screening.second_satellite") == WEIGHTS.second_satellite
    much_later = pixels(satellite=Satellite.NOAA20, at=NIGHT + 20 * HOUR)
    slow = screen(concatenate([pixels(), much_later]), NOTHING)
    assert "screening.second_satellite" not in codes(slow)
    assert "screening.repeat_pass" in codes(slow)


def test_satellites_that_nobody_knows_do_not_confirm_each_other_and_that_is_said():
    strange = pixels(satellite=Satellite.OTHER, at=NIGHT + HOUR)
    found = screen(concatenate([pixels(), strange]), NOTHING)
    assert "screening.second_satellite" not in codes(found)
    assert Coded("screening.no_satellite") in found.missing


def test_passes_are_cut_by_satellite_and_by_a_gap_of_forty_minutes():
    rows = concatenate(
        [
            pixels(at=NIGHT),
            pixels(at=NIGHT + 5 * 60),
            pixels(at=NIGHT + 5 * 60, satellite=Satellite.NOAA20),
            pixels(at=NIGHT + 101 * 60),
        ]
    )
    said = next(one for one in screen(rows, NOTHING).reasons if one.code == "screening.repeat_pass")
    assert dict(said.params) == {"passes": 3}


def test_pixels_beside_each_other_support_each_other_the_more_the_better():
    weights = [
        weight(screen(pixels(n, apart_m=90), NOTHING), "screening.neighbours") for n in (1, 2, 4, 8)
    ]
    assert weights[0] == 0
    assert weights == sorted(set(weights))
    many = screen(pixels(30, apart_m=30), NOTHING)
    assert weight(many, "screening.neighbours_many") == WEIGHTS.neighbours


def test_neighbours_of_other_passes_are_not_neighbours():
    nights = [pixels(at=NIGHT + day * DAY) for day in range(12)]
    assert "screening.neighbours" not in codes(screen(concatenate(nights), NOTHING))


@pytest.mark.parametrize(
    ("flag", "code"),
    [(1, "volcano_type"), (2, "static_type"), (3, "offshore_type")],
)
def test_the_products_own_flag_is_one_term_and_told(flag, code):
    found = screen(pixels(type=flag, at=NOON, daynight=DayNight.DAY), NOTHING)
    assert weight(found, f"screening.{code}") == getattr(WEIGHTS, code)
    assert f"screening.{code}" not in codes(screen(pixels(type=0), NOTHING))


def test_weeks_on_one_spot_speak_for_a_flare_but_do_not_hide_what_may_be_peat():
    nights = [pixels(at=NIGHT + day * DAY) for day in range(0, 25, 3)]
    standing = screen(concatenate(nights), NOTHING)
    assert weight(standing, "screening.standing") < 0
    assert standing.verdict is not Verdict.DOUBTFUL
    wide = [pixels(10, apart_m=900, at=NIGHT + day * DAY) for day in range(0, 25, 3)]
    assert "screening.standing" not in codes(screen(concatenate(wide), NOTHING))


def test_what_creeps_on_is_not_standing():
    nights = [
        pixels(at=NIGHT + day * DAY, start=destination(SPOT, 90, 60 * day))
        for day in range(0, 25, 3)
    ]
    assert "screening.standing" not in codes(screen(concatenate(nights), NOTHING))


def test_terms_that_say_the_same_thing_are_bounded_together():
    nights = concatenate([pixels(at=NIGHT + day * DAY, type=2) for day in range(25)])
    found = screen(nights, HeatRegister([FLARE]))
    static = ("static_source", "static_type", "standing", "only_night")
    total = sum(weight(found, f"screening.{name}") for name in static)
    assert total == pytest.approx(LIMITS.static_limit)


def lonely(**columns):
    """A weak pixel by day, at nadir."""
    told = {"confidence": NativeConfidence.LOW, "daynight": DayNight.DAY, "at": MIRROR_AT}
    return pixels(**{**told, "scan": 0.38, "track": 0.36, "start": MIRROR, **columns})


def test_glint_needs_water_a_lone_weak_pixel_by_day_and_the_suns_mirror_image():
    water = Surroundings(water_km=0.3)
    assert "screening.glint" in codes(screen(lonely(), NOTHING, water))
    for other in (
        pixels(),
        lonely(at=MIRROR_AT - 5 * HOUR),
        lonely(confidence=NativeConfidence.HIGH),
    ):
        assert "screening.glint" not in codes(screen(other, NOTHING, water))
    assert "screening.glint" not in codes(screen(lonely(), NOTHING, Surroundings(water_km=9.0)))
    blind = screen(lonely(track=np.nan), NOTHING, water)
    assert "screening.no_view" in {text.code for text in blind.missing}


def test_looks_alone_never_hide():
    doubts = Surroundings(water_km=0.0, settlement_km=0.0, land_cover=LandCover.WATER)
    found = screen(lonely(), NOTHING, doubts)
    assert "screening.kept" in codes(found)
    assert found.likelihood == pytest.approx(LIMITS.kept)
    assert found.verdict is Verdict.CHECK


def test_what_burns_beside_a_flare_is_not_hidden_by_it():
    east = destination(SPOT, 90, 900)
    alone = pixels(apart_m=0)
    both = concatenate([alone, pixels(start=east)])
    register = HeatRegister([FLARE])
    assert screen(alone, register).verdict is Verdict.DOUBTFUL
    found = screen(both, register)
    assert found.verdict is Verdict.CHECK
    said = next(one for one in found.coded() if one.code == "screening.kept_beside")
    assert said.params["km"] == pytest.approx(0.9, abs=0.05)
    later = pixels(at=NIGHT + 5 * DAY)
    assert screen(concatenate([both, later]), register).verdict is Verdict.DOUBTFUL


def test_what_the_machine_learned_in_one_year_lowers_but_does_not_hide():
    first_year = screen(pixels(), HeatRegister([replace(FLARE, confidence=0.7)]))
    assert first_year.verdict is Verdict.CHECK
    assert weight(first_year, "screening.static_source") < 0
    confirmed = screen(pixels(), HeatRegister([replace(FLARE, confidence=0.9)]))
    assert confirmed.verdict is Verdict.DOUBTFUL


def test_a_growing_fire_beside_a_plant_is_not_hidden_whatever_is_known_of_the_plant():
    near = Surroundings(industry_km=0.1, land_cover=LandCover.URBAN, settlement_km=0.0)
    grown = concatenate([pixels(12, apart_m=350), pixels(14, apart_m=350, at=NIGHT + 8 * HOUR)])
    wide = HeatRegister([replace(FLARE, radius_km=9.0)])
    found = screen(grown, wide, near)
    assert "screening.grown" in codes(found)
    assert found.verdict is not Verdict.DOUBTFUL


def test_gas_burns_hotter_than_wood():
    """Half of the power that the brightness implies, by night: 3.7 µm is fed, 4.05 µm is not."""
    implied = implied_mw(330.0, 285.0, 0.4 * 0.4)
    told = {"bright": 330.0, "bright_long": 285.0, "scan": 0.4, "track": 0.4}
    gas, wood = (pixels(frp=share * implied, **told) for share in (0.5, 1.1))
    assert weight(screen(gas, NOTHING), "screening.hot_flame") < 0
    assert "screening.hot_flame" not in codes(screen(wood, NOTHING))


def struck(**columns):
    """I4 at 340 K over a cold background, and next to no power: physically no fire."""
    told = {"bright": 340.0, "bright_long": 280.0, "frp": 0.2, "scan": 0.4, "track": 0.4}
    return pixels(**{**told, **columns})


def test_a_hot_pixel_without_power_over_cold_ground_is_a_particle():
    found = screen(struck(), NOTHING)
    said = next(one for one in found.coded() if one.code == "screening.radiation_hit")
    assert said.params["frp_mw"] == 0.2
    assert said.params["expected_mw"] > 5
    assert found.log_odds < screen(struck(frp=8.0), NOTHING).log_odds
    confirmed = concatenate([struck(), struck(satellite=Satellite.NOAA20, at=NIGHT + HOUR)])
    assert "screening.radiation_hit" not in codes(screen(confirmed, NOTHING))
    unmeasured = screen(struck(frp=np.nan), NOTHING)
    assert "screening.no_plausibility" in {text.code for text in unmeasured.missing}


def test_sunlit_sand_is_hot_in_both_channels():
    warm = lonely(bright=335.0, bright_long=322.0)
    assert "screening.hot_ground" in codes(screen(warm, NOTHING))
    assert "screening.hot_ground" not in codes(
        screen(lonely(bright=345.0, bright_long=300.0), NOTHING)
    )


def test_surroundings_weigh_as_declared():
    near = Surroundings(
        water_km=9.0,
        settlement_km=9.0,
        snow=True,
        industry_km=0.3,
        danger_class=4,
        land_cover=LandCover.FOREST,
        weather=Weather(25.0, 30.0, 0.0, 3.0),
        lightning=Stroke(0.0, 0.0),
    )
    found = screen(pixels(), NOTHING, near)
    for name in ("snow_season", "industry", "danger_high", "dry", "lightning", "land_forest"):
        assert f"screening.{name}" in codes(found)
    assert weight(found, "screening.lightning") == WEIGHTS.lightning
    assert weight(found, "screening.snow_season") == WEIGHTS.snow
    soaked = replace(near, weather=Weather(12.0, 96.0, 20.0, 3.0), danger_class=1, snow=False)
    assert {"screening.rain", "screening.damp", "screening.danger_low"} <= codes(
        screen(pixels(), NOTHING, soaked)
    )


def test_weather_of_which_a_part_is_unknown_says_which():
    found = screen(pixels(), NOTHING, Surroundings(weather=Weather(humidity_pct=math.nan)))
    unknown = {text.code for text in found.missing}
    assert {f"screening.no_{name}" for name in ("rain", "humidity", "temperature")} <= unknown


def test_a_stroke_weighs_less_the_farther_and_the_longer_ago():
    def struck_by(km, hours):
        near = Surroundings(lightning=Stroke(km, hours), lightning_watched=True)
        return weight(screen(pixels(), NOTHING, near), "screening.lightning")

    assert struck_by(1, 10) > struck_by(5, 10) > struck_by(5, 200) > struck_by(5, 241) == 0


def test_winter_by_the_calendar_counts_where_snow_is_not_known():
    january = int(datetime(2026, 1, 15, 17, 0, tzinfo=UTC).timestamp())
    assert "screening.winter" in codes(screen(pixels(at=january), NOTHING))
    bare = screen(pixels(at=january), NOTHING, Surroundings(snow=False))
    assert "screening.winter" not in codes(bare)
    south = pixels(at=january, start=LonLat(149.0, -36.0))
    assert "screening.winter" not in codes(screen(south, NOTHING))


def test_who_looked_has_the_last_word():
    night = pixels(12, apart_m=200)
    absent = screen(night, NOTHING, Surroundings(verdicts=("technogenic",)))
    assert absent.log_odds < screen(night, NOTHING).log_odds
    sure = screen(pixels(), HeatRegister([FLARE]), Surroundings(verdicts=("fire",)))
    assert sure.verdict is Verdict.LIKELY
    odd = screen(night, NOTHING, Surroundings(verdicts=("mumbled",)))
    assert odd.log_odds == screen(night, NOTHING).log_odds


def test_ten_calls_are_one_kind_of_word_and_an_aircraft_settles_it():
    calls = screen(empty(), NOTHING, Surroundings(reports=("call",) * 10))
    assert calls.log_odds == pytest.approx(PRIOR + WEIGHTS.citizen)
    seen = screen(pixels(), HeatRegister([FLARE]), Surroundings(reports=("aircraft",)))
    assert seen.verdict is Verdict.LIKELY


def test_geostationary_frames_confirm_and_have_no_class_of_their_own():
    frames = [
        pixels(at=NIGHT + m * 600, instrument=Instrument.GEOSTATIONARY, satellite=8)
        for m in range(12)
    ]
    found = screen(concatenate(frames), NOTHING)
    assert codes(found) == {"screening.geostationary"}
    assert codes(screen(frames[0], NOTHING)) == set()


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
