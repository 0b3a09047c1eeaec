"""Neighbouring regions: their fires at our border, and fires that change hands."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from sylvan.web import schemas
from sylvan.web import schemas_neighbours as shapes
from sylvan.web.answers import GeoJson, Json, collection
from sylvan.web.deps import ActorDep, BoxDep, ChangeDep, HouseDep
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["neighbours"], route_class=StrictRoute)
Status = Literal["offered", "accepted", "refused", "withdrawn"]


@router.get(
    "/neighbours",
    summary="How each neighbour is read",
    response_model=list[shapes.NeighbourSource],
)
def sources(house: HouseDep, _actor: ActorDep) -> Json:
    return Json(house.border.sources())


@router.get(
    "/neighbours/fires",
    summary="Neighbours' fires at our border: read-only, under their own ids and numbers",
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def fires(
    house: HouseDep,
    actor: ActorDep,
    box: BoxDep,
    *,
    ended: Annotated[bool, Query(description="also those that are over")] = False,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> GeoJson:
    return collection(house.border.fires(actor, bbox=box, ended=ended, limit=limit))


@router.get(
    "/handovers",
    summary="Fires that are offered to and by neighbours, newest first",
    response_model=list[shapes.Handover],
)
def handovers(
    house: HouseDep,
    actor: ActorDep,
    fire: UUID | None = None,
    status: Status | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Json:
    return Json(house.handovers.listed(actor, fire_id=fire, status=status, limit=limit))


@router.post(
    "/fires/{fire_id}/handover",
    summary="Offer a fire to a neighbour",
    description="It stays ours until the neighbour has accepted.",
    status_code=201,
    response_model=shapes.Handover,
)
def offer(
    house: HouseDep, actor: ActorDep, fire_id: UUID, body: shapes.OfferFire, change: ChangeDep
) -> Json:
    told = house.handovers.offer(actor, fire_id, body.to, body.note, change.version)
    return Json(told, 201)


@router.post(
    "/handovers/{handover_id}/accept",
    summary="Take a fire over that is offered to us",
    response_model=shapes.Handover,
)
def accept(house: HouseDep, actor: ActorDep, handover_id: UUID, body: shapes.AcceptFire) -> Json:
    return Json(house.handovers.accept(actor, handover_id, body.fire_id))


@router.post(
    "/handovers/{handover_id}/refuse",
    summary="Say no to a fire that is offered to us",
    response_model=shapes.Handover,
)
def refuse(house: HouseDep, actor: ActorDep, handover_id: UUID, body: shapes.RefuseFire) -> Json:
    return Json(house.handovers.refuse(actor, handover_id, body.reason))


@router.post(
    "/handovers/{handover_id}/withdraw",
    summary="Take an offer back that was not answered",
    response_model=shapes.Handover,
)
def withdraw(house: HouseDep, actor: ActorDep, handover_id: UUID) -> Json:
    return Json(house.handovers.withdraw(actor, handover_id))
