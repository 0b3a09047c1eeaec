"""A partner's own keys, and what they asked for."""

from typing import Annotated

from fastapi import APIRouter, Query

from sylvan.web import schemas_account, schemas_partner
from sylvan.web.answers import Json, private
from sylvan.web.deps import HouseDep, IdentityDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/own-keys", tags=["own_keys"], route_class=StrictRoute)
usage = APIRouter(tags=["usage"], route_class=StrictRoute)
Days = Annotated[int, Query(ge=1, le=366, description="back from today, today among them")]


@router.get(
    "", summary="Keys of the own organisation", response_model=list[schemas_account.KeyTold]
)
def listed(house: HouseDep, who: IdentityDep) -> Json:
    return private(house.partners.listed(who))


@router.post(
    "",
    summary="Make a key with the own rights",
    description="Its secret is told once. An organisation has two working keys at most.",
    response_model=schemas_account.KeyMade,
)
def make(house: HouseDep, who: IdentityDep, body: schemas_partner.OwnKey) -> Json:
    made = house.partners.make(who, body.name, tuple(body.operations), body.days)
    return private(made)


@router.post(
    "/{key_id}/rotate",
    summary="Put a new key in the place of an own one",
    description="The old one still works for a day. What hears on its behalf goes with the new.",
    response_model=schemas_account.KeyMade,
)
def rotate(house: HouseDep, who: IdentityDep, key_id: str) -> Json:
    return private(house.partners.rotate(who, key_id))


@router.post("/{key_id}/revoke", summary="End an own key", response_model=schemas_account.KeyTold)
def revoke(house: HouseDep, who: IdentityDep, key_id: str) -> Json:
    return private(house.partners.revoke(who, key_id))


@router.get(
    "/sandbox",
    summary="The demo's key to try things out with",
    description="Made anew at every start of a demo; elsewhere there is none.",
    response_model=schemas_partner.Sandbox,
)
def sandbox(house: HouseDep, who: IdentityDep) -> Json:  # noqa: ARG001 - asked for like all others
    return private(house.partners.shown_sandbox())


@usage.get(
    "/usage",
    summary="What the own keys asked for",
    description="By day (UTC) and operation, with limits; up to a second or two old.",
    response_model=schemas_partner.OwnUsage,
)
def own(house: HouseDep, who: IdentityDep, days: Days = 30) -> Json:
    return private(house.partners.usage(who, days))
