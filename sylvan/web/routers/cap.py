"""CAP messages: feeds and messages for everybody, what was told, messages of others."""

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import Response

from sylvan.domain.codes import Invalid
from sylvan.services import languages
from sylvan.services.cap_public import PAGE, FeedPage
from sylvan.web import cap_feed, schemas_cap
from sylvan.web.answers import AtomFeed, CapMessage, Json, Pem
from sylvan.web.deps import ActorDep, HouseDep
from sylvan.web.strict import StrictRoute

public = APIRouter(prefix="/public/cap", tags=["public"], route_class=StrictRoute)
router = APIRouter(prefix="/cap", tags=["cap"], route_class=StrictRoute)
XML: Final = {"application/cap+xml": {"schema": {"type": "string"}}}
FEED_CACHE: Final = "public, max-age=60, stale-if-error=3600"
KEPT: Final = "public, max-age=31536000, immutable"
"""A message never changes; its name is never given again."""
Language = Annotated[languages.Language, Query(description="of titles; messages hold all")]
Territory = Annotated[str, Path(min_length=1, max_length=80, description="code of a territory")]
Identifier = Annotated[str, Path(min_length=1, max_length=300)]
Before = Annotated[int | None, Query(ge=1, lt=2**62, description="`next` of the page before")]
Asked = Annotated[str | None, Header(max_length=2000)]


@public.get(
    "",
    summary="Territories that have a feed of alerts",
    response_model=list[schemas_cap.FeedTerritory],
)
def cap_territories(house: HouseDep) -> Json:
    return Json(house.cap.territories())


@public.get(
    "/certificate.pem",
    summary="The certificate that our CAP signatures are checked with",
    description="Keep it from a visit that you trust; do not take it along with each message.",
    response_class=Pem,
)
def cap_certificate(house: HouseDep) -> Pem:
    return Pem(house.cap.certificate(), headers={"Cache-Control": "public, max-age=3600"})


@public.get(
    "/{territory}.atom",
    summary="Alerts of a territory as an Atom feed",
    description=(
        "RFC 4287, in pages by RFC 5005. What has expired is left out. Ask once a minute at most,"
        " and send `If-None-Match`: most answers are 304."
    ),
    response_class=AtomFeed,
)
def cap_feed_of(
    request: Request,
    house: HouseDep,
    territory: Territory,
    lang: Language = languages.FIRST,
    before: Before = None,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
    if_none_match: Asked = None,
    if_modified_since: Asked = None,
) -> Response:
    world = house.worlds.named(house.default_world)
    page = house.cap.feed(world, territory, before, limit)
    headers = _headers(page, lang)
    if _unchanged(page, headers["ETag"], if_none_match, if_modified_since):
        return Response(status_code=304, headers=headers)
    base = house.cap.profile.web or str(request.base_url).rstrip("/")
    body = cap_feed.atom(page, lang, f"{base}/api/v1", before)
    return AtomFeed(body, headers=headers)


@public.get(
    "/{identifier}.xml",
    summary="One alert as it was sent",
    description="CAP 1.2 with an enveloped XML signature (RSA-SHA256, exclusive canonical XML).",
    response_class=CapMessage,
)
def cap_message(house: HouseDep, identifier: Identifier) -> CapMessage:
    world = house.worlds.named(house.default_world)
    return CapMessage(house.cap.public(world, identifier), headers={"Cache-Control": KEPT})


@router.get(
    "/messages",
    summary="What was told by CAP, the newest first",
    description="Of the own world and territories. `next` of an answer is `before` of the next.",
    response_model=schemas_cap.CapMessages,
)
def listed(
    house: HouseDep,
    actor: ActorDep,
    before: Before = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    theme: Literal["fire", "regime", "danger"] | None = None,
) -> Json:
    rows = house.cap.listed(actor, before, limit, theme)
    following = rows[-1]["number"] if len(rows) == limit else None
    return Json({"messages": rows, "next": following})


@router.get(
    "/messages/{identifier}.xml", summary="One message as it was sent", response_class=CapMessage
)
def one(house: HouseDep, actor: ActorDep, identifier: Identifier) -> CapMessage:
    return CapMessage(house.cap.one(actor, identifier), headers={"Cache-Control": "no-store"})


async def message(request: Request) -> bytes:
    """The body as it came, whatever its content type says."""
    body = await request.body()
    if not body:
        raise Invalid("field.required", {}, "body")
    return body


@router.post(
    "",
    summary="Take in an alert of another system",
    description=(
        "One CAP 1.2 message. About fire and meant, it becomes a report in the queue; an Update"
        " says that report better, a Cancel is told in it. Sent again, it changes nothing. Every"
        " fault is named by element and line. Where the sender's certificate is pinned, the"
        " message must be signed with it."
    ),
    response_model=schemas_cap.CapTaken,
    openapi_extra={"requestBody": {"required": True, "content": XML}},
)
def take(house: HouseDep, actor: ActorDep, body: Annotated[bytes, Depends(message)]) -> Json:
    return Json(house.cap_intake.take(actor, body).as_dict())


def _headers(page: FeedPage, lang: str) -> dict[str, str]:
    headers: dict[str, Any] = {"Cache-Control": FEED_CACHE, "ETag": f'W/"{page.etag}-{lang}"'}
    if (changed := _changed(page)) is not None:
        headers["Last-Modified"] = format_datetime(changed, usegmt=True)
    return headers


def _changed(page: FeedPage) -> datetime | None:
    """The second of the last change, once that second is over: another may follow within it."""
    if page.changed_at is None:
        return None
    second = page.changed_at.replace(microsecond=0)
    return second if (page.now - second).total_seconds() >= 1.0 else None


def _unchanged(page: FeedPage, etag: str, match: str | None, since: str | None) -> bool:
    """Whether the other side has this page already (RFC 9110 §13.2.2)."""
    if match is not None:
        known = {one.strip().removeprefix("W/") for one in match.split(",")}
        return "*" in known or etag.removeprefix("W/") in known
    changed = _changed(page)
    if since is None or changed is None:
        return False
    try:
        return changed <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False  # no date: as if nothing had been asked
