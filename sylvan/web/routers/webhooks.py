"""Webhooks: who asks manages the own ones."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from sylvan.web import schemas_webhooks as schemas
from sylvan.web.answers import Json, private
from sylvan.web.deps import HouseDep, IdentityDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=StrictRoute)
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
Before = Annotated[int | None, Query(ge=1, le=2**53 - 1, description="`next` of the page before")]


@router.get("", summary="The own endpoints", response_model=list[schemas.Webhook])
def listed(house: HouseDep, who: IdentityDep) -> Json:
    return private(house.webhooks.listed(who))


@router.post(
    "",
    summary="Have what happens told to an address",
    description="It is told, in order, what the live channel tells whoever asks. The secret is "
    "told once. Addresses: https and of the public internet; redirects are not followed.",
    status_code=201,
    response_model=schemas.WebhookMade,
)
def make(house: HouseDep, who: IdentityDep, body: schemas.MakeWebhook) -> Json:
    return private(house.webhooks.make(who, body.new(house.default_world)), 201)


@router.get("/{webhook_id}", summary="One endpoint", response_model=schemas.Webhook)
def one(house: HouseDep, who: IdentityDep, webhook_id: UUID) -> Json:
    return private(house.webhooks.one(who, webhook_id))


@router.patch(
    "/{webhook_id}",
    summary="Change, pause or set going",
    description="From then on it hears on behalf of whoever asks. It goes on from where it stood.",
    response_model=schemas.Webhook,
)
def change(
    house: HouseDep, who: IdentityDep, webhook_id: UUID, body: schemas.ChangeWebhook
) -> Json:
    return private(house.webhooks.change(who, webhook_id, body.told()))


@router.delete("/{webhook_id}", summary="Forget an endpoint", response_model=schemas.Webhook)
def remove(house: HouseDep, who: IdentityDep, webhook_id: UUID) -> Json:
    return private(house.webhooks.remove(who, webhook_id))


@router.post(
    "/{webhook_id}/secret",
    summary="Another secret",
    description="Told once. For a day both sign, so that the receiver can be given the new one.",
    response_model=schemas.WebhookMade,
)
def secret(house: HouseDep, who: IdentityDep, webhook_id: UUID) -> Json:
    return private(house.webhooks.new_secret(who, webhook_id))


@router.post(
    "/{webhook_id}/test",
    summary="Send an event that says nothing, now",
    response_model=schemas.Delivery,
)
def test(house: HouseDep, who: IdentityDep, webhook_id: UUID) -> Json:
    return private(house.webhooks.test(who, webhook_id))


@router.post(
    "/{webhook_id}/replay",
    summary="Tell everything above a number again",
    description="Also forward: what lies between is left out. Ids stay, so receivers know them.",
    response_model=schemas.Webhook,
)
def replay(house: HouseDep, who: IdentityDep, webhook_id: UUID, body: schemas.Replay) -> Json:
    return private(house.webhooks.replay(who, webhook_id, body.after, body.epoch))


@router.get(
    "/{webhook_id}/deliveries",
    summary="What was sent and answered",
    description="The newest first; kept for 14 days, at most 2,000 of an endpoint.",
    response_model=schemas.Deliveries,
)
def deliveries(
    house: HouseDep,
    who: IdentityDep,
    webhook_id: UUID,
    before: Before = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Json:
    return private(house.webhooks.deliveries(who, webhook_id, before, limit))


@router.post(
    "/{webhook_id}/deliveries/{number}/resend",
    summary="Send one event again, now",
    description="Under its own id, whatever the order; as it may be told now.",
    response_model=schemas.Delivery,
)
def resend(house: HouseDep, who: IdentityDep, webhook_id: UUID, number: Number) -> Json:
    return private(house.webhooks.resend(who, webhook_id, number))
