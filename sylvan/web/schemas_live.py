"""Shapes of the live channel's answers over HTTP."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from sylvan.web.schemas import World


class LiveEvent(BaseModel):
    """One numbered change, as on the websocket."""

    model_config = ConfigDict(extra="forbid")

    t: Literal["event"]
    seq: int
    epoch: UUID
    world: int
    kind: str
    id: str
    at: datetime
    territories: list[str]
    point: tuple[float, float] | None
    actor: str | None
    body: dict[str, Any]


class DataAge(BaseModel):
    """How old a source's newest data are, by the world's clock."""

    feed: str
    state: str
    last_data: datetime | None
    last_pass: datetime | None
    age_s: int | None


class Heartbeat(BaseModel):
    """How fresh the picture is, told also while nothing changes."""

    seq: int
    at: datetime
    store: Literal["ok", "read_only", "away"]
    feeds: list[DataAge]


class Changes(BaseModel):
    """The events after a number."""

    epoch: UUID = Field(description="identity of the numbering")
    seq: int = Field(description="looked through up to here: ask after this next")
    oldest: int = Field(description="first number that may still be asked for")
    more: bool = Field(description="whether there is more to ask for at once")
    world: World
    heartbeat: Heartbeat
    events: list[LiveEvent]
