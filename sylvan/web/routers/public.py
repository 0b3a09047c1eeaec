"""What anybody may ask without an account."""

from typing import Annotated

from fastapi import APIRouter, Query

from sylvan.web.answers import Json
from sylvan.web.deps import HALF_TURN, POLE, HouseDep
from sylvan.web.schemas_public import PublicNear
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["public"], route_class=StrictRoute)


@router.get(
    "/public/near",
    summary="Fire danger, bans and fires at a place",
    description="For everybody, without an account. Fires are told once they are registered.",
    response_model=PublicNear,
)
def near(
    house: HouseDep,
    lon: Annotated[float, Query(ge=-HALF_TURN, le=HALF_TURN, allow_inf_nan=False)],
    lat: Annotated[float, Query(ge=-POLE, le=POLE, allow_inf_nan=False)],
) -> Json:
    return Json(house.public.near(house.worlds.named(house.default_world), (lon, lat)))
