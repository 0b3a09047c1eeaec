"""Territories: who answers for each, and where nobody does."""

from fastapi import APIRouter

from sylvan.web import schemas_territories as shapes
from sylvan.web.answers import Json, private
from sylvan.web.deps import HouseDep, KeeperDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/territories", tags=["territories"], route_class=StrictRoute)


@router.get(
    "",
    summary="Who answers for which territory, and what nobody can do where",
    description=(
        "Grants, alert rules, contacts, ladders and partners' things as they stand now. Somebody"
        " who is shut out or never signed in counts as nobody; administrators are on no duty."
        " Only the own territories are told. Judged is one level (`judged`); districts lie across"
        " municipalities."
    ),
    response_model=shapes.TerritoriesTold,
)
def listed(house: HouseDep, actor: KeeperDep) -> Json:
    return private(house.answering.overview(actor))
