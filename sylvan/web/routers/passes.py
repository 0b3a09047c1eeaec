"""Passes of the satellites: over a fire, over the region."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sylvan.web import schemas_passes as schemas
from sylvan.web.answers import Json
from sylvan.web.deps import ActorDep, HouseDep
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["passes"], route_class=StrictRoute)
LONGEST_H = 24 * 14
"""Hours back: elements do not tell the passes of long ago as well as those of now."""
FARTHEST_H = 72
"""Hours ahead."""


@router.get(
    "/fires/{fire_id}/passes",
    summary="Which satellites looked at a fire, and what they saw",
    description=(
        "`nothing`: the sky was open and no fire was seen. `cloud_unknown`: data came without it,"
        " and nobody knows of clouds. `no_data`: it passed and its data never came. `awaited`: the"
        " data may still come. `gaps` are the times in which nobody looked."
    ),
    response_model=schemas.FirePasses,
)
def of_fire(
    house: HouseDep,
    actor: ActorDep,
    fire_id: UUID,
    hours: Annotated[
        float, Query(gt=0, le=LONGEST_H, allow_inf_nan=False, description="back from now")
    ] = 72,
) -> Json:
    return Json(house.passes.of_fire(actor, fire_id, hours))


@router.get(
    "/passes/next",
    summary="Which satellites come next over the region",
    response_model=schemas.RegionPasses,
)
def over_region(
    house: HouseDep,
    actor: ActorDep,
    hours: Annotated[
        float, Query(gt=0, le=FARTHEST_H, allow_inf_nan=False, description="ahead of now")
    ] = 12,
) -> Json:
    return Json(house.passes.over_region(actor, hours))
