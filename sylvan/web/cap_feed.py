"""A territory's alerts as an Atom feed (RFC 4287), in pages (RFC 5005)."""

from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from lxml import etree

from sylvan.domain.cap.building import plain
from sylvan.domain.instants import iso
from sylvan.services.cap_public import FeedPage
from sylvan.web.bulletin_page import Words

ATOM: Final = "http://www.w3.org/2005/Atom"
CAP: Final = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE: Final = "application/atom+xml"
CAP_TYPE: Final = "application/cap+xml"
EMPTY: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed changed last in which nothing ever was."""


def atom(page: FeedPage, language: str, base: str, cursor: int | None) -> bytes:
    """The feed's bytes; ``base`` is the address before ``/public/cap``."""
    words = Words(language)
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM, "cap": CAP})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    address = f"{base}/public/cap/{quote(page.territory)}.atom"
    place = words.name(page.names)
    code = "cap_feed.title_test" if page.test else "cap_feed.title"
    _text(root, "id", f"{address}?lang={language}")
    _text(root, "title", words.say(code, {"place": place}))
    _text(root, "subtitle", words.say("cap_feed.subtitle"))
    newest = max((one.made_at for one in page.messages), default=EMPTY)
    _text(root, "updated", iso(page.changed_at or newest))
    _text(_sub(root, "author"), "name", page.messages[0].sender if page.messages else "Sylvan")
    _link(root, "self", _paged(address, language, cursor), MEDIA_TYPE)
    _link(root, "first", _paged(address, language, None), MEDIA_TYPE)
    if page.following is not None:
        _link(root, "next", _paged(address, language, page.following), MEDIA_TYPE)
    for one in page.messages:
        _entry(root, one, language, base)
    etree.indent(root, space=" ")
    told: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return told


def _entry(root: Any, one: Any, language: str, base: str) -> None:
    titles = one.titles.get(language) or next(iter(one.titles.values()))
    entry = _sub(root, "entry")
    _text(entry, "id", one.identifier)
    _text(entry, "title", titles["headline"])
    _text(entry, "updated", iso(one.made_at))
    _text(entry, "published", iso(one.sent))
    _text(_sub(entry, "author"), "name", one.sender)
    _text(entry, "summary", titles["text"])
    _link(entry, "alternate", f"{base}/public/cap/{quote(one.identifier)}.xml", CAP_TYPE)
    for tag, text in (
        ("event", titles["event"]),
        ("sent", iso(one.sent)),
        ("expires", iso(one.expires)),
        ("status", one.status),
        ("msgType", one.msg_type),
        ("urgency", titles["urgency"]),
        ("severity", titles["severity"]),
        ("certainty", titles["certainty"]),
        ("areaDesc", titles["area"]),
    ):
        etree.SubElement(entry, f"{{{CAP}}}{tag}").text = plain(text)


def _paged(address: str, language: str, cursor: int | None) -> str:
    query = {"lang": language} | ({} if cursor is None else {"before": str(cursor)})
    return f"{address}?{urlencode(query)}"


def _sub(parent: Any, tag: str) -> Any:
    return etree.SubElement(parent, f"{{{ATOM}}}{tag}")


def _text(parent: Any, tag: str, text: str) -> None:
    _sub(parent, tag).text = plain(text)


def _link(parent: Any, relation: str, address: str, kind: str) -> None:
    link = _sub(parent, "link")
    link.set("rel", relation)
    link.set("type", kind)
    link.set("href", address)
