"""Files in pieces over a bad link, as tus 1.0 does it: ask how far one is, go on from there.

Pieces are rows and not files beside the database, so that every process of an installation goes on
with what another one began, and a backup holds what was told to be taken.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.answers import LIMITS
from sylvan.domain.codes import Conflict, Invalid, NotFound, Refusal
from sylvan.domain.uploads import Upload
from sylvan.services.base import Base, whole_again
from sylvan.services.rights import PUBLIC
from sylvan.store import senders, uploads

MOST_BYTES: Final = 50_000_000
"""Of one file: the photos of the largest phones have 40 MB."""
MOST_PIECE: Final = 4_000_000
MOST_WAITING: Final = 4_000_000_000
"""Bytes of all files together that were announced and not used."""
KEPT: Final = timedelta(days=7)
"""A phone may be without a link for so long and still go on."""


class TooMuch(Refusal):
    """Somebody without an account has sent as much as one may in a while."""

    status = 429


@dataclass(frozen=True, slots=True)
class Uploads(Base):
    """Use-cases about files in pieces."""

    def begin(self, actor: Actor, length: int, peer: str | None) -> Upload:
        """Announce a file of so many bytes.

        Raises:
            Invalid: it is empty or too large.
            TooMuch: this address has announced too much, or there is no room.
        """
        if not 0 < length <= MOST_BYTES:
            raise Invalid("upload.length", {"most": MOST_BYTES}, "Upload-Length")
        now = self.clock()
        upload = Upload(uuid4(), length, 0)  # nobody guesses the address of another one's file
        with self.engine.begin() as conn:
            mark = senders.mark_of(conn, f"address:{peer}", now)
            if uploads.announced(conn, None, now - KEPT) + length > MOST_WAITING:
                raise TooMuch("upload.full", {"seconds": 600})
            if actor.role == PUBLIC:
                since = now - LIMITS.span
                if uploads.announced(conn, mark, since) + length > LIMITS.address_bytes:
                    raise TooMuch("upload.too_much", {"seconds": int(LIMITS.span.total_seconds())})
            uploads.begin(conn, actor, upload.id, length, mark, now)
        return upload

    def known(self, actor: Actor, upload_id: UUID) -> Upload:
        """How far a file has come."""
        with self.engine.connect() as conn:
            return _found(conn, actor, upload_id)

    @whole_again
    def append(self, actor: Actor, upload_id: UUID, offset: int, body: bytes) -> Upload:
        """Keep the next bytes; of those that are there already nothing is kept twice.

        Raises:
            Conflict: they do not begin where the kept ones end; the answer says where that is.
            Invalid: there are more than were announced.
        """
        with self.engine.begin() as conn:
            upload = _found(conn, actor, upload_id, lock=True)
            if upload.used_at is not None:
                raise Conflict("upload.used")
            if offset != upload.taken:
                raise Conflict("upload.offset", {"offset": upload.taken})
            if upload.taken + len(body) > upload.length:
                raise Invalid("upload.longer", {"length": upload.length}, "body")
            if not body:
                return upload
            taken = uploads.append(conn, upload, body, self.clock())
            return Upload(upload.id, upload.length, taken)

    def look(self, actor: Actor) -> int:
        """By the clock, whatever the world: dropping is no news to anybody."""
        del actor
        self.forget()
        return 0

    def forget(self) -> int:
        """Drop files that nobody went on with."""
        with self.engine.begin() as conn:
            now = self.clock()
            senders.forget(conn, now)
            return uploads.forget(conn, now, KEPT)


def whole(conn: Connection, actor: Actor, upload_id: UUID) -> bytes | None:
    """The bytes of a finished file; ``None`` where it has been used.

    Raises:
        Invalid: there is no such file, or bytes of it are missing.
    """
    upload = uploads.get(conn, actor, upload_id)
    if upload is None:
        raise Invalid("upload.unknown", {"id": str(upload_id)}, "upload")
    if upload.used_at is not None:
        return None
    if not upload.whole:
        told = {"taken": upload.taken, "length": upload.length}
        raise Invalid("upload.not_whole", told, "upload")
    return uploads.body_of(conn, upload_id)


def _found(conn: Connection, actor: Actor, upload_id: UUID, *, lock: bool = False) -> Upload:
    found = uploads.get(conn, actor, upload_id, lock=lock)
    if found is None:
        raise NotFound("upload.unknown", {"id": str(upload_id)})
    return found
