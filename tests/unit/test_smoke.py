"""Smoke at settlements: a screening estimate, checked against the formulas it comes from."""

from math import exp, pi

import pytest
from shapely.geometry import Point, box

from sylvan.domain.exposure import UNKNOWN, Wind, burning
from sylvan.domain.exposure_rules import SmokeClass, SmokeRules
from sylvan.domain.exposure_things import Thing, Things
from sylvan.domain.places import LonLat, destination
from sylvan.domain.smoke import concentration, emission_g_s, screening, sigmas_m

HERE = LonLat(129.0, 62.0)
RULES = SmokeRules(
    ("settlement",),
    100.0,
    (SmokeClass("good", 9.0), SmokeClass("bad", 100.0), SmokeClass("worst", None)),
)
WEST = Wind(270.0, 18.0)


def towns(*places):
    return Things(
        Thing("s", str(n), kind, {}, Point(destination(HERE, bearing, km * 1000)))
        for n, (bearing, km, kind) in enumerate(places)
    )


def told(things, wind=WEST, frp=100.0, shape=None):
    return screening(frp, burning(HERE, shape, wind), things, RULES, 22.5)


def test_ten_megawatts_make_56_grams_a_second():
    assert emission_g_s(10.0) == pytest.approx(56.3, abs=0.05)


def test_spread_is_briggs_class_d_over_open_country():
    # Briggs 1973: 0.08 x (1 + 0.0001 x)^-1/2 and 0.06 x (1 + 0.0015 x)^-1/2
    assert sigmas_m(1_000.0) == pytest.approx((76.28, 37.95), abs=0.01)
    assert sigmas_m(10_000.0) == pytest.approx((565.7, 150.0), abs=0.1)


def test_concentration_is_the_gaussian_plume_at_the_ground():
    across, up = sigmas_m(5_000.0)
    peak = 1e6 * 500.0 / (pi * across * up * 5.0)
    assert concentration(500.0, 5.0, 5_000.0, 0.0) == pytest.approx(peak)
    assert concentration(500.0, 5.0, 5_000.0, across) == pytest.approx(peak * exp(-0.5))


def test_wide_fire_thins_its_smoke_nearby_and_hardly_far_away():
    near = [concentration(500.0, 5.0, 1_000.0, 0.0, width) for width in (0.0, 2_000.0)]
    far = [concentration(500.0, 5.0, 90_000.0, 0.0, width) for width in (0.0, 2_000.0)]
    assert near[1] < near[0] / 3
    assert far[1] > far[0] * 0.95


def test_settlements_down_the_wind_are_told_most_smoke_first():
    things = towns(
        (90, 40, "settlement"), (92, 8, "settlement"), (270, 5, "settlement"), (90, 5, "road")
    )
    found = told(things)
    assert [things.all[one.thing].code for one in found.places] == ["1", "0"]
    near, far = found.places
    assert (near.extrapolated, far.extrapolated) == (False, True)
    assert near.low_ug_m3 < near.ug_m3 < near.high_ug_m3
    assert near.class_name == "worst"
    assert near.km == pytest.approx(8.0, abs=0.05)


@pytest.mark.parametrize("km", [0.3, 101.0])
def test_too_near_and_too_far_are_not_screened(km):
    assert told(towns((90, km, "settlement"))).places == ()


def test_outside_the_sector_nothing_is_said():
    assert told(towns((113, 10, "settlement"), (67, 10, "settlement"))).places == ()
    assert len(told(towns((112, 10, "settlement"), (68, 10, "settlement"))).places) == 2


def test_unknown_wind_leaves_the_emission_and_says_why():
    found = told(towns((90, 10, "settlement")), UNKNOWN)
    assert found.places == ()
    assert found.grams_s == pytest.approx(563.0, abs=0.1)
    assert [one.code for one in found.reasons] == ["exposure.wind_unknown"]


def test_power_that_nobody_measured_makes_no_estimate():
    found = told(towns((90, 10, "settlement")), frp=0.0)
    assert (found.grams_s, found.places) == (None, ())
    assert [one.code for one in found.reasons] == ["exposure.no_power"]


def test_smoke_crosses_180():
    fire = burning((179.9, 66.0), box(179.89, 65.99, 179.91, 66.01), WEST)
    things = Things([Thing("s", "a", "settlement", {}, Point(-179.9, 66.0))])
    (one,) = screening(50.0, fire, things, RULES, 22.5).places
    assert one.km == pytest.approx(9.1, abs=0.1)
