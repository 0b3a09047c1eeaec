"""Accounts, one-time links, sessions and keys: who is let in, and who is not any more."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from sylvan import wiring
from sylvan.domain import tokens
from sylvan.domain.accounts import KEY_OVERLAP, LIFE, Grant
from sylvan.domain.actors import EVERYWHERE, Level
from sylvan.domain.codes import Conflict, Invalid, NotFound
from sylvan.services.doors import NOBODY, Credentials, Unauthenticated
from sylvan.services.keys import NewKey
from sylvan.services.passwords import Passwords
from sylvan.services.sign_in import Shown, TooManyTries
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from sylvan.store import territories
from tests.db.helpers import NOWHERE, SetClock, operator

PASSWORD = "four words nobody says"
ALL = Grant("dispatcher", Level.REGION, EVERYWHERE)
MINUTE = timedelta(minutes=1)


class Installation:
    """An entrance whose clock the test moves, with a light hash."""

    def __init__(self, url, folder, mode="required"):
        self.clock = SetClock()
        self.engine = store_engine.create(url, pool_size=4)
        settings = Settings(region=NOWHERE, data_dir=folder)
        self.house = wiring.house(settings, self.engine, clock=self.clock, sign_in=mode)
        light = Passwords(PasswordHasher(1, 8, 1))
        inside = self.house.entrance
        self.inside = replace(inside, sign_in=replace(inside.sign_in, passwords=light))
        self.house.worlds.live()
        self.admin = operator(self.house)
        self.house.door.recent._kept_s = 0.0

    def person(self, subject="anna", grant=ALL):
        made = self.inside.accounts.invite(self.admin, subject, "", grant)
        return made.account, self.inside.sign_in.join(made.token, "", PASSWORD, None).token

    def sign_in(self, subject="anna", password=PASSWORD, code="", peer="10.0.0.1"):
        return self.inside.sign_in.sign_in(Shown(subject, password, code, peer)).token

    def by_session(self, token):
        return self.house.door.admit(Credentials(session=token))

    def by_key(self, secret):
        return self.house.door.admit(Credentials(key=secret))


@pytest.fixture
def made(fresh_db_url, tmp_path):
    installation = Installation(fresh_db_url, tmp_path)
    yield installation
    installation.engine.dispose()


def refused(code, action, *given, kind=Unauthenticated):
    with pytest.raises(kind) as caught:
        action(*given)
    assert caught.value.code == code
    return caught.value


# Links


def test_first_link_makes_the_administrator_and_is_gone_once_somebody_can_sign_in(made):
    first = made.inside.accounts.first()
    again = made.inside.accounts.first()
    assert first is not None
    assert first.account.grant.role == "admin"
    token = made.inside.sign_in.join(again.token, "Анна", PASSWORD, None).token
    assert made.by_session(token).role == "admin"
    assert made.inside.accounts.first() is None
    refused("problem.link_unknown", made.inside.sign_in.look, first.token)


def test_invitation_opens_once(made):
    invited = made.inside.accounts.invite(made.admin, "anna", "Анна", ALL)
    assert made.inside.sign_in.look(invited.token)["subject"] == "anna"
    made.inside.sign_in.join(invited.token, "", PASSWORD, None)
    refused("problem.link_unknown", made.inside.sign_in.join, invited.token, "", PASSWORD, None)


def test_weak_password_does_not_use_the_invitation_up(made):
    invited = made.inside.accounts.invite(made.admin, "anna", "", ALL)
    with pytest.raises(Invalid):
        made.inside.sign_in.join(invited.token, "", "short", None)
    made.inside.sign_in.join(invited.token, "", PASSWORD, None)


def test_invitation_expires(made):
    invited = made.inside.accounts.invite(made.admin, "anna", "", ALL)
    made.clock.advance(days=3)
    refused("problem.link_unknown", made.inside.sign_in.look, invited.token)


def test_links_sessions_keys_and_passwords_are_not_stored_as_they_are(made):
    invited = made.inside.accounts.invite(made.admin, "anna", "", ALL)
    session = made.inside.sign_in.join(invited.token, "", PASSWORD, None).token
    key = made.inside.keys.make(made.admin, NewKey("grid", "", ALL))["secret"]
    with made.engine.connect() as conn:
        tables = ("account", "account_secret", "invitation", "session", "api_key", "audit")
        rows = [
            conn.scalar(text(f"select coalesce(string_agg(t::text, ' '), '') from {name} t"))
            for name in tables
        ]
    for secret in (invited.token, session, key, PASSWORD):
        assert all(secret not in row for row in rows)


# Rights that are given


def test_name_is_given_once_and_territories_must_be_loaded(made):
    made.person()
    with pytest.raises(Conflict):
        made.inside.accounts.invite(made.admin, "Anna", "", ALL)
    with pytest.raises(Invalid):
        made.inside.accounts.invite(made.admin, "boris", "", replace(ALL, territories=("x",)))
    with made.engine.begin() as conn:
        row = {"code": "x", "level": "region", "parent": None, "names": {}, "geom": None}
        territories.save(conn, [row])
    made.inside.accounts.invite(made.admin, "boris", "", replace(ALL, territories=("x",)))


@pytest.mark.parametrize("subject", ["local", "system", "demo-chief", "a b", "ё", "x", "key:1"])
def test_names_that_stand_for_something_else_are_refused(made, subject):
    with pytest.raises(Invalid):
        made.inside.accounts.invite(made.admin, subject, "", ALL)


def test_changed_rights_hold_after_a_new_sign_in_and_the_old_session_is_over(made):
    account, token = made.person()
    viewer = replace(ALL, role="viewer")
    made.inside.accounts.change(made.admin, account.id, None, viewer, None)
    refused("problem.session_ended", made.by_session, token)
    assert made.by_session(made.sign_in()).role == "viewer"


def test_change_that_was_decided_on_an_older_version_is_refused(made):
    account, _ = made.person()
    with pytest.raises(Conflict):
        made.inside.accounts.change(made.admin, account.id, "x", ALL, account.version)


def test_last_administrator_stays(made):
    admin = Grant("admin", Level.REGION, EVERYWHERE)
    one, _ = made.person("one", admin)
    refused(
        "problem.last_admin",
        lambda: made.inside.accounts.disable(made.admin, one.id, off=True, version=None),
        kind=Conflict,
    )
    made.person("two", admin)
    made.inside.accounts.disable(made.admin, one.id, off=True, version=None)


def test_disabled_account_is_out_at_once_and_back_after_it_was_enabled(made):
    account, token = made.person()
    made.inside.accounts.disable(made.admin, account.id, off=True, version=None)
    refused("problem.session_ended", made.by_session, token)
    refused("problem.sign_in_wrong", made.sign_in)
    made.inside.accounts.disable(made.admin, account.id, off=False, version=None)
    assert made.by_session(made.sign_in()).subject == "anna"


def test_reset_takes_password_and_sessions_and_gives_a_link(made):
    account, token = made.person()
    link = made.inside.accounts.reset(made.admin, account.id)
    refused("problem.session_ended", made.by_session, token)
    refused("problem.sign_in_wrong", made.sign_in)
    made.inside.sign_in.join(link.token, "", "other words of hers", None)
    assert made.sign_in(password="other words of hers")


# Sessions


def test_session_ends_when_it_is_left_alone(made):
    _, token = made.person()
    made.clock.advance(minutes=29)
    assert made.by_session(token).subject == "anna"
    made.clock.advance(minutes=29)
    assert made.by_session(token).until
    made.clock.advance(minutes=31)
    refused("problem.session_ended", made.by_session, token)


def test_session_ends_after_a_shift_whatever_is_done_with_it(made):
    _, token = made.person()
    for _ in range(int(LIFE / (20 * MINUTE)) - 1):
        made.clock.advance(minutes=20)
        who = made.by_session(token)
    assert who.until is not None
    made.clock.advance(minutes=20)
    refused("problem.session_ended", made.by_session, token)


def test_forged_session_is_nobodys(made):
    refused("problem.session_unknown", made.by_session, "x" * 43)
    assert made.house.door.admit(Credentials()) == NOBODY


def test_new_password_ends_other_sessions_and_renames_this_one(made):
    account, first = made.person()
    second = made.sign_in()
    fresh = made.inside.sign_in.change_password(
        made.by_session(second), PASSWORD, "other words of hers"
    )
    for old in (first, second):
        with pytest.raises(Unauthenticated):
            made.by_session(old)
    assert made.by_session(fresh).subject == "anna"
    assert len(made.inside.sessions.of_account(account.id)) == 1


def test_another_process_hears_of_a_revocation_within_five_seconds(made, fresh_db_url, tmp_path):
    other = Installation(fresh_db_url, tmp_path)
    elapsed = [0.0]
    other.house.door.recent._clock = lambda: elapsed[0]
    other.house.door.recent._kept_s = 4.0
    _, token = made.person()
    assert other.by_session(token).subject == "anna"
    made.inside.sessions.end(made.by_session(token).session)
    elapsed[0] = 5.0
    refused("problem.session_ended", other.by_session, token)
    other.engine.dispose()


def test_database_tells_the_time_of_sessions_not_the_machine(fresh_db_url, tmp_path, monkeypatch):
    settings = Settings(region=NOWHERE, data_dir=tmp_path)
    engine = store_engine.create(fresh_db_url, pool_size=2)
    house = wiring.house(settings, engine, sign_in="demo")
    opened = house.entrance.sessions.open_ready("viewer", None)
    with engine.connect() as conn:
        now = conn.scalar(text("select clock_timestamp()"))
    assert abs(opened.session.expires_at - LIFE - now) < MINUTE
    engine.dispose()


# Signing in


def test_wrong_name_and_wrong_password_are_told_alike(made):
    made.person()
    refused("problem.sign_in_wrong", made.sign_in, "anna", "wrong words of hers")
    refused("problem.sign_in_wrong", made.sign_in, "nobody", PASSWORD)


def test_name_is_locked_out_after_failures_and_longer_each_time(made):
    made.person()
    for _ in range(5):
        refused("problem.sign_in_wrong", made.sign_in, "anna", "wrong words of hers")
    locked = refused("problem.too_many_tries", made.sign_in, kind=TooManyTries)
    assert 0 < locked.params["seconds"] <= 61
    made.clock.advance(seconds=61)
    refused("problem.sign_in_wrong", made.sign_in, "anna", "wrong words of hers")
    locked = refused("problem.too_many_tries", made.sign_in, kind=TooManyTries)
    assert 61 < locked.params["seconds"] <= 121
    made.clock.advance(seconds=121)
    assert made.sign_in()


def test_name_that_nobody_has_is_locked_out_as_well(made):
    for _ in range(5):
        refused("problem.sign_in_wrong", made.sign_in, "nobody", "wrong words")
    refused("problem.too_many_tries", made.sign_in, "nobody", kind=TooManyTries)


def test_address_is_locked_out_whatever_names_it_tries(made):
    for n in range(30):
        refused("problem.sign_in_wrong", made.sign_in, f"name{n}", "wrong words of hers")
    refused("problem.too_many_tries", made.sign_in, "another", kind=TooManyTries)
    made.person()
    assert made.sign_in(peer="10.0.0.2")


def test_success_forgets_the_failures_of_a_name(made):
    made.person()
    for _ in range(3):
        for _ in range(4):
            refused("problem.sign_in_wrong", made.sign_in, "anna", "wrong words of hers")
        assert made.sign_in()


# Second factor


def with_second(made):
    account, token = made.person()
    told = made.inside.sign_in.begin_second(made.by_session(token))
    totp = pyotp.TOTP(told["secret"])
    fresh = made.inside.sign_in.confirm_second(
        made.by_session(token), totp.at(made.clock.now - timedelta(seconds=30))
    )
    return account, fresh, totp


def test_second_factor_counts_after_its_first_code(made):
    _, token, totp = with_second(made)
    assert made.by_session(token).subject == "anna"
    refused("problem.code_needed", made.sign_in)
    assert made.sign_in(code=totp.at(made.clock.now))


def test_code_opens_once(made):
    _, _, totp = with_second(made)
    code = totp.at(made.clock.now)
    assert made.sign_in(code=code)
    refused("problem.code_wrong", made.sign_in, "anna", PASSWORD, code)


def test_codes_cannot_be_tried_out(made):
    _, _, totp = with_second(made)
    wrong = str((int(totp.at(made.clock.now)) + 1) % 10**6).zfill(6)
    for _ in range(5):
        refused("problem.code_wrong", made.sign_in, "anna", PASSWORD, wrong)
    code = totp.at(made.clock.now)
    refused("problem.too_many_tries", made.sign_in, "anna", PASSWORD, code, kind=TooManyTries)


def test_code_of_a_clock_that_is_two_hours_off_is_refused(made):
    _, _, totp = with_second(made)
    for hours in (-2, 2):
        code = totp.at(made.clock.now + timedelta(hours=hours))
        refused("problem.code_wrong", made.sign_in, "anna", PASSWORD, code)


def test_second_factor_goes_with_the_password_alone(made):
    _, token, _ = with_second(made)
    with pytest.raises(Invalid):
        made.inside.sign_in.drop_second(made.by_session(token), "wrong words of hers")
    made.inside.sign_in.drop_second(made.by_session(token), PASSWORD)
    assert made.sign_in()


# Keys


def key(made, **changes):
    told = {"holder": "grid", "name": "", "grant": ALL} | changes
    return made.inside.keys.make(made.admin, NewKey(**told))


def test_key_opens_what_it_was_made_for(made):
    secret = key(made, operations=("fires_*",))["secret"]
    who = made.by_key(secret)
    assert (who.role, who.subject[:4], who.narrowed) == ("dispatcher", "key:", ("fires_*",))
    assert "secret" not in made.inside.keys.listed()[0]


def test_forged_and_unknown_keys_are_nobodys(made):
    secret = key(made)["secret"]
    other = tokens.write_key("live", secret.split("_")[2], bytes(32))
    for forged in (other, secret[:-1], secret.upper(), "", "sy_live_aaaaaaaa_"):
        refused("problem.key_unknown", made.by_key, forged)


def test_holder_has_two_working_keys_at_most(made):
    one = key(made)
    key(made)
    refused("problem.keys_enough", lambda: key(made), kind=Conflict)
    key(made, holder="other")
    made.inside.keys.revoke(made.admin, one["id"])
    assert key(made)


def test_rotated_key_works_for_a_day_beside_the_new_one(made):
    old = key(made)
    new = made.inside.keys.rotate(made.admin, old["id"])
    assert made.by_key(old["secret"]).subject != made.by_key(new["secret"]).subject
    made.clock.advance(seconds=KEY_OVERLAP.total_seconds())
    refused("problem.key_ended", made.by_key, old["secret"])
    assert made.by_key(new["secret"])


def test_key_expires_and_is_revoked(made):
    short = key(made, days=1)["secret"]
    long = key(made, days=2)
    made.clock.advance(days=1)
    refused("problem.key_ended", made.by_key, short)
    made.inside.keys.revoke(made.admin, long["id"])
    refused("problem.key_ended", made.by_key, long["secret"])
    with pytest.raises(NotFound):
        made.inside.keys.revoke(made.admin, "aaaaaaaa")


# The demo


def test_demo_is_the_dispatcher_until_another_role_is_chosen(fresh_db_url, tmp_path):
    demo = Installation(fresh_db_url, tmp_path, "demo")
    assert demo.house.door.admit(Credentials()).role == "dispatcher"
    token = demo.inside.sessions.open_ready("viewer", None).token
    assert demo.by_session(token).role == "viewer"
    assert demo.by_session("left over from another demo").role == "dispatcher"
    with pytest.raises(NotFound):
        demo.inside.sessions.open_ready("admin", None)
    demo.engine.dispose()


def test_ready_role_of_a_demo_opens_nothing_where_people_sign_in(made, fresh_db_url, tmp_path):
    demo = Installation(fresh_db_url, tmp_path, "demo")
    token = demo.inside.sessions.open_ready("viewer", None).token
    refused("problem.session_ended", made.by_session, token)
    refused("problem.no_demo", made.inside.sessions.open_ready, "viewer", None)
    demo.engine.dispose()
