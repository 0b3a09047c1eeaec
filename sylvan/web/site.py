"""What is no API: the built front end, the base map, the page that installs the local authority."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from sylvan.services.languages import FIRST, known
from sylvan.web.problems import problem

PAGES: Final = {
    "/": "index.html",
    "/report": "report.html",
    "/report/answer/{token}": "report.html",
    "/field": "field.html",
    "/sign-in": "sign-in.html",
    "/welcome": "sign-in.html",
    "/account": "sign-in.html",
    "/people": "people.html",
    "/figures": "figures.html",
    "/admin": "admin.html",
    "/alerts": "alerts.html",
    "/board": "board.html",
    "/drills": "drills.html",
    "/partner": "partner.html",
}
IMMUTABLE: Final = "public, max-age=31536000, immutable"
BASEMAP_AGE: Final = "public, max-age=86400"
PMTILES: Final = "application/vnd.pmtiles"

mimetypes.add_type(PMTILES, ".pmtiles")


@dataclass(frozen=True, slots=True)
class AuthorityPage:
    """How phones get the local authority; ``None`` answers mean that none was made yet."""

    file: str
    media_type: str
    page: Callable[[str, str], str | None]
    """Language and address of the page → HTML."""
    certificate: Callable[[], bytes | None]


@dataclass(frozen=True, slots=True)
class Site:
    """Files and pages around the API."""

    static: Path
    basemap: Path | None = None
    authority: AuthorityPage | None = None


def _file(file: Path, cache: str) -> Response | None:
    """A file, or nothing where there is none (a name that no file can have included)."""
    try:
        there = file.is_file()
    except OSError:
        there = False
    return FileResponse(file, headers={"Cache-Control": cache}) if there else None


def _page(file: Path) -> Callable[[], Response]:
    def page() -> Response:
        missing = problem(503, "problem.front_end_missing", {"file": file.name})
        return _file(file, "no-cache") or missing

    return page


def _authority(app: FastAPI, found: AuthorityPage) -> None:
    @app.get("/tls", include_in_schema=False)
    def page(request: Request) -> Response:
        asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
        language = known(asked.split(",")[0]) or FIRST
        body = found.page(language, str(request.url.replace(query="")))
        return HTMLResponse(body) if body else problem(404, "problem.no_authority")

    @app.get(f"/tls/{found.file}", include_in_schema=False)
    def certificate() -> Response:
        body = found.certificate()
        if body is None:
            return problem(404, "problem.no_authority")
        return Response(body, media_type=found.media_type)


def install(app: FastAPI, site: Site) -> None:
    """Routes of the site; they come last, since the last one takes every path."""
    root = site.static.resolve()
    for path, name in PAGES.items():
        app.add_api_route(path, _page(root / name), include_in_schema=False)
    if site.authority is not None:
        _authority(app, site.authority)

    @app.get("/basemap.pmtiles", include_in_schema=False)
    def basemap() -> Response:
        found = _file(site.basemap, BASEMAP_AGE) if site.basemap else None
        return found or problem(404, "problem.not_found")

    @app.get("/{path:path}", include_in_schema=False)
    def asset(path: str) -> Response:
        try:
            file = (root / path).resolve()
        except OSError:
            return problem(404, "problem.not_found")
        cache = IMMUTABLE if path.startswith("assets/") else "no-cache"
        found = _file(file, cache) if file.is_relative_to(root) else None
        return found or problem(404, "problem.not_found")
