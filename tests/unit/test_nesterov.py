"""КППО and PV-1: worked examples of manuals, rain, frost, missing days, classes by territory."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain import weather
from sylvan.domain.nesterov import (
    NATIONAL,
    ClassScale,
    ClassTable,
    NesterovParameters,
    Pv1Parameters,
    nesterov,
    pv1,
)


def days(temperature, dew, rain):
    return weather.noon(temperature, 50.0, 0.0, rain, dew_point=dew)


MANUAL = NesterovParameters(reset_mm=2.5)
# Exercise 13 of a forestry textbook (КПₙ = КПₙ₋₁·К₀ + t·(t − r), К₀ = 0 from 2.5 mm): 7–10 July.
EXERCISE = days([23, 25, 16, 28], [20, 12, 8, 20], [12.0, 6.0, 0.0, 2.0])


def test_the_textbook_s_exercise_comes_out():
    assert nesterov(EXERCISE, params=MANUAL).values.tolist() == [69.0, 325.0, 453.0, 677.0]


def test_the_day_of_rain_counts_only_if_told_so():
    params = NesterovParameters(reset_mm=2.5, rain_day_counts=False)
    assert nesterov(EXERCISE, params=params).values.tolist() == [0.0, 0.0, 128.0, 352.0]


@pytest.mark.parametrize(("rain", "expected"), [(2.9, 1240.0), (3.0, 240.0), (3.1, 240.0)])
def test_three_millimetres_and_more_take_the_sum_away(rain, expected):
    assert nesterov(days([20], [8], [rain]), before=1000.0).values == [expected]


def test_frost_adds_nothing_and_keeps_the_sum_unless_told_otherwise():
    frost = days([-5.0, 0.0], [-15.0, -9.0], [0.0, 0.0])
    assert nesterov(frost, before=1000.0).values.tolist() == [1000.0, 1000.0]
    resetting = NesterovParameters(frost_resets=True)
    assert nesterov(frost, before=1000.0, params=resetting).values.tolist() == [0.0, 0.0]


def test_a_dew_point_above_the_temperature_takes_nothing_away():
    assert nesterov(days([20.0], [21.0], [0.0]), before=500.0).values == [500.0]


def test_without_a_measured_dew_point_it_follows_from_humidity():
    told = nesterov(weather.noon([20.0], 50.0, 0.0, 0.0))
    assert told.values == pytest.approx([20.0 * (20.0 - 9.3)], rel=0.01)


@pytest.mark.parametrize("index", [nesterov, pv1])
@pytest.mark.parametrize("field", ["temperature", "rain", "humidity"])
def test_a_day_without_weather_changes_nothing_but_the_count(index, field):
    noon = weather.noon([20.0, 25.0, 22.0], 40.0, 5.0, [0.0, 1.0, 0.0])
    with_gap = weather.noon([20.0, 30.0, 25.0, 22.0], [40.0] * 4, 5.0, [0.0, 5.0, 1.0, 0.0])
    getattr(with_gap, field)[1] = np.nan
    known, told = index(noon), index(with_gap)
    assert np.array_equal(np.delete(told.values, 1), known.values)
    assert told.values[1] == told.values[0]
    assert (told.missing, told.stale) == (1, 0)


def test_days_since_the_weather_was_known_go_on_counting():
    gap = weather.noon([np.nan], 40.0, 5.0, 0.0)
    assert nesterov(gap, before=700.0, stale=2).stale == 3


@pytest.mark.parametrize(
    ("rain", "kept"),
    [(0, 1), (0.1, 0.8), (0.9, 0.8), (1, 0.6), (3, 0.4), (6, 0.2), (15, 0.1), (19.9, 0.1), (20, 0)],
)
def test_pv1_loses_a_part_of_the_sum_by_the_rain(rain, kept):
    told = pv1(days([20], [8], [rain]), before=1000.0)
    assert told.values == pytest.approx([1240.0 * kept])


def test_pv1_needs_a_factor_for_every_rain():
    with pytest.raises(ValueError, match="one factor more"):
        Pv1Parameters(rain_mm=(1.0,), kept=(1.0,))


def test_kelvins_are_refused():
    with pytest.raises(ValueError, match="temperature 293"):
        nesterov(weather.noon([293.0], 50.0, 0.0, 0.0))


@st.composite
def spells(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (10, 4)
    rain = np.where(rng.random(shape) < 0.3, rng.gamma(0.7, 5.0, shape), 0.0)
    noon = weather.noon(rng.uniform(-5, 35, shape), rng.uniform(10, 100, shape), 0.0, rain)
    noon.temperature[rng.random(shape) < draw(st.sampled_from([0.0, 0.2]))] = np.nan
    return noon


def some(noon, rows=slice(None), columns=slice(None)):
    fields = (noon.temperature, noon.humidity, noon.wind, noon.rain)
    return weather.Noon(*(one[rows, columns] for one in fields))


@pytest.mark.parametrize("index", [nesterov, pv1])
@given(spells(), st.integers(1, 9))
def test_a_run_cut_in_two_equals_the_whole(index, spell, cut):
    whole = index(spell)
    first = index(some(spell, slice(cut)))
    second = index(some(spell, slice(cut, None)), first.values[-1], first.stale)
    assert np.array_equal(np.concatenate([first.values, second.values]), whole.values)
    assert np.array_equal(first.missing + second.missing, whole.missing)
    assert np.array_equal(second.stale, whole.stale)


@pytest.mark.parametrize("index", [nesterov, pv1])
@given(spells(), st.permutations(range(4)))
def test_the_order_of_stations_changes_nothing(index, spell, order):
    assert np.array_equal(index(some(spell, columns=order)).values, index(spell).values[:, order])


@pytest.mark.parametrize("index", [nesterov, pv1])
@given(spells())
def test_the_index_is_never_below_nothing(index, spell):
    assert (index(spell).values >= 0).all()


def test_national_classes_are_those_of_order_287():
    values = [0, 300, 301, 1000, 1001, 4000, 4001, 10_000, 10_001, np.nan]
    assert NATIONAL.classes(values).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 0]


def test_between_two_whole_values_the_nearer_counts():
    assert NATIONAL.classes([300.4, 300.5]).tolist() == [1, 2]


# Rosleskhoz order 288 of 9 October 2013, annex 7: Murmansk oblast, the whole season.
ORDER_288 = "Рослесхоз, приказ от 09.10.2013 № 288, приложение 7"
KOLA = ClassScale((230, 580, 1050, 1700), ORDER_288, "kola", since=date(2013, 10, 9))
TERSKY = ClassScale((150, 410, 930, 1430), ORDER_288, "tersky", since=date(2013, 10, 9))


def test_a_territory_s_own_scale_counts_while_its_order_is_in_force():
    table = ClassTable([KOLA, TERSKY])
    assert table.scale("kola", date(2021, 7, 1)).classes(1051) == 4
    assert table.scale("tersky", date(2021, 7, 1)).classes(1051) == 4
    assert table.scale("tersky", date(2021, 7, 1)).classes(1500) == 5
    assert table.scale("kola", date(2013, 7, 1)) is NATIONAL
    assert table.scale("yakutsk", date(2021, 7, 1)) is NATIONAL


def test_a_season_may_have_scales_by_period():
    spring = ClassScale((200, 600, 2000, 5000), "spring", "yakutsk", ends=(6, 15))
    summer = ClassScale((300, 900, 3000, 8000), "summer", "yakutsk", begins=(6, 16))
    table = ClassTable([spring, summer])
    found = [table.scale("yakutsk", date(2024, 6, day)).source for day in (15, 16)]
    assert found == ["spring", "summer"]


def test_two_scales_for_one_place_and_day_are_refused():
    later = ClassScale((1, 2, 3, 4), "another order", "kola", begins=(7, 1))
    with pytest.raises(ValueError, match="two scales for kola at once"):
        ClassTable([KOLA, later])


@pytest.mark.parametrize("upper", [(300, 300, 4000, 10_000), (-1, 10, 20, 30)])
def test_limits_that_do_not_rise_are_refused(upper):
    with pytest.raises(ValueError, match="must rise"):
        ClassScale(upper, "nobody")


def test_a_scale_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends before it begins"):
        ClassScale((1, 2, 3, 4), "nobody", begins=(9, 1), ends=(5, 1))
