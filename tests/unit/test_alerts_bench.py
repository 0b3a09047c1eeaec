"""The bench of alert rules compares equal work and says so where it does not."""

import pytest

from sylvan.bench import alerts
from sylvan.domain.alerting.matching import Matcher


def test_both_ways_are_measured_on_the_same_facts():
    found = alerts.run(rules=60, subscriptions=120, fires=5, repeat=20)
    assert found["letters"] > 0
    assert found["ratio_one"] > 0
    assert found["one_ms"]["p99"] >= found["one_ms"]["median"] > 0
    assert alerts.table(found).row_count == 5


def test_ways_that_disagree_are_not_compared(monkeypatch):
    monkeypatch.setattr(Matcher, "levels", lambda *_: [])
    with pytest.raises(AssertionError, match="disagree"):
        alerts.run(rules=60, subscriptions=0, fires=1, repeat=20)
