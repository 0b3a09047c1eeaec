"""Hotspot files by HTTP: the same door as the drop folder."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request

from sylvan.domain.codes import Invalid
from sylvan.web import schemas
from sylvan.web.answers import Json
from sylvan.web.deps import ActorDep, HouseDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/ingest", tags=["feeds"], route_class=StrictRoute)
FILE: Final = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
Name = Annotated[
    str,
    Query(
        min_length=1,
        max_length=200,
        pattern=r"^[^/\\\x00-\x1f]+$",
        description="file name; its ending says nothing, but logs and the ledger show it",
        examples=["VIIRS_NOAA20_NRT.csv"],
    ),
]
Feed = Annotated[
    str,
    Query(max_length=60, pattern=r"^[a-z0-9_-]+$", description="under which feed it is counted"),
]


async def file(request: Request) -> bytes:
    """The body as it came, whatever its content type says."""
    body = await request.body()
    if not body:
        raise Invalid("field.required", {}, "body")
    return body


@router.post(
    "",
    summary="Take in one hotspot file",
    description=(
        "Any format that `sylvan ingest` takes. Sent again, its rows are duplicates."
        " A feed that is held back takes nothing (409): keep the file and send it again."
    ),
    response_model=schemas.Taken,
    openapi_extra={"requestBody": {"required": True, "content": FILE}},
)
def take(
    house: HouseDep,
    actor: ActorDep,
    body: Annotated[bytes, Depends(file)],
    name: Name,
    feed: Feed = "api",
) -> Json:
    house.feeds.require_open(actor, feed)
    return Json(house.intake.take(actor, name, body, feed).as_dict())
