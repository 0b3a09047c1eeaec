"""The page behind the link in a message: what it is about, and one button.

Looking at it answers nothing: mail servers and messengers open links before people do. The button
sends a form, without any script, so that it works on every telephone.
"""

from functools import cache
from importlib.resources import files
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, StrictUndefined, Template

from sylvan.domain.alerting.alerts import Alert
from sylvan.domain.codes import Refusal
from sylvan.services.answers import page_of
from sylvan.services.house import House
from sylvan.services.languages import LANGUAGES
from sylvan.web.catalogue import merged

router = APIRouter(include_in_schema=False)
HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    # forms of a page without a referrer come from an origin "null"
    "Referrer-Policy": "same-origin",
}


@router.get("/a/{token}")
def look(request: Request, token: str) -> HTMLResponse:
    """What the link is about."""
    return _page(request, lambda: _house(request).postroom.answers.look(token))


@router.post("/a/{token}")
def answer(request: Request, token: str) -> HTMLResponse:
    """Who sends the form has it."""
    return _page(request, lambda: _house(request).postroom.answers.by_link(token))


def _house(request: Request) -> House:
    found: House = request.app.state.house
    return found


def _page(request: Request, ask: Any) -> HTMLResponse:
    try:
        found: Alert | None = ask()
        status = 200
    except Refusal as refused:
        found, status = None, refused.status
    told = dict(page_of(found)) if found else {}
    asked = request.headers.get("accept-language", "")[:2].lower()
    language = told.get("language") or asked
    words = merged(language if language in LANGUAGES else LANGUAGES[0])
    body = _template().render(
        language=language if language in LANGUAGES else LANGUAGES[0],
        text={name: str(words[f"answer_page.{name}"]) for name in _WORDS},
        alert=told,
        path=request.url.path,
    )
    return HTMLResponse(body, status, HEADERS)


_WORDS: Final = ("title", "button", "done", "by", "unknown", "unknown_why", "drill")


@cache
def _template() -> Template:
    source = (files("sylvan.web") / "answer_page.html").read_text("utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(source)
