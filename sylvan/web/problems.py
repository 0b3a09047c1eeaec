"""Every answer above 399 is an RFC 9457 problem whose text is a code with parameters."""

from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError, OperationalError
from starlette.exceptions import HTTPException

from sylvan.domain.codes import Refusal

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = "5"
BAD_PATH = "path"
_BY_STATUS = {
    400: "problem.bad_request",
    404: "problem.not_found",
    405: "problem.method_not_allowed",
    413: "problem.too_large",
}


def problem(
    status: int,
    code: str,
    params: Mapping[str, Any] | None = None,
    errors: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """A problem response; ``code`` is a key of the catalogues."""
    body = {
        "type": f"urn:sylvan:{code.replace('.', ':')}",
        "title": code,
        "status": status,
        "code": code,
        "params": dict(params or {}),
        "errors": errors or [],
    }
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)


def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    errors = [found.as_dict() for found in error.errors]
    return problem(error.status, error.code, error.params, errors)


def _invalid(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    found = [
        {
            "field": ".".join(str(part) for part in item["loc"][1:]) or str(item["loc"][0]),
            "code": "problem.field",
            "params": {"reason": item["msg"]},
        }
        for item in error.errors()
    ]
    return problem(422, "problem.invalid", {"count": len(found)}, found)


def _http(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = _BY_STATUS.get(error.status_code, "problem.http")
    params = {"status": error.status_code, "reason": str(error.detail)}
    return problem(error.status_code, code, params, headers=dict(error.headers or {}))


def _database(_request: Request, error: Exception) -> Response:
    log.error("web.database", error=str(error).splitlines()[0])
    headers = {"Retry-After": RETRY_AFTER_S}
    return problem(
        503, "problem.database_unavailable", {"retry_s": int(RETRY_AFTER_S)}, None, headers
    )


def _bad_data(_request: Request, error: Exception) -> Response:
    """The database refused a value (NUL, out of range) that our schemas let through."""
    if isinstance(error, OperationalError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        return _database(_request, error)
    state = str(getattr(getattr(error, "orig", None), "sqlstate", "") or "")
    if state.startswith("22"):
        return problem(422, "problem.invalid", {"count": 1})
    if state.startswith(("53", "57", "58")):
        return _database(_request, error)
    return _unexpected(_request, error)


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("web.unexpected", path=request.url.path, exc_info=error)
    return problem(500, "problem.unexpected")


def install(app: FastAPI) -> None:
    """Handlers for everything that can go wrong in a request."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _bad_data)
    app.add_exception_handler(Exception, _unexpected)
