"""The OpenAPI 3.0.3 document of this application: GIS clients and judges read no newer one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sylvan import __version__
from sylvan.domain import cql
from sylvan.services.features import FeatureSet, Field, Kind
from sylvan.services.languages import LANGUAGES
from sylvan.web.ogc import asked, described, standards
from sylvan.web.ogc.answers import Page
from sylvan.web.ogc.standards import GEOJSON, HTML, JSON, MVT, PROBLEM, SCHEMA

_PROBLEM: Final = {"$ref": "#/components/responses/Problem"}
_TYPES: Final[Mapping[Kind, dict[str, Any]]] = {
    Kind.TEXT: {"type": "string"},
    Kind.ID: {"type": "string", "format": "uuid"},
    Kind.NUMBER: {"type": "number"},
    Kind.INTEGER: {"type": "integer"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.DAY: {"type": "string", "format": "date"},
    Kind.TEXTS: {"type": "string"},
}
_OBJECT: Final = {"type": "object"}
Operation = dict[str, Any]


def made(page: Page, collections: Sequence[FeatureSet]) -> dict[str, Any]:
    """The document as the one who asks may use it: with the collections that are open."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": page.text("ogc.title"),
            "description": page.text("ogc.about"),
            "version": __version__,
            "license": {"name": "Apache-2.0"},
        },
        "servers": [{"url": page.root}],
        "tags": [{"name": "ogc"}],
        "paths": {**_paths(page), **_of_collections(page, collections)},
        "components": {
            "parameters": _parameters(),
            "responses": {"Problem": _problem(page)},
            "schemas": {"FeatureCollection": _collection_schema(), "Feature": _feature_schema()},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"key": []}],
    }


def _paths(page: Page) -> dict[str, Any]:
    del page
    return {
        "/": _get("landing", [JSON, HTML]),
        "/conformance": _get("conformance", [JSON, HTML]),
        "/api": _get("api", [standards.OPENAPI, HTML]),
        "/collections": _get("collections", [JSON, HTML]),
        "/tileMatrixSets": _get("tileMatrixSets", [JSON, HTML]),
        "/tileMatrixSets/{tileMatrixSetId}": _get(
            "tileMatrixSet", [JSON], [_path("tileMatrixSetId")]
        ),
    }


def _of_collections(page: Page, collections: Sequence[FeatureSet]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in collections:
        here, name = f"/collections/{one.code}", one.code
        matrix = [_path("tileMatrixSetId")]
        place = [_path(part) for part in ("tileMatrix", "tileRow", "tileCol")]
        items = [_ref(part) for part in asked.PAGE] + [_query(page, f) for f in one.fields]
        found |= {
            here: _get(f"{name}.collection", [JSON, HTML]),
            f"{here}/queryables": _get(f"{name}.queryables", [SCHEMA]),
            f"{here}/schema": _get(f"{name}.schema", [SCHEMA]),
            f"{here}/items": _get(
                f"{name}.items", [GEOJSON, HTML], items, "FeatureCollection", one, page
            ),
            f"{here}/items/{{featureId}}": _get(
                f"{name}.item", [GEOJSON, HTML], [_path("featureId"), _ref("crs")], "Feature"
            ),
            f"{here}/tiles": _get(f"{name}.tilesets", [JSON, HTML]),
            f"{here}/tiles/{{tileMatrixSetId}}": _get(f"{name}.tileset", [JSON], matrix),
            f"{here}/tiles/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _get(
                f"{name}.tile", [MVT], [*matrix, *place]
            ),
        }
    return found


def _get(
    name: str,
    media_types: Sequence[str],
    parameters: Sequence[dict[str, Any]] = (),
    schema: str = "",
    one: FeatureSet | None = None,
    page: Page | None = None,
) -> dict[str, Any]:
    told = {"$ref": f"#/components/schemas/{schema}"} if schema else _OBJECT
    content = {kind: {"schema": _schema_of(kind, told)} for kind in media_types}
    operation: Operation = {
        "operationId": name,
        "tags": ["ogc"],
        "summary": described.title(page, one) if one and page else name,
        "parameters": [*parameters, *(_ref(part) for part in asked.COMMON)],
        "responses": {
            "200": {"description": "OK", "content": content},
            "4XX": _PROBLEM,
            "5XX": _PROBLEM,
        },
    }
    if media_types == [MVT]:
        operation["responses"]["204"] = {"description": "Nothing lies in this tile"}
    return {"get": operation}


def _schema_of(media_type: str, told: dict[str, Any]) -> dict[str, Any]:
    if media_type == HTML:
        return {"type": "string"}
    return {"type": "string", "format": "binary"} if media_type == MVT else told


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/parameters/{name}"}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query(page: Page, one: Field) -> dict[str, Any]:
    """A property of which one value is wanted."""
    return {
        "name": one.name,
        "in": "query",
        "required": False,
        "description": page.text(one.word) if one.word else one.name,
        "schema": dict(_TYPES[one.kind]),
    }


def _parameters() -> dict[str, Any]:
    uri = {"type": "string", "format": "uri", "enum": [one.uri for one in standards.SYSTEMS]}
    crs = uri | {"default": standards.CRS84.uri}
    limit = {"type": "integer", "minimum": 1, "maximum": asked.MOST, "default": asked.LIMIT}
    box = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    language = {"type": "string", "enum": list(cql.LANGUAGES), "default": cql.TEXT}
    schemas: dict[str, dict[str, Any]] = {
        "bbox": box,
        "bbox-crs": crs,
        "crs": crs,
        "datetime": {"type": "string"},
        "limit": limit,
        "cursor": {"type": "string", "maxLength": 1000},
        "filter": {"type": "string", "maxLength": cql.MOST_CHARACTERS},
        "filter-lang": language,
        "filter-crs": crs,
        "f": {"type": "string", "enum": ["json", "html", "mvt"]},
        "lang": {"type": "string", "enum": list(LANGUAGES)},
        "world": {"type": "string", "maxLength": 100},
    }
    return {name: _parameter(name, schema) for name, schema in schemas.items()}


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _problem(page: Page) -> dict[str, Any]:
    return {
        "description": page.text("ogc.problem"),
        "content": {PROBLEM: {"schema": _OBJECT}},
    }


def _feature_schema() -> dict[str, Any]:
    geometry = {"type": "object", "nullable": True}
    return {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": geometry,
            "properties": {"type": "object"},
        },
    }


def _collection_schema() -> dict[str, Any]:
    features = {"type": "array", "items": {"$ref": "#/components/schemas/Feature"}}
    links = {"type": "array", "items": _OBJECT}
    number = {"type": "integer", "minimum": 0}
    return {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": features,
            "links": links,
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": number,
            "numberReturned": number,
        },
    }
