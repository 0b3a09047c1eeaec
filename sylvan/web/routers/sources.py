"""The feeds' desk: how each feed stands, what could not be used of it, paused and asked by hand."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Response

from sylvan.domain.actors import Actor
from sylvan.web import schemas_sources as shapes
from sylvan.web.answers import Csv, Json, private
from sylvan.web.deps import HouseDep, IdentityDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/feed-desk", tags=["sources"], route_class=StrictRoute)
DOWNLOAD: Final = {"Cache-Control": "private, no-store"}
RAW: Final = "application/octet-stream"
FeedName = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.-]+$")]
AskedFeed = Annotated[str, Query(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.-]+$")]
BatchId = Annotated[int, Path(ge=1, le=2**63 - 1)]


def looking(
    house: HouseDep,
    who: IdentityDep,
    world: Annotated[
        str | None,
        Query(
            min_length=1, max_length=100, description="name of a world; default: the server's own"
        ),
    ] = None,
) -> Actor:
    """Who looks after feeds: they are the installation's, wherever their rows lie."""
    acting = who.acting(house.worlds.named(world or house.default_world))
    house.drills.enter(who, acting.world, changes=False)
    return acting


LookerDep = Annotated[Actor, Depends(looking)]


@router.get(
    "",
    summary="Every feed: how old, what came, what is wrong, when it is asked next",
    description=(
        "Feeds that are set up or were ever heard of, the troubled ones first. `limit_s` is how"
        " long a feed may be silent. In a world that is played nothing can be changed, nor by"
        " somebody who was given a part of the region; bodies are for the whole region, too."
    ),
    response_model=shapes.FeedDesk,
)
def listed(house: HouseDep, actor: LookerDep) -> Json:
    return private(house.feed_desk.overview(actor))


@router.get(
    "/batches",
    summary="What a feed brought, the newest first",
    response_model=list[shapes.FeedBatch],
)
def batches(
    house: HouseDep,
    actor: LookerDep,
    feed: AskedFeed,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="`id` of a batch")] = None,
) -> Json:
    return Json(house.feed_desk.batches(actor, feed, before))


@router.get(
    "/batches/{batch_id}/rejects",
    summary="Rows of a batch that could not be used: file, line, field, reason",
    description=(
        "Judged again from the body that the ledger keeps. `total` differs from `told_then` where"
        " today's reader judges otherwise, or the file was taken in with options of a command."
    ),
    response_model=shapes.FeedRejects,
)
def rejects(house: HouseDep, actor: LookerDep, batch_id: BatchId) -> Json:
    return private(house.quarantine.rejects(actor, batch_id))


@router.get(
    "/batches/{batch_id}/rejects.csv",
    summary="All rows of a batch that could not be used, with their lines as they came",
    response_class=Csv,
)
def rejects_table(house: HouseDep, actor: LookerDep, batch_id: BatchId) -> Response:
    body = house.quarantine.table(actor, batch_id)
    return Response(
        body,
        media_type=f"{Csv.media_type}; charset=utf-8",
        headers=_named(f"rejects-{batch_id}.csv"),
    )


@router.get(
    "/batches/{batch_id}/body",
    summary="A batch as it came, byte for byte",
    response_class=Response,
    responses={200: {"content": {RAW: {"schema": {"type": "string", "format": "binary"}}}}},
)
def body(house: HouseDep, actor: LookerDep, batch_id: BatchId) -> Response:
    name, found = house.quarantine.body(actor, batch_id)
    return Response(found, media_type=RAW, headers=_named(name))


@router.post(
    "/feeds/{feed}/pause",
    summary="Hold a feed back",
    description=(
        "It is neither asked nor taken from: files wait in the folder, what is sent is refused with"
        " 409 and by whom, since when and why. Every level sees it as paused. Holds for every"
        " process and through restarts."
    ),
    response_model=shapes.DeskFeed,
)
def pause(house: HouseDep, actor: LookerDep, feed: FeedName, told: shapes.FeedWord) -> Json:
    return Json(house.feed_desk.pause(actor, feed, told.reason))


@router.post("/feeds/{feed}/resume", summary="Let it go on", response_model=shapes.DeskFeed)
def resume(house: HouseDep, actor: LookerDep, feed: FeedName, told: shapes.FeedWord) -> Json:
    return Json(house.feed_desk.resume(actor, feed, told.reason))


@router.post(
    "/feeds/{feed}/ask",
    summary="Ask a feed now, out of turn",
    description="Within seconds, once by every process that asks it; what FIRMS allows stays.",
    response_model=shapes.DeskFeed,
)
def ask(house: HouseDep, actor: LookerDep, feed: FeedName) -> Json:
    return Json(house.feed_desk.ask(actor, feed))


def _named(name: str) -> dict[str, str]:
    """A name of any alphabet (RFC 6266)."""
    told = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return DOWNLOAD | {"Content-Disposition": told, "X-Content-Type-Options": "nosniff"}
