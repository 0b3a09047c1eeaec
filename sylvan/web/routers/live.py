"""The live channel for whom a firewall keeps from websockets: a stream of events, and polling."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response, StreamingResponse

from sylvan.domain.codes import Invalid
from sylvan.services.listening import Asked, Listening
from sylvan.web import schemas_live
from sylvan.web.acting import credentials
from sylvan.web.deps import ActorDep, BoxDep
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["live"], route_class=StrictRoute)

MAX_SEQ: Final = 2**53 - 1
EVENT_STREAM: Final = "text/event-stream"
UNBUFFERED: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""Proxies that gather answers before they hand them on would make a live stream a dead one."""
Words = Annotated[
    list[Annotated[str, Query(max_length=64)]] | None, Query(max_length=100, description="repeated")
]
After = Annotated[
    int | None,
    Query(ge=0, le=MAX_SEQ, description="the last number held; left out: from now on"),
]
Epoch = Annotated[
    str | None,
    Query(max_length=40, description="identity of the numbering that `after` belongs to"),
]


class Stream(StreamingResponse):
    """Server-sent events (WHATWG HTML, 9.2)."""

    media_type = EVENT_STREAM


def asked(
    request: Request,
    actor: ActorDep,
    box: BoxDep,
    kinds: Words = None,
    fires: Words = None,
    least_priority: Annotated[float | None, Query(ge=0, le=1000, allow_inf_nan=False)] = None,
    statuses: Words = None,
    after: After = None,
    epoch: Epoch = None,
) -> Asked:
    """Who wants to hear what: the websocket's filter, side by side."""
    sides = {
        "bbox": None if box is None else list(box),
        "kinds": kinds,
        "fires": fires,
        "least_priority": least_priority,
        "statuses": statuses,
    }
    who = request.state.identity
    if (after is None) != (epoch is None):
        raise Invalid("live.after_and_epoch", {}, "epoch" if epoch is None else "after")
    return Asked(actor, who, credentials(request), sides, epoch, after)


AskedDep = Annotated[Asked, Depends(asked)]
LastDep = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        pattern=r"^[0-9a-f-]{36}:[0-9]{1,16}$",
        description="id of the last event held, as browsers send it by themselves",
    ),
]


def _ways(request: Request) -> Listening:
    found: Listening = request.app.state.listening
    return found


@router.get(
    "/live/events",
    summary="The live channel as server-sent events",
    description="The websocket's frames, one an event, with `epoch:seq` as id. Ends after `gone`, "
    "`resync` (read a fresh snapshot, come again after it) and `end`, which names a close code.",
    response_class=Stream,
)
async def events(request: Request, wish: AskedDep, last: LastDep = None) -> Stream:
    stream = await _ways(request).events(_resumed(wish, last))
    return Stream(stream, headers=UNBUFFERED)


@router.get(
    "/changes",
    summary="The events after a number",
    description="For polling: ask again after `seq`, at once while there is `more`. 410 means that "
    "the numbers say nothing any more: read a fresh snapshot and ask after its `as_of_seq`.",
    response_model=schemas_live.Changes,
)
async def changes(
    request: Request, wish: AskedDep, limit: Annotated[int, Query(ge=1, le=1000)] = 200
) -> Response:
    body = await _ways(request).changes(wish, limit)
    return Response(body, headers={"Cache-Control": "no-store"}, media_type="application/json")


def _resumed(wish: Asked, last: str | None) -> Asked:
    """A browser that comes back says where it stood; that is newer than its address."""
    if last is None:
        return wish
    epoch, _, after = last.partition(":")
    return Asked(
        wish.actor, wish.identity, wish.credentials, wish.filter, epoch, min(int(after), MAX_SEQ)
    )
