"""Who asks: found out once for each request, checked against the role's operations, and remembered.

What is remembered (in context variables, which threads inherit) limits what the database shows to
readings of somebody who does not see everything, and hides fields from answers as they are made.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from sylvan.domain import tokens
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Forbidden
from sylvan.domain.rights import Rights
from sylvan.services.doors import Credentials, Identity, Unauthenticated, came_from, read_as
from sylvan.services.house import House
from sylvan.services.limiting import TooMany
from sylvan.services.rights import PUBLIC
from sylvan.web import cookies
from sylvan.web.operations import operation_id
from sylvan.web.visitors import READING

BEARER: Final = "bearer "
ONLY_READ: Final = frozenset({"suggestions_what_if", "reports_locate", "forecasts_at_place"})
"""Operations that are sent as POST and write nothing."""
ENTRANCE: Final = frozenset({"picture_config", "picture_texts"})
ACCOUNT: Final = "account"
"""Tag of the operations with which one comes in; an ended session must not stand in their way."""
CSRF_HEADER: Final = "x-csrf-token"


@dataclass(frozen=True, slots=True)
class Veil:
    """What the answers of a request must not show."""

    rights: Rights
    role: str
    tag: str

    def over(self, answer: Any) -> Any:
        """The answer without it."""
        return self.rights.shown(self.role, self.tag, answer)


veil: ContextVar[Veil | None] = ContextVar("veil", default=None)


def credentials(request: Request) -> Credentials:
    """What a request brought along."""
    told = request.headers.get("authorization", "")
    key = told[len(BEARER) :].strip() if told.lower().startswith(BEARER) else None
    peer = request.client.host if request.client else None
    return Credentials(cookies.session_of(request), key, peer)


async def identity(request: Request) -> Identity:
    """Who asks, if the role is open to the operation.

    Raises:
        Unauthenticated: nobody signed in, and the operation is not for everybody.
        Forbidden: the role does not have this operation, or a change comes from a foreign page.
    """
    house: House = request.app.state.house
    route = request.scope["route"]
    operation, tag = operation_id(route), str(route.tags[0]) if route.tags else ""
    shown = credentials(request)
    came_from(shown.peer)
    who = await run_in_threadpool(_admitted, house, shown, operation, tag)
    request.state.asker = who
    await _counted(request, house, who, shown.peer)
    _own_change(request, shown, who)
    if not (house.rights.may(who.role, operation) and who.allows(operation)):
        if who.role == PUBLIC:
            raise Unauthenticated("problem.sign_in", {"operation": operation})
        raise Forbidden("problem.role", {"role": who.role, "operation": operation})
    if shown.key is not None:
        house.auditor.key_used(who, who.session or "", shown.peer)
    veil.set(Veil(house.rights, who.role, tag))
    request.state.identity = who
    return who


def _admitted(house: House, shown: Credentials, operation: str, tag: str) -> Identity:
    """Who it is; with an ended session, at the entrance alone, the public."""
    try:
        return house.door.admit(shown)
    except Unauthenticated:
        if shown.key is not None:
            house.limiter.unknown_key(shown.peer)
        if shown.key is None and (tag == ACCOUNT or operation in ENTRANCE):
            return house.door.admit(Credentials(peer=shown.peer))
        raise


async def _counted(request: Request, house: House, who: Identity, peer: str | None) -> None:
    """Count a request against what whoever asks may ask for; the answer's head tells it.

    Raises:
        TooMany: nothing is left.
    """
    limiter = house.limiter
    if limiter.wants_look(who):
        await run_in_threadpool(limiter.usage.look, who.subject)
    try:
        request.state.counted = limiter.take(who, peer)
    except TooMany as refusal:
        request.state.counted = refusal.counted
        raise


def _own_change(request: Request, shown: Credentials, who: Identity) -> None:
    """Refuse a change that a cookie vouches for and whose page does not know the session's word."""
    vouched = shown.key is None and shown.session is not None and who.session is not None
    if request.method in READING or not vouched or shown.session is None:
        return
    told = request.headers.get(CSRF_HEADER, "")
    if not compare_digest(told.encode(), tokens.csrf_of(shown.session).encode()):
        raise Forbidden("problem.csrf")


def reads(request: Request) -> bool:
    """Whether a request changes nothing."""
    return request.method in READING or operation_id(request.scope["route"]) in ONLY_READ


def begin_reading(request: Request, actor: Actor) -> None:
    """From here on the database itself shows a reading request only what its actor reaches."""
    read_as(actor if reads(request) else None)
