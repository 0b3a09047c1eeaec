"""What breaks when schemathesis asks every operation of the published document, well and badly.

Cases are spread evenly over all operations; half of them obey the document, half break it on
purpose, and half of those with an id in their path name something that exists.  The same seed makes
the same requests.  ``live_events`` is left out: its answer is a stream and never ends.
"""

import contextlib
import json
import shlex
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import HypothesisException
from rich.markup import escape
from rich.table import Table
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Err
from schemathesis.generation import GenerationMode
from schemathesis.python.asgi import shutdown_lifespans
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sylvan.bench.fuzz_house import opened
from sylvan.services.languages import LANGUAGES
from sylvan.web import catalogue

BASE: Final = "http://localhost"
ENDLESS: Final = frozenset({"live_events"})
TRACES: Final = (
    b"Traceback (most recent call last)",
    b'File "/',
    b'File \\"/',
    b"sqlalchemy.",
    b"psycopg.",
)
"""Words of a trace-back; no answer of ours holds them."""
CHECKS: Final = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
MODES: Final = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
for _kind in ("message/rfc822", "application/cap+xml", "application/offset+octet-stream"):
    schemathesis.serializer.alias(_kind, "text/plain")  # bytes as they are, whatever they hold
SHOWN: Final = 400
"""Characters of an answer that a finding repeats."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which an answer is not what it should be."""

    operation: str
    what: str
    status: int
    curl: str
    answer: str


@dataclass(slots=True)
class Result:
    """What was asked and what came of it; one finding for each operation and kind."""

    operations: int = 0
    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    seconds: float = 0.0


Ids = Mapping[str, str]


def _codes(body: bytes) -> set[str]:
    told = json.loads(body)
    return {told["code"], *(one["code"] for one in told["errors"])}


def _unknown(body: bytes) -> str:
    """Codes of a problem that no catalogue has a text for."""
    codes = _codes(body)
    missing = {code for language in LANGUAGES for code in codes - catalogue.merged(language).keys()}
    return ", ".join(sorted(missing))


def _faults(case: Any, response: Any) -> Iterator[str]:
    try:
        case.validate_response(response, checks=list(CHECKS))
    except FailureGroup as group:
        yield from (f"{one.title}: {one.message}" for one in group.exceptions)
    except Failure as one:
        yield f"{one.title}: {one.message}"
    if any(trace in response.content for trace in TRACES):
        yield "a trace-back in the answer"
    if response.headers.get("content-type", [""])[0] == "application/problem+json":
        unknown = _unknown(response.content)
        if unknown:
            yield f"unknown codes: {unknown}"


class _Asker:
    """Asks one case after the other and keeps what is wrong."""

    def __init__(self, result: Result) -> None:
        self.result = result

    def ask(self, name: str, case: Any) -> None:
        """One case."""
        self.result.cases[name] += 1
        try:
            response = case.call(base_url=BASE)
        except Exception as error:  # noqa: BLE001 - whatever the application lets through
            self._keep(name, f"{type(error).__name__}: {error}", 0, case, "")
            return
        self.result.statuses[response.status_code] += 1
        for what in _faults(case, response):
            answer = response.content[:SHOWN].decode("utf-8", "replace")
            self._keep(name, what, response.status_code, case, answer)

    def _keep(self, name: str, what: str, status: int, case: Any, answer: str) -> None:
        kind = (name, what.partition("\n")[0][:80])
        if kind not in self.result.findings:
            found = Finding(name, what[:SHOWN], status, _curl(case), answer)
            self.result.findings[kind] = found


def _curl(case: Any) -> str:
    try:
        return str(case.as_curl_command(base_url=BASE))
    except Exception:  # noqa: BLE001 - bytes that no shell takes
        return f"{case.method} {shlex.quote(str(case.formatted_path))} {str(case.body)[:SHOWN]!r}"


def _run(strategy: Any, ask: Callable[[Any], None], count: int, seed: int) -> None:
    """Up to ``count`` cases; fewer where there are no more."""

    @seeded(seed)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def asked(case: Any) -> None:
        ask(case)

    asked()


def fuzzed(
    app: FastAPI,
    cases: int,
    seed: int,
    ids: Ids | None = None,
    part: Callable[[str], bool] = lambda _name: True,
) -> Result:
    """Ask the operations whose names ``part`` takes; ``ids`` are by the blank that they fill."""
    begun = time.perf_counter()
    result = Result()
    document = app.openapi()
    config = SchemathesisConfig()  # none from whatever file lies around
    config.output.sanitization.update(enabled=False)  # lines to try again name what was sent
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.app = app
    schema.location = str(app.openapi_url)
    named = {one.definition.raw["operationId"]: one for one in _operations(schema)}
    wanted = sorted(name for name in named if name not in ENDLESS and part(name))
    result.operations = len(wanted)
    asker = _Asker(result)
    try:
        for number, name in enumerate(wanted):
            share = (cases - result.cases.total()) // (len(wanted) - number)
            _one(named[name], name, asker, share, seed, ids or {})
    finally:
        shutdown_lifespans()
    result.seconds = time.perf_counter() - begun
    return result


def _operations(schema: Any) -> Iterator[Any]:
    for found in schema.get_all_operations():
        if isinstance(found, Err):
            raise found.err()
        yield found.ok()


def _told(operation: Any, ids: Ids) -> dict[str, dict[str, str]]:
    """What stands fast in the half of the cases that mean something that exists."""
    path = {blank: value for blank, value in ids.items() if f"{{{blank}}}" in operation.path}
    names = {(one.location.value, one.name) for one in operation.iter_parameters()}
    told = {"path_parameters": path}
    if ("query", "world") in names:
        told["query"] = {"world": "live"}
    if ("header", "If-Match") in names:
        told["headers"] = {"If-Match": "*"}
    return {where: values for where, values in told.items() if values}


def _one(operation: Any, name: str, asker: _Asker, share: int, seed: int, ids: Ids) -> None:
    told = _told(operation, ids)
    ways = [(mode, fast) for mode in MODES for fast in ([{}, told] if told else [{}])]
    left = share
    for number, (mode, fast) in enumerate(ways):
        before = asker.result.cases[name]
        strategy = operation.as_strategy(mode, **fast)
        count = left // (len(ways) - number)
        if not count:
            continue
        with contextlib.suppress(HypothesisException):  # nothing that could be wrong
            _run(strategy, lambda case: asker.ask(name, case), count, seed)
        left -= asker.result.cases[name] - before


def run(cases: int, seed: int) -> dict[str, Any]:
    """Ask a house on a throw-away database."""
    with opened(BASE) as (app, ids):
        result = fuzzed(app, cases, seed, ids)
    return {
        "seed": seed,
        "operations": result.operations,
        "left_out": sorted(ENDLESS),
        "cases": result.cases.total(),
        "least_of_an_operation": min(result.cases.values()),
        "statuses": {str(status): count for status, count in sorted(result.statuses.items())},
        "findings": [asdict(one) for one in result.findings.values()],
        "seconds": result.seconds,
    }


def table(result: dict[str, Any]) -> Table:
    """The result for people: findings, each with a line to try it again."""
    title = (
        f"{result['cases']:,} cases, {result['operations']} operations, seed {result['seed']}:"
        f" {len(result['findings'])} findings in {result['seconds']:.0f} s"
    )
    caption = f"left out, it never ends: {', '.join(result['left_out'])}; statuses: " + ", ".join(
        f"{count:,} × {status}" for status, count in result["statuses"].items()
    )
    shown = Table(title=title, caption=caption)
    for name in ("operation", "what", "try it again"):
        shown.add_column(name, overflow="fold")
    for one in result["findings"]:
        shown.add_row(one["operation"], escape(one["what"]), escape(one["curl"]))
    return shown
