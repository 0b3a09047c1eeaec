"""People's edges: drawn on the map or walked; given, listed, taken back.

An edge overrules the satellites from its time on.  Of one fire's edges the one of the newest time
is in force, whenever it was handed in; the others are kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, mapping
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain import authority
from sylvan.domain.actors import Actor
from sylvan.domain.authority import Authority
from sylvan.domain.codes import Coded, Conflict, Forbidden, Invalid, NotFound
from sylvan.domain.detections import plain
from sylvan.domain.edge import edge_of
from sylvan.domain.edge_front import plane_at
from sylvan.domain.edge_overrule import (
    EdgeKind,
    PeoplesEdge,
    area_of_shape,
    from_plane,
    in_force,
    overruled,
)
from sylvan.domain.edge_tracks import Resolved, Track, drawn, tracked
from sylvan.domain.fires import Fire
from sylvan.domain.instants import iso
from sylvan.domain.lifecycle import FIELD as FIELD_LEVELS
from sylvan.domain.worlds import is_future
from sylvan.services.assess import Assessor
from sylvan.services.base import (
    Base,
    check_version,
    fingerprint,
    repeated,
    whole_again,
    world_lock,
)
from sylvan.services.changes import audit_fire
from sylvan.services.decisions import ranked
from sylvan.services.edges_read import peoples_edges
from sylvan.services.fires import found
from sylvan.services.tracks_read import read_gpx
from sylvan.store import audit, detections, edges
from sylvan.store.edges import Kept

AROUND_KM: Final = 0.1
"""Radius of the ground that stands in for an edge where a fire has none."""
AREA_DECIMALS: Final = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """How a change was asked for: why, on which version (none: any), its key."""

    note: str = ""
    version: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """An edge as it is handed in, before the fire is looked at."""

    kind: EdgeKind
    at: datetime
    geometry: dict[str, Any]
    resolve: Callable[[MultiPolygon], Resolved]
    """The fire's edge by then → the ground within this one."""


@dataclass(frozen=True, slots=True)
class Edges(Base):
    """Use-cases of people's edges."""

    assessor: Assessor
    authority: Authority

    def give(
        self,
        actor: Actor,
        fire_id: UUID,
        kind: EdgeKind,
        geometry: dict[str, Any],
        at: datetime,
        asked: Asked,
    ) -> dict[str, Any]:
        """Draw a fire's edge, or hand in a walked one, as it was at a moment."""
        polygonal = geometry["type"] in ("Polygon", "MultiPolygon")
        if polygonal != (kind is EdgeKind.DRAWN):
            told = {"kind": str(kind), "type": str(geometry["type"])}
            raise Invalid("edge.wrong_shape", told, "geometry")
        if kind is EdgeKind.DRAWN:
            given = Given(kind, at, geometry, lambda known: drawn(geometry, known))
        else:
            track = _track_of(geometry)
            given = Given(kind, at, geometry, lambda known: tracked(track, known))
        return self._give(actor, fire_id, given, asked)

    def give_gpx(
        self, actor: Actor, fire_id: UUID, body: bytes, at: datetime | None, asked: Asked
    ) -> dict[str, Any]:
        """Hand in a crew's GPX track; its time is that of its last point unless one is told."""
        track = read_gpx(body)
        moment = at or track.last_at
        if moment is None:
            raise Invalid("edge.gpx_without_times", {}, "at")
        lines = [run.tolist() for run in track.runs]
        geometry = {"type": "MultiLineString", "coordinates": lines}
        given = Given(EdgeKind.TRACK, moment, geometry, lambda known: tracked(track, known))
        return self._give(actor, fire_id, given, asked)

    def listed(self, actor: Actor, fire_id: UUID) -> list[dict[str, Any]]:
        """Edges of a fire and of those merged into it, newest time first."""
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            every = edges.of_fires(conn, actor, fire.ids)
        counting = [(one.fire_id, one.edge) for one in every if one.undone_at is None]
        forced = {edge.id for edge in in_force(counting)}
        return [_as_dict(one, in_force=one.edge.id in forced) for one in every]

    @whole_again
    def _give(self, actor: Actor, fire_id: UUID, given: Given, asked: Asked) -> dict[str, Any]:
        wanted = {
            "id": str(fire_id),
            "kind": str(given.kind),
            "at": given.at.isoformat(),
            "geometry": given.geometry,
            "note": asked.note,
        }
        request = fingerprint("fire.edge", wanted)
        with self.engine.begin() as conn:
            again = repeated(conn, actor, asked.key, request)
            if again is not None:
                return again
            _check_may(actor)
            world_lock(conn, actor.world.id)
            fire = found(conn, actor, fire_id, lock=True)
            check_version(conn, actor, str(fire.id), fire.version, asked.version)
            now = self.clock()
            if is_future(actor.world, given.at, now):
                raise Invalid("field.future", {"value": given.at.isoformat()}, "at")
            one = self._kept(conn, actor, fire, given, asked.note)
            word = {authority.EDGE: str(one.edge.id)}
            fire = ranked(self.authority, fire, actor, word, actor.world.now(now))
            edges.add(conn, actor, one, now)
            said = (*_given_reasons(conn, actor, fire, one), *one.remarks)
            after = self._measured(conn, actor, fire, said)
            self.assessor.write(conn, actor, [after], now)
            changes = {"edge": str(one.edge.id), "area_ha": one.area_ha, "note": asked.note}
            audit_fire(conn, actor, f"fire.edge_{one.edge.kind}", after, changes, now)
            reply = {
                "edge": str(one.edge.id),
                "fire": {"id": str(after.id), "version": after.version},
            }
            if asked.key is not None:
                audit.remember(conn, actor, asked.key, request, reply, now)
            return reply

    @whole_again
    def undo(self, actor: Actor, edge_id: UUID, asked: Asked) -> dict[str, Any]:
        """Take an edge back: the one before it, or the satellites, decide again."""
        request = fingerprint("edge.undo", {"id": str(edge_id), "note": asked.note})
        with self.engine.begin() as conn:
            again = repeated(conn, actor, asked.key, request)
            if again is not None:
                return again
            _check_may(actor)
            world_lock(conn, actor.world.id)
            one = edges.get(conn, actor, edge_id, lock=True)
            if one is None:
                raise NotFound("edge.unknown", {"id": str(edge_id)})
            if one.undone_at is not None:
                told = {"by": one.undone_by, "at": one.undone_at.isoformat()}
                raise Conflict("edge.undone_already", told)
            check_version(conn, actor, str(one.edge.id), one.version, asked.version)
            now = self.clock()
            at = actor.world.now(now)
            gone = replace(one, version=one.version + 1, undone_at=at, undone_by=actor.subject)
            edges.undo(conn, actor, gone, asked.note)
            fire = self._unmarked(actor, found(conn, actor, one.fire_id, lock=True), one, at)
            why = Coded("edge.taken_back", {"by": actor.subject, "kind": str(one.edge.kind)})
            after = self._measured(conn, actor, fire, (why,))
            self.assessor.write(conn, actor, [after], now)
            changes = {"edge": str(one.edge.id), "note": asked.note}
            audit_fire(conn, actor, "fire.edge_undone", after, changes, now)
            audit.record(
                conn, actor, "edge.undone", str(one.edge.id), changes, now=now, version=gone.version
            )
            reply = {
                "edge": str(one.edge.id),
                "fire": {"id": str(after.id), "version": after.version},
            }
            if asked.key is not None:
                audit.remember(conn, actor, asked.key, request, reply, now)
            return reply

    def _unmarked(self, actor: Actor, fire: Fire, one: Kept, at: datetime) -> Fire:
        """The fire without the mark of an edge that is taken back; refused as a new one is."""
        held = authority.marks(fire.details)
        mark = held.get(authority.EDGE)
        if mark is None or mark.value != str(one.edge.id):
            return fire
        self.authority.after(held, {authority.EDGE: None}, actor, at)
        del held[authority.EDGE]
        return replace(fire, details=authority.kept(fire.details, held))

    def _kept(self, conn: Connection, actor: Actor, fire: Fire, given: Given, note: str) -> Kept:
        """The edge as it is kept: completed with what was known of the fire by its time."""
        known = _known(conn, actor, fire, given.at)
        made = given.resolve(known if known is not None else _ground_at(fire.measured.point))
        realm = made.ground if known is None else known
        return Kept(
            edge=PeoplesEdge(uuid7(), given.kind, given.at, made.ground, realm),
            fire_id=fire.id,
            version=1,
            actor=actor.subject,
            note=note,
            territories=fire.territories,
            given=given.geometry,
            remarks=made.remarks,
            area_ha=round(area_of_shape(made.ground), AREA_DECIMALS),
        )

    def _measured(
        self, conn: Connection, actor: Actor, fire: Fire, said: tuple[Coded, ...]
    ) -> Fire:
        after = self.assessor.remeasured(conn, actor, fire)
        return replace(after, version=fire.version + 1, changed=said)


def _check_may(actor: Actor) -> None:
    """Edges come from crews and from people who dispatch."""
    if actor.is_system or actor.level not in FIELD_LEVELS:
        raise Forbidden("problem.forbidden", {"level": actor.level, "step": "edge"})


def _known(conn: Connection, actor: Actor, fire: Fire, at: datetime) -> MultiPolygon | None:
    """The fire's edge by what had been seen at a moment: with the edges of people until then."""
    ids = fire.ids
    stored = plain(detections.of_fires(conn, actor.world.id, ids))
    rows = stored[stored["acq_at"] <= int(at.timestamp())]
    people = [edge for edge in peoples_edges(conn, actor, [fire]).get(fire.id, ()) if edge.at <= at]
    if people:
        return overruled(people, rows).polygon
    if len(rows):
        return edge_of(rows).polygon
    return edge_of(stored).polygon if len(stored) else None


def _ground_at(point: tuple[float, float]) -> MultiPolygon:
    """A little ground around the point of a fire that only people have seen."""
    return from_plane(shapely.Point(0.0, 0.0).buffer(AROUND_KM), plane_at(*point))


def _given_reasons(conn: Connection, actor: Actor, fire: Fire, one: Kept) -> tuple[Coded, ...]:
    """Who gave the edge, and that it is not in force if a newer one is."""
    told = {"by": one.actor, "at": iso(one.edge.at)}
    forced = {edge.id for edge in peoples_edges(conn, actor, [fire]).get(fire.id, ())}
    given = Coded(f"edge.given_{one.edge.kind}", told)
    if one.edge.id in forced:
        return (given,)
    return given, Coded("edge.older_than_in_force", {"at": told["at"]})


def _track_of(geometry: dict[str, Any]) -> Track:
    """A line or several, as arrays."""
    lines = geometry["coordinates"]
    runs = [lines] if geometry["type"] == "LineString" else lines
    return Track(tuple(np.array([place[:2] for place in run], np.float64) for run in runs))


def _as_dict(one: Kept, *, in_force: bool) -> dict[str, Any]:
    return {
        "id": str(one.edge.id),
        "version": one.version,
        "kind": str(one.edge.kind),
        "at": one.edge.at,
        "actor": one.actor,
        "note": one.note,
        "area_ha": round(one.area_ha, AREA_DECIMALS),
        "undone_at": one.undone_at,
        "undone_by": one.undone_by,
        "in_force": in_force,
        "remarks": [remark.as_dict() for remark in one.remarks],
        "geometry": dict(mapping(one.edge.ground)),
    }
