"""From a fire's spread to what the suggestion asks of it."""

from dataclasses import replace
from itertools import product
from math import pi

import numpy as np
import pytest

from sylvan.domain.containment import Growing, Spread, Tactic, Threatened, needed_rate
from sylvan.domain.dispatch.model import TIMES_H
from sylvan.domain.dispatch.need import (
    DEFAULT,
    Outlook,
    area_ha,
    escaped_ha,
    fire_of,
    perimeter_m,
)
from sylvan.domain.dispatch.params import Tier

SPREAD = Spread(Growing(5.0, 20.0, 2.0), Growing(5.0, 40.0, 2.0), Growing(5.0, 80.0, 2.0))


def test_the_ellipse_has_its_area_now_and_a_circle_its_perimeter():
    assert area_ha(SPREAD.p50, 0.0) == pytest.approx(5.0)
    circle = Growing(100.0, 10.0, 1.0)
    assert perimeter_m(circle, 0.0) == pytest.approx(2.0 * pi * (1e6 / pi) ** 0.5)


def test_the_mean_escape_is_that_of_many_waits_for_rain():
    waits = np.random.default_rng(5).exponential(192.0, 200_000)
    long = SPREAD.p50.axes_m(0.0)[0]
    speed = SPREAD.p50.axes_m(1.0)[0] - long
    drawn = (pi / 2.0 * (long + speed * waits) ** 2 / 1e4).mean()
    assert escaped_ha(SPREAD.p50, 192.0) == pytest.approx(drawn, rel=0.02)


def test_a_fire_that_is_being_contained_grows_as_the_published_model_says():
    """Line by Fried and Fried (1996), as hours after which a free ellipse has as much edge."""
    found = []
    for area, rate, breadth, by, tactic in product(
        (2.0, 50.0), (20.0, 120.0), (1.2, 2.5), (8.0, 24.0), Tactic
    ):
        fire = Growing(area, rate, breadth)
        line = needed_rate(fire, by, 3.0, tactic) * (by - 3.0)
        hours = np.linspace(0.0, by, 400)
        edge = [perimeter_m(fire, float(t)) for t in hours]
        found.append(float(np.interp(line, edge, hours)) / by)
    assert DEFAULT.curbed == pytest.approx(np.median(found), abs=0.1)
    free = fire_of(Outlook("f", SPREAD), params=replace(DEFAULT, curbed=1.0))
    curbed = fire_of(Outlook("f", SPREAD))
    assert np.all(np.array(curbed.need_m) < free.need_m)
    assert np.all(np.array(curbed.damage) < free.damage)
    assert curbed.escape == free.escape


def test_what_stands_in_the_way_is_lost_from_when_it_is_reached():
    bridge = Threatened("b", "", 5.0, 300.0)
    plain, costly = (fire_of(Outlook("f", SPREAD, objects=one)) for one in ((), (bridge,)))
    more = np.subtract(costly.damage, plain.damage)
    assert more == pytest.approx([300.0 if t > 5.0 else 0.0 for t in TIMES_H])
    assert costly.escape == pytest.approx(plain.escape + 300.0)


def test_a_higher_tier_and_score_weigh_more_but_need_the_same_line():
    low = fire_of(Outlook("f", SPREAD, Tier.C, 0.0))
    high = fire_of(Outlook("f", SPREAD, Tier.A, 100.0))
    assert high.need_m == low.need_m
    assert high.escape == pytest.approx(30.0 * low.escape)
    assert low.escape >= low.damage[-1]
