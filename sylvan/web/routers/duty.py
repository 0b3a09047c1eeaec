"""A shift at the desk: shared queue, journal, hand-over."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sylvan.web import cursors
from sylvan.web import schemas_duty as schemas
from sylvan.web.answers import Json, versioned
from sylvan.web.deps import ActorDep, ChangeDep, HouseDep, KeyDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/duty", tags=["duty"], route_class=StrictRoute)


@router.get(
    "/cares",
    summary="Whose signals are whose, and what was put off",
    response_model=list[schemas.CareTold],
)
def cares(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.duty.standing(actor))


@router.get(
    "/people", summary="To whom a signal may be given", response_model=list[schemas.Officer]
)
def people(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.duty.people(actor))


@router.post(
    "/take",
    summary="Take signals",
    description=(
        "One officer at a time: who else holds one is told, the others are taken. Free after ten"
        " minutes in which its officer did not take it again."
    ),
    response_model=list[schemas.CareOutcome],
)
def take(house: HouseDep, actor: ActorDep, body: schemas.TakeThem) -> Json:
    return Json(house.duty.take(actor, body.told(), over=body.over))


@router.post(
    "/free", summary="Give signals back to the queue", response_model=list[schemas.CareOutcome]
)
def free(house: HouseDep, actor: ActorDep, body: schemas.Chosen) -> Json:
    return Json(house.duty.free(actor, body.told()))


@router.post(
    "/hand", summary="Give signals to a colleague", response_model=list[schemas.CareOutcome]
)
def hand(house: HouseDep, actor: ActorDep, body: schemas.HandThem) -> Json:
    return Json(house.duty.hand(actor, body.told(), body.to))


@router.post(
    "/put-off",
    summary="Take signals out of the queue for a while",
    description="No disposition: they come back by themselves, in twelve hours at the latest.",
    response_model=list[schemas.CareOutcome],
)
def put_off(house: HouseDep, actor: ActorDep, body: schemas.PutThemOff) -> Json:
    return Json(house.duty.put_off(actor, body.told(), body.until, body.note))


@router.get(
    "/journal",
    summary="The duty journal, newest first",
    description="What was done, by people and by the system, and what was written down.",
    response_model=schemas.JournalPage,
)
def journal(
    house: HouseDep,
    actor: ActorDep,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Json:
    place = cursors.decode(cursor) if cursor else None
    lines = house.journal.page(actor, (place.at, place.key) if place else None, limit)
    more = cursors.encode(*lines[-1][0]) if len(lines) == limit else None
    return Json({"lines": [line for _, line in lines], "next": more})


@router.post(
    "/journal",
    status_code=201,
    summary="Write a line into the journal",
    response_model=schemas.JournalLine,
)
def note(house: HouseDep, actor: ActorDep, body: schemas.WriteLine, key: KeyDep = None) -> Json:
    return Json(house.journal.write(actor, body.text, body.fire, key), status_code=201)


@router.get(
    "/open-items",
    summary="What is open now, as a hand-over would hold it",
    response_model=schemas.OpenItems,
)
def open_items(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.shifts.open_items(actor))


@router.get(
    "/hand-overs",
    summary="Hand-overs, newest first",
    response_model=list[schemas.HandOverTold],
)
def hand_overs(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.shifts.listed(actor))


@router.post(
    "/hand-overs",
    status_code=201,
    summary="Hand the shift over",
    description="An own sheet that nobody has signed is taken back.",
    response_model=schemas.HandOverTold,
)
def offer(house: HouseDep, actor: ActorDep, body: schemas.OfferShift) -> Json:
    return Json(house.shifts.offer(actor, body.note), status_code=201)


@router.post(
    "/hand-overs/{sheet_id}/sign",
    summary="Take the shift over",
    description="By somebody else than the one who gives it.",
    response_model=schemas.HandOverTold,
)
def sign(
    house: HouseDep, actor: ActorDep, sheet_id: UUID, body: schemas.SignShift, change: ChangeDep
) -> Json:
    return versioned(house.shifts.sign(actor, sheet_id, body.remark, change.version))


@router.post(
    "/hand-overs/{sheet_id}/withdraw",
    summary="Go on with the shift",
    response_model=schemas.HandOverTold,
)
def withdraw(house: HouseDep, actor: ActorDep, sheet_id: UUID, change: ChangeDep) -> Json:
    return versioned(house.shifts.withdraw(actor, sheet_id, change.version))
