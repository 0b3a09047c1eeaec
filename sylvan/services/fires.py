"""Fires as read: lists, details, logs, past states."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from sylvan.domain import authority
from sylvan.domain.actors import Actor
from sylvan.domain.codes import NotFound
from sylvan.domain.detections import plain
from sylvan.domain.edge_growth import Growth, growth_of
from sylvan.domain.fires import Fire, activity_of, edge_geojson, front_geojson, summary
from sylvan.domain.grouping import ignitions, points_of
from sylvan.domain.instants import iso
from sylvan.domain.lifecycle import Status
from sylvan.services.base import Base
from sylvan.services.edges_read import peoples_edges
from sylvan.services.geography import Geography
from sylvan.services.maps import detection_features
from sylvan.services.pages import Page, feature, point
from sylvan.services.past import Known, Past
from sylvan.store import detection_reads, detections, events, fire_history, fires

FOLLOWING: Final = ("fire.forecast",)
"""Events that follow from the clock and not from what happened to the fire."""
Box = tuple[float, float, float, float]


def found(conn: Connection, actor: Actor, fire_id: UUID, *, lock: bool = False) -> Fire:
    """The fire with this id, or the one that it was merged into; refuses unknown ids."""
    while True:
        fire = fires.get(conn, actor, fires.resolve(conn, actor, fire_id), lock=lock)
        if fire is None:
            raise NotFound("problem.fire_unknown", {"id": str(fire_id)})
        if fire.merged_into is None or not lock:
            return fire  # else it was merged away while we waited for its lock


@dataclass(frozen=True, slots=True)
class Fires(Base):
    """Reading fires; nothing here changes anything."""

    geography: Geography

    def _summary(self, actor: Actor, fire: Fire) -> dict[str, Any]:
        return summary(fire, actor.world.name, actor.world.now(self.clock()))

    def page(  # noqa: PLR0913 - the filters of a list
        self,
        actor: Actor,
        *,
        bbox: Box | None,
        statuses: list[str] | None,
        since: datetime | None,
        until: datetime | None,
        after: tuple[datetime, UUID] | None,
        limit: int,
        edges: bool,
    ) -> Page:
        """Fires by last sight, newest first."""
        with self.engine.connect() as conn:
            rows = fires.page(
                conn,
                actor,
                bbox=bbox,
                statuses=statuses,
                since=since,
                until=until,
                after=after,
                limit=limit,
            )
        features = [
            feature(
                str(fire.id),
                (edge_geojson(fire) if edges else None) or point(fire.measured.point),
                self._summary(actor, fire),
            )
            for fire in rows
        ]
        full = len(rows) == limit
        return Page(features, (rows[-1].measured.last_seen, rows[-1].id) if full else None)

    def detail(self, actor: Actor, fire_id: UUID) -> dict[str, Any]:
        """One fire with its edge, front and growth, and the ignitions that it grew from."""
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            stored = detections.of_fires(conn, actor.world.id, fire.ids)
            people = peoples_edges(conn, actor, [fire]).get(fire.id, ())
            ruler = self.geography.region(conn).ruler
        rows = plain(stored)
        growth = growth_of(rows, water=ruler.water(rows), edges=people) if len(rows) else Growth()
        told = {
            "edge": edge_geojson(fire),
            "edge_at": fire.measured.edge_at,
            "front": front_geojson(fire),
            "growth": _growth(growth),
            "ignitions": _ignitions(stored),
            "authority": authority.told(fire.details),
        }
        return self._summary(actor, fire) | told

    def detail_at(
        self, actor: Actor, fire_id: UUID, moment: datetime, known: Known = "then"
    ) -> dict[str, Any]:
        """One fire as it was known at a moment of the world's clock, with its edge of then.

        An id that had been merged away by then answers with the fire that it had become. With
        hindsight: as it is known now, or as it was known then if there is no more to know.
        """
        with self.engine.connect() as conn:
            fire, edge = _at(conn, actor, fire_id, Past(moment, known))
        past = fire | {"activity": _activity(fire, moment), "ignitions": []}
        past |= {"edge_at": None, "front": None, "growth": _growth(Growth())}
        past |= {"authority": authority.told(fire.get("details") or {})}
        past.setdefault("edge_source", None)  # fires of before there were several
        return past | {"edge": None if edge is None else dict(mapping(edge))}

    def as_of(self, actor: Actor, moment: datetime, known: Known = "then") -> list[dict[str, Any]]:
        """All fires as they stood at a moment of the world's clock, as old as they were then.

        With ``known`` "now": the same moment with what has come to be known since. A fire has the
        status of then, or of a signal if nobody knew of it.
        """
        with self.engine.connect() as conn:
            then = fire_history.as_of(conn, actor, moment)
            if known == "then":
                return [fire | {"activity": _activity(fire, moment)} for fire in then]
            later = fire_history.hindsight(conn, actor, moment)
        stood = {fire["id"]: fire["status"] for fire in then}
        return [_with_hindsight(fire, moment, stood.get(fire["id"])) for fire, _ in later]

    def log(self, actor: Actor, fire_id: UUID, limit: int) -> list[dict[str, Any]]:
        """What happened to a fire and to those merged into it, newest first."""
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            ids = fire.ids
            entries = [
                entry
                for one in ids
                for entry in events.of_subject(conn, actor, str(one), limit, FOLLOWING)
            ]
        entries.sort(key=lambda entry: entry.seq, reverse=True)
        return [
            {
                "seq": entry.seq,
                "kind": entry.kind,
                "at": entry.at,
                "actor": entry.actor,
                "body": entry.body,
            }
            for entry in entries[:limit]
        ]

    def detections(self, actor: Actor, fire_id: UUID, limit: int) -> list[dict[str, Any]]:
        """The detections of a fire and of those merged into it, newest first."""
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            rows = detection_reads.page(conn, actor, fire_ids=fire.ids, limit=limit)
            return detection_features(conn, actor, rows)


def _with_hindsight(fire: dict[str, Any], moment: datetime, status: str | None) -> dict[str, Any]:
    """A fire of today's knowledge at a moment: never seen after it, and no further than then."""
    seen = min(datetime.fromisoformat(fire["last_seen"]), moment)
    told = fire | {"status": status or Status.SIGNAL.value, "last_seen": iso(seen)}
    return told | {"activity": _activity(told, moment)}


def _at(
    conn: Connection, actor: Actor, fire_id: UUID, past: Past
) -> tuple[dict[str, Any], BaseGeometry | None]:
    """Summary and edge of then; refuses fires that are unknown, or were at that moment."""
    moment = past.at
    if past.hindsight and (later := fire_history.hindsight(conn, actor, moment, fire_id)):
        [(told, edge)] = later
        stood = fire_history.standing(conn, actor, fire_id, moment)
        return _with_hindsight(told, moment, stood[0]["status"] if stood else None), edge
    current = str(fire_id)
    while True:
        known = fire_history.standing(conn, actor, UUID(current), moment)
        if known is None:
            fire = found(conn, actor, fire_id)
            since = iso(fire.received_at)
            raise NotFound("problem.fire_not_yet", {"id": str(fire_id), "since": since})
        if known[0].get("merged_into") is None:
            return known
        current = known[0]["merged_into"]


def _ignitions(rows: npt.NDArray[np.void]) -> list[dict[str, Any]]:
    """The spots that burnt apart before they met: where and when each was first seen."""
    label = ignitions(points_of(rows))
    places, counts = np.unique(label, return_counts=True)
    firsts = rows[places]
    return [
        {
            "point": [float(first["lon"]), float(first["lat"])],
            "first_seen": datetime.fromtimestamp(int(first["acq_at"]), UTC),
            "detections": int(count),
        }
        for first, count in zip(firsts, counts, strict=True)
    ]


def _growth(growth: Growth) -> dict[str, Any]:
    """Growth in JSON: hectares to a hundredth, metres, and 10 m/h."""
    return {
        "hours": [
            {
                "at": step.at,
                "area_ha": round(step.area_ha, 2),
                "gained_ha": round(step.gained_ha, 2),
            }
            for step in growth.hours
        ],
        "directions": [
            {
                "bearing_deg": one.bearing_deg,
                "advance_km": round(one.advance_km, 3),
                "km_h": round(one.km_h, 4),
            }
            for one in growth.directions
        ],
    }


def _activity(fire: dict[str, Any], moment: datetime) -> str:
    return activity_of(fire["status"], datetime.fromisoformat(fire["last_seen"]), moment)
