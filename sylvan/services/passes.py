"""Passes: take in orbital elements, tell who looked at a fire, what they saw, and who comes next.

Only the opened card shows it, so it is worked out when asked, from what is stored, by the world's
clock: a replay knows the passes and the data of its own time.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy import Connection

from sylvan.domain import heard as hearing
from sylvan.domain import looks, passes
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, Invalid
from sylvan.domain.detections import Satellite
from sylvan.domain.elements import Elements, Judged, read
from sylvan.domain.fires import Fire
from sylvan.domain.looks import Facts, Look
from sylvan.domain.passes import Choice, Overflights
from sylvan.domain.passes_geometry import INSTRUMENT_OF, SCANNERS
from sylvan.services import feeds as feed_states
from sylvan.services.base import Base
from sylvan.services.fires import found
from sylvan.services.geography import Geography
from sylvan.services.passes_memory import Lattice, Spans
from sylvan.store import audit, heard, orbits

KIND: Final = "orbits"
AHEAD: Final = timedelta(hours=24)
"""How far ahead passes are told: a dozen at 62° N; elements hold for longer."""


@dataclass(frozen=True, slots=True)
class Passes(Base):
    """Use-cases about orbits and passes."""

    geography: Geography
    lattice: Lattice = field(default_factory=Lattice)
    spans: Spans = field(default_factory=Spans)

    def load(self, actor: Actor, name: str, body: bytes, feed: str = KIND) -> dict[str, Any]:
        """Take in a list of orbital elements: TLE or OMM in JSON.

        Sets that can be used go in, the others are told, one by one.

        Raises:
            Invalid: nothing in it can be used; nothing is stored.
        """
        judged = read(body, name)
        if not judged.sets:
            raise _hopeless(judged, name)
        with self.engine.begin() as conn:
            now = self.clock()
            new = orbits.add(conn, actor, list(judged.sets), now)
            told = _account(judged, name, new)
            audit.record(conn, actor, "orbits.load", f"orbits:{name}", told, now=now)
            self._tell(conn, actor, feed, judged, new, now)
        return told

    def _tell(
        self, conn: Connection, actor: Actor, feed: str, judged: Judged, new: int, now: datetime
    ) -> None:
        """The feed's state: elements came, and which of them could not be used."""
        at = actor.world.now(now)
        state = feed_states.state_of(conn, actor, feed, KIND)
        error = None
        if judged.rejects:
            error = judged.rejects[0].as_dict() | {"at": _iso(at)}
        state = replace(
            state, last_poll=at, last_data=at, last_error=error, state="ok", rows=state.rows + new
        )
        feed_states.changed(conn, actor, state, now)

    def listed(self, actor: Actor) -> list[dict[str, Any]]:
        """The newest elements of each satellite, and how old they are by the world's clock."""
        now = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            rows = orbits.listed(conn, actor)
        return [_element(one, now) | {"sets": many} for one, many in rows]

    def of_fire(self, actor: Actor, fire_id: UUID, hours: float) -> dict[str, Any]:
        """Which passes saw a fire, saw nothing, are silent; when nobody looked; who comes next."""
        now = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            asked = now - timedelta(hours=hours)
            # what passed before the world took in anything is no silence of the satellites
            since = max(asked, heard.first(conn, actor) or asked)
            choice = self._choice(conn, actor, now)
            lon, lat = fire.measured.point
            rows = _over(choice.sets, lon, lat, since - passes.SAME_PASS, now + AHEAD)
            facts = self._facts(conn, actor, fire, choice.sets, since, now)
        cut = int(np.searchsorted(rows["at"], now.timestamp(), side="right"))
        seen = [look for look in looks.judge(rows[:cut], facts) if look.at >= since]
        return {
            "passes": [_look(look) for look in reversed(seen)],
            "next": [_coming(row) for row in rows[cut:] if row["covered"]],
            "gaps": _gaps(seen, since, now) if choice.sets else [],
            "elements": [_element(one, now) for one in choice.sets],
            "missing": [
                told.as_dict()
                for told in (*_began(asked, since), *_missing(choice, rows[:cut], seen, facts))
            ],
        }

    def over(self, actor: Actor, lon: float, lat: float, hours: float) -> dict[str, Any]:
        """Who comes next over a place."""
        now = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            choice = self._choice(conn, actor, now)
        rows = _over(choice.sets, lon, lat, now, now + timedelta(hours=hours))
        return {
            "next": [_coming(row) for row in rows if row["covered"]],
            "elements": [_element(one, now) for one in choice.sets],
            "missing": [told.as_dict() for told in choice.remarks],
        }

    def over_region(self, actor: Actor, hours: float) -> dict[str, Any]:
        """Who comes next over the region."""
        now = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            choice = self._choice(conn, actor, now)
            lon, lat = self.lattice.of(conn, self.geography)
        until = now + timedelta(hours=hours)
        rows = passes.passes_over(choice.sets, lon, lat, now, until)
        return {
            "passes": [
                {
                    "satellite": one.satellite.name,
                    "from": _iso(one.since),
                    "to": _iso(one.until),
                    "share": round(one.share, 2),
                }
                for one in passes.over_region(rows, len(lon))
            ],
            "elements": [_element(one, now) for one in choice.sets],
            "missing": [told.as_dict() for told in choice.remarks],
        }

    def _choice(self, conn: Connection, actor: Actor, now: datetime) -> Choice:
        known = orbits.newest(conn, actor, now + passes.ELEMENT_RULES.ahead)
        return passes.choose(known, now)

    def _facts(
        self,
        conn: Connection,
        actor: Actor,
        fire: Fire,
        sets: Sequence[Elements],
        since: datetime,
        now: datetime,
    ) -> Facts:
        """What is stored that says what the passes saw."""
        rules = hearing.HEARD_RULES
        ids = fire.ids
        satellites = [one.satellite for one in sets]
        seen = self.spans.of(conn, actor, satellites, since - rules.alive, now)
        came = heard.arrivals(conn, actor, since - rules.alive)
        box = looks.around(fire.measured.bbox, looks.LOOK_RULES.clear_km)
        clear = heard.neighbours(conn, actor, box, ids, since - passes.SAME_PASS)
        return Facts(
            now,
            heard.glimpses(conn, actor, ids, since),
            hearing.spans(seen, came),
            [(satellite, at, looks.Sky.CLEAR) for satellite, at in clear],
        )


def _hopeless(judged: Judged, name: str) -> Invalid:
    """Why a list gives nothing: its first fault, or satellites that look for no fires."""
    if judged.rejects:
        return Invalid(judged.rejects[0].code, judged.rejects[0].params)
    names = ", ".join(judged.skipped_names)
    return Invalid("elements.unknown", {"file": name, "count": judged.skipped, "satellites": names})


def _account(judged: Judged, name: str, new: int) -> dict[str, Any]:
    return {
        "file": name,
        "sets": judged.total,
        "accepted": new,
        "known": len(judged.sets) - new,
        "skipped": judged.skipped,
        "skipped_names": list(judged.skipped_names),
        "rejected": len(judged.rejects),
        "rejects": [one.as_dict() for one in judged.rejects],
    }


def _over(
    sets: Sequence[Elements], lon: float, lat: float, since: datetime, until: datetime
) -> Overflights:
    """Overflights that see a place, or nearly."""
    rows = passes.passes_over(sets, np.array([lon]), np.array([lat]), since, until)
    half = {
        int(one): SCANNERS[instrument].half_angle_deg for one, instrument in INSTRUMENT_OF.items()
    }
    reach = np.array([half[one] for one in rows["satellite"].tolist()])
    near: Overflights = rows[np.abs(rows["scan_deg"]) <= reach + looks.LOOK_RULES.beside_deg]
    return near


def _began(asked: datetime, since: datetime) -> list[Coded]:
    """That the world is younger than what was asked for."""
    return [Coded("passes.began", {"at": _iso(since)})] if since > asked else []


def _missing(choice: Choice, rows: Overflights, seen: Sequence[Look], facts: Facts) -> list[Coded]:
    """What the answer lacks: elements, data, passes for detections that were there."""
    known = {one.satellite for one in choice.sets}
    odd = Counter[Satellite]()
    for one in looks.unmatched(rows, facts.own):
        odd[one.satellite] += one.count if one.satellite in known else 0
    wrong = [
        Coded("passes.unmatched", {"satellite": satellite.name, "count": count})
        for satellite, count in sorted(odd.items())
        if count
    ]
    return [*choice.remarks, *looks.silences(seen, facts.now), *wrong]


def _gaps(seen: Sequence[Look], since: datetime, now: datetime) -> list[dict[str, Any]]:
    return [
        {"from": _iso(gap.since), "to": _iso(gap.until), "reason": gap.reason.as_dict()}
        for gap in looks.gaps(seen, since, now)
    ]


def _look(look: Look) -> dict[str, Any]:
    return {
        "satellite": look.satellite.name,
        "at": _iso(look.at),
        "view_deg": look.view_deg,
        "weak": look.weak,
        "saw": look.saw.value,
        "detections": look.detections,
        "frp_mw": look.frp_mw,
    }


def _coming(row: np.void) -> dict[str, Any]:
    view = round(float(row["view_deg"]), 1)
    return {
        "satellite": Satellite(int(row["satellite"])).name,
        "at": _iso(passes.moment(row["at"])),
        "view_deg": view,
        "weak": view >= looks.LOOK_RULES.weak_view_deg,
    }


def _element(one: Elements, now: datetime) -> dict[str, Any]:
    return {
        "satellite": one.satellite.name,
        "epoch": _iso(one.epoch),
        "age_days": round((now - one.epoch) / timedelta(days=1), 1),
        "source": one.source,
    }


def _iso(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat().replace("+00:00", "Z")
