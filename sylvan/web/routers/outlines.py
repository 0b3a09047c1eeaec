"""Fires for other programs' maps: KML and Cursor on Target."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from sylvan.domain import cot as events
from sylvan.services import languages
from sylvan.web import kml as drawing
from sylvan.web.answers import CotEvents, Kml
from sylvan.web.deps import ActorDep, HouseDep
from sylvan.web.strict import StrictRoute

public = APIRouter(prefix="/public", tags=["public"], route_class=StrictRoute)
router = APIRouter(tags=["outlines"], route_class=StrictRoute)
Language = Annotated[languages.Language, Query(description="of names")]
PUBLIC = {"Cache-Control": "public, max-age=60, stale-if-error=3600"}
PRIVATE = {"Cache-Control": "no-store"}


@public.get(
    "/fires.kml",
    summary="Fires for Google Earth: the document that refreshes itself",
    description="A network link that asks for `/public/fires/now.kml` every five minutes.",
    response_class=Kml,
)
def kml(request: Request, house: HouseDep, lang: Language = languages.FIRST) -> Kml:
    base = house.cap.profile.web or str(request.base_url).rstrip("/")
    address = f"{base}/api/v1/public/fires/now.kml?lang={lang}"
    return Kml(drawing.root(lang, address), headers=PUBLIC)


@public.get(
    "/fires/now.kml",
    summary="Registered fires as KML",
    description="As everybody is told of them: places to a kilometre, no crews, no signals.",
    response_class=Kml,
)
def kml_now(house: HouseDep, lang: Language = languages.FIRST) -> Kml:
    world = house.worlds.named(house.default_world)
    return Kml(drawing.picture(lang, house.outlines.public(world)), headers=PUBLIC)


@router.get(
    "/kml/fires.kml",
    summary="Fires, signals and crews as KML",
    description=(
        "Within the own reach; crews for roles that see them. The key stands in the `Authorization`"
        " header, which Google Earth cannot send: see docs/cap.md."
    ),
    response_class=Kml,
)
def kml_full(house: HouseDep, actor: ActorDep, lang: Language = languages.FIRST) -> Kml:
    fires, crews = house.outlines.full(actor)
    return Kml(drawing.picture(lang, fires, crews), headers=PRIVATE)


@router.get(
    "/cot",
    summary="Fires and crews as Cursor on Target events",
    description=(
        "CoT 2.0, all events in one document. Fires are `b-l-f`, crews friendly; `uid` stays,"
        " `stale` is always set. `sylvan cot --to tcp://…` sends the same to a TAK server as it"
        " changes."
    ),
    response_class=CotEvents,
)
def cot(house: HouseDep, actor: ActorDep) -> CotEvents:
    markers, at = house.outlines.markers(actor)
    return CotEvents(events.document(markers, at), headers=PRIVATE)
