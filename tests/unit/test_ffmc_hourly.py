"""Hourly moisture: the daily system's equilibria, a tenth of its rate, gaps that change nothing."""

import numpy as np
import pytest

from sylvan.domain import fwi, weather
from sylvan.domain.ffmc_hourly import hourly_ffmc


def run(before, hours, *, t=20.0, rh=40.0, wind=10.0, rain=0.0):
    full = np.full(hours, 1.0)
    return hourly_ffmc(before, t * full, rh * full, wind * full, rain * full)


@pytest.mark.parametrize(("t", "rh"), [(20.0, 40.0), (30.0, 20.0), (8.0, 75.0)])
@pytest.mark.parametrize("before", [60.0, 99.0])
def test_long_weather_ends_where_the_daily_system_rests(t, rh, before):
    end = run(before, 4000, t=t, rh=rh).ffmc[-1]
    day = weather.noon([[t]], [[rh]], [[10.0]], [[0.0]])
    rest = fwi.many_days(day, [7], 62.0, fwi.codes([end], 6.0, 15.0)).ffmc[0, 0]
    assert rest == pytest.approx(end, abs=0.02)


def test_one_hour_moves_a_tenth_of_the_logarithm_of_a_day():
    # k_d = 0.0579/0.581 of the daily one (Van Wagner 1977; 1987, eq. 6b)
    hour = run(70.0, 1).ffmc[0]
    ten = run(70.0, 10).ffmc[-1]
    day = weather.noon([[20.0]], [[40.0]], [[10.0]], [[0.0]])
    daily = fwi.many_days(day, [7], 62.0, fwi.codes([70.0], 6.0, 15.0)).ffmc[0, 0]
    assert 70.0 < hour < ten
    assert ten == pytest.approx(daily, abs=0.1)


def test_rain_wets_and_an_unknown_hour_changes_nothing():
    wet = run(90.0, 1, rain=2.0).ffmc[0]
    assert wet < 70.0
    told = hourly_ffmc(90.0, [20.0, np.nan], [40.0, 40.0], [10.0, 10.0], [0.0, 0.0])
    assert told.ffmc[1] == told.ffmc[0]
    assert told.held == 1


# cffdrs for R, tests/data/HourlyFineFuelMoistureCode.csv: 18 hours from 72.9, rain in the first.
@pytest.mark.parametrize(
    ("t", "rh", "wind", "rain", "ffmc"),
    [
        (31.9, 70.19, 218.7, 55.61, 85.6878354625725),
        (-2.5, 84.77, 218.7, 55.61, 58.181686942249),
        (22.8, 11.87, 291.6, 55.61, 95.8754175717553),
        (9.7, 48.32, 291.6, 55.61, 84.8991919488659),
        (38.2, 4.58, 0.0, 121.22, 95.7711777185434),
        (25.1, 41.03, 0.0, 121.22, 67.5330142485815),
        (-22.4, 92.06, 0.0, 121.22, 8.06559835944389),
        (20.1, 11.87, 72.9, 121.22, 94.160480620986),
        (7.0, 48.32, 72.9, 121.22, 75.2484716001416),
        (28.3, 70.19, 72.9, 121.22, 84.0303992249047),
        (32.4, 99.35, 72.9, 121.22, 15.1976564998318),
        (58.2, 55.61, 0.0, 186.83, 91.9087019032519),
        (3.8, 19.16, 0.0, 121.22, 45.6717660710848),
        (14.7, 11.87, 72.9, 186.83, 91.4798949630908),
    ],
)
def test_eighteen_hours_equal_the_r_reference(t, rh, wind, rain, ffmc):
    full = np.full(18, 1.0)
    first = np.where(np.arange(18) == 0, rain, 0.0)
    told = hourly_ffmc(72.9, t * full, rh * full, wind * full, first)
    # Its constant of the scale has eight digits, 147.27723; ours is 250 · 59.5 / 101 in full.
    assert told.ffmc[-1] == pytest.approx(ffmc, rel=3e-8)


def test_codes_stay_within_their_scale():
    for rh in (0.0, 100.0):
        told = run(101.0, 50, rh=rh, t=45.0).ffmc
        assert ((told >= 0.0) & (told <= 101.0)).all()
