"""Orders to forces: one unit for one fire, from the request to the release."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sylvan.web import schemas_orders as schemas
from sylvan.web.answers import Json, versioned
from sylvan.web.deps import ActorDep, ChangeDep, HouseDep, KeyDep
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["orders"], route_class=StrictRoute)


@router.post(
    "/fires/{fire_id}/orders",
    summary="Send units to a fire",
    description=(
        "All of them or none. Those whose rung your level may approve are ordered at once, the"
        " others are requests. A unit that is under way for a fire is refused with that fire, one"
        " that somebody else keeps out with their name. With the number of a suggestion this is the"
        " decision on it; units of it that stay are not offered to this fire again for a while. A"
        " line with a `station` moves its unit up to a base that the fire has bared."
    ),
    status_code=201,
    response_model=schemas.UnitsSent,
)
def send(
    house: HouseDep, actor: ActorDep, fire_id: UUID, body: schemas.SendUnits, key: KeyDep = None
) -> Json:
    lines = [one.asked() for one in body.units]
    return Json(house.orders.send(actor, fire_id, lines, body.choice(), key), 201)


@router.get(
    "/fires/{fire_id}/orders",
    summary="All orders for a fire",
    response_model=list[schemas.OrderTold],
)
def of_fire(house: HouseDep, actor: ActorDep, fire_id: UUID) -> Json:
    return Json(house.orders.of_fire(actor, fire_id))


@router.get(
    "/fires/{fire_id}/arrivals",
    summary="How units would get to a fire if they were sent now",
    description=(
        "Before one sends: the way of each unit, also beyond the range of its kind, which is told;"
        " or the reason why no way is known."
    ),
    response_model=list[schemas.Arrival],
)
def arrivals(
    house: HouseDep,
    actor: ActorDep,
    fire_id: UUID,
    unit: Annotated[list[str], Query(max_length=20, description="codes in the register")],
) -> Json:
    return Json(house.ways.arrivals(actor, fire_id, unit))


@router.get(
    "/orders",
    summary="Orders and requests that still ask something of somebody",
    response_model=list[schemas.OrderTold],
)
def still_open(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.orders.still_open(actor))


@router.get(
    "/orders/ways",
    summary="The ways of units that were ordered and are not there yet",
    description=(
        "Reckoned from where the unit stood when it left, or stands; `course` says where it should"
        " be when. A unit with a tracker tells better where it is."
    ),
    response_model=list[schemas.WayTold],
)
def ways(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.ways.coming(actor))


@router.post(
    "/orders/{order_id}/step",
    summary="The next step of an order",
    description=(
        "approved, refused, ordered, departed, arrived, released, cancelled or failed; the unit"
        " and the fire follow. Requests are answered by the level of their rung or above."
    ),
    response_model=schemas.OrderTold,
)
def step(
    house: HouseDep, actor: ActorDep, order_id: UUID, body: schemas.StepOrder, change: ChangeDep
) -> Json:
    return versioned(house.orders.step(actor, order_id, body.told(), change.version, change.key))
