"""The hand-over of a shift: what is open, gathered by the system, signed by both."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.codes import NotFound
from sylvan.domain.duty import HandOver, signed, withdrawn
from sylvan.domain.fires import Fire
from sylvan.domain.instants import iso
from sylvan.domain.lifecycle import Status
from sylvan.services.base import Base, check_version
from sylvan.store import audit, duty, events, feeds, fires, notices, orders, reports
from sylvan.store.events import Event

EVENT: Final = "hand_over.changed"
KEPT: Final = 50
"""Sheets that a list tells."""
SIGNALS_FOR: Final = timedelta(days=5)
WORKED_ON: Final = frozenset(
    {Status.REGISTERED, Status.DISPATCHED, Status.FIGHTING, Status.CONTAINED, Status.MOPUP}
)


@dataclass(frozen=True, slots=True)
class Shifts(Base):
    """Use-cases about hand-overs."""

    def listed(self, actor: Actor) -> list[dict[str, Any]]:
        """Sheets, newest first."""
        with self.engine.connect() as conn:
            return [one.as_dict() for one in duty.sheets(conn, actor, KEPT)]

    def open_items(self, actor: Actor) -> dict[str, Any]:
        """What is open now: what a sheet would hold."""
        with self.engine.connect() as conn:
            return _items(conn, actor, self.clock())

    def offer(self, actor: Actor, note: str) -> dict[str, Any]:
        """Hand the shift over; an own sheet that nobody has signed is taken back."""
        now = self.clock()
        with self.engine.begin() as conn:
            old = duty.offered_by(conn, actor)
            if old is not None:
                self._filed(conn, actor, withdrawn(old, actor), now)
            sheet = HandOver(
                id=uuid7(),
                at=actor.world.now(now),
                given_by=actor.subject,
                given_name=actor.name,
                note=note,
                items=_items(conn, actor, now),
                territories=actor.territories,
            )
            return self._filed(conn, actor, sheet, now)

    def sign(
        self, actor: Actor, sheet_id: UUID, remark: str, version: int | None
    ) -> dict[str, Any]:
        """Take the shift over."""
        now = self.clock()
        with self.engine.begin() as conn:
            sheet = self._found(conn, actor, sheet_id, version)
            return self._filed(conn, actor, signed(sheet, actor, actor.world.now(now), remark), now)

    def withdraw(self, actor: Actor, sheet_id: UUID, version: int | None) -> dict[str, Any]:
        """The giver goes on."""
        now = self.clock()
        with self.engine.begin() as conn:
            sheet = self._found(conn, actor, sheet_id, version)
            return self._filed(conn, actor, withdrawn(sheet, actor), now)

    @staticmethod
    def _found(conn: Connection, actor: Actor, sheet_id: UUID, version: int | None) -> HandOver:
        sheet = duty.sheet(conn, actor, sheet_id, lock=True)
        if sheet is None:
            raise NotFound("problem.hand_over_unknown", {"id": str(sheet_id)})
        check_version(conn, actor, str(sheet.id), sheet.version, version)
        return sheet

    @staticmethod
    def _filed(conn: Connection, actor: Actor, sheet: HandOver, now: datetime) -> dict[str, Any]:
        duty.file(conn, actor, sheet, now)
        body = sheet.as_dict()
        at = actor.world.now(now)
        events.write(conn, actor, [Event(EVENT, str(sheet.id), at, body, sheet.territories)])
        deed = f"hand_over.{sheet.state.value}"
        audit.record(conn, actor, deed, str(sheet.id), {}, now=now, version=sheet.version)
        return body


def _items(conn: Connection, actor: Actor, now: datetime) -> dict[str, Any]:
    at = actor.world.now(now)
    live = fires.current(conn, actor, at - SIGNALS_FOR)
    calls = reports.waiting_or_since(conn, actor, at)
    return {
        "at": iso(at),
        "signals": [_fire(one) for one in live if one.status == Status.SIGNAL],
        "reports": [
            {"id": str(one.id), "source_kind": one.source_kind, "received_at": iso(one.received_at)}
            for one in calls
            if one.status in ("queued", "field_check")
        ],
        "fires": [_fire(one) for one in live if one.status in WORKED_ON],
        "orders": [
            {"id": str(one.id), "status": one.status.value, "fire_id": str(one.fire_id)}
            for one in orders.still_open(conn, actor)
        ],
        "notices": [
            {
                "id": str(one.id),
                "theme": one.held.theme.value,
                "reason": one.held.reason.as_dict(),
                "raised_at": iso(one.raised_at),
            }
            for one in notices.standing(conn, actor)
        ],
        "put_off": [
            one.as_dict()
            for one in duty.standing(conn, actor, now, at)
            if one.put_off_until is not None
        ],
        "feeds": [
            {"feed": told["feed"], "state": told["state"]}
            for told in (one.as_dict() for one in feeds.listed(conn, actor))
            if told["state"] != "ok"
        ],
    }


def _fire(fire: Fire) -> dict[str, Any]:
    measured = fire.measured
    return {
        "id": str(fire.id),
        "number": fire.number,
        "status": fire.status,
        "area_ha": measured.area_ha if measured else None,
        "municipality": (fire.address.get("municipality") or {}).get("name"),
    }
