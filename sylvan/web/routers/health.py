"""Is the process alive, is it ready, and what do its counters say."""

import prometheus_client
from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError

from sylvan.domain.actors import local_operator
from sylvan.web.deps import HouseDep, json

router = APIRouter(tags=["health"])
LAG_LIMIT = 5_000
"""Waiting outbox rows above which the log lags so far that screens mislead."""


@router.get("/livez", summary="The process answers", include_in_schema=False)
def live() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz", summary="It can serve; old feeds only degrade", include_in_schema=False)
def ready(house: HouseDep) -> Response:
    try:
        facts = house.picture.ready()
        world = house.worlds.named(house.default_world)
        feeds = house.picture.feeds(local_operator(world))
    except DBAPIError as error:
        reason = str(error).splitlines()[0]
        answer = json({"status": "down", "reason": reason})
        answer.status_code = 503
        return answer
    late = [feed["feed"] for feed in feeds if feed["state"] not in ("ok", "never")]
    lagging = facts["waiting"] > LAG_LIMIT
    status = "down" if lagging else "degraded" if late else "ready"
    answer = json({"status": status, "log": facts, "late_feeds": late})
    answer.status_code = 503 if lagging else 200
    return answer


@router.get("/metrics", summary="Prometheus metrics", include_in_schema=False)
def metrics() -> Response:
    return Response(
        prometheus_client.generate_latest(), media_type=prometheus_client.CONTENT_TYPE_LATEST
    )
