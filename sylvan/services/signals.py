"""The one door for what partners and devices tell: sightings, crews, positions.

Each item of a batch stands for itself. A sighting is written down first and carried on then, so
that a process that dies in between loses nothing, and the same key leads to the same report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from shapely.geometry import Point
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain import reports as rules
from sylvan.domain import signals as words
from sylvan.domain.actors import ASSET, Actor, Level, system
from sylvan.domain.codes import FieldError, Invalid, NotFound, Refusal
from sylvan.domain.exposure import UNKNOWN, burning, exposures
from sylvan.domain.exposure_rules import ExposureRules, ObjectRule, Step
from sylvan.domain.exposure_things import Thing, Things
from sylvan.domain.fires import SETTLED, SLEEPING, Fire
from sylvan.domain.instants import iso
from sylvan.domain.places import LonLat
from sylvan.services.asset_follow import as_installation, boxes_of
from sylvan.services.base import Base, fingerprint
from sylvan.services.geography import Geography
from sylvan.services.reports import Reports
from sylvan.services.signal_crews import SignalCrews
from sylvan.store import assets, audit, fires, signals
from sylvan.store.signals import Signal

MOST: Final = 500
"""Items of one batch."""
BEARINGS: Final = 20
"""Lone bearings of the same time that one is crossed with."""
SIGHTING: Final = "sighting"


@dataclass(frozen=True, slots=True)
class Told:
    """One item as it came: its fields, or what is wrong with them."""

    external_id: str
    kind: str
    fields: Mapping[str, Any]
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class Signals(Base):
    """Use-cases of the door."""

    geography: Geography
    reports: Reports
    crews: SignalCrews

    def take(self, actor: Actor, items: Sequence[Told], sent_at: datetime | None) -> dict[str, Any]:
        """What became of each item; one that is at fault costs no other."""
        if not 0 < len(items) <= MOST:
            raise Invalid("signal.rows", {"rows": len(items), "most": MOST}, "signals")
        found = [self._one(actor, item, sent_at) for item in items]
        counts: dict[str, int] = {}
        for one in found:
            counts[one["became"]] = counts.get(one["became"], 0) + 1
        return {"signals": found, "counts": counts}

    def _one(self, actor: Actor, item: Told, sent_at: datetime | None) -> dict[str, Any]:
        try:
            if item.errors:
                raise Invalid("problem.invalid", {"count": len(item.errors)}, errors=item.errors)
            if item.kind == SIGHTING:
                return self._sighting(actor, item, sent_at)
            return self.crews.take(actor, holder_of(actor), item.kind, item.fields)
        except Refusal as refusal:
            errors = refusal.errors or (
                FieldError(refusal.field or "", refusal.code, refusal.params),
            )
            return _answer(item.external_id, "refused") | {
                "errors": [one.as_dict() for one in errors]
            }

    def _sighting(self, actor: Actor, item: Told, sent_at: datetime | None) -> dict[str, Any]:
        holder = holder_of(actor)
        request = fingerprint("signal", _plain(item.fields))
        with self.engine.connect() as conn:
            known = signals.of_holder(conn, actor, holder, item.external_id)
        again = known is not None
        if known is None:
            known = self._written(actor, holder, item, request, sent_at)
        if known.request != request:
            told = {"external_id": item.external_id}
            raise Invalid("signal.other_content", told, "external_id")
        if known.became == signals.TAKEN:
            known = self._carried_on(actor, known, item.fields.get("photo"))
        return _answer(known.external_id, known.became, again=again) | {
            "report_id": None if known.report_id is None else str(known.report_id),
            "fire_id": None if known.fire_id is None else str(known.fire_id),
            "observed_at": iso(known.observed_at),
            "point": list(known.point),
            "notes": known.notes,
        }

    def _written(
        self, actor: Actor, holder: str, item: Told, request: str, sent_at: datetime | None
    ) -> Signal:
        """The signal as it is understood, written down."""
        now = actor.world.now(self.clock())
        fields = item.fields
        when = words.timed(fields["observed_at"], sent_at, now)
        with self.engine.begin() as conn:
            where = words.placed(fields["place"], self._bearings(conn, actor, fields, when.at))
            located = rules.locate(where.place)
            address = self.geography.region(conn).addresses([located.point])[0]
            notes = [one.as_dict() for one in (*when.notes, *where.notes)]
            body = {
                "source": fields["source"],
                "source_kind": str(words.SOURCES[fields["source"]]),
                "seen": fields["seen"],
                "confidence": fields.get("confidence"),
                "text": fields.get("text", ""),
                "place": where.place,
                "lone_bearing": where.lone_bearing,
                "accuracy_m": located.accuracy_m,
                "has_photo": bool(fields.get("photo")),
            }
            new = Signal(
                uuid7(),
                holder,
                item.external_id,
                SIGHTING,
                request,
                body,
                signals.TAKEN,
                notes,
                (*address.territories, ASSET + holder),
                (located.point.lon, located.point.lat),
                when.at,
                self.clock(),
            )
            if signals.add(conn, actor, new):
                return new
        with self.engine.connect() as conn:  # somebody was faster with the same key
            found = signals.of_holder(conn, actor, holder, item.external_id)
        if found is None:
            raise NotFound("signal.unknown", {"external_id": item.external_id})
        return found

    @staticmethod
    def _bearings(
        conn: Connection, actor: Actor, fields: Mapping[str, Any], at: datetime
    ) -> list[dict[str, Any]]:
        if words.lone(fields["place"]) is None:
            return []
        span = words.CROSSED_WITHIN
        return signals.bearings(conn, actor, at - span, at + span, BEARINGS)

    def _carried_on(self, actor: Actor, one: Signal, photo: str | None) -> Signal:
        """A duplicate of an earlier one, a fire's, or a new report for the dispatcher."""
        with self.engine.connect() as conn:
            like = signals.alike(conn, actor, one, words.SAME_KM, words.SAME_WITHIN)
            fire = None if like else self._fire_at(conn, actor, one)
        if like is not None:
            return self._settled(actor, one, "duplicate", like.report_id, like.fire_id)
        body = {
            "place": one.body["place"],
            "seen": one.body["seen"],
            "source_kind": one.body["source_kind"],
            "observed_at": one.observed_at,
            "text": one.body["text"],
            "photo": photo,
        }
        key = f"signal:{one.external_id}:{one.id}"
        report = UUID(self.reports.submit(actor, body, key)["id"])
        if fire is None:
            return self._settled(actor, one, "reported", report, None)
        self.reports.attach(system(actor.world), report, fire.id, None, key)
        return self._settled(actor, one, "attached", report, fire.id)

    def _fire_at(self, conn: Connection, actor: Actor, one: Signal) -> Fire | None:
        """The fire that a sighting belongs to, if its place is well known and there is one."""
        doubt_m = one.body["accuracy_m"] or 0.0
        if doubt_m > words.MOST_DOUBT_M:
            return None
        km = words.ATTACH_KM + doubt_m / 1000.0
        card = {"geometry": {"type": "Point", "coordinates": one.point}, "watch_km": km}
        every = system(actor.world)
        since = actor.world.now(self.clock()) - SLEEPING
        ids = assets.fires_within(conn, every, boxes_of([card]), since)
        near = [f for f in fires.many(conn, every, ids).values() if f.status not in SETTLED]
        return nearest(near, LonLat(*one.point), km)

    def _settled(
        self, actor: Actor, one: Signal, became: str, report: UUID | None, fire: UUID | None
    ) -> Signal:
        with self.engine.begin() as conn:
            signals.settle(conn, one.id, became, report, fire)
            facts = {"holder": one.holder, "external_id": one.external_id, "became": became}
            audit.record(conn, actor, "signal.taken", str(one.id), facts, now=self.clock())
        return replace(one, became=became, report_id=report, fire_id=fire)

    def get(self, actor: Actor, external_id: str) -> dict[str, Any]:
        """What became of a signal, to whoever sent it."""
        with self.engine.connect() as conn:
            found = signals.of_holder(conn, actor, holder_of(actor), external_id)
            if found is None:
                raise NotFound("signal.unknown", {"external_id": external_id[:100]})
        (told,) = self._told(actor, [found])
        return told

    def page(
        self, actor: Actor, *, report: UUID | None, before: datetime | None, limit: int
    ) -> list[dict[str, Any]]:
        """Signals, newest first: a sender's own, or those in reach."""
        own = actor.level is Level.PARTNER or bool(actor.owner)
        holder = holder_of(actor) if own else None
        with self.engine.connect() as conn:
            found = signals.page(
                conn, actor, holder=holder, report=report, before=before, limit=limit
            )
        return self._told(actor, found)

    def _told(self, actor: Actor, found: Sequence[Signal]) -> list[dict[str, Any]]:
        """With what the reports stand at now.

        Read as the installation: a sender hears of his own report though it may lie where he sees
        nothing else.
        """
        ids = [one.report_id for one in found if one.report_id is not None]
        with as_installation(), self.engine.connect() as conn:
            standing = signals.standing(conn, actor, ids)
        return [_full(one, standing) for one in found]


def holder_of(actor: Actor) -> str:
    """Under whose name signals are kept: the partner, or the device."""
    return actor.owner or actor.subject


def nearest(near: Sequence[Fire], place: LonLat, most_km: float) -> Fire | None:
    """The fire whose edge is nearest to a place, within a distance."""
    if not near:
        return None
    things = Things([Thing("signal", "0", "signal", {}, Point(place))])
    rule = ObjectRule("signal", (Step(most_km, 0.0),), 0.0, (), 0.0, ())
    asked = [burning(one.measured.point, one.measured.edge, UNKNOWN) for one in near]
    found = exposures(asked, things, ExposureRules("signal", {"signal": rule}))
    hits = [
        (each.exposed[0].km, str(one.id), one)
        for one, each in zip(near, found, strict=True)
        if each.exposed
    ]
    return min(hits, key=lambda hit: hit[:2])[2] if hits else None


def _answer(external_id: str, became: str, *, again: bool = False) -> dict[str, Any]:
    return {
        "external_id": external_id,
        "became": became,
        "again": again,
        "report_id": None,
        "fire_id": None,
        "unit_id": None,
        "observed_at": None,
        "point": None,
        "notes": [],
        "errors": [],
    }


def _full(one: Signal, standing: Mapping[UUID, Mapping[str, Any]]) -> dict[str, Any]:
    report = standing.get(one.report_id) if one.report_id is not None else None
    fire = report["fire_id"] if report else None
    return {
        "external_id": one.external_id,
        "holder": one.holder,
        "became": one.became,
        "source": one.body["source"],
        "seen": one.body["seen"],
        "confidence": one.body["confidence"],
        "point": list(one.point),
        "observed_at": iso(one.observed_at),
        "received_at": iso(one.received_at),
        "notes": one.notes,
        "report_id": None if one.report_id is None else str(one.report_id),
        "report_status": report["status"] if report else None,
        "reject_reason": report["reject_reason"] if report else None,
        "fire_id": None if fire is None else str(fire),
        "fire_number": report["number"] if report else None,
        "fire_status": report["fire_status"] if report else None,
    }


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What makes two signals the same; a picture by its length alone would not do."""
    return orjson.loads(orjson.dumps(dict(fields), default=str))  # type: ignore[no-any-return]
