"""Suggestions of forces: who goes where, when they are there, why, and what is left."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from sylvan.web import schemas_suggestions as schemas
from sylvan.web.answers import Json
from sylvan.web.deps import ActorDep, HouseDep
from sylvan.web.schemas_decided import FireSuggestion
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["suggestions"], route_class=StrictRoute)
Number = Annotated[int, Path(ge=0, le=2**53)]


@router.get(
    "/suggestions/newest",
    summary="The newest suggestion for all fires that are fought",
    description="`null` where none was made yet. `gap`: no plan is better by more than this share.",
    response_model=schemas.SuggestionTold | None,
)
def newest(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.suggestions.newest(actor))


@router.get(
    "/suggestions/{number}",
    summary="A suggestion as it was told",
    response_model=schemas.SuggestionTold,
)
def numbered(house: HouseDep, actor: ActorDep, number: Number) -> Json:
    return Json(house.suggestions.numbered(actor, number))


@router.post(
    "/suggestions",
    summary="Ask for a suggestion now",
    description="For all fires that are fought; `without` leaves units out, by code.",
    response_model=schemas.SuggestionTold | None,
)
def make(
    house: HouseDep,
    actor: ActorDep,
    *,
    without: Annotated[list[str] | None, Query(max_length=200)] = None,
) -> Json:
    return Json(house.suggestions.make(actor, "asked", without or ()))


@router.get(
    "/fires/{fire_id}/suggestion",
    summary="What was suggested for a fire last",
    response_model=FireSuggestion,
)
def of_fire(house: HouseDep, actor: ActorDep, fire_id: UUID) -> Json:
    return Json(house.suggestions.of_fire(actor, fire_id))


@router.get(
    "/fires/{fire_id}/run-card",
    summary="What goes out first by the run cards, filled by the nearest free units",
    description="It works without the engine. A fire that is not fought gets no units.",
    response_model=schemas.RunCardTold,
)
def run_card(house: HouseDep, actor: ActorDep, fire_id: UUID) -> Json:
    return Json(house.run_cards.of_fire(actor, fire_id))
