"""The audit: who did, saw and took away what; how far its chain is signed."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from sylvan.services.audit_views import Wanted
from sylvan.web import cursors, schemas_audit
from sylvan.web.answers import OPTIONS, Csv, Json
from sylvan.web.deps import ActorDep, AfterKeyDep, HouseDep, SpanDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/audit", tags=["audit"], route_class=StrictRoute)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
DOWNLOAD: Final = {
    "Content-Disposition": "attachment; filename=audit.csv",
    "Cache-Control": "private, no-store",
}
Word = Annotated[str | None, Query(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


def wanted(
    span: SpanDep,
    subject: Word = None,
    who: Annotated[
        str | None,
        Query(alias="actor", min_length=1, max_length=200, pattern=r"^[^\x00]*$"),
    ] = None,
    action: Annotated[
        str | None,
        Query(
            max_length=60,
            pattern=r"^[a-z_.]+$",
            description="how the action begins: `saw.`, `export.`, `account.`, `fire.registered`",
        ),
    ] = None,
) -> Wanted:
    """What is looked for."""
    return Wanted(subject, who, action, span.since, span.until)


WantedDep = Annotated[Wanted, Depends(wanted)]


@router.get(
    "",
    summary="Who did, saw and took away what, newest first",
    description="Rows of the world and of none (signing in), by the time of recording.",
    response_model=schemas_audit.AuditPage,
)
def listed(
    house: HouseDep,
    actor: ActorDep,
    asked: WantedDep,
    after: AfterKeyDep,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Json:
    rows, following = house.audit_views.page(actor, asked, after, limit)
    return Json({"rows": rows, "next": cursors.encode(*following) if following else None})


@router.get(
    "/export.csv",
    summary="The same as a table",
    description="The newest 100,000 rows at most; taking it away is on record too.",
    response_class=Csv,
)
def export(house: HouseDep, actor: ActorDep, asked: WantedDep) -> StreamingResponse:
    lines = _table(house.audit_views.all(actor, asked))
    return StreamingResponse(lines, media_type=f"{Csv.media_type}; charset=utf-8", headers=DOWNLOAD)


@router.get(
    "/chain",
    summary="How far the chain goes, and the last signed checkpoint",
    description=(
        "Each row's hash is SHA-256 of the hash before it and the row in RFC 8785 JSON. Keep"
        " checkpoints elsewhere: `sylvan audit verify --checkpoint` holds the audit against them."
    ),
    response_model=schemas_audit.ChainTold,
)
def verified(house: HouseDep, actor: ActorDep) -> Json:
    return Json(house.audit_views.chain(actor))


def _table(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """Lines of CSV with a byte order mark, as spreadsheets want it."""
    yield b"\xef\xbb\xbf" + _line(list(schemas_audit.AuditRow.model_fields))
    for row in rows:
        yield _line([_cell(row[name]) for name in schemas_audit.AuditRow.model_fields])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value, option=OPTIONS).decode()
    text = text.strip('"') if not isinstance(value, str | dict) else text
    return f"'{text}" if text.startswith(FORMULA) else text


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()
