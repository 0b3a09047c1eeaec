"""Decisions of authority: the control zone, regimes by municipality, the bulletin."""

from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from sylvan.services import languages
from sylvan.services.act_files import JPEG
from sylvan.web import bulletin_page, schemas
from sylvan.web import schemas_command as told
from sylvan.web.answers import GeoJson, Json, collection, versioned
from sylvan.web.deps import ActorDep, ChangeDep, HouseDep, KeyDep
from sylvan.web.strict import StrictRoute

control = APIRouter(tags=["control"], route_class=StrictRoute)
regimes = APIRouter(tags=["regimes"], route_class=StrictRoute)
ACT: Final = {"Cache-Control": "private, no-store", "Content-Security-Policy": "sandbox"}
FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/pdf": {}, JPEG: {}}, "description": "The file"}
}
Day = Annotated[date | None, Query(description="default: the region's today")]
Language = Annotated[languages.Language, Query(description="of the text")]


@control.get(
    "/control-decisions",
    summary="Decisions about the control zone, the newest first",
    response_model=list[told.DecisionTold],
)
def listed(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.control.listed(actor))


@control.post(
    "/control-decisions",
    summary="Take down a decision of the commission",
    description=(
        "The work on the fires that it names is suspended with it; they must burn in the control"
        " zone, and nobody may be threatened. The file is a PDF or a picture."
    ),
    status_code=201,
    response_model=told.DecisionTold,
)
def decide(house: HouseDep, actor: ActorDep, body: told.Decide, key: KeyDep = None) -> Json:
    return versioned(house.control.decide(actor, body.told(), key), 201)


@control.post(
    "/control-decisions/{decision_id}/cancel",
    summary="Another decision ends it",
    description="Fires that no other decision covers are fought again.",
    response_model=told.DecisionTold,
)
def cancel(
    house: HouseDep, actor: ActorDep, decision_id: UUID, body: told.Cancel, change: ChangeDep
) -> Json:
    done = house.control.cancel(actor, decision_id, body.told(), change.version, change.key)
    return versioned(done)


@control.get(
    "/fires/{fire_id}/control",
    summary="What is decided about a fire",
    description="That a fire of the control zone has no decision is said as well.",
    response_model=told.FireControl,
)
def of_fire(house: HouseDep, actor: ActorDep, fire_id: UUID) -> Json:
    return Json(house.control.of_fire(actor, fire_id))


@control.get(
    "/act-files/{file_id}",
    summary="The file of an act",
    response_class=Response,
    responses=FILE,
)
def file(house: HouseDep, actor: ActorDep, file_id: UUID) -> Response:
    kept = house.act_files.get(actor, file_id)
    where = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(kept.name)}"}
    return Response(kept.body, media_type=kept.media_type, headers=ACT | where)


@regimes.get(
    "/regimes",
    summary="Municipalities with their regimes, classes of danger and proposals",
    response_model=told.RegimesTold,
)
def standing(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.regimes.standing(actor))


@regimes.post(
    "/regimes",
    summary="Introduce a regime",
    description="In each of the municipalities, by one act; what proposed it is accepted.",
    status_code=201,
    response_model=list[told.RegimeTold],
)
def introduce(house: HouseDep, actor: ActorDep, body: told.Introduce, key: KeyDep = None) -> Json:
    return Json(house.regimes.introduce(actor, body.told(), key), 201)


@regimes.post(
    "/regimes/{regime_id}/lift",
    summary="Name its last day",
    response_model=told.RegimeTold,
)
def lift(
    house: HouseDep, actor: ActorDep, regime_id: UUID, body: told.Lift, change: ChangeDep
) -> Json:
    return versioned(house.regimes.lift(actor, regime_id, body.until, change.version, change.key))


@regimes.get(
    "/regimes/map",
    summary="Municipalities with the severest regime of a day",
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def shapes(house: HouseDep, actor: ActorDep, day: Day = None) -> GeoJson:
    return collection(house.regimes.shapes(actor, day))


@regimes.get(
    "/bulletin",
    summary="The bulletin of a day in figures",
    response_model=told.BulletinTold,
)
def bulletin(
    house: HouseDep,
    actor: ActorDep,
    day: Annotated[date | None, Query(alias="date", description="default: today")] = None,
) -> Json:
    return Json(house.bulletin.of_day(actor, day))


@regimes.get(
    "/bulletin.html",
    summary="The bulletin as a page for printing",
    response_class=HTMLResponse,
)
def bulletin_html(
    house: HouseDep,
    actor: ActorDep,
    day: Annotated[date | None, Query(alias="date", description="default: today")] = None,
    lang: Language = languages.FIRST,
) -> HTMLResponse:
    return HTMLResponse(bulletin_page.page(house.bulletin.of_day(actor, day), lang))


@regimes.get(
    "/bulletin.txt",
    summary="The bulletin as plain text",
    response_class=PlainTextResponse,
)
def bulletin_txt(
    house: HouseDep,
    actor: ActorDep,
    day: Annotated[date | None, Query(alias="date", description="default: today")] = None,
    lang: Language = languages.FIRST,
) -> PlainTextResponse:
    return PlainTextResponse(bulletin_page.text(house.bulletin.of_day(actor, day), lang))
