"""Weather taken in; fire danger of days, places and maps."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import FileResponse

from sylvan.web import schemas, schemas_danger
from sylvan.web.answers import GeoJson, GeoTiff, Json, Png, collection
from sylvan.web.deps import ActorDep, BoxDep, HouseDep
from sylvan.web.routers.feeds import FILE, Feed, Name, file
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["danger"], route_class=StrictRoute)
MAP_CACHE: Final = {"Cache-Control": "no-cache"}
Day = Annotated[date, Path(description="a day of `days` that has a map")]
Stamp = Annotated[
    str | None, Query(max_length=40, description="any text: another address for caches")
]


def _range() -> dict[int | str, dict[str, Any]]:
    """Parts of a file are answered too."""
    return {206: {"description": "The asked range"}}


@router.post(
    "/weather",
    summary="Take in weather",
    description=(
        "A station table (CSV), a grid (GRIB or NetCDF) or a forecast API's answer; measured or,"
        " with its issue, forecast. Bad rows are told by line and field, the rest goes in."
    ),
    response_model=schemas_danger.TakenWeather,
    openapi_extra={"requestBody": {"required": True, "content": FILE}},
)
def take(
    house: HouseDep,
    actor: ActorDep,
    body: Annotated[bytes, Depends(file)],
    name: Name,
    feed: Feed = "weather",
) -> Json:
    house.feeds.require_open(actor, feed)
    return Json(house.weather.take(actor, name, body, feed).as_dict())


@router.get(
    "/danger",
    summary="Today and the days to come",
    description="Days with maps, classes with what follows from them, age of the weather.",
    response_model=schemas_danger.Danger,
)
def overview(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.danger.overview(actor))


@router.get(
    "/danger/places",
    summary="Values of stations and nodes on a day",
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def places(
    house: HouseDep,
    actor: ActorDep,
    box: BoxDep,
    day: Annotated[date | None, Query(description="default: the region's today")] = None,
) -> GeoJson:
    return collection(house.danger.places(actor, day, box))


@router.get(
    "/danger/places/{code}",
    summary="Days of one place",
    description="Oldest first; the days to come are among them.",
    response_model=schemas_danger.PlaceHistory,
)
def history(
    house: HouseDep,
    actor: ActorDep,
    code: Annotated[str, Path(max_length=80)],
    days: Annotated[int, Query(ge=1, le=400, description="back from today")] = 30,
) -> Json:
    return Json(house.danger.history(actor, code, days))


@router.get(
    "/danger/{day}.tif",
    summary="A day's raster as Cloud-Optimised GeoTIFF",
    description=(
        "EPSG:3857; bands: class, КППО, FFMC, DMC, DC, ISI, BUI, FWI, km to the nearest place."
        " Answers ranges."
    ),
    response_class=GeoTiff,
    responses=_range(),
)
def geotiff(house: HouseDep, actor: ActorDep, day: Day, v: Stamp = None) -> FileResponse:
    del v
    path = house.danger.file(actor, day)
    return FileResponse(path, media_type=GeoTiff.media_type, headers=MAP_CACHE)


@router.get(
    "/danger/{day}.png",
    summary="A day's classes as a picture",
    description="In EPSG:3857, a cell a pixel; its corners stand in `/danger`.",
    response_class=Png,
)
def picture(house: HouseDep, actor: ActorDep, day: Day, v: Stamp = None) -> FileResponse:
    del v
    path = house.danger.file(actor, day, picture=True)
    return FileResponse(path, media_type=Png.media_type, headers=MAP_CACHE)
