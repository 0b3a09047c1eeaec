"""What needs no database of signing in: shapes of secrets, waits, claims to rights, cookies."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain import tokens
from sylvan.domain.accounts import IDLE, LIFE, ApiKey, Grant, Session
from sylvan.domain.actors import Level
from sylvan.domain.codes import Invalid
from sylvan.domain.tries import OF_ACCOUNT, TryRules
from sylvan.services import passwords, rights, sign_in_rules
from sylvan.services.doors import LOCAL, NOBODY, Identity, Unauthenticated
from sylvan.services.packs import PackError
from sylvan.services.passwords import Passwords
from sylvan.services.ready_roles import ROLES
from sylvan.services.recent import Recent
from sylvan.services.sealing import FILE, Seal

NOW = datetime(2026, 7, 17, 6, tzinfo=UTC)
secrets = st.binary(min_size=32, max_size=32)
RIGHTS = rights.load().rights


# Keys


@given(secrets)
def test_key_is_read_as_it_was_written(raw):
    text = tokens.write_key("live", "abcdefg7", raw)
    parts = tokens.read_key(text)
    assert parts is not None
    assert (parts.env, parts.id, parts.whole) == ("live", "abcdefg7", text)
    assert base64.b32decode(text.split("_")[3][:52].upper() + "====") == raw


@given(secrets, st.integers(0, 75), st.sampled_from("abcdefgh234567"))
def test_slip_of_the_pen_in_a_key_is_found_without_the_database(raw, at, letter):
    text = tokens.write_key("live", "abcdefg7", raw)
    at %= len(text)
    slipped = text[:at] + letter + text[at + 1 :]
    assert (tokens.read_key(slipped) is None) == (slipped != text)


@pytest.mark.parametrize(
    "text", ["", "sy_", "sy_live_abcdefg7_", "Bearer x", "sy_live_x_y", "ё" * 80]
)
def test_what_is_no_key_is_none(text):
    assert tokens.read_key(text) is None


def test_beginning_of_a_key_is_noticed_anywhere():
    key = tokens.write_key("demo", "abcdefg7", bytes(32))
    assert tokens.KEY_ANYWHERE.search(f"/fires?key={key[:30]}")
    assert not tokens.KEY_ANYWHERE.search("/layers/sy_lake_items")


def test_word_for_changes_belongs_to_one_session_and_does_not_tell_it():
    one, other = tokens.csrf_of("one"), tokens.csrf_of("other")
    assert one != other
    assert "one" not in one


# Waits


def test_first_failures_cost_nothing_then_each_doubles_the_wait():
    waits = [OF_ACCOUNT.wait(failed).total_seconds() for failed in range(9)]
    assert waits == [0, 0, 0, 0, 0, 60, 120, 240, 480]


@given(st.integers(0, 10**9))
def test_wait_never_grows_beyond_its_bound(failed):
    rules = TryRules(free=5)
    assert timedelta(0) <= rules.wait(failed) <= rules.longest


# Sessions and keys end


def session(**changes):
    told = {"made_at": NOW, "seen_at": NOW, "expires_at": NOW + LIFE, "revoked_at": None}
    told |= changes
    return Session("s", None, None, "password", "", **told)


def test_session_left_alone_ends_after_half_an_hour():
    assert not session().ended(NOW + IDLE - timedelta(seconds=1))
    assert session().ended(NOW + IDLE)


def test_session_ends_after_a_shift_however_busy():
    busy = session(seen_at=NOW + LIFE - timedelta(minutes=1))
    assert not busy.ended(NOW + LIFE - timedelta(seconds=1))
    assert busy.ended(NOW + LIFE)


def test_revoked_session_and_key_have_ended_at_once():
    assert session(revoked_at=NOW).ended(NOW)
    grant = Grant("partner", Level.PARTNER, ("98",))
    ended = ApiKey("k", "h", "", grant, (), "a", NOW, NOW + LIFE, revoked_at=NOW)
    assert ended.ended(NOW)


# What somebody is given


@pytest.mark.parametrize(
    ("grant", "code"),
    [
        (Grant("viewer", Level.REGION, ("98",)), None),
        (Grant("viewer", Level.REGION, ("*",)), None),
        (Grant("partner", Level.PARTNER, (), "grid"), None),
        (Grant("nobody", Level.REGION, ("98",)), "problem.role_unknown"),
        (Grant("operator", Level.REGION, ("98",)), "problem.role_unknown"),
        (Grant("public", Level.PUBLIC, ("98",)), "problem.role_unknown"),
        (Grant("viewer", Level.PARTNER, ("98",)), "problem.level_of_role"),
        (Grant("viewer", Level.REGION, ("nowhere",)), "problem.territory_unknown"),
        (Grant("viewer", Level.REGION, ()), "problem.territory_missing"),
    ],
)
def test_grant_names_what_does_not_hold(grant, code):
    assert [one.code for one in grant.faults(RIGHTS, {"98"})] == ([code] if code else [])


def test_every_ready_role_of_the_demo_is_one_that_stands_in_the_rights():
    for ready in ROLES.values():
        assert ready.level in RIGHTS.of(ready.role).levels


def test_account_is_open_to_every_role_of_people_and_people_and_keys_to_administrators_alone():
    for code, role in RIGHTS.roles.items():
        assert role.may("account_sign_in") == (code != "feed")
        keeps = code in {"admin", "operator"}
        assert (role.may("people_listed"), role.may("keys_make")) == (keeps, keeps)


def test_key_is_narrowed_within_its_role():
    narrowed = Identity("key:a", "a", Level.PARTNER, ("98",), "partner", narrowed=("fires_*",))
    assert narrowed.allows("fires_one")
    assert not narrowed.allows("map_tile")
    assert LOCAL.allows("map_tile")


# Claims


def test_first_rule_that_fits_counts_and_nobody_else_gets_anything():
    rules = sign_in_rules.load()
    told = rules.grant({"groups": ["other", "sylvan-viewer", "sylvan-admin"]})
    assert told == Grant("admin", Level.REGION, ("*",))
    assert rules.grant({"groups": ["other"]}) is None
    assert rules.grant({}) is None
    assert rules.grant({"groups": {"sylvan-admin": True}}) is None


def test_claims_are_found_in_objects_and_territories_in_claims(tmp_path: Path):
    file = tmp_path / "sign_in.yaml"
    file.write_text(
        "version: x\nsubject: [upn]\nname: [name]\nrules:\n"
        "  - {claim: realm_access.roles, value: 'fire-*', role: official, level: municipality,"
        " territories_from: ulus}\n"
    )
    rules = sign_in_rules.load(tmp_path)
    claims = {"realm_access": {"roles": ["fire-head"]}, "ulus": ["98624", 7], "name": "Анна"}
    assert rules.grant(claims) == Grant("official", Level.MUNICIPALITY, ("98624",))
    assert (rules.name_of(claims), rules.subject_of(claims)) == ("Анна", "")


def test_fault_in_the_mapping_is_told_by_line(tmp_path: Path):
    file = tmp_path / "sign_in.yaml"
    file.write_text("version: x\nsubject: [a]\nname: [a]\nrules:\n  - {claim: a, value: b}\n")
    with pytest.raises(PackError):
        sign_in_rules.load(tmp_path)


# Passwords


def test_wrong_or_missing_password_never_matches():
    light = Passwords(PasswordHasher(1, 8, 1))
    stored = light.hash("four words nobody says")
    assert light.matches(stored, "four words nobody says")
    assert not light.matches(stored, "four words nobody said")
    assert not light.matches(None, "anything")
    assert not light.matches("no hash", "anything")


@pytest.mark.parametrize("password", ["short", "x" * 201, "aaaaaaaaaaaaaa", "my-name-anna-egorova"])
def test_password_that_is_guessed_easily_is_refused(password):
    with pytest.raises(Invalid):
        passwords.check(password, "anna")


# Sealed secrets


def test_sealed_secret_opens_for_its_account_and_with_its_key_alone(tmp_path: Path):
    one = Seal(tmp_path / "one")
    sealed = one.close(b"secret", "anna")
    assert b"secret" not in sealed
    assert Seal(tmp_path / "one").open(sealed, "anna") == b"secret"
    assert one.open(sealed, "boris") is None
    assert Seal(tmp_path / "other").open(sealed, "anna") is None
    assert (tmp_path / "one" / FILE).stat().st_mode & 0o077 == 0


# What was found out a moment ago


def test_answer_is_asked_again_after_its_time_and_after_a_revocation():
    time, asked = [0.0], []
    recent = Recent(4.0, lambda: time[0])

    def ask():
        asked.append(time[0])
        return NOBODY

    for moment in (0.0, 3.9, 4.0, 7.9):
        time[0] = moment
        recent.answer(b"x", ask)
    assert asked == [0.0, 4.0]
    recent.forget()
    recent.answer(b"x", ask)
    assert len(asked) == 3


def test_refusal_is_remembered_too_and_told_anew_each_time():
    recent = Recent(4.0, lambda: 0.0)

    def refuse():
        raise Unauthenticated("problem.session_ended")

    told = []
    for _ in range(2):
        with pytest.raises(Unauthenticated) as caught:
            recent.answer(b"x", refuse)
        told.append(caught.value)
    assert told[0] is not told[1]


def test_answer_found_while_something_was_revoked_is_not_kept():
    recent = Recent(4.0, lambda: 0.0)

    def ask_meanwhile():
        recent.forget()
        return NOBODY

    recent.answer(b"x", ask_meanwhile)
    asked = []
    recent.answer(b"x", lambda: asked.append(1) or NOBODY)
    assert asked == [1]
