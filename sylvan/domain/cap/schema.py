"""Which elements a CAP message has, in which order, how often: one table for writing and reading.

It says what the OASIS schema says, but for addresses, which are read as any text; a test holds both
against each other.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sylvan.domain.cap import values as cap

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
SIGNATURE: Final = "http://www.w3.org/2000/09/xmldsig#"


class Kind(StrEnum):
    """How an element's text is read."""

    TEXT = "text"
    MOMENT = "moment"
    WORD = "word"  # one of a list
    WORDS = "words"  # several, those with blanks in quotes
    REFERENCES = "references"
    RING = "ring"
    CIRCLE = "circle"
    NUMBER = "number"
    WHOLE = "whole"
    LANGUAGE = "language"
    PAIR = "pair"  # valueName, value
    GROUP = "group"  # elements of its own


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its tag, the field that holds it, how it is read, how often it stands."""

    tag: str
    field: str
    kind: Kind = Kind.TEXT
    least: int = 0
    many: bool = False
    words: type[StrEnum] | None = None
    of: type[Any] | None = None


def _must(tag: str, field: str, kind: Kind = Kind.TEXT, **more: Any) -> Element:
    return Element(tag, field, kind, least=1, **more)


def _many(tag: str, field: str, kind: Kind = Kind.TEXT, **more: Any) -> Element:
    return Element(tag, field, kind, many=True, **more)


PAIR: Final = (_must("valueName", "name"), _must("value", "value"))
AREA: Final = (
    _must("areaDesc", "description"),
    _many("polygon", "polygons", Kind.RING),
    _many("circle", "circles", Kind.CIRCLE),
    _many("geocode", "geocodes", Kind.PAIR),
    Element("altitude", "altitude_ft", Kind.NUMBER),
    Element("ceiling", "ceiling_ft", Kind.NUMBER),
)
RESOURCE: Final = (
    _must("resourceDesc", "description"),
    _must("mimeType", "mime_type"),
    Element("size", "size", Kind.WHOLE),
    Element("uri", "uri"),
    Element("derefUri", "content"),
    Element("digest", "digest"),
)
INFO: Final = (
    Element("language", "language", Kind.LANGUAGE),
    _many("category", "categories", Kind.WORD, least=1, words=cap.Category),
    _must("event", "event"),
    _many("responseType", "responses", Kind.WORD, words=cap.Response),
    _must("urgency", "urgency", Kind.WORD, words=cap.Urgency),
    _must("severity", "severity", Kind.WORD, words=cap.Severity),
    _must("certainty", "certainty", Kind.WORD, words=cap.Certainty),
    Element("audience", "audience"),
    _many("eventCode", "event_codes", Kind.PAIR),
    Element("effective", "effective", Kind.MOMENT),
    Element("onset", "onset", Kind.MOMENT),
    Element("expires", "expires", Kind.MOMENT),
    Element("senderName", "sender_name"),
    Element("headline", "headline"),
    Element("description", "description"),
    Element("instruction", "instruction"),
    Element("web", "web"),
    Element("contact", "contact"),
    _many("parameter", "parameters", Kind.PAIR),
    _many("resource", "resources", Kind.GROUP, of=cap.Resource),
    _many("area", "areas", Kind.GROUP, of=cap.Area),
)
ALERT: Final = (
    _must("identifier", "identifier"),
    _must("sender", "sender"),
    _must("sent", "sent", Kind.MOMENT),
    _must("status", "status", Kind.WORD, words=cap.Status),
    _must("msgType", "msg_type", Kind.WORD, words=cap.MsgType),
    Element("source", "source"),
    _must("scope", "scope", Kind.WORD, words=cap.Scope),
    Element("restriction", "restriction"),
    Element("addresses", "addresses", Kind.WORDS),
    _many("code", "codes"),
    Element("note", "note"),
    Element("references", "references", Kind.REFERENCES),
    Element("incidents", "incidents", Kind.WORDS),
    _many("info", "infos", Kind.GROUP, of=cap.Info),
)
PARTS: Final[dict[type[Any], tuple[Element, ...]]] = {
    cap.Alert: ALERT,
    cap.Info: INFO,
    cap.Area: AREA,
    cap.Resource: RESOURCE,
}
