"""Keys of partners and devices."""

from fastapi import APIRouter

from sylvan.web import schemas_account as schemas
from sylvan.web import schemas_partner
from sylvan.web.answers import Json, private
from sylvan.web.deps import HouseDep, KeeperDep
from sylvan.web.routers.partner import Days
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/keys", tags=["keys"], route_class=StrictRoute)


@router.get("", summary="All keys, by holder", response_model=list[schemas.KeyTold])
def listed(house: HouseDep) -> Json:
    return private(house.entrance.keys.listed())


@router.post(
    "",
    summary="Make a key",
    description="Its secret is told once. A holder has two working keys at most.",
    response_model=schemas.KeyMade,
)
def make(house: HouseDep, actor: KeeperDep, body: schemas.MakeKey) -> Json:
    return private(house.entrance.keys.make(actor, body.told()))


@router.post(
    "/{key_id}/rotate",
    summary="Put a new key in the place of one",
    description="The old one still works for a day, so that its program can be given the new one.",
    response_model=schemas.KeyMade,
)
def rotate(house: HouseDep, actor: KeeperDep, key_id: str) -> Json:
    return private(house.entrance.keys.rotate(actor, key_id))


@router.post("/{key_id}/revoke", summary="End a key", response_model=schemas.KeyTold)
def revoke(house: HouseDep, actor: KeeperDep, key_id: str) -> Json:
    return private(house.entrance.keys.revoke(actor, key_id))


@router.post(
    "/{key_id}/limits",
    summary="Give a key limits of its own",
    response_model=schemas.KeyTold,
)
def limits(house: HouseDep, actor: KeeperDep, key_id: str, body: schemas_partner.KeyLimits) -> Json:
    return private(house.entrance.keys.limit(actor, key_id, body.told()))


@router.get(
    "/{key_id}/usage",
    summary="What a key asked for",
    description="By day (UTC) and operation, with limits; up to a second or two old.",
    response_model=schemas_partner.KeyUsage,
)
def usage(house: HouseDep, key_id: str, days: Days = 30) -> Json:
    return private(house.partners.usage_of(key_id, days))
