"""Collections of features as files, in bounded memory, on record in the audit."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from sylvan.domain import cql
from sylvan.domain.codes import Refusal
from sylvan.services.features import May, Wanted
from sylvan.services.house import House
from sylvan.web.answers import Csv, FlatGeobuf, GeoJsonLines, GeoPackage
from sylvan.web.deps import ActorDep, BoxDep, HouseDep, IdentityDep, SpanDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/exports", tags=["exports"], route_class=StrictRoute)
PRIVATE: Final = {"Cache-Control": "private, no-store"}
ABOUT: Final = (
    "Collections and their properties: `/ogc/collections`. What is not open to the one who asks is"
    " not in it. Written whole before it is sent; each is on record in the audit."
)
Code = Annotated[str, Path(max_length=100, pattern=r"^[a-z0-9_-]+$")]


class FileNotWritten(Refusal):
    """The server's disk does not take the file."""

    status = 503


def wanted(
    box: BoxDep,
    span: SpanDep,
    told: Annotated[
        str | None,
        Query(alias="filter", max_length=cql.MOST_CHARACTERS, description="CQL2 text"),
    ] = None,
) -> Wanted:
    """Which features are taken."""
    node = None if told is None else cql.parse(told)
    return Wanted(box=box, begin=span.since, end=span.until, filter=node)


def may(house: HouseDep, who: IdentityDep) -> May:
    """What is open to the one who asks, by operations of this interface."""
    return lambda operation: house.rights.may(who.role, operation) and who.allows(operation)


WantedDep = Annotated[Wanted, Depends(wanted)]
MayDep = Annotated[May, Depends(may)]


@router.get("/{code}.csv", summary="A collection as a table", description=ABOUT, response_class=Csv)
def csv(
    house: HouseDep, actor: ActorDep, open_to: MayDep, asked: WantedDep, code: Code
) -> FileResponse:
    """Texts that begin like a formula have an apostrophe before them."""
    return _file(house, actor, open_to, code, "csv", asked, f"{Csv.media_type}; charset=utf-8")


@router.get(
    "/{code}.geojsonl",
    summary="A collection as GeoJSON, a feature a line",
    description=ABOUT,
    response_class=GeoJsonLines,
)
def geojson(
    house: HouseDep, actor: ActorDep, open_to: MayDep, asked: WantedDep, code: Code
) -> FileResponse:
    """RFC 8142."""
    return _file(house, actor, open_to, code, "geojsonl", asked, GeoJsonLines.media_type)


@router.get(
    "/{code}.gpkg",
    summary="A collection as GeoPackage",
    description=ABOUT,
    response_class=GeoPackage,
)
def geopackage(
    house: HouseDep, actor: ActorDep, open_to: MayDep, asked: WantedDep, code: Code
) -> FileResponse:
    """For QGIS and its like."""
    return _file(house, actor, open_to, code, "gpkg", asked, GeoPackage.media_type)


@router.get(
    "/{code}.fgb",
    summary="A collection as FlatGeobuf",
    description=ABOUT,
    response_class=FlatGeobuf,
)
def flatgeobuf(
    house: HouseDep, actor: ActorDep, open_to: MayDep, asked: WantedDep, code: Code
) -> FileResponse:
    """Read in parts by programs."""
    return _file(house, actor, open_to, code, "fgb", asked, FlatGeobuf.media_type)


def _file(
    house: House, actor: Any, open_to: May, code: str, form: str, asked: Wanted, media_type: str
) -> FileResponse:
    try:
        made = house.exports.spooled(actor, open_to, code, form, asked)
    except OSError as error:
        params = {"reason": (error.strerror or str(error))[:100]}
        raise FileNotWritten("exports.disk", params) from error
    return FileResponse(
        made.path,
        media_type=media_type,
        filename=f"{code}.{form}",
        headers=PRIVATE | {"X-Features": str(made.features)},
        background=BackgroundTask(made.path.unlink, missing_ok=True),
    )
