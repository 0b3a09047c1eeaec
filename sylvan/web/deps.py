"""What routers need from a request: who acts, in which world, on which version."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Query, Request
from fastapi.responses import Response

from sylvan.domain.actors import Actor, local_operator
from sylvan.domain.codes import Invalid
from sylvan.services.house import House

GEOJSON = "application/geo+json"
MVT = "application/vnd.mapbox-vector-tile"
MAX_HOURS = 24 * 366
_ETAG = re.compile(r'^(?:W/)?"?(\d{1,9})"?$')

Box = tuple[float, float, float, float]


def house(request: Request) -> House:
    """The use-cases, as wired at start."""
    found: House = request.app.state.house
    return found


HouseDep = Annotated[House, Depends(house)]


def actor(
    services: HouseDep,
    world: Annotated[
        str | None, Query(max_length=100, description="name of a world; default: the server's")
    ] = None,
) -> Actor:
    """The local operator, acting in the asked world."""
    return local_operator(services.worlds.named(world or services.default_world))


ActorDep = Annotated[Actor, Depends(actor)]


def expected_version(
    if_match: Annotated[str | None, Header(description='version that was seen: `"3"`')] = None,
) -> int | None:
    """The version in If-Match; ``*`` and absence accept any."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.match(if_match.strip())
    if not found:
        raise Invalid("problem.if_match", {"value": if_match[:40]}, "If-Match")
    return int(found[1])


VersionDep = Annotated[int | None, Depends(expected_version)]
KeyDep = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="repeat a request safely: the same key gives the same answer",
    ),
]


def bbox(
    bbox: Annotated[
        str | None,
        Query(
            max_length=100,
            description="west,south,east,north in degrees; west > east crosses 180°",
            examples=["125.0,60.0,135.0,64.0"],
        ),
    ] = None,
) -> Box | None:
    """A bounding box by RFC 7946 and OGC 17-069."""
    if bbox is None:
        return None
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError:
        raise Invalid("problem.bbox", {"value": bbox}, "bbox") from None
    lon_ok = -180 <= west <= 180 and -180 <= east <= 180
    if not (lon_ok and -90 <= south <= north <= 90):
        raise Invalid("problem.bbox", {"value": bbox}, "bbox")
    return west, south, east, north


BoxDep = Annotated[Box | None, Depends(bbox)]


def moment(value: datetime | None, field: str) -> datetime | None:
    """A moment that carries its zone; a naive one is refused, not guessed."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise Invalid("problem.time_zone_missing", {"value": value.isoformat()}, field)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise Invalid("problem.time_range", {"value": str(value)}, field) from None


def json(body: Any, media_type: str = "application/json", **headers: str) -> Response:
    """A big answer, encoded once and fast (never through FastAPI's encoder)."""
    options = orjson.OPT_UTC_Z | orjson.OPT_SERIALIZE_NUMPY
    return Response(orjson.dumps(body, option=options), headers=headers, media_type=media_type)
