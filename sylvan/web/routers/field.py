"""The phone of a crew: its task, the ground around it, what it kept, SOS."""

import hashlib
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Query
from fastapi.responses import Response

from sylvan.web import schemas_field as schemas
from sylvan.web.answers import OPTIONS, Json
from sylvan.web.deps import HALF_TURN, POLE, ActorDep, HouseDep, IdentityDep, KeyDep
from sylvan.web.field_items import item_of
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/field", tags=["field"], route_class=StrictRoute)
RUNNING = ("now", "at")
"""What changes though nothing has happened."""


@router.get(
    "/task",
    summary="What one unit has to know now",
    description=(
        "Order, fire, way, who leads, when to call in, warnings. With the `ETag` of the last answer"
        " in `If-None-Match` an unchanged task costs no bytes (304); the time is in `Date`."
    ),
    response_model=schemas.FieldTask,
    responses={304: {"description": "nothing has changed"}},
)
def task(
    house: HouseDep,
    actor: ActorDep,
    unit: Annotated[str, Query(min_length=1, max_length=60, description="code in the register")],
    seen: Annotated[str | None, Header(alias="If-None-Match", max_length=100)] = None,
) -> Response:
    told = house.field.task(actor, unit)
    mark = _mark({name: value for name, value in told.items() if name not in RUNNING})
    headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
    return Response(status_code=304, headers=headers) if seen == mark else Json(told, 200, headers)


@router.get(
    "/area",
    summary="Fires with their edges, and settlements, around a place",
    response_model=schemas.FieldArea,
)
def area(
    house: HouseDep,
    actor: ActorDep,
    lon: Annotated[float, Query(ge=-HALF_TURN, le=HALF_TURN, allow_inf_nan=False)],
    lat: Annotated[float, Query(ge=-POLE, le=POLE, allow_inf_nan=False)],
    km: Annotated[float, Query(gt=0, le=300, allow_inf_nan=False)] = 60.0,
) -> Json:
    return Json(house.field.area(actor, (lon, lat), km))


@router.post(
    "/sync",
    summary="What a phone kept while it had no link",
    description=(
        "At most 50 things, carried out in their order, each with its own key and answer; one that"
        " is refused stops nothing. Moments ahead of now count as now. Photos go before, in pieces,"
        " to `/uploads`."
    ),
    response_model=schemas.Synced,
)
def sync(house: HouseDep, actor: ActorDep, who: IdentityDep, body: schemas.SyncAsked) -> Json:
    items = [item_of(house, actor, one) for one in body.items]

    def may(operation: str) -> bool:
        return house.rights.may(who.role, operation) and who.allows(operation)

    return Json(house.field_sync.run(actor, items, may))


@router.post(
    "/sos",
    summary="A crew calls for help",
    description=(
        "Repeated under the same id until `seen`: dispatchers get a notice of the highest grade,"
        " crews at the same fire and within 30 km are told as well. A repetition moves the place."
    ),
    response_model=schemas.SosTold,
)
def sos(house: HouseDep, actor: ActorDep, body: schemas.SosAsked) -> Json:
    return Json(house.distress.call(actor, body.call()))


@router.post(
    "/sos/{call_id}/end",
    summary="A call for help is over",
    description="By the crew or a dispatcher; words say why. Crews near are told.",
    response_model=schemas.SosTold,
)
def end_sos(
    house: HouseDep, actor: ActorDep, call_id: UUID, body: schemas.SosEnded, key: KeyDep = None
) -> Json:
    return Json(house.distress.end(actor, call_id, body.note, key))


def _mark(told: object) -> str:
    return f'"{hashlib.sha256(orjson.dumps(told, option=OPTIONS)).hexdigest()[:20]}"'
