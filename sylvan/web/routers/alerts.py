"""Alerts: what is late, the rules and what they would tell, own subscriptions."""

from uuid import UUID

from fastapi import APIRouter

from sylvan.web import schemas_alerts as schemas
from sylvan.web.answers import Json, private
from sylvan.web.deps import ActorDep, HouseDep, KeeperDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/alerts", tags=["alerts"], route_class=StrictRoute)


@router.get(
    "/late",
    summary="The red list: what has not happened in time",
    description="By the clocks of `alerts/clocks.yaml`, within the own territories.",
    response_model=schemas.Late,
)
def late(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.alerts.late(actor))


@router.get(
    "/rules",
    summary="The rules in force, and what each told within a day",
    description="`faults`: what is wrong in newer files, which are not used until it is mended.",
    response_model=schemas.Rules,
)
def rules(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.alerts.rules(actor))


@router.post(
    "/try",
    summary="What a rule would have told over a past time",
    description=(
        "Takes a file of rules as text and sends nothing. The desk's own engine reads the same"
        " events; people, contacts and subscriptions are those of today."
    ),
    response_model=schemas.Tried,
)
def tried(house: HouseDep, actor: ActorDep, body: schemas.TryRule) -> Json:
    return private(house.alerts.tried(actor, body.yaml, body.since, body.until))


@router.get(
    "/subscriptions",
    summary="What I asked to be told of",
    response_model=list[schemas.Subscribed],
)
def subscriptions(house: HouseDep, actor: KeeperDep) -> Json:
    return private(house.subscriptions.listed(actor))


@router.post(
    "/subscriptions",
    summary="Ask to be told of a place, a thing or a territory",
    description="It opens nothing: one is told only of what role and territories show anyway.",
    response_model=schemas.Subscribed,
)
def subscribe(house: HouseDep, actor: KeeperDep, body: schemas.Subscribe) -> Json:
    return private(house.subscriptions.add(actor, body.asked(), body.name))


@router.delete(
    "/subscriptions/{subscription_id}",
    summary="End one of the own",
    response_model=schemas.Unsubscribed,
)
def unsubscribe(house: HouseDep, actor: KeeperDep, subscription_id: UUID) -> Json:
    house.subscriptions.drop(actor, subscription_id)
    return Json({"ended": True})
