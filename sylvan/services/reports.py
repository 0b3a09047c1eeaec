"""Reports: taken in from anybody, each one given its disposition."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain import reports as rules
from sylvan.domain.actors import Actor
from sylvan.domain.answers import ANSWERS, WAITING, mark_of
from sylvan.domain.codes import Coded, Conflict, Invalid, NotFound
from sylvan.domain.fires import Fire
from sylvan.domain.reports import ReportStatus
from sylvan.domain.timeline import Moment
from sylvan.services.assess import Assessor
from sylvan.services.base import Base, check_version, fingerprint, repeated, whole_again
from sylvan.services.changes import answer, stamped
from sylvan.services.fires import found as found_fire
from sylvan.services.geography import Geography
from sylvan.services.pages import Page, feature, point
from sylvan.services.photos import Photo, cleaned, decoded
from sylvan.services.report_answers import check_sender, followed, joins
from sylvan.services.uploads import whole
from sylvan.store import audit, events, ledger, people, reports, uploads
from sylvan.store.events import Event
from sylvan.store.reports import Report

PRIVATE: Final = ("name", "phone", "photo", "photo_exif", "answer_token", "sender", "peer")
"""What never enters log, audit or ledger; it is kept apart and can be erased."""
FEED = "reports"
Next = Callable[[Connection, Report, datetime], tuple[Report, dict[str, Any]]]
"""Report and time → its new state and the facts of the step."""


@dataclass(frozen=True, slots=True)
class Reports(Base):
    """Use-cases about reports."""

    geography: Geography
    assessor: Assessor

    def locate(self, actor: Actor, place: dict[str, Any]) -> dict[str, Any]:
        """Where a description of a place lies, with its address."""
        located = rules.locate(place)
        with self.engine.connect() as conn:
            address = self.geography.region(conn).addresses([located.point])[0]
        return located.as_dict() | {"address": address.as_dict(), "world": actor.world.name}

    @whole_again
    def submit(self, actor: Actor, body: dict[str, Any], key: str | None) -> dict[str, Any]:
        """Take in a report; the same key gives the same report."""
        public = {name: value for name, value in body.items() if name not in PRIVATE}
        request = fingerprint("report.submit", public)
        photo = self._photo(actor, body)
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            now = self.clock()
            if body.get("upload") and photo is None:
                raise Invalid("upload.unknown", {"id": str(body["upload"])}, "upload")
            check_sender(conn, actor, body.get("sender"), body.get("peer"), now)
            report = replace(
                self.keep(conn, actor, public, now, photo),
                person_id=self._keep_person(conn, actor, body, now),
                evidence=_evidence(body, photo),
                **_answered_by(body, actor.world.now(now)),
            )
            report = self._joined(conn, actor, report, body.get("same_as"), now)
            if body.get("upload"):
                uploads.use(conn, body["upload"], now)
            self._write(conn, actor, "report.submit", report, {"seen": report.seen}, now)
            reply: dict[str, Any] = _jsonable(report.as_dict(actor.world.name))
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    def arrive(
        self, conn: Connection, actor: Actor, public: dict[str, Any], now: datetime
    ) -> Report:
        """A program's report through the same door, in the transaction of whoever took it in.

        Raises:
            Invalid: naming the fields at fault.
        """
        report = self.keep(conn, actor, public, now)
        self._write(conn, actor, "report.submit", report, {"seen": report.seen}, now)
        return report

    def amend(
        self,
        conn: Connection,
        actor: Actor,
        report: Report,
        public: dict[str, Any],
        now: datetime,
    ) -> Report:
        """Who sent a report that still waits says it better: its new state, under its id.

        Raises:
            Invalid: naming the fields at fault.
        """
        fresh = self.keep(conn, actor, public, now)
        new = replace(
            fresh,
            id=report.id,
            version=report.version + 1,
            received_at=report.received_at,
            status=report.status,
            has_photo=report.has_photo,
            person_id=report.person_id,
        )
        self._write(conn, actor, "report.amend", new, {"observed_at": new.observed_at}, now)
        return new

    def keep(
        self,
        conn: Connection,
        actor: Actor,
        public: dict[str, Any],
        now: datetime,
        photo: Photo | None = None,
    ) -> Report:
        """What somebody told, checked, with its address, as it came in the ledger; not told yet.

        Raises:
            Invalid: naming the fields at fault.
        """
        checked = rules.field_report(public, actor.world.now(now), has_photo=photo is not None)
        address = self.geography.region(conn).addresses([checked.point])[0]
        report = Report(
            id=uuid7(),
            version=1,
            source_kind=str(checked.source_kind),
            seen=str(checked.seen),
            point=(checked.point.lon, checked.point.lat),
            accuracy_m=checked.accuracy_m,
            place=_jsonable(checked.place),
            observed_at=checked.observed_at,
            received_at=checked.received_at,
            text=checked.text,
            has_photo=checked.has_photo,
            status=ReportStatus.QUEUED.value,
            address=address.as_dict(),
            territories=address.territories,
        )
        if photo is not None:
            people.add_photo(conn, actor.world.id, uuid7(), report.id, photo.jpeg, now)
        self._keep_in_ledger(conn, actor, report, public, now)
        return report

    def _photo(self, actor: Actor, body: dict[str, Any]) -> Photo | None:
        """The clean photo; made before the transaction, since it takes a while."""
        raw: bytes | None = decoded(body["photo"]) if body.get("photo") else None
        if body.get("upload"):
            with self.engine.connect() as conn:
                raw = whole(conn, actor, body["upload"])
        if raw is None:
            return None
        exif = decoded(body["photo_exif"], "photo_exif") if body.get("photo_exif") else None
        return cleaned(raw, claimed=bool(body.get("photo_claims")), exif=exif)

    def _joined(
        self, conn: Connection, actor: Actor, report: Report, same_as: UUID | None, now: datetime
    ) -> Report:
        """A report of what somebody told before goes where that one goes."""
        first = joins(conn, actor, same_as, report, actor.world.now(now))
        if first is None:
            return report
        more = replace(first, version=first.version + 1, also_seen=first.also_seen + 1)
        self._write(conn, actor, "report.also_seen", more, {"also_seen": more.also_seen}, now)
        mine = replace(report, joined_to=first.id, status=ReportStatus.JOINED.value)
        return (
            mine
            if first.status in WAITING
            else replace(followed(mine, first, actor.world.now(now)), version=1)
        )

    def _keep_person(
        self, conn: Connection, actor: Actor, body: dict[str, Any], now: datetime
    ) -> UUID | None:
        name, phone = (body.get("name") or "").strip(), (body.get("phone") or "").strip()
        if not name and not phone:
            return None
        person_id = uuid7()
        people.add_person(conn, actor.world.id, person_id, name, phone, now)
        return person_id

    def _keep_in_ledger(
        self, conn: Connection, actor: Actor, report: Report, public: dict[str, Any], now: datetime
    ) -> None:
        raw = orjson.dumps({"report": str(report.id), **public}, default=str)
        batch = ledger.open_batch(
            conn,
            actor,
            feed=FEED,
            name=str(report.id),
            sha256=ledger.keep_body(conn, raw),
            product="report",
            now=now,
        )
        ledger.settle(conn, batch, {"rows": 1, "accepted": 1})

    def _write(
        self,
        conn: Connection,
        actor: Actor,
        action: str,
        report: Report,
        changes: dict[str, Any],
        now: datetime,
    ) -> None:
        """A report's new state, its event and its audit row."""
        reports.save(conn, actor, report)
        at = actor.world.now(now)
        body = _jsonable(report.as_dict(actor.world.name))
        told = Event("report.changed", str(report.id), at, body, report.territories, report.point)
        events.write(conn, actor, [told])
        audit.record(conn, actor, action, str(report.id), changes, now=now, version=report.version)

    def get(self, actor: Actor, report_id: UUID) -> dict[str, Any]:
        """One report."""
        with self.engine.connect() as conn:
            return self._found(conn, actor, report_id).as_dict(actor.world.name)

    def photo(self, actor: Actor, report_id: UUID) -> bytes:
        """A report's photo."""
        with self.engine.connect() as conn:
            self._found(conn, actor, report_id)
            body = people.photo_of(conn, actor.world.id, report_id)
        if body is None:
            raise NotFound("problem.photo_unknown", {"id": str(report_id)})
        return body

    def page(
        self,
        actor: Actor,
        *,
        bbox: tuple[float, float, float, float] | None,
        statuses: list[str] | None,
        since: datetime | None,
        after: tuple[datetime, UUID] | None,
        limit: int,
    ) -> Page:
        """Reports, newest first."""
        with self.engine.connect() as conn:
            rows = reports.page(
                conn, actor, bbox=bbox, statuses=statuses, since=since, after=after, limit=limit
            )
        features = [
            feature(str(row.id), point(row.point), row.as_dict(actor.world.name)) for row in rows
        ]
        return Page(features, (rows[-1].received_at, rows[-1].id) if len(rows) == limit else None)

    @whole_again
    def erase(self, actor: Actor, report_id: UUID) -> dict[str, Any]:
        """Forget who made a report, and its photos."""
        with self.engine.begin() as conn:
            report = self._found(conn, actor, report_id, lock=True)
            now = self.clock()
            people.erase(conn, actor.world.id, report.id, report.person_id, now)
            new = replace(report, version=report.version + 1, has_photo=False)
            self._write(conn, actor, "report.erase", new, {"person": None, "photo": None}, now)
            return answer(new.id, new.version)

    def attach(
        self, actor: Actor, report_id: UUID, fire_id: UUID, version: int | None, key: str | None
    ) -> dict[str, Any]:
        """A report belongs to a known fire, whose likelihood it speaks for."""

        def attached(conn: Connection, report: Report, at: datetime) -> tuple[Report, Any]:
            del at
            fire = found_fire(conn, actor, fire_id, lock=True)
            kinds = tuple(sorted({*fire.source_kinds, report.source_kind}))
            self._grow(conn, actor, replace(fire, source_kinds=kinds), report)
            return replace(report, fire_id=fire.id), {"fire_id": str(fire.id)}

        return self._step(actor, report_id, ReportStatus.ATTACHED, version, key, attached)

    def promote(
        self, actor: Actor, report_id: UUID, version: int | None, key: str | None
    ) -> dict[str, Any]:
        """Make a fire of a report: the same life as one that satellites saw first."""

        def promoted(conn: Connection, report: Report, at: datetime) -> tuple[Report, Any]:
            fire = self.assessor.from_report(conn, actor, report)
            fire = stamped(fire, actor, Moment.RECEIVED, report.received_at, at)
            self.assessor.write(conn, actor, [fire], self.clock())
            return replace(report, fire_id=fire.id), {"fire_id": str(fire.id)}

        return self._step(actor, report_id, ReportStatus.PROMOTED, version, key, promoted)

    def check(
        self, actor: Actor, report_id: UUID, version: int | None, key: str | None
    ) -> dict[str, Any]:
        """Somebody is sent to look; the report stays in the queue until he tells."""
        return self._step(
            actor, report_id, ReportStatus.FIELD_CHECK, version, key, lambda _c, r, _t: (r, {})
        )

    def reject(
        self,
        actor: Actor,
        report_id: UUID,
        facts: dict[str, Any],
        version: int | None,
        key: str | None,
    ) -> dict[str, Any]:
        """A report leads to nothing, for a reason of the list."""
        told = {"reject_reason": facts["reason"], "note": facts.get("note", "")}

        def rejected(_conn: Connection, report: Report, _at: datetime) -> tuple[Report, Any]:
            return replace(report, reject_reason=facts["reason"]), told

        return self._step(actor, report_id, ReportStatus.REJECTED, version, key, rejected, told)

    @whole_again
    def _step(
        self,
        actor: Actor,
        report_id: UUID,
        target: ReportStatus,
        version: int | None,
        key: str | None,
        prepare: Next,
        asked: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        request = fingerprint(f"report.{target}", {"id": str(report_id), "facts": asked})
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            report = self._found(conn, actor, report_id, lock=True)
            check_version(conn, actor, str(report.id), report.version, version)
            now = self.clock()
            at = actor.world.now(now)
            if target not in rules.report_ways(ReportStatus(report.status)):
                params = {"from": report.status, "to": target.value}
                raise Conflict("report.no_such_step", params)
            moved, facts = prepare(conn, report, at)
            rules.report_step(ReportStatus(report.status), target, facts, actor, at)
            new = replace(moved, status=target.value, version=report.version + 1)
            if target not in WAITING:
                new = replace(new, answered_at=at)
                for one in reports.joined(conn, actor, report.id):
                    after = followed(one, new, at)
                    self._write(conn, actor, f"report.{after.status}", after, facts, now)
            self._write(conn, actor, f"report.{target}", new, {"status": target, **facts}, now)
            reply = answer(new.id, new.version)
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    @whole_again
    def answer(
        self, actor: Actor, report_id: UUID, words: str, version: int | None, key: str | None
    ) -> dict[str, Any]:
        """Words for whoever made a report and for all who joined it, shown under their links."""
        request = fingerprint("report.answer", {"id": str(report_id), "words": words})
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            report = self._found(conn, actor, report_id, lock=True)
            check_version(conn, actor, str(report.id), report.version, version)
            now = self.clock()
            for one in (report, *reports.joined(conn, actor, report.id)):
                new = replace(one, version=one.version + 1, answer_words=words)
                self._write(conn, actor, "report.answer", new, {"words": words}, now)
            reply = answer(report.id, report.version + 1)
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    def _grow(self, conn: Connection, actor: Actor, fire: Fire, report: Report) -> None:
        """The fire with one more report behind it."""
        now = self.clock()
        told = Coded("fire.report_attached", {"source_kind": report.source_kind})
        grown = replace(fire, version=fire.version + 1, changed=(told,))
        measured = self.assessor.remeasured(conn, actor, grown, (report.source_kind,))
        self.assessor.write(conn, actor, [measured], now)

    @staticmethod
    def _found(conn: Connection, actor: Actor, report_id: UUID, *, lock: bool = False) -> Report:
        report = reports.get(conn, actor, report_id, lock=lock)
        if report is None:
            raise NotFound("problem.report_unknown", {"id": str(report_id)})
        return report


def _answered_by(body: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The link under which a report is answered, and until when."""
    token = body.get("answer_token")
    if not token:
        return {}
    return {"answer_mark": mark_of(token), "answer_due_at": now + ANSWERS.due}


def _evidence(body: dict[str, Any], photo: Photo | None) -> dict[str, Any]:
    """Whose clock told the time, and what the camera claims."""
    told: dict[str, Any] = {}
    if body.get("clock"):
        told["clock"] = body["clock"]
    if photo is not None and photo.claims:
        told["photo"] = photo.claims
    found: dict[str, Any] = _jsonable(told)
    return found


def _jsonable(body: Any) -> Any:
    return orjson.loads(orjson.dumps(body, default=str))
