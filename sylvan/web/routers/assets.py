"""Partners' own things: by form, batch and file; what threatens them; batches taken back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from sylvan.services.asset_rows import How
from sylvan.web import schemas, schemas_assets
from sylvan.web.answers import GeoJson, Json, collection, versioned
from sylvan.web.deps import ActorDep, BoxDep, ChangeDep, HouseDep, KeyDep
from sylvan.web.routers.feeds import FILE, file
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/assets", tags=["assets"], route_class=StrictRoute)
Body = Annotated[bytes, Depends(file)]
Name = Annotated[
    str,
    Query(
        min_length=1,
        max_length=200,
        pattern=r"^[^/\\\x00-\x1f]+$",
        description="file name; what its ending promises must hold",
        examples=["lines.csv"],
    ),
]
Kind = Annotated[schemas_assets.Kind | None, Query(description="of rows that do not say it")]
Km = Annotated[float | None, Query(ge=0, le=200, allow_inf_nan=False)]


def how(
    *,
    repair: Annotated[bool, Query(description="take mended geometries")] = False,
    all_or_nothing: Annotated[bool, Query(description="one bad row: nothing is written")] = False,
    retire_missing: Annotated[
        bool,
        Query(description="retire those of yours that are not among the rows; none may be bad"),
    ] = False,
    dry_run: Annotated[bool, Query(description="tell what would become of it, keep nothing")] = (
        False
    ),
    plan: Annotated[
        str | None,
        Query(
            pattern=r"^[0-9a-f]{64}$",
            description="`plan` of a dry run: refused where something else would be done now",
        ),
    ] = None,
) -> How:
    """On what terms rows are taken."""
    return How(all_or_nothing, repair, retire_missing, dry_run, plan)


HowDep = Annotated[How, Depends(how)]
RepairDep = Annotated[bool, Query(description="take the mended geometry")]


@router.get(
    "",
    summary="Things that partners own: your own, or those in your territory",
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def listed(
    house: HouseDep,
    actor: ActorDep,
    box: BoxDep,
    *,
    retired: Annotated[bool, Query(description="also those that are no more")] = False,
    after: Annotated[UUID | None, Query(description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> GeoJson:
    found, following = house.assets.page(actor, bbox=box, retired=retired, after=after, limit=limit)
    return collection(found, following)


@router.post(
    "",
    summary="A thing of your own",
    description=(
        "Fires around it are yours to see within seconds. A geometry that can be mended is refused"
        " with the mended one in `repaired`; `repair=true` agrees to it."
    ),
    status_code=201,
    response_model=schemas_assets.Asset,
)
def create(
    house: HouseDep,
    actor: ActorDep,
    body: schemas_assets.AssetIn,
    *,
    repair: RepairDep = False,
    key: KeyDep = None,
) -> Json:
    return versioned(house.assets.create(actor, body.model_dump(), How(repair=repair), key), 201)


@router.post(
    "/batch",
    summary="Many things at once, known by `external_id`",
    response_model=schemas_assets.AssetBatch,
)
def batch(
    house: HouseDep, actor: ActorDep, body: schemas_assets.AssetBatchIn, terms: HowDep
) -> Json:
    rows: list[tuple[int, dict[str, Any]]] = list(enumerate(body.assets, 1))
    return Json(house.assets.take(actor, rows, body.name, terms))


@router.post(
    "/file",
    summary="Things of a file",
    description=(
        "GeoJSON, CSV (columns lon, lat or wkt), KML, KMZ, GPX, GeoPackage, zipped shapefile."
        " Each row is created, changed or refused by line and reason. `dry_run=true` tells it, with"
        " shapes to draw, and keeps nothing; the same file with its `plan` then does just that."
    ),
    response_model=schemas_assets.AssetBatch,
    openapi_extra={"requestBody": {"required": True, "content": FILE}},
)
def upload(
    house: HouseDep,
    actor: ActorDep,
    body: Body,
    name: Name,
    terms: HowDep,
    kind: Kind = None,
    watch_km: Km = None,
    alarm_km: Km = None,
) -> Json:
    defaults = {"kind": kind, "watch_km": watch_km, "alarm_km": alarm_km}
    return Json(house.assets.take_file(actor, name, body, defaults, terms))


@router.get(
    "/terms",
    summary="What a file may hold, and how much of it is yours already",
    response_model=schemas_assets.AssetTerms,
)
def terms(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.assets.terms(actor))


@router.get(
    "/batches",
    summary="Your batches, newest first",
    response_model=list[schemas_assets.AssetBatchLine],
)
def batches(
    house: HouseDep, actor: ActorDep, limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> Json:
    return Json(house.assets.batches(actor, limit))


@router.post(
    "/batches/{batch_id}/undo",
    summary="Take a batch back",
    description="Refused where something of it has changed since. It is a batch of its own.",
    response_model=schemas_assets.AssetUndone,
)
def undo(house: HouseDep, actor: ActorDep, batch_id: UUID) -> Json:
    return Json(house.assets.undo(actor, batch_id))


@router.get("/{asset_id}", summary="One thing", response_model=schemas_assets.AssetDetail)
def one(house: HouseDep, actor: ActorDep, asset_id: UUID) -> Json:
    return versioned(house.assets.get(actor, asset_id))


@router.patch("/{asset_id}", summary="Change a thing", response_model=schemas_assets.Asset)
def edit(
    house: HouseDep,
    actor: ActorDep,
    asset_id: UUID,
    body: schemas_assets.AssetEdit,
    change: ChangeDep,
    *,
    repair: RepairDep = False,
) -> Json:
    terms = How(repair=repair)
    return versioned(house.assets.edit(actor, asset_id, body.changes(), terms, change.version))


@router.post(
    "/{asset_id}/retire", summary="A thing that is no more", response_model=schemas_assets.Asset
)
def retire(house: HouseDep, actor: ActorDep, asset_id: UUID, change: ChangeDep) -> Json:
    return versioned(house.assets.retire(actor, asset_id, change.version))


@router.get(
    "/{asset_id}/threats",
    summary="Fires near a thing: how far, whereabouts, by when, and why it is told",
    response_model=schemas_assets.AssetThreats,
)
def threats(house: HouseDep, actor: ActorDep, asset_id: UUID) -> Json:
    return Json(house.asset_threats.of(actor, asset_id))
