"""Alerts: what each recipient is told, whether he said that he has it, and what happens if not."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    Select,
    Table,
    Text,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.alerting.alerts import Alert, Part
from sylvan.domain.alerting.letters import Contact
from sylvan.domain.alerting.messages import Wording
from sylvan.store.base import JSONB, METADATA, TEXTS, at, uuid_column, world_column

alerts = Table(
    "alert",
    METADATA,
    uuid_column("id", primary_key=True),
    uuid_column("root_id", nullable=False),
    world_column(),
    Column("recipient", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("parts", JSONB, nullable=False),
    Column("subject", Text, nullable=False),
    Column("full", Text, nullable=False),
    Column("short", Text, nullable=False),
    Column("contacts", JSONB, nullable=False),
    Column("territories", TEXTS, nullable=False),
    uuid_column("fire_id", nullable=True),
    Column("drill", Boolean, nullable=False),
    at("at"),
    at("made_at"),
    Column("answer_within_s", Integer),
    Column("ladder", Text, nullable=False),
    Column("step", Integer, nullable=False),
    at("climbs_at", nullable=True),
    Column("tried", Integer, nullable=False),
    at("answered_at", nullable=True),
    Column("answered_by", Text, nullable=False),
    Column("answered_how", Text),
    Column("unreached", Boolean, nullable=False),
    Index("ix_alert_recipient", "world_id", "recipient", "made_at"),
    Index("ix_alert_root_id", "root_id"),
    Index(
        "ix_alert_climbs_at",
        "climbs_at",
        postgresql_where=text("climbs_at is not null and answered_at is null"),
    ),
)

alert_letters = Table(
    "alert_letter",
    METADATA,
    uuid_column("letter_id", primary_key=True),
    Column("alert_id", pg.UUID(as_uuid=True), ForeignKey("alert.id"), nullable=False, index=True),
)
"""Which alert a letter went into. The key is what makes each letter go out once."""
_PROGRESS: Final = ("step", "climbs_at", "tried", "unreached")


def unknown(conn: Connection, letter_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the letters that are in no alert yet."""
    known = select(alert_letters.c.letter_id).where(alert_letters.c.letter_id.in_(letter_ids))
    return set(letter_ids) - set(conn.scalars(known))


def add(conn: Connection, world_id: int, found: Sequence[Alert]) -> set[UUID]:
    """Insert alerts that are not there yet; the ids of those that are new."""
    if not found:
        return set()
    rows = [_row(one, world_id) for one in found]
    statement = pg.insert(alerts).values(rows).on_conflict_do_nothing().returning(alerts.c.id)
    new = set(conn.scalars(statement))
    named = [
        {"letter_id": part.id, "alert_id": one.id}
        for one in found
        if one.id in new and one.root_id == one.id
        for part in one.parts
    ]
    if named:
        conn.execute(pg.insert(alert_letters).values(named).on_conflict_do_nothing())
    return new


def _row(one: Alert, world_id: int) -> dict[str, Any]:
    within = one.answer_within
    return {
        "id": one.id,
        "root_id": one.root_id,
        "world_id": world_id,
        "recipient": one.recipient,
        "language": one.language,
        "rule": one.rule,
        "thread": one.thread,
        "grade": one.grade,
        "parts": [part.as_dict() for part in one.parts],
        "subject": one.wording.subject,
        "full": one.wording.full,
        "short": one.wording.short,
        "contacts": [[way.channel, way.address] for way in one.contacts],
        "territories": list(one.territories),
        "fire_id": one.fire_id,
        "drill": one.drill,
        "at": one.at,
        "made_at": one.made_at,
        "answer_within_s": None if within is None else round(within.total_seconds()),
        "ladder": one.ladder,
        "step": one.step,
        "climbs_at": one.climbs_at,
        "tried": one.tried,
        "answered_at": one.answered_at,
        "answered_by": one.answered_by,
        "answered_how": one.answered_how,
        "unreached": one.unreached,
    }


def read(row: RowMapping) -> Alert:
    """A row as a value."""
    within = row["answer_within_s"]
    return Alert(
        id=row["id"],
        root_id=row["root_id"],
        recipient=row["recipient"],
        language=row["language"],
        rule=row["rule"],
        thread=row["thread"],
        grade=row["grade"],
        parts=tuple(Part.from_dict(part) for part in row["parts"]),
        wording=Wording(row["subject"], row["full"], row["short"]),
        contacts=tuple(Contact(*way) for way in row["contacts"]),
        at=row["at"],
        made_at=row["made_at"],
        territories=tuple(row["territories"]),
        fire_id=row["fire_id"],
        drill=row["drill"],
        answer_within=None if within is None else timedelta(seconds=within),
        ladder=row["ladder"],
        step=row["step"],
        climbs_at=row["climbs_at"],
        tried=row["tried"],
        answered_at=row["answered_at"],
        answered_by=row["answered_by"],
        answered_how=row["answered_how"],
        unreached=row["unreached"],
    )


def one(conn: Connection, alert_id: UUID, *, lock: bool = False) -> tuple[int, Alert] | None:
    """An alert, whatever its world, and the number of that."""
    query = select(alerts).where(alerts.c.id == alert_id)
    found = _many(conn, query.with_for_update() if lock else query)
    return found[0] if found else None


def family(conn: Connection, root_id: UUID) -> list[tuple[int, Alert]]:
    """An alert and all that escalate it, held until the transaction ends."""
    query = select(alerts).where(alerts.c.root_id == root_id).order_by(alerts.c.id)
    return _many(conn, query.with_for_update())


def climbing(conn: Connection, now: datetime, most: int) -> list[tuple[int, Alert]]:
    """Alerts whose next step has come, held; those that another process holds are left out."""
    c = alerts.c
    query = (
        select(alerts)
        .where(c.climbs_at <= now, c.answered_at.is_(None))
        .order_by(c.climbs_at, c.id)
        .limit(most)
    )
    return _many(conn, query.with_for_update(skip_locked=True))


def _many(conn: Connection, query: Select[Any]) -> list[tuple[int, Alert]]:
    return [(row["world_id"], read(row)) for row in conn.execute(query).mappings()]


def progress(conn: Connection, changed: Alert) -> None:
    """Keep how far an alert has come."""
    values = {name: getattr(changed, name) for name in _PROGRESS}
    conn.execute(update(alerts).where(alerts.c.id == changed.id).values(**values))


def answered(conn: Connection, root_id: UUID, by: str, how: str, now: datetime) -> None:
    """Somebody has it: all of its family that were not answered are."""
    c = alerts.c
    values = {"answered_at": now, "answered_by": by, "answered_how": how, "climbs_at": None}
    mine = update(alerts).where(c.root_id == root_id, c.answered_at.is_(None))
    conn.execute(mine.values(**values))


def of_recipient(
    conn: Connection, actor: Actor, limit: int, before: tuple[datetime, UUID] | None = None
) -> list[Alert]:
    """What the actor himself was told in his world, the newest first."""
    c = alerts.c
    query = select(alerts).where(c.world_id == actor.world.id, c.recipient == actor.subject)
    if before is not None:
        query = query.where(func.row(c.made_at, c.id) < func.row(*before))
    query = query.order_by(c.made_at.desc(), c.id.desc()).limit(limit)
    return [read(row) for row in conn.execute(query).mappings()]


def open_for(conn: Connection, actor: Actor) -> int:
    """How many alerts wait for the actor's answer."""
    c = alerts.c
    query = select(func.count()).where(
        c.world_id == actor.world.id,
        c.recipient == actor.subject,
        c.answer_within_s.is_not(None),
        c.answered_at.is_(None),
    )
    return int(conn.scalar(query) or 0)
