"""Alerts on their way: one's own, the log of all messages, browsers that may be woken, replies."""

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Path, Query, Request
from starlette.concurrency import run_in_threadpool

from sylvan.domain.actors import Actor
from sylvan.domain.alerting.alerts import DeliveryState
from sylvan.domain.codes import Invalid
from sylvan.services.languages import Language
from sylvan.web import cursors
from sylvan.web import schemas_postroom as schemas
from sylvan.web.answers import Json, private
from sylvan.web.deps import ActorDep, AfterIdDep, HouseDep, IdentityDep, KeeperDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/alerts", tags=["alerts"], route_class=StrictRoute)
REPLY: Final = {"application/json": {"schema": schemas.ReplyBody.model_json_schema()}}
MAIL: Final = {"message/rfc822": {"schema": {"type": "string"}}}
MOST_REPLY: Final = 1_000_000
Limit = Annotated[int, Query(ge=1, le=200)]
Tongue = Annotated[
    Language | None,
    Query(description="of the screen, where letters have it; default: each letter's own"),
]
Number = Annotated[int, Path(ge=1, le=2**53)]


async def myself(
    house: HouseDep,
    who: IdentityDep,
    world: Annotated[
        str | None,
        Query(
            min_length=1, max_length=100, description="name of a world; default: the server's own"
        ),
    ] = None,
) -> Actor:
    """Who asks for what is addressed to him: by his name alone, wherever it lies."""
    found = await run_in_threadpool(house.worlds.named, world or house.default_world)
    await run_in_threadpool(house.drills.enter, who, found, changes=False)
    return who.acting(found)


MyselfDep = Annotated[Actor, Depends(myself)]


@router.get(
    "/mine",
    summary="What I was told, the newest first",
    description="Only what is addressed to whoever asks. `waiting`: how many want an answer.",
    response_model=schemas.Inbox,
)
def mine(
    house: HouseDep, me: MyselfDep, after: AfterIdDep, language: Tongue = None, limit: Limit = 50
) -> Json:
    told = house.postroom.views.inbox(me, limit, after, language)
    last = told.pop("after")
    following = cursors.encode(last[0], str(last[1])) if last else None
    return private(told | {"next": following})


@router.post(
    "/mine/{alert_id}/answer",
    summary="I have this alert",
    description="Stops its escalation for all who were told; a second time changes nothing.",
    response_model=schemas.AlertTold,
)
def answer(house: HouseDep, me: MyselfDep, alert_id: UUID, language: Tongue = None) -> Json:
    mine = house.postroom.answers.on_screen(me, alert_id)
    return private(house.postroom.views.told(mine, me.world, language))


@router.get(
    "/messages",
    summary="All messages and what became of them, the newest first",
    description="About what the asker may see. Addresses are shown in part.",
    response_model=schemas.Messages,
)
def messages(
    house: HouseDep,
    actor: ActorDep,
    *,
    state: DeliveryState | None = None,
    channel: Annotated[str | None, Query(max_length=40, pattern=r"^[a-z0-9_-]+$")] = None,
    fire: Annotated[UUID | None, Query(description="the fire that they are about")] = None,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="`next` of a page")] = None,
    limit: Limit = 100,
) -> Json:
    found = house.postroom.views.log(
        actor, state=state, channel=channel, fire_id=fire, before=before, limit=limit
    )
    return private(found)


@router.get(
    "/messages/{message_id}",
    summary="One message: its words, each try, who answered",
    response_model=schemas.MessageWhole,
)
def message(house: HouseDep, actor: ActorDep, message_id: Number) -> Json:
    return private(house.postroom.views.one(actor, message_id))


@router.post(
    "/messages/{message_id}/again",
    summary="Send a message once more",
    description="One that was sent, given up or stopped; not what is on its way.",
    response_model=schemas.MessageWhole,
)
def again(house: HouseDep, actor: ActorDep, message_id: Number) -> Json:
    return private(house.postroom.views.again(actor, message_id))


@router.get(
    "/channels",
    summary="The ways by which alerts leave: on or off, what waits, what failed",
    response_model=list[schemas.ChannelTold],
)
def channels(house: HouseDep) -> Json:
    return private(house.postroom.views.ways())


@router.get(
    "/push",
    summary="The key with which a browser subscribes to Web Push",
    response_model=schemas.PushKey,
)
def push_key(house: HouseDep) -> Json:
    return private(house.postroom.browsers.key())


@router.post(
    "/push",
    summary="Let alerts wake this browser",
    description="Its push service is called like any address of others: public and by https.",
    response_model=schemas.Browsers,
)
def push(house: HouseDep, me: KeeperDep, body: schemas.Agree) -> Json:
    return private(house.postroom.browsers.agree(me, body.told()))


@router.post(
    "/push/end",
    summary="Let them wake it no more",
    response_model=schemas.Browsers,
)
def push_end(house: HouseDep, me: KeeperDep, body: schemas.TakeBack) -> Json:
    return private(house.postroom.browsers.take_back(me, body.endpoint))


@dataclass(frozen=True, slots=True)
class Incoming:
    """A reply as a gateway hands it in."""

    sender: str
    text: str


async def incoming(
    request: Request,
    sender: Annotated[
        str, Query(alias="from", max_length=200, description="who replies: a number")
    ] = "",
    text: Annotated[str, Query(max_length=2000, description="what the reply says")] = "",
) -> Incoming:
    """From the address (Kannel), or from JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await whole_mail(request)
    if kind == "application/json" and body:
        told = _json(body)
        return Incoming(_text(told, "from"), _text(told, "text"))
    return Incoming(sender, text)


async def whole_mail(request: Request) -> bytes:
    """The body as it came."""
    body = await request.body()
    if len(body) > MOST_REPLY:
        raise Invalid("alerts.reply_too_long", {"limit": MOST_REPLY}, "body")
    return body


def _json(body: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Invalid("alerts.reply_shape", field="body") from None
    if not isinstance(told, dict):
        raise Invalid("alerts.reply_shape", field="body")
    return told


def _text(told: dict[str, Any], name: str) -> str:
    found = told.get(name, "")
    if not isinstance(found, str) or len(found) > schemas.MOST_TEXT:
        raise Invalid("alerts.reply_shape", field=name)
    return found


async def gateways_secret(
    request: Request,
    told: Annotated[
        str | None,
        Header(alias="X-Sylvan-Secret", max_length=500, description="the gateway's secret"),
    ] = None,
) -> str:
    """From its own header, or the password of basic authentication (Kannel: user:password@host)."""
    if told is not None:
        return told
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


Gateway = Annotated[str, Path(max_length=40, pattern=r"^[a-z][a-z0-9_-]*$")]
SecretDep = Annotated[str, Depends(gateways_secret)]


@router.post(
    "/replies/{gateway}",
    summary="A reply by SMS came back",
    description=(
        "For gateways of `alerts/channels.yaml`, with their secret, in the address or as JSON."
        " What it does is told: `answered`, `already`, or why it counts for nothing."
    ),
    response_model=schemas.ReplyTaken,
    openapi_extra={"requestBody": {"required": False, "content": REPLY}},
)
def reply(
    house: HouseDep,
    gateway: Gateway,
    came: Annotated[Incoming, Depends(incoming)],
    secret: SecretDep,
) -> Json:
    answers = house.postroom.answers
    return private(answers.reply(gateway, secret, came.sender, came.text).as_dict())


@router.post(
    "/replies/{gateway}/mail",
    summary="A reply by mail came back",
    description="The mail as it was received, whole; it has to name ours and come from its reader.",
    response_model=schemas.ReplyTaken,
    openapi_extra={"requestBody": {"required": True, "content": MAIL}},
)
def reply_mail(
    house: HouseDep,
    gateway: Gateway,
    mail: Annotated[bytes, Depends(whole_mail)],
    secret: SecretDep,
) -> Json:
    return private(house.postroom.answers.mail_reply(gateway, secret, mail).as_dict())
