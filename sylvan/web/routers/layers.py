"""The layers' desk: upload, preview, publish, bring back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from sylvan.domain.codes import Invalid
from sylvan.services.layer_desk import Wanted
from sylvan.services.packs import LayerKind
from sylvan.web import schemas
from sylvan.web import schemas_layers as shapes
from sylvan.web.answers import GeoJson, Json, collection
from sylvan.web.deps import HouseDep, KeeperDep
from sylvan.web.routers.feeds import FILE, Name, file
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/layer-desk", tags=["layers"], route_class=StrictRoute)
Body = Annotated[bytes, Depends(file)]
Word = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]
LayerCode = Annotated[
    str,
    Query(max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*$", examples=["forestries"]),
]
Pairs = Annotated[
    list[Annotated[str, Query(max_length=300)]],
    Query(max_length=40, description="our field=the file's column; none: known by their names"),
]


def wanted(
    kind: LayerKind,
    *,
    code: LayerCode | None = None,
    title_ru: Word = "",
    title_en: Word = "",
    licence: Word = "own",
    field: Pairs = [],  # noqa: B006 - FastAPI copies it
    table: Annotated[Word | None, Query(description="of a GeoPackage with several")] = None,
    crs: Annotated[Word | None, Query(description="where the file lacks it: EPSG:28422")] = None,
    encoding: Annotated[Word | None, Query(description="of a shapefile's text: cp1251")] = None,
    repair: Annotated[bool, Query(description="mend what has a sound repair")] = False,
) -> Wanted:
    """What the file is."""
    pairs = [one.partition("=") for one in field]
    for ours, _, theirs in pairs:
        if not ours or not theirs:
            raise Invalid("layer.field_pair", {"value": ours[:60]}, "field")
    fields = {ours: theirs for ours, _, theirs in pairs}
    return Wanted(
        kind, code, title_ru, title_en, licence, fields or None, table, crs, encoding, repair
    )


@router.get(
    "", summary="Layers in force, drafts, limits of an upload", response_model=shapes.LayerDesk
)
def desk(house: HouseDep, actor: KeeperDep) -> Json:
    del actor  # layers are the region's
    return Json(house.layer_desk.overview())


@router.post(
    "/drafts",
    summary="Upload a layer as a draft",
    description=(
        "GeoPackage, zipped shapefile, GeoJSON, KML or KMZ, up to 15 MB. It is read, judged feature"
        " by feature and compared with what is in force; nothing in force changes."
    ),
    status_code=201,
    response_model=shapes.LayerCard,
    openapi_extra={"requestBody": {"required": True, "content": FILE}},
)
def upload(
    house: HouseDep,
    actor: KeeperDep,
    body: Body,
    name: Name,
    asked: Annotated[Wanted, Depends(wanted)],
) -> Json:
    return Json(house.layer_desk.upload(actor, name, body, asked), 201)


@router.get(
    "/history",
    summary="Versions of one layer, drafts first, then the newest first",
    response_model=list[shapes.LayerVersion],
)
def history(house: HouseDep, actor: KeeperDep, layer: LayerCode) -> Json:
    del actor
    return Json(house.layer_desk.history(layer))


@router.get(
    "/versions/{version_id}",
    summary="A draft or version: problems, attributes, what it would change now",
    response_model=shapes.LayerCard,
)
def version(house: HouseDep, actor: KeeperDep, version_id: UUID) -> Json:
    del actor
    return Json(house.layer_desk.version(version_id))


@router.get(
    "/versions/{version_id}/features",
    summary="Features of a draft or version, each with what becomes of it",
    description="At most 3,000, what changes first; outlines are made coarser for the preview.",
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def shapes_of(house: HouseDep, actor: KeeperDep, version_id: UUID) -> GeoJson:
    del actor
    return collection(house.layer_desk.shapes(version_id))


@router.post(
    "/versions/{version_id}/publish",
    summary="Put a draft, or a former version again, in force",
    description=(
        "All or nothing. What was in force is kept as a version. Refused where something else was"
        " put in force since it was compared (`against`). Fires around what changed are told anew"
        " within seconds."
    ),
    response_model=shapes.LayerCard,
)
def publish(house: HouseDep, actor: KeeperDep, version_id: UUID, body: shapes.PublishLayer) -> Json:
    return Json(house.layer_desk.publish(actor, version_id, body.reason, body.against))


@router.post(
    "/versions/{version_id}/discard", summary="Forget a draft", response_model=shapes.LayerVersion
)
def discard(house: HouseDep, actor: KeeperDep, version_id: UUID) -> Json:
    return Json(house.layer_desk.discard(actor, version_id))
