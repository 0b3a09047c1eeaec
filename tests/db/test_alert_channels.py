"""Channels against real protocol servers: what arrives, what comes back, what is believed."""

import base64
import os
import re
import ssl
import threading
from datetime import UTC, datetime
from itertools import product

import http_ece
import pytest
from apprise.plugins.telegram import NotifyTelegram
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from standardwebhooks import Webhook

from sylvan.domain.alerting.letters import Contact
from sylvan.domain.codes import Invalid
from sylvan.ops.certificates import Authority
from sylvan.services.base import real_clock
from sylvan.services.push import Agreed
from tests.db.alert_servers import Mailbox, Sink, http, sending, smtp, until
from tests.db.alert_tools import PLACE, asking, letter, office
from tests.db.helpers import operator

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
PATHS = ("/sendMessage", "/siren", "/push")
FAST = {"first_pause_s": 0.05, "longest_pause_s": 0.1, "rest_s": 0.1, "longest_rest_s": 0.2}


@pytest.fixture
def at(fresh_db_url, tmp_path, monkeypatch):
    """Opens an office whose channels are a test's."""
    opened = []

    def open_(channels, **settings):
        made = office(
            fresh_db_url,
            tmp_path,
            {"channels": {"screen": {"kind": "screen"}} | channels},
            clock=real_clock,
            **settings,
        )
        opened.append(made)
        return made.__enter__()

    monkeypatch.setenv("TEST_WORD", "word")
    monkeypatch.setenv("TEST_SECRET", SECRET)
    yield open_
    for made in opened:
        made.__exit__(None, None, None)


def done(place, state: str = "sent", number: int = 1):
    return until(
        lambda: len([one for one in place.messages() if one["state"] == state]) >= number,
        str(place.messages()),
    )


def mail_channel(box, **more):
    return {
        "kind": "mail",
        "host": "127.0.0.1",
        "port": box.port,
        "from": "Sylvan <duty@sylvan.example>",
        "sending": FAST,
    } | more


def test_mail_goes_over_starttls_with_a_password_and_one_thread_per_fire(at, tmp_path):
    authority = Authority(tmp_path / "tls")
    authority.init(["127.0.0.1"], now=datetime.now(UTC))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.cert, authority.key)
    with smtp(Mailbox(), context) as box:
        trusted = {"ca_file": str(authority.ca_cert), "user": "sylvan", "password_env": "TEST_WORD"}
        place = at({"mail": mail_channel(box, **trusted)}, public_url="https://sylvan.example")
        way = Contact("mail", "chief@example.org")
        place.put(asking(1, way), letter(2, way, thread="feed:x"), letter(3, way))
        with sending(place.post):
            done(place, number=3)
    assert box.over_tls == [True] * 3
    first, other, third = sorted(box.mails, key=lambda mail: str(mail["Message-ID"]))
    by_thread = {}
    for mail in (first, other, third):
        assert mail["X-To"] == "chief@example.org"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail.get_content_type() == "text/plain"
        by_thread.setdefault(str(mail["References"]), []).append(mail)
    assert sorted(len(mails) for mails in by_thread.values()) == [1, 2]
    texts = [mail.get_content() for mail in box.mails]
    assert sum("https://sylvan.example/a/" in text for text in texts) == 1
    assert all("62.03127, 129.73312" in text for text in texts)


def test_a_mail_server_without_the_right_certificate_gets_nothing(at, tmp_path):
    authority, other = Authority(tmp_path / "tls"), Authority(tmp_path / "other")
    for one in (authority, other):
        one.init(["127.0.0.1"], now=datetime.now(UTC))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.cert, authority.key)
    with smtp(Mailbox(), context) as box:
        channel = mail_channel(box, ca_file=str(other.ca_cert), sending=FAST | {"tries": 2})
        place = at({"mail": channel})
        place.put(letter(1, Contact("mail", "chief@example.org")))
        with sending(place.post):
            done(place, "dead")
    assert box.mails == []


def test_a_name_cannot_add_a_header_or_a_recipient(at):
    with smtp(Mailbox()) as box:
        place = at({"mail": mail_channel(box, tls="none")})
        nasty = {"settlement": "Село\r\nBcc: all@example.org\r\n\r\nтекст", "distance_km": 1.0}
        place.put(
            letter(1, Contact("mail", "chief@example.org"), fields=nasty),
            letter(2, Contact("mail", "a@example.org\r\nRCPT TO:<b@example.org>")),
            letter(3, Contact("mail", "a@example.org, b@example.org")),
        )
        with sending(place.post):
            done(place, "sent", 1)
            done(place, "dead", 2)
    (mail,) = box.mails
    assert (mail["X-To"], mail["Bcc"]) == ("chief@example.org", None)
    assert "\n" not in str(mail["Subject"])


def test_an_address_that_mail_refuses_does_not_rest_the_others(at):
    def refuse(address):
        return "550 no such user" if address.startswith("gone") else None

    with smtp(Mailbox(refuse=refuse)) as box:
        place = at({"mail": mail_channel(box, tls="none", sending=FAST | {"failures_to_rest": 1})})
        ways = [Contact("mail", f"{'gone' if n % 2 else 'here'}{n}@example.org") for n in range(8)]
        place.put(*(letter(n, way) for n, way in enumerate(ways)))
        with sending(place.post):
            done(place, "sent", 4)
            done(place, "dead", 4)
    assert {one["tries"] for one in place.messages()} == {1}


def kannel(sink, **more):
    params = {
        "username": "sylvan",
        "password": "${TEST_WORD}",
        "to": "{to}",
        "text": "{text}",
        "coding": "{coding}",
        "charset": "UTF-8",
    }
    return {
        "kind": "sms",
        "url": f"{sink.url}/cgi-bin/sendsms",
        "params": params,
        "sending": FAST,
    } | more


def accepts(_request):
    return 202, "0: Accepted for delivery"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sms_speaks_kannels_parameters(at, method):
    with http(Sink(accepts)) as gateway:
        place = at({"sms": kannel(gateway, method=method)})
        place.put(letter(1, Contact("sms", "+7 (914) 000-00-01")))
        with sending(place.post):
            done(place)
    (came,) = gateway.requests
    told = came.query if method == "GET" else came.form
    assert (came.method, came.path) == (method, "/cgi-bin/sendsms")
    assert (told["username"], told["password"]) == ("sylvan", "word")
    assert (told["to"], told["coding"]) == ("+79140000001", "2")
    assert told["text"].startswith("62.03127, 129.73312 ")
    assert len(told["text"]) <= 160


def test_a_gateway_that_is_dead_costs_one_try_each_until_it_is_back(at):
    broken = {"yes": True}

    def answer(request):
        return (503, "busy") if broken["yes"] else accepts(request)

    with http(Sink(answer)) as gateway:
        sends = FAST | {"failures_to_rest": 2, "tries": 40}
        place = at({"sms": kannel(gateway, sending=sends)})
        place.put(*(letter(n, Contact("sms", f"+7914000000{n}")) for n in range(5)))
        with sending(place.post):
            until(lambda: len(gateway.requests) >= 5)
            broken["yes"] = False
            done(place, number=5)
    assert {one["to"] for one in (came.query for came in gateway.requests[-5:])} == {
        f"+7914000000{n}" for n in range(5)
    }


def test_telegram_through_apprise(at, monkeypatch):
    def answer(request):
        if "blocked" in request.body.decode():
            return 403, '{"ok":false,"error_code":403,"description":"blocked by the user"}'
        return 200, '{"ok":true,"result":{"message_id":1}}'

    with http(Sink(answer)) as bot:
        monkeypatch.setattr(NotifyTelegram, "notify_url", f"{bot.url}/bot")
        monkeypatch.setenv("TEST_TOKEN", "123456789:abcdefghijklmnopqrstuvwxyz012345678")
        channel = {"kind": "apprise", "url": "tgram://${TEST_TOKEN}/{address}", "sending": FAST}
        place = at({"telegram": channel})
        place.put(letter(1, Contact("telegram", "12315544")))
        with sending(place.post):
            done(place)
    sent = [came for came in bot.requests if came.path.endswith("/sendMessage")]
    assert len(sent) == 1
    assert str(sent[0].json["chat_id"]) == "12315544"
    assert "62.03127, 129.73312" in sent[0].json["text"]


def test_apprise_tells_no_secret_of_its_address(at):
    with http(Sink(lambda _request: (500, "no"))) as other:
        channel = {
            "kind": "apprise",
            "url": f"json://user:topsecretword@127.0.0.1:{other.port}/{{address}}",
            "sending": FAST | {"tries": 1},
        }
        place = at({"other": channel})
        place.put(letter(1, Contact("other", "room")))
        with sending(place.post):
            done(place, "dead")
    assert "topsecretword" not in str(place.rows("select answer from attempt"))


def test_a_siren_gets_a_signed_request_with_one_id_for_all_tries(at):
    answers = iter([(500, "starting"), (500, "starting")])
    with http(Sink(lambda _request: next(answers, (204, "")))) as siren:
        place = at({"siren": {"kind": "webhook", "secret_env": "TEST_SECRET", "sending": FAST}})
        place.put(letter(1, Contact("siren", f"{siren.url}/siren"), drill=True))
        with sending(place.post):
            done(place)
    assert len(siren.requests) == 3
    assert len({came.headers["webhook-id"] for came in siren.requests}) == 1
    for came in siren.requests:
        told = Webhook(SECRET).verify(came.body, came.headers)
        assert told["data"]["drill"] is True
    (row,) = place.messages()
    assert (row["tries"], row["unsure"]) == (3, False)


def test_a_webhook_into_the_house_is_never_called(at, monkeypatch):
    place = at({"siren": {"kind": "webhook", "secret_env": "TEST_SECRET", "sending": FAST}})
    place.put(
        letter(1, Contact("siren", "http://10.0.0.1/siren")),
        letter(2, Contact("siren", "https://[::1]/")),
        letter(3, Contact("siren", "file:///etc/passwd")),
    )
    with sending(place.post):
        done(place, "dead", 3)
    assert {one["answer"] for one in place.messages()} <= {"inside", "plain", "no_address"}


class Browser:
    """A browser's half of Web Push: makes a subscription, reads what its service was given."""

    def __init__(self, endpoint: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.told = Agreed(endpoint, _plain(point), _plain(self.secret))

    def read(self, body: bytes) -> bytes:
        return http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret)


def _plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_web_push_is_sealed_for_the_browser_and_signed_by_this_installation(at):
    with http(Sink(lambda _request: (201, ""))) as service:
        place = at({"push": {"kind": "push", "contact": "mailto:a@b.example", "sending": FAST}})
        me = operator(place.house)
        browsers = [Browser(f"{service.url}/one"), Browser(f"{service.url}/two")]
        for browser in browsers:
            place.post.browsers.agree(me, browser.told)
        place.put(letter(1, Contact("push"), recipient=me.subject))
        with sending(place.post):
            done(place, number=2)
    by_path = {came.path: came for came in service.requests}
    for browser, path in zip(browsers, ("/one", "/two"), strict=True):
        came = by_path[path]
        assert b"62.03127, 129.73312" in browser.read(came.body)
        assert came.headers["urgency"] == "high"
        scheme, _, rest = came.headers["authorization"].partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert (scheme, parts["k"]) == ("vapid", place.post.browsers.key()["key"])
        assert Vapid02.verify(came.headers["authorization"])
    with pytest.raises(Exception, match=r"."):
        browsers[0].read(by_path["/two"].body)


def test_every_way_speaks_the_language_of_its_recipient(at, monkeypatch):
    web_told = Sink(lambda _: (200, '{"ok":true,"result":{"message_id":1}}'))
    with http(Sink(accepts)) as gateway, http(web_told) as web, smtp(Mailbox()) as box:
        monkeypatch.setattr(NotifyTelegram, "notify_url", f"{web.url}/bot")
        monkeypatch.setenv("TEST_TOKEN", "123456789:abcdefghijklmnopqrstuvwxyz012345678")
        place = at(
            {
                "mail": mail_channel(box, tls="none"),
                "sms": kannel(gateway, method="POST"),
                "telegram": {
                    "kind": "apprise",
                    "url": "tgram://${TEST_TOKEN}/{address}",
                    "sending": FAST,
                },
                "siren": {"kind": "webhook", "secret_env": "TEST_SECRET", "sending": FAST},
                "push": {"kind": "push", "contact": "mailto:a@b.example", "sending": FAST},
            }
        )
        me, browser = operator(place.house), Browser(f"{web.url}/push")
        place.post.browsers.agree(me, browser.told)
        ways = (
            Contact("mail", "a@b.example"),
            Contact("sms", "+79140000001"),
            Contact("telegram", "12315544"),
            Contact("siren", f"{web.url}/siren"),
            Contact("push"),
        )
        latin = PLACE | {"settlement": "Namtsy"}
        for number, (way, language) in enumerate(product(ways, ("ru", "en"))):
            to = me.subject if way.channel == "push" else f"person-{number}"
            place.put(letter(number, way, language=language, fields=latin, recipient=to))
        with sending(place.post):
            done(place, number=len(ways) * 2)
    came = {path: [one for one in web.requests if one.path.endswith(path)] for path in PATHS}
    texts = {
        "mail": [mail.get_content() for mail in box.mails],
        "sms": [one.form["text"] for one in gateway.requests],
        "telegram": [one.json["text"] for one in came["/sendMessage"]],
        "siren": [one.json["data"]["text"] for one in came["/siren"]],
        "push": [browser.read(one.body).decode() for one in came["/push"]],
    }
    for name, told in texts.items():
        assert sorted(bool(CYRILLIC.search(one)) for one in told) == [False, True], name


def test_a_browser_that_is_gone_is_forgotten_and_the_next_way_is_gone(at):
    with http(Sink(lambda _request: (410, "gone"))) as service:
        place = at({"push": {"kind": "push", "contact": "mailto:a@b.example", "sending": FAST}})
        me = operator(place.house)
        place.post.browsers.agree(me, Browser(f"{service.url}/one").told)
        place.put(letter(1, Contact("push"), Contact("screen"), recipient=me.subject))
        with sending(place.post):
            done(place, "dead")
    assert [(one["channel"], one["state"]) for one in place.messages()] == [
        ("push", "dead"),
        ("screen", "sent"),
    ]
    assert place.rows("select * from push_subscription") == []


@pytest.mark.parametrize(
    ("endpoint", "code"),
    [
        ("https://10.0.0.1/x", "problem.outward_inside"),
        ("http://93.184.215.14/x", "problem.outward_plain"),
        ("javascript:alert(1)", "problem.outward_address"),
    ],
)
def test_a_push_service_inside_the_house_is_refused(at, endpoint, code):
    place = at({})
    with pytest.raises(Invalid, match=code):
        place.post.browsers.agree(operator(place.house), Browser(endpoint).told)


def test_a_key_that_is_no_point_is_refused(at):
    place = at({})
    told = Browser("https://127.0.0.1/x").told
    for bad in (
        Agreed(told.endpoint, told.auth, told.auth),
        Agreed(told.endpoint, told.p256dh, "short"),
    ):
        with pytest.raises(Invalid, match=r"alerts\.push_key"):
            place.post.browsers.agree(operator(place.house), bad)


def test_a_dead_sink_holds_no_other_up(at):
    """One webhook never answers; fifty others are served while it still hangs."""
    open_ = threading.Event()

    def hangs(_request):
        open_.wait(60)
        return 200, "late"

    with http(Sink(hangs)) as dead, http(Sink(), "127.0.0.2") as alive:
        sends = FAST | {"at_once": 8, "at_once_each": 2, "patience_s": 55}
        channel = {"kind": "webhook", "secret_env": "TEST_SECRET", "sending": sends}
        place = at({"siren": channel})
        # the same channel, two hosts: the first hangs, the second answers
        slow = [letter(n, Contact("siren", f"{dead.url}/{n}")) for n in range(20)]
        quick = [letter(100 + n, Contact("siren", f"{alive.url}/{n}")) for n in range(50)]
        place.put(*slow, *quick)
        try:
            with sending(place.post):
                until(lambda: len(alive.requests) >= 50, f"{len(alive.requests)} of 50")
                assert not open_.is_set()
                assert len(dead.requests) == 0
                open_.set()
        finally:
            open_.set()
