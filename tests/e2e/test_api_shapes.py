"""Real answers are what the document says, to the last field: nothing undeclared leaves."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from sylvan.domain.actors import system
from sylvan.domain.forecasting import ForecastingParameters
from sylvan.services.forecasting import Forecasters, answered
from sylvan.services.helpers import Helpers
from sylvan.web.examples_command import BODIES
from tests.e2e.houses import NOW, SITES, take

API = "/api/v1"
REPORT = {"place": {"method": "coordinates", "point": [129.73, 62.03]}, "seen": "smoke"}
SOURCE = {"kind": "boiler", "point": [129.73, 62.03]}
BASE = {"code": "air-1", "kind": "air_base", "point": [129.7, 62.0]}
CREW = {"code": "crew-1", "kind": "helitack", "station": "air-1"}
NO_JSON = {"map_tile", "reports_photo", "danger_picture", "danger_geotiff"}
NO_JSON |= {"forces_table", "forces_workbook", "control_file"}
NO_JSON |= {"regimes_bulletin_html", "regimes_bulletin_txt"}
NO_JSON |= {"audit_export", "people_sessions"}  # a table; of an account: test_sign_in.py
NO_JSON |= {"figures_table", "figures_workbook", "documents_file"}
NO_JSON |= {"public_cap_certificate", "public_cap_feed_of", "public_cap_message", "cap_one"}
NO_JSON |= {"public_kml", "public_kml_now", "outlines_kml_full", "outlines_cot"}  # test_cap.py
NO_JSON |= {"exports_csv", "exports_flatgeobuf", "exports_geojson", "exports_geopackage"}
NO_JSON |= {
    "layers_history",
    "layers_version",
    "layers_shapes_of",
    "rules_history",
    "sources_rejects",
    "sources_rejects_table",
    "sources_body",
}  # test_admin.py
# things that only their owner has, and nobody here is one: the files of tests of each ask them
NO_JSON |= {"assets_one", "assets_threats", "signals_one", "uploads_known", "public_answer"}
NO_JSON |= {"webhooks_one", "webhooks_deliveries", "keys_usage", "own_keys_sandbox"}
NO_JSON |= {"alerts_message"}
NO_JSON |= {"drills_table"}  # test_drills.py
NO_JSON |= {"live_events", "live_changes"}  # need a running gateway: test_live_levels.py
WEATHER = (
    "station,name,lat,lon,time,temperature_c,humidity_pct,wind_ms,rain_mm,rain_hours\n"
    f"A,Post,62.0,129.7,{NOW - timedelta(days=1):%Y-%m-%d}T03:00:00Z,25,30,3,0,24\n"
)
QUICK = ForecastingParameters(reach_km=(2.0, 4.0))


def quickly(asked, dem):
    return answered(replace(asked, members=4), dem, QUICK)


CODES = {"layers": "settlements", "danger": "A", "figures": "registration"}
"""What stands for ``{code}`` in paths that begin so."""


def closed(schema: Any) -> Any:
    """The same schema, with no fields but the declared ones."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(inner) for name, inner in schema.items()}
    if "properties" in schema and "additionalProperties" not in schema and "allOf" not in schema:
        made["additionalProperties"] = False
    return made


@pytest.fixture(scope="module")
def document(api) -> dict[str, Any]:
    found = api.get(f"{API}/openapi.json").json()
    found["components"]["schemas"] = closed(found["components"]["schemas"])
    return found


def decided_on(api, house, fires: list[dict[str, Any]]) -> None:
    """The commission leaves a fire of the control zone unfought; a regime stands somewhere."""
    known = {one["id"]: api.get(f"{API}/fires/{one['id']}/control").json() for one in fires}
    fire = next(one for one in fires if known[one["id"]]["zone"] == "control")
    any_version = {"If-Match": "*"}
    registered = api.post(f"{API}/fires/{fire['id']}/register", json={}, headers=any_version)
    assert registered.status_code == 200
    decision = BODIES["control_decide"] | {"fire_ids": [fire["id"]], "date": f"{NOW:%Y-%m-%d}"}
    assert api.post(f"{API}/control-decisions", json=decision).status_code == 201
    (place, *_) = api.get(f"{API}/regimes").json()["municipalities"]
    regime = BODIES["regimes_introduce"] | {"municipalities": [place["code"]]}
    assert api.post(f"{API}/regimes", json=regime).status_code == 201
    house.control.look(system(house.worlds.live()))


@pytest.fixture(scope="module")
def lived(api, house, tmp_path_factory) -> dict[str, str]:
    """A house in which something happened: a registered fire, a report, a rejected one, weather."""
    fires = api.get(f"{API}/fires").json()["features"]
    any_version = {"If-Match": "*"}
    for fire, (step, body) in zip(
        fires, [("register", {"first_area_ha": 2}), ("reject", {"reason": "foreign"})], strict=False
    ):
        path = f"{API}/fires/{fire['id']}/{step}"
        assert api.post(path, json=body, headers=any_version).status_code == 200
    report = api.post(f"{API}/reports", json=REPORT).json()
    source = api.post(f"{API}/heat-sources", json=SOURCE).json()
    base = api.post(f"{API}/forces/stations", json=BASE).json()
    unit = api.post(f"{API}/forces/units", json=CREW).json()
    seen = {"unit": "crew-1", "at": f"{NOW:%Y-%m-%dT%H:%M:%SZ}", "point": [129.8, 62.1]}
    assert api.post(f"{API}/forces/positions", json=[seen]).json()["kept"] == 1
    sent = {"units": [{"unit": "crew-1"}]}
    assert api.post(f"{API}/fires/{fires[0]['id']}/orders", json=sent).status_code == 201
    object.__setattr__(house.suggestions, "helpers", Helpers(alone=True))
    suggested = api.post(f"{API}/suggestions").json()
    about = f"{API}/fires/{fires[0]['id']}/suggestion"
    no = {"suggestion": suggested["number"], "why": "own_plan"}
    assert api.post(f"{about}/reject", json=no).status_code == 201
    word = {"kind": "exclude", "unit": "crew-1", "why": "reserve"}
    assert api.post(f"{API}/constraints", json=word).status_code == 201
    decided_on(api, house, fires[2:])
    house.danger.mapper.folder = tmp_path_factory.mktemp("danger")
    assert api.post(f"{API}/weather?name=stations.csv", content=WEATHER.encode()).is_success
    whole = system(house.worlds.live())
    house.danger.refresh(whole)
    # by this process, and on little ground
    quick = Forecasters(alone=True, work=quickly)
    object.__setattr__(house.forecasts, "forecasters", quick)
    while house.forecasts.next_ones(whole):
        pass
    asked = {"kind": "act", "fire_id": fires[0]["id"]}
    document = api.post(f"{API}/documents", json=asked).json()
    day = {"kind": "generated", "hours": 1, "seed": 5, "fires": 4}
    drill = {"name": "Shift", "source": day, "speed": 60, "roles": ["dispatcher"]}
    return {
        "{drill_id}": api.post(f"{API}/drills", json=drill).json()["id"],
        "{document_id}": document["id"],
        "{fire_id}": fires[0]["id"],
        "{report_id}": report["id"],
        "{source_id}": source["id"],
        "{station_id}": base["id"],
        "{unit_id}": unit["id"],
        "{number}": str(suggested["number"]),
    }


def validator(document: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    whole = {**schema, "components": document["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def check(document: dict[str, Any], operation: dict[str, Any], answer: Any) -> None:
    told = operation["responses"][str(answer.status_code)]["content"]
    media_type = answer.headers["content-type"].partition(";")[0]
    validator(document, told[media_type]["schema"]).validate(answer.json())


READS = {
    "/api/v1/board": "",
    "/api/v1/board/seasons": "",
    "/api/v1/board/bulletin": "",
    "/api/v1/account/me": "",
    "/api/v1/alerts/channels": "",
    "/api/v1/alerts/late": "",
    "/api/v1/alerts/messages": "",
    "/api/v1/alerts/mine": "",
    "/api/v1/alerts/push": "",
    "/api/v1/alerts/rules": "",
    "/api/v1/alerts/subscriptions": "",
    "/api/v1/assets": "",
    "/api/v1/assets/batches": "",
    "/api/v1/assets/terms": "",
    "/api/v1/handovers": "",
    "/api/v1/neighbours": "",
    "/api/v1/neighbours/fires": "",
    "/api/v1/own-keys": "",
    "/api/v1/signals": "",
    "/api/v1/usage": "",
    "/api/v1/webhooks": "",
    "/api/v1/field/area": "?lon=129.73&lat=62.03",
    "/api/v1/field/task": "?unit=crew-1",
    "/api/v1/public/seen": "?lon=129.73&lat=62.03",
    "/api/v1/audit": "?limit=50",
    "/api/v1/audit/chain": "",
    "/api/v1/cap/messages": "",
    "/api/v1/public/cap": "",
    "/api/v1/fires/{fire_id}/arrivals": "?unit=crew-1",
    "/api/v1/health": "",
    "/api/v1/keys": "",
    "/api/v1/people": "",
    "/api/v1/people/choices": "",
    "/api/v1/public/near": "?lon=129.73&lat=62.03",
    "/api/v1/asyncapi.json": "",
    "/api/v1/catalogue/{language}": "",
    "/api/v1/config": "",
    "/api/v1/danger": "",
    "/api/v1/danger/places": "",
    "/api/v1/danger/places/{code}": "",
    "/api/v1/detections": "?limit=1000",
    "/api/v1/detections/histogram": "",
    "/api/v1/exposure": "",
    "/api/v1/feeds": "",
    "/api/v1/fires": "?limit=1000&edges=true",
    "/api/v1/fires/as-of": f"?at={NOW:%Y-%m-%dT%H:%M:%SZ}",
    "/api/v1/fires/{fire_id}": "",
    "/api/v1/fires/{fire_id}/detections": "",
    "/api/v1/fires/{fire_id}/log": "",
    "/api/v1/fires/{fire_id}/edges": "",
    "/api/v1/fires/{fire_id}/explanation": "",
    "/api/v1/fires/{fire_id}/exposure": "",
    "/api/v1/fires/{fire_id}/forecast": "",
    "/api/v1/fires/{fire_id}/surgeries": "",
    "/api/v1/fires/{fire_id}/causes": "",
    "/api/v1/figures": "",
    "/api/v1/figures/definitions": "",
    "/api/v1/figures/{code}/trend": "",
    "/api/v1/figures/{code}/things": "",
    "/api/v1/documents": "",
    "/api/v1/documents/templates": "",
    "/api/v1/documents/{document_id}": "",
    "/api/v1/forces/rules": "",
    "/api/v1/forces/stations": "",
    "/api/v1/forces/stations/{station_id}": "",
    "/api/v1/forces/units": "",
    "/api/v1/forces/units/{unit_id}": "",
    "/api/v1/forces/units/{unit_id}/log": "",
    "/api/v1/forces/units/{unit_id}/track": "",
    "/api/v1/forces/units/{unit_id}/history": "",
    "/api/v1/forces/stations/{station_id}/history": "",
    "/api/v1/fires/{fire_id}/orders": "",
    "/api/v1/orders": "",
    "/api/v1/orders/ways": "",
    "/api/v1/fires/{fire_id}/control": "",
    "/api/v1/fires/{fire_id}/safety": "",
    "/api/v1/control-decisions": "",
    "/api/v1/regimes": "",
    "/api/v1/regimes/map": "",
    "/api/v1/bulletin": "",
    "/api/v1/safety": "",
    "/api/v1/notices": "",
    "/api/v1/drills": "",
    "/api/v1/drills/choices": "",
    "/api/v1/drills/real": "",
    "/api/v1/drills/{drill_id}": "",
    "/api/v1/drills/{drill_id}/score": "",
    "/api/v1/duty/cares": "",
    "/api/v1/duty/people": "",
    "/api/v1/duty/journal": "?limit=50",
    "/api/v1/duty/open-items": "",
    "/api/v1/duty/hand-overs": "",
    "/api/v1/fires/{fire_id}/run-card": "",
    "/api/v1/fires/{fire_id}/suggestion": "",
    "/api/v1/fires/{fire_id}/suggestion/decisions": "",
    "/api/v1/fires/{fire_id}/suggestion/scores": "",
    "/api/v1/suggestions/scores": "",
    "/api/v1/constraints": "",
    "/api/v1/suggestions/newest": "",
    "/api/v1/suggestions/{number}": "",
    "/api/v1/forecasts": "?hour=6",
    "/api/v1/heat-sources": "?limit=5000",
    "/api/v1/hub/picture": "",
    "/api/v1/hub/sources": "",
    "/api/v1/heat-sources/{source_id}": "",
    "/api/v1/fires/{fire_id}/passes": "?hours=48",
    "/api/v1/layer-desk": "",
    "/api/v1/rule-desk": "",
    "/api/v1/territories": "",
    "/api/v1/feed-desk": "",
    "/api/v1/feed-desk/batches": "?feed=test",
    "/api/v1/layers": "",
    "/api/v1/layers/{code}/items": "?limit=50",
    "/api/v1/lightning": "?limit=100",
    "/api/v1/passes/next": "?hours=6",
    "/api/v1/proposals": "",
    "/api/v1/reports": "",
    "/api/v1/reports/{report_id}": "",
    "/api/v1/snapshot": "",
    "/api/v1/worlds": "",
}


def test_every_read_of_the_document_is_looked_at(document):
    reads = {
        path
        for path, found in document["paths"].items()
        if "get" in found and found["get"]["operationId"] not in NO_JSON
    }
    assert reads == READS.keys()


@pytest.mark.parametrize("path", READS)
def test_answer_is_what_the_document_says(api, document, lived, path):
    kind = path.removeprefix(f"{API}/").partition("/")[0]
    address = path.replace("{language}", "en").replace("{code}", CODES.get(kind, ""))
    for blank, value in lived.items():
        address = address.replace(blank, value)
    answer = api.get(address + READS[path])
    assert answer.status_code == 200
    check(document, document["paths"][path]["get"], answer)


@pytest.mark.parametrize("path", ["/api/v1/fires", "/api/v1/reports"])
def test_properties_of_a_feature_are_the_summary(api, document, lived, path):
    name = {"/api/v1/fires": "FireSummary", "/api/v1/reports": "Report"}[path]
    summary = validator(document, {"$ref": f"#/components/schemas/{name}"})
    found = api.get(path, params={"limit": 1000}).json()["features"]
    assert found
    for feature in found:
        summary.validate(feature["properties"])
        assert feature["id"] == feature["properties"]["id"]


def test_summary_in_an_event_is_the_one_that_lists_give(own):
    house, api = own
    take(house, SITES[:1])
    fire = api.get(f"{API}/fires").json()["features"][0]["properties"]
    entry = api.get(f"{API}/fires/{fire['id']}/log").json()[0]
    assert entry["body"] == fire


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/reports", REPORT),
        ("/api/v1/reports/locate", REPORT["place"]),
        (
            "/api/v1/reports/locate",
            {
                "method": "bearing",
                "bearings": [{"origin": [129.6, 62.0], "bearing_deg": 45.0, "distance_km": 8}],
            },
        ),
    ],
)
def test_answer_to_a_post_is_what_the_document_says(api, document, path, body):
    answer = api.post(path, json=body)
    assert answer.is_success
    check(document, document["paths"][path]["post"], answer)


def test_problem_is_what_the_document_says(api, document):
    problem = validator(document, {"$ref": "#/components/schemas/Problem"})
    for path in (
        "/api/v1/fires?limit=0",
        "/api/v1/fires/x",
        "/api/v1/nothing",
        "/api/v1/snapshot?a",
    ):
        problem.validate(api.get(path).json())
