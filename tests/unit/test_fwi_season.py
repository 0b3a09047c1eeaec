"""Fire seasons, winters, and the drought code that comes through them."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain import fwi, weather
from sylvan.domain.fwi_season import (
    RULE,
    SeasonRule,
    advance,
    deep_winter,
    overwinter,
    through,
)
from tests.examples import examples


@pytest.fixture(scope="session")
def reference(shared_data):
    folder = shared_data / "weather" / "fwi_vectors" / "cffdrs_r"
    if not folder.is_dir():
        pytest.skip("reference vectors not found: ../shared/data/weather/fwi_vectors/cffdrs_r")
    return folder


def station(folder, number):
    with (folder / "test_wDC.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row["id"] == str(number)]
    return sorted(rows, key=lambda row: (int(row["yr"]), int(row["mon"]), int(row["day"])))


# Dates that the R reference finds for its own stations (cffdrs 1.10, tests of fireSeason).
CHANGES = [
    (1, 12, 5, ["2013-3-15", "2013-11-23", "2014-3-14", "2014-11-14"]),
    (
        1,
        10,
        3,
        ["2013-3-12", "2013-11-23", "2014-3-9", "2014-11-15", "2014-12-13", "2014-12-18"],
    ),
    (2, 12, 5, ["1980-4-20", "1980-10-16", "1981-5-15", "1981-10-14"]),
]


@pytest.mark.parametrize(("number", "start_c", "end_c", "expected"), CHANGES)
def test_seasons_begin_and_end_on_the_days_of_the_r_reference(
    reference, number, start_c, end_c, expected
):
    rule = SeasonRule(start_c=start_c, end_c=end_c)
    season, found = deep_winter(()), []
    for row in station(reference, number):
        today = advance(season, np.float64(row["tmax"]), rule=rule)
        if today.active != season.active:
            found.append(f"{row['yr']}-{row['mon']}-{row['day']}")
        season = today
    assert found == expected  # begins, ends, begins, …


def test_the_drought_code_comes_through_the_winter_as_in_the_r_reference(reference):
    with (reference / "OverwinterDroughtCode.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    told = overwinter(columns["DCf"], columns["rw"], columns["a"], columns["b"])
    assert len(rows) == 4324
    assert np.allclose(told, columns["OverwinterDroughtCode"], rtol=5e-4)


@pytest.mark.parametrize(
    ("fall", "water", "carry_over", "wetting", "expected"),
    [
        (300.0, 110.0, 0.75, 0.75, 109.47),
        (300.0, 110.0, 1.0, 0.9, 16.35),
        (400.0, 99.0, 0.75, 0.75, 177.52),
        (250.0, 200.0, 0.75, 0.75, 15.0),
    ],
)
def test_the_reference_s_own_examples_of_a_winter(fall, water, carry_over, wetting, expected):
    assert overwinter(fall, water, carry_over, wetting) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(("fall", "expected"), [(500.0, 385.07), (250.0, 225.94)])
def test_a_winter_of_the_reference_station_is_summed_up(reference, fall, expected):
    days = station(reference, 2)
    at = [(int(row["yr"]), int(row["mon"]), int(row["day"])) for row in days]
    water = sum(
        float(row["prec"])
        for row, day in zip(days, at, strict=True)
        if (1980, 10, 6) < day < (1981, 5, 28)
    )
    assert overwinter(fall, water) == pytest.approx(expected, abs=0.005)


def test_more_winter_water_never_leaves_the_ground_drier():
    codes = overwinter(600.0, np.arange(0.0, 300.0, 5.0))
    assert (np.diff(codes) <= 0).all()
    assert codes[0] > codes[-1] == RULE.driest_dc


def test_an_unknown_autumn_stays_unknown():
    assert np.isnan(overwinter(np.nan, 50.0))


def active(temperature, snow=None, rule=RULE):
    season, found = deep_winter(()), []
    for k, t in enumerate(temperature):
        depth = None if snow is None else np.float64(snow[k])
        season = advance(season, np.float64(t), depth, rule)
        found.append(bool(season.active))
    return found


def test_the_season_begins_the_day_after_three_warm_days():
    assert active([13, 13, 12, 13, 13, 13, 0]) == [False] * 6 + [True]


def test_a_day_of_unknown_temperature_breaks_the_three():
    assert active([13, 13, np.nan, 13, 13, 13, 13]) == [False] * 6 + [True]


def test_the_season_ends_the_day_after_three_cold_days_only():
    assert active([13, 13, 13, 4, 4, 6, 4, 4, 4, 4])[3:] == [True] * 6 + [False]


def test_where_snow_is_known_it_begins_on_the_third_day_without():
    assert active([6] * 5, [0.1, 0.0, 0.0, 0.0, 0.0]) == [False, False, False, True, True]


def test_warmth_does_not_begin_a_season_on_snow_and_new_snow_ends_one():
    assert active([14] * 5, [0.2] * 5) == [False] * 5
    assert active([14] * 5, [0.0, 0.0, 0.0, 0.05, 0.0]) == [False, False, True, False, False]


def test_where_snow_is_not_known_temperature_decides():
    assert active([13] * 4, [np.nan] * 4) == active([13] * 4)


WARM, COLD = 18.0, -20.0


def year(winter_days, water=60.0, autumn=40):
    """A dry autumn, a winter with some snow, and five days of spring."""
    temperature = [WARM] * autumn + [COLD] * winter_days + [WARM] * 5
    rain = [0.0] * autumn + [water / winter_days] * winter_days + [0.0] * 5
    months = [9] * autumn + [1] * winter_days + [5] * 5
    return weather.noon(temperature, 40.0, 10.0, rain), months


def test_the_autumn_s_drought_code_and_the_winter_s_water_begin_the_spring():
    noon, months = year(200)
    told = through(noon, months, 62.0)
    last_autumn, first_spring = 42, 243  # three cold days end it, three warm ones begin it
    assert np.flatnonzero(np.diff(told.active.astype(int))).tolist() == [2, 42, 242]
    fall = told.weather.dc[last_autumn]
    water = noon.rain[last_autumn + 1 : first_spring].sum()
    spring = fwi.start((), dc=overwinter(fall, water))
    day = fwi.one_day(noon.day(first_spring), 5, 62.0, spring)
    assert np.allclose(told.weather.values[:, first_spring], day.values, rtol=1e-12)
    assert np.isnan(told.weather.values[:, last_autumn + 1 : first_spring]).all()


def test_a_first_season_says_that_it_began_with_the_standard_code():
    noon, months = year(200)
    told = through(noon, months, 62.0)
    assert told.standard
    again = through(*year(200, autumn=0), 62.0, (told.season, told.weather.after))
    assert not again.standard


def test_a_cold_spell_is_no_winter():
    """Overwintering with a = 0.75 would make a wet spring's DC of 15 into one of 130."""
    noon, months = year(10, water=0.0)
    told = through(noon, months, 62.0)
    assert told.weather.dc[-1] - told.weather.dc[42] < 20.0


def test_winter_precipitation_that_nobody_measured_is_counted():
    noon, months = year(100)
    noon.rain[60:70] = np.nan
    told = through(some_days(noon, slice(90)), months[:90], 62.0)
    assert told.season.unmeasured == 10
    assert told.weather.missing == 0
    assert np.isfinite(told.season.winter_mm)


def some_days(noon, days):
    return weather.Noon(
        noon.temperature[days], noon.humidity[days], noon.wind[days], noon.rain[days]
    )


@settings(max_examples=examples(25))
@given(st.integers(1, 244), st.sampled_from([0.0, 5.0, 60.0]))
def test_a_year_cut_in_two_equals_the_whole(cut, water):
    noon, months = year(200, water)
    whole = through(noon, months, 62.0)
    first = through(some_days(noon, slice(cut)), months[:cut], 62.0)
    carried = (first.season, first.weather.after)
    second = through(some_days(noon, slice(cut, None)), months[cut:], 62.0, carried)
    joined = np.concatenate([first.weather.values, second.weather.values], axis=1)
    assert np.array_equal(joined, whole.weather.values, equal_nan=True)
    assert np.array_equal(first.standard | second.standard, whole.standard)


def test_points_have_seasons_of_their_own():
    temperature = np.stack([np.full(5, WARM), np.full(5, COLD)], axis=1)
    told = through(weather.noon(temperature, 40.0, 10.0, 0.0), [6] * 5, [62.0, 71.0])
    assert told.active.any(axis=0).tolist() == [True, False]
    assert np.isfinite(told.weather.fwi[-1, 0])
    assert np.isnan(told.weather.fwi[-1, 1])
