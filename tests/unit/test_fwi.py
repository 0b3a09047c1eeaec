"""The Canadian FWI System: published tables, the R reference, and what holds for any weather."""

import csv
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain import fwi, weather
from sylvan.domain import fwi_kernel as kernel
from sylvan.domain.fwi import FfmcConstant, FwiParameters

NAMES = ("ffmc", "dmc", "dc", "isi", "bui", "fwi")
PRINTED = FwiParameters(constant=FfmcConstant.PRINTED_1985)
CFFDRS = FfmcConstant.CFFDRS.value_pct
PRINT_ERROR = {"rtol": 5e-4, "atol": 1e-12}  # four digits


@pytest.fixture(scope="session")
def vectors(shared_data):
    folder = shared_data / "weather" / "fwi_vectors"
    if not folder.is_dir():
        pytest.skip("reference vectors not found: expected ../shared/data/weather/fwi_vectors")
    return folder


def table(path):
    """Columns of a CSV file; TRUE is 1, NA is NaN."""
    words = {"TRUE": "1", "FALSE": "0", "NA": "nan", "NaN": "nan"}
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {k: np.array([float(words.get(row[k], row[k])) for row in rows]) for k in rows[0]}


def test_the_printed_table_of_1985_comes_out_to_its_last_digit(vectors):
    rows = table(vectors / "van_wagner_pickett_1985.csv")
    noon = weather.noon(rows["temp_c"], rows["rh_pct"], rows["wind_kmh"], rows["rain_mm"])
    told = fwi.many_days(noon, rows["month"].astype(int), 46.0, params=PRINTED)
    assert len(rows["fwi"]) == 49
    for name in NAMES:
        assert np.array_equal(np.round(getattr(told, name), 1), rows[name]), name


def test_the_modern_constant_moves_the_printed_table_by_three_tenths_at_most(vectors):
    rows = table(vectors / "van_wagner_pickett_1985.csv")
    noon = weather.noon(rows["temp_c"], rows["rh_pct"], rows["wind_kmh"], rows["rain_mm"])
    months = rows["month"].astype(int)
    modern = fwi.many_days(noon, months, 46.0)
    printed = fwi.many_days(noon, months, 46.0, params=PRINTED)
    away = np.abs(modern.fwi - printed.fwi).max()
    assert 0.2 < away < 0.31


# Full-precision values that NRCan's FWIFunctions.py prints in its docstrings (17 °C, 42 %, 25 km/h,
# no rain, April, 45.98° N, after FFMC 85, DMC 6, DC 15; constant of 1985).
SINGLE = {
    "ffmc": 87.692980092774448,
    "dmc": 8.5450511359999997,
    "dc": 19.013999999999999,
    "isi": 10.853661073655068,
    "bui": 8.4904265358371838,
    "fwi": 10.096371392382368,
}


@pytest.mark.parametrize("name", NAMES)
def test_single_values_come_out_in_full_precision(name):
    told = fwi.one_day(weather.noon(17.0, 42.0, 25.0, 0.0), 4, 45.98, params=PRINTED)
    assert getattr(told, name) == pytest.approx(SINGLE[name], rel=1e-14)


def test_forty_nine_days_agree_with_the_second_program_in_nine_digits(vectors):
    """Not DMC: that program follows the report's text in equations 12 and 15, not its program."""
    text = (vectors / "pyfwi" / "FWIUnitTest.py.txt").read_text("utf-8")
    rows = [row.split(",") for row in re.findall(r"\[([0-9.,]+)\]", text)]
    six = np.array([[float(value) for value in row] for row in rows if len(row) == 6])
    given, expected = six[:49], six[50:99]
    noon = weather.noon(*given[:, 2:].T)
    told = fwi.many_days(noon, given[:, 0].astype(int), 45.98, params=PRINTED)
    for name in ("ffmc", "dc", "isi"):
        column = expected[:, NAMES.index(name)]
        assert np.allclose(getattr(told, name), column, rtol=0, atol=1e-9), name


@pytest.mark.parametrize(
    ("file", "before"), [("fwi_01.csv", (85.0, 6.0, 15.0)), ("fwi_05.csv", (0.0, 0.0, 0.0))]
)
def test_a_season_equals_the_r_reference(vectors, file, before):
    rows = table(vectors / "cffdrs_r" / file)
    noon = weather.noon(rows["TEMP"], rows["RH"], rows["WS"], rows["PREC"])
    told = fwi.many_days(noon, rows["MON"].astype(int), 40.0, fwi.codes(*before))
    for name in (*NAMES, "dsr"):
        assert np.allclose(getattr(told, name), rows[name.upper()], **PRINT_ERROR), name


def steps(rows, *names):
    return zip(*(rows[name].tolist() for name in names), strict=True)


def printed(ours, theirs):
    """The reference prints four digits, or two decimals of larger values."""
    theirs = np.asarray(theirs)
    return np.abs(np.array(ours) - theirs) <= np.maximum(5e-4 * np.abs(theirs), 0.005) + 1e-12


def test_each_equation_equals_the_r_reference_over_its_whole_domain(vectors):
    folder = vectors / "cffdrs_r"
    rows = table(folder / "FineFuelMoistureCode.csv")
    real = (rows["rh"] >= 0) & (rows["rh"] <= 100) & (rows["prec"] >= 0)
    rows = {name: column[real] for name, column in rows.items()}
    assert len(rows["rh"]) == 750
    ours = [
        kernel.ffmc(*row, CFFDRS) for row in steps(rows, "ffmc_yda", "temp", "rh", "ws", "prec")
    ]
    assert printed(ours, rows["FineFuelMoistureCode"]).all()

    rows = table(folder / "InitialSpreadIndex.csv")
    plain = (rows["fbpMod"] == 0) | (rows["ws"] < 40)  # the fire-behaviour system's own wind effect
    ours = np.array([kernel.isi(*row, CFFDRS) for row in steps(rows, "ffmc", "ws")])
    assert printed(ours[plain], rows["InitialSpreadIndex"][plain]).all()

    rows = table(folder / "BuildupIndex.csv")
    ours = [kernel.bui(*row) for row in steps(rows, "dmc", "dc")]
    assert printed(ours, rows["BuildupIndex"]).all()

    rows = table(folder / "FireWeatherIndex.csv")
    ours = [kernel.fwi(*row) for row in steps(rows, "isi", "bui")]
    assert printed(ours, rows["FireWeatherIndex"]).all()


@pytest.mark.parametrize("adjusted", [True, False])
def test_duff_and_drought_equal_the_r_reference_at_all_latitudes(vectors, adjusted):
    rows = table(vectors / "cffdrs_r" / "DuffMoistureCode.csv")
    rows = {name: column[rows["lat.adjust"] == adjusted] for name, column in rows.items()}
    lat = rows["lat"] if adjusted else np.full(len(rows["lat"]), 46.0)
    hours = [kernel.day_hours(*row) for row in zip(lat, rows["mon"].astype(int), strict=True)]
    told = steps(rows, "dmc_yda", "temp", "rh", "prec")
    ours = [kernel.dmc(*row, hour) for row, hour in zip(told, hours, strict=True)]
    assert printed(ours, rows["DuffMoistureCode"]).all()

    rows = table(vectors / "cffdrs_r" / "DroughtCode.csv")
    rows = {name: column[rows["lat.adjust"] == adjusted] for name, column in rows.items()}
    factors = [kernel.day_factor(*row) for row in zip(lat, rows["mon"].astype(int), strict=True)]
    told = steps(rows, "dc_yda", "temp", "prec")
    ours = [kernel.dc(*row, factor) for row, factor in zip(told, factors, strict=True)]
    assert printed(ours, rows["DroughtCode"]).all()


DAYS, STATIONS = 12, 5
CALM = weather.noon([20.0], 40.0, 10.0, 0.0)


@st.composite
def seasons(draw):
    """Days of weather at some stations, some of it unknown."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (DAYS, STATIONS)
    noon = weather.noon(
        rng.uniform(-10, 38, shape),
        rng.uniform(0, 100, shape).round(),
        rng.gamma(2.0, 6.0, shape),
        np.where(rng.random(shape) < 0.4, rng.gamma(0.7, 8.0, shape), 0.0),
    )
    noon.wind[rng.random(shape) < draw(st.sampled_from([0.0, 0.1]))] = np.nan
    return noon, rng.integers(1, 13, DAYS), rng.uniform(-80, 80, STATIONS)


def some(noon, days=slice(None), stations=slice(None)):
    fields = (noon.temperature, noon.humidity, noon.wind, noon.rain)
    return weather.Noon(*(one[days, stations] for one in fields))


@given(seasons(), st.permutations(range(STATIONS)))
def test_the_order_of_stations_changes_nothing(season, order):
    noon, months, lat = season
    whole = fwi.many_days(noon, months, lat)
    mixed = fwi.many_days(some(noon, stations=order), months, lat[order])
    assert np.array_equal(mixed.values, whole.values[:, :, order], equal_nan=True)


@given(seasons(), st.integers(1, DAYS - 1))
def test_a_run_cut_in_two_equals_the_whole(season, cut):
    noon, months, lat = season
    whole = fwi.many_days(noon, months, lat)
    first = fwi.many_days(some(noon, slice(cut)), months[:cut], lat)
    second = fwi.many_days(some(noon, slice(cut, None)), months[cut:], lat, first.after)
    joined = np.concatenate([first.values, second.values], axis=1)
    assert np.array_equal(joined, whole.values, equal_nan=True)
    assert np.array_equal(first.missing + second.missing, whole.missing)
    assert np.array_equal(second.after.stale, whole.after.stale)


@given(
    seasons(), st.integers(0, DAYS), st.sampled_from(["temperature", "humidity", "wind", "rain"])
)
def test_a_day_without_weather_changes_nothing_but_the_count(season, at, field):
    noon, months, lat = season
    known = fwi.many_days(noon, months, lat)
    longer = some(noon, np.insert(np.arange(DAYS), at, 0))
    getattr(longer, field)[at] = np.nan
    told = fwi.many_days(longer, np.insert(months, at, 7), lat)
    assert np.array_equal(np.delete(told.values, at, axis=1), known.values, equal_nan=True)
    assert np.array_equal(told.missing, known.missing + 1)
    day = told.values[:, at]
    codes = told.values[:3, at - 1] if at else fwi.start((STATIONS,)).values
    assert np.array_equal(day[:3], codes)
    assert np.isnan(day[[kernel.ISI, kernel.FWI, kernel.DSR]]).all()


def test_days_since_the_weather_was_known_are_told():
    noon = weather.noon([20.0, np.nan, np.nan], 40.0, 10.0, 0.0)
    told = fwi.many_days(noon, [6, 6, 6], 62.0)
    assert (told.missing, told.after.stale) == (2, 2)
    again = fwi.one_day(weather.noon(20.0, 40.0, 10.0, 0.0), 6, 62.0, told.after)
    assert (again.missing, again.after.stale) == (0, 0)


@given(
    st.floats(0, 101),
    st.floats(-20, 40),
    st.floats(0, 100),
    st.floats(0, 80),
    st.floats(0, 60),
    st.floats(0, 60),
)
def test_more_rain_never_raises_the_fine_fuel_code(before, temperature, humidity, wind, one, other):
    less, more = sorted([one, other])
    noon = weather.noon(temperature, humidity, wind, [less, more])
    told = fwi.one_day(noon, 7, 62.0, fwi.codes([before, before], 6.0, 15.0))
    assert told.ffmc[1] <= told.ffmc[0] + 1e-9
    assert told.dc[1] <= told.dc[0] + 1e-9


@given(seasons())
def test_codes_and_indices_keep_their_bounds(season):
    noon, months, lat = season
    told = fwi.many_days(noon, months, lat)
    assert np.nanmin(told.values) >= 0.0
    assert told.ffmc.max() <= kernel.FULL_FFMC


@given(seasons())
def test_a_grid_equals_its_points(season):
    noon, months, lat = season
    cells = some(noon, stations=[0, 1, 2, 3])
    fields = (cells.temperature, cells.humidity, cells.wind, cells.rain)
    grid = weather.Noon(*(one.reshape(DAYS, 2, 2) for one in fields))
    points = fwi.many_days(cells, months, lat[[0, 0, 2, 2]])
    told = fwi.many_days(grid, months, lat[[0, 2]][:, None])
    assert np.array_equal(told.values.reshape(7, DAYS, 4), points.values, equal_nan=True)
    assert told.after.shape == (2, 2)


def test_threads_share_a_raster_without_a_seam():
    rng = np.random.default_rng(1985)
    cells = 3 * fwi.VALUES_A_THREAD + 1
    noon = weather.noon(rng.uniform(0, 35, cells), rng.uniform(10, 90, cells), 12.0, 0.0)
    whole = fwi.one_day(noon, 7, 62.0)
    ends = weather.Noon(
        *(
            one[[0, cells // 2, -1]]
            for one in (noon.temperature, noon.humidity, noon.wind, noon.rain)
        )
    )
    few = fwi.one_day(ends, 7, 62.0)
    assert np.array_equal(whole.values[:, [0, cells // 2, -1]], few.values)
    assert np.isfinite(whole.values).all()


def test_any_kind_of_array_runs_the_code_that_was_compiled_once():
    fwi.many_days(CALM, [7], 62.0)
    compiled = len(kernel.run.signatures)
    still = np.full((1, 4, 4), 20.0)
    still.flags.writeable = False
    gaps = still[:, ::2, ::2]  # neither contiguous nor writable
    noon = weather.Noon(gaps, gaps.astype(np.float32), gaps, still[:, :2, :2])
    told = fwi.many_days(noon, np.array([7]), np.broadcast_to(62.0, (2, 2)))
    again = fwi.one_day(noon.day(0), 7, 62.0, told.after)
    assert np.isfinite(again.values).all()
    assert len(kernel.run.signatures) == compiled


def test_outside_the_season_nothing_is_computed_or_counted():
    nothing = fwi.codes(np.nan, np.nan, np.nan)
    told = fwi.many_days(weather.noon([20.0, np.nan], 40.0, 10.0, 0.0), [7, 7], 62.0, nothing)
    assert np.isnan(told.values).all()
    assert told.missing == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"months": [13]}, "month"),
        ({"months": [6, 6]}, "1 days of weather, 2 months"),
        ({"lat": 91.0}, "latitude"),
        ({"lat": np.nan}, "latitude"),
        ({"before": fwi.codes(102.0, 6.0, 15.0)}, "FFMC before the first day"),
        ({"before": fwi.codes(85.0, -1.0, 15.0)}, "DMC before the first day"),
        ({"before": fwi.codes([85.0, 85.0], 6.0, 15.0)}, "shape"),
        ({"noon": weather.noon([293.0], 40.0, 10.0, 0.0)}, "temperature 293"),
    ],
)
def test_what_cannot_be_is_refused_by_name(change, words):
    with pytest.raises(ValueError, match=words):
        fwi.many_days(**({"noon": CALM, "months": [7], "lat": 62.0} | change))
