"""Who asks: found out once for each request, checked against the role's operations, and remembered.

What is remembered (in context variables, which threads inherit) limits what the database shows to
readings of somebody who does not see everything, and hides fields from answers as they are made.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Forbidden
from sylvan.domain.rights import Rights
from sylvan.services.doors import Credentials, Identity, Unauthenticated, read_as
from sylvan.services.house import House
from sylvan.services.rights import PUBLIC
from sylvan.web.visitors import READING

COOKIE: Final = "__Host-sid"
PLAIN_COOKIE: Final = "sid"
"""Over plain HTTP (loopback only): browsers keep `__Host-` for secure connections."""
BEARER: Final = "bearer "
ONLY_READ: Final = frozenset({"suggestions_what_if", "reports_locate", "forecasts_at_place"})
"""Operations that are sent as POST and write nothing."""


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


def operation_id(route: APIRoute) -> str:
    """The stable name of an operation, as clients and rights know it: `fires_register`.

    Made from the route itself: one that came with an included router does not know the
    application's way of naming.
    """
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name


def credentials(request: Request) -> Credentials:
    """What a request brought along."""
    told = request.headers.get("authorization", "")
    key = told[len(BEARER) :].strip() if told.lower().startswith(BEARER) else None
    session = request.cookies.get(COOKIE) or request.cookies.get(PLAIN_COOKIE)
    peer = request.client.host if request.client else None
    return Credentials(session, key, peer)


async def identity(request: Request) -> Identity:
    """Who asks, if the role is open to the operation.

    Raises:
        Unauthenticated: nobody signed in, and the operation is not for everybody.
        Forbidden: the role does not have this operation.
    """
    house: House = request.app.state.house
    who = await run_in_threadpool(house.door.admit, credentials(request))
    route = request.scope["route"]
    operation, tag = operation_id(route), str(route.tags[0]) if route.tags else ""
    if not house.rights.may(who.role, operation):
        if who.role == PUBLIC:
            raise Unauthenticated("problem.sign_in", {"operation": operation})
        raise Forbidden("problem.role", {"role": who.role, "operation": operation})
    veil.set(Veil(house.rights, who.role, tag))
    request.state.identity = who
    return who


def begin_reading(request: Request, actor: Actor) -> None:
    """From here on the database itself shows a reading request only what its actor reaches."""
    operation = operation_id(request.scope["route"])
    reads = request.method in READING or operation in ONLY_READ
    read_as(actor if reads else None)
