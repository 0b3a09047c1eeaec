"""KML and GPX as people draw them: points, lines and areas with names, as RFC 7946 geometries.

A document with a type declaration is refused outright: neither format has one, and entities are an
attack. What has no geometry (folders, overlays, views) is no thing.
"""

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from sylvan.feeds.errors import FeedError

MOST_DEPTH: Final = 32
"""Of geometries inside geometries; the parser itself stops at 256 levels of elements."""
_PAIR: Final = 2


def open_xml(body: bytes) -> tuple[str, Any]:
    """The root of a KML or GPX document, and which of them it is.

    Raises:
        FeedError: ``file.doctype``, ``file.xml``, ``file.format``, ``feed.upstream`` (HTML).
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    if b"<!doctype html" in body[:4096].lower():
        raise FeedError("feed.upstream", detail="an HTML page")
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        if b"<!doctype" in body[:65536].lower():
            raise FeedError("file.doctype") from None
        detail = (error.msg or "")[:120]
        raise FeedError("file.xml", line=error.lineno or 1, detail=detail) from None
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise FeedError("file.doctype")
    name = local(root)
    if name == "html":
        raise FeedError("feed.upstream", detail="an HTML page")
    if name not in ("kml", "gpx"):
        raise FeedError("file.format", format=f"XML <{name}>")
    return name, root


def local(element: Any) -> str:
    """An element's name without its namespace; empty for comments."""
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def features(kind: str, root: Any) -> Iterator[tuple[int, dict[str, Any], dict[str, Any] | None]]:
    """Line, attributes and geometry of each thing; a geometry that cannot be read is an empty one.

    Args:
        kind: ``kml`` or ``gpx``.
        root: as :func:`open_xml` gives it.
    """
    wanted = {"Placemark"} if kind == "kml" else {"wpt", "rte", "trk"}
    for one in root.iter():
        name = local(one)
        if name not in wanted:
            continue
        line = int(one.sourceline or 0)
        if name == "Placemark":
            geometry = _of_placemark(one)
            if geometry is not None:
                yield line, _kml_fields(one), geometry
        else:
            yield line, _gpx_fields(one), _of_gpx(name, one)


def _text(element: Any, name: str) -> str:
    found = next((one for one in element if local(one) == name), None)
    return "".join(found.itertext()).strip() if found is not None else ""


def _kml_fields(mark: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"name": _text(mark, "name"), "notes": _text(mark, "description")}
    if mark.get("id"):
        told["id"] = mark.get("id")
    for one in mark.iter():
        if local(one) == "Data" and one.get("name"):
            told[one.get("name")] = _text(one, "value")
        elif local(one) == "SimpleData" and one.get("name"):
            told[one.get("name")] = (one.text or "").strip()
    return told


_GEOMETRIES: Final = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry")


def _of_placemark(mark: Any) -> dict[str, Any] | None:
    found = next((one for one in mark if local(one) in _GEOMETRIES), None)
    if found is None:
        return None
    try:
        return _joined(list(_simple(found, 0)))
    except ValueError:
        return {}


def _simple(element: Any, depth: int) -> Iterator[dict[str, Any]]:
    kind = local(element)
    if depth > MOST_DEPTH:
        raise ValueError("too deep")
    if kind == "MultiGeometry":
        for one in element:
            if local(one) in _GEOMETRIES:
                yield from _simple(one, depth + 1)
    elif kind == "Point":
        yield {"type": "Point", "coordinates": _pairs(element)[0]}
    elif kind in ("LineString", "LinearRing"):
        yield {"type": "LineString", "coordinates": _pairs(element)}
    else:
        rings = [
            _pairs(one) for one in element.iter() if local(one) == "LinearRing"
        ]  # the outer boundary stands first in KML
        yield {"type": "Polygon", "coordinates": rings}


def _pairs(element: Any) -> list[list[float]]:
    text = next(
        ("".join(one.itertext()) for one in element.iter() if local(one) == "coordinates"), ""
    )
    pairs = [part.split(",") for part in text.split()]
    if not pairs or any(len(pair) < _PAIR for pair in pairs):
        raise ValueError("coordinates are no pairs")
    return [[float(pair[0]), float(pair[1])] for pair in pairs]


def _joined(parts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Several parts of one sort as one geometry; of several sorts they are none."""
    if len(parts) == 1:
        return parts[0]
    kinds = {one["type"] for one in parts}
    if len(kinds) != 1:
        return {"type": "GeometryCollection"} if parts else {}
    return {"type": f"Multi{kinds.pop()}", "coordinates": [one["coordinates"] for one in parts]}


def _gpx_fields(element: Any) -> dict[str, Any]:
    notes = _text(element, "desc") or _text(element, "cmt")
    return {"name": _text(element, "name"), "notes": notes, "type": _text(element, "type")}


def _of_gpx(name: str, element: Any) -> dict[str, Any]:
    try:
        if name == "wpt":
            return {"type": "Point", "coordinates": _place(element)}
        if name == "rte":
            points = [_place(one) for one in element if local(one) == "rtept"]
            return {"type": "LineString", "coordinates": points}
        lines = [
            [_place(point) for point in segment if local(point) == "trkpt"]
            for segment in element
            if local(segment) == "trkseg"
        ]
    except (TypeError, ValueError):
        return {}
    lines = [line for line in lines if line]
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _place(element: Any) -> list[float]:
    return [float(element.get("lon")), float(element.get("lat"))]
