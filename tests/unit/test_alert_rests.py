"""A dead sink rests, and what was under way before says nothing new about it."""

from sylvan.domain.alerting.messages import Failed, Sent
from sylvan.domain.breaker import BreakerRules
from sylvan.notify.lane import Rests

DEAD = Failed("503", again=True, sink_at_fault=True)


class Standing(Rests):
    at = 0.0


def made_at(at: float = 0.0) -> Standing:
    found = Standing(BreakerRules(2, 10.0, 40.0))
    found.now = lambda: found.at
    found.at = at
    return found


def test_it_rests_after_failures_in_a_row_and_is_asked_again_later():
    one = made_at()
    one.heard("a", DEAD)
    assert one.resting() == []
    one.heard("a", DEAD)
    assert one.resting() == ["a"]
    one.at = 11.0
    assert one.resting() == []
    one.heard("a", Sent())
    one.heard("a", DEAD)
    assert one.resting() == []


def test_what_was_under_way_when_it_began_to_rest_does_not_lengthen_the_rest():
    one = made_at()
    for _ in range(50):
        one.heard("a", DEAD)
    one.at = 11.0
    assert one.resting() == []


def test_an_address_that_is_refused_says_nothing_of_its_sink():
    one = made_at()
    for _ in range(50):
        one.heard("a", Failed("550", again=False))
    assert one.resting() == []
