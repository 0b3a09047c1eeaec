"""What people make of suggestions: decisions, constraints of the next ones, what-if, scores."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sylvan.web import schemas_decided as schemas
from sylvan.web.answers import Json, versioned
from sylvan.web.deps import ActorDep, ChangeDep, HouseDep, KeyDep, SpanDep
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["suggestions"], route_class=StrictRoute)


@router.post(
    "/fires/{fire_id}/suggestion/shown",
    summary="Tell that a suggestion is seen",
    description="The first time counts: from it the time to the decision is measured.",
    response_model=schemas.ShownTold,
)
def shown(house: HouseDep, actor: ActorDep, fire_id: UUID, body: schemas.ShownSuggestion) -> Json:
    return Json(house.verdicts.shown(actor, fire_id, body.suggestion))


@router.post(
    "/fires/{fire_id}/suggestion/reject",
    summary="Reject what was suggested for a fire",
    description="Refused by name where somebody else decided on the same suggestion first.",
    status_code=201,
    response_model=schemas.VerdictTold,
)
def reject(
    house: HouseDep,
    actor: ActorDep,
    fire_id: UUID,
    body: schemas.RejectSuggestion,
    key: KeyDep = None,
) -> Json:
    told = house.verdicts.reject(actor, fire_id, body.suggestion, body.why, body.note, key)
    return Json(told, 201)


@router.post(
    "/fires/{fire_id}/suggestion/what-if",
    summary="What if a unit failed or stood elsewhere, or the wind were another one?",
    description=(
        "Asked of the newest suggestion's problem, and nothing is kept. The wind is that at this"
        " fire; growth follows it by the wind function of ST-X-3, without a new forecast."
    ),
    response_model=schemas.WhatIfTold,
)
def what_if(house: HouseDep, actor: ActorDep, fire_id: UUID, body: schemas.AskWhatIf) -> Json:
    return Json(house.what_if.ask(actor, fire_id, body.question()))


@router.get(
    "/fires/{fire_id}/suggestion/decisions",
    summary="All decisions on suggestions for a fire, the newest first",
    response_model=list[schemas.VerdictTold],
)
def decisions(house: HouseDep, actor: ActorDep, fire_id: UUID) -> Json:
    return Json(house.verdicts.of_fire(actor, fire_id))


@router.get(
    "/fires/{fire_id}/suggestion/scores",
    summary="How suggestions did at a fire, and what followed",
    response_model=schemas.FireScores,
)
def scores_of(house: HouseDep, actor: ActorDep, fire_id: UUID) -> Json:
    return Json(house.verdicts.scores_of(actor, fire_id))


@router.get(
    "/suggestions/scores",
    summary="How suggestions did over a span of time",
    description="What people made of them, how fast, and arrivals beside those planned.",
    response_model=schemas.Scores,
)
def scores(house: HouseDep, actor: ActorDep, span: SpanDep) -> Json:
    return Json(house.verdicts.scores(actor, span.since, span.until))


@router.get(
    "/constraints",
    summary="Units that dispatchers keep out or pinned",
    response_model=list[schemas.ConstraintTold],
)
def constraints(
    house: HouseDep,
    actor: ActorDep,
    *,
    fire_id: Annotated[UUID | None, Query(description="only what concerns this fire")] = None,
) -> Json:
    return Json(house.constraints.listed(actor, fire_id))


@router.post(
    "/constraints",
    summary="Keep a unit out, or pin it to a fire",
    description="The next suggestions obey. What contradicts a word in force is refused by name.",
    status_code=201,
    response_model=schemas.ConstraintTold,
)
def say(house: HouseDep, actor: ActorDep, body: schemas.NewConstraint, key: KeyDep = None) -> Json:
    return Json(house.constraints.say(actor, body.wanted(), key), 201)


@router.post(
    "/constraints/{constraint_id}/withdraw",
    summary="Take a word about a unit back",
    response_model=schemas.ConstraintTold,
)
def withdraw(house: HouseDep, actor: ActorDep, constraint_id: UUID, change: ChangeDep) -> Json:
    told = house.constraints.withdraw(actor, constraint_id, change.version, change.key)
    return versioned(told)
