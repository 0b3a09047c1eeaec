"""The register of forces: bases, units, what they do, where they are, and all of it as files."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from sylvan.domain.forces.kinds import StationKind, UnitKind
from sylvan.domain.forces.status import Status
from sylvan.web import schemas, schemas_forces, schemas_units
from sylvan.web.answers import Csv, GeoJson, Json, Workbook, collection, versioned
from sylvan.web.deps import ActorDep, BoxDep, ChangeDep, HouseDep, KeyDep, SpanDep
from sylvan.web.routers.feeds import FILE, Name, file
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/forces", tags=["forces"], route_class=StrictRoute)
Body = Annotated[bytes, Depends(file)]
Limit = Annotated[int, Query(ge=1, le=20_000)]
Entries = Annotated[int, Query(ge=1, le=200)]
Retired = Annotated[bool, Query(description="also those that are no more")]
POSITION: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["unit", "at", "point"],
    "properties": {
        "unit": {"type": "string", "description": "code of the unit"},
        "at": {"type": "string", "format": "date-time"},
        "point": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3},
        "accuracy_m": {"type": ["number", "null"]},
        "source": {"enum": ["gnss", "person", "partner", None]},
    },
}
POSITIONS: Final[dict[str, Any]] = {
    "application/json": {"schema": {"type": "array", "items": POSITION}},
}


@router.get("/rules", summary="Norms by kind of unit", response_model=schemas_forces.Norms)
def rules(house: HouseDep) -> Json:
    return Json(house.units.norms())


@router.get(
    "/stations",
    summary="Bases, by code",
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def stations(
    house: HouseDep,
    actor: ActorDep,
    box: BoxDep,
    *,
    kind: Annotated[list[StationKind] | None, Query(max_length=10)] = None,
    retired: Retired = False,
) -> GeoJson:
    return collection(house.stations.listed(actor, bbox=box, kinds=kind, retired=retired))


@router.post(
    "/stations",
    summary="A base",
    description="One in a lake or far outside the region is taken, with a remark.",
    status_code=201,
    response_model=schemas_forces.StationChanged,
)
def create_station(
    house: HouseDep, actor: ActorDep, body: schemas_forces.NewStation, key: KeyDep = None
) -> Json:
    return versioned(house.stations.create(actor, body.described(), key), 201)


@router.get(
    "/stations/{station_id}",
    summary="One base with its units",
    response_model=schemas_forces.StationDetail,
)
def station(house: HouseDep, actor: ActorDep, station_id: UUID) -> Json:
    return versioned(house.stations.get(actor, station_id))


@router.patch(
    "/stations/{station_id}",
    summary="Edit a base",
    response_model=schemas_forces.StationChanged,
)
def edit_station(
    house: HouseDep,
    actor: ActorDep,
    station_id: UUID,
    body: schemas_forces.EditStation,
    change: ChangeDep,
) -> Json:
    told = house.stations.edit(actor, station_id, body.changes(), change.version, change.key)
    return versioned(told)


@router.post(
    "/stations/{station_id}/retire",
    summary="A base that is no more",
    description="Refused while units are based there; its history stays.",
    response_model=schemas_forces.StationChanged,
)
def retire_station(
    house: HouseDep,
    actor: ActorDep,
    station_id: UUID,
    body: schemas_forces.Retire,
    change: ChangeDep,
) -> Json:
    return versioned(
        house.stations.retire(actor, station_id, body.note, change.version, change.key)
    )


@router.get(
    "/units",
    summary="Units: what they do, where they are, how long they may work",
    response_model=list[schemas_units.UnitSummary],
)
def units(
    house: HouseDep,
    actor: ActorDep,
    *,
    kind: Annotated[list[UnitKind] | None, Query(max_length=20)] = None,
    status: Annotated[list[Status] | None, Query(max_length=10)] = None,
    station: Annotated[str | None, Query(max_length=60, description="code of their base")] = None,
    fire: Annotated[UUID | None, Query(description="the fire that they are for")] = None,
    retired: Retired = False,
) -> Json:
    found = house.units.listed(
        actor,
        kinds=kind or (),
        statuses=status or (),
        station=station,
        fire_id=fire,
        retired=retired,
    )
    return Json(found)


@router.post(
    "/units",
    summary="A unit",
    description="Aircraft without range and crews without people are refused.",
    status_code=201,
    response_model=schemas_forces.UnitChanged,
)
def create_unit(
    house: HouseDep, actor: ActorDep, body: schemas_forces.NewUnit, key: KeyDep = None
) -> Json:
    return versioned(house.units.create(actor, body.described(), key), 201)


@router.get(
    "/units/{unit_id}",
    summary="One unit with all its figures",
    response_model=schemas_forces.UnitDetail,
)
def unit(house: HouseDep, actor: ActorDep, unit_id: UUID) -> Json:
    return versioned(house.units.get(actor, unit_id))


@router.patch("/units/{unit_id}", summary="Edit a unit", response_model=schemas_forces.UnitChanged)
def edit_unit(
    house: HouseDep,
    actor: ActorDep,
    unit_id: UUID,
    body: schemas_forces.EditUnit,
    change: ChangeDep,
) -> Json:
    return versioned(house.units.edit(actor, unit_id, body.changes(), change.version, change.key))


@router.post(
    "/units/{unit_id}/status",
    summary="What a unit does from now on",
    description=(
        "`available → assigned → en_route → at_fire → returning → available`, with rest, off duty"
        " and out of service beside it. Work and travel run the clock of duty; a unit that is not"
        " rested may be assigned, and the answer says so."
    ),
    response_model=schemas_forces.UnitChanged,
)
def step(
    house: HouseDep,
    actor: ActorDep,
    unit_id: UUID,
    body: schemas_forces.StepUnit,
    change: ChangeDep,
) -> Json:
    return versioned(house.units.step(actor, unit_id, body.step(), change.version, change.key))


@router.post(
    "/units/{unit_id}/retire",
    summary="A unit that is no more",
    description="Refused while it is at work; its history stays.",
    response_model=schemas_forces.UnitChanged,
)
def retire_unit(
    house: HouseDep,
    actor: ActorDep,
    unit_id: UUID,
    body: schemas_forces.Retire,
    change: ChangeDep,
) -> Json:
    return versioned(house.units.retire(actor, unit_id, body.note, change.version, change.key))


@router.get(
    "/units/{unit_id}/log",
    summary="What was told of a unit, newest first",
    response_model=list[schemas.LogEntry],
)
def unit_log(
    house: HouseDep,
    actor: ActorDep,
    unit_id: UUID,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Json:
    return Json(house.units.log(actor, unit_id, limit))


@router.get(
    "/units/{unit_id}/history",
    summary="Who did what with a unit, newest first",
    description="Edits, steps, files and the steps of its orders, each with who and when.",
    response_model=list[schemas_forces.HistoryEntry],
)
def unit_history(house: HouseDep, actor: ActorDep, unit_id: UUID, limit: Entries = 100) -> Json:
    return Json(house.forces_history.of_unit(actor, unit_id, limit))


@router.get(
    "/stations/{station_id}/history",
    summary="Who did what with a base, newest first",
    response_model=list[schemas_forces.HistoryEntry],
)
def station_history(
    house: HouseDep, actor: ActorDep, station_id: UUID, limit: Entries = 100
) -> Json:
    return Json(house.forces_history.of_station(actor, station_id, limit))


@router.get(
    "/units/{unit_id}/track",
    summary="Where a unit was, newest first",
    response_model=list[schemas_forces.Track],
)
def track(
    house: HouseDep, actor: ActorDep, unit_id: UUID, span: SpanDep, limit: Limit = 5000
) -> Json:
    found = house.positions.track(actor, unit_id, since=span.since, until=span.until, limit=limit)
    return Json(found)


@router.post(
    "/positions",
    summary="Take in positions of units",
    description=(
        "JSON, GeoJSON points or CSV with `unit,at,lon,lat`, at most 20,000 rows. Late and"
        " repeated reports are fine in any order; unknown units and bad rows are told by line,"
        " the rest goes in."
    ),
    response_model=schemas_forces.TakenPositions,
    openapi_extra={"requestBody": {"required": True, "content": POSITIONS}},
)
def take_positions(house: HouseDep, actor: ActorDep, body: Body, name: Name = "api") -> Json:
    return Json(house.positions.take(actor, name, body))


@router.post(
    "/import",
    summary="Take in the register from a file, whole or not at all",
    description=(
        "A workbook with bases and units, or CSV of one of them, as `export` gives them. Anything"
        " wrong is told by sheet, line and field, and nothing is stored; taken in again it changes"
        " what changed in it."
    ),
    response_model=schemas_forces.TakenRegister,
    openapi_extra={"requestBody": {"required": True, "content": FILE}},
)
def take_register(
    house: HouseDep,
    actor: ActorDep,
    body: Body,
    name: Name,
    *,
    check: Annotated[bool, Query(description="only judge; store nothing")] = False,
) -> Json:
    return Json(house.force_lists.take(actor, name, body, check=check))


@router.get("/export.xlsx", summary="The register as a workbook", response_class=Workbook)
def workbook(house: HouseDep, actor: ActorDep) -> Response:
    return Workbook(house.force_lists.file(actor, None))


@router.get("/export/{what}.csv", summary="Bases or units as a table", response_class=Csv)
def table(house: HouseDep, actor: ActorDep, what: Literal["stations", "units"]) -> Response:
    return Csv(house.force_lists.file(actor, what))
