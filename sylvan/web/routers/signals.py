"""The one door for what partners and devices tell."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from sylvan.web import schemas_signals as schemas
from sylvan.web.answers import Json
from sylvan.web.deps import ActorDep, HouseDep, moment
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/signals", tags=["signals"], route_class=StrictRoute)
Until = Annotated[
    str | None,
    Query(max_length=40, json_schema_extra={"format": "date-time"}, description="received before"),
]
Key = Annotated[str, Path(min_length=1, max_length=100)]


def until(before: Until = None) -> datetime | None:
    """The moment of reception before which a page begins."""
    return None if before is None else moment(before, "before")


@router.post(
    "",
    summary="Sightings, crews and positions, many at once",
    description=(
        "Each item is judged by itself and known by `external_id`: sent again, nothing is done"
        " twice. A sighting becomes a report for the dispatcher, or belongs to an earlier one of"
        " yours or to a fire that burns there. Confidence is kept and shown; the engine does not"
        " reckon with it."
    ),
    response_model=schemas.SignalsTaken,
)
def take(house: HouseDep, actor: ActorDep, body: schemas.SignalsIn) -> Json:
    return Json(house.signals.take(actor, body.told(), body.sent_at))


@router.get(
    "",
    summary="Signals, newest first: your own, or those in your territory",
    response_model=list[schemas.SignalStands],
)
def listed(
    house: HouseDep,
    actor: ActorDep,
    before: Annotated[datetime | None, Depends(until)],
    report: Annotated[UUID | None, Query(description="those that led to a report")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Json:
    found = house.signals.page(actor, report=report, before=before, limit=limit)
    return Json(found)


@router.get(
    "/{external_id}",
    summary="What became of a signal of yours",
    response_model=schemas.SignalStands,
)
def one(house: HouseDep, actor: ActorDep, external_id: Key) -> Json:
    return Json(house.signals.get(actor, external_id))
