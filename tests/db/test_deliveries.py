"""From a due letter to the queue: once each, way after way, and nothing lost."""

from datetime import timedelta

import pytest

from sylvan.domain.alerting.letters import Contact
from sylvan.domain.alerting.messages import Failed, Sent
from sylvan.domain.worlds import WorldKind
from tests.db.alert_tools import asking, letter, office
from tests.db.helpers import operator, replay_world

SMS, MAIL, SCREEN = (
    Contact("sms", "+79140000001"),
    Contact("mail", "a@b.example"),
    Contact("screen"),
)
HOOK = {"kind": "webhook", "secret_env": "TEST_SECRET"}
CHANNELS = {
    "channels": {
        "screen": {"kind": "screen"},
        "sms": {
            "kind": "sms",
            "url": "http://127.0.0.1:9/send",
            "params": {"to": "{to}", "text": "{text}"},
            "sending": {"tries": 2, "at_once": 100},
        },
        "mail": {"kind": "mail", "host": "127.0.0.1", "from": "a@sylvan.example", "tls": "none"},
        "off": {"kind": "mail", "host": "x", "from": "a@sylvan.example", "enabled": False},
    }
}


@pytest.fixture
def place(fresh_db_url, tmp_path):
    with office(fresh_db_url, tmp_path, CHANNELS) as made:
        yield made


def states(made) -> list[tuple[str, str]]:
    return [(one["channel"], one["state"]) for one in made.messages()]


def lease(made, channel: str = "sms", most: int = 100):
    return made.post.queue.lease(made.rule(channel), most, [])


def note(made, done, channel: str = "sms") -> None:
    made.post.queue.note(made.rule(channel), done)


def test_the_same_letter_told_twice_goes_out_once(place):
    assert place.put(letter(1, SMS)) == 1
    with place.engine.begin() as conn:
        assert place.post.deliveries.put(conn, [letter(1, SMS), letter(1, SMS)]) == []
    assert states(place) == [("sms", "waiting")]


def test_the_inbox_has_it_at_once_and_screens_are_told_without_words_or_names(place):
    place.put(letter(1, recipient="ivanova"))
    assert states(place) == [("screen", "sent")]
    (event,) = place.rows("select kind, body, territories from outbox where kind = 'alert.changed'")
    assert event["territories"] == ["sakha"]
    assert "ivanova" not in str(event)
    assert "Бердигестях" not in str(event)
    assert event["body"]["reader"] == place.post.views.inbox(_me(place, "ivanova"), 5)["reader"]


def _me(place, subject: str):
    from dataclasses import replace  # noqa: PLC0415

    return replace(operator(place.house), subject=subject)


def test_a_way_that_fails_for_good_is_followed_by_the_next_one(place):
    place.put(letter(1, SMS, MAIL))
    (parcel,) = lease(place)
    note(place, [(parcel, Failed("no such number", again=False))])
    assert states(place) == [("sms", "dead"), ("mail", "waiting")]


def test_ways_that_cannot_be_gone_are_passed_over_and_told(place):
    place.put(letter(1, Contact("nowhere", "x"), Contact("off", "x@y.example"), MAIL))
    assert states(place) == [("nowhere", "dead"), ("off", "dead"), ("mail", "waiting")]
    place.put(letter(2, Contact("nowhere", "x")))
    assert [one["unreached"] for one in place.rows("select * from alert order by recipient")] == [
        False,
        True,
    ]


def test_tries_are_spread_and_end_after_their_number(place):
    place.put(letter(1, SMS))
    (first,) = lease(place)
    note(place, [(first, Failed("503", again=True))])
    assert lease(place) == []
    place.clock.advance(seconds=6)
    (second,) = lease(place)
    assert (second.number, second.message.key) == (2, first.message.key)
    note(place, [(second, Failed("503", again=True))])
    assert states(place) == [("sms", "dead")]
    tries = place.rows("select number, outcome, answer from attempt order by number")
    assert [(one["number"], one["outcome"]) for one in tries] == [(1, "again"), (2, "again")]


def test_what_waits_too_long_goes_the_next_way(place):
    place.put(letter(1, SMS, MAIL))
    place.clock.advance(minutes=29)
    assert place.post.queue.give_up(place.rule("sms")) == 0
    place.clock.advance(minutes=2)
    assert place.post.queue.give_up(place.rule("sms")) == 1
    assert states(place) == [("sms", "dead"), ("mail", "waiting")]


def test_a_sender_that_dies_in_between_is_followed_and_that_is_told(place):
    place.put(letter(1, SMS))
    (lost,) = lease(place)
    assert lease(place) == []
    place.clock.advance(minutes=5)
    (found,) = lease(place)
    note(place, [(lost, Sent("late word of the dead"))])
    assert states(place) == [("sms", "sending")]
    note(place, [(found, Sent("0: Accepted"))])
    (row,) = place.post.views.log(
        operator(place.house), state=None, channel=None, fire_id=None, before=None, limit=5
    )["messages"]
    assert (row["state"], row["maybe_twice"], row["tries"]) == ("sent", True, 2)


def test_two_senders_never_hold_the_same_message(place):
    place.put(*(letter(number, SMS) for number in range(50)))
    with place.engine.connect() as other:
        other.exec_driver_sql("select 1 from delivery where mod(id, 2) = 0 for update")
        mine = lease(place)
    theirs = lease(place)
    ids = [one.message.id for one in (*mine, *theirs)]
    assert len(mine) == len(theirs) == 25
    assert len(set(ids)) == 50


def test_alarms_go_first(place):
    place.put(letter(1, SMS, grade="info"), letter(2, SMS), letter(3, SMS, grade="warning"))
    assert [one.message.grade for one in lease(place)] == ["alarm", "warning", "info"]


def test_a_digest_is_one_message_and_each_of_its_letters_goes_out_once(place):
    parts = [letter(1, SMS, dedupe=f"part-{n}", digest="morning", grade="info") for n in range(3)]
    place.put(*parts)
    (row,) = place.rows("select subject, parts from alert")
    assert len(row["parts"]) == 3
    assert "3" in row["subject"]
    assert states(place) == [("sms", "waiting")]
    with place.engine.begin() as conn:
        assert place.post.deliveries.put(conn, parts[:2]) == []


def test_a_replay_reaches_nobody_outside_and_says_what_it_is(place):
    world = replay_world(place.house, "august")
    place.put(letter(1, SMS, MAIL, SCREEN, world=world.id))
    assert states(place) == [("sms", "held"), ("mail", "held"), ("screen", "sent")]
    (row,) = place.rows('select subject, "full", short, unreached from alert')
    assert all("REPLAY" in row[name] for name in ("subject", "full", "short"))
    assert not row["unreached"]
    held = place.messages()[0]["id"]
    with pytest.raises(Exception, match=r"alerts\.not_again"):
        place.post.views.again(operator(place.house, "august"), held)


def test_every_message_of_a_drill_says_so(place):
    world = place.house.worlds.open(WorldKind.DRILL, "drill", place.house.worlds.live().clock)
    place.put(letter(1, SMS, world=world.id), letter(2, SMS, drill=True))
    for parcel in lease(place):
        assert parcel.message.drill is (parcel.message.text.find("УЧЕНИЕ") == 0)
        assert "УЧЕНИЕ" in parcel.message.subject
    assert len(place.messages()) == 2


def test_people_send_a_message_again_with_a_new_mark(place):
    place.put(letter(1, SMS))
    (first,) = lease(place)
    note(place, [(first, Failed("no such number", again=False))])
    told = place.post.views.again(operator(place.house), first.message.id)
    assert told["state"] == "waiting"
    (second,) = lease(place)
    assert second.message.key != first.message.key
    assert second.tries == 1
    (row,) = place.rows("select actor from audit where action = 'alert.resent'")
    assert row["actor"] == "local"


def test_a_letter_of_a_world_that_is_gone_stops_no_other(place):
    place.put(letter(1, SMS, world=77), letter(2, SMS))
    assert states(place) == [("sms", "waiting")]


def test_letters_that_ask_carry_how_to_answer_and_others_do_not(place):
    object.__setattr__(place.post.queue, "address", "https://sylvan.example")
    place.put(asking(1, MAIL), letter(2, MAIL))
    texts = {one.message.link != "": one.message.text for one in lease(place, "mail")}
    assert "https://sylvan.example/a/" in texts[True]
    assert "https://" not in texts[False]


def test_nothing_is_taken_over_before_it_is_due(place):
    assert place.put(letter(1, SMS, due_at=place.clock() + timedelta(minutes=1))) == 0
    place.clock.advance(minutes=2)
    assert place.post.deliveries.collect() == 1
