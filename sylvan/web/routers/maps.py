"""What the map draws: tiles, detections, layers."""

from datetime import timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query

from sylvan.domain.codes import Invalid
from sylvan.services.past import Past
from sylvan.web import schemas
from sylvan.web.answers import GeoJson, Json, VectorTile, collection, page
from sylvan.web.deps import (
    ActorDep,
    AfterKeyDep,
    BoxDep,
    Hours,
    HouseDep,
    KnownDep,
    PastDep,
    SpanDep,
)
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["map"], route_class=StrictRoute)
MAX_ZOOM: Final = 22
NO_CACHE: Final = {"Cache-Control": "no-cache"}
TileSet = Literal["detections", "fires", "layers"]
Zoom = Annotated[int, Path(ge=0, le=MAX_ZOOM)]
Tile = Annotated[int, Path(ge=0, lt=2**MAX_ZOOM)]
Stamp = Annotated[
    str | None, Query(max_length=40, description="any text: another address for caches")
]
Code = Annotated[str, Path(max_length=100)]


@router.get(
    "/tiles/{name}/{z}/{x}/{y}.mvt",
    summary="A vector tile",
    description=(
        "Of `detections` also of the past: `at` is then the end of the hours, and `known` says"
        " whether what came later counts (`now`) or not (`then`)."
    ),
    response_class=VectorTile,
)
def tile(
    house: HouseDep,
    actor: ActorDep,
    name: TileSet,
    z: Zoom,
    x: Tile,
    y: Tile,
    at: PastDep,
    v: Stamp = None,
    hours: Hours = 72,
    known: KnownDep = "then",
) -> VectorTile:
    del v
    if x >= 2**z or y >= 2**z:
        raise Invalid("problem.tile", {"z": z, "x": x, "y": y})
    return VectorTile(
        house.maps.tile(
            actor, name, (z, x, y), timedelta(hours=hours), Past(at, known) if at else None
        ),
        headers=NO_CACHE,
    )


@router.get(
    "/detections",
    summary="Detections, newest first",
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def detections(
    house: HouseDep,
    actor: ActorDep,
    box: BoxDep,
    span: SpanDep,
    after: AfterKeyDep,
    limit: Annotated[int, Query(ge=1, le=50_000)] = 1000,
) -> GeoJson:
    found = house.maps.detections(
        actor, bbox=box, since=span.since, until=span.until, after=after, limit=limit
    )
    return page(found)


@router.get(
    "/detections/histogram",
    summary="How many detections by hour",
    response_model=schemas.Histogram,
)
def histogram(house: HouseDep, actor: ActorDep, hours: Hours = 72) -> Json:
    return Json(house.maps.histogram(actor, timedelta(hours=hours)))


@router.get("/layers", summary="Layers of the region", response_model=list[schemas.LayerInfo])
def layers(house: HouseDep) -> Json:
    return Json(house.maps.layers())


@router.get(
    "/layers/{code}/items",
    summary="Features of a layer",
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def items(
    house: HouseDep,
    code: Code,
    box: BoxDep,
    cursor: Annotated[int, Query(ge=0, lt=2**62, description="`next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> GeoJson:
    found = house.maps.layer_items(code, bbox=box, after=cursor, limit=limit)
    return collection(found.features, str(found.after[0]) if found.after else None)
