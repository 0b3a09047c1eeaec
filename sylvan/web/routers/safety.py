"""Crew safety, and what waits for a person's answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sylvan.domain.command.notices import Theme
from sylvan.web import schemas_safety as schemas
from sylvan.web.answers import Json, versioned
from sylvan.web.deps import ActorDep, ChangeDep, HouseDep, KeyDep
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["safety"], route_class=StrictRoute)
notices = APIRouter(prefix="/notices", tags=["notices"], route_class=StrictRoute)


@router.get(
    "/safety",
    summary="All crews at fires: when they were heard, what they are warned of",
    description="What cannot be watched is told as well: silence must not read as safety.",
    response_model=schemas.CrewsTold,
)
def listed(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.safety.listed(actor))


@router.get(
    "/fires/{fire_id}/safety",
    summary="The crews at one fire",
    response_model=schemas.FireSafety,
)
def of_fire(house: HouseDep, actor: ActorDep, fire_id: UUID) -> Json:
    return Json(house.safety.of_fire(actor, fire_id))


@router.post(
    "/forces/units/{unit_id}/check-in",
    summary="A crew was heard",
    description="Only of a unit that is at a fire; its warning of silence is over.",
    response_model=schemas.CrewTold,
)
def check_in(
    house: HouseDep, actor: ActorDep, unit_id: UUID, body: schemas.HeardCrew, key: KeyDep = None
) -> Json:
    return Json(house.safety.check_in(actor, unit_id, body.told(), key))


@notices.get(
    "",
    summary="Notices that stand, the oldest first",
    response_model=list[schemas.NoticeTold],
)
def noticed(
    house: HouseDep,
    actor: ActorDep,
    *,
    theme: Theme | None = None,
    fire: Annotated[UUID | None, Query(description="the fire that they are about")] = None,
    over: Annotated[bool, Query(description="those that are over, the newest first")] = False,
) -> Json:
    return Json(house.notices.listed(actor, theme=theme, fire_id=fire, over=over))


@notices.post(
    "/{notice_id}/answer",
    summary="Answer a notice",
    description=(
        "`seen` for a crew's warning; `kept` for a decision that stands after another look,"
        " `dismissed` for a proposed regime, both with a note."
    ),
    response_model=schemas.NoticeTold,
)
def answer(
    house: HouseDep,
    actor: ActorDep,
    notice_id: UUID,
    body: schemas.AnswerNotice,
    change: ChangeDep,
) -> Json:
    return versioned(
        house.notices.answer(actor, notice_id, body.answer, body.note, change.version, change.key)
    )
