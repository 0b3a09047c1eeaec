"""Noon weather: what cannot be is named, what is unknown stays unknown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain import weather


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("humidity", 101.2, "humidity 101.2 is not within 0…100 (1 values)"),
        ("temperature", 300.0, "temperature 300 is not within -75…60 (1 values)"),
        ("wind", -1.0, "wind -1 is not within 0…250 (1 values)"),
        ("rain", -0.1, "rain -0.1 is not within 0…500 (1 values)"),
        ("dew_point", 285.0, "dew_point 285 is not within -90…36 (1 values)"),
        ("wind", np.inf, "wind inf is not within 0…250 (1 values)"),
    ],
)
def test_an_impossible_value_is_named_and_put_out_of_use_alone(field, value, words):
    values = {"temperature": 20.0, "humidity": 40.0, "wind": 10.0, "rain": 0.0, "dew_point": 6.0}
    given = weather.noon(**(values | {field: [value, values[field]]}))
    clean, found = weather.sift(given)
    assert [str(one) for one in found] == [words]
    assert np.isnan(getattr(clean, field)).tolist() == [True, False]
    assert all(not np.isnan(getattr(clean, name)).any() for name in values if name != field)
    with pytest.raises(ValueError, match=field):
        weather.refuse_impossible(given)
    weather.refuse_impossible(clean)


def test_unknown_values_are_not_impossible():
    given = weather.noon(np.nan, [np.nan, 50.0], np.nan, np.nan)
    assert weather.impossible(given) == ()


def test_an_empty_list_of_stations_has_nothing_impossible():
    assert weather.impossible(weather.noon([], [], [], [])) == ()


def test_fields_that_do_not_fit_each_other_are_refused():
    with pytest.raises(ValueError, match="shape"):
        weather.noon([1.0, 2.0], [1.0, 2.0, 3.0], 0.0, 0.0)


# Alduchov & Eskridge 1996 put the error of Magnus forms at a few tenths of a degree; the values are
# those of psychrometric tables (WMO-No. 8).
@pytest.mark.parametrize(
    ("temperature", "humidity", "expected"), [(20.0, 50.0, 9.3), (30.0, 30.0, 10.5), (0, 100, 0)]
)
def test_dew_point_is_that_of_the_tables(temperature, humidity, expected):
    assert weather.dew_point(temperature, humidity) == pytest.approx(expected, abs=0.1)


@given(st.floats(-40, 45), st.floats(1, 100))
def test_dew_point_never_exceeds_the_temperature_and_equals_it_in_full_air(temperature, humidity):
    assert weather.dew_point(temperature, humidity) <= temperature + 1e-9
    assert weather.dew_point(temperature, 100.0) == pytest.approx(temperature, abs=1e-9)


@given(st.floats(-40, 45), st.floats(1, 100))
def test_humidity_and_dew_point_are_each_other_s_inverse(temperature, humidity):
    back = weather.humidity(temperature, weather.dew_point(temperature, humidity))
    assert back == pytest.approx(humidity, rel=1e-9)


def test_humidity_from_a_dew_point_above_the_temperature_is_full():
    assert weather.humidity(10.0, 10.2) == 100.0


def test_air_without_water_has_no_dew_point():
    assert np.isnan(weather.dew_point(20.0, 0.0))


def test_a_measured_dew_point_counts_before_a_computed_one():
    given = weather.noon(20.0, 50.0, 0.0, 0.0, dew_point=[4.0, np.nan])
    assert weather.dew_points(given) == pytest.approx([4.0, 9.3], abs=0.1)


def test_units_are_converted():
    assert weather.celsius(300.0) == pytest.approx(26.85)
    assert weather.kmh(10.0) == pytest.approx(36.0)
