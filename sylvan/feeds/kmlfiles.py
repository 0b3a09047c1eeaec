"""KML as FIRMS publishes it: placemarks whose facts stand in a description for people."""

from typing import Any

from lxml import etree

from sylvan.feeds import descriptions
from sylvan.feeds.errors import FeedError
from sylvan.feeds.geometries import footprint
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parsed import Reason
from sylvan.feeds.records import Place, RecordFile, Records


def open_kml(body: bytes, options: ReadOptions) -> RecordFile:
    """Read the placemarks of a KML document.

    Raises:
        FeedError: ``file.doctype``, ``file.xml``, ``file.format``, ``feed.upstream`` (HTML).
    """
    root = _parsed(body)
    name = _local(root)
    if name == "html":
        raise FeedError("feed.upstream", detail="an HTML page")
    if name != "kml":
        raise FeedError("file.format", format=f"XML <{name}>")
    records = Records()
    for number, mark in enumerate(_all(root, "Placemark"), 1):
        attributes = _attributes(mark)
        try:
            place = _place(mark)
        except ValueError:
            records.lose(number, Reason.BAD_GEOMETRY, _text(mark, "coordinates"))
            continue
        if not attributes and place is None:
            continue  # a legend or an overlay
        records.add(number, attributes, place)
    return RecordFile(records, options)


def _parsed(body: bytes) -> Any:
    # DOCTYPE is refused outright: KML has none, and entities are an attack (billion laughs, XXE)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    if b"<!doctype" in body[:4096].lower() and b"html" not in body[:4096].lower():
        raise FeedError("file.doctype")
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        if b"<html" in body[:4096].lower() or b"<!doctype html" in body[:4096].lower():
            raise FeedError("feed.upstream", detail="an HTML page") from None
        raise FeedError(
            "file.xml", line=error.lineno or 1, detail=(error.msg or "")[:120]
        ) from None
    if root.getroottree().docinfo.doctype and _local(root) != "html":
        raise FeedError("file.doctype")
    return root


def _local(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def _all(element: Any, name: str) -> list[Any]:
    return [one for one in element.iter() if _local(one) == name]


def _text(element: Any, name: str) -> str:
    found = _all(element, name)
    return "".join(found[0].itertext()).strip() if found else ""


def _attributes(mark: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for data in _all(mark, "Data"):
        found[data.get("name", "")] = _text(data, "value")
    for data in _all(mark, "SimpleData"):
        found[data.get("name", "")] = (data.text or "").strip()
    for name, value in descriptions.fields(_text(mark, "description")).items():
        found.setdefault(name, value)
    when = _text(mark, "when")
    if when and "Detection Time" not in found and "acq_date" not in {n.lower() for n in found}:
        found["acq_datetime"] = when
    return found


def _place(mark: Any) -> Place | None:
    points, rings = _all(mark, "Point"), _all(mark, "outerBoundaryIs")
    if points:
        pairs = _coordinates(points[0])
        if not pairs:
            raise ValueError("no coordinates")
        return Place(*pairs[0])
    return footprint(_coordinates(rings[0])) if rings else None


def _coordinates(element: Any) -> list[tuple[float, float]]:
    pairs = [part.split(",") for part in _text(element, "coordinates").split()]
    if any(len(pair) < 2 for pair in pairs):  # noqa: PLR2004 - longitude and latitude
        raise ValueError("coordinates are no pairs")
    return [(float(pair[0]), float(pair[1])) for pair in pairs]
