"""Edges that people draw or walk: they overrule the satellites from their time on."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, UploadFile

from sylvan.domain.edge_overrule import EdgeKind
from sylvan.services.edges import Asked
from sylvan.web import schemas_edges as schemas
from sylvan.web.answers import Json
from sylvan.web.bodies import Moment, Text
from sylvan.web.deps import ActorDep, Change, ChangeDep, HouseDep
from sylvan.web.strict import StrictForm, StrictRoute

router = APIRouter(tags=["edges"], route_class=StrictRoute)
uploads = APIRouter(tags=["edges"], route_class=StrictForm)


def _asked(note: str, change: Change) -> Asked:
    return Asked(note, change.version, change.key)


@router.post(
    "/fires/{fire_id}/edges",
    summary="The edge as it was at a moment: drawn, or walked",
    description=(
        "A polygon replaces the edge. A track whose ends meet is the edge; an open one is the edge"
        " along its course, closed with the known edge between the places nearest to its ends."
        " Detections acquired later extend it, earlier ones do not. The edge of the newest `at` is"
        " in force; others are kept."
    ),
)
def give(
    house: HouseDep, actor: ActorDep, fire_id: UUID, body: schemas.GiveEdge, change: ChangeDep
) -> schemas.EdgeChanged:
    told = house.edges.give(
        actor,
        fire_id,
        EdgeKind(body.kind),
        body.geometry.model_dump(),
        body.at,
        _asked(body.note, change),
    )
    return schemas.EdgeChanged(**told)


@uploads.post(
    "/fires/{fire_id}/edges/gpx",
    summary="A crew's GPX track as the edge",
    description="`at` is the time of the last point unless it is told.",
)
def give_gpx(
    house: HouseDep,
    actor: ActorDep,
    fire_id: UUID,
    change: ChangeDep,
    file: Annotated[UploadFile, File(description="GPX 1.0 or 1.1")],
    at: Annotated[Moment | None, Form()] = None,
    note: Annotated[Text, Form()] = "",
) -> schemas.EdgeChanged:
    told = house.edges.give_gpx(actor, fire_id, file.file.read(), at, _asked(note, change))
    return schemas.EdgeChanged(**told)


@router.get(
    "/fires/{fire_id}/edges",
    summary="Edges that people gave a fire, newest first",
    response_model=list[schemas.PeoplesEdge],
)
def listed(house: HouseDep, actor: ActorDep, fire_id: UUID) -> Json:
    return Json(house.edges.listed(actor, fire_id))


@router.post(
    "/edges/{edge_id}/undo",
    summary="Take an edge back",
    description=(
        "The edge before it decides again, else the satellites. `If-Match` is the edge's version."
    ),
)
def undo(
    house: HouseDep, actor: ActorDep, edge_id: UUID, body: schemas.UndoEdge, change: ChangeDep
) -> schemas.EdgeChanged:
    told = house.edges.undo(actor, edge_id, _asked(body.note, change))
    return schemas.EdgeChanged(**told)
