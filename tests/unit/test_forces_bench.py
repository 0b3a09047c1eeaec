"""The bench of seasons: what is finished is not done again, and ratios are what they say."""

import json

import pytest

from sylvan.bench import forces as bench
from sylvan.bench.forces_ratios import ratios
from sylvan.scenario.seasons.policies import POLICIES
from tests.unit.seasons_tools import SMALL, country

TWO = {name: POLICIES[name] for name in ("closest_unit", "ours")}


@pytest.fixture
def played(monkeypatch):
    """Seasons of the small country in this process; which were asked for."""
    asked = []

    def here(tasks, wanted, out):
        asked.extend((t.seed, t.load, name) for t in tasks for name in t.policies)
        return [
            row
            for t in tasks
            for row in bench.play(country(), t.seed, t.load, t.policies, wanted, out)
        ]

    monkeypatch.setattr(bench, "_played", here)
    monkeypatch.setattr(bench, "POLICIES", TWO)
    return asked


def told(result):
    """What does not depend on the clock."""
    return {
        "loads": result["loads"],
        "scores": [(row["seed"], row["policy"], row["scores"]) for row in result["seasons"]],
    }


def test_a_run_that_was_ended_goes_on_and_gives_the_same_table(tmp_path, played):
    wanted = bench.Wanted(2, "half", parameters=SMALL)
    whole = bench.run(wanted, tmp_path / "whole.jsonl")
    assert len(played) == 4
    lines = (tmp_path / "whole.jsonl").read_text("utf-8").splitlines(keepends=True)
    part = tmp_path / "part.jsonl"
    part.write_text("".join([*lines[:2], lines[0]]) + lines[2][:40], "utf-8")
    played.clear()
    again = bench.run(wanted, part, resume=True)
    assert played == [(2, "half", "closest_unit"), (2, "half", "ours")]
    assert told(again) == told(whole)
    played.clear()
    assert told(bench.run(wanted, part, resume=True)) == told(whole)
    assert not played
    assert bench.table(again).row_count > 10
    assert json.loads(json.dumps(again))["loads"]["half"]["ours_over"]["closest_unit"]["pairs"] == 2


def test_seasons_of_other_parameters_are_not_mixed(tmp_path, played):
    kept = tmp_path / "kept.jsonl"
    bench.run(bench.Wanted(1, "half", parameters=SMALL), kept)
    with pytest.raises(ValueError, match="exists already"):
        bench.run(bench.Wanted(1, "half", parameters=SMALL), kept)
    with pytest.raises(ValueError, match="other parameters"):
        bench.run(bench.Wanted(1, "half"), kept, resume=True)
    with pytest.raises(ValueError, match="half, normal, double, all"):
        bench.run(bench.Wanted(1, "huge"))


def season(**more):
    usual = {"loss": 100.0, "area_ha": 50.0, "large": 4, "reached": 1, "first_arrival_h": 2.0}
    return usual | {"flown_h": 10.0, "first_day": 0.8} | more


def test_ratios_are_paired_and_honest():
    theirs = [season(loss=100.0), season(loss=10_000.0), season(loss=1.0)]
    ours = [season(loss=50.0), season(loss=5_000.0, large=2), season(loss=2.0, first_day=0.5)]
    found = ratios(ours, theirs)
    assert found["loss"]["ratio"] == pytest.approx((0.5 * 0.5 * 2.0) ** (1 / 3))
    assert found["loss"]["low"] <= found["loss"]["ratio"] <= found["loss"]["high"]
    assert found["large"]["ratio"] == pytest.approx(10 / 12)
    assert found["first_day"]["difference"] == pytest.approx(-0.1)
    assert (found["wins"], found["pairs"]) == (2, 3)
    even = ratios(theirs, theirs)
    assert even["loss"] == {"ratio": 1.0, "low": 1.0, "high": 1.0}


def test_nothing_over_nothing_is_no_ratio():
    none = [season(reached=0), season(reached=0)]
    assert ratios(none, none)["reached"] == {"ratio": None, "low": None, "high": None}
