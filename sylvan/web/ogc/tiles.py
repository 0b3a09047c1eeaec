"""OGC API – Tiles: vector tiles of collections in WebMercatorQuad."""

import math
import re
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from sylvan.domain.codes import NotFound
from sylvan.services.features import FeatureSet
from sylvan.web.deps import ActorDep, HouseDep
from sylvan.web.ogc import asked, described, standards
from sylvan.web.ogc.answers import VARY, Link, Page, answer, page_of, plain
from sylvan.web.ogc.routes import MayDep
from sylvan.web.ogc.standards import JSON, MVT, OGC

router = APIRouter(tags=["ogc"])
MATRIX_SET: Final = "WebMercatorQuad"
MAX_ZOOM: Final = 22
CRS: Final = f"{OGC}/def/crs/EPSG/0/3857"
URI: Final = f"{OGC}/def/tilematrixset/OGC/1.0/{MATRIX_SET}"
HALF: Final = math.pi * 6378137.0
"""Metres from the middle of the map to its edge: half of WGS 84's equator."""
PIXELS: Final = 256
PIXEL_M: Final = 0.00028
"""A standard pixel's width, by OGC 17-083r4."""
_NUMBER: Final = re.compile(r"\d{1,8}", re.ASCII)
_EMPTY: Final = 204


@router.get("/tileMatrixSets", summary="Tile matrix sets")
def tile_matrix_sets(request: Request, actor: ActorDep) -> Response:
    """The one set that there is."""
    del actor
    page = page_of(request)
    asked.parameters(request, asked.COMMON)
    one = {
        "id": MATRIX_SET,
        "title": MATRIX_SET,
        "uri": URI,
        "crs": CRS,
        "links": [_matrix_link(page, "self").as_dict()],
    }
    body = {"tileMatrixSets": [one]}
    return answer(page, body, page.itself(), title=page.text("ogc.tile_matrix_sets"))


@router.get("/tileMatrixSets/{name}", summary="A tile matrix set")
def tile_matrix_set(request: Request, actor: ActorDep, name: str) -> Response:
    """Its definition."""
    del actor
    page = page_of(request, ("json",))
    asked.parameters(request, asked.COMMON)
    _known(name)
    return plain(page, matrix_set(), JSON)


@router.get("/collections/{code}/tiles", summary="Tilesets of a collection")
def tilesets(
    request: Request, house: HouseDep, actor: ActorDep, open_to: MayDep, code: str
) -> Response:
    """The one tileset of a collection."""
    page = page_of(request)
    asked.parameters(request, asked.COMMON)
    found = house.features.described(actor, open_to, code).found
    body = {"tilesets": [_tileset(page, found)]}
    return answer(page, body, page.itself(), title=described.title(page, found))


@router.get("/collections/{code}/tiles/{name}", summary="A tileset")
def tileset(
    request: Request, house: HouseDep, actor: ActorDep, open_to: MayDep, code: str, name: str
) -> Response:
    """Its description."""
    page = page_of(request, ("json",))
    asked.parameters(request, asked.COMMON)
    _known(name)
    found = house.features.described(actor, open_to, code).found
    return plain(page, _tileset(page, found), JSON)


@router.get("/collections/{code}/tiles/{name}/{z}/{row}/{column}", summary="A vector tile")
def tile(  # noqa: PLR0913, PLR0917 - the parts of its address
    request: Request,
    house: HouseDep,
    actor: ActorDep,
    open_to: MayDep,
    code: str,
    name: str,
    z: str,
    row: str,
    column: str,
) -> Response:
    """A tile; 204 where nothing lies in it."""
    page_of(request, ("json", "mvt", MVT))
    asked.parameters(request, asked.COMMON)
    _known(name)
    at = _place(z, column, row)
    body = house.features.tile(actor, open_to, code, at)
    headers = {"Vary": VARY, "Cache-Control": "private, no-cache"}
    return Response(body, 200 if body else _EMPTY, headers, MVT)


def _known(name: str) -> None:
    if name != MATRIX_SET:
        raise NotFound("ogc.tile_matrix_set_unknown", {"name": name[:60], "known": MATRIX_SET})


def _place(z: str, column: str, row: str) -> tuple[int, int, int]:
    """Zoom, column, row; what lies beside the map is not found."""
    parts = [int(one) if _NUMBER.fullmatch(one) else -1 for one in (z, column, row)]
    zoom, x, y = parts
    if min(parts) < 0 or zoom > MAX_ZOOM or max(x, y) >= 2**zoom:
        raise NotFound("problem.tile", {"z": z[:12], "x": column[:12], "y": row[:12]})
    return zoom, x, y


def _matrix_link(page: Page, rel: str) -> Link:
    return Link(rel, JSON, page.href(f"/tileMatrixSets/{MATRIX_SET}"), MATRIX_SET)


def _tileset(page: Page, found: FeatureSet) -> dict[str, Any]:
    here = f"/collections/{found.code}/tiles/{MATRIX_SET}"
    template = page.href(f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}")
    links = [
        Link("self", JSON, page.href(here)),
        _matrix_link(page, standards.REL_TILE_MATRIX_SET),
        Link("item", MVT, template),
        Link("collection", JSON, page.href(f"/collections/{found.code}")),
    ]
    told = [one.as_dict() | ({"templated": True} if one.rel == "item" else {}) for one in links]
    return {
        "title": described.title(page, found),
        "description": page.text("ogc.tiles.recent" if found.tiled else "ogc.tiles.all"),
        "dataType": "vector",
        "crs": CRS,
        "tileMatrixSetURI": URI,
        "layers": [{"id": name, "dataType": "vector"} for name in _layers(found)],
        "links": told,
    }


def _layers(found: FeatureSet) -> tuple[str, ...]:
    """Names of the layers in a collection's tiles."""
    if found.tiled == "fires":
        return ("edges", "fronts", "fires")
    return (found.tiled or found.code,)


def matrix_set() -> dict[str, Any]:
    """WebMercatorQuad as OGC 17-083r4 defines it in annex D."""
    return {
        "id": MATRIX_SET,
        "title": "Google Maps Compatible for the World",
        "uri": URI,
        "crs": CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": f"{OGC}/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(MAX_ZOOM + 1)],
    }


def _matrix(zoom: int) -> dict[str, Any]:
    cell = 2 * HALF / PIXELS / 2**zoom
    return {
        "id": str(zoom),
        "scaleDenominator": cell / PIXEL_M,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-HALF, HALF],
        "tileWidth": PIXELS,
        "tileHeight": PIXELS,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
    }
