"""Six generated fires with known truth: how many there are, their edges, and what is said of them.

``tests/golden/fires`` keeps the files as they came and the engine's answers. A change of the
engine that moves an edge shows here; if it is meant, run ``python -m tests.golden.fires.make`` and
read the difference. What must hold whatever the parameters are is asked of the truth itself.
"""

import json
from functools import cache

import pytest
import shapely
from shapely.geometry import shape

from tests.golden.fires.make import FOLDER, engine
from tests.golden.fires.scenes import SCENES

BY_NAME = {scene.name: scene for scene in SCENES}


@cache
def told(name: str) -> list[dict]:
    """What the engine says today."""
    return engine(BY_NAME[name])


@cache
def kept(name: str) -> dict:
    """What is written down."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def burnt(name: str):
    """What really burnt, of all fires of the scene."""
    return shapely.union_all([shape(one["burnt"]) for one in kept(name)["truth"]])


def overlap(name: str) -> float:
    """Intersection over union of the engine's edges and what really burnt."""
    edges = shapely.union_all([shape(one["edge"]) for one in told(name)])
    return shapely.intersection(edges, burnt(name)).area / shapely.union(edges, burnt(name)).area


@pytest.mark.parametrize("name", BY_NAME)
def test_the_engine_draws_the_edges_that_are_written_down(name) -> None:
    today, before = told(name), kept(name)["engine"]
    assert len(today) == len(before)
    for one, other in zip(today, before, strict=True):
        edge, drawn = shape(one["edge"]), shape(other["edge"])
        assert shapely.symmetric_difference(edge, drawn).area <= 1e-6 * drawn.area


@pytest.mark.parametrize("name", BY_NAME)
def test_the_engine_says_of_each_fire_what_is_written_down(name) -> None:
    for one, other in zip(told(name), kept(name)["engine"], strict=True):
        for field in other:
            if isinstance(other[field], float):
                assert one[field] == pytest.approx(other[field], rel=1e-6), field
            elif field != "edge":
                assert one[field] == other[field], field


def test_a_grass_fire_of_hours_is_one_fire_and_surely_one() -> None:
    (fire,) = told("grass")
    assert fire["likelihood"] > 0.9
    assert overlap("grass") > 0.7


def test_a_taiga_fire_of_days_stays_one_fire() -> None:
    (fire,) = told("taiga")
    assert fire["likelihood"] > 0.9
    assert overlap("taiga") > 0.7


def test_two_fires_that_met_are_one_and_remember_that_they_were_two() -> None:
    assert len(kept("merging_pair")["truth"]) == 2
    (fire,) = told("merging_pair")
    assert "why.ignitions" in fire["why"]
    assert overlap("merging_pair") > 0.8


def test_a_flare_is_one_signal_that_nobody_takes_for_a_fire() -> None:
    (signal,) = told("flare")
    assert kept("flare")["truth"] == []
    assert signal["likelihood"] < 0.2


def test_fields_burnt_off_stay_apart() -> None:
    assert len(told("crop_burning")) == len(kept("crop_burning")["truth"]) == 4
    for fire, truth in zip(told("crop_burning"), kept("crop_burning")["truth"], strict=True):
        assert fire["area_ha"] < 40 * truth["area_ha"]


def test_peat_that_slept_and_woke_is_the_same_fire() -> None:
    (fire,) = told("peat_reignition")
    assert "why.episodes" in fire["why"]
    assert overlap("peat_reignition") > 0.7


@pytest.mark.parametrize(
    "name", [name for name in BY_NAME if name not in ("flare", "crop_burning")]
)
def test_the_truth_lies_within_the_interval_of_areas(name) -> None:
    low = sum(one["area_lo_ha"] for one in told(name))
    high = sum(one["area_hi_ha"] for one in told(name))
    assert low <= sum(one["area_ha"] for one in kept(name)["truth"]) <= high
