"""The published OpenAPI document: what FastAPI finds out by itself, problems, and examples."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from sylvan.web.examples import ANSWERS, BODIES
from sylvan.web.problems import MEDIA_TYPE
from sylvan.web.samples import samples
from sylvan.web.schemas import Mistake, Problem

DESCRIPTION: Final = """\
Times are UTC and end in Z; every moment in a request carries its zone. Geometries are RFC 7946.
A change sends the version that it was decided on in `If-Match` and may carry an `Idempotency-Key`.
Every answer above 399 is a problem (RFC 9457) whose `code` is a key of the language catalogues.
Events come by `/api/v1/live`, described in `/api/v1/asyncapi.json`; `/api/v1/live/events` and
`/api/v1/changes` give the same ones without a websocket.
Programs send their key as `Authorization: Bearer sy_…`, never in an address. Browsers have a
session's cookie, and send the word in the cookie `csrf` (over HTTPS `__Host-csrf`) back as
`X-CSRF-Token` with every change.
"""
TAGS: Final = (
    (
        "picture",
        "Where a screen starts: configuration, worlds, snapshot, what waits for a decision.",
    ),
    ("hub", "What a national hub reads of the regions, and the picture of the country"),
    ("live", "What changes, as it changes, for whom a firewall keeps from websockets."),
    ("fires", "One fire with one id from the first hotspot to the closing report."),
    ("surgery", "What people correct of the engine's grouping, and take back."),
    ("edges", "Edges that people draw or walk; they overrule the satellites from then on."),
    ("exposure", "What stands in the fires' way: how near, down the wind, by when; smoke."),
    ("forecasts", "Where fires will be, with the doubt and the age of what is said."),
    ("forces", "The register of forces: bases, units, what they do, where they are, as files."),
    ("suggestions", "Who should go where, when they are there, why, and what is left."),
    ("orders", "Units for fires: asked for, approved, ordered, under way, arrived, released."),
    ("field", "The phone of a crew: task, what it kept without a link, SOS."),
    ("rules", "Files of alert rules: checked, tried over a past day, put in force."),
    ("sources", "How feeds stand, what could not be used of them; paused and asked by hand."),
    ("territories", "Who answers for which territory, and where nobody does."),
    ("layers", "Versions of layers: uploaded, looked at, published, brought back."),
    ("uploads", "Files in pieces over a bad link (tus 1.0)."),
    ("safety", "Crews at fires: when they were heard, what they are warned of."),
    ("duty", "A shift at the desk: whose signal is whose, the journal, the hand-over."),
    (
        "board",
        "The official's board: a territory on one page, and what changed since the last look.",
    ),
    ("drills", "A generated or historic day for chosen people, and how they did."),
    ("notices", "What holds and asks for a person: seen, kept, dismissed."),
    ("control", "Decisions to leave fires of the control zone unfought, and their acts."),
    ("regimes", "Regimes by municipality, proposed and in force; the bulletin."),
    ("figures", "How fast, how many, how well; down to each fire, with published definitions."),
    ("documents", "Forms, acts and reports: issued, numbered, kept, corrected with a reason."),
    ("passes", "Which satellites looked at a fire and what they saw; which come next."),
    ("reports", "What people and sensors tell, and what becomes of it."),
    ("neighbours", "Neighbouring regions' fires at the border, and fires that change hands."),
    ("signals", "The one door for what partners and devices tell, and what became of it."),
    ("assets", "What partners own and watch over, by form, batch and file; what threatens it."),
    ("map", "Detections, layers and tiles."),
    ("heat", "Places that burn by trade: flares, plants, boiler houses."),
    ("lightning", "Strokes, and fires that they may have lit."),
    ("danger", "Weather, and the fire danger that follows from it."),
    ("feeds", "Satellite data by hand."),
    ("exports", "Collections of features as files, with the filters of `/ogc`."),
    ("alerts", "Who was told what, by which way, what became of it, and who has answered."),
    ("public", "What anybody may know of a place, without an account."),
    ("cap", "Alerts by the Common Alerting Protocol: what was told, and what others tell."),
    ("outlines", "Fires for other programs' maps: KML, Cursor on Target."),
    ("health", "How each part does, and what still works."),
    ("audit", "Who did, saw and took away what, in a chain that shows every change."),
    ("account", "Who I am here: sign in and out, password, second factor."),
    ("people", "Who may sign in, and what they are given; for administrators."),
    ("keys", "Keys of partners and devices; for administrators."),
    ("own_keys", "A partner's own keys."),
    ("usage", "What keys asked for, and what they may ask for."),
    ("webhooks", "Addresses that are told what happens, in order, signed."),
)
_REF: Final = "#/components/schemas/{model}"
_PROBLEM: Final = {"$ref": "#/components/responses/Problem"}
_EXAMPLE: Final = {
    "type": "urn:sylvan:problem:problem.stale_version",
    "title": "Conflict",
    "status": 409,
    "code": "problem.stale_version",
    "params": {
        "expected": 3,
        "actual": 4,
        "by": "local",
        "action": "fire.registered",
        "at": "2026-07-17T05:14:09+00:00",
        "fields": "number, registered_at, status",
    },
    "errors": [],
}


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def _add_problems(document: dict[str, Any]) -> None:
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for model in (Mistake, Problem):
        schema = model.model_json_schema(ref_template=_REF)
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    content = {"schema": {"$ref": _REF.format(model="Problem")}, "example": _EXAMPLE}
    parts["responses"] = {
        "Problem": {"description": "Why not (RFC 9457)", "content": {MEDIA_TYPE: content}}
    }
    for operation in _operations(document):
        operation["responses"].pop("422", None)
        operation["responses"] |= {"4XX": _PROBLEM, "5XX": _PROBLEM}
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)


def _add_examples(document: dict[str, Any]) -> None:
    for operation in _operations(document):
        name = operation["operationId"]
        for content in operation.get("requestBody", {}).get("content", {}).values():
            content["example"] = BODIES[name]
        good = next(value for status, value in operation["responses"].items() if status < "3")
        for content in good.get("content", {}).values():
            if name in ANSWERS:
                content["example"] = ANSWERS[name]


def _require_versions(document: dict[str, Any]) -> None:
    """A missing version gets an answer of its own (428), so the code lets it through."""
    for operation in _operations(document):
        for parameter in operation.get("parameters", ()):
            if parameter["name"].lower() == "if-match":
                parameter |= {"name": "If-Match", "required": True}


def _add_samples(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation["x-codeSamples"] = samples(method, path, operation)


def install(app: FastAPI) -> None:
    """Let the application publish the finished document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=DESCRIPTION,
                routes=app.routes,
                tags=[{"name": name, "description": text} for name, text in TAGS],
                license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
                separate_input_output_schemas=False,
            )
            _add_problems(made)
            _add_examples(made)
            _require_versions(made)
            _add_samples(made)
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's own way to extend it
