"""Fires: read them, register, reject, move them along their life."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from sylvan.domain.codes import Invalid
from sylvan.web import cursors, schemas
from sylvan.web.deps import (
    GEOJSON,
    ActorDep,
    BoxDep,
    HouseDep,
    KeyDep,
    VersionDep,
    json,
    moment,
)

router = APIRouter(prefix="/fires", tags=["fires"])


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("problem.cursor", {"value": text[:80]}, "cursor") from None


@router.get(
    "",
    summary="Fires as GeoJSON, newest sight first",
    description="Points by default; `edges=true` puts each fire's edge in its geometry.",
    responses={200: {"model": schemas.FeatureCollection}},
    response_class=Response,
)
def listed(
    house: HouseDep,
    actor: ActorDep,
    box: BoxDep,
    status: Annotated[list[str] | None, Query(max_length=20)] = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    *,
    edges: bool = False,
) -> Response:
    after = cursors.decode(cursor)
    page = house.fires.page(
        actor,
        bbox=box,
        statuses=status,
        since=moment(since, "since"),
        until=moment(until, "until"),
        after=(after[0], _uuid(after[1])) if after else None,
        limit=limit,
        edges=edges,
    )
    following = cursors.encode(*page.after) if page.after else None
    return json(
        {"type": "FeatureCollection", "features": page.features, "next": following}, GEOJSON
    )


@router.get(
    "/as-of",
    summary="All fires as they stood at a moment of the world's clock",
    response_model=list[schemas.FireSummary],
)
def as_of(house: HouseDep, actor: ActorDep, at: datetime) -> Response:
    return json(house.fires.as_of(actor, moment(at, "at") or at))


@router.get(
    "/{fire_id}",
    summary="One fire with its edge",
    description="An id that was merged away answers with the fire that it became.",
    response_model=schemas.FireDetail,
)
def one(house: HouseDep, actor: ActorDep, fire_id: UUID) -> Response:
    found = house.fires.detail(actor, fire_id)
    return json(found, ETag=f'"{found["version"]}"')


@router.get(
    "/{fire_id}/log", summary="What happened to a fire", response_model=list[schemas.LogEntry]
)
def log(
    house: HouseDep,
    actor: ActorDep,
    fire_id: UUID,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    return json(house.fires.log(actor, fire_id, limit))


@router.get(
    "/{fire_id}/detections",
    summary="The detections of one fire",
    responses={200: {"model": schemas.FeatureCollection}},
    response_class=Response,
)
def detections(
    house: HouseDep,
    actor: ActorDep,
    fire_id: UUID,
    limit: Annotated[int, Query(ge=1, le=50_000)] = 5000,
) -> Response:
    features = house.fires.detections(actor, fire_id, limit)
    return json({"type": "FeatureCollection", "features": features, "next": None}, GEOJSON)


@router.post("/{fire_id}/shown", summary="A dispatcher has it on the screen")
def shown(house: HouseDep, actor: ActorDep, fire_id: UUID) -> schemas.Ok:
    return schemas.Ok(**house.decisions.shown(actor, fire_id))


@router.post("/{fire_id}/register", summary="Register: it gets its number")
def register(
    house: HouseDep,
    actor: ActorDep,
    fire_id: UUID,
    body: schemas.RegisterFire,
    version: VersionDep,
    key: KeyDep = None,
) -> schemas.Ok:
    facts = body.model_dump(exclude_none=True)
    return schemas.Ok(**house.decisions.register(actor, fire_id, facts, version, key))


@router.post("/{fire_id}/reject", summary="Reject, with a reason of the list")
def reject(
    house: HouseDep,
    actor: ActorDep,
    fire_id: UUID,
    body: schemas.RejectFire,
    version: VersionDep,
    key: KeyDep = None,
) -> schemas.Ok:
    facts = body.model_dump()
    return schemas.Ok(**house.decisions.reject(actor, fire_id, facts, version, key))


@router.post("/{fire_id}/status", summary="The next step in its life")
def status(
    house: HouseDep,
    actor: ActorDep,
    fire_id: UUID,
    body: schemas.ChangeStatus,
    version: VersionDep,
    key: KeyDep = None,
) -> schemas.Ok:
    return schemas.Ok(
        **house.decisions.change_status(actor, fire_id, body.to, body.facts, version, key)
    )
