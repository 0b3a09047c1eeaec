"""Shapes about neighbouring regions and fires that change hands."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.web.bodies import Short, Strict, Text


class NeighbourSource(BaseModel):
    """How a neighbour is read."""

    code: str
    state: Literal["new", "ok", "away", "refused"]
    seq: int = Field(description="its last event that was looked through")
    heard_at: datetime | None
    age_s: int | None
    error: dict[str, Any] | None
    holes: list[dict[str, Any]] = Field(description="what it could not tell any more")


class OfferFire(Strict):
    """To whom a fire is offered, and why."""

    to: Annotated[Short, Field(min_length=1)]
    note: Text = ""


class AcceptFire(Strict):
    """A fire of ours that it becomes; none: a new one that keeps its id."""

    fire_id: UUID | None = None


class RefuseFire(Strict):
    """Why not."""

    reason: Annotated[Text, Field(min_length=1)]


class Handover(BaseModel):
    """A fire that one region offers another."""

    id: UUID
    version: int
    from_region: str
    to_region: str
    fire_id: UUID = Field(description="with the giver; an accepted one keeps it")
    fire: dict[str, Any] = Field(description="as it stood when it was offered")
    status: Literal["offered", "accepted", "refused", "withdrawn"]
    note: str
    answer: dict[str, Any]
    offered_at: datetime
    offered_by: str | None
    answered_at: datetime | None
    answered_by: str | None
