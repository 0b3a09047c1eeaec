"""Files in pieces, after the tus protocol 1.0 (creation and core), which IETF's draft follows."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response
from starlette.requests import ClientDisconnect

from sylvan.domain.codes import Invalid
from sylvan.domain.uploads import Upload
from sylvan.services.uploads import MOST_PIECE
from sylvan.web import schemas_field as schemas
from sylvan.web.answers import Json
from sylvan.web.deps import ActorDep, HouseDep
from sylvan.web.me import peer
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/uploads", tags=["uploads"], route_class=StrictRoute)
TUS: Final = {"Tus-Resumable": "1.0.0", "Cache-Control": "no-store"}
_BYTES: Final = {"schema": {"type": "string", "format": "binary"}}
PIECE: Final = {
    "application/offset+octet-stream": _BYTES,
    "application/octet-stream": {**_BYTES},
}
"""By its bytes a piece is the same under both names; tus wants the first."""
Size = Annotated[int, Header(ge=0, le=2**40)]


async def arrived(request: Request) -> bytes:
    """As much of a piece as came; a link that was cut keeps what it has brought."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > MOST_PIECE:
                raise Invalid("upload.piece", {"most": MOST_PIECE}, "body")
    except ClientDisconnect:
        pass
    return bytes(body)


def _told(upload: Upload, status: int) -> Json:
    body = {"id": str(upload.id), "length": upload.length, "offset": upload.taken}
    return Json(body, status, _headers(upload))


def _headers(upload: Upload) -> dict[str, str]:
    place = f"/api/v1/uploads/{upload.id}"
    sizes = {"Upload-Offset": str(upload.taken), "Upload-Length": str(upload.length)}
    return TUS | sizes | {"Location": place}


@router.post(
    "",
    summary="Announce a file",
    description=(
        "Its size in `Upload-Length`, at most 50 MB. Goes on at `Location`. Dropped when nobody"
        " has gone on with it for a week."
    ),
    status_code=201,
    response_model=schemas.UploadTold,
)
def begin(house: HouseDep, actor: ActorDep, request: Request, upload_length: Size) -> Json:
    return _told(house.uploads.begin(actor, upload_length, peer(request)), 201)


@router.get("/{upload_id}", summary="How far a file has come", response_model=schemas.UploadTold)
def known(house: HouseDep, actor: ActorDep, upload_id: UUID) -> Json:
    return _told(house.uploads.known(actor, upload_id), 200)


@router.head("/{upload_id}", name="offset", include_in_schema=False)
def offset(house: HouseDep, actor: ActorDep, upload_id: UUID) -> Response:
    return Response(status_code=200, headers=_headers(house.uploads.known(actor, upload_id)))


@router.patch(
    "/{upload_id}",
    summary="The next piece",
    description=(
        "It begins at `Upload-Offset`, where the last one ended (409 names the right one); at most"
        " 4 MB. Of a piece whose sender was cut off, what came is kept."
    ),
    response_model=schemas.UploadTold,
    openapi_extra={"requestBody": {"required": True, "content": PIECE}},
)
def append(
    house: HouseDep,
    actor: ActorDep,
    upload_id: UUID,
    body: Annotated[bytes, Depends(arrived)],
    upload_offset: Size,
) -> Json:
    return _told(house.uploads.append(actor, upload_id, upload_offset, body), 200)
