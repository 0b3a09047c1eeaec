"""Who may sign in, and what they are given."""

from uuid import UUID

from fastapi import APIRouter

from sylvan.services.accounts import Invited
from sylvan.web import schemas_account as schemas
from sylvan.web.answers import Json, private, versioned
from sylvan.web.deps import ChangeDep, HouseDep, KeeperDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/people", tags=["people"], route_class=StrictRoute)


@router.get("", summary="Everybody who may sign in", response_model=list[schemas.Person])
def listed(house: HouseDep) -> Json:
    return private(house.entrance.accounts.listed())


@router.get(
    "/choices", summary="Roles and territories that can be given", response_model=schemas.Choices
)
def choices(house: HouseDep) -> Json:
    return Json(house.entrance.accounts.choices())


@router.post(
    "",
    summary="Invite somebody",
    description="The link is told once; its person sets a password with it.",
    response_model=schemas.Invited,
)
def invite(house: HouseDep, actor: KeeperDep, body: schemas.Invite) -> Json:
    made = house.entrance.accounts.invite(actor, body.subject, body.name, body.grant())
    return _with_link(made)


@router.patch(
    "/{person_id}",
    summary="Change somebody's name or rights",
    description="With other rights the person has to sign in again.",
    response_model=schemas.Person,
)
def change(
    house: HouseDep,
    actor: KeeperDep,
    person_id: UUID,
    body: schemas.ChangePerson,
    change: ChangeDep,
) -> Json:
    grant, version = body.grant(), change.version
    after = house.entrance.accounts.change(actor, person_id, body.name, grant, version)
    return versioned(after.as_dict())


@router.post(
    "/{person_id}/disable",
    summary="Shut somebody out at once, or let them in again",
    response_model=schemas.Person,
)
def disable(
    house: HouseDep, actor: KeeperDep, person_id: UUID, body: schemas.Disable, change: ChangeDep
) -> Json:
    after = house.entrance.accounts.disable(actor, person_id, off=body.off, version=change.version)
    return versioned(after.as_dict())


@router.post(
    "/{person_id}/reset",
    summary="Take password and second factor away, and give a new link",
    response_model=schemas.Invited,
)
def reset(house: HouseDep, actor: KeeperDep, person_id: UUID) -> Json:
    return _with_link(house.entrance.accounts.reset(actor, person_id))


@router.get(
    "/{person_id}/sessions",
    summary="Browsers that somebody is signed in with",
    response_model=list[schemas.SessionTold],
)
def sessions(house: HouseDep, person_id: UUID) -> Json:
    return private(house.entrance.sessions.of_account(person_id))


@router.post(
    "/{person_id}/sessions/end",
    summary="Let somebody sign in anew everywhere",
    response_model=schemas.Ended,
)
def end_sessions(house: HouseDep, actor: KeeperDep, person_id: UUID) -> Json:
    return Json({"ended": house.entrance.accounts.end_sessions(actor, person_id)})


def _with_link(made: Invited) -> Json:
    return private({"person": made.account.as_dict(), "link": made.link})
