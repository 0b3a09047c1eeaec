"""Published instances of forces on one fire, solved to their published optima."""

import json
from pathlib import Path

import pytest

from sylvan.bench.firedecomp import optimum

FILE = Path(__file__).resolve().parents[3] / "shared/data/reference/forces/firedecomp_small.json"
INSTANCES = json.loads(FILE.read_text("utf-8")) if FILE.is_file() else []
QUICK = 3
pytestmark = pytest.mark.skipif(not INSTANCES, reason=f"no published instances at {FILE}")


def solved_as_published(instance) -> None:
    found, proven = optimum(instance)
    assert proven
    assert found == pytest.approx(instance["published"]["obj"], rel=1e-5)


@pytest.mark.parametrize("instance", INSTANCES[:QUICK], ids=lambda one: one["id"])
def test_a_published_instance_is_solved_to_its_optimum(instance):
    solved_as_published(instance)


@pytest.mark.long
@pytest.mark.parametrize("instance", INSTANCES[QUICK:], ids=lambda one: one["id"])
def test_all_published_instances_are_solved_to_their_optima(instance):
    solved_as_published(instance)


def test_all_published_instances_are_there():
    assert len(INSTANCES) == 48
