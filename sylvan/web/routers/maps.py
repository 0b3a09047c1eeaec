"""What the map draws: tiles, detections, layers."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from sylvan.domain.codes import Invalid
from sylvan.web import cursors, schemas
from sylvan.web.deps import GEOJSON, MAX_HOURS, MVT, ActorDep, BoxDep, HouseDep, json, moment

router = APIRouter(tags=["map"])
MAX_ZOOM = 22
Hours = Annotated[float, Query(gt=0, le=MAX_HOURS, allow_inf_nan=False)]
Zoom = Annotated[int, Path(ge=0, le=MAX_ZOOM)]
Tile = Annotated[int, Path(ge=0, lt=2**MAX_ZOOM)]


@router.get("/tiles/{name}/{z}/{x}/{y}.mvt", summary="A vector tile", response_class=Response)
def tile(
    house: HouseDep,
    actor: ActorDep,
    name: Literal["detections", "fires", "layers"],
    z: Zoom,
    x: Tile,
    y: Tile,
    hours: Hours = 72,
) -> Response:
    if x >= 2**z or y >= 2**z:
        raise Invalid("problem.tile", {"z": z, "x": x, "y": y})
    body = house.maps.tile(actor, name, (z, x, y), timedelta(hours=hours))
    return Response(body, headers={"Cache-Control": "no-cache"}, media_type=MVT)


def _key(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Invalid("problem.cursor", {"value": text[:80]}, "cursor") from None


@router.get(
    "/detections",
    summary="Detections as GeoJSON, newest first",
    responses={200: {"model": schemas.FeatureCollection}},
    response_class=Response,
)
def detections(
    house: HouseDep,
    actor: ActorDep,
    box: BoxDep,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=50_000)] = 1000,
) -> Response:
    after = cursors.decode(cursor)
    page = house.maps.detections(
        actor,
        bbox=box,
        since=moment(since, "since"),
        until=moment(until, "until"),
        after=(after[0], _key(after[1])) if after else None,
        limit=limit,
    )
    following = cursors.encode(*page.after) if page.after else None
    return json(
        {"type": "FeatureCollection", "features": page.features, "next": following}, GEOJSON
    )


@router.get(
    "/detections/histogram",
    summary="How many detections by hour",
    response_model=schemas.Histogram,
)
def histogram(house: HouseDep, actor: ActorDep, hours: Hours = 72) -> Response:
    return json(house.maps.histogram(actor, timedelta(hours=hours)))


@router.get("/layers", summary="Layers of the region", response_model=list[schemas.LayerInfo])
def layers(house: HouseDep) -> Response:
    return json(house.maps.layers())


@router.get(
    "/layers/{code}/items",
    summary="Features of a layer",
    responses={200: {"model": schemas.FeatureCollection}},
    response_class=Response,
)
def items(
    house: HouseDep,
    code: Annotated[str, Path(max_length=100)],
    box: BoxDep,
    after: Annotated[int, Query(ge=0, lt=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> Response:
    page = house.maps.layer_items(code, bbox=box, after=after, limit=limit)
    following = str(page.after[0]) if page.after else None
    return json(
        {"type": "FeatureCollection", "features": page.features, "next": following}, GEOJSON
    )
