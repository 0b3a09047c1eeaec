"""Is the process alive, is it ready, and what do its figures say."""

from typing import Final

import prometheus_client
from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry

from sylvan.services import health
from sylvan.services.faults import Unavailable
from sylvan.services.health import LiveFacts
from sylvan.web import schemas_health
from sylvan.web.answers import Json
from sylvan.web.deps import HouseDep
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["health"], include_in_schema=False)
published = APIRouter(prefix="/health", tags=["health"], route_class=StrictRoute)
FAILED_RESUMES: Final = ("epoch", "retention", "gap", "ahead")
"""Why a screen that came back had to read everything afresh."""
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


@published.get(
    "",
    summary="Each part's state, and what still works",
    description=(
        "Answers without a database too. `rung`: `whole`, `feeds_late` (the map says how old its"
        " data are), `read_only` (what is stored is shown), `no_live` (screens ask by themselves)."
        " That it is `offline` a screen finds out by itself."
    ),
    response_model=schemas_health.Overview,
)
def overview(request: Request, house: HouseDep) -> Json:
    live = _live(request.app.state.registry, ready=request.app.state.live_ready())
    return Json(health.overview(house.vitals.figures(), live, house.vitals.clock()))


def _live(registry: CollectorRegistry, *, ready: bool) -> LiveFacts:
    """What this process's gateway counts of itself."""

    def count(name: str, **labels: str) -> int:
        return int(registry.get_sample_value(name, labels) or 0)

    return LiveFacts(
        ready,
        clients=count("sylvan_live_clients"),
        behind=count("sylvan_live_behind_events"),
        failed_resumes=sum(
            count("sylvan_live_resumes_total", outcome=why) for why in FAILED_RESUMES
        ),
    )


@router.get("/metrics", summary="Prometheus metrics")
def metrics(request: Request) -> Response:
    body = prometheus_client.generate_latest(request.app.state.registry)
    return Response(body, media_type=prometheus_client.CONTENT_TYPE_LATEST)
