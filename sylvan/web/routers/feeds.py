"""Hotspot files by HTTP: the same door as the drop folder."""

from typing import Annotated

from fastapi import APIRouter, Body, Query
from fastapi.responses import Response

from sylvan.web.deps import ActorDep, HouseDep, json

router = APIRouter(prefix="/ingest", tags=["feeds"])
MAX_NAME = 200


@router.post("", summary="Take in one hotspot file", status_code=200)
def take(
    house: HouseDep,
    actor: ActorDep,
    body: Annotated[bytes, Body(media_type="application/octet-stream", max_length=14_000_000)],
    name: Annotated[str, Query(max_length=MAX_NAME, pattern=r"^[^/\\\x00]+$")],
    feed: Annotated[str, Query(max_length=60, pattern=r"^[a-z0-9_-]+$")] = "api",
) -> Response:
    return json(house.intake.take(actor, name, body, feed).as_dict())
