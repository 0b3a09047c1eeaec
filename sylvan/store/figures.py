"""Rows that figures are counted from: fires with their stamps, and reports that led to none."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, any_, func, literal, or_, select

from sylvan.domain.actors import Actor
from sylvan.domain.figures.model import Thing
from sylvan.domain.timeline import Moment, Timeline
from sylvan.store.base import TEXTS, UUIDS
from sylvan.store.detections import detections
from sylvan.store.events import event_log
from sylvan.store.fires import fires
from sylvan.store.ledger import batches
from sylvan.store.reports import reports
from sylvan.store.scope import scope

SATELLITE: Final = "satellite"
_MOMENTS: Final = frozenset(Moment)
First = tuple[datetime, str]
"""When the first report about a fire was here, and its kind."""


def things(
    conn: Connection, actor: Actor, since: datetime, until: datetime, most: int
) -> list[Thing]:
    """Fires and unattached reports that were received or registered in [since, until).

    Only what lies in the actor's own territories, not what is merely close to them: a fire counts
    where it burns. A list longer than ``most`` says that there are more.
    """
    found = list(_fires(conn, actor, since, until, most + 1))
    left = most + 1 - len(found)
    return found + (list(_reports(conn, actor, since, until, left)) if left > 0 else [])


def _own(query: Select[Any], actor: Actor, table: Any) -> Select[Any]:
    query = scope(query, actor, table)
    if actor.everywhere:
        return query
    return query.where(table.c.territories.overlap(list(actor.territories)))


def _during(column: Any, since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(column >= since, column < until)


def _fires(
    conn: Connection, actor: Actor, since: datetime, until: datetime, most: int
) -> Iterable[Thing]:
    f = fires.c
    told = select(
        *(f.id, f.status, f.number, f.received_at, f.registered_at, f.source_kinds),
        *(f.merged_ids, f.n_detections),
        f.address["municipality"]["code"].astext.label("municipality"),
        f.address["zone"].astext.label("zone"),
        f.details["timeline"].label("timeline"),
        f.details["out"]["final_area_ha"].astext.label("final_area_ha"),
        f.details["rejected"]["reject_reason"].astext.label("reject_reason"),
    )
    # a signal that was merged away is told with the fire that it became
    kept = or_(f.merged_into.is_(None), f.registered_at.is_not(None))
    during = or_(_during(f.received_at, since, until), _during(f.registered_at, since, until))
    query = _own(told.where(kept, during), actor, fires)
    rows = conn.execute(query.order_by(f.received_at, f.id).limit(most)).all()
    ids = {one: row.id for row in rows for one in (row.id, *row.merged_ids)}
    people = _first_reports(conn, actor, ids)
    both = {one: of for one, of in ids.items() if of in people}
    satellites = _first_batches(conn, actor, both)
    return [_fire(row, people.get(row.id), satellites.get(row.id)) for row in rows]


def _fire(row: Any, person: First | None, satellite: datetime | None) -> Thing:
    timeline = Timeline.from_list(line for line in row.timeline or () if line["moment"] in _MOMENTS)
    stamps: defaultdict[Moment, list[datetime]] = defaultdict(list)
    for stamp in timeline.stamps:
        stamps[stamp.moment].append(stamp.at)
    settled = row.registered_at or (
        timeline.at(Moment.REJECTED) if row.status == "rejected" else None
    )
    return Thing(
        id=row.id,
        is_fire=True,
        status=row.status,
        received_at=row.received_at,
        number=row.number,
        municipality=row.municipality or "",
        zone=row.zone or "",
        source=_source(row.source_kinds, person, satellite),
        registered_at=row.registered_at,
        settled_at=settled,
        reject_reason=row.reject_reason if row.status == "rejected" else None,
        stamps={moment: tuple(found) for moment, found in stamps.items()},
        final_area_ha=_number(row.final_area_ha) if row.status == "out" else None,
        satellite_at=satellite,
        person_at=person[0] if person else None,
    )


def _source(kinds: list[str], person: First | None, satellite: datetime | None) -> str:
    """Who told of it first."""
    if person is None:
        return SATELLITE if SATELLITE in kinds else (kinds[0] if kinds else "")
    return SATELLITE if satellite is not None and satellite <= person[0] else person[1]


def _number(told: str | None) -> float | None:
    try:
        return None if told is None else float(told)
    except ValueError:
        return None


def _first_reports(conn: Connection, actor: Actor, ids: Mapping[UUID, UUID]) -> dict[UUID, First]:
    """By fire, when the first report was here."""
    r = reports.c
    query = select(r.fire_id, r.received_at, r.source_kind)
    query = scope(query, actor, reports).where(r.fire_id == any_(literal(list(ids), UUIDS)))
    found: dict[UUID, First] = {}
    for row in conn.execute(query.order_by(r.received_at, r.id)):
        found.setdefault(ids[row.fire_id], (row.received_at, row.source_kind))
    return found


def _first_batches(
    conn: Connection, actor: Actor, ids: Mapping[UUID, UUID]
) -> dict[UUID, datetime]:
    """By fire, when the first of its detections were here."""
    d, b = detections.c, batches.c
    query = (
        scope(select(d.fire_id, func.min(b.received_at).label("at")), actor, detections)
        .join(batches, b.id == d.batch_id)
        .where(d.fire_id == any_(literal(list(ids), UUIDS)))
        .group_by(d.fire_id)
    )
    found: dict[UUID, datetime] = {}
    for row in conn.execute(query):
        of = ids[row.fire_id]
        found[of] = min(row.at, found.get(of, row.at))
    return found


def _reports(
    conn: Connection, actor: Actor, since: datetime, until: datetime, most: int
) -> Iterable[Thing]:
    r = reports.c
    told = select(
        *(r.id, r.status, r.received_at, r.source_kind, r.reject_reason),
        r.address["municipality"]["code"].astext.label("municipality"),
        r.address["zone"].astext.label("zone"),
    ).where(r.fire_id.is_(None), _during(r.received_at, since, until))
    query = _own(told, actor, reports).order_by(r.received_at, r.id).limit(most)
    rows = conn.execute(query).all()
    settled = _rejections(conn, actor, [row.id for row in rows if row.status == "rejected"])
    return [
        Thing(
            id=row.id,
            is_fire=False,
            status=row.status,
            received_at=row.received_at,
            municipality=row.municipality or "",
            zone=row.zone or "",
            source=row.source_kind,
            settled_at=settled.get(row.id),
            reject_reason=row.reject_reason if row.status == "rejected" else None,
        )
        for row in rows
    ]


def _rejections(conn: Connection, actor: Actor, ids: list[UUID]) -> dict[UUID, datetime]:
    """When reports were rejected, by the event log; the last time counts."""
    e = event_log.c
    names = literal([str(one) for one in ids], TEXTS)
    query = select(e.subject, func.max(e.at).label("at")).where(
        e.subject == any_(names), e.kind == "report.changed"
    )
    query = query.where(e.body["status"].astext == "rejected").group_by(e.subject)
    return {UUID(row.subject): row.at for row in conn.execute(scope(query, actor, event_log))}
