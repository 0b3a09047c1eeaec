"""Webhooks, as asked for and as published."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from sylvan.services.webhooks import NewHook
from sylvan.web.bodies import Short, Strict

Url = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
Fires = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=100)]
Words = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=100)]
Side = Annotated[float, Field(allow_inf_nan=False)]


class HookFilter(Strict):
    """What of all that one may hear is told; the live channel's filter."""

    bbox: tuple[Side, Side, Side, Side] | None = Field(
        None, description="west, south, east, north in degrees; west > east crosses 180°"
    )
    kinds: Words | None = Field(None, description="kinds of events, as in the AsyncAPI document")
    fires: Fires | None = None
    least_priority: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] | None = None
    statuses: Words | None = None

    def told(self) -> dict[str, Any]:
        """Only the sides that are closed."""
        return self.model_dump(mode="json", exclude_none=True)


class MakeWebhook(Strict):
    """Where to tell what."""

    url: Url = Field(description="https, at an address of the public internet")
    name: Short = ""
    filter: HookFilter | None = None
    world: Annotated[Short, Field(min_length=1)] | None = Field(
        None,
        description="name of the world to hear of: live, a drill, a replay; default: the server's"
        " own. One that is over is refused",
    )

    def new(self, default_world: str) -> NewHook:
        """As the use-case takes it."""
        sides = {} if self.filter is None else self.filter.told()
        return NewHook(self.url, self.name, sides, self.world or default_world)


class ChangeWebhook(Strict):
    """What is to be another way; what is left out stays."""

    url: Url | None = None
    name: Short | None = None
    filter: HookFilter | None = None
    state: Literal["active", "paused"] | None = Field(
        None, description="active: goes on from where it stood, also after it was stopped"
    )

    def told(self) -> dict[str, Any]:
        """As the use-case takes it."""
        sides = None if self.filter is None else self.filter.told()
        return {"url": self.url, "name": self.name, "filter": sides, "state": self.state}


class Replay(Strict):
    """From where on everything is told (again)."""

    after: Annotated[int, Field(ge=0, le=2**53 - 1, strict=True)] = Field(
        description="number of the last event that is not told: `sequence` of the one before"
    )
    epoch: UUID | None = Field(
        None, description="numbering that it belongs to; refused if not now's"
    )


class Webhook(BaseModel):
    """An endpoint; its secret is not part of it."""

    id: UUID
    name: str
    url: str
    world: str
    filter: HookFilter
    subject: str = Field(description="key or person on whose behalf it hears")
    state: Literal["active", "paused", "stopped"]
    why: Literal["gone", "silent", "owner", "secret"] | None = Field(
        description="why it was stopped: it answered 410; it took nothing for 24 hours; its key "
        "or person may no longer hear; its secret cannot be read any more"
    )
    epoch: UUID
    position: int = Field(description="number up to which it was told")
    failures: int = Field(description="tries in a row that failed")
    failing_since: datetime | None
    next_at: datetime | None = Field(description="when it is tried again")
    told_at: datetime | None = Field(description="when it took something last")
    old_secret_until: datetime | None = Field(
        description="until when the secret before the last change signs beside the new one"
    )
    made_at: datetime


class WebhookMade(Webhook):
    """With its secret, which is told once."""

    secret: str = Field(description="`whsec_…`, to verify signatures with")


class Delivery(BaseModel):
    """One try."""

    id: int
    message: str = Field(description="`webhook-id`: the same for every try of one event")
    kind: str
    seq: int | None
    attempt: int
    by_hand: bool = Field(description="a test, or sent again by somebody")
    fine: bool
    status: int | None = Field(description="null: there was no answer, `told` says why")
    told: str = Field(description="the answer's beginning, or: timeout, inside, plain, network …")
    took_ms: int
    at: datetime


class Deliveries(BaseModel):
    """Tries, the newest first."""

    items: list[Delivery]
    next: int | None = Field(description="`before` of the page that follows")
