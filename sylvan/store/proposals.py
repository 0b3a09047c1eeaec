"""Proposals: what the engine suggests about fires on which people have decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, insert, select, update

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.instants import iso
from sylvan.store.base import JSONB, METADATA, TEXTS, UUIDS, at, uuid_column, world_column
from sylvan.store.scope import scope

proposals = Table(
    "proposal",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("fire_ids", UUIDS, nullable=False),
    Column("territories", TEXTS, nullable=False),
    Column("reason", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    at("created_at"),
    at("decided_at", nullable=True),
    Column("decided_by", Text),
    Index("ix_proposal_world_id_status", "world_id", "status"),
)

OPEN, ACCEPTED, DECLINED, OBSOLETE = "open", "accepted", "declined", "obsolete"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One suggestion: the first fire is to take in the others."""

    id: UUID
    version: int
    kind: str
    fire_ids: tuple[UUID, ...]
    territories: tuple[str, ...]
    reason: Coded
    status: str
    created_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "id": str(self.id),
            "version": self.version,
            "kind": self.kind,
            "fires": [str(fire) for fire in self.fire_ids],
            "reason": self.reason.as_dict(),
            "status": self.status,
            "created_at": iso(self.created_at),
            "decided_by": self.decided_by,
        }


def _proposal(row: Any) -> Proposal:
    return Proposal(
        row.id,
        row.version,
        row.kind,
        tuple(row.fire_ids),
        tuple(row.territories),
        Coded.from_dict(row.reason),
        row.status,
        row.created_at,
        row.decided_at,
        row.decided_by,
    )


def add(conn: Connection, actor: Actor, proposal: Proposal) -> None:
    """Write a new proposal."""
    conn.execute(
        insert(proposals).values(
            id=proposal.id,
            world_id=actor.world.id,
            version=proposal.version,
            kind=proposal.kind,
            fire_ids=list(proposal.fire_ids),
            territories=list(proposal.territories),
            reason=proposal.reason.as_dict(),
            status=proposal.status,
            created_at=proposal.created_at,
        )
    )


def decide(conn: Connection, actor: Actor, proposal: Proposal) -> None:
    """Write a proposal's new version."""
    conn.execute(
        update(proposals)
        .where(proposals.c.id == proposal.id, proposals.c.world_id == actor.world.id)
        .values(
            version=proposal.version,
            status=proposal.status,
            decided_at=proposal.decided_at,
            decided_by=proposal.decided_by,
        )
    )


def get(conn: Connection, actor: Actor, proposal_id: UUID) -> Proposal | None:
    """A proposal by its id, locked until the transaction ends."""
    query = scope(select(proposals), actor, proposals).where(proposals.c.id == proposal_id)
    row = conn.execute(query.with_for_update()).one_or_none()
    return _proposal(row) if row else None


def open_ones(conn: Connection, actor: Actor) -> list[Proposal]:
    """Proposals that wait for a decision."""
    query = scope(select(proposals), actor, proposals).where(proposals.c.status == OPEN)
    return [_proposal(row) for row in conn.execute(query.order_by(proposals.c.created_at))]


def about(conn: Connection, actor: Actor, fire_ids: set[UUID]) -> list[Proposal]:
    """All proposals, decided ones too, that name any of these fires (aliases not followed)."""
    query = scope(select(proposals), actor, proposals).where(
        proposals.c.fire_ids.overlap(list(fire_ids))
    )
    return [_proposal(row) for row in conn.execute(query.order_by(proposals.c.created_at))]
