"""Is the process alive, is it ready, and what do its figures say."""

from typing import Final

import prometheus_client
from fastapi import APIRouter, Request
from fastapi.responses import Response

from sylvan.services.faults import Unavailable
from sylvan.web.answers import Json
from sylvan.web.deps import HouseDep

router = APIRouter(tags=["health"], include_in_schema=False)
LAG_LIMIT: Final = 5_000
"""Waiting outbox rows above which the log lags so far that screens mislead."""


@router.get("/livez", summary="The process answers")
async def live() -> Json:  # not in a thread: those may all wait for a database that is away
    return Json({"status": "alive"})


@router.get(
    "/readyz",
    summary="Whether it can serve",
    description="Old feeds only degrade: the map still works, and says how old its data are.",
)
def ready(request: Request, house: HouseDep) -> Json:
    found = house.vitals.ready()
    if not request.app.state.live_ready():
        raise Unavailable("problem.not_ready", {"part": "live"})
    if found["waiting"] > LAG_LIMIT:
        raise Unavailable("problem.not_ready", {"part": "log"})
    return Json({"status": "degraded" if found["late_feeds"] else "ready", **found})


@router.get("/metrics", summary="Prometheus metrics")
def metrics(request: Request) -> Response:
    body = prometheus_client.generate_latest(request.app.state.registry)
    return Response(body, media_type=prometheus_client.CONTENT_TYPE_LATEST)
