"""The benchmark of the live channel: what it measures is there, and what it finds is right."""

import pytest

from sylvan.bench import live
from sylvan.bench import live_people as people


@pytest.fixture(scope="module")
def result():
    return live.run(sockets=40, events=5, runs=1, idle_sockets=50, storm_sockets=30)


@pytest.mark.long
def test_gateway_and_its_references_are_measured_in_one_run(result):
    assert set(result["servers"]) == {"gateway", "raw", "broadcast", "fastapi", "fastapi_json"}
    for figures in result["servers"].values():
        assert 0 < figures["p50_s"] <= figures["p99_s"] <= figures["last_p99_s"]
        assert figures["cpu_us_per_delivery"] > 0
    assert set(result["ratios"]) == set(result["limits"]["ratios"])
    assert all(ratio > 0 for ratio in result["ratios"].values())
    assert result["last_p99_s"] == result["servers"]["gateway"]["last_p99_s"]


@pytest.mark.long
def test_everybody_who_comes_back_holds_exactly_what_is_his(result):
    back = result["storm"]
    due = sum(people.hears(n, seq) for n in range(30) for seq in range(1, 271))
    assert back["received"] == due
    assert (back["missed"], back["doubled"], back["foreign"], back["unexplained"]) == (0, 0, 0, 0)


@pytest.mark.long
def test_idle_sockets_are_weighed(result):
    assert result["idle"]["rss_mb"] >= result["idle"]["empty_mb"]
    assert live.table(result).row_count >= 10
