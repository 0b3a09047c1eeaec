"""Lightning: strokes taken in, told, and named as causes of fires.

A stroke counts as a candidate for ten days; it is kept for good, since a fire's history must stay
explainable. Fires that have been seen already get their cause when its file comes late.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from uuid import UUID

import numpy as np
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.detections import plain
from sylvan.domain.fires import Fire
from sylvan.domain.instants import iso
from sylvan.domain.lifecycle import CLOSED
from sylvan.domain.lightning import PARAMETERS, Candidate, Kind, Strokes, keys
from sylvan.services import feeds as feed_states
from sylvan.services.assess import Assessor
from sylvan.services.base import Base, whole_again
from sylvan.services.fires import found
from sylvan.services.geography import Geography
from sylvan.services.pages import feature, point
from sylvan.services.surroundings import Asked, Surveyor
from sylvan.store import audit, detections, events, fires, ledger, lightning
from sylvan.store.events import Event

Box = tuple[float, float, float, float]
FEED_KIND: Final = "lightning"
PRODUCT: Final = "lightning"
KINDS: Final = {Kind.CG: "cg", Kind.IC: "ic", Kind.UNKNOWN: None}
SEEN_BEFORE_KM: Final = PARAMETERS.reach_km
MOST_FIRES: Final = 200
"""Fires measured again for one file; of the others the next pass does it."""
BAD_TOLD: Final = 100
"""Bad rows named in an answer; all are counted."""


class Parsed(Protocol):
    """A file of strokes that was read row by row (``feeds`` implements it)."""

    @property
    def name(self) -> str:
        """File name."""

    @property
    def rows(self) -> Strokes:
        """Strokes that can be used."""

    @property
    def bad(self) -> Sequence[Any]:
        """Rows that can't, each with line, field and code."""

    @property
    def total(self) -> int:
        """All rows."""


@dataclass(frozen=True, slots=True)
class Readers:
    """How bodies become strokes; ``feeds`` knows."""

    file: Callable[[str, bytes, datetime], Parsed]
    records: Callable[[Sequence[Mapping[str, Any]], datetime], Parsed]


@dataclass(frozen=True, slots=True)
class TakenStrokes:
    """What became of a file; ``rows = accepted + duplicates + outside + rejected``."""

    name: str
    rows: int
    accepted: int
    duplicates: int
    outside: int
    rejected: int
    batch: int
    fires: int
    bad: tuple[dict[str, Any], ...] = ()

    @property
    def _account(self) -> dict[str, int]:
        names = ("rows", "accepted", "duplicates", "outside", "rejected")
        return {name: getattr(self, name) for name in names}

    @property
    def counts(self) -> dict[str, int]:
        """The account of the rows."""
        # no stroke supersedes another; the ledger has one account for all products
        return self._account | {"superseded": 0, "replaced": 0}

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        told = {"file": self.name, "product": PRODUCT, **self._account}
        return told | {"batch": self.batch, "fires": self.fires, "bad": list(self.bad)}


@dataclass(frozen=True, slots=True)
class Lightning(Base):
    """Use-cases about strokes."""

    geography: Geography
    surveyor: Surveyor
    assessor: Assessor
    readers: Readers

    def take(self, actor: Actor, name: str, body: bytes, feed: str = PRODUCT) -> TakenStrokes:
        """Take in a file; bad rows are told, the rest goes in."""
        parsed = self.readers.file(name, body, actor.world.now(self.clock()))
        return self._store(actor, parsed, body, feed)

    def take_records(
        self, actor: Actor, items: Sequence[Mapping[str, Any]], body: bytes
    ) -> TakenStrokes:
        """The same for strokes that came by the API."""
        parsed = self.readers.records(items, actor.world.now(self.clock()))
        return self._store(actor, parsed, body, PRODUCT)

    @whole_again
    def _store(self, actor: Actor, parsed: Parsed, body: bytes, feed: str) -> TakenStrokes:
        with self.engine.begin() as conn:
            now = self.clock()
            batch = ledger.open_batch(
                conn,
                actor,
                feed=feed,
                name=parsed.name,
                sha256=ledger.keep_body(conn, body),
                product=PRODUCT,
                now=now,
            )
            rows, outside = self._inside(conn, parsed.rows)
            accepted = lightning.insert(conn, actor.world.id, batch, rows, keys(rows))
            touched = self._explained(conn, actor, rows, now) if accepted else 0
            taken = TakenStrokes(
                name=parsed.name,
                rows=parsed.total,
                accepted=accepted,
                duplicates=len(rows) - accepted,
                outside=outside,
                rejected=len(parsed.bad),
                batch=batch,
                fires=touched,
                bad=tuple(one.as_dict() for one in parsed.bad[:BAD_TOLD]),
            )
            self._close(conn, actor, taken, rows, feed, now)
            return taken

    def _inside(self, conn: Connection, rows: Strokes) -> tuple[Strokes, int]:
        if not len(rows):
            return rows, 0
        inside = self.geography.region(conn).inside(rows)
        return rows[inside], int((~inside).sum())

    def _explained(self, conn: Connection, actor: Actor, rows: Strokes, now: datetime) -> int:
        """Open fires that these strokes may have lit are measured again; how many changed."""
        span = (rows["at"].min(), rows["at"].max() + PARAMETERS.holdover_h * 3600.0)
        since, until = (datetime.fromtimestamp(float(one), UTC) for one in span)
        near = fires.page(conn, actor, since=since, until=until, limit=MOST_FIRES * 10)
        open_ones = [one for one in near if one.status not in CLOSED and one.merged_into is None]
        beside = _within_reach(open_ones, rows)[:MOST_FIRES]
        states = []
        for fire in fires.many(conn, actor, [one.id for one in beside], lock=True).values():
            grown = replace(fire, version=fire.version + 1, changed=(Coded("fire.lightning_came"),))
            measured = self.assessor.remeasured(conn, actor, grown)
            if measured.measured.reasons != fire.measured.reasons:
                states.append(measured)
        self.assessor.write(conn, actor, states, now)
        return len(states)

    def _close(
        self,
        conn: Connection,
        actor: Actor,
        taken: TakenStrokes,
        rows: Strokes,
        feed: str,
        now: datetime,
    ) -> None:
        """Settle the ledger and tell the batch and the feed's state."""
        ledger.settle(conn, taken.batch, taken.counts)
        at = actor.world.now(now)
        subject = f"batch:{taken.batch}"
        events.write(conn, actor, [Event("batch.taken", subject, at, taken.as_dict())])
        audit.record(conn, actor, "lightning.take", subject, taken.counts, now=now)
        state = feed_states.state_of(conn, actor, feed, FEED_KIND)
        seen = [datetime.fromtimestamp(float(rows["at"].max()), UTC)] if len(rows) else []
        passes = [*seen, *([state.last_pass] if state.last_pass else [])]
        feed_states.changed(
            conn,
            actor,
            replace(
                state,
                last_poll=at,
                last_data=at,
                last_pass=max(passes, default=None),
                last_error=None,
                state="ok",
                rows=state.rows + taken.accepted,
            ),
            now,
        )

    def page(
        self,
        actor: Actor,
        *,
        bbox: Box | None,
        since: datetime | None,
        until: datetime | None,
        limit: int,
    ) -> list[dict[str, Any]]:
        """Features of strokes, newest first."""
        with self.engine.connect() as conn:
            rows = lightning.page(conn, actor, bbox=bbox, since=since, until=until, limit=limit)
        return [
            feature(str(row["key"]), point((row["lon"], row["lat"])), _as_dict(row)) for row in rows
        ]

    def causes(self, actor: Actor, fire_id: UUID) -> dict[str, Any]:
        """Strokes that may have lit a fire, the likeliest first, and what is not known."""
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            ids = fire.ids
            stored = plain(detections.of_fires(conn, actor.world.id, ids))
            seen = fire.measured
            asked = Asked(stored, point=seen.point, at=seen.first_seen)
            origin = asked.origin()
            (candidates,) = self.surveyor.causes(conn, actor, [origin])
            watched = self.surveyor.watched(conn, actor, origin)
        missing = [] if watched else [Coded("cause.no_lightning")]
        if not len(stored):
            missing.append(Coded("cause.no_detections"))
        return {
            "candidates": [_told(one) for one in candidates],
            "missing": [one.as_dict() for one in missing],
        }


def _within_reach(open_ones: Sequence[Fire], rows: Strokes) -> list[Fire]:
    """Fires whose box lies about within reach of a stroke; who looks closer decides."""
    margin = SEEN_BEFORE_KM / KM_PER_DEG
    kept = []
    for fire in open_ones:
        west, south, east, north = fire.measured.bbox
        wide = margin / max(np.cos(np.radians(min(abs(north) + margin, 89.0))), 0.01)
        tall = (rows["lat"] >= south - margin) & (rows["lat"] <= north + margin)
        lon = rows["lon"][tall]
        beside = (lon >= west - wide) & (lon <= east + wide)
        if west > east:  # across 180°
            beside = (lon >= west - wide) | (lon <= east + wide)
        before = rows["at"][tall] <= fire.measured.first_seen.timestamp()
        if bool((beside & before).any()):
            kept.append(fire)
    return kept


KM_PER_DEG: Final = 111.0


def _as_dict(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "at": iso(row["at"]),
        "peak_ka": _known(row["peak_ka"]),
        "accuracy_km": _known(row["accuracy_km"]),
        "kind": KINDS[Kind(row["kind"])],
    }


def _known(value: float) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 2)


def _told(one: Candidate) -> dict[str, Any]:
    at = datetime.fromtimestamp(one.at, UTC)
    return {
        "cause": "lightning",
        "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "point": list(one.point),
        "distance_km": one.distance_km,
        "hours_before": one.hours_before,
        "peak_ka": one.peak_ka,
        "weight": one.weight,
    }
