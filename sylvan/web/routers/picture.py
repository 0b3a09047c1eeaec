"""The picture as a whole: configuration, worlds, snapshot, feeds, proposals, catalogues."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from sylvan.web import catalogue, schemas
from sylvan.web.deps import ActorDep, HouseDep, KeyDep, VersionDep, json

router = APIRouter(tags=["picture"])


@router.get("/config", summary="What a screen must know first", response_model=schemas.Config)
def config(house: HouseDep) -> Response:
    return json(house.picture.config(house.default_world))


@router.get("/worlds", summary="Live, replays and drills", response_model=list[schemas.World])
def worlds(house: HouseDep) -> Response:
    return json(house.picture.worlds())


@router.get(
    "/snapshot",
    summary="Everything on the map at one number of the log",
    description="Fires, reports and the number come from one transaction: resume after it.",
    response_model=schemas.Snapshot,
)
def snapshot(house: HouseDep, actor: ActorDep) -> Response:
    return json(house.picture.snapshot(actor))


@router.get("/feeds", summary="The state of each feed", response_model=list[schemas.Feed])
def feeds(house: HouseDep, actor: ActorDep) -> Response:
    return json(house.picture.feeds(actor))


@router.get(
    "/proposals", summary="What waits for a decision", response_model=list[schemas.Proposal]
)
def proposals(house: HouseDep, actor: ActorDep) -> Response:
    return json(house.picture.proposals(actor))


@router.post("/proposals/{proposal_id}/accept", summary="Do as the engine suggests")
def accept(
    house: HouseDep, actor: ActorDep, proposal_id: UUID, version: VersionDep, key: KeyDep = None
) -> schemas.Ok:
    return schemas.Ok(**house.decisions.accept(actor, proposal_id, version, key))


@router.post("/proposals/{proposal_id}/decline", summary="Leave the fires as they are")
def decline(
    house: HouseDep, actor: ActorDep, proposal_id: UUID, version: VersionDep, key: KeyDep = None
) -> schemas.Ok:
    return schemas.Ok(**house.decisions.decline(actor, proposal_id, version, key))


@router.get("/catalogue/{language}", summary="All texts of one language")
def texts(language: Literal["ru", "en"]) -> Response:
    return json(catalogue.merged(language))
