"""What routers need from a request: who acts, in which world, on which version, where and when."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Header, Query, Request
from starlette.concurrency import run_in_threadpool

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Invalid, Refusal
from sylvan.services.doors import Identity
from sylvan.services.house import House
from sylvan.services.past import Known
from sylvan.web import cursors
from sylvan.web.acting import begin_reading, identity, reads
from sylvan.web.bodies import FIRST, LAST
from sylvan.web.strict import one_value

HALF_TURN, POLE = 180.0, 90.0
"""Degrees: the ends of longitude and latitude."""
MAX_HOURS: Final = 24 * 366
_ETAG: Final = re.compile(r'"(\d{1,9})"', re.ASCII)
_NUMBER: Final = r"\s*([+-]?\d{1,3}(?:\.\d{0,12})?)\s*"
_BOX: Final = re.compile(",".join([_NUMBER] * 4), re.ASCII)

Box = tuple[float, float, float, float]
Hours = Annotated[
    float, Query(gt=0, le=MAX_HOURS, allow_inf_nan=False, description="back from the world's now")
]


class VersionMissing(Refusal):
    """A change must say on which version it was decided (RFC 6585)."""

    status = 428


def house(request: Request) -> House:
    """The use-cases, as wired at start."""
    found: House = request.app.state.house
    return found


HouseDep = Annotated[House, Depends(house)]


async def actor(
    request: Request,
    services: HouseDep,
    who: Annotated[Identity, Depends(identity)],
    world: Annotated[
        str | None,
        Query(
            min_length=1, max_length=100, description="name of a world; default: the server's own"
        ),
    ] = None,
) -> Actor:
    """Who asks, acting in the asked world."""
    name = world or services.default_world
    acting = who.acting(await run_in_threadpool(services.worlds.named, name))
    changes = not reads(request)
    await run_in_threadpool(services.drills.enter, who, acting.world, changes=changes)
    begin_reading(request, acting)
    request.state.actor = acting
    return acting


ActorDep = Annotated[Actor, Depends(actor)]
IdentityDep = Annotated[Identity, Depends(identity)]


def keeper(services: HouseDep, who: IdentityDep) -> Actor:
    """Who asks, acting in the live world: people and keys belong to no replay."""
    return who.acting(services.worlds.live())


KeeperDep = Annotated[Actor, Depends(keeper)]
KeyDep = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x20-\x7e]+$",
        description="repeat a request safely: the same key gives the same answer",
    ),
]


@dataclass(frozen=True, slots=True)
class Change:
    """On which version a change was decided (none: on any), and its key."""

    version: int | None
    key: str | None


def change(
    request: Request,
    if_match: Annotated[
        str | None,
        Header(
            description='version that was seen, as in ETag: `"3"`; `*` for any', examples=['"3"']
        ),
    ] = None,
    key: KeyDep = None,
) -> Change:
    """What every change of a thing carries."""
    if if_match is None:
        raise VersionMissing("problem.version_missing")
    told = one_value(request.headers.getlist("If-Match"), "If-Match", "problem.if_match")
    if told == "*":
        return Change(None, key)
    found = _ETAG.fullmatch((told or "").strip())
    if not found:
        raise Invalid("problem.if_match", {"value": (told or "")[:40]}, "If-Match")
    return Change(int(found[1]), key)


ChangeDep = Annotated[Change, Depends(change)]


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
    found = _BOX.fullmatch(bbox)
    west, south, east, north = map(float, found.groups()) if found else (0.0, 1.0, 0.0, 0.0)
    lon_ok = max(abs(west), abs(east)) <= HALF_TURN
    if not (lon_ok and -POLE <= south <= north <= POLE):
        raise Invalid("problem.bbox", {"value": bbox}, "bbox")
    return west, south, east, north


BoxDep = Annotated[Box | None, Depends(bbox)]


def moment(text: str, field: str) -> datetime:
    """A moment that carries its zone; a naive one is refused, not guessed, and so is a number."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("field.moment", {"value": text[:40]}, field) from None
    if value.tzinfo is None:
        raise Invalid("problem.time_zone_missing", {"value": text}, field)
    if not FIRST.replace(tzinfo=value.tzinfo) <= value < LAST.replace(tzinfo=value.tzinfo):
        raise Invalid("problem.time_range", {"value": text}, field)
    return value.astimezone(UTC)


def _moment_query(description: str) -> Any:
    return Query(
        max_length=40,
        description=description,
        json_schema_extra={"format": "date-time"},
        examples=["2017-08-14T00:00:00Z"],
    )


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when; either end may be open."""

    since: datetime | None = None
    until: datetime | None = None


def since(
    since: Annotated[str | None, _moment_query("not before, with zone")] = None,
) -> datetime | None:
    """The early end of a span."""
    return None if since is None else moment(since, "since")


def span(
    since: Annotated[datetime | None, Depends(since)],
    until: Annotated[str | None, _moment_query("not after, with zone")] = None,
) -> Span:
    """A span of time."""
    return Span(since, None if until is None else moment(until, "until"))


def at(at: Annotated[str, _moment_query("moment of the world's clock, with zone")]) -> datetime:
    """One moment."""
    return moment(at, "at")


SinceDep = Annotated[datetime | None, Depends(since)]
SpanDep = Annotated[Span, Depends(span)]
AtDep = Annotated[datetime, Depends(at)]
KnownDep = Annotated[Known, Query(description="whose knowledge of that moment: `then` or `now`")]


def past(
    at: Annotated[
        str | None, _moment_query("as known at this moment of the world's clock; default: now")
    ] = None,
) -> datetime | None:
    """A moment to go back to."""
    return None if at is None else moment(at, "at")


PastDep = Annotated[datetime | None, Depends(past)]


def row(
    cursor: Annotated[
        str | None, Query(max_length=300, description="`next` of the page before")
    ] = None,
) -> cursors.Row | None:
    """The row after which a page starts."""
    return None if cursor is None else cursors.decode(cursor)


RowDep = Annotated[cursors.Row | None, Depends(row)]


def row_by_id(after: RowDep) -> tuple[datetime, UUID] | None:
    """The same for things with ids."""
    return None if after is None else (after.at, cursors.as_uuid(after))


def row_by_key(after: RowDep) -> tuple[datetime, int] | None:
    """The same for things with numbers."""
    return None if after is None else (after.at, cursors.as_int(after))


AfterIdDep = Annotated[tuple[datetime, UUID] | None, Depends(row_by_id)]
AfterKeyDep = Annotated[tuple[datetime, int] | None, Depends(row_by_key)]
