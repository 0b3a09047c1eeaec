"""Fires: read them, register, reject, move them along their life."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sylvan.domain.lifecycle import Status
from sylvan.web import bodies, schemas
from sylvan.web.answers import GeoJson, Json, collection, page, versioned
from sylvan.web.deps import (
    ActorDep,
    AfterIdDep,
    AtDep,
    BoxDep,
    ChangeDep,
    HouseDep,
    KnownDep,
    PastDep,
    SpanDep,
)
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/fires", tags=["fires"], route_class=StrictRoute)
Statuses = Annotated[
    list[Status] | None, Query(max_length=20, description="several: `status=…&status=…`")
]


@router.get(
    "",
    summary="Fires, newest sight first",
    description=(
        "Points by default; `edges=true` puts each fire's edge in its geometry. A fire that is seen"
        " again while you page moves to the front; for a picture without gaps take the snapshot"
        " and follow the live channel."
    ),
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def listed(
    house: HouseDep,
    actor: ActorDep,
    box: BoxDep,
    span: SpanDep,
    after: AfterIdDep,
    status: Statuses = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    *,
    edges: Annotated[bool, Query(description="edges instead of points")] = False,
) -> GeoJson:
    found = house.fires.page(
        actor,
        bbox=box,
        statuses=[one.value for one in status] if status else None,
        since=span.since,
        until=span.until,
        after=after,
        limit=limit,
        edges=edges,
    )
    return page(found)


@router.get(
    "/as-of",
    summary="All fires as they stood at a moment of the world's clock",
    description=(
        "With `known=now` the same moment as it is known today: with data that came late, in"
        " today's numbers, without what was rejected or merged since. Area and edge are those of"
        " the newest version whose data end by that moment."
    ),
    response_model=list[schemas.FireSummary],
)
def as_of(house: HouseDep, actor: ActorDep, at: AtDep, known: KnownDep = "then") -> Json:
    return Json(house.fires.as_of(actor, at, known))


@router.get(
    "/{fire_id}",
    summary="One fire with its edge, now or as it was known at a moment",
    description=(
        "An id that was merged away answers with the fire that it became. With `at`, the fire as"
        " the log knew it then: same fields, its edge of then, its version of then as ETag."
        " With `known=now` as well: that moment as it is known today."
    ),
    response_model=schemas.FireDetail,
)
def one(
    house: HouseDep, actor: ActorDep, fire_id: UUID, at: PastDep, known: KnownDep = "then"
) -> Json:
    if at is not None:
        return versioned(house.fires.detail_at(actor, fire_id, at, known))
    return versioned(house.fires.detail(actor, fire_id))


@router.get(
    "/{fire_id}/log",
    summary="What happened to a fire, newest first",
    response_model=list[schemas.LogEntry],
)
def log(
    house: HouseDep,
    actor: ActorDep,
    fire_id: UUID,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Json:
    return Json(house.fires.log(actor, fire_id, limit))


@router.get(
    "/{fire_id}/detections",
    summary="The detections of one fire, newest first",
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def detections(
    house: HouseDep,
    actor: ActorDep,
    fire_id: UUID,
    limit: Annotated[int, Query(ge=1, le=50_000)] = 5000,
) -> GeoJson:
    return collection(house.fires.detections(actor, fire_id, limit))


@router.post(
    "/{fire_id}/shown",
    summary="A dispatcher has it on the screen",
    description="Only the first time counts, so it needs neither version nor key.",
)
def shown(house: HouseDep, actor: ActorDep, fire_id: UUID) -> schemas.Ok:
    return schemas.Ok(**house.decisions.shown(actor, fire_id))


@router.post("/{fire_id}/register", summary="Register: it gets its number")
def register(
    house: HouseDep, actor: ActorDep, fire_id: UUID, body: bodies.RegisterFire, change: ChangeDep
) -> schemas.Ok:
    facts = body.model_dump(exclude_none=True)
    told = house.decisions.register(actor, fire_id, facts, change.version, change.key)
    return schemas.Ok(**told)


@router.post("/{fire_id}/reject", summary="Reject, with a reason of the list")
def reject(
    house: HouseDep, actor: ActorDep, fire_id: UUID, body: bodies.RejectFire, change: ChangeDep
) -> schemas.Ok:
    facts = body.model_dump()
    told = house.decisions.reject(actor, fire_id, facts, change.version, change.key)
    return schemas.Ok(**told)


@router.post(
    "/{fire_id}/status",
    summary="The next step in its life",
    description="Possible steps and the facts that each needs stand in the configuration.",
)
def status(
    house: HouseDep, actor: ActorDep, fire_id: UUID, body: bodies.ChangeStatus, change: ChangeDep
) -> schemas.Ok:
    told = house.decisions.change_status(
        actor, fire_id, body.to, body.facts, change.version, change.key
    )
    return schemas.Ok(**told)
