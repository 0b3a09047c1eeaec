"""Lightning strokes: taken in, shown, and named as causes of fires."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from sylvan.web import schemas, schemas_heat
from sylvan.web.answers import GeoJson, Json, collection
from sylvan.web.deps import ActorDep, BoxDep, HouseDep, SpanDep
from sylvan.web.routers.feeds import file
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["lightning"], route_class=StrictRoute)
STROKE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["at", "point"],
    "properties": {
        "at": {"type": "string", "format": "date-time"},
        "point": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3},
        "peak_ka": {"type": ["number", "null"]},
        "kind": {"enum": ["cg", "ic", None]},
    },
}
STROKES: Final[dict[str, Any]] = {
    "oneOf": [
        {"type": "array", "items": STROKE},
        {
            "type": "object",
            "required": ["type", "features"],
            "properties": {
                "type": {"const": "FeatureCollection"},
                "features": {"type": "array", "items": {"type": "object"}},
            },
        },
    ]
}
BODY: Final = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": STROKES}}}
}


@router.post(
    "/lightning",
    summary="Take in strokes",
    description=(
        "A list, GeoJSON points, or any file that `sylvan lightning load` takes. Bad rows are told"
        " by number and field, the rest goes in; sent again, strokes are duplicates."
    ),
    response_model=schemas_heat.TakenStrokes,
    openapi_extra=BODY,
)
def take(house: HouseDep, actor: ActorDep, body: Annotated[bytes, Depends(file)]) -> Json:
    house.feeds.require_open(actor, "lightning")
    return Json(house.lightning.take(actor, "api", body).as_dict())


@router.get(
    "/lightning",
    summary="Strokes, newest first",
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def listed(
    house: HouseDep,
    actor: ActorDep,
    box: BoxDep,
    span: SpanDep,
    limit: Annotated[int, Query(ge=1, le=20_000)] = 5000,
) -> GeoJson:
    found = house.lightning.page(actor, bbox=box, since=span.since, until=span.until, limit=limit)
    return collection(found)


@router.get(
    "/fires/{fire_id}/causes",
    summary="Strokes that may have lit a fire, the likeliest first",
    description="Within 10 km of its first detections, in the ten days before it was seen.",
    response_model=schemas_heat.Causes,
)
def causes(house: HouseDep, actor: ActorDep, fire_id: UUID) -> Json:
    return Json(house.lightning.causes(actor, fire_id))
