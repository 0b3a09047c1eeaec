"""The register of heat sources: looked at, added to, confirmed or denied, taken back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sylvan.domain.heat_entries import HeatState, Word
from sylvan.web import schemas, schemas_heat
from sylvan.web.answers import GeoJson, Json, collection, versioned
from sylvan.web.deps import ActorDep, BoxDep, ChangeDep, HouseDep, KeyDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/heat-sources", tags=["heat"], route_class=StrictRoute)
States = Annotated[
    list[HeatState] | None, Query(max_length=4, description="several: `state=…&state=…`")
]


@router.get(
    "",
    summary="Places that burn by trade, the surest first",
    response_model=schemas.FeatureCollection,
    response_class=GeoJson,
)
def listed(
    house: HouseDep,
    actor: ActorDep,
    box: BoxDep,
    state: States = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> GeoJson:
    states = [one.value for one in state] if state else None
    return collection(house.heat.listed(actor, bbox=box, states=states, limit=limit))


@router.post(
    "",
    summary="A place that burns by trade",
    description="A dispatcher's counts at once; a partner's is proposed until it is confirmed.",
    status_code=201,
    response_model=schemas_heat.HeatChanged,
)
def create(
    house: HouseDep, actor: ActorDep, body: schemas_heat.NewHeatSource, key: KeyDep = None
) -> Json:
    return versioned(house.heat.create(actor, body.described(), key), 201)


@router.get(
    "/{source_id}",
    summary="One source with its evidence",
    response_model=schemas_heat.HeatDetail,
)
def one(house: HouseDep, actor: ActorDep, source_id: UUID) -> Json:
    return versioned(house.heat.get(actor, source_id))


@router.post(
    "/{source_id}/verdict",
    summary="Confirm or deny it",
    description="The newest word counts; every word stays in the evidence.",
)
def verdict(
    house: HouseDep,
    actor: ActorDep,
    source_id: UUID,
    body: schemas_heat.HeatVerdict,
    change: ChangeDep,
) -> schemas_heat.HeatChanged:
    word = Word(body.verdict)
    told = house.heat.judge(actor, source_id, word, body.note, change.version, change.key)
    return schemas_heat.HeatChanged(**told)


@router.post(
    "/{source_id}/undo",
    summary="Take back the newest word",
    description="The word before it counts again; where none is left, the answer says who took it.",
)
def undo(
    house: HouseDep,
    actor: ActorDep,
    source_id: UUID,
    body: schemas_heat.HeatUndo,
    change: ChangeDep,
) -> schemas_heat.HeatChanged:
    told = house.heat.undo(actor, source_id, body.note, change.version, change.key)
    return schemas_heat.HeatChanged(**told)
