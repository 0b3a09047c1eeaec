"""The six golden fires through the whole house: files in as they came, fires with edges out."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import shapely
from shapely.geometry import shape

from tests.db.helpers import opened, operator, replay_world, take
from tests.golden.fires.make import files, kept
from tests.golden.fires.scenes import SCENES

AFTER = datetime(2026, 8, 12, tzinfo=UTC)
"""When all scenes are over."""


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made


def standing(house, actor) -> list[UUID]:
    """The fires that nobody merged away."""
    now = actor.world.now(house.intake.clock())
    return [UUID(fire["id"]) for fire in house.fires.as_of(actor, now)]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_files_as_they_came_give_the_fires_that_are_written_down(house, scene) -> None:
    replay_world(house, scene.name, AFTER)
    actor = operator(house, scene.name)
    came = files(scene)
    half = len(came) // 2
    for name, body in came[:half]:
        take(house, name, body, scene.name)
    known = standing(house, actor)
    for name, body in came[half:]:
        take(house, name, body, scene.name)
    found = [house.fires.detail(actor, one) for one in standing(house, actor)]
    found.sort(key=lambda fire: (fire["first_seen"], fire["point"]))
    expected = sorted(
        kept(scene)["engine"], key=lambda one: (one["first_seen"], shape(one["edge"]).centroid.x)
    )
    assert len(found) == len(expected)
    ids = {one for fire in found for one in (fire["id"], *fire["ids_merged"])}
    assert {str(one) for one in known} <= ids, "an id once given leads to its fire for ever"
    for fire, one in zip(found, expected, strict=True):
        assert fire["n_detections"] == one["detections"]
        assert fire["area_ha"] == pytest.approx(one["area_ha"], abs=0.06)
        drawn, golden = shape(fire["edge"]), shape(one["edge"])
        assert shapely.symmetric_difference(drawn, golden).area <= 1e-6 * golden.area
