"""What became of a report: told by a link, asked for in time, the same for all who joined it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Connection

from sylvan.domain.actors import Actor, system
from sylvan.domain.answers import (
    ANSWERS,
    JOINABLE,
    LIMITS,
    Outcome,
    lateness,
    mark_of,
    outcome,
)
from sylvan.domain.codes import Coded, NotFound
from sylvan.domain.command.notices import Held, Theme
from sylvan.domain.instants import iso
from sylvan.domain.places import distances_m
from sylvan.domain.worlds import World
from sylvan.services.base import Base, whole_again
from sylvan.services.notices import settled
from sylvan.services.rights import PUBLIC
from sylvan.services.uploads import TooMuch
from sylvan.store import fires, notices, reports, senders
from sylvan.store.reports import Report

KIND = "answer_due"
M_PER_DEG = 111_200.0


@dataclass(frozen=True, slots=True)
class ReportAnswers(Base):
    """Use-cases about answers to residents."""

    def by_link(self, world: World, token: str) -> dict[str, Any]:
        """What became of a report, for whoever has its link: nothing of who, nothing of where.

        Raises:
            NotFound: no report has this link.
        """
        with self.engine.connect() as conn:
            report = reports.by_mark(conn, world.id, mark_of(token))
            if report is None:
                raise NotFound("answer.unknown")
            fire = fires.get(conn, system(world), report.fire_id) if report.fire_id else None
        now = world.now(self.clock())
        found = outcome(report.status)
        due = report.answer_due_at
        return {
            "outcome": found.value,
            "seen": report.seen,
            "received_at": iso(report.received_at),
            "due_at": iso(due),
            "answered_at": iso(report.answered_at),
            "late": bool(due and (report.answered_at or now) > due),
            "fire": None
            if fire is None or found is not Outcome.FIRE
            else {"number": fire.number, "status": str(fire.status)},
            "reason": report.reject_reason,
            "words": report.answer_words,
            "also_seen": report.also_seen,
            "joined": report.joined_to is not None,
        }

    def seen_near(self, world: World, point: tuple[float, float]) -> list[dict[str, Any]]:
        """Reports of the last hours close to a place, for somebody who may have seen the same.

        Rounded, so that nobody learns from it where another one stood.
        """
        with self.engine.connect() as conn:
            found = near_ones(conn, system(world), point, world.now(self.clock()))
        now = world.now(self.clock())
        return [
            {
                "id": str(one.id),
                "seen": one.seen,
                "minutes_ago": max(round((now - one.observed_at) / timedelta(minutes=1)), 0),
                "km": round(km),
                "also_seen": one.also_seen,
            }
            for one, km in found[:3]
        ]

    @whole_again
    def look(self, actor: Actor) -> int:
        """Ask for answers that are soon due or late; how many notices are news."""
        now = self.clock()
        with self.engine.begin() as conn:
            standing = notices.standing(conn, actor, theme=Theme.REPORT, lock=True)
            at = actor.world.now(now)
            waiting = reports.unanswered(conn, actor, at + ANSWERS.remind)
            held = [one for report in waiting for one in _asked(report, at)]
            return settled(conn, actor, standing, held, now)


def _asked(report: Report, now: datetime) -> list[Held]:
    due = report.answer_due_at
    grade = None if due is None else lateness(due, now)
    if grade is None:
        return []
    code = "report.answer_late" if grade else "report.answer_due"
    nearest = (report.address.get("nearest") or {}).get("name") or {}
    told = {"due": iso(due), "place": nearest.get("ru") or nearest.get("en")}
    return [
        Held(
            Theme.REPORT,
            KIND,
            str(report.id),
            Coded(code, told),
            grade,
            about=report.id,
            territories=report.territories,
        )
    ]


def near_ones(
    conn: Connection, actor: Actor, point: tuple[float, float], now: datetime
) -> list[tuple[Report, float]]:
    """Reports that may be about the same, with how far they are (km), the nearest first.

    Args:
        conn: a transaction.
        actor: in whose world; not limited by territories.
        point: longitude, latitude.
        now: the world's time.
    """
    lat = ANSWERS.near_km * 1000 / M_PER_DEG
    lon = min(lat / max(np.cos(np.radians(point[1])), 0.01), 179.0)
    west, east = (point[0] - lon + 540) % 360 - 180, (point[0] + lon + 540) % 360 - 180
    box = (west, max(point[1] - lat, -90.0), east, min(point[1] + lat, 90.0))
    since = now - timedelta(hours=ANSWERS.near_h)
    found = [
        one
        for one in reports.around(conn, actor, box, since)
        if one.status in JOINABLE and one.joined_to is None
    ]
    if not found:
        return []
    lons, lats = np.array([one.point for one in found], np.float64).T
    km = distances_m(np.full_like(lons, point[0]), np.full_like(lats, point[1]), lons, lats) / 1000
    pairs = zip(found, map(float, km), strict=True)
    return sorted(((r, d) for r, d in pairs if d <= ANSWERS.near_km), key=lambda pair: pair[1])


def joins(
    conn: Connection, actor: Actor, same_as: UUID | None, report: Report, now: datetime
) -> Report | None:
    """The report that a new one joins, locked; none where it is not near, not new or not open."""
    if same_as is None:
        return None
    whole = system(actor.world)
    if not any(one.id == same_as for one, _ in near_ones(conn, whole, report.point, now)):
        return None
    first = reports.get(conn, whole, same_as, lock=True)
    return first if first is not None and first.status in JOINABLE else None


def followed(report: Report, first: Report, now: datetime) -> Report:
    """A joined report after the one that it joined was settled."""
    status = "attached" if first.status in ("promoted", "attached") else first.status
    return replace(
        report,
        version=report.version + 1,
        status=status,
        fire_id=first.fire_id,
        reject_reason=first.reject_reason,
        answered_at=now,
    )


def check_sender(
    conn: Connection, actor: Actor, phone: str | None, peer: str | None, now: datetime
) -> None:
    """Count a report of somebody without an account.

    Raises:
        TooMuch: the phone or its address has sent as many as one may in an hour.
    """
    if actor.role != PUBLIC:
        return
    since = now - LIMITS.span
    for what, most in ((phone and f"phone:{phone}", LIMITS.phone), (peer, LIMITS.address)):
        if not what:
            continue
        mark = senders.mark_of(conn, what, now)
        sent, first = senders.since(conn, mark, since)
        if sent >= most and first is not None:
            wait = max(int((first + LIMITS.span - now).total_seconds()) + 1, 1)
            code = "report.too_many_address" if what is peer else "report.too_many_phone"
            raise TooMuch(code, {"seconds": wait, "minutes": -(-wait // 60)})
        senders.count(conn, mark, now)
