"""Collections in words: what they are, what their properties hold, what may be asked of them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from sylvan.services.features import Collection, FeatureSet, Field, Kind
from sylvan.web.ogc import standards
from sylvan.web.ogc.answers import Link, Page, systems
from sylvan.web.ogc.standards import GEOJSON, HTML, JSON, SCHEMA

GEOMETRY: Final = "geom"
_TYPES: Final[Mapping[Kind, dict[str, Any]]] = {
    Kind.TEXT: {"type": "string"},
    Kind.ID: {"type": "string", "format": "uuid"},
    Kind.NUMBER: {"type": "number"},
    Kind.INTEGER: {"type": "integer"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.DAY: {"type": "string", "format": "date"},
    Kind.TEXTS: {"type": "array", "items": {"type": "string"}},
}


def title(page: Page, found: FeatureSet) -> str:
    """A collection's name in the asked language."""
    if found.titles:
        own = found.titles.get(page.language) or next(iter(found.titles.values()))
        return f"{own} ({page.text('ogc.sample')})" if found.sample else own
    return page.text(f"ogc.{found.code}.title")


def about(page: Page, found: FeatureSet) -> str:
    """What a collection holds, or where a layer came from."""
    if found.titles:
        return f"{found.source_note} – {found.licence}"
    return page.text(f"ogc.{found.code}.about")


def collection(page: Page, one: Collection) -> dict[str, Any]:
    """A collection's description with its links."""
    found = one.found
    described = {
        "id": found.code,
        "title": title(page, found),
        "description": about(page, found),
        "itemType": "feature",
        "extent": _extent(one),
        "crs": systems(),
        "storageCrs": standards.CRS84.uri,
    }
    return described | {"links": [link.as_dict() for link in links(page, found)]}


def links(page: Page, found: FeatureSet) -> list[Link]:
    """Where a collection's parts are."""
    here, name = f"/collections/{found.code}", title(page, found)
    return [
        Link("self", JSON, page.href(here, f="json"), name),
        Link("alternate", HTML, page.href(here, f="html"), name),
        Link("items", GEOJSON, page.href(f"{here}/items", f="json"), name),
        Link("items", HTML, page.href(f"{here}/items", f="html"), name),
        Link(standards.REL_QUERYABLES, SCHEMA, page.href(f"{here}/queryables")),
        Link(standards.REL_SCHEMA, SCHEMA, page.href(f"{here}/schema")),
        Link("describedby", SCHEMA, page.href(f"{here}/schema")),
        Link(standards.REL_TILESETS, JSON, page.href(f"{here}/tiles")),
    ]


def _extent(one: Collection) -> dict[str, Any]:
    west, south, east, north = one.box or (-180.0, -90.0, 180.0, 90.0)
    told: dict[str, Any] = {
        "spatial": {"bbox": [[west, south, east, north]], "crs": standards.CRS84.uri}
    }
    if one.span is not None:
        told["temporal"] = {"interval": [[_moment(end) for end in one.span]]}
    return told


def _moment(value: datetime | date | None) -> str | None:
    """A day is told as its first moment: the interval's ends are moments."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"{value.isoformat()}T00:00:00Z"


def schema(page: Page, found: FeatureSet, *, queryables: bool) -> dict[str, Any]:
    """JSON Schema (2020-12) of what features have, or of what may be asked about."""
    what = "queryables" if queryables else "schema"
    properties: dict[str, Any] = {
        GEOMETRY: {
            "x-ogc-role": "primary-geometry",
            "format": f"geometry-{_geometry(found)}",
            "title": page.text("ogc.field.geom"),
        }
    }
    properties |= {one.name: _property(page, one) for one in found.fields}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": page.href(f"/collections/{found.code}/{what}"),
        "type": "object",
        "title": title(page, found),
        "properties": properties,
        "additionalProperties": False,
    }


def _geometry(found: FeatureSet) -> str:
    return "any" if found.shape == "Geometry" else found.shape.lower()


def _property(page: Page, one: Field) -> dict[str, Any]:
    told = dict(_TYPES[one.kind])
    if one.word:
        told["title"] = page.text(one.word)
    if one.unit:
        told["x-ogc-unit"] = one.unit
    return told
