"""Documents: forms, bulletins, acts and reports, issued and kept."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from sylvan.domain.documents import DocumentKind, Format
from sylvan.services.document_files import MEDIA
from sylvan.web import cursors
from sylvan.web import schemas_documents as schemas
from sylvan.web.answers import Json
from sylvan.web.deps import ActorDep, AfterIdDep, HouseDep, KeyDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/documents", tags=["documents"], route_class=StrictRoute)
HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox",
    "X-Content-Type-Options": "nosniff",
}
FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {one: {} for one in MEDIA.values()}, "description": "The file"}
}


@router.get(
    "",
    summary="Documents that were issued, newest first",
    response_model=schemas.DocumentPage,
)
def listed(
    house: HouseDep,
    actor: ActorDep,
    after: AfterIdDep,
    kind: DocumentKind | None = None,
    fire_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Json:
    rows, more = house.documents.listed(actor, kind=kind, fire_id=fire_id, after=after, limit=limit)
    return Json({"rows": rows, "next": cursors.encode(*more) if more else None})


@router.post(
    "",
    summary="Issue a document, or the next version of one",
    description=(
        "What was issued keeps its bytes. A correction needs a reason and tells what differs; where"
        " nothing does, none is issued. Figures are those of `/figures`; a rate or a stamp that is"
        " not known is printed as missing."
    ),
    status_code=201,
    response_model=schemas.DocumentTold,
)
def issue(
    house: HouseDep, actor: ActorDep, body: schemas.IssueDocument, key: KeyDep = None
) -> Json:
    return Json(house.documents.issue(actor, body.wanted(), key), 201)


@router.get(
    "/templates",
    summary="Which templates are in force, and what is wrong with refused ones",
    response_model=list[schemas.TemplateTold],
)
def templates(house: HouseDep, actor: ActorDep) -> Json:
    del actor  # the same for everybody to whom documents are open
    return Json(house.documents.templates.check())


@router.get(
    "/{document_id}",
    summary="A version with all its fields",
    response_model=schemas.DocumentTold,
)
def one(house: HouseDep, actor: ActorDep, document_id: UUID) -> Json:
    return Json(house.documents.get(actor, document_id))


@router.get(
    "/{document_id}/file",
    summary="A file as it was issued",
    response_class=Response,
    responses=FILES,
)
def file(house: HouseDep, actor: ActorDep, document_id: UUID, format: Format) -> Response:  # noqa: A002
    name, media_type, body = house.documents.file(actor, document_id, format)
    where = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=HEADERS | where)
