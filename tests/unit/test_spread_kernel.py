"""The solver of arrival times, against the ellipse that the equations of spread promise."""

from math import cos, pi, radians, sin, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from sylvan.domain import spread_kernel as kernel

HEAD = 10.0  # m/min


def window(rows, columns, cell, rates, kind=None):
    kind = np.zeros((rows, columns), np.int32) if kind is None else kind
    return kernel.Ground(kind, np.full(rows, float(cell)), float(cell), rates)


def run(ground, lit, until):
    times = np.where(lit, 0.0, np.inf)
    front = kernel.Front(times, np.full((*times.shape, 2), np.nan))
    inside = kernel.solve(front, ground, until)
    return np.where(times <= until, times, np.inf), inside


def steady(head, back, breadth, toward, hours):
    return kernel.ellipses(
        *(np.full((1, hours), value) for value in (head, back, breadth, float(toward)))
    )


def exact(east, north, head, back, breadth, toward):
    """τ = [−cu/a² + √((cu/a²)² + (1−c²/a²)(u²/a²+v²/b²))]/(1−c²/a²), u ahead and v across."""
    a, c = (head + back) / 2, (head - back) / 2
    b, turn = a / breadth, radians(toward)
    u = east * sin(turn) + north * cos(turn)
    v = east * cos(turn) - north * sin(turn)
    drift, rest = -c * u / a**2, 1 - c**2 / a**2
    return (drift + np.sqrt(drift**2 + rest * (u**2 / a**2 + v**2 / b**2))) / rest


def point_fire(breadth, back, toward, cell=30.0, minutes=240.0):
    """Times from one cell, the exact ones, and the middle's place."""
    half = int(HEAD * minutes / cell) + 5
    rows = 2 * half + 1
    lit = np.zeros((rows, rows), bool)
    lit[half, half] = True
    rates = steady(HEAD, back, breadth, toward, int(minutes / kernel.HOUR) + 1)
    times, inside = run(window(rows, rows, cell, rates), lit, minutes)
    assert inside
    north, east = (np.indices(lit.shape) - half) * cell
    return times, exact(east, north, HEAD, back, breadth, toward), half


SHAPES = [(1.0, HEAD), (1.9, 1.5), (3.2, 0.5), (3.2, 3.0), (5.3, 0.1)]


@pytest.mark.parametrize(("breadth", "back"), SHAPES)
@pytest.mark.parametrize("toward", [0, 10, 30, 45, 250])
def test_a_fire_from_a_point_has_the_area_of_the_ellipse(breadth, back, toward):
    times, _, _ = point_fire(breadth, back, toward)
    a = (HEAD + back) / 2 * 240.0
    assert np.isfinite(times).sum() * 30.0**2 == pytest.approx(pi * a * a / breadth, rel=0.02)


@pytest.mark.parametrize(("breadth", "back"), SHAPES)
@pytest.mark.parametrize("toward", [0, 30, 200])
def test_head_flank_and_back_arrive_in_time(breadth, back, toward):
    times, true, half = point_fire(breadth, back, toward)
    a, c, turn = (HEAD + back) / 2, (HEAD - back) / 2, radians(toward)
    for u, v in ((HEAD, 0.0), (c, a / breadth), (c, -a / breadth), (-back, 0.0)):
        east, north = u * sin(turn) + v * cos(turn), u * cos(turn) - v * sin(turn)
        row, column = half + round(north * 200 / 30), half + round(east * 200 / 30)
        if true[row, column] > 238.0:  # rounded to a cell that is not reached yet
            assert times[row, column] > 235.0
        else:
            assert times[row, column] == pytest.approx(true[row, column], rel=0.025)


@pytest.mark.parametrize(("breadth", "back"), SHAPES)
def test_turning_the_wind_by_30_degrees_keeps_the_area(breadth, back):
    areas = [np.isfinite(point_fire(breadth, back, toward)[0]).sum() for toward in (15, 45)]
    assert areas[0] == pytest.approx(areas[1], rel=0.02)


def test_finer_cells_come_closer_to_the_truth():
    errors = []
    for cell in (100.0, 50.0, 25.0):
        times, true, _ = point_fire(3.2, 0.5, 20, cell)
        met = np.isfinite(times) & (true > 60.0)
        errors.append(np.abs(times[met] / true[met] - 1.0).mean())
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.002


def scattered(seed, share):
    """A random picture within a wide rim."""
    mask = np.zeros((30, 30), bool)
    mask[8:-8, 8:-8] = np.random.default_rng(seed).random((14, 14)) < share
    return mask


seeds = st.integers(0, 2**32 - 1)


@given(seeds, st.sampled_from([0.02, 0.2, 0.8]), st.sampled_from([0, 20, 135]))
@settings(max_examples=40)
def test_many_fires_arrive_when_the_first_of_them_does(seed, share, toward):
    lit = scattered(seed, share)
    if not lit.any():
        return
    times, _ = run(window(30, 30, 30.0, steady(HEAD, 2.0, 1.6, toward, 2)), lit, 20.0)
    row, column = np.indices(lit.shape)
    each = [
        exact((column - j) * 30.0, (row - i) * 30.0, HEAD, 2.0, 1.6, toward)
        for i, j in np.argwhere(lit)
    ]
    true = np.min(each, axis=0)
    met = np.isfinite(times)
    assert np.abs(times[met] - true[met]).max() < 0.7  # min; a cell takes 3 to 15
    assert (true[~met] > 20.0 - 0.7).all()


@given(seeds, st.sampled_from([0.2, 0.4, 0.5]), st.sampled_from([0, 30]))
@settings(max_examples=60)
def test_fire_reaches_what_is_joined_by_sides_and_nothing_beyond_water(seed, share, toward):
    water = ~scattered(seed, 1.0 - share)
    opened = np.argwhere(~water)
    lit = np.zeros_like(water)
    lit[tuple(opened[len(opened) // 2])] = True
    kind = np.where(water, kernel.BARRIER, 0).astype(np.int32)
    rates = steady(HEAD, 2.0, 2.0, toward, 100)
    times, inside = run(window(30, 30, 30.0, rates, kind), lit, 5999.0)
    parts, _ = ndimage.label(~water)
    assert inside
    assert np.array_equal(np.isfinite(times), parts == parts[lit][0])


@pytest.mark.parametrize("askew", [False, True])
def test_a_river_one_cell_wide_stops_it_and_a_ford_lets_it_through(askew):
    row, column = np.indices((81, 81))
    river = column + row == 90 if askew else column == 45
    lit = np.zeros((81, 81), bool)
    lit[40, 40] = True
    rates = steady(HEAD, 5.0, 1.2, 90, 3)
    kind = np.where(river, kernel.BARRIER, 0).astype(np.int32)
    beyond = column + row > 90 if askew else column > 45
    times, _ = run(window(81, 81, 30.0, rates, kind), lit, 100.0)
    assert np.isfinite(times).sum() > 500
    assert not np.isfinite(times[beyond]).any()
    free, _ = run(window(81, 81, 30.0, rates), lit, 100.0)
    kind[(row > 45) & (row < 49)] = 0
    forded, _ = run(window(81, 81, 30.0, rates, kind), lit, 100.0)
    assert np.isfinite(forded[beyond]).any()
    assert forded[40, 55] > free[40, 55] * 1.05


def test_a_wind_that_turns_at_hour_3_turns_the_fire():
    head, back, breadth = (np.full((1, 6), value) for value in (HEAD, 1.0, 2.5))
    toward = np.array([[90.0, 90.0, 90.0, 0.0, 0.0, 0.0]])
    lit = np.zeros((161, 161), bool)
    lit[60, 20] = True
    turned, _ = run(
        window(161, 161, 50.0, kernel.ellipses(head, back, breadth, toward)), lit, 330.0
    )
    steady_one, _ = run(window(161, 161, 50.0, steady(HEAD, 1.0, 2.5, 90, 6)), lit, 330.0)
    early = steady_one <= 180.0
    assert np.array_equal(turned <= 180.0, early)
    assert np.allclose(turned[early], steady_one[early])

    def extent(times, until):
        rows, columns = np.nonzero(times <= until)
        return rows.max(), columns.max()

    north_3, east_3 = extent(turned, 180.0)
    north, east = extent(turned, 330.0)
    assert north - north_3 > 25  # 150 min at 10 m/min are 30 cells
    assert east - east_3 < 8
    assert extent(steady_one, 330.0)[1] - east_3 > 25


def test_an_hour_without_spread_is_waited_through():
    head, back, breadth, toward = (np.full((1, 5), value) for value in (HEAD, 2.0, 2.0, 30.0))
    still = head.copy()
    still[0, 1] = 0.0
    lit = np.zeros((101, 101), bool)
    lit[50, 50] = True
    on, _ = run(window(101, 101, 50.0, kernel.ellipses(head, back, breadth, toward)), lit, 170.0)
    waited, _ = run(
        window(101, 101, 50.0, kernel.ellipses(still, back, breadth, toward)), lit, 230.0
    )
    late = np.isfinite(on) & (on > 61.0)
    assert late.sum() > 100
    assert np.allclose(waited[late], on[late] + 60.0, rtol=0.01)


def alike(one, other):
    """Equal but for a cell that hangs on which of two neighbours came first, and that little."""
    away = np.abs(one - other)
    return (away > 2e-3 + 1e-3 * one).sum() <= 1 and away.max() < 2.0  # min


@given(seeds, st.sampled_from([1.5, 3.0]))
@settings(max_examples=20)
def test_faster_on_the_same_ground_is_sooner_by_the_same_factor(seed, factor):
    kind = np.random.default_rng(seed).integers(0, 3, (50, 50)).astype(np.int32)
    head = np.array([[HEAD], [4.0], [1.0]]) * np.ones((1, 3))
    shape = (head * 0.2, 1.0 + head / 5, np.full_like(head, 70.0))
    lit = np.zeros((50, 50), bool)
    lit[25, 25] = True
    once, inside = run(window(50, 50, 30.0, kernel.ellipses(head, *shape), kind), lit, 90.0)
    faster = kernel.ellipses(head * factor, shape[0] * factor, shape[1], shape[2])
    more, _ = run(window(50, 50, 30.0, faster, kind), lit, 90.0 / factor)
    met = np.isfinite(once) & np.isfinite(more)
    assert inside
    assert met.sum() >= np.isfinite(once).sum() - 1
    assert alike(more[met], once[met] / factor)


@given(seeds)
@settings(max_examples=20)
def test_a_mirrored_ground_burns_mirrored(seed):
    kind = np.random.default_rng(seed).choice([-1, 0, 0, 1, 1], (51, 51)).astype(np.int32)
    kind[25, 25] = 0
    head = np.array([[HEAD], [3.0]]) * np.ones((1, 2))
    lit = np.zeros((51, 51), bool)
    lit[25, 25] = True
    here = kernel.ellipses(head, head * 0.2, np.full_like(head, 2.0), np.full_like(head, 50.0))
    there = kernel.ellipses(head, head * 0.2, np.full_like(head, 2.0), np.full_like(head, -50.0))
    one, inside = run(window(51, 51, 30.0, here, kind), lit, 70.0)
    flipped = np.ascontiguousarray(kind[:, ::-1])
    other, _ = run(window(51, 51, 30.0, there, flipped), lit, 70.0)
    met = np.isfinite(one) & np.isfinite(other[:, ::-1])
    assert inside
    assert met.sum() >= np.isfinite(one).sum() - 1
    assert alike(one[met], other[:, ::-1][met])


def test_it_says_where_a_fire_comes_to_the_end_of_its_window():
    lit = np.zeros((31, 31), bool)
    lit[15, 15] = True
    ground = window(31, 31, 30.0, steady(HEAD, 2.0, 2.0, 0, 3))
    assert run(ground, lit, 20.0)[1]
    assert not run(ground, lit, 120.0)[1]


def test_rates_that_are_nothing_never_come_anywhere():
    assert np.isinf(kernel.ellipses(*(np.array([v]) for v in (0.0, 0.0, 1.0, 0.0)))).all()


def test_the_form_of_an_ellipse_gives_its_rates_back():
    form = kernel.ellipses(*(np.array([v]) for v in (8.0, 2.0, 2.5, 90.0)))[0]

    def minutes(east, north):
        square = form[0] * east**2 + 2 * form[1] * east * north + form[2] * north**2
        return sqrt(square) - form[3] * east - form[4] * north

    assert minutes(8.0, 0.0) == pytest.approx(1.0)
    assert minutes(-2.0, 0.0) == pytest.approx(1.0)
    assert minutes(3.0, 2.0) == pytest.approx(1.0)  # c = 3 ahead, b = 5/2.5 across
    assert minutes(3.0, -2.0) == pytest.approx(1.0)
