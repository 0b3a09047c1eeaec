"""Signing in over HTTP: cookies, changes from foreign pages, forged and ended credentials, keys."""

from datetime import timedelta

import pyotp
import pytest

from sylvan.domain import tokens
from sylvan.domain.actors import Level
from tests.db.helpers import SetClock
from tests.e2e import asgi
from tests.e2e.doors import CSRF, PASSWORD, Browser, guarded, invite
from tests.e2e.houses import code

PLACE = {"method": "coordinates", "point": [129.7, 62.0]}
REPORT = {"place": PLACE, "seen": "smoke"}


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def house(fresh_db_url, tmp_path, clock):
    with guarded(fresh_db_url, tmp_path, clock) as made:
        made.door.recent._kept_s = 0.0
        yield made


@pytest.fixture
def anna(house):
    return Browser(house).join(invite(house, "anna"))


def make_key(house, **changes):
    admin = Browser(house).join(invite(house, "root", "admin"))
    told = {"holder": "grid", "role": "dispatcher", "level": "region", "territories": ["*"]}
    answer = admin.post("/keys", told | changes)
    assert answer.status_code == 200, answer.text
    return admin, answer.json()


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


# Who may what


def test_whoever_has_not_signed_in_is_the_public(house):
    guest = Browser(house)
    assert guest.role == "public"
    assert guest.get("/config").status_code == 200
    assert guest.post("/reports?world=live", REPORT).status_code == 201
    refused = guest.get("/fires")
    assert (refused.status_code, code(refused)) == (401, "problem.sign_in")


def test_signed_in_person_has_the_role_and_not_more(house, anna):
    assert anna.role == "dispatcher"
    assert anna.get("/fires").status_code == 200
    refused = anna.get("/people")
    assert (refused.status_code, code(refused)) == (403, "problem.role")


def test_link_of_the_first_start_makes_the_administrator(house):
    first = house.entrance.accounts.first()
    admin = Browser(house).join(first.token)
    assert admin.role == "admin"
    invited = admin.post(
        "/people",
        {"subject": "boris", "role": "viewer", "level": "region", "territories": ["*"]},
    ).json()
    token = invited["link"].partition("#")[2]
    assert Browser(house).join(token).role == "viewer"
    assert [one["subject"] for one in admin.get("/people").json()] == ["admin", "boris"]


def test_administrator_shuts_somebody_out_at_once(house, anna):
    admin = Browser(house).join(invite(house, "root", "admin"))
    person = next(one for one in admin.get("/people").json() if one["subject"] == "anna")
    headers = {"If-Match": f'"{person["version"]}"'}
    path = f"/people/{person['id']}/disable"
    assert admin.post(path, {"off": True}, headers=headers).status_code == 200
    assert anna.get("/fires").status_code == 401
    assert code(admin.post(path, {"off": False}, headers=headers)) == "problem.account_changed"


# Cookies


def test_session_cookie_is_hidden_from_scripts_and_carries_no_date(house):
    answer = Browser(house).post(
        "/account/welcome", {"token": invite(house, "anna"), "password": PASSWORD}
    )
    session, word = answer.headers.get_list("set-cookie")
    assert session.startswith("sid=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(session.split("; "))
    assert "HttpOnly" not in word
    for cookie in (session, word):
        assert "expires" not in cookie.lower()
        assert "max-age" not in cookie.lower()
    assert answer.headers["cache-control"] == "no-store"


def test_over_https_the_cookie_belongs_to_this_host_and_a_plain_one_counts_for_nothing(house):
    browser = Browser(house, "https://localhost")
    answer = browser.post(
        "/account/welcome", {"token": invite(house, "anna"), "password": PASSWORD}
    )
    session = answer.headers.get_list("set-cookie")[0]
    assert session.startswith("__Host-sid=")
    assert "Secure" in session.split("; ")
    assert "Domain" not in session
    planted = Browser(house, "https://localhost")
    planted.http.cookies.set("sid", browser.session)
    assert planted.role == "public"


def test_session_that_was_there_before_is_not_the_one_after_signing_in(house, anna):
    planted = "planted-by-somebody-else-before-the-sign-in"
    victim = Browser(house)
    victim.http.cookies.set("sid", planted, domain="localhost.local", path="/")
    answer = victim.sign_in("anna")
    assert answer.status_code == 200
    fresh = answer.headers.get_list("set-cookie")[0].partition("=")[2].partition(";")[0]
    assert fresh != planted
    thief = Browser(house)
    thief.http.cookies.set("sid", planted)
    assert thief.role == "public"
    assert thief.get("/fires").status_code == 401


def test_signing_in_again_ends_the_session_before(house, anna):
    before = anna.session
    assert anna.sign_in("anna").status_code == 200
    assert anna.session != before
    left = Browser(house)
    left.http.cookies.set("sid", before)
    assert left.get("/fires").status_code == 401


def test_signed_out_is_out_even_with_the_old_cookie(house, anna):
    before = anna.session
    assert anna.post("/account/sign-out").json() == {"url": None}
    assert anna.session is None
    left = Browser(house)
    left.http.cookies.set("sid", before)
    assert code(left.get("/fires")) == "problem.session_ended"


@pytest.mark.parametrize("forged", ["x", "x" * 43, "'; drop table session", "A" * 4000])
def test_forged_session_is_refused_and_does_not_bar_the_way_in(house, anna, forged):
    guest = Browser(house)
    guest.http.cookies.set("sid", forged)
    assert code(guest.get("/fires")) == "problem.session_unknown"
    assert guest.role == "public"


# Changes from foreign pages


@pytest.mark.parametrize("word", ["", "wrong", tokens.csrf_of("another session")])
def test_change_with_a_cookie_and_without_its_word_is_refused(house, anna, word):
    refused = anna.post("/reports?world=live", REPORT, word=word)
    assert (refused.status_code, code(refused)) == (403, "problem.csrf")


def test_change_with_the_word_is_taken_and_reading_needs_none(house, anna):
    assert anna.post("/reports?world=live", REPORT).status_code == 201
    del anna.http.cookies["csrf"]
    assert anna.get("/fires").status_code == 200
    assert anna.post("/reports?world=live", REPORT).status_code == 403


def test_foreign_page_cannot_sign_anybody_in_or_out(house, anna):
    foreign = {"sec-fetch-site": "cross-site"}
    for path in ("/account/sign-in", "/account/sign-out"):
        refused = anna.post(path, {"subject": "x", "password": "y"}, headers=foreign)
        assert code(refused) == "problem.origin"


# Ends


def test_session_ends_by_the_servers_clock_alone(house, anna, clock):
    clock.advance(minutes=29)
    assert anna.get("/fires").status_code == 200
    clock.advance(minutes=31)
    assert code(anna.get("/fires")) == "problem.session_ended"
    assert anna.role == "public"


def test_clock_two_hours_ahead_then_right_again_makes_no_session_longer(house, anna, clock):
    """A machine's clock jumps: what was promised at the sign-in holds."""
    made = clock.now
    clock.advance(hours=2)
    assert anna.get("/fires").status_code == 401
    clock.now = made
    browser = Browser(house)
    assert browser.sign_in("anna").status_code == 200
    clock.advance(hours=-2)
    assert browser.get("/fires").status_code == 200
    clock.now = made + timedelta(minutes=31)
    assert browser.get("/fires").status_code == 401


# Second factor and lock-out


def test_second_factor_is_set_up_and_asked_for(house, anna, clock):
    told = anna.post("/account/second-factor").json()
    assert told["svg"].startswith("<svg")
    totp = pyotp.TOTP(told["secret"])
    now = clock.now
    wrong = anna.post("/account/second-factor/confirm", {"code": "000000"})
    assert code(wrong) == "problem.code_wrong"
    before = anna.session
    done = anna.post("/account/second-factor/confirm", {"code": totp.at(now)})
    assert done.json()["second_factor"] is True
    assert anna.session != before
    clock.advance(minutes=1)
    other = Browser(house)
    assert code(other.sign_in("anna")) == "problem.code_needed"
    assert other.sign_in("anna", code=totp.at(clock.now)).status_code == 200


def test_lock_out_says_how_long(house, anna):
    guest = Browser(house)
    for _ in range(5):
        assert code(guest.sign_in("anna", "wrong words of hers")) == "problem.sign_in_wrong"
    locked = guest.sign_in("anna")
    assert (locked.status_code, code(locked)) == (429, "problem.too_many_tries")
    assert 0 < int(locked.headers["retry-after"]) <= 61


# Keys


def test_key_opens_by_the_header_and_needs_no_word(house):
    _, key = make_key(house)
    program = Browser(house)
    assert program.get("/fires", headers=bearer(key["secret"])).status_code == 200
    done = program.post("/reports?world=live", REPORT, headers=bearer(key["secret"]))
    assert done.status_code == 201


def test_key_is_narrowed_to_its_operations(house):
    _, key = make_key(house, operations=["fires_listed"])
    program = Browser(house)
    assert program.get("/fires", headers=bearer(key["secret"])).status_code == 200
    assert program.get("/layers", headers=bearer(key["secret"])).status_code == 403


@pytest.mark.parametrize("name", ["key", "access_token", "world"])
def test_key_in_an_address_is_refused_and_not_logged(house, capsys, name):
    _, key = make_key(house)
    program = Browser(house)
    capsys.readouterr()
    for path in (f"/fires?{name}={key['secret']}", f"/fires/{key['secret']}"):
        refused = program.get(path)
        assert (refused.status_code, code(refused)) == (400, "problem.key_in_address")
        assert key["secret"] not in refused.text
    said = "".join(capsys.readouterr())
    assert key["secret"] not in said
    assert key["secret"][:24] not in said


@pytest.mark.parametrize("told", ["", "x", "sy_live_aaaaaaaa_b", "Bearer sy_live", "é"])
def test_forged_key_is_refused_even_where_the_public_may(house, told):
    answer = asgi.call(
        Browser(house).http.app, "GET", "/api/v1/config", {"authorization": f"Bearer {told}"}
    )
    assert (answer.status, answer.problem["code"]) == (401, "problem.key_unknown")


def test_key_counts_before_a_cookie(house, anna):
    _, key = make_key(house, role="partner", level="partner")
    assert anna.get("/account/me", headers=bearer(key["secret"])).json()["role"] == "partner"


def test_rotated_and_revoked_keys(house):
    admin, key = make_key(house)
    new = admin.post(f"/keys/{key['id']}/rotate").json()
    for secret in (key["secret"], new["secret"]):
        assert admin.get("/account/me", headers=bearer(secret)).json()["way"] == "key"
    full = admin.post(f"/keys/{new['id']}/rotate")
    assert code(full) == "problem.keys_enough"
    assert admin.post(f"/keys/{key['id']}/revoke").json()["state"] == "revoked"
    assert Browser(house).get("/fires", headers=bearer(key["secret"])).status_code == 401
    assert all("secret" not in one for one in admin.get("/keys").json())


# The demo


def test_demo_offers_ready_roles_and_says_that_it_is_one(fresh_db_url, tmp_path, clock):
    with guarded(fresh_db_url, tmp_path, clock, "demo") as demo:
        guest = Browser(demo)
        told = guest.get("/account/me").json()
        assert (told["sign_in"], told["role"]) == ("demo", "dispatcher")
        for one in told["ready"]:
            chosen = guest.post("/account/demo", {"role": one["code"]}).json()
            assert chosen["role"] == one["role"] == guest.role
        assert guest.get("/fires").status_code == 401
        assert code(guest.post("/account/demo", {"role": "admin"})) == "problem.demo_role_unknown"


def test_open_door_needs_nobody_to_sign_in(fresh_db_url, tmp_path, clock):
    with guarded(fresh_db_url, tmp_path, clock, "open") as house:
        guest = Browser(house)
        assert guest.role == "operator"
        assert guest.post("/reports?world=live", REPORT).status_code == 201
        assert code(guest.post("/account/demo", {"role": "viewer"})) == "problem.no_demo"


def test_territory_is_one_of_the_loaded(house):
    admin = Browser(house).join(invite(house, "root", "admin"))
    told = {"subject": "boris", "role": "official", "level": str(Level.MUNICIPALITY)}
    refused = admin.post("/people", told | {"territories": ["98624"]})
    assert code(refused) == "problem.territory_unknown"


def test_word_for_changes_is_of_the_session(anna):
    assert anna.http.cookies["csrf"] == tokens.csrf_of(anna.session)
    assert CSRF == "x-csrf-token"
