"""What stands in the fires' way."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sylvan.web import schemas_exposure as schemas
from sylvan.web.answers import Json
from sylvan.web.deps import ActorDep, HouseDep, PastDep
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["exposure"], route_class=StrictRoute)
Word = Annotated[str | None, Query(min_length=1, max_length=200)]


@router.get(
    "/fires/{fire_id}/exposure",
    summary="What a fire threatens, its smoke, and why it stands where it does in the queue",
    description=(
        "Distances from the edge and the down-wind sector are told with each change of the fire;"
        " times to reach follow with its forecast. With `at`, as it was known then. Smoke is a"
        " screening estimate."
    ),
    response_model=schemas.FireExposure,
)
def of_fire(house: HouseDep, actor: ActorDep, fire_id: UUID, at: PastDep) -> Json:
    return Json(house.exposures.of_fire(actor, fire_id, at))


@router.get(
    "/exposure",
    summary="Which fires threaten a thing, soonest reached and nearest first",
    description=(
        "`layer` and `code` name one thing; `kind` all of a kind. Fires that are out, rejected or"
        " handed over threaten nothing."
    ),
    response_model=list[schemas.Threat],
)
def threatening(
    house: HouseDep,
    actor: ActorDep,
    layer: Word = None,
    code: Word = None,
    kind: Word = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Json:
    return Json(house.exposures.threatening(actor, layer=layer, code=code, kind=kind, limit=limit))
