"""Small parts of the web layer: visitors, cursors, moments, mistakes, and words for every code."""

import ast
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import Headers

import sylvan
from sylvan.domain import lifecycle, reports
from sylvan.domain.codes import Invalid, Refusal
from sylvan.services import faults
from sylvan.services.languages import LANGUAGES
from sylvan.web import bodies, catalogue, cursors, deps, mistakes, strict
from sylvan.web.visitors import Visitors, host_name

ROOT = Path(sylvan.__file__).parent
ROOMS = ("web", "services", "live")
CODE = re.compile(r"(problem|field|photo|live|fire|report|place|bearing)\.[a-z_]+")
NO_CODES = {
    # names of events, audit entries and log lines look like codes and are none
    *("fire.changed", "fire.merged", "fire.shown", "report.changed", "report.submit"),
    *("report.amend",),
    *("report.erase", "fire.registered", "report.html", "report.also_seen", "report.answer"),
    *("fire.edge", "fire.edge_", "fire.edge_undone"),
    *("fire.handed_over", "fire.nmber", "field.html"),
    *("fire.exposure", "fire.forecast", "fire.reach", "fire.forces"),
}
aware = st.datetimes(
    datetime(1900, 1, 2),  # noqa: DTZ001 - hypothesis adds the zones
    datetime(2099, 12, 30),  # noqa: DTZ001 - hypothesis adds the zones
    timezones=st.sampled_from(
        [UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-11, minutes=-30))]
    ),
)


# Visitors


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("localhost", "localhost"),
        ("LocalHost:8321", "localhost"),
        ("localhost.:80", "localhost"),
        ("[::1]", "[::1]"),
        ("[::1]:8321", "[::1]"),
        ("127.0.0.1:1", "127.0.0.1"),
        ("localhost:evil", "localhost:evil"),
    ],
)
def test_host_is_compared_without_port_case_and_final_dot(told, name):
    assert host_name(told) == name


def status(visitors: Visitors, method: str, **headers: str) -> int | None:
    told = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    refused = visitors.refusal(method, told)
    return refused.status_code if refused else None


OURS = Visitors.of(["localhost", "[::1]"])


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("fd00::7", "[fd00::7]:8321"),
        ("[fd00::7]", "[FD00::7]"),
        ("пожары.рф", "xn--80alxdi0e.xn--p1ai"),
        ("Fires.Example", "fires.example:443"),
    ],
)
def test_name_is_known_as_browsers_send_it(written, sent):
    ours = Visitors.of([written])
    assert status(ours, "GET", host=sent) is None
    assert status(ours, "GET", host="other.example") == 421


def test_server_without_a_list_of_names_answers_to_any():
    assert status(Visitors(), "GET", host="anything.example") is None
    assert status(OURS, "GET", host="anything.example") == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "BREW"])
def test_change_from_a_foreign_page_is_refused_whatever_its_method(method):
    assert status(OURS, method, host="localhost", origin="http://evil.example") == 403
    assert status(OURS, method, host="localhost", sec_fetch_site="cross-site") == 403
    assert status(OURS, method, host="localhost") is None


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_needs_no_origin(method):
    assert status(OURS, method, host="localhost", origin="http://evil.example") is None


def test_port_is_part_of_an_origin():
    told = {"host": "localhost:8321"}
    assert status(OURS, "POST", origin="http://localhost:8321", **told) is None
    assert status(OURS, "POST", origin="http://localhost", **told) == 403


# Cursors and moments


def outcome(read):
    """What was read, or the field that is blamed; anything else is a fault."""
    try:
        return read()
    except Invalid as refusal:
        return refusal.errors[0].field


@given(aware, st.uuids())
def test_cursor_of_an_id_comes_back(at, key):
    row = cursors.decode(cursors.encode(at.astimezone(UTC), key))
    assert (row.at, cursors.as_uuid(row)) == (at, key)


@given(aware, st.integers(-(2**63), 2**63 - 1))
def test_cursor_of_a_number_comes_back(at, key):
    row = cursors.decode(cursors.encode(at.astimezone(UTC), key))
    assert (row.at, cursors.as_int(row)) == (at, key)


@given(st.text(max_size=80))
def test_foreign_cursor_is_refused_and_never_a_fault(text):
    found = outcome(lambda: cursors.decode(text).at)
    assert found == "cursor" or found.tzinfo is not None


@given(aware)
def test_moment_is_read_in_any_zone(at):
    assert deps.moment(at.isoformat(), "since") == at


@given(st.text(max_size=40))
def test_foreign_moment_is_refused_by_name_and_never_a_fault(text):
    found = outcome(lambda: deps.moment(text, "since"))
    assert found == "since" or found.tzinfo is UTC


@given(st.tuples(*[st.floats(-200, 200)] * 4))
def test_box_is_taken_as_it_is_or_refused(numbers):
    west, south, east, north = (round(number, 6) for number in numbers)
    text = f"{west:f},{south:f},{east:f},{north:f}"
    fits = abs(west) <= 180 and abs(east) <= 180 and -90 <= south <= north <= 90
    if fits:
        assert deps.bbox(text) == pytest.approx((west, south, east, north))
    else:
        with pytest.raises(Invalid, match=r"problem\.bbox"):
            deps.bbox(text)


# Mistakes


def mistake(kind, value) -> Refusal:
    with pytest.raises(ValidationError) as found:
        TypeAdapter(kind).validate_python(value)
    return mistakes.refusal(
        {**item, "loc": ("body", *item["loc"])} for item in found.value.errors()
    )


@pytest.mark.parametrize(
    ("kind", "value", "code", "params"),
    [
        (bodies.RejectFire, {}, "field.required", {}),
        (bodies.Latitude, 91, "field.at_most", {"limit": 90.0}),
        (bodies.Latitude, -91, "field.at_least", {"limit": -90.0}),
        (bodies.Latitude, float("nan"), "field.number", {"value": "nan"}),
        (bodies.Short, "x" * 201, "field.too_long", {"limit": 200}),
        (bodies.Short, "a\0b", "field.characters", {}),
        (bodies.Short, 5, "field.text", {}),
        (bodies.Moment, 1784246400, "field.moment", {"value": "1784246400"}),
        (bodies.Moment, "2026-07-17T00:00:00", "problem.time_zone_missing", None),
        (UUID, "17", "field.id", {"value": "17"}),
        (list[int], {}, "field.list", {}),
        (dict[str, int], [], "field.object", {}),
        (bool, "perhaps", "field.yes_or_no", {}),
        (
            bodies.Seen,
            "dragon",
            "field.choice",
            {"allowed": "smoke, flame, lightning, burnt, other"},
        ),
    ],
)
def test_mistake_is_told_by_a_code_with_its_parameters(kind, value, code, params):
    refusal = mistake(kind, value)
    assert (refusal.status, refusal.code) == (422, "problem.invalid")
    error = refusal.errors[0]
    assert error.code == code
    assert params is None or dict(error.params) == params


def test_every_mistake_of_a_form_is_told_at_once():
    refusal = mistake(bodies.NewReport, {"seen": "dragon", "place": {"method": "x"}, "a": 1})
    assert [error.field for error in refusal.errors] == ["place.method", "seen", "a"]
    assert dict(refusal.params) == {"count": 3}


def test_long_wrong_values_are_not_repeated_in_full():
    refusal = mistake(UUID, "x" * 10_000)
    assert len(str(refusal.errors[0].params["value"])) == mistakes.MAX_SHOWN


def test_every_kind_of_mistake_has_words():
    codes = {code for code, _ in mistakes._KINDS.values()}
    for language in LANGUAGES:
        assert codes <= catalogue.merged(language).keys()


# Faults of the database


class FaultError(Exception):
    def __init__(self, state):
        super().__init__("first line\nsecond line")
        self.sqlstate = state


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("22021", 422),  # a NUL in text
        ("22003", 422),  # a number out of range
        ("23505", 409),  # somebody was faster
        ("40P01", 503),  # deadlock
        ("53100", 503),  # disk full
        ("55P03", 503),  # a lock not given in time
        ("57P01", 503),  # the server is shutting down
        ("08006", 503),  # the connection broke
    ],
)
def test_fault_of_the_database_is_told_by_its_kind(state, status):
    refusal = faults.database(FaultError(state))
    assert refusal is not None
    assert refusal.status == status


@pytest.mark.parametrize("state", ["42601", "42P01", "42703", None])
def test_mistake_in_our_own_sql_is_no_excuse(state):
    assert faults.database(FaultError(state)) is None


def test_web_layer_knows_no_database_library():
    wrong = {
        (path.name, name)
        for path in (ROOT / "web").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or "", *(one.name for one in node.names)]
        if name.partition(".")[0] in {"sqlalchemy", "psycopg", "geoalchemy2"}
    }
    assert wrong == set()


# Words


def written_codes() -> set[tuple[str, str]]:
    """Everything in the three rooms that looks like a code of a refusal, and where it stands."""
    found = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                value = node.value if isinstance(node, ast.Constant) else None
                if isinstance(value, str) and CODE.fullmatch(value):
                    found.add((value, f"{room}/{path.name}"))
    return found


def test_every_code_of_web_services_and_live_has_words_in_both_languages():
    found = written_codes()
    assert len({code for code, _ in found}) > 50
    for language in LANGUAGES:
        known = catalogue.merged(language).keys() | NO_CODES
        assert {(code, where) for code, where in found if code not in known} == set()


def test_lists_of_the_api_are_those_of_the_domain():
    def allowed(kind) -> set[str]:
        return set(TypeAdapter(kind).json_schema()["enum"])

    assert allowed(bodies.RejectReason) == set(lifecycle.RejectReason)
    assert allowed(bodies.Seen) == set(reports.Seen)
    assert allowed(bodies.SourceKind) == set(reports.SourceKind) - {"satellite"}


def test_header_that_stands_twice_is_refused():
    assert strict.one_value([], "If-Match", "problem.if_match") is None
    assert strict.one_value(["a"], "If-Match", "problem.if_match") == "a"
    with pytest.raises(Invalid):
        strict.one_value(["a", "a"], "If-Match", "problem.if_match")
