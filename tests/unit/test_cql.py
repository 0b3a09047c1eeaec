"""Filters: what is read of them, and what is refused before a parser or the database sees it."""

import subprocess
import sys
from datetime import UTC, date, datetime

import orjson
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain import cql
from sylvan.domain.codes import Invalid
from sylvan.domain.cql import Call, Instant, Interval, Literal, Property, Shape, Values

AREA = Property("area_ha")
MORE = Call(">", (AREA, Literal(5.0)))


def test_text_and_json_are_the_same_filter():
    told = {"op": ">", "args": [{"property": "area_ha"}, 5]}
    assert cql.parse("area_ha > 5") == cql.parse(orjson.dumps(told).decode(), cql.JSON) == MORE


@pytest.mark.parametrize(
    ("told", "node"),
    [
        (
            "status IN ('signal','out')",
            Call("in", (Property("status"), Values((Literal("signal"), Literal("out"))))),
        ),
        ("area_ha BETWEEN 1 AND 2", Call("between", (AREA, Literal(1.0), Literal(2.0)))),
        ("NOT area_ha IS NULL", Call("not", (Call("isnull", (AREA,)),))),
        ("number = 'it''s'", Call("=", (Property("number"), Literal("it's")))),
        ("sample = true", Call("=", (Property("sample"), Literal(True)))),
        (
            "T_AFTER(at, TIMESTAMP('2026-07-17T15:00:00+09:00'))",
            Call("t_after", (Property("at"), Instant(datetime(2026, 7, 17, 6, tzinfo=UTC)))),
        ),
        (
            "T_DURING(day, INTERVAL('2026-07-01','..'))",
            Call("t_during", (Property("day"), Interval(Instant(date(2026, 7, 1)), None))),
        ),
    ],
)
def test_what_is_written_is_what_is_read(told, node):
    assert cql.parse(told) == node


def test_a_box_across_180_is_two():
    call = cql.parse("S_INTERSECTS(geom, BBOX(170,60,-170,70))")
    (shape,) = (one for one in call.args if isinstance(one, Shape))
    assert shape.geometry.covers(shapely.Point(175, 65))
    assert shape.geometry.covers(shapely.Point(-175, 65))
    assert not shape.geometry.intersects(shapely.Point(0, 65))


REFUSED = {
    "filter.syntax": ["", "area_ha >", "area_ha = 1; drop table fire", "area_ha = 1 --", "((1=1)"],
    "filter.too_long": ["a=1 OR " * 2000 + "a=1"],
    "filter.too_deep": ["(" * 40 + "a=1" + ")" * 40, "NOT " * 200 + "a=1", "a" + "+1" * 200 + "=1"],
    "filter.too_many": [" OR ".join(["a=1"] * 200)],
    "filter.operator": ["pg_sleep(10) = 1", "a % 2 = 1", "ACCENTI(a) = 'b'", "version() = 'x'"],
    "filter.instant": ["a = DATE('2026-02-30')", "a > TIMESTAMP('soon')"],
    "filter.geometry": [
        "S_INTERSECTS(geom, POLYGON((0 0,1 1,1 0,0 1,0 0)))",
        "S_INTERSECTS(geom, POLYGON((0 0,1 1,1 0)))",
    ],
    "filter.box": ["S_INTERSECTS(geom, BBOX(1,5,2,3))"],
    "filter.vertices": [],
}


@pytest.mark.parametrize(
    ("code", "told"), [(code, told) for code, many in REFUSED.items() for told in many]
)
def test_what_cannot_be_used_is_refused_by_name(code, told):
    with pytest.raises(Invalid) as refused:
        cql.parse(told)
    assert (refused.value.code, refused.value.field) == (code, "filter")


@pytest.mark.parametrize(
    "told",
    [
        "[" * 500 + "]" * 500,
        '{"op":"not","args":[' * 60 + "true" + "]}" * 60,
        "{",
        "nan",
        '"\\ud800"',
    ],
)
def test_json_that_is_no_filter_is_refused(told):
    with pytest.raises(Invalid):
        cql.parse(told, cql.JSON)


def test_many_vertices_are_refused():
    line = ",".join(f"{n / 1000} 1" for n in range(3000))
    body = {"type": "LineString", "coordinates": [[n / 1000, 1] for n in range(3000)]}
    assert len(line) > cql.MOST_CHARACTERS
    with pytest.raises(Invalid) as refused:
        cql._geometry(body)
    assert refused.value.code == "filter.vertices"


def test_the_parser_alone_would_end_the_process_and_is_never_asked():
    """Why depth is bounded first; when this fails, the library has mended it."""
    deep = "'(' * 20000 + 'a=1' + ')' * 20000"
    alone = subprocess.run(
        [sys.executable, "-c", f"import cql2; cql2.parse_text({deep})"], check=False
    )
    assert alone.returncode < 0
    bounded = f"from sylvan.domain import cql; cql._check_nesting({deep})"
    ours = subprocess.run([sys.executable, "-c", bounded], check=False, capture_output=True)
    assert b"filter.too_deep" in ours.stderr


@pytest.mark.parametrize(
    ("pattern", "code"),
    [("a\\", "filter.pattern"), ("a\\\\\\", "filter.pattern"), ("%a" * 9, "filter.wildcards")],
)
def test_patterns_that_stop_the_database_are_refused(pattern, code):
    with pytest.raises(Invalid) as refused:
        cql.checked_pattern(pattern)
    assert refused.value.code == code


def test_ordinary_patterns_pass():
    for pattern in ("a%", "%_b", "100\\%", "a\\\\", "%a%b%c%"):
        assert cql.checked_pattern(pattern) == pattern


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(told):
    for language in cql.LANGUAGES:
        try:
            cql.parse(told, language)
        except Invalid as refused:
            assert refused.field == "filter"  # noqa: PT017 - both ends are fine


PIECES = st.sampled_from(
    [
        *(
            "area_ha",
            "status",
            "geom",
            "'x'",
            "1",
            "-1e9",
            "true",
            "NOT",
            "AND",
            "OR",
            "(",
            ")",
            ",",
        ),
        *("=", "<>", "LIKE", "IN", "BETWEEN", "IS NULL", "CASEI(", "S_INTERSECTS(", "POINT(1 2)"),
        *("BBOX(1,2,3,4)", "DATE('2026-01-01')", "INTERVAL('..','..')", "T_AFTER(", "+", "*", "/"),
    ]
)


@given(st.lists(PIECES, max_size=25))
def test_any_heap_of_words_is_read_or_refused(words):
    try:
        cql.parse(" ".join(words))
    except Invalid as refused:
        assert refused.code.startswith("filter.")  # noqa: PT017 - both ends are fine
