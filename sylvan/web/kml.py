"""KML 2.2: fires and crews for Google Earth, QGIS and whatever else opens it.

Names are text and nothing else: there is no description in HTML, so nothing can run in a balloon.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lxml import etree

from sylvan.domain.cap.building import plain
from sylvan.domain.instants import iso
from sylvan.services.outlines import Outline
from sylvan.web.bulletin_page import Words

KML: Final = "http://www.opengis.net/kml/2.2"
MEDIA_TYPE: Final = "application/vnd.google-earth.kml+xml"
EVERY_S: Final = 300
"""How often Google Earth asks again."""
STYLES: Final = {
    "burning": ("ff1414d2", "661414d2"),
    "held": ("ff00a5ff", "5500a5ff"),
    "signal": ("ff808080", "44808080"),
    "crew": ("ffd27814", "00000000"),
}
"""Line and fill as KML has colours: alpha, blue, green, red."""
HELD: Final = frozenset({"contained", "mopup"})


def root(language: str, address: str) -> bytes:
    """The document that people open once: it asks ``address`` again by itself."""
    words = Words(language)
    kml, document = _document(words.say("kml.fires"))
    link = _sub(document, "NetworkLink")
    _text(link, "name", words.say("kml.live", {"minutes": EVERY_S // 60}))
    inner = _sub(link, "Link")
    _text(inner, "href", address)
    _text(inner, "refreshMode", "onInterval")
    _text(inner, "refreshInterval", str(EVERY_S))
    return _bytes(kml)


def picture(
    language: str, outlines: Iterable[Outline], crews: Iterable[Mapping[str, Any]] = ()
) -> bytes:
    """Fires, and crews if there are any."""
    words = Words(language)
    kml, document = _document(words.say("kml.fires"))
    for name, (line, fill) in STYLES.items():
        _style(document, name, line, fill)
    for one in outlines:
        _fire(document, one, words)
    folder = None
    for crew in crews:
        if folder is None:
            folder = _sub(document, "Folder")
            _text(folder, "name", words.say("kml.crews"))
        _crew(folder, crew, words)
    return _bytes(kml)


def _fire(document: Any, one: Outline, words: Words) -> None:
    mark = _sub(document, "Placemark")
    name = words.say("kml.fire", {"number": one.name}) if one.name else words.say("kml.signal")
    place = words.name(one.places)
    _text(mark, "name", f"{name}, {place}" if place else name)
    status = words.say(f"status.{one.status}")
    about = {"area_ha": one.area_ha, "status": status, "last_seen": iso(one.last_seen)}
    snippet = _sub(mark, "Snippet")
    snippet.set("maxLines", "2")
    snippet.text = plain(words.say("kml.about", about))
    _text(_sub(mark, "TimeStamp"), "when", iso(one.last_seen))
    held = "held" if one.status in HELD else "burning"
    _text(mark, "styleUrl", f"#{'signal' if not one.name else held}")
    shapes = _sub(mark, "MultiGeometry")
    _text(_sub(shapes, "Point"), "coordinates", f"{one.point[0]},{one.point[1]}")
    for ring in one.rings:
        polygon = _sub(_sub(_sub(shapes, "Polygon"), "outerBoundaryIs"), "LinearRing")
        _text(polygon, "coordinates", " ".join(f"{spot.lon},{spot.lat}" for spot in ring))


def _crew(folder: Any, crew: Mapping[str, Any], words: Words) -> None:
    mark = _sub(folder, "Placemark")
    _text(mark, "name", str(crew["code"]))
    snippet = _sub(mark, "Snippet")
    snippet.set("maxLines", "1")
    snippet.text = plain(words.say(f"unit_status.{crew['status']}"))
    _text(mark, "styleUrl", "#crew")
    lon, lat = crew["position"]["point"]
    _text(_sub(mark, "Point"), "coordinates", f"{lon},{lat}")


def _style(document: Any, name: str, line: str, fill: str) -> None:
    style = _sub(document, "Style")
    style.set("id", name)
    _text(_sub(style, "IconStyle"), "color", line)
    drawn = _sub(style, "LineStyle")
    _text(drawn, "color", line)
    _text(drawn, "width", "2")
    _text(_sub(style, "PolyStyle"), "color", fill)


def _document(name: str) -> tuple[Any, Any]:
    kml = etree.Element(f"{{{KML}}}kml", nsmap={None: KML})
    document = _sub(kml, "Document")
    _text(document, "name", name)
    return kml, document


def _sub(parent: Any, tag: str) -> Any:
    return etree.SubElement(parent, f"{{{KML}}}{tag}")


def _text(parent: Any, tag: str, text: str) -> None:
    _sub(parent, tag).text = plain(text)


def _bytes(kml: Any) -> bytes:
    etree.indent(kml, space=" ")
    told: bytes = etree.tostring(kml, xml_declaration=True, encoding="UTF-8")
    return told
