"""Somebody has it: by screen, link, reply; and what happens while nobody says so."""

import re
from dataclasses import replace
from email.message import EmailMessage
from uuid import UUID

import pytest

from sylvan.domain.alerting.letters import Contact
from sylvan.domain.alerting.mail_replies import message_id
from sylvan.domain.alerting.messages import Sent
from sylvan.domain.codes import Forbidden, NotFound
from tests.db.alert_tools import PLACE, asking, letter, office
from tests.db.helpers import operator

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
LATIN = PLACE | {"settlement": "Namtsy"}
SMS, MAIL = Contact("sms", "+79140000001"), Contact("mail", "a@b.example")
CHANNELS = {
    "channels": {
        "screen": {"kind": "screen"},
        "sms": {
            "kind": "sms",
            "url": "http://127.0.0.1:9/send",
            "params": {"to": "{to}", "text": "{text}"},
        },
        "mail": {"kind": "mail", "host": "127.0.0.1", "from": "a@sylvan.example", "tls": "none"},
    },
    "replies": {
        "gateways": {
            "kannel": {"secret_env": "TEST_WORD", "channels": ["sms"]},
            "post": {"secret_env": "TEST_WORD", "channels": ["mail"]},
            "closed": {"secret_env": "TEST_UNSET", "channels": ["sms"]},
        }
    },
}
LADDERS = {
    "people": {
        "chief": {"contacts": [{"channel": "sms", "address": "+79140000099"}]},
        "head": {
            "language": "en",
            "contacts": [{"channel": "mail", "address": "head@b.example"}],
        },
    },
    "ladders": [
        {
            "name": "alarms",
            "grades": ["alarm"],
            "steps": [
                {"after_min": 3, "next_way": True},
                {"after_min": 6, "next_way": True, "to": ["chief"]},
                {"after_min": 10, "to": ["chief", "head"]},
            ],
        }
    ],
}


@pytest.fixture
def place(fresh_db_url, tmp_path, monkeypatch):
    monkeypatch.setenv("TEST_WORD", "word")
    with office(
        fresh_db_url, tmp_path, CHANNELS, LADDERS, public_url="https://sylvan.example"
    ) as made:
        yield made


def climb(made, **span) -> int:
    made.clock.advance(**span)
    return made.post.escalating.climb()


def states(made) -> list[tuple[str, str, str]]:
    return [(one["channel"], one["address"], one["state"]) for one in made.messages()]


def send_all(made) -> list:
    """Everything that waits goes out."""
    sent = []
    for name in ("sms", "mail"):
        parcels = made.post.queue.lease(made.rule(name), 100, [])
        made.post.queue.note(made.rule(name), [(one, Sent("OK")) for one in parcels])
        sent += parcels
    return sent


def alerts(made) -> dict[str, dict]:
    return {one["recipient"]: one for one in made.rows("select * from alert")}


def test_without_an_answer_it_goes_up_the_ladder_and_ends_on_record(place):
    place.put(asking(1, Contact("screen"), SMS, MAIL))
    assert states(place) == [("screen", "", "sent")]
    assert climb(place, minutes=2) == 0
    assert climb(place, minutes=1) == 1
    assert states(place)[1:] == [("sms", "+79140000001", "waiting")]
    climb(place, minutes=3)
    assert states(place)[2:] == [
        ("mail", "a@b.example", "waiting"),
        ("sms", "+79140000099", "waiting"),
    ]
    climb(place, minutes=4)
    assert states(place)[4:] == [("mail", "head@b.example", "waiting")]
    assert "km away" in alerts(place)["contact:head"]["subject"]
    climb(place, minutes=4)
    assert alerts(place)["person-1"]["unreached"]
    assert climb(place, minutes=600) == 0
    acts = [one["action"] for one in place.rows("select action from audit order by id")]
    assert acts == ["alert.escalated"] * 3 + ["alert.unanswered"]


def test_the_letters_own_term_sets_the_first_step(place):
    place.put(asking(1, Contact("screen"), SMS, minutes=20))
    assert climb(place, minutes=19) == 0
    assert climb(place, minutes=1) == 1
    assert climb(place, minutes=2) == 0
    assert climb(place, minutes=1) == 1


def test_an_answer_on_the_screen_stops_the_ladder_for_all(place):
    place.put(asking(1, Contact("screen"), SMS))
    climb(place, minutes=3)
    me = replace(operator(place.house), subject="person-1")
    told = place.post.answers.on_screen(me, alerts(place)["person-1"]["id"])
    assert (told.state, told.answered_by, told.answered_how) == ("answered", "person-1", "screen")
    assert states(place)[1:] == [("sms", "+79140000001", "stopped")]
    assert climb(place, minutes=60) == 0
    place.post.answers.on_screen(me, told.id)
    assert len(place.rows("select 1 from audit where action = 'alert.answered'")) == 1


def test_nobody_answers_for_another_on_the_screen(place):
    place.put(asking(1))
    other = replace(operator(place.house), subject="person-2")
    with pytest.raises(NotFound, match=r"alerts\.unknown"):
        place.post.answers.on_screen(other, alerts(place)["person-1"]["id"])


def token_of(parcel) -> str:
    return parcel.message.link.rpartition("/")[2]


def test_looking_at_a_link_answers_nothing_and_sending_the_form_does(place):
    place.put(asking(1, MAIL))
    (parcel,) = send_all(place)
    for _ in range(3):
        assert place.post.answers.look(token_of(parcel)).answered_at is None
    assert place.post.answers.by_link(token_of(parcel)).answered_how == "link"
    (row,) = place.rows("select actor, changes from audit where action = 'alert.answered'")
    assert (row["actor"], row["changes"]["how"]) == ("person-1", "link")


def test_an_answer_of_whoever_was_told_besides_stops_it_for_the_first(place):
    place.put(asking(1, SMS))
    for minutes in (3, 3):
        climb(place, minutes=minutes)
    parcels = {one.message.address: one for one in send_all(place)}
    place.post.answers.by_link(token_of(parcels["+79140000099"]))
    assert {one["answered_by"] for one in alerts(place).values()} == {"contact:chief"}
    assert climb(place, minutes=600) == 0


@pytest.mark.parametrize("change", [0, 8, -1])
def test_a_link_that_was_touched_opens_nothing(place, change):
    place.put(asking(1, MAIL))
    (parcel,) = send_all(place)
    token = token_of(parcel)
    other = "b" if token[change] == "a" else "a"
    forged = token[:change] + other + token[len(token) + change + 1 if change < 0 else change + 1 :]
    with pytest.raises(NotFound, match=r"alerts\.link"):
        place.post.answers.by_link(forged)


def test_the_mark_of_a_mail_is_no_link(place):
    place.put(asking(1, MAIL))
    (parcel,) = send_all(place)
    mark = place.post.queue.keys.seals.write(parcel.message.id, "mail")
    with pytest.raises(NotFound, match=r"alerts\.link"):
        place.post.answers.look(mark)


def reply(made, text: str, sender: str = "+79140000001", secret: str = "word"):
    return made.post.answers.reply("kannel", secret, sender, text).result


def test_a_reply_by_sms_from_the_right_number_answers(place):
    place.put(asking(1, SMS))
    send_all(place)
    assert reply(place, "ОК", sender="+79149999999") == "nothing_waits"
    assert reply(place, "где это?") == "not_understood"
    assert reply(place, " Принято!") == "answered"
    assert reply(place, "ok") == "nothing_waits"
    assert alerts(place)["person-1"]["answered_how"] == "reply"


def test_with_two_alerts_open_a_reply_must_say_which(place):
    place.put(asking(1, SMS), asking(2, SMS))
    parcels = send_all(place)
    assert reply(place, "ок") == "ambiguous"
    code = parcels[1].message.text.rpartition(" ")[2]
    assert reply(place, f"ок {code}") == "answered"
    answered = {name for name, one in alerts(place).items() if one["answered_at"]}
    assert len(answered) == 1
    assert reply(place, "ок") == "answered"


def test_a_reply_that_is_too_late_counts_for_nothing(place):
    place.put(asking(1, SMS))
    send_all(place)
    place.clock.advance(hours=25)
    assert reply(place, "ок") == "nothing_waits"


@pytest.mark.parametrize(("name", "secret"), [("kannel", "x"), ("none", "word"), ("closed", "")])
def test_a_gateway_needs_its_secret(place, name, secret):
    with pytest.raises(Forbidden, match=r"alerts\.gateway"):
        place.post.answers.reply(name, secret, "+79140000001", "ок")


def mail(made, parcel, text: str, **headers: str) -> bytes:
    token = made.post.queue.keys.seals.write(parcel.message.id, "mail")
    answer = EmailMessage()
    answer["From"] = headers.pop("sender", "Chief <a@b.example>")
    answer["In-Reply-To"] = message_id(token, 1, "sylvan.example")
    for name, value in headers.items():
        answer[name.replace("_", "-")] = value
    answer.set_content(text)
    return bytes(answer)


def mail_reply(made, raw: bytes) -> str:
    return made.post.answers.mail_reply("post", "word", raw).result


def test_a_reply_by_mail_names_the_mail_and_comes_from_its_reader(place):
    place.put(asking(1, MAIL))
    (parcel,) = send_all(place)
    assert mail_reply(place, mail(place, parcel, "> Принято?\nГде это?")) == "not_understood"
    absent = mail(place, parcel, "ok", Auto_Submitted="auto-replied")
    assert mail_reply(place, absent) == "automatic"
    other = mail(place, parcel, "ok", sender="x@y.example")
    assert mail_reply(place, other) == "other_sender"
    assert mail_reply(place, b"From: a@b.example\n\nok") == "nothing_waits"
    assert (
        mail_reply(place, mail(place, parcel, "Принял, выезжаем\n\n> Огонь в 4 км")) == "answered"
    )


def test_what_asks_for_nothing_never_climbs(place):
    place.put(letter(1, SMS))
    assert climb(place, hours=24) == 0


def test_the_inbox_speaks_the_screens_language_and_what_left_the_house_its_own(place):
    me = operator(place.house)
    place.put(asking(1, Contact("screen"), recipient=me.subject, fields=LATIN), letter(2, SMS))
    views = place.post.views
    (kept,) = views.inbox(me, 10)["alerts"]
    (shown,) = views.inbox(me, 10, None, "en")["alerts"]
    (russian,) = views.inbox(me, 10, None, "ru")["alerts"]
    assert (kept["language"], shown["language"]) == ("ru", "en")
    assert russian == kept
    assert not CYRILLIC.search(shown["text"])
    assert CYRILLIC.search(kept["text"])
    assert not CYRILLIC.search(shown["subject"])
    (unknown,) = views.inbox(me, 10, None, "sah")["alerts"]
    assert unknown == kept
    answered = views.told(place.post.answers.on_screen(me, UUID(shown["id"])), me.world, "en")
    assert (answered["subject"], answered["answered_how"]) == (shown["subject"], "screen")
