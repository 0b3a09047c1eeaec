"""Reports: take them in from anybody, and give each one its disposition."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from sylvan.domain.reports import ReportStatus
from sylvan.web import bodies, schemas
from sylvan.web.answers import GeoJson, Jpeg, Json, page, versioned
from sylvan.web.deps import ActorDep, AfterIdDep, BoxDep, ChangeDep, HouseDep, KeyDep, SinceDep
from sylvan.web.me import peer
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/reports", tags=["reports"], route_class=StrictRoute)
PHOTO = {"Content-Disposition": "inline", "Cache-Control": "private, no-store"}
Statuses = Annotated[
    list[ReportStatus] | None, Query(max_length=20, description="several: `status=…&status=…`")
]


@router.post("", summary="Report what is seen", status_code=201, response_model=schemas.Report)
def submit(
    house: HouseDep, actor: ActorDep, request: Request, body: bodies.NewReport, key: KeyDep = None
) -> Json:
    told = body.model_dump() | {"peer": peer(request)}
    return versioned(house.reports.submit(actor, told, key), 201)


@router.post("/{report_id}/answer", summary="Words for whoever made it")
def answer(
    house: HouseDep, actor: ActorDep, report_id: UUID, body: bodies.ReportWords, change: ChangeDep
) -> schemas.Ok:
    told = house.reports.answer(actor, report_id, body.words, change.version, change.key)
    return schemas.Ok(**told)


@router.get(
    "",
    summary="Reports, newest first",
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def listed(
    house: HouseDep,
    actor: ActorDep,
    box: BoxDep,
    since: SinceDep,
    after: AfterIdDep,
    status: Statuses = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> GeoJson:
    statuses = [one.value for one in status] if status else None
    found = house.reports.page(
        actor, bbox=box, statuses=statuses, since=since, after=after, limit=limit
    )
    return page(found)


@router.post(
    "/locate",
    summary="Where a place description lies, before it is sent",
    response_model=schemas.Located,
)
def locate(house: HouseDep, actor: ActorDep, body: bodies.ReportPlace) -> Json:
    return Json(house.reports.locate(actor, body.model_dump()))


@router.get("/{report_id}", summary="One report", response_model=schemas.Report)
def one(house: HouseDep, actor: ActorDep, report_id: UUID) -> Json:
    return versioned(house.reports.get(actor, report_id))


@router.get("/{report_id}/photo", summary="The report's photo", response_class=Jpeg)
def photo(house: HouseDep, actor: ActorDep, report_id: UUID) -> Jpeg:
    return Jpeg(house.reports.photo(actor, report_id), headers=PHOTO)


@router.delete(
    "/{report_id}/person",
    summary="Forget who made the report, and its photos",
    description="Log, audit and ledger hold neither, so nothing else changes.",
)
def erase(house: HouseDep, actor: ActorDep, report_id: UUID) -> schemas.Ok:
    return schemas.Ok(**house.reports.erase(actor, report_id))


@router.post("/{report_id}/promote", summary="Make a fire of it")
def promote(house: HouseDep, actor: ActorDep, report_id: UUID, change: ChangeDep) -> schemas.Ok:
    return schemas.Ok(**house.reports.promote(actor, report_id, change.version, change.key))


@router.post("/{report_id}/attach", summary="It belongs to a known fire")
def attach(
    house: HouseDep, actor: ActorDep, report_id: UUID, body: bodies.Attach, change: ChangeDep
) -> schemas.Ok:
    told = house.reports.attach(actor, report_id, body.fire_id, change.version, change.key)
    return schemas.Ok(**told)


@router.post("/{report_id}/check", summary="Send somebody to look")
def check(house: HouseDep, actor: ActorDep, report_id: UUID, change: ChangeDep) -> schemas.Ok:
    return schemas.Ok(**house.reports.check(actor, report_id, change.version, change.key))


@router.post("/{report_id}/reject", summary="It leads to nothing, for a reason of the list")
def reject(
    house: HouseDep,
    actor: ActorDep,
    report_id: UUID,
    body: bodies.RejectReport,
    change: ChangeDep,
) -> schemas.Ok:
    facts = body.model_dump()
    return schemas.Ok(**house.reports.reject(actor, report_id, facts, change.version, change.key))
