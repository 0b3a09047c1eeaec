"""CQL2 over HTTP: what each operator finds, what none of them may do."""

import json

import pytest
from sqlalchemy import text

from tests.e2e.houses import code

FIRES = "/ogc/collections/fires/items"
DETECTIONS = "/ogc/collections/detections/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0"


def ids(api, told, address=FIRES, **query):
    params = {"limit": 1000, "filter": told, **query}
    answer = api.get(address, params=params)
    assert answer.status_code == 200, (told, answer.text)
    assert answer.json()["numberMatched"] == len(answer.json()["features"])
    return {one["id"] for one in answer.json()["features"]}


@pytest.fixture(scope="module")
def fires(api):
    found = api.get(FIRES, params={"limit": 1000}).json()["features"]
    assert len(found) > 10
    return found


@pytest.fixture(scope="module")
def middle(fires):
    """A number that half of the fires' areas exceed."""
    return sorted(one["properties"]["n_detections"] for one in fires)[len(fires) // 2]


PLAIN = {
    "n_detections > {m}": lambda p, m: p["n_detections"] > m,
    "n_detections >= {m} AND n_detections <= {m}": lambda p, m: p["n_detections"] == m,
    "NOT (n_detections <> {m})": lambda p, m: p["n_detections"] == m,
    "n_detections BETWEEN {m} AND 99": lambda p, m: m <= p["n_detections"] <= 99,
    "n_detections NOT BETWEEN {m} AND 99": lambda p, m: not m <= p["n_detections"] <= 99,
    "n_detections IN (1,{m})": lambda p, m: p["n_detections"] in (1, m),
    "status = 'signal' OR status = 'out'": lambda p, _: p["status"] in ("signal", "out"),
    "status LIKE 'sig%'": lambda p, _: p["status"].startswith("sig"),
    "status LIKE 's_gnal'": lambda p, _: p["status"] == "signal",
    "CASEI(status) LIKE CASEI('SIG%')": lambda p, _: p["status"].startswith("sig"),
    "CASEI(status) = CASEI('SiGNaL')": lambda p, _: p["status"] == "signal",
    "number IS NULL": lambda p, _: p["number"] is None,
    "municipality IS NOT NULL": lambda p, _: p["municipality"] is not None,
    "n_detections * 2 > {m} + 1": lambda p, m: p["n_detections"] * 2 > m + 1,
    "area_ha / 0 > 1": lambda *_: False,
    "area_lo_ha < area_hi_ha": lambda p, _: p["area_lo_ha"] < p["area_hi_ha"],
    "A_CONTAINS(source_kinds, ('satellite'))": lambda p, _: "satellite" in p["source_kinds"],
    "A_OVERLAPS(source_kinds, ('report'))": lambda p, _: "report" in p["source_kinds"],
    "A_EQUALS(source_kinds, ('satellite'))": lambda p, _: p["source_kinds"] == ["satellite"],
    "A_CONTAINEDBY(source_kinds, ('satellite','x'))": lambda p, _: (
        set(p["source_kinds"]) <= {"satellite", "x"}
    ),
    "true": lambda *_: True,
    "false": lambda *_: False,
    "first_seen > TIMESTAMP('2026-07-16T12:00:00Z')": lambda p, _: (
        p["first_seen"] > "2026-07-16T12:00:00Z"
    ),
    "first_seen > '2026-07-16T12:00:00Z'": lambda p, _: p["first_seen"] > "2026-07-16T12:00:00Z",
    "first_seen = DATE('2026-07-16')": lambda p, _: p["first_seen"][:10] == "2026-07-16",
    "T_AFTER(first_seen, DATE('2026-07-16'))": lambda p, _: p["first_seen"][:10] > "2026-07-16",
    "T_BEFORE(last_seen, DATE('2026-07-17'))": lambda p, _: p["last_seen"][:10] < "2026-07-17",
    "T_INTERSECTS(INTERVAL(first_seen,last_seen), DATE('2026-07-16'))": lambda p, _: (
        p["first_seen"][:10] <= "2026-07-16" <= p["last_seen"][:10]
    ),
    "T_DURING(first_seen, INTERVAL('2026-07-16T00:00:00Z','..'))": lambda p, _: (
        p["first_seen"] > "2026-07-16T00:00:00Z"
    ),
}


@pytest.mark.parametrize("told", PLAIN)
def test_a_filter_finds_what_it_says_and_nothing_else(api, fires, middle, told):
    wanted = {one["id"] for one in fires if PLAIN[told](one["properties"], middle)}
    assert ids(api, told.format(m=middle)) == wanted


def test_filters_of_both_forms_agree(api, fires, middle):
    told = {"op": ">", "args": [{"property": "n_detections"}, middle]}
    found = ids(api, json.dumps(told), **{"filter-lang": "cql2-json"})
    assert found == ids(api, f"n_detections > {middle}")
    assert 0 < len(found) < len(fires)


def test_an_id_is_found_by_its_index(api, fires):
    assert ids(api, f"id = '{fires[0]['id']}'") == {fires[0]["id"]}


BOX = "BBOX(120,60,130,66)"
RING = "POLYGON((120 60,130 60,130 66,120 66,120 60))"


@pytest.mark.parametrize(
    ("told", "inside"),
    [
        (f"S_INTERSECTS(geom, {BOX})", True),
        (f"S_INTERSECTS(geom, {RING})", True),
        (f"S_WITHIN(geom, {RING})", True),
        (f"S_CONTAINS({RING}, geom)", True),
        (f"S_DISJOINT(geom, {RING})", False),
        (f"NOT S_INTERSECTS(geom, {BOX})", False),
    ],
)
def test_places(api, fires, told, inside):
    def lies(one):
        lon, lat = one["geometry"]["coordinates"]
        return 120 <= lon <= 130 and 60 <= lat <= 66

    wanted = {one["id"] for one in fires if lies(one) is inside}
    assert 0 < len(wanted) < len(fires)
    assert ids(api, told) == wanted


@pytest.mark.parametrize("name", ["EQUALS", "TOUCHES", "OVERLAPS", "CROSSES"])
def test_other_relations_are_answered(api, name):
    assert ids(api, f"S_{name}(geom, {RING})") == set()


def test_a_filter_may_have_its_own_coordinate_system(api, fires):
    turned = "POLYGON((60 120,60 130,66 130,66 120,60 120))"
    crs = {"filter-crs": f"{EPSG}/4326"}
    assert ids(api, f"S_INTERSECTS(geom, {turned})", **crs) == ids(
        api, f"S_INTERSECTS(geom, {BOX})"
    )
    metres = "BBOX(13358338,8399737,14471533,9788258)"  # about the same box in EPSG:3857
    found = ids(api, f"S_INTERSECTS(geom, {metres})", **{"filter-crs": f"{EPSG}/3857"})
    assert found == ids(api, "S_INTERSECTS(geom, BBOX(120,60,130,65.72))")
    polar = "S_INTERSECTS(geom, BBOX(-5000000,-5000000,5000000,5000000))"
    for system in ("3576", "3995"):
        assert len(ids(api, polar, **{"filter-crs": f"{EPSG}/{system}"})) == len(fires)


def test_a_polygon_over_180_is_refused_unless_it_is_cut(api):
    jump = "POLYGON((170 60,-170 60,-170 70,170 72,170 60))"
    answer = api.get(FIRES, params={"filter": f"S_INTERSECTS(geom, {jump})"})
    assert code(answer) == "filter.across_180"
    cut = (
        "MULTIPOLYGON(((170 60,180 60,180 72,170 72,170 60)),"
        "((-180 60,-170 60,-170 72,-180 72,-180 60)))"
    )
    assert ids(api, f"S_INTERSECTS(geom, {cut})") == ids(api, "true", bbox="170,60,-170,72")


WRONG = {
    "nothing = 1": "filter.property",
    "territories = 'x'": "filter.property",
    "world_id = 1": "filter.property",
    "area_ha = 'x'": "filter.kinds",
    "area_ha LIKE 'x'": "filter.kinds",
    "status > 5": "filter.kinds",
    "sensors = 'x'": "filter.kinds",
    "CASEI(area_ha) = 'x'": "filter.kinds",
    "status": "filter.not_a_condition",
    "area_ha": "filter.not_a_condition",
    "1": "filter.not_a_condition",
    "area_ha + 1": "filter.not_a_condition",
    "status + 1 = 2": "filter.kinds",
    "geom = 1": "filter.property",
    "S_INTERSECTS(status, POINT(1 2))": "filter.not_a_geometry",
    "S_INTERSECTS(geom, status)": "filter.not_a_geometry",
    "S_INTERSECTS(geom, POINT(1 91))": "filter.outside",
    "S_INTERSECTS(geom, POINT(500 1))": "filter.outside",
    "S_TOUCHES(geom, GEOMETRYCOLLECTION(POINT(1 2)))": "filter.geometry",
    "T_AFTER(area_ha, DATE('2026-01-01'))": "filter.not_a_time",
    "first_seen > 5": "filter.kinds",
    "first_seen > 'soon'": "filter.instant",
    "id = 'x'": "filter.id",
    "status LIKE 'a\\'": "filter.pattern",
    "status LIKE '%a%a%a%a%a%a%a%a%a%b'": "filter.wildcards",
    "status LIKE number": "filter.kinds",
    "A_CONTAINS(status, ('a'))": "filter.kinds",
    "A_CONTAINS(sensors, (1, 2))": "filter.list_of_texts",
    "area_ha = 1 OR pg_sleep(60) = 1": "filter.operator",
    "status = 'a' UNION SELECT 1": "filter.syntax",
}


@pytest.mark.parametrize("told", WRONG)
def test_what_does_not_hold_is_told_by_name(api, told):
    answer = api.get(FIRES, params={"filter": told})
    assert (answer.status_code, code(answer)) == (400, WRONG[told])


@pytest.mark.parametrize(
    "told",
    [
        *("1e308 * 1e308 > area_ha", "area_ha * 1e300 * 1e300 > 1", "area_ha < -1e308 * 10"),
        *(
            "T_AFTER(first_seen, TIMESTAMP('9999-12-31T23:59:59Z'))",
            "first_seen > DATE('0001-01-01')",
        ),
        *("S_INTERSECTS(geom, LINESTRING(1 1,1 1))", "S_INTERSECTS(geom, POLYGON EMPTY)"),
        *("T_DURING(first_seen, INTERVAL('2027-01-01','2026-01-01'))", "status = '\U0001f525'"),
    ],
)
def test_the_edges_of_numbers_times_and_shapes_are_no_faults(api, told):
    assert api.get(FIRES, params={"filter": told}).status_code in (200, 400)


INJECTIONS = (
    "'; drop table fire; --",
    "' or '1'='1",
    "\\'; drop table fire; --",
    "$$;drop table fire;$$",
    "%(param_1)s",
    ":world",
    "') or true --",
)


@pytest.mark.parametrize("word", INJECTIONS)
def test_words_of_a_filter_stay_values(house, api, fires, word):
    quoted = word.replace("'", "''")
    wells = (f"status = '{quoted}'", f"CASEI(status) LIKE CASEI('{quoted}')")
    for told in (*wells, f"status IN ('{quoted}')", f"A_CONTAINS(sensors, ('{quoted}'))"):
        answer = api.get(FIRES, params={"filter": told})
        assert answer.status_code in (200, 400), told
        assert not answer.is_success or answer.json()["features"] == []
    assert api.get(FIRES, params={"status": word}).json()["features"] == []
    for name in ("filter", "bbox", "datetime", "cursor", "crs", "filter-lang", "limit", word[:50]):
        assert api.get(FIRES, params={name: word}).status_code == 400
    for address in (
        f"{FIRES}/{word}",
        f"/ogc/collections/{word}",
        f"/ogc/collections/layer-{word}",
    ):
        assert api.get(address.replace("%", "%25").replace("\\", "%5C")).status_code == 404
    with house.worlds.engine.connect() as conn:
        assert conn.scalar(text("select count(*) from fire")) >= len(fires)


def test_a_statement_holds_no_word_of_the_request(house, api):
    from sqlalchemy import event  # noqa: PLC0415

    seen: list[str] = []

    def look(_conn, _cursor, statement, *_):
        seen.append(statement)

    event.listen(house.worlds.engine, "before_cursor_execute", look)
    try:
        told = "status = 'zebra' AND n_detections > 4711 AND S_INTERSECTS(geom, POINT(12.5 34.5))"
        ids(api, told, bbox="1.25,2.25,3.25,4.25", datetime="1987-06-05/..", number="okapi")
    finally:
        event.remove(house.worlds.engine, "before_cursor_execute", look)
    whole = "\n".join(seen)
    assert "fire" in whole
    for word in ("zebra", "4711", "12.5", "1.25", "1987", "okapi"):
        assert word not in whole


def test_a_question_that_takes_too_long_is_stopped_and_told(house, api, monkeypatch):
    from sylvan.services import features  # noqa: PLC0415

    monkeypatch.setattr(features, "PATIENCE_MS", 1)
    told = " AND ".join(f"S_INTERSECTS(geom, BBOX({n},1,179,80))" for n in range(40))
    here = "/ogc/collections/layer-lakes/items"
    answers = [api.get(here, params={"filter": told, "limit": 10_000}) for _ in range(5)]
    assert "ogc.too_costly" in {code(one) for one in answers if one.status_code == 400}
