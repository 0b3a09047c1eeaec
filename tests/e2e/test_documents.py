"""The published documents: equal to what is served, valid, with an example of everything."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from typer.testing import CliRunner

from sylvan.cli import build
from sylvan.services.document_files import MEDIA
from sylvan.services.languages import LANGUAGES
from sylvan.web import catalogue
from sylvan.web.answers import FlatGeobuf, GeoPackage, Workbook

PUBLISHED = Path(__file__).resolve().parents[2] / "frontend" / "openapi.json"
PROBLEM = "application/problem+json"
OPERATIONS = {
    *(f"assets_{deed}" for deed in ("listed", "create", "batch", "upload", "batches", "undo")),
    "assets_terms",
    *(f"assets_{deed}" for deed in ("one", "edit", "retire", "threats")),
    *(f"neighbours_{deed}" for deed in ("sources", "fires", "handovers", "offer")),
    *(f"neighbours_{deed}" for deed in ("accept", "refuse", "withdraw")),
    *("signals_take", "signals_listed", "signals_one"),
    "audit_export",
    "audit_listed",
    "audit_verified",
    *(f"alerts_{step}" for step in ("mine", "answer", "messages", "message", "again", "channels")),
    *("alerts_push_key", "alerts_push", "alerts_push_end", "alerts_reply", "alerts_reply_mail"),
    *("cap_listed", "cap_one", "cap_take", "outlines_cot", "outlines_kml_full", "public_kml"),
    *(f"public_cap_{name}" for name in ("certificate", "feed_of", "message", "territories")),
    "public_kml_now",
    *(f"account_{step}" for step in ("me", "sign_in", "sign_out", "demo", "oidc", "look", "join")),
    *("account_password", "account_second_factor", "account_confirm_second"),
    *("alerts_late", "alerts_rules", "alerts_tried"),
    *("alerts_subscriptions", "alerts_subscribe", "alerts_unsubscribe"),
    *("account_drop_second", "people_listed", "people_choices", "people_invite", "people_change"),
    *("people_disable", "people_reset", "people_sessions", "people_end_sessions"),
    *(f"keys_{step}" for step in ("listed", "make", "rotate", "revoke", "limits", "usage")),
    *(f"own_keys_{step}" for step in ("listed", "make", "rotate", "revoke", "sandbox")),
    *(f"webhooks_{step}" for step in ("listed", "make", "one", "change", "remove", "secret")),
    *(f"webhooks_{step}" for step in ("test", "replay", "deliveries", "resend")),
    "usage_own",
    *(f"layers_{step}" for step in ("desk", "upload", "history", "version", "shapes_of")),
    *("layers_publish", "layers_discard"),
    *(f"rules_{step}" for step in ("desk", "history", "judge", "tried", "publish")),
    *(f"sources_{step}" for step in ("listed", "batches", "rejects", "rejects_table", "body")),
    *("sources_pause", "sources_resume", "sources_ask", "territories_listed"),
    "control_cancel",
    "control_decide",
    "control_file",
    "control_listed",
    "control_of_fire",
    *(f"figures_{part}" for part in ("overview", "definitions", "trend", "things")),
    *("figures_table", "figures_workbook"),
    *(f"board_{part}" for part in ("read", "looked", "seasons", "bulletin")),
    *(f"documents_{part}" for part in ("listed", "issue", "one", "file", "templates")),
    "danger_geotiff",
    "danger_history",
    "danger_overview",
    "danger_picture",
    "danger_places",
    "danger_take",
    "edges_give",
    "edges_give_gpx",
    "edges_listed",
    "edges_undo",
    "exposure_of_fire",
    "exposure_threatening",
    "feeds_take",
    *(f"exports_{form}" for form in ("csv", "flatgeobuf", "geojson", "geopackage")),
    "fires_as_of",
    "fires_detections",
    "fires_explanation",
    "fires_listed",
    "fires_log",
    "fires_one",
    "fires_register",
    "fires_reject",
    "fires_shown",
    "fires_status",
    "forecasts_at_place",
    "forecasts_listed",
    "forecasts_of_fire",
    "forces_create_station",
    "forces_create_unit",
    "forces_edit_station",
    "forces_edit_unit",
    "forces_retire_station",
    "forces_retire_unit",
    "forces_rules",
    "forces_station",
    "forces_stations",
    "forces_step",
    "forces_table",
    "forces_take_positions",
    "forces_take_register",
    "forces_track",
    "forces_unit",
    "forces_unit_log",
    "forces_units",
    "forces_workbook",
    "orders_of_fire",
    "orders_send",
    "orders_step",
    "orders_still_open",
    "orders_ways",
    "orders_arrivals",
    "forces_unit_history",
    "forces_station_history",
    *(f"drills_{part}" for part in ("listed", "choices", "real", "preview", "begin", "one")),
    *(f"drills_{part}" for part in ("end", "delete", "score", "table")),
    "duty_cares",
    "duty_free",
    "duty_hand",
    "duty_hand_overs",
    "duty_journal",
    "duty_note",
    "duty_offer",
    "duty_open_items",
    "duty_people",
    "duty_put_off",
    "duty_sign",
    "duty_take",
    "duty_withdraw",
    "notices_answer",
    "notices_noticed",
    "safety_check_in",
    "safety_listed",
    "safety_of_fire",
    "suggestions_constraints",
    "suggestions_decisions",
    "suggestions_reject",
    "suggestions_say",
    "suggestions_scores",
    "suggestions_scores_of",
    "suggestions_shown",
    "suggestions_what_if",
    "suggestions_withdraw",
    "suggestions_make",
    "suggestions_newest",
    "suggestions_numbered",
    "suggestions_of_fire",
    "suggestions_run_card",
    "health_overview",
    "heat_create",
    "heat_listed",
    "heat_one",
    "heat_undo",
    "heat_verdict",
    "hub_picture",
    "hub_sources",
    "lightning_causes",
    "lightning_listed",
    "lightning_take",
    "live_changes",
    "live_events",
    "map_detections",
    "map_histogram",
    "map_items",
    "map_layers",
    "map_tile",
    "passes_of_fire",
    "passes_over_region",
    "picture_accept",
    "picture_config",
    "picture_decline",
    "picture_feeds",
    "picture_live_document",
    "picture_proposals",
    "picture_snapshot",
    "picture_texts",
    "picture_worlds",
    "public_near",
    "regimes_bulletin",
    "regimes_bulletin_html",
    "regimes_bulletin_txt",
    "regimes_introduce",
    "regimes_lift",
    "regimes_shapes",
    "regimes_standing",
    "reports_answer",
    "reports_attach",
    "reports_check",
    "reports_erase",
    "reports_listed",
    "reports_locate",
    "reports_one",
    "reports_photo",
    "reports_promote",
    "reports_reject",
    "reports_submit",
    "surgery_listed",
    "surgery_mark_false",
    "surgery_merge",
    "surgery_move",
    "surgery_split",
    "surgery_undo",
    "surgery_unmatch",
    "field_area",
    "field_end_sos",
    "field_sos",
    "field_sync",
    "field_task",
    "public_answer",
    "public_seen",
    "uploads_append",
    "uploads_begin",
    "uploads_known",
}
"""Names in generated clients: taking one away or renaming it breaks programs of others."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `sylvan web --openapi` writes."""
    file = tmp_path_factory.mktemp("openapi") / "openapi.json"
    result = CliRunner().invoke(build("web"), ["web", "--openapi", str(file)])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Media types of the body and of the good answer, with their schemas and examples."""
    parts = [operation.get("requestBody", {})]
    parts += [told for status, told in operation["responses"].items() if status.startswith("2")]
    for part in parts:
        yield from part.get("content", {}).items()


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": document["components"]})


def test_published_document_equals_what_the_code_serves(document):
    published = json.loads(PUBLISHED.read_bytes())
    assert published == document, "write it anew: sylvan web --openapi frontend/openapi.json"


def test_served_document_is_the_published_one(api, document):
    assert api.get("/api/v1/openapi.json").json() == document


def test_document_is_valid_openapi_3_1(document):
    validate(document)
    assert document["openapi"].startswith("3.1.")


def test_names_of_operations_are_the_known_ones(document):
    assert {operation["operationId"] for operation in operations(document)} == OPERATIONS


def test_every_operation_is_described_and_tagged(document):
    tags = {tag["name"] for tag in document["tags"]}
    for operation in operations(document):
        assert operation["summary"]
        assert operation["summary"] != operation["operationId"]
        assert set(operation["tags"]) <= tags


def test_every_operation_documents_its_problems(document):
    for operation in operations(document):
        assert "422" not in operation["responses"]
        for status in ("4XX", "5XX"):
            assert operation["responses"][status] == {"$ref": "#/components/responses/Problem"}
    content = document["components"]["responses"]["Problem"]["content"]
    assert set(content) == {PROBLEM}
    resolved(document, content[PROBLEM]["schema"]).validate(content[PROBLEM]["example"])


def test_every_body_and_every_answer_has_an_example_that_fits_its_schema(document):
    binary = {"application/octet-stream", "image/jpeg", "application/vnd.mapbox-vector-tile"}
    binary |= {"image/png", "image/tiff", "application/pdf", Workbook.media_type}
    binary |= {GeoPackage.media_type, FlatGeobuf.media_type}
    binary |= {"image/png", "image/tiff", "application/pdf", *MEDIA.values()}
    binary |= {
        "application/offset+octet-stream",
        "image/png",
        "image/tiff",
        "application/pdf",
        Workbook.media_type,
    }
    checked = 0
    for operation in operations(document):
        for media_type, content in contents(operation):
            if media_type in binary:
                continue
            resolved(document, content["schema"]).validate(content["example"])
            checked += 1
    assert checked > len(OPERATIONS)


def test_answers_say_their_media_type(document):
    kinds = {
        operation["operationId"]: {
            media_type
            for status, told in operation["responses"].items()
            if status.startswith("2")
            for media_type in told.get("content", {})
        }
        for operation in operations(document)
    }
    geo = {"fires_listed", "fires_detections", "reports_listed", "map_detections", "map_items"}
    geo |= {"heat_listed", "lightning_listed", "danger_places", "regimes_shapes"}
    geo |= {"assets_listed", "neighbours_fires", "layers_shapes_of"}
    geo |= {"forecasts_of_fire", "forecasts_listed", "forecasts_at_place", "forces_stations"}
    assert {name for name, found in kinds.items() if found == {"application/geo+json"}} == geo
    assert kinds["map_tile"] == {"application/vnd.mapbox-vector-tile"}
    assert kinds["reports_photo"] == {"image/jpeg"}
    assert kinds["forces_table"] == kinds["audit_export"] == {"text/csv"}
    assert all(kinds.values())


def test_changes_say_that_they_need_a_version(document):
    versioned = {
        operation["operationId"]
        for operation in operations(document)
        for one in operation.get("parameters", [])
        if one["name"] == "If-Match" and one["required"]
    }
    steps = {"register", "reject", "status"}
    assert versioned == {
        *(f"fires_{step}" for step in steps),
        *(f"reports_{step}" for step in ("answer", "attach", "check", "promote", "reject")),
        *("picture_accept", "picture_decline", "suggestions_withdraw"),
        *("heat_verdict", "heat_undo"),
        *(
            f"surgery_{kind}"
            for kind in ("merge", "split", "move", "unmatch", "mark_false", "undo")
        ),
        *("edges_give", "edges_give_gpx", "edges_undo"),
        *("forces_edit_station", "forces_edit_unit", "forces_step"),
        *("forces_retire_station", "forces_retire_unit"),
        *("orders_step", "notices_answer", "control_cancel", "regimes_lift"),
        *("people_change", "people_disable"),
        *("duty_sign", "duty_withdraw"),
        *("assets_edit", "assets_retire", "neighbours_offer"),
    }


def test_codes_in_examples_stand_in_the_catalogues(document):
    found: set[str] = set()

    def gather(value: Any) -> None:
        if isinstance(value, dict):
            if set(value) == {"code", "params"}:
                found.add(value["code"])
            for inner in value.values():
                gather(inner)
        elif isinstance(value, list):
            for inner in value:
                gather(inner)

    for operation in operations(document):
        for _, content in contents(operation):
            gather(content.get("example"))
    assert found
    for language in LANGUAGES:
        assert found <= catalogue.merged(language).keys()


def test_asyncapi_document_is_served_beside_it(api):
    assert api.get("/api/v1/asyncapi.json").json()["asyncapi"].startswith("3.")
