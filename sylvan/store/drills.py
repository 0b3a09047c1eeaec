"""Drills: which day is played for whom, where it stands, and what really burnt."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.drills.model import OPEN, Drill, DrillState, Participants, Source
from sylvan.domain.drills.truth import TrueFire, Truth, packed, unpacked
from sylvan.domain.worlds import World, WorldKind
from sylvan.store.base import JSONB, METADATA, TEXTS, at, uuid_column, world_column
from sylvan.store.worlds import worlds

drills = Table(
    "drill",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(unique=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("source", JSONB, nullable=False),
    Column("speed", Double, nullable=False),
    Column("people", TEXTS, nullable=False),
    Column("roles", TEXTS, nullable=False),
    Column("outside", Boolean, nullable=False),
    Column("made_by", Text, nullable=False),
    at("made_at"),
    at("begin_at"),
    at("began_at", nullable=True),
    at("ended_at", nullable=True),
    Column("ended_by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("told", JSONB, nullable=False),
    Column("progress", JSONB, nullable=False),
    Column("score", JSONB),
    CheckConstraint("state in ('planned', 'running', 'ended', 'broken')", name="state"),
    CheckConstraint("speed > 0", name="speed"),
    Index("ix_drill_state", "state"),
)

truths = Table(
    "drill_truth",
    METADATA,
    Column(
        "drill_id",
        pg.UUID(as_uuid=True),
        ForeignKey("drill.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("fires", JSONB, nullable=False),
    Column("pixels", LargeBinary, nullable=False),
)
"""Apart from the drill, so that no list can tell participants where it burns."""

_OPEN: Final = sorted(one.value for one in OPEN)
_PLAIN: Final = (
    *("id", "world_id", "name", "speed", "outside", "made_by", "made_at", "begin_at"),
    *("began_at", "ended_at", "ended_by", "why", "told", "progress", "score"),
)


def _drills() -> Select[Any]:
    return select(drills, worlds.c.name.label("world")).join(
        worlds, worlds.c.id == drills.c.world_id
    )


def _drill(row: Row[Any]) -> Drill:
    return Drill(
        **{name: getattr(row, name) for name in _PLAIN},
        world=row.world,
        state=DrillState(row.state),
        source=Source.from_dict(row.source),
        participants=Participants(frozenset(row.people), frozenset(row.roles)),
    )


def add(conn: Connection, one: Drill) -> None:
    """A new drill; its world is there already."""
    row = {name: getattr(one, name) for name in _PLAIN}
    row |= {
        "state": one.state.value,
        "source": one.source.as_dict(),
        "people": sorted(one.participants.people),
        "roles": sorted(one.participants.roles),
        "told": dict(one.told),
        "progress": dict(one.progress),
        "score": None if one.score is None else dict(one.score),
    }
    conn.execute(insert(drills).values(row))


def listed(conn: Connection) -> list[Drill]:
    """All of them, the newest first."""
    query = _drills().order_by(drills.c.made_at.desc(), drills.c.id.desc())
    return [_drill(row) for row in conn.execute(query)]


def still_open(conn: Connection) -> list[Drill]:
    """Those that run or are to begin."""
    query = _drills().where(drills.c.state.in_(_OPEN)).order_by(drills.c.made_at)
    return [_drill(row) for row in conn.execute(query)]


def get(conn: Connection, drill_id: UUID, *, lock: bool = False) -> Drill | None:
    """One by its id."""
    query = _drills().where(drills.c.id == drill_id)
    query = query.with_for_update(of=drills) if lock else query
    row = conn.execute(query).one_or_none()
    return _drill(row) if row else None


def of_world(conn: Connection, world: World) -> Drill | None:
    """The drill that is played in a world; none of a world that `sylvan replay` opened."""
    if world.kind is not WorldKind.DRILL:
        return None
    row = conn.execute(_drills().where(drills.c.world_id == world.id)).one_or_none()
    return _drill(row) if row else None


def change(conn: Connection, drill_id: UUID, **values: Any) -> None:
    """Other values of some columns."""
    conn.execute(update(drills).where(drills.c.id == drill_id).values(**values))


def remember(conn: Connection, drill_id: UUID, progress: Mapping[str, Any]) -> bool:
    """Note where its player stands; whether it still runs."""
    statement = (
        update(drills)
        .where(drills.c.id == drill_id, drills.c.state == DrillState.RUNNING.value)
        .values(progress=dict(progress))
        .returning(drills.c.id)
    )
    return conn.execute(statement).first() is not None


def keep_truth(conn: Connection, drill_id: UUID, truth: Truth) -> None:
    """What really burns; the same day prepared again has the same."""
    row = {
        "drill_id": drill_id,
        "fires": [one.as_dict() for one in truth.fires],
        "pixels": packed(truth.pixels),
    }
    statement = pg.insert(truths).values(row)
    conn.execute(statement.on_conflict_do_update(index_elements=["drill_id"], set_=row))


def truth_of(conn: Connection, drill_id: UUID) -> Truth | None:
    """What really burnt; none of a historic day."""
    row = conn.execute(select(truths).where(truths.c.drill_id == drill_id)).one_or_none()
    if row is None:
        return None
    return Truth(tuple(TrueFire.from_dict(one) for one in row.fires), unpacked(row.pixels))


def remove(conn: Connection, drill_id: UUID) -> None:
    """The drill itself, with its truth."""
    conn.execute(delete(drills).where(drills.c.id == drill_id))
