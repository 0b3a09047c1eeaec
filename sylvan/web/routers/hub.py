"""The picture of the country, as a national hub reads it from the regions."""

from typing import Annotated

from fastapi import APIRouter, Query

from sylvan.web import schemas_hub
from sylvan.web.answers import Json
from sylvan.web.deps import ActorDep, HouseDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/hub", tags=["hub"], route_class=StrictRoute)


@router.get(
    "/sources",
    summary="Which regions are read, and how far",
    description="`seq` is the number of the region's own log up to which everything is held;"
    " what a region could not tell any more stands in `holes`.",
    response_model=schemas_hub.HubSources,
)
def sources(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.hub.sources(actor))


@router.get(
    "/picture",
    summary="Fires of the country by region",
    description="As each region told them last, newest word first; ended ones are left out."
    " `age_s` says how long ago a region was heard.",
    response_model=schemas_hub.HubPicture,
)
def picture(
    house: HouseDep,
    actor: ActorDep,
    region: Annotated[str | None, Query(min_length=1, max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> Json:
    return Json(house.hub.picture(actor, region, limit))
