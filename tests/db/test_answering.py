"""Territories: who answers for each, read from grants, rules, contacts and partners' things."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import shapely
from geoalchemy2.shape import from_shape

from sylvan.domain.accounts import Grant
from sylvan.domain.actors import Level
from sylvan.domain.tries import TryRules
from sylvan.store import accounts, sign_in_tries, territories
from tests.db.helpers import NOWHERE, SetClock, installation, load_layer, opened

WEST, EAST = shapely.box(129, 61, 130, 62), shapely.box(130, 61, 131, 62)


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url, clock=SetClock()) as made:
        draw(made, "boundary", "region", ("region-1", shapely.union_all([WEST, EAST]), {}))
        draw(made, "municipality", "municipality", ("west", WEST, {}), ("east", EAST, {}))
        object.__setattr__(made.entrance, "mode", "required")
        yield made


def draw(house, kind, level, *things):
    """A layer in force, whose territories are known from then on."""
    load_layer(house, kind, *things)
    with house.worlds.engine.begin() as conn:
        territories.save(
            conn,
            [
                {"code": code, "level": level, "parent": None, "names": {"ru": code, "en": code}}
                | {"geom": from_shape(shapely.MultiPolygon([shape]), srid=4326)}
                for code, shape, _ in things
            ],
        )


def person(house, name, role, level, *where, joined=True, seen=True) -> UUID:
    """An account as it stands once its person has come in."""
    actor = installation(house)
    account = house.entrance.accounts.invite(actor, name, "", Grant(role, level, where)).account
    now = house.worlds.clock()
    with house.worlds.engine.begin() as conn:
        if joined:
            accounts.save(conn, _joined(account, now))
        if seen:
            accounts.seen(conn, account.id, now)
    return account.id


def _joined(account, now):
    return replace(account, joined_at=now)


def places(house, actor=None):
    told = house.answering.overview(actor or installation(house))
    return {one["code"]: one for one in told["places"]}, told


def test_a_territory_without_anybody_says_all_that_nobody_can_do_there(house):
    found, told = places(house)
    assert told["judged"] == "municipality"
    assert found["west"]["judged"]
    assert found["west"]["gaps"] == ["register", "alerts", "approve"]
    assert found["region-1"]["gaps"] == []
    assert not found["region-1"]["judged"]


def test_people_of_one_territory_close_its_gaps_and_no_others(house):
    person(house, "west-chief", "chief", Level.REGION, "west")
    found, _ = places(house)
    assert found["west"]["gaps"] == []
    assert found["west"]["own"] == ["west-chief"]
    assert found["west"]["able"] == {
        "register": ["west-chief"],
        "alerts": ["west-chief"],
        "approve": ["west-chief"],
    }
    assert found["east"]["gaps"] == ["register", "alerts", "approve"]
    person(house, "all-chief", "chief", Level.REGION, "*")
    found, _ = places(house)
    assert found["east"]["gaps"] == []
    assert found["east"]["own"] == []


def test_who_never_came_in_or_is_shut_out_counts_as_nobody(house):
    person(house, "invited", "chief", Level.REGION, "west", joined=False, seen=False)
    person(house, "unseen", "chief", Level.REGION, "west", seen=False)
    person(house, "locked", "chief", Level.REGION, "west")
    gone = person(house, "gone", "chief", Level.REGION, "west")
    house.entrance.accounts.disable(installation(house), gone, off=True, version=None)
    with house.worlds.engine.begin() as conn:
        for _ in range(40):
            sign_in_tries.count(conn, "account:locked", TryRules(free=3), house.worlds.clock())
    found, told = places(house)
    standings = {one["subject"]: str(one["standing"]) for one in told["people"]}
    assert standings == {name: name if name != "gone" else "disabled" for name in standings}
    assert found["west"]["gaps"] == ["register", "alerts", "approve"]
    assert set(found["west"]["unable"]) == set(standings)
    house.worlds.clock.now += timedelta(days=1)
    found, _ = places(house)
    assert found["west"]["able"]["register"] == ["locked"]  # no longer


def test_an_administrator_is_on_no_duty(house):
    person(house, "root", "admin", Level.REGION, "*")
    found, told = places(house)
    assert found["west"]["gaps"] == ["register", "alerts", "approve"]
    assert [one["subject"] for one in told["people"]] == ["root"]


def test_a_lower_level_leaves_the_rungs_that_it_may_not_answer(house):
    person(house, "west-desk", "dispatcher", Level.DISTRICT, "west")
    found, told = places(house)
    assert found["west"]["gaps"] == ["approve"]
    assert found["west"]["rungs"] == ["neighbour", "republic"]
    able = {one["rung"]: one["able"] for one in told["rungs"]}
    assert able["group"] == ["west-desk"]
    assert able["federal"] == []


def test_what_no_layer_holds_any_more_is_shown_and_not_judged(house):
    draw(house, "municipality", "municipality", ("west", WEST, {}))
    found, _ = places(house)
    assert (found["east"]["gone"], found["east"]["gaps"]) == (True, [])
    assert found["west"]["gaps"]


def test_before_any_layer_the_region_as_a_whole_is_judged(fresh_db_url):
    with opened(fresh_db_url, clock=SetClock()) as bare:
        object.__setattr__(bare.entrance, "mode", "required")
        found, told = places(bare)
        assert list(found) == ["*"]
        assert (told["judged"], found["*"]["names"]["en"]) == ("region", NOWHERE)
        assert found["*"]["gaps"] == ["register", "alerts", "approve"]
        person(bare, "all-chief", "chief", Level.REGION, "*")
        found, _ = places(bare)
        assert (found["*"]["gaps"], found["*"]["own"]) == ([], ["all-chief"])


def test_somebody_of_one_territory_is_told_of_that_one_alone(house):
    person(house, "west-chief", "chief", Level.REGION, "west")
    person(house, "east-chief", "chief", Level.REGION, "east")
    person(house, "all-chief", "chief", Level.REGION, "*")
    actor = replace(installation(house), territories=("west",))
    found, told = places(house, actor)
    assert set(found) == {"west"}
    assert {one["subject"] for one in told["people"]} == {"west-chief", "all-chief"}
    assert "east-chief" not in str(told)
    whole, _ = places(house, replace(actor, territories=("region-1",)))
    assert set(whole) == {"region-1", "west", "east"}
