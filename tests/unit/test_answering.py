"""Who answers for a territory: from above, by level, and only whoever can be counted on."""

import pytest

from sylvan.domain.actors import Level
from sylvan.domain.answering import Duty, Ground, Holder, Place, Standing

PLACE = Place("suntarsky", "municipality", {}, ("yakutia",))
ORDER = (Level.CREW, Level.STATION, Level.DISTRICT, Level.MUNICIPALITY, Level.REGION)


def holder(name, *where, role="dispatcher", level=Level.REGION, standing=Standing.ABLE):
    return Holder(name, name, role, level, where, "", standing)


def powers(one):
    return {
        "dispatcher": frozenset({Duty.REGISTER, Duty.APPROVE}),
        "clerk": frozenset({Duty.REGISTER}),
    }.get(one.role, frozenset())


def least(level):
    return lambda one: ORDER.index(one.level) >= ORDER.index(level)


RUNGS = {"station": least(Level.STATION), "republic": least(Level.REGION)}


def judge(*holders, told=("somebody",), rungs=RUNGS, place=PLACE):
    return Ground(holders, powers, lambda _: told, rungs).judge(place)


def test_whoever_has_the_region_or_everything_answers_for_what_lies_in_it():
    for where in ("*", "yakutia", "suntarsky"):
        found = judge(holder("d", where))
        assert found.able[Duty.REGISTER] == ("d",)
        assert found.gaps == ()
    assert judge(holder("d", "gorny")).gaps == (Duty.REGISTER, Duty.APPROVE)


@pytest.mark.parametrize(
    "standing", [Standing.INVITED, Standing.UNSEEN, Standing.LOCKED, Standing.DISABLED]
)
def test_whoever_cannot_be_counted_on_counts_as_nobody_and_is_named(standing):
    found = judge(holder("d", "suntarsky", standing=standing))
    assert found.gaps == (Duty.REGISTER, Duty.APPROVE)
    assert (found.own, found.unable) == (("d",), ("d",))


def test_requests_that_only_a_higher_level_may_answer_are_a_gap_of_their_rungs():
    found = judge(holder("d", "suntarsky", level=Level.DISTRICT))
    assert found.able[Duty.APPROVE] == ("d",)
    assert (found.rungs, found.gaps) == (("republic",), (Duty.APPROVE,))
    above = holder("chief", "*")
    assert judge(holder("d", "suntarsky", level=Level.DISTRICT), above).gaps == ()


def test_a_level_alone_approves_nothing_where_the_role_may_not():
    found = judge(holder("c", "*", role="clerk"))
    assert found.gaps == (Duty.APPROVE,)
    assert found.rungs == tuple(RUNGS)


def test_nobody_who_is_told_is_a_gap_of_its_own():
    assert judge(holder("d", "*"), told=()).gaps == (Duty.ALERTS,)


def test_neighbours_and_partners_answer_for_nothing_here():
    for level in (Level.NEIGHBOUR, Level.PARTNER):
        found = judge(holder("n", "yakutia", "suntarsky", level=level))
        assert Duty.REGISTER in found.gaps
        assert found.own == ()


def test_a_territory_that_no_layer_holds_any_more_has_no_gaps():
    gone = Place("old", "municipality", {}, (), gone=True)
    assert judge(told=(), place=gone).gaps == ()
