"""The web application: routers, problems, static files, health."""

import mimetypes
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sylvan import __version__
from sylvan.services.house import House
from sylvan.web import problems
from sylvan.web.routers import feeds, fires, health, maps, picture, reports

API = "/api/v1"
MAX_BODY_BYTES = 15_000_000
"""A photo of 10 MB in base64 and the card around it."""
CSP = (
    "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self'"
    " 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:;"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    b"content-security-policy": CSP.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
}
PAGES = {"/": "index.html", "/report": "report.html"}
IMMUTABLE = "public, max-age=31536000, immutable"

mimetypes.add_type("application/vnd.pmtiles", ".pmtiles")


class Guard:
    """Security headers on every answer; bodies and paths that no honest client sends end here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused is not None:
            await refused(scope, receive, self._with_headers(send))
            return
        await self.app(scope, self._limited(receive), self._with_headers(send))

    @staticmethod
    def _refusal(scope: Scope) -> Response | None:
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        if not length.isdigit():
            return problems.problem(400, "problem.bad_request")
        if int(length) > MAX_BODY_BYTES:
            return problems.problem(413, "problem.too_large", {"limit": MAX_BODY_BYTES})
        raw = scope.get("raw_path", b"") + b"?" + scope.get("query_string", b"")
        if b"%00" in raw or b"\x00" in raw:
            return problems.problem(400, "problem.bad_request")
        return None

    @staticmethod
    def _limited(receive: Receive) -> Receive:
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MAX_BODY_BYTES:  # a chunked body that never said how long it is
                return {"type": "http.disconnect"}
            return message

        return limited

    @staticmethod
    def _with_headers(send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                extra = [(k, v) for k, v in HEADERS.items() if k not in present]
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        return sending


def _static(app: FastAPI, static: Path, basemap: Path | None) -> None:
    """The built front end and the base map; hashed assets never change."""

    def page(name: str) -> Response:
        file = static / name
        if not file.is_file():
            return problems.problem(503, "problem.front_end_missing", {"file": name})
        return FileResponse(file, headers={"Cache-Control": "no-cache"})

    for path, name in PAGES.items():
        app.add_api_route(path, lambda name=name: page(name), include_in_schema=False)  # type: ignore[misc]  # a default binds the loop's value

    @app.get("/basemap.pmtiles", include_in_schema=False)
    def base() -> Response:
        if basemap is None or not basemap.is_file():
            return problems.problem(404, "problem.not_found")
        return FileResponse(basemap, headers={"Cache-Control": "public, max-age=86400"})

    @app.get("/{path:path}", include_in_schema=False)
    def asset(path: str) -> Response:
        file = (static / path).resolve()
        if not file.is_file() or not file.is_relative_to(static.resolve()):
            return problems.problem(404, "problem.not_found")
        cache = IMMUTABLE if path.startswith("assets/") else "no-cache"
        return FileResponse(file, headers={"Cache-Control": cache})


def create(
    house: House, *, static: Path, basemap: Path | None, asyncapi: dict[str, Any]
) -> FastAPI:
    """The application around the use-cases of ``house``."""
    app = FastAPI(
        title="Sylvan",
        version=__version__,
        summary="Wildfire detection and coordination: one fire, one id, one live map",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    app.state.house = house
    app.add_middleware(GZipMiddleware, minimum_size=2000, compresslevel=5)
    app.add_middleware(Guard)
    problems.install(app)
    for router in (picture.router, fires.router, reports.router, maps.router, feeds.router):
        app.include_router(router, prefix=API)
    app.include_router(health.router)

    @app.get(f"{API}/asyncapi.json", summary="The live channel's AsyncAPI document", tags=["live"])
    def live_document(_request: Request) -> dict[str, Any]:
        return asyncapi

    _static(app, static, basemap)
    return app
