"""The register of heat sources: looked at, added to, judged by people, loaded from lists.

A change of what counts lets the open fires beside it be measured again in the same transaction,
so that the queue never shows a likelihood that the register has left behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor, Level
from sylvan.domain.codes import Coded, Conflict, NotFound
from sylvan.domain.fires import Fire
from sylvan.domain.heat_entries import Entry, Origin, Word, to_undo
from sylvan.domain.heat_evidence import told
from sylvan.domain.lifecycle import CLOSED
from sylvan.domain.places import checked
from sylvan.services.assess import Assessor
from sylvan.services.base import Base, check_version, fingerprint, repeated, whole_again
from sylvan.services.changes import answer
from sylvan.services.geography import OUTSIDE_MARGIN_KM, Geography, Region
from sylvan.services.heat_import import Listed, imported, same
from sylvan.services.heat_views import NewSource, as_dict, box_around, in_box, verdict_as_dict
from sylvan.services.pages import feature, point
from sylvan.services.surroundings import Surveyor
from sylvan.store import audit, events, fires, heat
from sylvan.store.events import Event

Box = tuple[float, float, float, float]
FIRES_FOR_DAYS: Final = 20
"""Days since a fire was last seen within which a change of the register concerns it."""
MOST_FIRES: Final = 200
"""Fires measured again for one change; a wider "source" is no source."""
PARTNER_CONFIDENCE: Final = 0.8
"""Of a source that a partner reports, until somebody of the service confirms it."""


@dataclass(frozen=True, slots=True)
class Heat(Base):
    """Use-cases about heat sources."""

    geography: Geography
    surveyor: Surveyor
    assessor: Assessor

    def listed(
        self,
        actor: Actor,
        *,
        bbox: Box | None = None,
        states: Sequence[str] | None = None,
        limit: int = 1000,
    ) -> list[dict[str, Any]]:
        """Features of the register, the surest first."""
        with self.engine.connect() as conn:
            entries = self.surveyor.entries(conn, actor, self.geography.region(conn))
        at = actor.world.now(self.clock())
        found = [
            one
            for one in entries
            if (bbox is None or in_box(one.point, bbox))
            and (not states or one.state(at).value in states)
        ]
        found.sort(key=lambda one: (-one.weight(at), str(one.id)))
        return [
            feature(str(one.id), point(one.point), as_dict(one, actor, at)) for one in found[:limit]
        ]

    def get(self, actor: Actor, source_id: UUID) -> dict[str, Any]:
        """One source with its evidence and all that was said of it."""
        with self.engine.connect() as conn:
            entry = self._found(conn, actor, source_id)
            verdicts = heat.said(conn, actor, entry.id)
        at = actor.world.now(self.clock())
        said = [verdict_as_dict(one, entry) for one in verdicts]
        evidence = [one.as_dict() for one in told(entry, verdicts)]
        return as_dict(entry, actor, at) | {
            "evidence": evidence,
            "facts": entry.evidence,
            "verdicts": said,
        }

    @whole_again
    def create(self, actor: Actor, new: NewSource, key: str | None) -> dict[str, Any]:
        """A source that somebody knows of: a partner's waits for a word, a dispatcher's counts."""
        checked(*new.point)
        request = fingerprint("heat.create", new.as_dict())
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            now = self.clock()
            partner = actor.level is Level.PARTNER
            entry = Entry(
                id=uuid7(),
                version=1,
                origin=Origin.PARTNER if partner else Origin.PERSON,
                kind=new.kind,
                point=new.point,
                radius_km=new.radius_km,
                confidence=PARTNER_CONFIDENCE if partner else 1.0,
                names={"ru": new.name, "en": new.name} if new.name else {},
                months=new.months,
                hours=new.hours,
                source=actor.subject,
                valid_until=new.valid_until,
                created_at=now,
            )
            if not partner:
                heat.say(conn, actor, entry.id, Word.CONFIRM, "", actor.world.now(now))
            reply = self._settled(conn, actor, entry, "heat.create", new.as_dict(), now)
            self._remember(conn, actor, key, request, reply, now)
            return reply

    @whole_again
    def judge(
        self,
        actor: Actor,
        source_id: UUID,
        word: Word,
        note: str,
        version: int | None,
        key: str | None,
    ) -> dict[str, Any]:
        """Somebody confirms a source or denies it; the newest word counts, all are kept."""
        told_of = {"id": str(source_id), "verdict": word.value, "note": note}
        request = fingerprint("heat.verdict", told_of)
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            entry = self._found(conn, actor, source_id, lock=True)
            check_version(conn, actor, str(entry.id), entry.version, version)
            now = self.clock()
            heat.say(conn, actor, entry.id, word, note, actor.world.now(now))
            changes = {"verdict": word.value, "note": note}
            reply = self._settled(conn, actor, _next(entry), f"heat.{word}", changes, now)
            self._remember(conn, actor, key, request, reply, now)
            return reply

    @whole_again
    def undo(
        self,
        actor: Actor,
        source_id: UUID,
        note: str,
        version: int | None,
        key: str | None,
    ) -> dict[str, Any]:
        """Take back the newest word; the one before it counts again.

        Raises:
            Conflict: there is none left, saying who took the last one back and when.
        """
        request = fingerprint("heat.undo", {"id": str(source_id), "note": note})
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            entry = self._found(conn, actor, source_id, lock=True)
            check_version(conn, actor, str(entry.id), entry.version, version)
            now = self.clock()
            verdict = to_undo(heat.said(conn, actor, entry.id))
            if isinstance(verdict, Coded):
                raise Conflict(verdict.code, verdict.params)
            heat.take_back(conn, actor, verdict, actor.world.now(now))
            changes = {"undone": verdict.word.value, "by": verdict.actor, "note": note}
            reply = self._settled(conn, actor, _next(entry), "heat.undo", changes, now)
            self._remember(conn, actor, key, request, reply, now)
            return reply

    @whole_again
    def take(self, actor: Actor, name: str, rows: Sequence[Listed]) -> dict[str, int]:
        """Load a list: what is new is added, what is known changed, what lies outside counted."""
        counts = {"added": 0, "changed": 0, "same": 0, "outside": 0}
        with self.engine.begin() as conn:
            now, region = self.clock(), self.geography.region(conn)
            inside = self._inside(region, rows)
            counts["outside"] = len(rows) - len(inside)
            known = heat.of_refs(conn, actor, Origin.IMPORT, [one.ref for one in inside])
            changed = []
            for row in inside:
                before = known.get(row.ref)
                after = imported(row, before)
                if before is None:
                    counts["added"] += 1
                elif same(before, after):
                    counts["same"] += 1
                    continue
                else:
                    counts["changed"] += 1
                    after = _next(after)
                changed.append(self._placed(region, after))
            self.written(conn, actor, changed, now)
            audit.record(conn, actor, "heat.import", f"heat:{name}", counts, now=now)
        return counts

    @whole_again
    def expire(self, actor: Actor) -> int:
        """Tell of sources whose state changed by the clock alone; how many."""
        with self.engine.begin() as conn:
            now = self.clock()
            at = actor.world.now(now)
            changed = [_next(one) for one, _ in heat.told_otherwise(conn, actor, at)]
            self.written(conn, actor, changed, now)
            for one in changed:
                state = {"state": one.state(at).value}
                audit.record(
                    conn,
                    actor,
                    "heat.clock",
                    str(one.id),
                    state,
                    now=now,
                    version=one.version,
                )
            return len(changed)

    def written(
        self, conn: Connection, actor: Actor, entries: Sequence[Entry], now: datetime
    ) -> None:
        """Store entries, tell of them, and measure the open fires beside them again."""
        if not entries:
            return
        heat.save(conn, actor, entries, now)
        at = actor.world.now(now)
        events.write(
            conn,
            actor,
            [
                Event(
                    "heat.changed",
                    str(one.id),
                    at,
                    as_dict(one, actor, at),
                    one.territories,
                    one.point,
                )
                for one in entries
            ],
        )
        self._felt(conn, actor, entries, now)

    def _felt(
        self, conn: Connection, actor: Actor, entries: Sequence[Entry], now: datetime
    ) -> None:
        """Open fires within these sources, measured again."""
        since = actor.world.now(now) - timedelta(days=FIRES_FOR_DAYS)
        near: dict[UUID, Fire] = {}
        for one in entries:
            box = box_around(one.point, one.radius_km)
            for fire in fires.page(conn, actor, bbox=box, since=since, limit=MOST_FIRES):
                if fire.status not in CLOSED and fire.merged_into is None:
                    near[fire.id] = fire
            if len(near) >= MOST_FIRES:
                break
        locked = fires.many(conn, actor, sorted(near), lock=True)
        states = []
        for fire in locked.values():
            why = Coded("fire.heat_register")
            grown = replace(fire, version=fire.version + 1, changed=(why,))
            measured = self.assessor.remeasured(conn, actor, grown)
            if measured.measured.reasons != fire.measured.reasons:
                states.append(measured)
        self.assessor.write(conn, actor, states, now)

    def _inside(self, region: Region, rows: Sequence[Listed]) -> list[Listed]:
        if not rows:
            return []
        lon, lat = np.array([one.point for one in rows], np.float64).T.copy()
        kept = region.index.inside(lon, lat, OUTSIDE_MARGIN_KM)
        return [one for one, keep in zip(rows, kept.tolist(), strict=True) if keep]

    def _placed(self, region: Region, entry: Entry) -> Entry:
        (address,) = region.addresses([entry.point])
        return replace(entry, territories=address.territories)

    def _settled(
        self,
        conn: Connection,
        actor: Actor,
        entry: Entry,
        action: str,
        changes: dict[str, Any],
        now: datetime,
    ) -> dict[str, Any]:
        """A source's new version with all that is said of it, its audit row and its event."""
        region = self.geography.region(conn)
        new = self._placed(region, entry).with_verdicts(heat.said(conn, actor, entry.id))
        self.written(conn, actor, [new], now)
        audit.record(conn, actor, action, str(new.id), changes, now=now, version=new.version)
        state = new.state(actor.world.now(now))
        return answer(new.id, new.version) | {"state": state.value}

    @staticmethod
    def _remember(
        conn: Connection,
        actor: Actor,
        key: str | None,
        request: str,
        reply: dict[str, Any],
        now: datetime,
    ) -> None:
        if key is not None:
            audit.remember(conn, actor, key, request, reply, now)

    def _found(
        self, conn: Connection, actor: Actor, source_id: UUID, *, lock: bool = False
    ) -> Entry:
        """A source of the world's own register, else one that stands in a layer."""
        own = heat.get(conn, actor, source_id, lock=lock)
        if own is not None:
            return own
        for one in self.geography.region(conn).heat:
            if one.id == source_id:
                return one
        raise NotFound("problem.heat_unknown", {"id": str(source_id)})


def _next(entry: Entry) -> Entry:
    return replace(entry, version=entry.version + 1)
