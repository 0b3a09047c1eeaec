"""What anybody may ask without an account."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from sylvan.web.answers import Json, private
from sylvan.web.deps import HALF_TURN, POLE, HouseDep, IdentityDep
from sylvan.web.schemas_public import PublicAnswer, PublicNear, PublicSeen
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["public"], route_class=StrictRoute)
World = Annotated[
    str | None,
    Query(min_length=1, max_length=100, description="name of a world; default: the server's own"),
]


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


@router.get(
    "/public/seen",
    summary="Reports of the last hours near a place",
    description="For whoever may have seen the same: distance in whole km, no places, no words.",
    response_model=list[PublicSeen],
)
def seen(
    house: HouseDep,
    lon: Annotated[float, Query(ge=-HALF_TURN, le=HALF_TURN, allow_inf_nan=False)],
    lat: Annotated[float, Query(ge=-POLE, le=POLE, allow_inf_nan=False)],
    who: IdentityDep,
    world: World = None,
) -> Json:
    within = house.worlds.named(world or house.default_world)
    house.drills.enter(who, within, changes=False)
    return Json(house.report_answers.seen_near(within, (lon, lat)))


@router.get(
    "/public/answers/{token}",
    summary="What became of a report",
    description="For whoever has its link; it tells neither who made it nor where.",
    response_model=PublicAnswer,
)
def answer(
    house: HouseDep,
    token: Annotated[str, Path(min_length=22, max_length=64, pattern="^[A-Za-z0-9_-]+$")],
    world: World = None,
) -> Json:
    within = house.worlds.named(world or house.default_world)
    return private(house.report_answers.by_link(within, token))
