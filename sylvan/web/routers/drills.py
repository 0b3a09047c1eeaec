"""Drills: a generated or historic day for chosen people, and how they did."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response

from sylvan.web import schemas_drills as schemas
from sylvan.web.answers import Csv, Json, private
from sylvan.web.deps import HouseDep, KeeperDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/drills", tags=["drills"], route_class=StrictRoute)
NAMED: Final = {
    "Cache-Control": "private, no-store",
    "Content-Disposition": "attachment; filename=exercise-score.csv",
}


@router.get(
    "",
    summary="Drills, the newest first",
    description="All of them for whoever may begin one; for others those that they take part in.",
    response_model=list[schemas.DrillTold],
)
def listed(house: HouseDep, actor: KeeperDep) -> Json:
    return private(house.drills.listed(actor))


@router.get(
    "/choices", summary="Who may take part, and whose days", response_model=schemas.DrillChoices
)
def choices(house: HouseDep, actor: KeeperDep) -> Json:
    del actor
    return private(house.drills.choices())


@router.get(
    "/real",
    summary="What of real life waits while one sits in a drill",
    description="Of the live world: signals, reports, own alarms, calls for help.",
    response_model=schemas.DrillReal,
)
def real(house: HouseDep, actor: KeeperDep) -> Json:
    return private(house.drills.people.real(actor))


@router.post(
    "/preview",
    summary="What a day holds, before it is played",
    response_model=schemas.DrillPreview,
)
def preview(house: HouseDep, actor: KeeperDep, body: schemas.PreviewDrill) -> Json:
    del actor
    return private(house.drills.preview(body.source.told(), body.speed))


@router.post(
    "",
    status_code=201,
    summary="Begin a drill",
    description=(
        "It gets a world of its own, which only participants, whoever leads it and administrators"
        " enter. Everything that leaves it carries the mark of an exercise."
    ),
    response_model=schemas.DrillTold,
)
def begin(house: HouseDep, actor: KeeperDep, body: schemas.BeginDrill) -> Json:
    return private(house.drills.begin(actor, body.told()), 201)


@router.get("/{drill_id}", summary="One drill", response_model=schemas.DrillTold)
def one(house: HouseDep, actor: KeeperDep, drill_id: UUID) -> Json:
    return private(house.drills.one(actor, drill_id))


@router.post(
    "/{drill_id}/end",
    summary="End a drill",
    description="Its clock stands, its world stays to be looked at, the score is kept.",
    response_model=schemas.DrillTold,
)
def end(house: HouseDep, actor: KeeperDep, drill_id: UUID) -> Json:
    return private(house.drills.end(actor, drill_id))


@router.delete(
    "/{drill_id}",
    summary="Remove a drill that is over, with its world",
    description="Event log and audit keep what they have: both are append-only.",
    response_model=schemas.DrillDeleted,
)
def delete(house: HouseDep, actor: KeeperDep, drill_id: UUID) -> Json:
    return private(house.drills.delete(actor, drill_id))


@router.get(
    "/{drill_id}/score",
    summary="How people did: by the duty clocks, and against what really burnt",
    description="For participants once it is over.",
    response_model=schemas.DrillScore,
)
def score(house: HouseDep, actor: KeeperDep, drill_id: UUID) -> Json:
    return private(house.drills.score(actor, drill_id))


@router.get("/{drill_id}/score.csv", summary="The score as a table", response_class=Csv)
def table(house: HouseDep, actor: KeeperDep, drill_id: UUID) -> Response:
    told = house.drills.one(actor, drill_id)
    body = house.drill_tables.csv(told["name"], house.drills.score(actor, drill_id))
    return Response(body, media_type=f"{Csv.media_type}; charset=utf-8", headers=NAMED)
