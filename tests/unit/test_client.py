"""The Python client: what is generated equals the document, and what it does when told to wait."""

import ast
import asyncio
import inspect
import json
import time
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook

from sylvan.client import (
    AsyncClient,
    BadSignatureError,
    Client,
    Patience,
    ProblemError,
    generate,
    models,
    operations,
    sightings,
    verify,
    watching,
)
from sylvan.client.call import Call
from sylvan.domain import webhooks

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = json.loads((ROOT / "frontend" / "openapi.json").read_bytes())
QUICK = Patience(tries=4, first_s=0.01, most_s=0.02, told_most_s=60)


def same(text: str, file: str) -> bool:
    committed = (ROOT / "sylvan" / "client" / file).read_text("utf-8")
    return ast.dump(ast.parse(text)) == ast.dump(ast.parse(committed))


def test_generated_code_is_what_the_document_gives():
    again = "write it anew: python -m sylvan.client.generate frontend/openapi.json"
    assert same(generate.operations(DOCUMENT), "operations.py"), again
    assert same(generate.models(DOCUMENT), "models.py"), again


def test_no_two_shapes_share_a_name():
    names = [generate.name_of(name) for name in DOCUMENT["components"]["schemas"]]
    assert len(names) == len(set(names))


def filled(function) -> Call:
    """A call with some word for whatever it needs."""
    needed = [
        name
        for name, one in inspect.signature(function).parameters.items()
        if one.default is inspect.Parameter.empty
    ]
    return function(**{name: b"x" if name == "body" else "a b/c" for name in needed})


def test_every_operation_of_the_document_can_be_called():
    wanted = {
        operation["operationId"]: (method.upper(), path)
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    }
    functions = dict(inspect.getmembers(operations, inspect.isfunction))
    assert set(functions) == set(wanted)
    for name, (method, path) in wanted.items():
        call = filled(functions[name])
        told = dict.fromkeys(_blanks(path), "a%20b%2Fc")
        assert (call.operation, call.method, call.path) == (name, method, path.format(**told))


def _blanks(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def answering(*answers: httpx.Response | Exception, seen: list[httpx.Request] | None = None):
    turns = iter(answers)

    def handle(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        answer = next(turns)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx.MockTransport(handle)


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    kind = {"content-type": "application/problem+json", **headers}
    return httpx.Response(status, headers=kind, json={"code": code, "params": {"a": 1}})


def client(*answers, **options) -> Client:
    seen = options.pop("seen", None)
    transport = answering(*answers, seen=seen)
    told = {"patience": QUICK, "transport": transport, **options}
    return Client("http://sylvan.example", "sy_live_key", **told)


def test_it_waits_as_long_as_it_is_told():
    seen: list[httpx.Request] = []
    busy = problem(429, "problem.too_many_burst", **{"retry-after": "1"})
    with client(busy, httpx.Response(200, json=[]), seen=seen) as asking:
        begun = time.monotonic()
        assert asking(operations.exposure_threatening()) == []
        assert time.monotonic() - begun >= 1.0
    assert len(seen) == 2
    assert seen[0].headers["authorization"] == "Bearer sy_live_key"


def test_it_does_not_wait_until_tomorrow():
    spent = problem(429, "problem.too_many_day", **{"retry-after": "40000"})
    with client(spent) as asking, pytest.raises(ProblemError) as told:
        asking(operations.exposure_threatening())
    assert (told.value.status, told.value.code, told.value.params) == (
        429,
        "problem.too_many_day",
        {"a": 1},
    )


def test_what_may_be_sent_twice_is_tried_again_and_nothing_else():
    away, lost = httpx.Response(503), httpx.ConnectError("refused")
    with client(away, lost, httpx.Response(200, json=[])) as asking:
        assert asking(operations.exposure_threatening()) == []
    webhook: models.MakeWebhook = {"url": "https://hooks.example"}
    with client(away) as asking, pytest.raises(ProblemError):
        asking(operations.webhooks_make(webhook))
    with client(lost) as asking, pytest.raises(httpx.ConnectError):
        asking(operations.webhooks_make(webhook))
    report: models.NewReport = {"place": {"method": "coordinates"}, "seen": "smoke"}
    with client(lost, httpx.Response(201, json={"id": "r"})) as asking:
        assert asking(operations.reports_submit(report, idempotency_key="k"))["id"] == "r"


def test_it_gives_up_in_the_end():
    seen: list[httpx.Request] = []
    with (
        client(*(httpx.ConnectError("refused") for _ in range(9)), seen=seen) as asking,
        pytest.raises(httpx.ConnectError),
    ):
        asking(operations.exposure_threatening())
    assert len(seen) == QUICK.tries


def test_the_asynchronous_client_does_the_same():
    async def run() -> list:
        transport = answering(httpx.Response(503), httpx.Response(200, json=[1]))
        options = {"patience": QUICK, "transport": transport}
        async with AsyncClient("http://sylvan.example", "k", **options) as asking:
            return await asking(operations.exposure_threatening())

    assert asyncio.run(run()) == [1]


def test_parameters_lists_and_the_world_are_sent():
    seen: list[httpx.Request] = []
    with client(httpx.Response(200, json={}), seen=seen, world="drill") as asking:
        asking(operations.fires_listed(status=["signal", "fighting"], edges=True))
    assert dict(seen[0].url.params.multi_items())["edges"] == "true"
    assert seen[0].url.params.get_list("status") == ["signal", "fighting"]
    assert seen[0].url.params["world"] == "drill"


def test_refused_sightings_do_not_stop_the_others_and_keys_follow_the_words():
    seen: list[httpx.Request] = []
    told: list[models.NewReport] = [
        {"place": {"method": "coordinates", "point": [129.0, 62.0]}, "seen": "smoke"},
        {"place": {"method": "coordinates", "point": [0.0, 0.0]}, "seen": "flame"},
        {"place": {"method": "coordinates", "point": [130.0, 62.0]}, "seen": "smoke"},
    ]
    answers = (
        httpx.Response(201, json={"id": "a"}),
        problem(422, "problem.place_outside"),
        httpx.Response(201, json={"id": "b"}),
    )
    with client(*answers, seen=seen) as asking:
        sent = list(sightings.push(asking, told))
    assert [one.report["id"] if one.report else one.problem.code for one in sent] == [
        "a",
        "problem.place_outside",
        "b",
    ]
    keys = [request.headers["idempotency-key"] for request in seen]
    assert len(set(keys)) == 3
    assert keys == [sightings.key_of(one) for one in told]


def test_polling_goes_on_after_what_it_was_told():
    seen: list[httpx.Request] = []

    def page(seq: int, *, more: bool) -> httpx.Response:
        return httpx.Response(
            200, json={"epoch": "e", "seq": seq, "more": more, "events": [{"seq": seq}]}
        )

    with client(page(7, more=True), page(9, more=False), page(9, more=False), seen=seen) as asking:
        rounds = watching.poll(asking, watching.Position("e", 3), 0.0, kinds=["fire.changed"])
        told = [next(rounds) for _ in range(3)]
    assert [one.position.seq for one in told] == [7, 9, 9]
    assert [request.url.params["after"] for request in seen] == ["3", "7", "9"]
    assert {request.url.params["kinds"] for request in seen} == {"fire.changed"}


# Webhooks: ours beside the reference


SECRET = webhooks.write_secret(bytes(range(32)))


def signed(stamp: int, body: bytes = b'{"id":"m"}', secret: bytes = bytes(range(32))):
    message = webhooks.Message("msg_1", body, "fire.changed", 1)
    return webhooks.headers(message, stamp, secret)


def test_reference_and_client_verify_what_we_sign():
    stamp, body = int(time.time()), b'{"id":"m"}'
    assert Webhook(SECRET).verify(body, signed(stamp)) == verify(SECRET, signed(stamp), body)
    other = webhooks.write_secret(bytes(32))
    assert verify([other, SECRET], signed(stamp), body) == {"id": "m"}


@pytest.mark.parametrize("change", ["body", "id", "time", "old", "future", "secret", "missing"])
def test_what_is_not_ours_or_old_is_refused(change):
    stamp, body = 1_000_000, b'{"id":"m"}'
    headers, now, secret = signed(stamp), float(stamp), SECRET
    if change == "body":
        body = b'{"id":"n"}'
    elif change == "id":
        headers["webhook-id"] = "msg_2"
    elif change == "time":
        headers["webhook-timestamp"] = str(stamp + 1)
    elif change == "old":
        now += 301
    elif change == "future":
        now -= 301
    elif change == "secret":
        secret = webhooks.write_secret(bytes(32))
    else:
        del headers["webhook-signature"]
    with pytest.raises(BadSignatureError):
        verify(secret, headers, body, now=now)


# What the document shows of each operation


def test_every_operation_shows_how_it_is_asked():
    functions = dict(inspect.getmembers(operations, inspect.isfunction))
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            curl, python = operation["x-codeSamples"]
            assert "$SYLVAN_KEY" in curl["source"]
            assert f'"$SYLVAN_URL{path}' in curl["source"]
            assert (f"-X {method.upper()}" in curl["source"]) == (method != "get")
            call = ast.parse(python["source"], mode="eval").body.args[0]
            assert call.func.attr == operation["operationId"]
            names = [word.arg for word in call.keywords]
            signature = inspect.signature(functions[call.func.attr])
            signature.bind(*call.args, **dict.fromkeys(names))


def test_bodies_of_the_samples_are_the_examples():
    checked = 0
    for methods in DOCUMENT["paths"].values():
        for operation in methods.values():
            told = operation["x-codeSamples"][0]["source"]
            if " -d '" in told:
                sent = told.partition(" -d '")[2].partition("'")[0]
                wanted = operation["requestBody"]["content"]["application/json"]["example"]
                assert json.loads(sent) == wanted
                checked += 1
    assert checked > 30
