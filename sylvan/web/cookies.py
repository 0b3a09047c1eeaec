"""The cookies of a signed-in browser: the session's, which no script reads, and the page's word.

They carry no dates: how long a session goes on is the server's business alone.
"""

from typing import Final

from fastapi import Request, Response

from sylvan.domain import tokens

SESSION: Final = "__Host-sid"
PLAIN_SESSION: Final = "sid"
"""Over plain HTTP (loopback only): browsers keep `__Host-` for secure connections."""
CSRF: Final = "__Host-csrf"
PLAIN_CSRF: Final = "csrf"
OIDC: Final = "__Host-oidc"
PLAIN_OIDC: Final = "oidc"


def secure(request: Request) -> bool:
    """Whether the browser's side of the connection is encrypted."""
    return request.url.scheme == "https"


def session_of(request: Request) -> str | None:
    """The session's token. Over HTTPS only the cookie that no plain page can have set counts."""
    return request.cookies.get(SESSION if secure(request) else PLAIN_SESSION) or None


def oidc_of(request: Request) -> str:
    """What ties a provider's answer to this browser."""
    return request.cookies.get(OIDC if secure(request) else PLAIN_OIDC) or ""


def begin(request: Request, answer: Response, token: str) -> None:
    """Give the browser a session, and its pages the word for changes."""
    safe = secure(request)
    _set(answer, SESSION if safe else PLAIN_SESSION, token, safe=safe, hidden=True)
    word = tokens.csrf_of(token)
    _set(answer, CSRF if safe else PLAIN_CSRF, word, safe=safe, hidden=False)
    if safe:  # left over from a plain page of the same name, it would hide the right one
        answer.delete_cookie(PLAIN_CSRF, path="/")


def end(request: Request, answer: Response) -> None:
    """Take both away."""
    safe = secure(request)
    for name in (SESSION, CSRF) if safe else (PLAIN_SESSION, PLAIN_CSRF):
        answer.delete_cookie(name, path="/", secure=safe, samesite="lax")


def tie(request: Request, answer: Response, secret: str) -> None:
    """Tie a provider's answer to this browser."""
    safe = secure(request)
    _set(answer, OIDC if safe else PLAIN_OIDC, secret, safe=safe, hidden=True)


def untie(request: Request, answer: Response) -> None:
    """The provider has answered."""
    safe = secure(request)
    answer.delete_cookie(OIDC if safe else PLAIN_OIDC, path="/", secure=safe, samesite="lax")


def _set(answer: Response, name: str, value: str, *, safe: bool, hidden: bool) -> None:
    answer.set_cookie(name, value, path="/", secure=safe, httponly=hidden, samesite="lax")
