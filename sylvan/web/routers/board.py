"""The official's board: a territory on one page."""

from typing import Annotated

from fastapi import APIRouter, Query

from sylvan.services.languages import FIRST, Language
from sylvan.web import schemas_board as schemas
from sylvan.web.answers import Json, private
from sylvan.web.deps import ActorDep, HouseDep, SinceDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/board", tags=["board"], route_class=StrictRoute)
Territory = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00]*$",
        description="code of one of the reader's territories; default: all of them",
    ),
]


@router.get(
    "",
    summary="A territory on one page",
    description=(
        "What burns, what is threatened and by when, what is asked of the reader, what changed"
        " since he looked last, forces, danger tomorrow. Fires close to the border are listed and"
        " do not count. `since` goes on from a moment instead of the last look, a month at most."
    ),
    response_model=schemas.BoardTold,
    name="read",
)
def read(house: HouseDep, actor: ActorDep, since: SinceDep, territory: Territory = None) -> Json:
    return private(house.board.read(actor, territory, since))


@router.post(
    "/looked",
    summary="Say up to when the board was seen",
    description=(
        "An earlier moment takes the word back. With `leaving` it counts a quarter of an hour"
        " later, so that a reload loses nothing."
    ),
    response_model=schemas.BoardSince,
)
def looked(house: HouseDep, actor: ActorDep, body: schemas.Looked) -> Json:
    return private(house.board.looked(actor, body.at, leaving=body.leaving))


@router.get(
    "/seasons",
    summary="This year beside earlier ones",
    description="From the world that is shown and from archives, and from nothing else.",
    response_model=schemas.SeasonsTold,
)
def seasons(house: HouseDep, actor: ActorDep, territory: Territory = None) -> Json:
    return private(house.board.seasons(actor, territory))


@router.get(
    "/bulletin",
    summary="Today's morning bulletin, before it is issued",
    description="As `POST /documents` would issue it now for the reader's territories.",
    response_model=schemas.BulletinDraft,
)
def bulletin(house: HouseDep, actor: ActorDep, language: Language = FIRST) -> Json:
    return private(house.board.bulletin(actor, language))
