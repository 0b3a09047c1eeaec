"""Files of acts as people send them: a PDF as it is, a picture made clean; nothing else."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Invalid, NotFound
from sylvan.services.base import Base
from sylvan.services.photos import clean_jpeg
from sylvan.store import act_files
from sylvan.store.act_files import ActFile

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
MAX_BYTES: Final = 10_000_000
HEAD: Final = 1024
"""A PDF's mark stands somewhere in its first bytes (ISO 32000-1, annex H, note 13)."""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file of a request."""

    name: str
    content: str
    """Base64."""

    def as_dict(self) -> dict[str, Any]:
        """What makes two of them the same."""
        return {"name": self.name, "content": self.content}


@dataclass(frozen=True, slots=True)
class ActFiles(Base):
    """Use-cases about files of acts."""

    def get(self, actor: Actor, file_id: UUID) -> ActFile:
        """A file.

        Raises:
            NotFound: there is none in this world.
        """
        with self.engine.connect() as conn:
            kept = act_files.get(conn, actor, file_id)
        if kept is None:
            raise NotFound("problem.act_file_unknown", {"id": str(file_id)})
        return kept


def keep(conn: Connection, actor: Actor, given: GivenFile | None, now: datetime) -> UUID | None:
    """Keep the file of an act, in the caller's transaction.

    Raises:
        Invalid: field ``file``; neither a PDF nor a picture, or too large.
    """
    if given is None:
        return None
    file_id = uuid7()
    act_files.add(conn, actor, file_id, read(given), now)
    return file_id


def read(given: GivenFile) -> ActFile:
    """A file of a request as it is kept.

    Raises:
        Invalid: field ``file``.
    """
    try:
        body = base64.b64decode(given.content.split(",", 1)[-1], validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("act_file.not_base64", {}, "file") from None
    if len(body) > MAX_BYTES:
        raise Invalid("act_file.too_large", {"limit_mb": MAX_BYTES // 1_000_000}, "file")
    if b"%PDF-" in body[:HEAD]:
        return ActFile(given.name, PDF, body)
    try:
        return ActFile(given.name, JPEG, clean_jpeg(given.content))
    except Invalid as refused:
        raise Invalid("act_file.unreadable", {"why": refused.code}, "file") from None
