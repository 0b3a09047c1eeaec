"""A lower level does not overwrite what a higher one has set, and half a form is never written."""

from dataclasses import replace
from uuid import UUID

import pytest
from shapely.geometry import mapping
from sqlalchemy import text

from sylvan.domain.actors import Level
from sylvan.domain.authority import Outranked
from sylvan.domain.edge_overrule import EdgeKind
from sylvan.domain.instants import iso
from sylvan.services.edges import Asked
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import opened, operator
from tests.db.surgery_tools import only, pixels
from tests.db.test_edges import square

CREW, DISTRICT, REGION = Level.CREW, Level.DISTRICT, Level.REGION


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


@pytest.fixture
def fire(house):
    """A registered fire of five pixels around the origin."""
    pixels(house, -1.6, -0.8, 0.0, 0.8, 1.6)
    found = UUID(str(only(house)["id"]))
    house.decisions.register(operator(house), found, {}, None, None)
    return found


def at(house, level):
    return replace(operator(house), level=level, subject=f"{level}-person")


def step(house, fire, to, level, **facts):
    return house.decisions.change_status(at(house, level), fire, to, facts, None, None)


def card(house, fire):
    return house.fires.detail(operator(house), fire)


def draw(house, fire, level, half_km=1.0, **asked):
    ground = mapping(square(half_km))
    return house.edges.give(
        at(house, level), fire, EdgeKind.DRAWN, ground, house.intake.clock(), Asked(**asked)
    )


def test_card_tells_who_set_a_field_at_which_level_and_when(house, fire):
    step(house, fire, "fighting", DISTRICT, commander="Иванов")
    assert card(house, fire)["authority"] == {
        "commander": {
            "by": "district-person",
            "level": "district",
            "at": iso(house.intake.clock()),
        }
    }


def test_lower_level_is_refused_and_nothing_of_its_form_is_written(house, fire):
    step(house, fire, "fighting", REGION, commander="Иванов")
    before = card(house, fire)
    audited = books.count(house.worlds.engine, "audit")
    with pytest.raises(Outranked) as refused:
        step(house, fire, "contained", CREW, commander="Сидоров", cause="гроза")
    assert dict(refused.value.params) | {"at": None} == {
        "field": "commander",
        "level": "region",
        "by": "region-person",
        "at": None,
    }
    assert card(house, fire) == before
    assert books.count(house.worlds.engine, "audit") == audited
    with house.worlds.engine.connect() as conn:
        assert conn.scalar(text("select count(*) from idempotency")) == 0


def test_lower_level_goes_on_where_it_says_the_same_or_something_else(house, fire):
    step(house, fire, "fighting", REGION, commander="Иванов")
    step(house, fire, "contained", CREW, commander="Иванов", note="локализован")
    told = card(house, fire)
    assert told["status"] == "contained"
    assert told["authority"]["commander"]["level"] == "region", "the higher word stays"
    step(house, fire, "out", CREW, final_area_ha=12.0, cause="гроза")
    assert card(house, fire)["authority"]["cause"]["level"] == "crew"


def test_crew_outranks_the_district_for_the_edge_and_the_region_outranks_the_crew(house, fire):
    draw(house, fire, CREW)
    area = card(house, fire)["area_ha"]
    with pytest.raises(Outranked, match="outranked"):
        draw(house, fire, DISTRICT, 0.5)
    assert card(house, fire)["area_ha"] == area
    assert books.count(house.worlds.engine, "fire_edge") == 1
    draw(house, fire, REGION, 0.5)
    assert card(house, fire)["authority"]["edge"]["level"] == "region"
    assert card(house, fire)["area_ha"] < area


def test_edge_grown_old_gives_way(house, fire):
    draw(house, fire, CREW)
    house.intake.clock.advance(hours=13)
    draw(house, fire, DISTRICT, 0.5)
    assert card(house, fire)["authority"]["edge"]["level"] == "district"


def test_edge_is_not_taken_back_by_somebody_below_and_its_mark_goes_with_it(house, fire):
    made = draw(house, fire, CREW)
    with pytest.raises(Outranked):
        house.edges.undo(at(house, DISTRICT), UUID(made["edge"]), Asked())
    house.edges.undo(at(house, CREW), UUID(made["edge"]), Asked())
    assert "edge" not in card(house, fire)["authority"]
    draw(house, fire, DISTRICT)


def test_fire_of_then_tells_the_words_of_then(house, fire):
    step(house, fire, "fighting", DISTRICT, commander="Иванов")
    then = house.intake.clock()
    house.intake.clock.advance(hours=1)
    step(house, fire, "contained", REGION, commander="Петров")
    past = house.fires.detail_at(operator(house), fire, then)
    assert past["authority"]["commander"]["level"] == "district"
    assert card(house, fire)["authority"]["commander"]["level"] == "region"
