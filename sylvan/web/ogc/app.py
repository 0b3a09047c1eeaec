"""The application under `/ogc`: the same door and rights, the standards' own manners around it."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sylvan.domain.codes import Refusal
from sylvan.domain.tokens import KEY_ANYWHERE
from sylvan.services.doors import Identity
from sylvan.services.faults import Translator
from sylvan.services.house import House
from sylvan.services.rights import PUBLIC
from sylvan.web import mistakes, problems
from sylvan.web.acting import identity
from sylvan.web.ogc import routes, tiles
from sylvan.web.ogc.standards import ROOT
from sylvan.web.operations import operation_id
from sylvan.web.problems import of_refusal, problem

BASIC: Final = "basic "
KEY_USER: Final = "key"
"""The user name under which a program that knows only HTTP Basic sends a key as the password."""
ALLOWED: Final = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": "Authorization, Accept, Accept-Language",
    "access-control-expose-headers": "Link, Content-Crs, Content-Language",
    "access-control-max-age": "3600",
}
CHALLENGE: Final = 'Bearer realm="sylvan"'
_Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def create(house: House, translators: Mapping[type[Exception], Translator]) -> FastAPI:
    """The application, to be mounted at :data:`ROOT`."""
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )
    app.state.house = house
    for router in (routes.router, tiles.router):
        app.include_router(router, dependencies=[Depends(identity)])
    for kind in (Refusal, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _plainly)
    for fault, translator in translators.items():
        app.add_exception_handler(fault, _translated(translator))
    app.add_exception_handler(Exception, _fault)
    app.add_middleware(Manners)
    return app


def install(app: FastAPI, house: House, translators: Mapping[type[Exception], Translator]) -> None:
    """Mount it; without the last stroke it answers as well, since QGIS follows no redirect."""
    own = create(house, translators)
    app.router.routes.append(Route(ROOT, _Front(own)))
    app.mount(ROOT, own)


class _Front:
    """The landing page at the address that people type."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI; what stands in the scope is shared with the layers around it."""
        whole = f"{ROOT}/"
        scope.update(path=whole, raw_path=whole.encode(), root_path=scope["root_path"] + ROOT)
        await self.app(scope, receive, send)


def _fault(_request: Request, _error: Exception) -> Response:
    """The answer to a mistake of ours; it goes on to the outermost layer, which writes it down."""
    return problem(500, "problem.unexpected")


def _plainly(_request: Request, error: Exception) -> Response:
    """Problems as everywhere, but what cannot be used is 400: the standards know no 422."""
    if isinstance(error, RequestValidationError):
        error = mistakes.refusal(error.errors())
    if isinstance(error, HTTPException):
        params = {"status": error.status_code, "reason": str(error.detail)}
        code = {404: "problem.not_found", 405: "problem.method_not_allowed"}
        return problem(error.status_code, code.get(error.status_code, "problem.http"), params)
    return _as_400(error)


def _as_400(error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    if error.status != HTTPStatus.UNPROCESSABLE_ENTITY:
        answer = of_refusal(error)
        if error.status == HTTPStatus.UNAUTHORIZED:
            answer.headers["WWW-Authenticate"] = CHALLENGE
        return answer
    errors = [one.as_dict() for one in error.errors]
    return problem(400, error.code, error.params, errors)


def _translated(translator: Translator) -> _Handler:
    def handler(request: Request, error: Exception) -> Response:
        refusal = translator(error)
        if refusal is None:
            return problems.unexpected(request.url.path, error)
        return _as_400(refusal)

    return handler


class Manners:
    """Keys by HTTP Basic on the way in; on the way out, who from foreign pages may read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await Response(None, 204, ALLOWED)(scope, receive, send)
            return
        _key_of_basic(scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and _for_anybody(scope):
                MutableHeaders(raw=message["headers"]).update(ALLOWED)
            await send(message)

        await self.app(scope, receive, sending)


def _for_anybody(scope: Scope) -> bool:
    """Whether a page of another origin may read the answer.

    Only what everybody gets, what was asked for with a key, and refusals. What a cookie or the very
    machine vouches for (an open door, a demo) is never for foreign pages: a browser would fetch it
    on behalf of whoever opened them.
    """
    who: Identity | None = scope.get("state", {}).get("identity")
    if who is None or who.role == PUBLIC:
        return True
    return who.session is not None and "authorization" in Headers(scope=scope)


def _key_of_basic(scope: Scope) -> None:
    """A key that came as the password of the user `key` is the same key.

    Passwords of people are not taken: they would go out with every request, without a second
    factor. Whatever else stands there remains, and is nobody's.
    """
    told = Headers(scope=scope).get("authorization", "")
    if not told.lower().startswith(BASIC):
        return
    try:
        user, _, key = base64.b64decode(told[len(BASIC) :].strip(), validate=True).partition(b":")
    except (ValueError, binascii.Error):
        user, key = b"", b""
    if user.decode("latin-1") != KEY_USER or not KEY_ANYWHERE.search(key.decode("latin-1")):
        key = b"none"  # a key that nobody has: refused, and not taken for somebody without any
    headers: list[tuple[bytes, bytes]] = [
        (name, b"Bearer " + key if name == b"authorization" else value)
        for name, value in scope["headers"]
    ]
    scope["headers"] = headers
