"""Answers of the OGC application: which form and language are wanted, links, headers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import Request
from fastapi.responses import Response

from sylvan.domain.codes import Invalid
from sylvan.services.languages import FIRST, LANGUAGES, known
from sylvan.web.answers import OPTIONS
from sylvan.web.catalogue import merged
from sylvan.web.ogc import standards
from sylvan.web.ogc.standards import HTML, JSON, ROOT

VARY: Final = "Accept, Accept-Language, Authorization, Cookie, Origin"
IN_HEADERS: Final = ("self", "alternate", "next", standards.REL_QUERYABLES)
FORMS: Final = {"json": JSON, "html": HTML}
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.2rem .5rem;"
    "text-align:left;vertical-align:top}code{white-space:pre-wrap}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#eee}a{color:#9cf}}"
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link by its relation, media type and address."""

    rel: str
    type: str
    href: str
    title: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        told = {"rel": self.rel, "type": self.type, "href": self.href}
        return told | ({"title": self.title} if self.title else {})

    def as_header(self) -> str:
        """The form of RFC 8288."""
        return f'<{self.href}>; rel="{self.rel}"; type="{self.type}"'


@dataclass(frozen=True, slots=True)
class Page:
    """One request: where this application stands, its form and language, what links carry on."""

    root: str
    path: str
    query: Mapping[str, str]
    form: str
    language: str

    def text(self, key: str) -> str:
        """A text of the catalogues."""
        told: str = merged(self.language)[key]
        return told

    def href(self, path: str, **query: str) -> str:
        """An address of this application; the world goes along."""
        carried = {name: self.query[name] for name in ("world",) if name in self.query}
        told = urlencode(carried | query)
        return f"{self.root}{path}{'?' + told if told else ''}"

    def same(self, **query: str) -> str:
        """This request's own address with other parameters."""
        told = urlencode(dict(self.query) | query)
        return f"{self.root}{self.path}{'?' + told if told else ''}"

    def itself(self, media_type: str = JSON) -> list[Link]:
        """Links to this answer and to its other form."""
        own = {"json": media_type, "html": HTML}
        other = "html" if self.form == "json" else "json"
        return [
            Link("self", own[self.form], self.same()),
            Link("alternate", own[other], self.same(f=other)),
        ]


def page_of(request: Request, forms: Sequence[str] = tuple(FORMS)) -> Page:
    """What a request wants of form and language.

    Raises:
        Invalid: `f` or `lang` names none that there is.
    """
    query = dict(request.query_params)
    asked, language = query.get("f"), query.get("lang")
    asked = "json" if asked in ("geojson", "application/geo+json") else asked
    if asked is not None and asked not in forms:
        raise Invalid("field.choice", {"allowed": ", ".join(forms)}, "f")
    if language is not None and language not in LANGUAGES:
        raise Invalid("field.choice", {"allowed": ", ".join(LANGUAGES)}, "lang")
    path = request.url.path.removeprefix(ROOT) or "/"
    root = f"{request.url.scheme}://{request.url.netloc}{ROOT}"
    accept = request.headers.get("accept", "")
    form = asked or ("html" if "html" in forms and _prefers_html(accept) else "json")
    told = request.headers.get("accept-language", "")
    return Page(root, path, query, form, language or _language(told))


def _weights(header: str) -> list[tuple[str, float]]:
    """Values of an Accept header with their weights (RFC 9110, 12.4.2); a broken one weighs 0."""
    found = []
    for part in header.split(","):
        value, *more = (one.strip().lower() for one in part.split(";"))
        weight = next((one[2:] for one in more if one.startswith("q=")), "1")
        try:
            found.append((value, float(weight)))
        except ValueError:
            found.append((value, 0.0))
    return found


def _prefers_html(accept: str) -> bool:
    """Whether a browser asks: HTML outweighs every JSON that is named."""
    weights = dict(_weights(accept))
    html = weights.get(HTML, 0.0)
    json = max((w for name, w in weights.items() if "json" in name), default=0.0)
    return html > json


def _language(header: str) -> str:
    """The first of our languages that is wanted; ours first where none is."""
    wanted = sorted(_weights(header), key=lambda one: -one[1])
    for name, weight in wanted:
        if weight and (language := known(name)):
            return language
    return FIRST


def answer(
    page: Page,
    body: Mapping[str, Any],
    links: Sequence[Link],
    *,
    title: str,
    media_type: str = JSON,
    headers: Mapping[str, str] | None = None,
    table: str = "",
) -> Response:
    """A document in the wanted form, with its links inside and as headers."""
    told = {"Vary": VARY, "Cache-Control": "private, no-cache", "Content-Language": page.language}
    shown = [one for one in links if one.rel in IN_HEADERS]
    told |= {"Link": ", ".join(one.as_header() for one in shown), **(headers or {})}
    if page.form == "html":
        return Response(_html(page, title, body, links, table), 200, told, f"{HTML}; charset=utf-8")
    document = {**body, "links": [one.as_dict() for one in links]}
    return Response(orjson.dumps(document, option=OPTIONS), 200, told, media_type)


def plain(page: Page, body: Any, media_type: str) -> Response:
    """A document that has one form and no links of its own."""
    told = {"Vary": VARY, "Cache-Control": "private, no-cache", "Content-Language": page.language}
    return Response(orjson.dumps(body, option=OPTIONS), 200, told, media_type)


def _html(
    page: Page, title: str, body: Mapping[str, Any], links: Sequence[Link], table: str
) -> str:
    """A small page: what a person needs who opened an address that programs read."""
    rows = "".join(
        f'<li>{escape(one.rel)}: <a href="{escape(one.href)}">{escape(one.title or one.href)}</a>'
        f" <small>{escape(one.type)}</small></li>"
        for one in links
    )
    about = escape(str(body.get("description", "")))
    return (
        f'<!doctype html><html lang="{page.language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(title)}</h1><p>{about}</p>{table}<ul>{rows}</ul></html>"
    )


def table_of(features: Sequence[Mapping[str, Any]], href: Any) -> str:
    """Features as a table; ``href`` gives each one's address."""
    if not features:
        return "<p>–</p>"
    names = [name for name in features[0]["properties"] if name != "id"]
    head = "".join(f"<th>{escape(name)}</th>" for name in ("id", *names))
    rows = "".join(
        f'<tr><td><a href="{escape(href(one["id"]))}">{escape(str(one["id"]))}</a></td>'
        + "".join(f"<td>{_cell(one['properties'][name])}</td>" for name in names)
        + "</tr>"
        for one in features
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return escape(", ".join(map(str, value)))
    return escape(value.isoformat() if hasattr(value, "isoformat") else str(value))


def systems() -> list[str]:
    """Names of all coordinate systems that features are given in."""
    return [one.uri for one in standards.SYSTEMS]
