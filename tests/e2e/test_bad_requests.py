"""Every known bad request has its answer, and none at all is answered with a fault of ours."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sylvan.domain.accounts import Grant
from sylvan.domain.actors import EVERYWHERE, Level, local_operator
from sylvan.services.keys import NewKey
from sylvan.services.languages import LANGUAGES
from sylvan.web import catalogue
from sylvan.web.examples import BODIES
from tests.e2e.asgi import Answer, call
from tests.e2e.doors import Browser, guarded, invite
from tests.e2e.houses import NOW

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "requests.yaml"
ENTRIES = yaml.safe_load(CORPUS.read_text("utf-8"))
METHODS = ("get", "post", "put", "patch", "delete", "trace", "brew")
DEEP = '{"type": "GeometryCollection", "geometries": [' * 400 + "]}" * 400
LONG = {
    "{nines}": "9" * 5000,
    "{long}": "x" * 10_000,
    "{deep}": '{"kind": "drawn", "at": "2026-07-17T05:00:00Z", "geometry": ' + DEEP + "}",
}
PIECE = 64 * 1024
"""A server hands a body over in pieces of this size."""
FUZZES = 150
NASTY = (
    *("", " ", "-1", "0", "1e999", "NaN", "99999999999999999999", "true", "null", "None", "[]"),
    *("' or 1=1 --", "%00", "%ff", "\u202e", "😀", "🇷🇺" * 60, "a" * 4000, "../../etc/passwd"),
    *("2026-07-17T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1,2,3,4"),
    *("live", "signal", "*", '"1"', "{{7*7}}", "${jndi:ldap://x}", "170,60,-170,70"),
)


@pytest.fixture(scope="module")
def app(api):
    return api.app


@pytest.fixture(scope="module")
def doors(app, region_url, tmp_path_factory):
    """The open door, and one where people sign in; a dispatcher did, another holds a key."""
    with guarded(region_url, tmp_path_factory.mktemp("people"), lambda: NOW) as house:
        browser = Browser(house).join(invite(house, "anna"))
        actor = local_operator(house.worlds.live())
        grant = Grant("feed", Level.REGION, EVERYWHERE)
        key = house.entrance.keys.make(actor, NewKey("radar", "", grant, (), 30))["secret"]
        cookies = browser.http.cookies
        told = {"{session}": browser.session, "{word}": cookies["csrf"], "{key}": key}
        yield {"open": app, "people": browser.http.app}, told
        house.auditor.stop(2.0)


@pytest.fixture(scope="module")
def blanks(api, doors) -> dict[str, str]:
    """What stands for the corpus' blanks: a signal and a report of this house."""
    fire = api.get("/api/v1/fires?limit=1").json()["features"][0]["properties"]
    body = {"place": {"method": "coordinates", "point": [126.4, 62.2]}, "seen": "smoke"}
    report = api.post("/api/v1/reports", json=body).json()
    return {
        "{fire}": fire["id"],
        "{report}": report["id"],
        "{version}": str(fire["version"]),
        **doors[1],
        **LONG,
    }


def filled(value: Any, blanks: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: filled(inner, blanks) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, blanks) for inner in value]
    if isinstance(value, str):
        for blank, text in blanks.items():
            value = value.replace(blank, text)
    return value


def body_of(entry: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Headers that belong to the body, and its bytes."""
    if "json" in entry:
        return {"content-type": "application/json"}, json.dumps(entry["json"]).encode()
    if "hex" in entry:
        return {}, bytes.fromhex(entry["hex"])
    return {}, entry.get("text", "").encode() * entry.get("repeat", 1)


def sent(app: Any, entry: dict[str, Any], blanks: dict[str, str]) -> Answer:
    entry = filled(entry, blanks)
    method = next(name for name in METHODS if name in entry)
    headers, body = body_of(entry)
    chunks = [body[start : start + PIECE] for start in range(0, len(body), PIECE)]
    return call(app, method.upper(), entry[method], headers | entry.get("headers", {}), chunks)


def known(codes: set[str]) -> bool:
    return all(codes <= catalogue.merged(language).keys() for language in LANGUAGES)


def test_corpus_is_as_large_as_promised_and_names_each_case_once():
    assert len(ENTRIES) >= 300
    assert len({entry["name"] for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["name"] for entry in ENTRIES])
def test_bad_request_gets_its_answer(entry, doors, blanks):
    answer = sent(doors[0][entry.get("door", "open")], entry, blanks)
    assert answer.status == entry["status"], answer.body[:500]
    assert answer.headers["x-content-type-options"] == "nosniff"
    if "told" in entry:  # a file is taken, and says which rows are not
        assert entry["told"].items() <= json.loads(answer.body).items(), answer.body[:500]
        return
    assert known(answer.codes), answer.codes
    assert entry.get("code", answer.problem["code"]) in answer.codes, answer.problem
    if "field" in entry:
        assert filled(entry["field"], blanks) in answer.fields, answer.problem


def test_bad_requests_changed_nothing(api, blanks):
    fire = api.get(f"/api/v1/fires/{blanks['{fire}']}").json()
    assert (fire["status"], str(fire["version"])) == ("signal", blanks["{version}"])
    assert api.get("/api/v1/reports").json()["features"][0]["id"] == blanks["{report}"]


def operations(app: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, found in app.openapi()["paths"].items():
        for method, operation in found.items():
            yield method.upper(), path, operation


def quoted(value: str) -> str:
    """Bytes as a careless program sends them: percent signs stay, the rest is encoded."""
    return "".join(
        one
        if (one.isascii() and one.isalnum()) or one in "-_.~%"
        else "".join(f"%{byte:02X}" for byte in one.encode("utf-8", "surrogatepass"))
        for one in value
    )


texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


odd = st.one_of(
    texts,
    st.sampled_from((None, True, 0, -1, 2**31, 2**53, 2**63, -(2**63) - 1, 10**30, 1e308, [], {})),
    st.sampled_from(("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31")),
)


@st.composite
def wrecked(draw: Any, thing: Any) -> Any:
    """A good body in which one value is odd."""
    if isinstance(thing, dict) and thing:
        name = draw(st.sampled_from(sorted(thing)))
        return thing | {name: draw(wrecked(thing[name]))}
    if isinstance(thing, list) and thing:
        at = draw(st.integers(0, len(thing) - 1))
        return [*thing[:at], draw(wrecked(thing[at])), *thing[at + 1 :]]
    return draw(odd)


@settings(
    max_examples=FUZZES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_request_is_answered_with_a_fault(app, blanks, data):
    method, path, operation = data.draw(st.sampled_from(sorted(operations(app), key=str)))
    names = [one for one in operation.get("parameters", []) if one["in"] != "header"]
    pairs = []
    for one in names:
        known_id = blanks.get("{" + one["name"].removesuffix("_id") + "}", "")
        value = quoted(data.draw(st.just(known_id) if known_id else texts, label=one["name"]))
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", value)
        elif data.draw(st.booleans()):
            pairs.append(f"{one['name']}={value}")
    example = BODIES.get(operation["operationId"])
    bodies = values if example is None else values | wrecked(example) | wrecked(example)
    body = json.dumps(data.draw(bodies)).encode() if "requestBody" in operation else b""
    headers = {
        "content-type": "application/json",
        "if-match": data.draw(st.sampled_from(["*", '"1"'])),
    }
    answer = call(app, method, path + "?" + "&".join(pairs), headers, [body] if body else [])
    assert answer.status < 500, answer.body
    if answer.status >= 400:
        assert known(answer.codes)
