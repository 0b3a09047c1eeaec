"""Units of the register of forces, by world, each with its newest position."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    FromClause,
    Index,
    Integer,
    Select,
    Table,
    Text,
    any_,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.forces.duty import DutyClock
from sylvan.domain.forces.kinds import Mobility, Ownership, Spec, Surface, UnitKind
from sylvan.domain.forces.register import Unit, UnitCard
from sylvan.domain.forces.status import Status
from sylvan.store import unit_positions
from sylvan.store.base import JSONB, METADATA, TEXTS, at, uuid_column, world_column
from sylvan.store.scope import scope

units = Table(
    "unit",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("version", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("names", JSONB, nullable=False),
    Column("owner", Text, nullable=False),
    Column("owned_by", Text, nullable=False),
    Column("mobility", Text),
    Column("qualifications", TEXTS, nullable=False),
    Column("specs", JSONB, nullable=False),
    Column("speeds", JSONB, nullable=False),
    Column("contact", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    at("status_at", nullable=True),
    uuid_column("fire_id"),
    at("duty_began_at", nullable=True),
    at("duty_ended_at", nullable=True),
    at("run_began_at", nullable=True),
    Column("remarks", JSONB, nullable=False),
    Column("territories", TEXTS, nullable=False),
    at("created_at"),
    at("changed_at"),
    at("retired_at", nullable=True),
    Index("ix_unit_world_id_code", "world_id", "code", unique=True),
    Index("ix_unit_world_id_station", "world_id", "station"),
    Index("ix_unit_fire_id", "fire_id"),
)
_CARD: Final = ("code", "station", "owner", "contact", "note", "sample")


def save(conn: Connection, actor: Actor, changed: Sequence[Unit], now: datetime) -> None:
    """Insert or replace units of the actor's world; their positions stay."""
    if not changed:
        return
    rows = [_row(one, actor, now) for one in changed]
    statement = pg.insert(units)
    fixed = {"id", "world_id", "code", "created_at"}
    changes = {name: statement.excluded[name] for name in rows[0] if name not in fixed}
    conn.execute(statement.on_conflict_do_update(index_elements=[units.c.id], set_=changes), rows)


def _row(one: Unit, actor: Actor, now: datetime) -> dict[str, Any]:
    card = one.card
    return {name: getattr(card, name) for name in _CARD} | {
        "id": one.id,
        "world_id": actor.world.id,
        "version": one.version,
        "kind": card.kind.value,
        "names": dict(card.names),
        "owned_by": card.owned_by.value,
        "mobility": card.mobility.value if card.mobility else None,
        "qualifications": list(card.qualifications),
        "specs": {spec.value: value for spec, value in card.specs.items()},
        "speeds": {surface.value: value for surface, value in card.speeds.items()},
        "status": one.status.value,
        "status_at": one.status_at,
        "fire_id": one.fire_id,
        "duty_began_at": one.duty.began_at,
        "duty_ended_at": one.duty.ended_at,
        "run_began_at": one.duty.run_began_at,
        "remarks": [told.as_dict() for told in one.remarks],
        "territories": list(one.territories),
        "created_at": now,
        "changed_at": now,
        "retired_at": one.retired_at,
    }


def _query(actor: Actor, until: datetime | None = None) -> Select[Any]:
    """Units with their newest position: one descent of its key for each."""
    last: FromClause = unit_positions.newest(units.c.world_id, units.c.id, until)
    query = select(units, *unit_positions.columns(last))
    return scope(query.select_from(units.outerjoin(last, true())), actor, units)


def get(conn: Connection, actor: Actor, unit_id: UUID, *, lock: bool = False) -> Unit | None:
    """A unit by its id."""
    query = _query(actor).where(units.c.id == unit_id)
    row = conn.execute(query.with_for_update(of=units) if lock else query).one_or_none()
    return _unit(row) if row else None


def listed(
    conn: Connection,
    actor: Actor,
    *,
    kinds: Sequence[str] = (),
    statuses: Sequence[str] = (),
    station: str | None = None,
    fire_id: UUID | None = None,
    retired: bool = False,
) -> list[Unit]:
    """Units of the actor's world by code."""
    query = _query(actor)
    if not retired:
        query = query.where(units.c.retired_at.is_(None))
    for column, wanted in ((units.c.kind, kinds), (units.c.status, statuses)):
        if wanted:
            query = query.where(column == any_(literal(list(wanted), TEXTS)))
    if station is not None:
        query = query.where(units.c.station == station)
    if fire_id is not None:
        query = query.where(units.c.fire_id == fire_id)
    return [_unit(row) for row in conn.execute(query.order_by(units.c.code))]


def of_codes(
    conn: Connection, actor: Actor, codes: Sequence[str], *, lock: bool = False
) -> dict[str, Unit]:
    """Units by their code, retired ones too; in order of code, so that locks never cross."""
    query = _query(actor).where(units.c.code == any_(literal(list(codes), TEXTS)))
    query = query.order_by(units.c.code)
    rows = conn.execute(query.with_for_update(of=units) if lock else query)
    return {row.code: _unit(row) for row in rows}


def based_at(conn: Connection, actor: Actor, station: str) -> int:
    """How many units call this base their own."""
    mine = (units.c.world_id == actor.world.id) & (units.c.station == station)
    query = select(func.count()).select_from(units).where(mine, units.c.retired_at.is_(None))
    return int(conn.scalar(query) or 0)


def _unit(row: Any) -> Unit:
    card = UnitCard(
        kind=UnitKind(row.kind),
        names=row.names,
        owned_by=Ownership(row.owned_by),
        mobility=Mobility(row.mobility) if row.mobility else None,
        qualifications=tuple(row.qualifications),
        specs={Spec(name): float(value) for name, value in row.specs.items()},
        speeds={Surface(name): float(value) for name, value in row.speeds.items()},
        **{name: getattr(row, name) for name in _CARD},
    )
    return Unit(
        id=row.id,
        version=row.version,
        card=card,
        status=Status(row.status),
        status_at=row.status_at,
        fire_id=row.fire_id,
        duty=DutyClock(row.duty_began_at, row.duty_ended_at, row.run_began_at),
        remarks=tuple(Coded.from_dict(told) for told in row.remarks),
        territories=tuple(row.territories),
        retired_at=row.retired_at,
        changed_at=row.changed_at,
        position=unit_positions.position(row),
    )
