"""The passes that the benchmark of latency drops: as many rows and fires as it says."""

import time

import numpy as np
import pytest

from sylvan.bench.latency import PASS_EVERY_S, pass_csv
from sylvan.domain.grouping import components, points_of
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file

ROWS, LAST = 5000, 9
NOW_S = time.mktime((2026, 7, 20, 12, 0, 0, 0, 0, 0))


def rows_of(number):
    body = pass_csv(ROWS, number, LAST, NOW_S)
    parsed = read_file("pass.csv", body, ReadOptions(now=int(NOW_S)))
    assert parsed.total_rows == ROWS
    assert not list(parsed.rejects)
    return parsed.rows


@pytest.mark.parametrize("number", [0, LAST])
def test_a_pass_is_one_moment_over_a_bad_days_number_of_fires(number) -> None:
    rows = rows_of(number)
    assert len(np.unique(rows["acq_at"])) == 1
    assert 60 <= len(np.unique(components(points_of(rows)))) <= 150


def test_passes_follow_each_other_and_see_the_same_fires_again() -> None:
    before, after = rows_of(LAST - 1), rows_of(LAST)
    apart = int(after["acq_at"][0]) - int(before["acq_at"][0])
    assert abs(apart - PASS_EVERY_S) < 60
    both = components(points_of(np.concatenate([before, after])))
    shared = set(both[:ROWS].tolist()) & set(both[ROWS:].tolist())
    assert len(shared) > 0.9 * len(np.unique(both))
