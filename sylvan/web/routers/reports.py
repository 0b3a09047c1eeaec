"""Reports: take them in from anybody, and give each one its disposition."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from sylvan.web import cursors, schemas
from sylvan.web.deps import GEOJSON, ActorDep, BoxDep, HouseDep, KeyDep, VersionDep, json, moment
from sylvan.web.routers.fires import _uuid

router = APIRouter(prefix="/reports", tags=["reports"])


@router.post("", summary="Report what is seen", status_code=201, response_model=schemas.Report)
def submit(
    house: HouseDep, actor: ActorDep, body: schemas.NewReport, key: KeyDep = None
) -> Response:
    found = house.reports.submit(actor, body.model_dump(), key)
    answer = json(found)
    answer.status_code = 201
    return answer


@router.get(
    "",
    summary="Reports as GeoJSON, newest first",
    responses={200: {"model": schemas.FeatureCollection}},
    response_class=Response,
)
def listed(
    house: HouseDep,
    actor: ActorDep,
    box: BoxDep,
    status: Annotated[list[str] | None, Query(max_length=20)] = None,
    since: datetime | None = None,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    after = cursors.decode(cursor)
    page = house.reports.page(
        actor,
        bbox=box,
        statuses=status,
        since=moment(since, "since"),
        after=(after[0], _uuid(after[1])) if after else None,
        limit=limit,
    )
    following = cursors.encode(*page.after) if page.after else None
    return json(
        {"type": "FeatureCollection", "features": page.features, "next": following}, GEOJSON
    )


@router.post("/locate", summary="Where a place description lies, before it is sent")
def locate(house: HouseDep, actor: ActorDep, body: schemas.ReportPlace) -> dict[str, object]:
    return house.reports.locate(actor, body.model_dump())


@router.get("/{report_id}", summary="One report", response_model=schemas.Report)
def one(house: HouseDep, actor: ActorDep, report_id: UUID) -> Response:
    found = house.reports.get(actor, report_id)
    return json(found, ETag=f'"{found["version"]}"')


@router.get("/{report_id}/photo", summary="The report's photo", response_class=Response)
def photo(house: HouseDep, actor: ActorDep, report_id: UUID) -> Response:
    headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": "inline"}
    return Response(house.reports.photo(actor, report_id), 200, headers, "image/jpeg")


@router.delete("/{report_id}/person", summary="Forget who made the report, and its photos")
def erase(house: HouseDep, actor: ActorDep, report_id: UUID) -> schemas.Ok:
    return schemas.Ok(**house.reports.erase(actor, report_id))


@router.post("/{report_id}/promote", summary="Make a fire of it")
def promote(
    house: HouseDep, actor: ActorDep, report_id: UUID, version: VersionDep, key: KeyDep = None
) -> schemas.Ok:
    return schemas.Ok(**house.reports.promote(actor, report_id, version, key))


@router.post("/{report_id}/attach", summary="It belongs to a known fire")
def attach(
    house: HouseDep,
    actor: ActorDep,
    report_id: UUID,
    body: schemas.Attach,
    version: VersionDep,
    key: KeyDep = None,
) -> schemas.Ok:
    return schemas.Ok(**house.reports.attach(actor, report_id, body.fire_id, version, key))


@router.post("/{report_id}/check", summary="Send somebody to look")
def check(
    house: HouseDep, actor: ActorDep, report_id: UUID, version: VersionDep, key: KeyDep = None
) -> schemas.Ok:
    return schemas.Ok(**house.reports.check(actor, report_id, version, key))


@router.post("/{report_id}/reject", summary="It leads to nothing, for a reason of the list")
def reject(
    house: HouseDep,
    actor: ActorDep,
    report_id: UUID,
    body: schemas.RejectReport,
    version: VersionDep,
    key: KeyDep = None,
) -> schemas.Ok:
    return schemas.Ok(**house.reports.reject(actor, report_id, body.model_dump(), version, key))
