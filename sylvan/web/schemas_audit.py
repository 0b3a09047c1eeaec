"""The audit as published."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class AuditRow(BaseModel):
    """Who did, saw or took away what."""

    id: int
    seq: int | None = Field(description="place in the chain; none while it waits for it")
    hash: str | None = Field(description="SHA-256 in hexadecimal")
    world: str | None = Field(description="none: it belongs to no world, such as signing in")
    at: datetime = Field(description="by the world's clock")
    recorded_at: datetime
    actor: str
    role: str
    level: str
    peer: str | None = Field(description="address of the other side")
    action: str
    subject: str = Field(description="the thing that it was done to")
    version: int | None
    changes: dict[str, Any]


class AuditPage(BaseModel):
    """Rows, newest first."""

    rows: list[AuditRow]
    next: str | None


class CheckpointTold(BaseModel):
    """How far the chain went at a moment, signed."""

    kind: str
    seq: int
    hash: str
    at: datetime
    key: str = Field(description="public key, Ed25519, in hexadecimal")
    signature: str = Field(description="of the RFC 8785 JSON of all other fields")


class ChainTold(BaseModel):
    """The chain as it stands."""

    seq: int = Field(description="rows in the chain")
    hash: str = Field(description="of the last row")
    waiting: int = Field(description="rows that are not linked yet")
    checkpoint: CheckpointTold | None
