"""Every answer above 399 is an RFC 9457 problem whose text is a code with parameters."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from sylvan.domain.codes import Refusal
from sylvan.services.faults import RETRY_S, Translator
from sylvan.web import mistakes

log = structlog.get_logger()
MEDIA_TYPE: Final = "application/problem+json"
_BY_STATUS: Final = {
    400: "problem.bad_request",
    404: "problem.not_found",
    405: "problem.method_not_allowed",
    413: "problem.too_large",
}
_Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def problem(
    status: int,
    code: str,
    params: Mapping[str, Any] | None = None,
    errors: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """A problem response; ``code`` is a key of the catalogues."""
    body = {
        "type": f"urn:sylvan:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "params": dict(params or {}),
        "errors": errors or [],
    }
    extra = {"Cache-Control": "no-store", **(headers or {})}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        extra.setdefault("Retry-After", str(RETRY_S))
    return Response(orjson.dumps(body), status, extra, MEDIA_TYPE)


def of_refusal(refusal: Refusal) -> Response:
    """How a use-case's refusal is told over HTTP."""
    errors = [found.as_dict() for found in refusal.errors]
    wait = refusal.params.get("seconds") if refusal.status == HTTPStatus.TOO_MANY_REQUESTS else None
    headers = {"Retry-After": str(wait)} if wait else None
    return problem(refusal.status, refusal.code, refusal.params, errors, headers)


def unexpected(path: str, error: Exception) -> Response:
    """A mistake of ours: told in full to the log, and not at all to the other side."""
    log.error("web.unexpected", path=path, exc_info=error)
    return problem(500, "problem.unexpected")


def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return of_refusal(error)


def _invalid(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return of_refusal(mistakes.refusal(error.errors()))


def _http(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = _BY_STATUS.get(error.status_code, "problem.http")
    params = {"status": error.status_code, "reason": str(error.detail)}
    return problem(error.status_code, code, params, headers=dict(error.headers or {}))


def _translated(translator: Translator) -> _Handler:
    def handler(request: Request, error: Exception) -> Response:
        refusal = translator(error)
        return unexpected(request.url.path, error) if refusal is None else of_refusal(refusal)

    return handler


def install(app: FastAPI, translators: Mapping[type[Exception], Translator]) -> None:
    """Handlers for everything that can go wrong in a request."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for kind, translator in translators.items():
        app.add_exception_handler(kind, _translated(translator))
