"""Forecasts of spread: of fires, made without being asked, and of places, on demand."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sylvan.web import schemas
from sylvan.web import schemas_forecasts as shapes
from sylvan.web.answers import GeoJson, collection
from sylvan.web.deps import ActorDep, BoxDep, HouseDep, PastDep
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["forecasts"], route_class=StrictRoute)
Hour = Annotated[int, Query(ge=1, le=shapes.MOST_HOURS, description="after each forecast's `at`")]


@router.get(
    "/fires/{fire_id}/forecast",
    summary="Where a fire's edge will be",
    description=(
        "Contours of 10, 50 and 90 % probability for each hour. Made anew after each pass that"
        " changes the fire and every few hours; `forecast.at` says how old it is,"
        " `forecast.reasons` what was assumed. With `at`, the forecast as it was known then;"
        " earlier ones keep the contours of 1, 3, 6, 12 and 24 h."
    ),
    response_model=shapes.FireForecast,
    response_class=GeoJson,
)
def of_fire(house: HouseDep, actor: ActorDep, fire_id: UUID, at: PastDep) -> GeoJson:
    return GeoJson(house.forecasts.of_fire(actor, fire_id, at))


@router.get(
    "/forecasts",
    summary="Contours of one hour of all fires that burn",
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def listed(house: HouseDep, actor: ActorDep, box: BoxDep, hour: Hour = 6) -> GeoJson:
    return collection(house.forecasts.all_at(actor, hour, box))


@router.post(
    "/forecasts",
    summary="Where a fire would be that began at a place",
    description=(
        "Computed while you wait, for some seconds; kept nowhere. Few at a time: 503 asks you to"
        " come again."
    ),
    response_model=shapes.ForecastCollection,
    response_class=GeoJson,
)
def at_place(house: HouseDep, actor: ActorDep, body: shapes.AskForecast) -> GeoJson:
    return GeoJson(house.forecasts.at_place(actor, body.point, body.start, body.hours))
