"""A card is opened: why one fire, what changed, how likely; and what was known at 14:30."""

from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest

from sylvan.domain.codes import NotFound
from tests.db.helpers import NOW, firms_file, near, opened, operator, replay_world, take


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made


def only(house, world="live") -> UUID:
    """The one fire that there is."""
    (fire,) = house.picture.snapshot(operator(house, world))["fires"]
    return UUID(fire["id"])


def test_a_fire_of_two_passes_says_what_links_it_and_what_the_last_one_changed(house) -> None:
    for hours, east in ((9, 0.0), (3, 0.8)):
        at = NOW - timedelta(hours=hours)
        take(house, f"{hours}.csv", firms_file(near(east, 0, at)))
    told = house.explanations.of_fire(operator(house), only(house))
    assert told["why"]["links"] == 1
    assert told["why"]["longest_km"] == pytest.approx(0.8, abs=0.02)
    assert told["why"]["longest_hours"] == 6
    assert told["change"]["new_detections"] == 1
    assert told["change"]["since"] == NOW - timedelta(hours=9)
    assert told["change"]["area_gained_ha"] > 0


def test_the_terms_of_the_likelihood_add_up_to_what_the_fire_shows(house) -> None:
    take(house, "a.csv", firms_file(near(0, 0, NOW - timedelta(hours=3))))
    actor, fire = operator(house), only(house)
    judged = house.explanations.of_fire(actor, fire)["likelihood"]
    start = np.log(judged["prior"] / (1 - judged["prior"]))
    log_odds = start + sum(term["weight"] for term in judged["terms"])
    assert log_odds == pytest.approx(judged["log_odds"], abs=0.05)
    assert judged["value"] == pytest.approx(1 / (1 + np.exp(-judged["log_odds"])), abs=0.01)
    assert judged["value"] == pytest.approx(house.fires.detail(actor, fire)["likelihood"], abs=1e-3)
    assert judged["missing"], "a region without layers knows of no water, weather or industry"


def test_the_fire_of_half_past_two_has_its_edge_of_then(house) -> None:
    replay_world(house, "past", NOW, 1.0)
    actor = operator(house, "past")
    take(house, "a.csv", firms_file(near(0, 0, NOW - timedelta(hours=3))), "past")
    fire = only(house, "past")
    then = actor.world.now(house.intake.clock()) + timedelta(minutes=1)
    before = house.fires.detail(actor, fire)
    house.intake.clock.advance(hours=2)
    take(house, "b.csv", firms_file(near(0.8, 0, NOW - timedelta(hours=1))), "past")
    now = house.fires.detail(actor, fire)
    assert now["version"] > before["version"]
    past = house.fires.detail_at(actor, fire, then)
    for field in ("version", "edge", "area_ha", "n_detections", "last_seen", "reasons"):
        assert past[field] == before[field], field


def test_a_fire_that_nobody_knew_of_then_is_refused_with_the_first_moment(house) -> None:
    take(house, "a.csv", firms_file(near(0, 0, NOW - timedelta(hours=3))))
    with pytest.raises(NotFound) as refused:
        house.fires.detail_at(operator(house), only(house), NOW - timedelta(days=1))
    assert refused.value.code == "problem.fire_not_yet"
    with pytest.raises(NotFound) as unknown:
        house.fires.detail_at(operator(house), uuid4(), NOW)
    assert unknown.value.code == "problem.fire_unknown"
