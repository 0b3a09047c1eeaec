"""Names that standards give: conformance classes, coordinate systems, media types, relations."""

from dataclasses import dataclass
from typing import Final

from pyproj import Transformer

from sylvan.domain.codes import Invalid
from sylvan.services.features import Box, Crs, Projected

ROOT: Final = "/ogc"
OGC: Final = "http://www.opengis.net"
JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
HTML: Final = "text/html"
SCHEMA: Final = "application/schema+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
MVT: Final = "application/vnd.mapbox-vector-tile"
PROBLEM: Final = "application/problem+json"
_FEATURES: Final = f"{OGC}/spec/ogcapi-features"
_TILES: Final = f"{OGC}/spec/ogcapi-tiles-1/1.0/conf"
_CQL: Final = f"{OGC}/spec/cql2/1.0/conf"
CONFORMANCE: Final = (
    *(f"{OGC}/spec/ogcapi-common-1/1.0/conf/{name}" for name in ("core", "json", "html", "oas30")),
    *(f"{OGC}/spec/ogcapi-common-2/1.0/conf/{name}" for name in ("collections",)),
    *(f"{_FEATURES}-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson", "html")),
    f"{_FEATURES}-2/1.0/conf/crs",
    *(
        f"{_FEATURES}-3/1.0/conf/{name}"
        for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    f"{_FEATURES}-5/1.0/conf/schemas",
    *(
        f"{_CQL}/{name}"
        for name in (
            *("cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators"),
            *("case-insensitive-comparison", "basic-spatial-functions"),
            *("basic-spatial-functions-plus", "spatial-functions", "temporal-functions"),
            *("array-functions", "property-property"),
        )
    ),
    *(f"{_TILES}/{name}" for name in ("core", "tileset", "tilesets-list", "mvt")),
    f"{_TILES}/geodata-tilesets",
    f"{OGC}/spec/tms/2.0/conf/json-tilematrixset",
)
"""What is implemented, and nothing else."""
REL_QUERYABLES: Final = f"{OGC}/def/rel/ogc/1.0/queryables"
REL_SCHEMA: Final = f"{OGC}/def/rel/ogc/1.0/schema"
REL_TILESETS: Final = f"{OGC}/def/rel/ogc/1.0/tilesets-vector"
REL_TILE_MATRIX_SETS: Final = f"{OGC}/def/rel/ogc/1.0/tiling-schemes"
REL_TILE_MATRIX_SET: Final = f"{OGC}/def/rel/ogc/1.0/tiling-scheme"


@dataclass(frozen=True, slots=True)
class System:
    """A coordinate system by its name."""

    uri: str
    crs: Crs


def _epsg(code: int, *, north_first: bool = False) -> System:
    return System(f"{OGC}/def/crs/EPSG/0/{code}", Crs(code, north_first))


CRS84: Final = System(f"{OGC}/def/crs/OGC/1.3/CRS84", Crs())
SYSTEMS: Final = (
    CRS84,
    _epsg(4326, north_first=True),
    _epsg(3857),
    _epsg(3576),
    _epsg(3995),
)
"""Longitude first, latitude first, Web Mercator; equal-area about the pole with Siberia's meridian
down (North Pole LAEA Russia), and the Arctic's stereographic one, both whole across 180°."""
_BY_URI: Final = {one.uri: one for one in SYSTEMS}


def system(uri: str | None, parameter: str) -> System:
    """A coordinate system by its URI; CRS84 where none is asked for.

    Raises:
        Invalid: it is none of ours; names the parameter.
    """
    if uri is None:
        return CRS84
    plain = uri.strip().removeprefix("[").removesuffix("]")
    found = _BY_URI.get(plain.replace("https://", "http://"))
    if found is None:
        params = {"value": uri[:100], "known": ", ".join(_BY_URI)}
        raise Invalid("ogc.crs", params, parameter)
    return found


def projected(box: Box, crs: Crs) -> Projected:
    """A box in metres, with a box in degrees around it (about the pole and across 180°, too).

    Raises:
        Invalid: no place on earth lies in it.
    """
    back = Transformer.from_crs(crs.srid, 4326, always_xy=True)
    around = back.transform_bounds(*box, densify_pts=41)
    if not all(abs(one) <= 180.0 for one in around):  # noqa: PLR2004 - degrees; infinite is outside
        raise Invalid("problem.bbox", {"value": ",".join(f"{one:g}" for one in box)}, "bbox")
    west, south, east, north = around
    return Projected(box, crs.srid, (west, max(-90.0, south), east, min(90.0, north)))
