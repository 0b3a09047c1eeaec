"""Answers, encoded once and fast, never through FastAPI's encoder."""

from typing import Any, Final

import orjson
from fastapi.responses import JSONResponse, Response

from sylvan.services.pages import Page
from sylvan.web import cursors
from sylvan.web.acting import veil

OPTIONS: Final = orjson.OPT_UTC_Z | orjson.OPT_SERIALIZE_NUMPY


class Json(JSONResponse):
    """JSON; moments end in Z."""

    def render(self, content: Any) -> bytes:
        """The bytes, without what the one who asked must not see."""
        cover = veil.get()
        content = content if cover is None else cover.over(content)
        return orjson.dumps(content, option=OPTIONS)


class GeoJson(Json):
    """RFC 7946."""

    media_type = "application/geo+json"


class Jpeg(Response):
    """A photo that a browser shows and never runs."""

    media_type = "image/jpeg"


class Png(Response):
    """A picture."""

    media_type = "image/png"


class GeoTiff(Response):
    """A raster that may be read in parts."""

    media_type = "image/tiff"


class Csv(Response):
    """A table in UTF-8."""

    media_type = "text/csv"


class GeoJsonLines(Response):
    """GeoJSON, a feature a line (RFC 8142)."""

    media_type = "application/geo+json-seq"


class GeoPackage(Response):
    """A GeoPackage."""

    media_type = "application/geopackage+sqlite3"


class FlatGeobuf(Response):
    """A FlatGeobuf file."""

    media_type = "application/vnd.flatgeobuf"


class Workbook(Response):
    """A spreadsheet."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AtomFeed(Response):
    """A feed by RFC 4287."""

    media_type = "application/atom+xml"


class CapMessage(Response):
    """A message of the Common Alerting Protocol."""

    media_type = "application/cap+xml"


class CotEvents(Response):
    """Events of Cursor on Target."""

    media_type = "application/xml"


class Kml(Response):
    """A document of Google Earth."""

    media_type = "application/vnd.google-earth.kml+xml"


class Pem(Response):
    """A certificate as text."""

    media_type = "application/x-pem-file"


class VectorTile(Response):
    """A Mapbox vector tile."""

    media_type = "application/vnd.mapbox-vector-tile"


def private(thing: Any, status: int = 200) -> Json:
    """What is for one person's eyes alone; nobody on the way keeps a copy."""
    return Json(thing, status, {"Cache-Control": "no-store"})


def versioned(thing: dict[str, Any], status: int = 200) -> Json:
    """A thing with its version as ETag, to be sent back in If-Match."""
    return Json(thing, status, {"ETag": f'"{thing["version"]}"'})


def collection(features: list[dict[str, Any]], following: str | None = None) -> GeoJson:
    """Features, and the cursor of the page that follows them."""
    return GeoJson({"type": "FeatureCollection", "features": features, "next": following})


def page(found: Page) -> GeoJson:
    """A page of features."""
    return collection(found.features, cursors.encode(*found.after) if found.after else None)
