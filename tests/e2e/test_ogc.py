"""OGC API – Features: pages, boxes, times, forms, refusals, as programs of others ask."""

import re
from datetime import timedelta

import pytest
from shapely.geometry import shape

from sylvan.domain.actors import local_operator
from tests.e2e.houses import ACROSS, NOW, SITES, code

OGC = "/ogc"
FIRES = f"{OGC}/collections/fires/items"
DETECTIONS = f"{OGC}/collections/detections/items"
EDGES = f"{OGC}/collections/fire-edges/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0"


def features(api, address, **query):
    answer = api.get(address, params={"limit": 1000, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["features"]


def link(answer, rel):
    return next((one["href"] for one in answer.json()["links"] if one["rel"] == rel), None)


def test_landing_page_leads_everywhere(api):
    answer = api.get(f"{OGC}/")
    assert answer.headers["content-type"] == "application/json"
    for rel in ("self", "alternate", "service-desc", "service-doc", "conformance", "data"):
        assert api.get(link(answer, rel)).status_code == 200, rel


def test_the_address_without_its_last_stroke_is_the_landing_page(api):
    bare = api.get(OGC, follow_redirects=False)
    assert (bare.status_code, bare.json()) == (200, api.get(f"{OGC}/").json())
    assert code(api.get(f"{OGC}?ooga=booga")) == "problem.unknown_parameter"


def test_every_link_of_every_collection_opens(api):
    for one in api.get(f"{OGC}/collections").json()["collections"]:
        for told in one["links"]:
            assert api.get(told["href"]).status_code == 200, told["href"]
        again = api.get(f"{OGC}/collections/{one['id']}").json()
        for name in ("id", "title", "description", "extent"):
            assert again[name] == one[name]


def test_programs_get_json_and_browsers_html(api):
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    for path in ("/", "/conformance", "/collections", "/collections/fires", "/api"):
        assert api.get(OGC + path, headers=browser).headers["content-type"].startswith("text/html")
    assert api.get(FIRES, headers=browser).headers["content-type"].startswith("text/html")
    assert api.get(FIRES).headers["content-type"] == "application/geo+json"
    json_wins = {"Accept": "text/html;q=0.5, application/geo+json"}
    assert api.get(FIRES, headers=json_wins).headers["content-type"] == "application/geo+json"
    assert api.get(f"{FIRES}?f=json", headers=browser).json()["type"] == "FeatureCollection"
    assert code(api.get(f"{FIRES}?f=xml")) == "field.choice"


def test_words_are_told_in_the_wanted_language(api):
    russian = api.get(f"{OGC}/collections/fires", headers={"Accept-Language": "ru"})
    english = api.get(f"{OGC}/collections/fires", headers={"Accept-Language": "en-GB,ru;q=0.5"})
    assert (russian.json()["title"], english.json()["title"]) == ("Пожары", "Fires")
    assert english.headers["content-language"] == "en"


def test_pages_follow_each_other_without_gap_or_repetition(api):
    whole = [one["id"] for one in features(api, DETECTIONS)]
    assert len(whole) == len(set(whole)) == sum(site.pixels for site in (*SITES, *ACROSS))
    seen, answer = [], api.get(DETECTIONS, params={"limit": 7})
    while True:
        body = answer.json()
        assert body["numberReturned"] == len(body["features"]) <= 7
        assert body["numberMatched"] == len(whole)
        seen += [one["id"] for one in body["features"]]
        following = link(answer, "next")
        if following is None:
            break
        answer = api.get(following)
    assert seen == whole
    newest = [one["properties"]["acq_at"] for one in features(api, DETECTIONS)]
    assert newest == sorted(newest, reverse=True)


def test_next_page_keeps_filter_and_limit(api):
    answer = api.get(
        DETECTIONS, params={"limit": 2, "filter": "frp_mw < 11", "satellite": "NOAA20"}
    )
    following = api.get(link(answer, "next")).json()
    assert len(following["features"]) == 2
    assert all(one["properties"]["frp_mw"] < 11 for one in following["features"])


def test_a_feature_is_the_same_alone_as_in_its_page(api):
    for one in api.get(f"{OGC}/collections").json()["collections"]:
        here = f"{OGC}/collections/{one['id']}/items"
        for found in api.get(here, params={"limit": 2}).json()["features"]:
            alone = api.get(f"{here}/{found['id']}").json()
            assert {name: alone[name] for name in found} == found


def test_answers_are_rfc_7946(api):
    for name in ("fires", "fire-edges", "layer-municipalities"):
        for one in features(api, f"{OGC}/collections/{name}/items"):
            geometry = shape(one["geometry"])
            west, _, east, _ = geometry.bounds
            assert -180 <= west <= east <= 180
            for part in getattr(geometry, "geoms", [geometry]):
                if part.geom_type == "Polygon":
                    assert part.exterior.is_ccw


# ── boxes, on both sides of 180° ─────────────────────────────────────────────────────────────


def lons(found):
    return sorted({round(one["geometry"]["coordinates"][0], 2) for one in found})


def test_a_box_whose_west_is_greater_than_its_east_crosses_180(api):
    across = features(api, DETECTIONS, bbox="170,50,-170,72")
    assert len(across) == sum(site.pixels for site in ACROSS)
    assert all(abs(lon) > 170 for lon in lons(across))
    rest = features(api, DETECTIONS, bbox="-170,50,170,72")
    assert len(across) + len(rest) == len(features(api, DETECTIONS))


@pytest.mark.parametrize(
    ("box", "same_as"),
    [("170,50,190,72", "170,50,-170,72"), ("-190,50,-170,72", "170,50,-170,72")],
)
def test_longitudes_that_run_on_beyond_180_are_the_same_box(api, box, same_as):
    assert features(api, DETECTIONS, bbox=box) == features(api, DETECTIONS, bbox=same_as)


def test_a_box_round_the_whole_world_holds_everything(api):
    for box in ("-180,-90,180,90", "-200,-90,200,90", "0,-90,360,90"):
        found = features(api, DETECTIONS, bbox=box)
        assert len(found) == len(features(api, DETECTIONS)), box


def test_what_lies_on_180_belongs_to_both_sides(own):
    house, api = own
    from tests.e2e.houses import Site, take  # noqa: PLC0415

    take(house, [Site(180.0, 71.1, 3.0, 1), Site(-180.0, 70.5, 3.0, 1)])
    for box in ("179,70,180,72", "-180,70,-179,72", "179.5,70,-179.5,72", "180,70,180,72"):
        assert len(features(api, DETECTIONS, bbox=box)) == 2, box
    assert features(api, DETECTIONS, bbox="-179.9,70,179.9,72") == []
    whole = features(api, DETECTIONS, filter="S_INTERSECTS(geom, BBOX(179,70,-179,72))")
    assert len(whole) == 2


def test_an_edge_over_180_is_met_on_both_sides_and_nowhere_between(api):
    here = features(api, EDGES, bbox="179.9,66,180,68")
    there = features(api, EDGES, bbox="-180,66,-179.9,68")
    ids = {one["id"] for one in here} & {one["id"] for one in there}
    assert ids, "a fire of the day lies on the line"
    between = {one["id"] for one in features(api, EDGES, bbox="-170,66,170,68")}
    assert not ids & between


@pytest.mark.parametrize("system", ["3576", "3995", "3857"])
def test_a_box_in_metres_holds_what_lies_in_it(api, system):
    crs = f"{EPSG}/{system}"
    placed = features(api, DETECTIONS, crs=crs)
    x0, y0 = placed[0]["geometry"]["coordinates"]
    box = f"{x0 - 5e5},{y0 - 5e5},{x0 + 5e5},{y0 + 5e5}"
    found = features(api, DETECTIONS, **{"bbox": box, "bbox-crs": crs, "crs": crs})
    wanted = [
        one["id"]
        for one in placed
        if max(abs(a - b) for a, b in zip(one["geometry"]["coordinates"], (x0, y0), strict=True))
        <= 5e5
    ]
    assert [one["id"] for one in found] == wanted
    assert 0 < len(wanted) < len(placed)


def test_a_box_about_180_in_polar_metres_does_not_go_round_the_world(api):
    crs = f"{EPSG}/3576"
    (first, *_) = features(api, DETECTIONS, bbox="179.9,66,-179.9,68", crs=crs)
    x, y = first["geometry"]["coordinates"]
    box = f"{x - 2e5},{y - 2e5},{x + 2e5},{y + 2e5}"
    found = features(api, DETECTIONS, **{"bbox": box, "bbox-crs": crs})
    assert len(found) == sum(site.pixels for site in ACROSS)


def test_axes_follow_the_coordinate_system(api):
    (one, *_) = features(api, FIRES)
    (other, *_) = features(api, FIRES, crs=f"{EPSG}/4326")
    assert other["geometry"]["coordinates"] == one["geometry"]["coordinates"][::-1]
    answer = api.get(FIRES, params={"crs": f"{EPSG}/3576"})
    assert answer.headers["content-crs"] == f"<{EPSG}/3576>"
    west, south, east, north = 120, 60, 130, 66
    plain = features(api, FIRES, bbox=f"{west},{south},{east},{north}")
    turned = {"bbox": f"{south},{west},{north},{east}", "bbox-crs": f"{EPSG}/4326"}
    assert features(api, FIRES, **turned) == plain
    assert plain


# ── times ────────────────────────────────────────────────────────────────────────────────────


def test_times_take_in_what_was_seen_then(api):
    early = (NOW - timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    late = (NOW - timedelta(hours=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    all_ids = {one["id"] for one in features(api, DETECTIONS)}
    before = {one["id"] for one in features(api, DETECTIONS, datetime=f"../{late}")}
    after = {one["id"] for one in features(api, DETECTIONS, datetime=f"{late}/..")}
    within = {one["id"] for one in features(api, DETECTIONS, datetime=f"{early}/{late}")}
    assert before | after == all_ids
    assert within == before
    assert 0 < len(before) < len(all_ids)
    moment = features(api, DETECTIONS)[0]["properties"]["acq_at"]
    same = features(api, DETECTIONS, datetime=moment)
    assert {one["properties"]["acq_at"] for one in same} == {moment}
    assert features(api, DETECTIONS, datetime="1999-01-01") == []


# ── what is refused ──────────────────────────────────────────────────────────────────────────

REFUSED = {
    "ooga=booga": "problem.unknown_parameter",
    "limit=1&limit=2": "problem.repeated_parameter",
    "limit=0": "ogc.limit",
    "limit=-1": "ogc.limit",
    "limit=many": "ogc.limit",
    "limit=1.5": "ogc.limit",
    "bbox=1,2,3": "ogc.bbox",
    "bbox=a,b,c,d": "ogc.bbox",
    "bbox=1,2,3,nan": "ogc.bbox",
    "bbox=1,2,3,1e999": "ogc.bbox",
    "bbox=1,20,3,10": "ogc.bbox",
    "bbox=1,-91,3,10": "ogc.bbox",
    "bbox=1,2,3,4,5": "ogc.bbox",
    "bbox=-999,2,3,4": "ogc.bbox",
    f"bbox=3,2,1,4&bbox-crs={EPSG}/3857": "ogc.bbox",
    f"bbox=1e8,1e8,2e8,2e8&bbox-crs={EPSG}/3576": "problem.bbox",
    "bbox-crs=foo": "ogc.crs",
    f"crs={EPSG}/32652": "ogc.crs",
    "datetime=foo": "ogc.datetime",
    "datetime=2026-07-17T00:00:00": "ogc.datetime",
    "datetime=2026-13-01": "ogc.datetime",
    "datetime=../..": "ogc.datetime",
    "datetime=2026-07-17/2026-07-16": "ogc.datetime",
    "datetime=0001-01-01T00:00:00%2B10:00": "ogc.datetime",
    "cursor=foo": "problem.cursor",
    "cursor=WzEsMl0": "problem.cursor",
    "cursor=WzEsImEiXQ": "problem.cursor",
    "filter-lang=sql": "field.choice",
    "filter-crs=foo": "ogc.crs",
    "area_ha=much": "field.number",
    "area_ha=nan": "field.number",
    "id=1": "filter.id",
    "first_seen=soon": "filter.instant",
    "f=csv": "field.choice",
    "lang=xx": "field.choice",
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_cannot_be_used_is_told_with_400(api, query):
    answer = api.get(f"{FIRES}?{query}")
    assert (answer.status_code, code(answer)) == (400, REFUSED[query])


def test_more_than_the_largest_page_is_the_largest_page(api):
    assert api.get(f"{FIRES}?limit=999999").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/collections/none", "/collections/none/items", "/collections/layer-none/items"),
        *("/collections/fires/items/none", "/collections/fires/items/" + "0" * 400, "/nothing"),
        *("/collections/detections/items/9", "/collections/detections/items/99999999999999.1"),
        *("/collections/danger/items/2026-07-17.none", "/collections/layer-rivers/items/none"),
        "/tileMatrixSets/WorldCRS84Quad",
    ],
)
def test_what_is_not_there_is_404(api, path):
    answer = api.get(OGC + path)
    assert answer.status_code == 404
    assert code(answer)


def test_other_methods_are_refused(api):
    assert code(api.post(FIRES, json={})) == "problem.method_not_allowed"


# ── properties ───────────────────────────────────────────────────────────────────────────────


def test_features_have_what_their_schema_says(api):
    for one in api.get(f"{OGC}/collections").json()["collections"]:
        here = f"{OGC}/collections/{one['id']}"
        told = api.get(f"{here}/schema")
        assert told.headers["content-type"] == "application/schema+json"
        known = set(told.json()["properties"]) - {"geom"}
        assert set(api.get(f"{here}/queryables").json()["properties"]) - {"geom"} == known
        for found in api.get(f"{here}/items", params={"limit": 3}).json()["features"]:
            assert set(found["properties"]) == known


def test_a_head_request_for_features_leads_to_what_may_be_asked(api):
    answer = api.head(FIRES)
    assert (answer.status_code, answer.content) == (200, b"")
    (there,) = (
        url
        for url, rel in re.findall(r'<([^>]+)>; rel="([^"]+)"', answer.headers["link"])
        if rel == "http://www.opengis.net/def/rel/ogc/1.0/queryables"
    )
    found = api.get(there, headers={"Accept": "application/schema+json"})
    assert found.headers["content-type"] == "application/schema+json"
    assert found.json()["$id"] == there
    assert found.json()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found.json()["additionalProperties"] is False
    for name, told in found.json()["properties"].items():
        assert "type" in told or told["format"].startswith("geometry-"), name


def test_every_queryable_is_a_parameter(api):
    (one, *_) = features(api, FIRES)
    for name, value in one["properties"].items():
        if value is None or isinstance(value, float):
            continue
        wanted = value[0] if isinstance(value, list) else value
        found = features(api, FIRES, **{name: wanted})
        assert one["id"] in {other["id"] for other in found}, name
    assert features(api, FIRES, status="rejected") == []


def test_the_document_is_openapi_3_0_and_names_every_collection(api):
    from openapi_spec_validator import OpenAPIV30SpecValidator  # noqa: PLC0415

    document = api.get(f"{OGC}/api").json()
    assert document["openapi"] == "3.0.3"
    OpenAPIV30SpecValidator(document).validate()
    for one in api.get(f"{OGC}/collections").json()["collections"]:
        assert f"/collections/{one['id']}/items" in document["paths"]


def test_danger_of_areas_equals_the_products_own(own):
    from sylvan.services.local_danger import danger_days  # noqa: PLC0415
    from tests.e2e.houses import NOW as MOMENT  # noqa: PLC0415

    house, api = own
    lines = ["station,name,lat,lon,time,temperature,humidity,wind,rain"]
    places = [("A", 62.0, 129.7, 28), ("B", 66.4, 112.3, 18), ("C", 59.0, 121.5, 33)]
    for back in range(6):
        day = (MOMENT - timedelta(days=back)).strftime("%Y-%m-%dT04:00:00Z")
        lines += [f"{name},{name},{lat},{lon},{day},{t},30,3,0" for name, lat, lon, t in places]
    actor = local_operator(house.worlds.named("live"))
    house.weather.take(actor, "w.csv", ("\n".join(lines) + "\n").encode(), "weather")
    house.danger.refresh(actor)
    with house.worlds.engine.connect() as conn:
        today = house.danger.today(conn, actor)
        known = house.regimes.municipalities(conn)
        days = danger_days(conn, actor, today).within([one.shape for one in known])
    wanted = {one.code: found[0] or None for one, found in zip(known, days, strict=True)}
    told = {
        one["id"]: one["properties"]["danger_class"]
        for one in features(api, f"{OGC}/collections/danger-areas/items")
    }
    assert told == wanted
    assert len({value for value in told.values() if value}) > 1
    rows = features(api, f"{OGC}/collections/danger/items", day=today.isoformat())
    assert {one["properties"]["code"] for one in rows} == {"A", "B", "C"}
