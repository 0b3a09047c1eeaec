"""Requests made from the published document, good and bad: no fault, no trace-back, no surprise."""

from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel

from sylvan import wiring
from sylvan.bench.fuzz import ENDLESS, Result, fuzzed
from sylvan.bench.fuzz_house import hurry
from sylvan.services.doors import LOCAL, Credentials, Identity
from sylvan.settings import Settings
from tests.e2e.houses import Site, client, opened, take
from tests.e2e.rights_day import API, Place, live_through

CASES = 2_000
SEED = 1


class OwnersDoor:
    """Whoever asks is the operator, and owns something as well: every operation is open to him."""

    def admit(self, _credentials: Credentials) -> Identity:
        return replace(LOCAL, owner="grid")


@pytest.fixture(scope="module")
def lived(region_url):
    """A house in which a day was lived through, and the ids of what happened."""
    house = opened(region_url)
    house.door = OwnersDoor()
    place = Place("here", Site(129.73, 66.4, 2.0, 5))
    take(house, (place.site,))
    hurry(house)
    with client(house) as api:
        live_through(api, house, place)
        place.ids["number"] = str(api.post(f"{API}/suggestions").json()["number"])
    app, _ = wiring.web(Settings(), house)
    yield app, place.ids
    house.auditor.stop(2.0)
    house.worlds.engine.dispose()


def told(result: Result) -> list[str]:
    return [f"{one.what}\n{one.curl}\n{one.answer}" for one in result.findings.values()]


def test_requests_made_from_the_document_find_no_fault(lived):
    app, ids = lived
    result = fuzzed(app, CASES, SEED, ids)
    assert told(result) == []
    assert result.cases.total() == CASES
    operations = {
        one["operationId"] for path in app.openapi()["paths"].values() for one in path.values()
    }
    assert result.cases.keys() == operations - ENDLESS
    assert {200, 201, 404, 409, 422} <= result.statuses.keys()


class Thing(BaseModel):
    number: int


def faulty(kind: str) -> FastAPI:
    """One operation, with one fault."""
    app = FastAPI()

    @app.get("/thing", operation_id="thing", response_model=Thing)
    def thing(n: int = 0) -> Any:
        if kind == "raises":
            raise ValueError(n)
        if kind == "breaks off":
            return JSONResponse({"number": "x"})
        if kind == "other type":
            return PlainTextResponse("5")
        if kind == "other status":
            return JSONResponse({"number": 1}, 202)
        if kind == "trace":
            return JSONResponse({"number": 1, "why": 'File "/srv/x.py", line 3'})
        problem = {"code": "problem.of_nobody", "errors": []}
        return JSONResponse(problem, 422, media_type="application/problem+json")

    return app


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("raises", "ValueError"),
        ("breaks off", "schema"),
        ("other type", "Content-Type"),
        ("other status", "status code"),
        ("trace", "trace-back"),
        ("unknown code", "problem.of_nobody"),
    ],
)
def test_a_fault_is_found_with_a_line_to_try_it_again(kind, word):
    found = list(fuzzed(faulty(kind), 8, SEED).findings.values())
    assert any(word in one.what for one in found), found
    assert all("curl" in one.curl and "/thing" in one.curl for one in found)


def asked(seed: int) -> list[tuple[int, str]]:
    app, numbers = FastAPI(), []

    @app.get("/thing", operation_id="thing")
    def thing(n: int, word: str) -> int:
        numbers.append((n, word))
        return n

    fuzzed(app, 40, seed)
    return numbers


def test_the_same_seed_asks_the_same():
    assert asked(1) == asked(1) != asked(2)
