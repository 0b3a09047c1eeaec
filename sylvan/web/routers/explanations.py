"""Fires: what the engine has to say for itself."""

from uuid import UUID

from fastapi import APIRouter

from sylvan.web import schemas_explain
from sylvan.web.answers import Json
from sylvan.web.deps import ActorDep, HouseDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/fires", tags=["fires"], route_class=StrictRoute)


@router.get(
    "/{fire_id}/explanation",
    summary="Why it is one fire, what its last pass changed, how likely it is",
    description="Computed from all its detections as they are known now; every text is a code.",
    response_model=schemas_explain.Explanation,
)
def explanation(house: HouseDep, actor: ActorDep, fire_id: UUID) -> Json:
    return Json(house.explanations.of_fire(actor, fire_id))
