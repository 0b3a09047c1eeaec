"""Letters follow from facts: once, on worsening, to whom it concerns."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.alerting.book import Clock, Collect, Condition, Step, Whom
from sylvan.domain.alerting.facts import About, Fact, Heard
from sylvan.domain.alerting.letters import spoken
from sylvan.domain.alerting.matching import Matcher, level_of
from sylvan.domain.alerting.memory import Memory
from sylvan.domain.alerting.people import Subscription, Watches, km_to_box
from sylvan.domain.alerting.reading import Lookups
from tests.unit.alert_tools import NIGHT, T0, engine, fact, person, rule


def told(one, facts, memory=None):
    memory = memory or Memory()
    return [letter for each in facts for letter in one.take(memory, each)]


def test_a_second_letter_comes_only_on_worsening():
    letters = told(
        engine(rule()), [fact(at, distance_km=km) for at, km in enumerate([15, 14, 9, 12, 2])]
    )
    assert [(one.grade, one.at - T0) for one in letters] == [
        ("info", timedelta(0)),
        ("warning", timedelta(minutes=2)),
        ("alarm", timedelta(minutes=4)),
    ]


@given(st.lists(st.floats(0, 40), min_size=1, max_size=30))
def test_every_worsening_comes_through_and_nothing_comes_twice(distances):
    letters = told(engine(rule()), [fact(at, distance_km=km) for at, km in enumerate(distances)])
    best, expected = 0, []
    for km in distances:
        level = sum(km <= limit for limit in (20, 10, 3))
        if level > best:
            best = level
            expected.append(("info", "warning", "alarm")[level - 1])
    assert [one.grade for one in letters] == expected
    assert len({one.id for one in letters}) == len(letters)


@given(st.lists(st.floats(0, 40), min_size=1, max_size=20), st.integers(0, 19))
def test_hearing_the_same_again_makes_the_same_letters(distances, again_from):
    """A process that died before its transaction ended begins again with what was stored."""
    facts = [fact(at, distance_km=km) for at, km in enumerate(distances)]
    once = {one.id for one in told(engine(rule()), facts)}
    memory = Memory()
    first = told(engine(rule()), facts[:again_from], memory)
    second = told(engine(rule()), facts[again_from:], memory)
    assert {one.id for one in (*first, *second)} == once


def test_what_holds_no_longer_is_told_anew_only_where_the_rule_forgets():
    seen = [fact(0, distance_km=2), fact(1, distance_km=50), fact(2, distance_km=2)]
    assert len(told(engine(rule()), seen)) == 1
    letters = told(engine(rule(forget=True)), seen)
    assert len(letters) == 2
    assert len({one.id for one in letters}) == 2


def test_a_change_is_told_and_the_same_again_is_not():
    watch = rule(tell="change", of=("status",), steps=(Step("info"),))
    seen = ["registered", "registered", "fighting", "registered"]
    letters = told(engine(watch), [fact(at, status=one) for at, one in enumerate(seen)])
    assert [one.fields["status"] for one in letters] == ["registered", "fighting", "registered"]
    assert len({one.id for one in letters}) == 3


def test_repeats_keep_their_distance_and_go_out_together():
    watch = rule(tell="change", of=("status",), steps=(Step("info"),), repeat=timedelta(minutes=30))
    letters = told(engine(watch), [fact(at, status=str(at)) for at in (0, 5, 10, 31, 90)])
    due = [(one.due_at - T0).total_seconds() / 60 for one in letters]
    assert due == [0, 30, 30, 60, 90]
    assert letters[1].digest == letters[2].digest != ""
    assert letters[4].digest == ""


def test_what_gets_worse_does_not_wait_for_a_repeat():
    watch = rule(repeat=timedelta(hours=1))
    letters = told(engine(watch), [fact(0, distance_km=15), fact(1, distance_km=2)])
    assert [one.due_at for one in letters] == [one.at for one in letters]


def test_only_those_who_reach_the_place_are_told():
    people = [person("here", "dispatcher", "suntarsky"), person("there", "dispatcher", "gorny")]
    assert [
        one.recipient for one in told(engine(rule(), people=people), [fact(distance_km=2)])
    ] == ["here"]


def test_who_does_not_hear_of_the_kind_is_not_told():
    people = [person("deaf", "dispatcher", hears=frozenset({"notice.changed"}))]
    assert told(engine(rule(), people=people), [fact(distance_km=2)]) == []


def test_a_fire_that_grows_into_a_territory_is_told_there_too():
    people = [person("a", "dispatcher", "suntarsky"), person("b", "dispatcher", "gorny")]
    both = ("suntarsky", "gorny")
    one, memory = engine(rule(), people=people), Memory()
    first = told(one, [fact(0, distance_km=9)], memory)
    grown = told(one, [fact(1, distance_km=9, territories=both)], memory)
    again = told(one, [fact(2, distance_km=9, territories=both)], memory)
    assert [[each.recipient for each in some] for some in (first, grown, again)] == [
        ["a"],
        ["b"],
        [],
    ]


def test_a_rule_that_reaches_nobody_stays_news_for_whoever_comes():
    memory = Memory()
    assert (
        told(engine(rule(), people=[person("x", "viewer")]), [fact(0, distance_km=2)], memory) == []
    )
    assert len(told(engine(rule()), [fact(1, distance_km=2)], memory)) == 1


def test_a_merged_fire_hands_on_what_was_told():
    one, memory = engine(rule()), Memory()
    told(one, [fact(0, thread="fire:a", distance_km=9)], memory)
    merged = Heard(
        9, "fire.merged", "a", T0 + timedelta(minutes=1), {"status": "merged", "merged_into": "b"}
    )
    assert one.hear(memory, merged, Lookups()) == []
    assert told(one, [fact(2, thread="fire:b", distance_km=9)], memory) == []
    assert [x.grade for x in told(one, [fact(3, thread="fire:b", distance_km=2)], memory)] == [
        "alarm"
    ]


LATE = Clock(
    "registered", About.FIRE, (Condition("status", frozenset({"signal"})),), "received_at", (2, 10)
)


def late_rule():
    steps = (Step("info"), Step("alarm", (Condition("step", least=2),)))
    return rule("late", about=About.CLOCK, steps=steps, forget=True)


def signal(at, status="signal", thread="fire:1"):
    return fact(at, thread, status=status, received_at="2026-07-17T03:00:00Z")


def test_a_clock_counts_from_its_field_and_is_worse_at_each_step():
    one, memory = engine(late_rule(), clocks=(LATE,)), Memory()
    one.take(memory, signal(1.5))
    assert one.advance(memory, T0 + timedelta(minutes=1.9)) == []
    first = one.advance(memory, T0 + timedelta(minutes=5))
    second = one.advance(memory, T0 + timedelta(minutes=60))
    assert [(each.grade, (each.at - T0).total_seconds() / 60) for each in (*first, *second)] == [
        ("info", 2),
        ("alarm", 10),
    ]


def test_what_is_done_in_time_is_never_late():
    one, memory = engine(late_rule(), clocks=(LATE,)), Memory()
    one.take(memory, signal(0))
    one.take(memory, signal(1.9, "registered"))
    assert one.advance(memory, T0 + timedelta(hours=1)) == []


@given(
    st.lists(
        st.tuples(st.floats(0, 30), st.sampled_from(["signal", "registered"]), st.integers(1, 3)),
        min_size=1,
        max_size=15,
    ),
    st.lists(st.floats(0, 40), max_size=10),
)
def test_looking_at_clocks_more_often_changes_no_letter(steps, looks):
    """The job looks each second, a try-out only when something happened."""
    steps = sorted(steps, key=lambda step: step[0])
    heard = [
        Heard(
            number,
            "fire.changed",
            str(which),
            T0 + timedelta(minutes=at),
            {"status": status, "received_at": (T0 + timedelta(minutes=at)).isoformat()},
            ("suntarsky",),
        )
        for number, (at, status, which) in enumerate(steps, 1)
    ]
    end = T0 + timedelta(hours=2)

    def run(ticks):
        one, memory, made = engine(late_rule(), clocks=(LATE,)), Memory(), []
        left = sorted(ticks)
        for each in heard:
            while left and T0 + timedelta(minutes=left[0]) <= each.at:
                made += one.advance(memory, T0 + timedelta(minutes=left.pop(0)))
            made += one.hear(memory, each, Lookups())
        return [(each.id, each.at, each.due_at) for each in (*made, *one.advance(memory, end))]

    assert run(looks) == run([])


def test_an_alarm_without_an_answer_is_late_and_an_answer_stops_the_clock():
    asks = rule(answer=timedelta(minutes=10))
    unanswered = Clock("acknowledged", About.CLOCK, (), "", (0,))
    nag = rule("nag", about=About.CLOCK, steps=(Step("warning"),), to=(Whom(("chief",)),))
    people = [person(), person("chief", "chief")]

    def run(answer):
        one, memory = engine(asks, nag, people=people, clocks=(unanswered,)), Memory()
        (alarm,) = one.take(memory, fact(0, distance_km=2))
        assert alarm.answer_by == T0 + timedelta(minutes=10)
        if answer:
            moment = T0 + timedelta(minutes=9)
            said = {"state": "answered"}
            one.hear(memory, Heard(5, "alert.changed", str(alarm.id), moment, said), Lookups())
            said = {"state": "open"}
            one.hear(memory, Heard(6, "alert.changed", str(alarm.id), moment, said), Lookups())
        return [each.recipient for each in one.advance(memory, T0 + timedelta(hours=1))]

    assert run(answer=False) == ["chief"]
    assert run(answer=True) == []


def test_an_answer_that_is_asked_for_at_night_is_counted_from_the_morning():
    asks = rule(answer=timedelta(minutes=10), answer_from="info", quiet=NIGHT)
    (letter,) = told(engine(asks), [fact(60 * 11, distance_km=15)])  # 23:00 in Yakutsk
    assert letter.answer_by == letter.due_at + timedelta(minutes=10)
    assert letter.due_at > letter.at


def test_channels_of_a_rule_come_in_its_order_and_a_demo_has_the_screen_alone():
    chosen = rule(channels=("mail", "screen"))
    (letter,) = told(engine(chosen), [fact(distance_km=2)])
    assert [one.channel for one in letter.contacts] == ["mail", "screen"]
    (letter,) = told(engine(chosen, channels=("screen",), drill=True), [fact(distance_km=2)])
    assert [one.channel for one in letter.contacts] == ["screen"]
    assert letter.drill


def test_a_letter_carries_names_in_every_language_for_whoever_is_told_next():
    names = {"settlement": {"ru": "Сунтар", "en": "Suntar"}}
    (letter,) = told(engine(rule()), [replace(fact(distance_km=2), names=names)])
    assert letter.language == "ru"
    assert spoken(letter.fields, "ru")["settlement"] == "Сунтар"
    assert spoken(letter.fields, "en")["settlement"] == "Suntar"
    assert spoken(letter.fields, "sah")["settlement"] == "Сунтар"
    assert spoken(letter.fields, "en")["distance_km"] == 2


def test_a_place_is_watched_for_each_subscription_by_its_own_distance():
    near = Subscription(fact().fire_id, "duty", "place", (117.6, 62.1), 10.0)
    watches = Watches([near])
    one = engine(rule(to=(Whom(watch="place"),)), watches=watches)
    here = Fact(
        **{name: getattr(fact(), name) for name in Fact.__dataclass_fields__}
        | {"point": (117.6, 62.16)}
    )
    (letter,) = told(one, [here])
    assert letter.grade == "warning"
    assert 6 < letter.fields["distance_km"] < 7.5


def test_distance_to_a_box_across_the_date_line_is_the_short_way():
    places = [[179.9, 70.0], [-179.9, 70.0], [0.0, 70.0]]
    told_km = km_to_box(np.array(places), (179.95, 69.9, -179.95, 70.1))
    assert max(told_km[:2]) < 3
    assert told_km[2] > 4000


words = st.sampled_from(["signal", "registered", "fighting"])
tests = st.one_of(
    st.builds(
        lambda lo, hi: Condition("distance_km", least=min(lo, hi), most=max(lo, hi)),
        st.floats(0, 50),
        st.floats(0, 50),
    ),
    st.builds(lambda one: Condition("status", frozenset(one)), st.sets(words, min_size=1)),
    st.builds(lambda one: Condition("status", none_of=frozenset(one)), st.sets(words, min_size=1)),
    st.builds(lambda one: Condition("sources", frozenset(one)), st.sets(words, min_size=1)),
    st.builds(lambda known: Condition("growth_ha_h", known=known), st.booleans()),
    st.builds(lambda one: Condition("shown", frozenset({one})), st.sampled_from(["true", "false"])),
)
values = st.fixed_dictionaries(
    {
        "distance_km": st.none() | st.floats(0, 50),
        "status": st.none() | words,
        "sources": st.lists(words, max_size=2).map(tuple),
        "growth_ha_h": st.none() | st.floats(0, 9),
        "shown": st.none() | st.booleans(),
    }
)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(
            st.lists(tests, max_size=3),
            st.lists(st.lists(tests, max_size=2), min_size=1, max_size=3),
        ),
        min_size=1,
        max_size=8,
    ),
    values,
)
def test_all_rules_at_once_say_what_a_plain_loop_over_them_says(shapes, said):
    rules = [
        rule(str(at), tests=tuple(when), steps=tuple(Step("info", tuple(one)) for one in steps))
        for at, (when, steps) in enumerate(shapes)
    ]
    seen = fact(**said)
    found = {one.name: level for one, level in Matcher(rules).levels(seen)}
    plain = {one.name: level_of(one, seen.values) for one in rules}
    assert found == {name: level for name, level in plain.items() if level}


def test_what_is_collected_says_so_and_an_alarm_does_not_wait():
    both = rule(collect=Collect(minutes=15))
    first, second = told(engine(both), [fact(1, distance_km=15), fact(2, distance_km=2)])
    assert first.due_at == T0 + timedelta(minutes=15)
    assert first.digest
    assert (second.due_at, second.digest) == (second.at, "")


def test_who_is_on_duty_is_told_at_night_and_others_in_the_morning():
    people = [person("awake", "dispatcher"), person("asleep", "official")]
    groups = (Whom(("dispatcher",), on_duty=True), Whom(("official",)))
    night = fact(60 * 12, distance_km=15)  # midnight in Yakutsk
    letters = told(engine(rule(to=groups, quiet=NIGHT), people=people), [night])
    put_off = {one.recipient: one.due_at - one.at for one in letters}
    assert put_off == {"awake": timedelta(0), "asleep": timedelta(hours=7)}
