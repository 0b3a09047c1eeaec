"""The picture as a whole: configuration, worlds, snapshot, feeds, proposals, catalogues."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from sylvan.services.languages import Language
from sylvan.web import catalogue, schemas
from sylvan.web.answers import Json
from sylvan.web.deps import ActorDep, ChangeDep, HouseDep, IdentityDep
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["picture"], route_class=StrictRoute)


@router.get("/config", summary="What a screen must know first", response_model=schemas.Config)
def config(house: HouseDep) -> Json:
    return Json(house.picture.config(house.default_world))


@router.get(
    "/worlds",
    summary="Live, replays and drills",
    description="Of drills only those that whoever asks takes part in.",
    response_model=list[schemas.World],
)
def worlds(house: HouseDep, who: IdentityDep) -> Json:
    return Json(house.picture.worlds(lambda world: house.drills.enters(who, world)))


@router.get(
    "/snapshot",
    summary="Everything on the map at one number of the log",
    description="Fires, reports and the number come from one transaction: resume after it.",
    response_model=schemas.Snapshot,
)
def snapshot(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.picture.snapshot(actor))


@router.get("/feeds", summary="The state of each feed", response_model=list[schemas.Feed])
def feeds(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.picture.feeds(actor))


@router.get(
    "/proposals", summary="What waits for a decision", response_model=list[schemas.Proposal]
)
def proposals(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.picture.proposals(actor))


@router.post("/proposals/{proposal_id}/accept", summary="Do as the engine suggests")
def accept(house: HouseDep, actor: ActorDep, proposal_id: UUID, change: ChangeDep) -> schemas.Ok:
    return schemas.Ok(**house.decisions.accept(actor, proposal_id, change.version, change.key))


@router.post("/proposals/{proposal_id}/decline", summary="Leave the fires as they are")
def decline(house: HouseDep, actor: ActorDep, proposal_id: UUID, change: ChangeDep) -> schemas.Ok:
    return schemas.Ok(**house.decisions.decline(actor, proposal_id, change.version, change.key))


@router.get(
    "/catalogue/{language}",
    summary="All texts of one language",
    description="Every code that the server sends is a key here; `{blanks}` take its parameters.",
    response_model=dict[str, str | dict[str, str]],
)
def texts(language: Language) -> Json:
    return Json(catalogue.merged(language))


@router.get(
    "/asyncapi.json",
    summary="The live channel's AsyncAPI document",
    response_model=dict[str, Any],
)
def live_document(request: Request) -> Json:
    return Json(request.app.state.asyncapi)
