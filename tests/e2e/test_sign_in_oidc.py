"""Signing in with a real provider of identities, run as a process of its own."""

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sylvan.domain.actors import local_operator
from sylvan.services import oidc_provider
from tests.e2e.doors import Browser, guarded
from tests.e2e.houses import code
from tests.e2e.processes import free_port, running

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = (
    {"sub": "1", "name": "Анна Егорова", "preferred_username": "anna", "groups": ["sylvan-viewer"]},
    {"sub": "2", "name": "Nobody Known", "preferred_username": "nemo", "groups": ["other"]},
    {"sub": "3", "name": "The System", "preferred_username": "system", "groups": ["sylvan-admin"]},
)
SESSION_PATH = "/account/oidc"


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    """Address of a provider that knows three people."""
    folder, port = tmp_path_factory.mktemp("provider"), free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    for person in PEOPLE:
        command += ["--user-claims", json.dumps(person)]
    address = f"http://localhost:{port}"
    with running(command, folder / "log", env=os.environ, cwd=ROOT) as process:
        process.wait_for(f"{address}/.well-known/openid-configuration")
        yield address


class Times:
    """The real time, moved by what the test says."""

    shift = timedelta(0)

    def __call__(self):
        return datetime.now(UTC) + self.shift


@pytest.fixture
def clock():
    return Times()


@pytest.fixture
def house(provider, fresh_db_url, tmp_path, clock):
    options = {"oidc_issuer": provider, "oidc_client_id": "sylvan", "oidc_client_secret": "s"}
    with guarded(fresh_db_url, tmp_path, clock, **options) as made:
        yield made


def begin(browser, back="/people"):
    answer = browser.post(SESSION_PATH, {"back": back})
    assert answer.status_code == 200, answer.text
    return answer.json()["url"]


def agree(url, sub):
    """The person says yes at the provider; where the browser is sent then."""
    answer = httpx.post(url, data={"sub": sub}, follow_redirects=False)
    assert answer.status_code in (302, 303), answer.text
    return answer.headers["location"]


def come_back(browser, location):
    parts = urlsplit(location)
    return browser.http.get(f"{parts.path}?{parts.query}")


def complaint(answer):
    """The code with which the sign-in page is opened."""
    assert answer.status_code == 303
    path, _, told = answer.headers["location"].partition("#")
    assert path == "/sign-in"
    return parse_qs(told)["code"][0]


def test_person_comes_back_signed_in_with_what_the_claims_give(house):
    browser = Browser(house)
    assert browser.get("/account/me").json()["provider"] is True
    url = begin(browser)
    asked = parse_qs(urlsplit(url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    answer = come_back(browser, agree(url, "1"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/people")
    told = browser.get("/account/me").json()
    assert (told["role"], told["subject"], told["name"]) == ("viewer", "anna", "Анна Егорова")
    assert told["way"] == "oidc"
    assert browser.get("/fires").status_code == 200


def test_second_sign_in_is_the_same_account(house):
    for _ in range(2):
        browser = Browser(house)
        come_back(browser, agree(begin(browser), "1"))
    assert len(house.entrance.accounts.listed()) == 1


def test_person_whom_no_rule_fits_gets_nothing_and_is_told(house):
    browser = Browser(house)
    answer = come_back(browser, agree(begin(browser), "2"))
    assert complaint(answer) == "problem.oidc_unmapped"
    assert browser.session is None
    assert house.entrance.accounts.listed() == []


def test_name_that_stands_for_something_else_is_not_taken_from_the_provider(house):
    browser = Browser(house)
    come_back(browser, agree(begin(browser), "3"))
    subject = browser.get("/account/me").json()["subject"]
    assert subject.startswith("oidc-")


def test_disabled_person_stays_out_whatever_the_provider_says(house):
    browser = Browser(house)
    come_back(browser, agree(begin(browser), "1"))
    account = house.entrance.accounts.named("anna")
    keeper = local_operator(house.worlds.live())
    house.entrance.accounts.disable(keeper, account.id, off=True, version=None)
    assert browser.get("/fires").status_code == 401
    answer = come_back(browser, agree(begin(browser), "1"))
    assert complaint(answer) == "problem.account_disabled"


def test_answer_carried_to_another_browser_opens_nothing_there(house):
    thief, victim = Browser(house), Browser(house)
    location = agree(begin(thief), "1")
    assert complaint(come_back(victim, location)) == "problem.oidc_state"
    assert victim.session is None


def test_answer_serves_once(house):
    browser = Browser(house)
    location = agree(begin(browser), "1")
    come_back(browser, location)
    assert complaint(come_back(browser, location)) == "problem.oidc_state"


def test_forged_state_code_and_error_are_told_and_open_nothing(house):
    browser = Browser(house)
    path = "/api/v1/account/oidc/callback"
    assert complaint(browser.http.get(f"{path}?state=x&code=y")) == "problem.oidc_state"
    assert complaint(browser.http.get(f"{path}?error=access_denied")) == "problem.oidc_refused"
    state = parse_qs(urlsplit(begin(browser)).query)["state"][0]
    assert complaint(browser.http.get(f"{path}?state={state}&code=y")) == "problem.oidc_refused"
    assert browser.session is None


def test_clock_that_is_two_hours_off_is_noticed_at_the_token(house, clock):
    browser = Browser(house)
    clock.shift = timedelta(hours=2)
    answer = come_back(browser, agree(begin(browser), "1"))
    assert complaint(answer) == "problem.oidc_refused"
    assert browser.session is None


def test_token_of_another_sign_in_another_client_or_another_issuer_is_refused(house, provider):
    client = oidc_provider.Client(provider, "sylvan", "s")
    one = oidc_provider.Provider(client)
    now = int(time.time())
    good = {"iss": provider, "aud": "sylvan", "sub": "1", "nonce": "n", "iat": now, "exp": now + 60}
    one.judged(good, "n", datetime.now(UTC))
    for wrong in (
        {"iss": "https://elsewhere"},
        {"aud": "another"},
        {"nonce": "m"},
        {"exp": now - 600},
        {"azp": "another"},
        {"sub": None},
    ):
        with pytest.raises(oidc_provider.Unauthenticated):
            one.judged(good | wrong, "n", datetime.now(UTC))


@pytest.mark.parametrize("token", ["", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."])
def test_token_without_the_providers_signature_is_refused(house, provider, token):
    one = oidc_provider.Provider(oidc_provider.Client(provider, "sylvan", "s"))
    one.metadata()
    with pytest.raises(oidc_provider.Unauthenticated):
        one._verified(token)


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil", "evil", ""])
def test_way_back_leads_to_this_server_alone(house, back):
    refused = Browser(house).post(SESSION_PATH, {"back": back})
    assert refused.status_code == 422


def test_signing_out_leads_on_to_the_provider(house, provider):
    browser = Browser(house)
    come_back(browser, agree(begin(browser), "1"))
    url = browser.post("/account/sign-out").json()["url"]
    assert url.startswith(provider)
    asked = parse_qs(urlsplit(url).query)
    assert {"id_token_hint", "post_logout_redirect_uri"} <= asked.keys()
    assert code(browser.get("/fires")) == "problem.sign_in"


def test_provider_that_is_away_is_told_and_passwords_still_work(fresh_db_url, tmp_path, clock):
    options = {"oidc_issuer": f"http://localhost:{free_port()}", "oidc_client_id": "sylvan"}
    with guarded(fresh_db_url, tmp_path, clock, **options) as house:
        browser = Browser(house)
        away = browser.post(SESSION_PATH, {"back": "/"})
        assert (away.status_code, code(away)) == (503, "problem.oidc_away")
        first = house.entrance.accounts.first()
        assert browser.join(first.token).role == "admin"
