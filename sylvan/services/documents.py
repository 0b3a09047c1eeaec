"""Documents: issued with number, version, bytes, who and why; never changed, only corrected.

What was issued keeps its bytes. A correction is the next version of the same number: it needs a
reason, tells every field in which it differs, and is refused where nothing does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, Conflict, FieldError, Invalid, NotFound, Scalar, invalid
from sylvan.domain.damage import Loss
from sylvan.domain.documents import (
    OF_A_DAY,
    Document,
    DocumentKind,
    Format,
    clean,
    differences,
)
from sylvan.domain.fires import Fire
from sylvan.domain.instants import iso
from sylvan.domain.numbering import parse_number
from sylvan.services.base import Base, fingerprint, repeated, whole_again
from sylvan.services.document_days import DayFields
from sylvan.services.document_files import MEDIA, Filled, NoPdf, Reader, made
from sylvan.services.document_fires import FireFields
from sylvan.services.document_shape import HEAD, fits, shape
from sylvan.services.document_templates import Templates, merged_words
from sylvan.services.fires import found
from sylvan.store import audit, documents, fires, layers

PREFIX: Final = {
    DocumentKind.DAILY: "LO",
    DocumentKind.BULLETIN: "SV",
    DocumentKind.ACT: "AKT",
    DocumentKind.CLOSING: "OTCH",
}
"""Of numbers: LO-2026-0042."""
NOTHING_LOST: Final = Loss()
MOST_DIFFERENCES: Final = 500
Texts = Mapping[str, Any]
After = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class NewDocument:
    """What is asked for."""

    kind: DocumentKind
    day: date | None = None
    fire_id: UUID | None = None
    fire_number: str | None = None
    """Instead of the id: the number as people type it."""
    language: str = "ru"
    reason: str = ""
    loss: Loss = NOTHING_LOST

    def as_dict(self) -> dict[str, Any]:
        """What makes two of them the same."""
        names = ("kind", "day", "fire_id", "fire_number", "language", "reason")
        return {name: str(getattr(self, name)) for name in names} | {"loss": repr(self.loss)}


@dataclass(frozen=True, slots=True)
class Documents(Base):
    """Use-cases about documents."""

    days: DayFields
    fires: FireFields
    templates: Templates
    texts: Callable[[str], Texts]

    @whole_again
    def issue(self, actor: Actor, asked: NewDocument, key: str | None) -> dict[str, Any]:
        """Issue a document, or the next version of one.

        Raises:
            Invalid: by field; a version after the first without a reason.
            Conflict: nothing differs from the version before, or the fire is not so far.
            NotFound: there is no such fire.
        """
        _check(asked)
        request = fingerprint("document.issue", asked.as_dict())
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            documents.lock(conn, actor)
            issued = self._issued(conn, actor, asked)
            reply = as_dict(issued)
            if key is not None:
                audit.remember(conn, actor, key, request, reply, issued.recorded_at)
            return reply

    def preview(self, actor: Actor, asked: NewDocument) -> dict[str, Any]:
        """The fields that a document of a day would have now, beside the version in force.

        Raises:
            Invalid: by field.
        """
        _check(asked)
        texts = self.texts(asked.language)
        with self.engine.connect() as conn:
            about = _about(actor, asked, None)
            newest = documents.newest(conn, actor, asked.kind, about, asked.language)
            fields = clean(self._fields(conn, actor, asked, None, texts))
            issued = documents.get(conn, actor, newest[0].id) if newest else None
        return {
            "fields": fields,
            "issued": _brief(issued) if issued else None,
            "differs": len(differences(issued.fields, fields)) if issued else 0,
        }

    def listed(
        self,
        actor: Actor,
        *,
        kind: DocumentKind | None,
        fire_id: UUID | None,
        after: After | None,
        limit: int,
    ) -> tuple[list[dict[str, Any]], After | None]:
        """Versions, newest first, without their fields; where more may follow, the last key."""
        with self.engine.connect() as conn:
            rows = documents.page(conn, actor, kind=kind, fire_id=fire_id, after=after, limit=limit)
        more = (rows[-1].recorded_at, rows[-1].id) if len(rows) == limit else None
        return [_brief(one) for one in rows], more

    def get(self, actor: Actor, document_id: UUID) -> dict[str, Any]:
        """A version with its fields.

        Raises:
            NotFound: there is none in reach.
        """
        with self.engine.connect() as conn:
            kept = documents.get(conn, actor, document_id)
        if kept is None:
            raise NotFound("document.unknown", {"id": str(document_id)})
        return as_dict(kept)

    def file(self, actor: Actor, document_id: UUID, form: Format) -> tuple[str, str, bytes]:
        """Name, media type and bytes, as they were issued.

        Raises:
            NotFound: there is none in reach.
        """
        with self.engine.connect() as conn:
            kept = documents.body(conn, actor, document_id, form.value)
        if kept is None:
            raise NotFound("document.no_file", {"id": str(document_id), "format": form.value})
        return kept

    def _issued(self, conn: Connection, actor: Actor, asked: NewDocument) -> Document:
        now = self.clock()
        at = actor.world.now(now)
        texts = self.texts(asked.language)
        fire = _fire(conn, actor, asked)
        about = _about(actor, asked, fire)
        before = documents.newest(conn, actor, asked.kind, about, asked.language)
        fields = clean(self._fields(conn, actor, asked, fire, texts))
        differs = _differs(before[0] if before else None, fields, asked.reason)
        year, serial = self._number(conn, actor, asked, at, before)
        one = Document(
            id=uuid7(),
            kind=asked.kind,
            about=about,
            number=before[0].number if before else f"{PREFIX[asked.kind]}-{year}-{serial:04d}",
            version=before[0].version + 1 if before else 1,
            language=asked.language,
            fields=fields,
            reason=clean(asked.reason),
            differs=tuple(differs),
            templates={},
            notes=(),
            issued_at=at,
            recorded_at=now,
            issued_by=actor.subject,
            territories=_marks(actor, fire),
            day=asked.day,
            fire_id=fire.id if fire else None,
        )
        return self._kept(conn, actor, one, texts, year, serial)

    def _fields(
        self, conn: Connection, actor: Actor, asked: NewDocument, fire: Fire | None, texts: Texts
    ) -> dict[str, Any]:
        language = asked.language
        if fire is not None:
            if asked.kind is DocumentKind.ACT:
                return self.fires.act(actor, fire, asked.loss, texts, language)
            return self.fires.closing(conn, actor, fire, texts, language)
        day = asked.day or date.min
        if asked.kind is DocumentKind.DAILY:
            return self.days.daily(conn, actor, day, texts, language)
        return self.days.morning(conn, actor, day, texts, language)

    def _number(
        self,
        conn: Connection,
        actor: Actor,
        asked: NewDocument,
        at: datetime,
        before: tuple[Document, int, int] | None,
    ) -> tuple[int, int]:
        if before is not None:
            return before[1], before[2]
        year = asked.day.year if asked.day else self.days.figures.boundary(conn).day_of(at).year
        return year, documents.next_serial(conn, actor, asked.kind, year)

    def _kept(
        self,
        conn: Connection,
        actor: Actor,
        one: Document,
        texts: Texts,
        year: int,
        serial: int,
    ) -> Document:
        """The document with its files, all of it stored and put on record."""
        files, used, notes = self._files(conn, actor, one, texts)
        one = replace(one, templates=used, notes=tuple(note.as_dict() for note in notes))
        documents.add(conn, actor, one, year, serial)
        told = {
            form.value: documents.add_file(
                conn, one.id, form.value, _file_name(one, form), MEDIA[form], body
            )
            for form, body in files.items()
        }
        facts = {
            "kind": one.kind.value,
            "number": one.number,
            "reason": one.reason,
            "sha256": {form: file["sha256"] for form, file in told.items()},
        }
        subject, version = str(one.id), one.version
        audit.record(
            conn, actor, "document.issued", subject, facts, now=one.recorded_at, version=version
        )
        return replace(one, files=told)

    def _files(
        self, conn: Connection, actor: Actor, one: Document, texts: Texts
    ) -> tuple[dict[Format, bytes], dict[str, Any], list[Coded]]:
        words = merged_words(texts)
        reader = Reader(one.language, words, self._zone(conn))
        fields = {**one.fields, **_head(one, actor, words)}
        if not fits(fields, shape(one.kind)):
            raise AssertionError(f"{one.kind}: fields do not have the published shape")
        files: dict[Format, bytes] = {}
        used: dict[str, Any] = {}
        notes: list[Coded] = []
        for form in Format:
            template, refused = self.templates.get(one.kind, form)
            notes += [refused] if refused else []
            verified = {"layout": ""} if template.own else {}
            try:
                files[form] = made(form, template, Filled(one.kind, fields | verified, reader))
            except NoPdf as missing:
                notes.append(missing.as_coded())
                continue
            used[form.value] = template.told()
        return files, used, notes

    def _zone(self, conn: Connection) -> str:
        """In which zone moments are written."""
        stored = layers.region(conn, self.days.figures.geography.code)
        zones = (stored[0] if stored else {}).get("time_zones") or {}
        return str(zones.get("default") or "UTC")


def _check(asked: NewDocument) -> None:
    of_day = asked.kind in OF_A_DAY
    wrong = []
    if (asked.day is not None) != of_day:
        code = "document.needs_day" if of_day else "document.needs_fire"
        wrong.append(FieldError("day", code, {"kind": asked.kind.value}))
    named = sum(one is not None for one in (asked.fire_id, asked.fire_number))
    if named != (0 if of_day else 1):
        code = "document.needs_day" if of_day else "document.needs_fire"
        wrong.append(FieldError("fire_id", code, {"kind": asked.kind.value}))
    if asked.loss != NOTHING_LOST and asked.kind is not DocumentKind.ACT:
        wrong.append(FieldError("loss", "document.no_loss", {"kind": asked.kind.value}))
    if wrong:
        raise invalid(wrong)


def _fire(conn: Connection, actor: Actor, asked: NewDocument) -> Fire | None:
    """The fire that it is about, by its id or number."""
    fire_id = asked.fire_id
    if asked.fire_number is not None:
        number = parse_number(asked.fire_number)
        fire_id = fires.numbered(conn, actor, number.year, number.serial)
        if fire_id is None:
            raise NotFound("document.no_such_fire", {"number": str(number)})
    return found(conn, actor, fire_id) if fire_id else None


def _about(actor: Actor, asked: NewDocument, fire: Fire | None) -> str:
    """What it is about: a part of the region has forms of its own."""
    if fire is not None:
        return str(fire.id)
    part = "" if actor.everywhere else "/" + ",".join(sorted(actor.territories))
    return f"{asked.day}{part}"


def _marks(actor: Actor, fire: Fire | None) -> tuple[str, ...]:
    """Who may see it: those who see the fire, or all of that part; of all, those who see all."""
    if fire is not None:
        return fire.territories
    return () if actor.everywhere else actor.territories


def _differs(
    before: Document | None, fields: Mapping[str, Any], reason: str
) -> list[dict[str, Any]]:
    if before is None:
        return []
    found = differences(before.fields, fields)
    params: dict[str, Scalar] = {"number": before.number, "version": before.version}
    if not found:
        raise Conflict("document.nothing_differs", params)
    if not reason.strip():
        raise Invalid("document.needs_reason", params, "reason")
    return found


def _head(one: Document, actor: Actor, words: Mapping[str, str]) -> dict[str, Any]:
    """What stands on every document."""
    mark = "" if actor.world.is_live else words[f"mark_{actor.world.kind.value}"]
    named = [
        {
            "key": row["field"],
            "field": row["field"],
            "before": row["before"],
            "after": row["after"],
        }
        for row in one.differs[:MOST_DIFFERENCES]
    ]
    head = {
        "number": one.number,
        "version": one.version,
        "issued_at": iso(one.issued_at),
        "issued_by": one.issued_by,
        "reason": one.reason,
        "mark": mark,
        "layout": words["layout_not_verified"],
        "differs": named,
    }
    assert head.keys() == HEAD.keys()  # noqa: S101 - the published shape
    return head


def _file_name(one: Document, form: Format) -> str:
    """Letters of ASCII alone: no name can look like another one."""
    return f"{one.kind.value}-{one.number}-v{one.version}-{one.language}.{form.value}"


def _brief(one: Document) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "kind": one.kind.value,
        "about": one.about,
        "day": one.day,
        "fire_id": str(one.fire_id) if one.fire_id else None,
        "number": one.number,
        "version": one.version,
        "language": one.language,
        "reason": one.reason,
        "issued_at": iso(one.issued_at),
        "issued_by": one.issued_by,
        "notes": [dict(note) for note in one.notes],
        "files": {form: dict(told) for form, told in one.files.items()},
    }


def as_dict(one: Document) -> dict[str, Any]:
    """The JSON form with everything in it."""
    told = {
        "fields": dict(one.fields),
        "differs": [dict(row) for row in one.differs],
        "templates": dict(one.templates),
    }
    brief = _brief(one)
    return brief | told | {"day": str(one.day) if one.day else None}
