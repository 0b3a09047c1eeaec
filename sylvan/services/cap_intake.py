"""Other systems' CAP messages: checked, kept as they came, and told as a report where it is a fire.

A message is known by sender, identifier and time: sent again, it changes nothing. An Update says
the report that still waits better; a Cancel is told in it and decides nothing, people do.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.cap import hearing, rules
from sylvan.domain.cap.building import Say, plain
from sylvan.domain.cap.hearing import Where
from sylvan.domain.cap.profile import Profile
from sylvan.domain.cap.reading import Read, parsed, read_tree
from sylvan.domain.cap.values import Alert, Info, MsgType, Spot
from sylvan.domain.codes import Coded, Conflict, Forbidden, invalid
from sylvan.domain.reports import ReportStatus
from sylvan.services.base import Base, whole_again
from sylvan.services.cap_desk import Signer
from sylvan.services.geography import Geography
from sylvan.services.reports import Reports
from sylvan.store import audit, cap_received, layers, reports
from sylvan.store.cap_received import Received
from sylvan.store.reports import Report

log = structlog.get_logger()
GOOD, UNCHECKED, NONE = "good", "unchecked", "none"
"""Signature: by the pinned certificate; there is one and no certificate; there is none."""
LANGUAGE: Final = "ru"
KM_PER_DEGREE: Final = 111.2
WAITING: Final = frozenset({ReportStatus.QUEUED, ReportStatus.FIELD_CHECK})
Verify = Callable[[bytes, bytes], Any]
"""Message, certificate (PEM) → the element that was signed, or None."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a message."""

    disposition: Coded
    alert: Alert
    signature: str
    report_id: UUID | None = None
    remarks: tuple[Any, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        sender, identifier, sent = self.alert.as_reference
        return {
            "sender": sender,
            "identifier": identifier,
            "sent": sent,
            "type": self.alert.msg_type.value,
            "signature": self.signature,
            "disposition": self.disposition.as_dict(),
            "report": None if self.report_id is None else str(self.report_id),
            "remarks": [one.as_dict() for one in self.remarks],
        }


@dataclass(frozen=True, slots=True)
class CapIntake(Base):
    """Use-cases about messages of others."""

    geography: Geography
    reports: Reports
    profile: Profile
    signer: Signer
    verify: Verify
    say: Say

    def check(self, body: bytes) -> tuple[Read, str]:
        """The message, judged; nothing is stored. With what its signature is worth.

        Raises:
            Invalid: every fault by element, with its line.
            Forbidden: its sender has to sign, and this is not signed by him.
        """
        root = parsed(body)
        read = read_tree(root)
        sender = read.alert.sender
        read, signature = self._signed(body, read, sender)
        wrong = rules.faults(read.alert)
        if wrong:
            raise invalid(wrong)
        manners = rules.manners(read.alert)
        return replace(read, remarks=(*read.remarks, *manners)), signature

    def _signed(self, body: bytes, read: Read, sender: str) -> tuple[Read, str]:
        certificate = self.signer.trusted(sender)
        if certificate is None:
            if sender in self.profile.must_sign:
                raise Forbidden("cap.no_certificate", {"sender": sender})
            return read, UNCHECKED if read.signed else NONE
        if not read.signed:
            raise Forbidden("cap.unsigned", {"sender": sender})
        signed = self.verify(body, certificate)
        if signed is None:
            raise Forbidden("cap.signature", {"sender": sender})
        vouched = read_tree(signed)  # what was signed, and nothing that stands around it
        return replace(read, alert=vouched.alert), GOOD

    @whole_again
    def take(self, actor: Actor, body: bytes) -> Taken:
        """Take in one message; sent again, it changes nothing.

        Raises:
            Invalid: every fault by element, with its line.
            Forbidden: its signature is missing or wrong.
            Conflict: another message has this name already.
        """
        read, signature = self.check(body)
        alert = read.alert
        with self.engine.begin() as conn:
            cap_received.alone(conn, actor, alert.sender)
            known = cap_received.get(conn, actor, alert.as_reference)
            if known is not None:
                if cap_received.body_of(conn, actor, alert.as_reference) != body:
                    params = {"identifier": alert.identifier, "sender": alert.sender}
                    raise Conflict("cap.same_name", params)
                told = Coded("cap.known")
                return Taken(told, alert, known.signature, known.report_id, read.remarks)
            now = self.clock()
            word, report = self._heard(conn, actor, alert, signature, now)
            row = _row(actor, alert, signature, word, report, now)
            cap_received.add(conn, actor, row, body)
            facts = {"type": row.msg_type, "disposition": word.code, "signature": signature}
            about = f"cap:{alert.identifier}"[:200]
            audit.record(conn, actor, "cap.take", about, facts, now=now)
        log.info("cap.taken", sender=alert.sender, identifier=alert.identifier, code=word.code)
        return Taken(word, alert, signature, report.id if report else None, read.remarks)

    def _heard(
        self, conn: Connection, actor: Actor, alert: Alert, signature: str, now: datetime
    ) -> tuple[Coded, Report | None]:
        """What becomes of a message that is not known yet."""
        why = hearing.useless(alert, actor.world.kind, actor.world.now(now))
        if why is not None:
            return why, None
        earlier = self._earlier(conn, actor, alert, signature)
        if alert.msg_type is MsgType.CANCEL:
            return self._cancelled(conn, actor, alert, earlier, now)
        info = hearing.fire_info(alert, LANGUAGE)
        place = None if info is None else self._where(conn, info)
        if info is None or place is None:
            return Coded("cap.noted_no_place"), None
        if place.radius_km > hearing.WIDEST_KM:
            return Coded("cap.noted_wide", {"km": hearing.WIDEST_KM}), None
        told = hearing.report_of(alert, info, place, actor.world.now(now), self._text(alert, info))
        if earlier is not None and earlier.status in WAITING:
            return Coded("cap.updated"), self.reports.amend(conn, actor, earlier, told, now)
        return Coded("cap.taken"), self.reports.arrive(conn, actor, told, now)

    def _earlier(
        self, conn: Connection, actor: Actor, alert: Alert, signature: str
    ) -> Report | None:
        """The report of the newest message of this sender that this one is about.

        Nobody speaks for another: the same sender, and either his signature or the same account.
        """
        for ref in reversed(alert.references):
            known = cap_received.get(conn, actor, ref) if ref.sender == alert.sender else None
            if known is None or known.report_id is None:
                continue
            if signature == GOOD or known.by == actor.subject:
                return reports.get_any(conn, actor, known.report_id)
        return None

    def _cancelled(
        self,
        conn: Connection,
        actor: Actor,
        alert: Alert,
        earlier: Report | None,
        now: datetime,
    ) -> tuple[Coded, Report | None]:
        if earlier is None:
            return Coded("cap.noted_nothing"), None
        word = self.say(LANGUAGE, "cap_report.cancelled", {})
        told = {
            "place": earlier.place | {"cancelled": alert.as_reference.sent},
            "source_kind": earlier.source_kind,
            "seen": earlier.seen,
            "observed_at": earlier.observed_at,
            "text": f"{word} {earlier.text}"[: hearing.LONGEST],
        }
        if earlier.status in WAITING:
            return Coded("cap.cancelled"), self.reports.amend(conn, actor, earlier, told, now)
        # somebody has decided on it: that is not undone, the word is a report of its own
        return Coded("cap.cancelled"), self.reports.arrive(conn, actor, told, now)

    def _where(self, conn: Connection, info: Info) -> Where | None:
        found = hearing.where(info)
        if found is not None:
            return found
        codes = [pair.value for area in info.areas for pair in area.geocodes]
        if not codes:
            return None
        kinds = ["municipality", "forestry"]
        for _, item in layers.features(conn, region_code=self.geography.code, kinds=kinds):
            if item.code in codes:
                spot = item.geom.representative_point()
                west, south, east, north = item.geom.bounds
                half = max(north - south, (east - west) / 2.0) * KM_PER_DEGREE / 2.0
                return Where(Spot(spot.y, spot.x), half)
        return None

    def _text(self, alert: Alert, info: Info) -> str:
        headline = plain(info.headline or info.event)
        params = {"headline": headline, "identifier": alert.identifier, "sender": alert.sender}
        lines = [self.say(LANGUAGE, "cap_report.text", params), plain(info.description or "")]
        return "\n".join(line for line in lines if line)


def _row(
    actor: Actor,
    alert: Alert,
    signature: str,
    word: Coded,
    report: Report | None,
    now: datetime,
) -> Received:
    sender, identifier, sent = alert.as_reference
    return Received(
        sender,
        identifier,
        sent,
        alert.msg_type.value,
        alert.status.value,
        word.code,
        signature,
        None if report is None else report.id,
        () if report is None else report.territories,
        actor.subject,
        now,
    )
