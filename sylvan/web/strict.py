"""Routes that guess nothing: what they do not know is refused by name.

A misspelt filter that is silently ignored answers with every fire there is; a body read as another
encoding or with NaN in it reaches tables. Both are refused here, once for all routes.
"""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any, ClassVar, Final, get_args, get_origin

import orjson
from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from sylvan.domain.codes import FieldError, Invalid, Refusal, invalid

JSON: Final = "application/json"
FORM: Final = "multipart/form-data"
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OtherMediaType(Refusal):
    """The body is of a kind that this address does not take."""

    status = 415


class StrictRequest(Request):
    """A request whose JSON is UTF-8, finite, and not deeper than sense."""

    async def json(self) -> Any:
        """The body; its error is a kind of ``json.JSONDecodeError``."""
        return orjson.loads(await self.body())


def _takes_many(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(map(_takes_many, get_args(annotation)))


def _query(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Names of a route's query parameters, and whether each may be given several times."""
    for field in dependant.query_params:
        yield field.alias, _takes_many(field.field_info.annotation)
    for inner in dependant.dependencies:
        yield from _query(inner)


def _check_query(request: Request, known: dict[str, bool]) -> None:
    """Refuse parameters that are unknown, or given twice where one is meant."""
    given = [name for name, _ in request.query_params.multi_items()]
    allowed = ", ".join(sorted(known)) or "–"
    errors = [
        FieldError(name[:80], "problem.unknown_parameter", {"name": name[:80], "known": allowed})
        for name in dict.fromkeys(given)
        if name not in known
    ]
    errors += [
        FieldError(name, "problem.repeated_parameter", {"name": name})
        for name, many in known.items()
        if not many and given.count(name) > 1
    ]
    if errors:
        raise invalid(errors)


def _check_media_type(request: Request, wanted: str) -> None:
    """A JSON route takes JSON in UTF-8 and nothing else, a form's route forms."""
    told = request.headers.get("content-type", "")
    kind, _, rest = told.partition(";")
    charset = rest.lower().replace(" ", "").replace('"', "")
    strange = wanted == JSON and charset not in ("", "charset=utf-8")
    if kind.strip().lower() != wanted or strange:
        raise OtherMediaType("problem.media_type", {"given": told[:80] or None, "wanted": wanted})


class StrictRoute(APIRoute):
    """A route that checks a request's shape before anything is done with it."""

    takes: ClassVar[str] = JSON
    """Media type of its body, if it has one."""

    def get_route_handler(self) -> Handler:
        """FastAPI's hook around one route."""
        handle = super().get_route_handler()
        known = dict(_query(self.dependant))
        wants_body = self.body_field is not None

        async def strict(request: Request) -> Response:
            _check_query(request, known)
            if wants_body:
                _check_media_type(request, self.takes)
            return await handle(StrictRequest(request.scope, request.receive))

        return strict


class StrictForm(StrictRoute):
    """The same, for a file that is sent as a form."""

    takes: ClassVar[str] = FORM


def one_value(values: list[str], header: str, code: str) -> str | None:
    """The value of a header that may stand once; two of them are two wishes."""
    if len(values) > 1:
        raise Invalid(code, {"value": ", ".join(values)[:80]}, header)
    return values[0] if values else None
