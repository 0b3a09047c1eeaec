"""What a partner sees of the own keys and their use, as asked for and as published."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from sylvan.web.bodies import Short, Strict
from sylvan.web.schemas_account import KeyTold, Pattern


class OwnKey(Strict):
    """A key for a program of one's own, with one's own rights."""

    name: Short = ""
    operations: list[Pattern] = Field(
        default_factory=list, max_length=50, description="narrows it within one's role"
    )
    days: int = 365


class Sandbox(BaseModel):
    """The demo's key, made anew at every start."""

    secret: str
    world: str = Field(description="the world in which the demo's day burns")


class UsageRow(BaseModel):
    """What a key asked of one operation on one day (UTC)."""

    key: str
    day: date
    operation: str
    requests: int
    errors: int = Field(description="answers above 399")
    refused: int = Field(description="of these: above a limit; they use up no quota")
    bytes: int = Field(description="of answers, as they went over the wire, without heads")


class Limits(BaseModel):
    """What a key may ask for; null: as much as it likes."""

    burst: int | None = Field(description="requests within `seconds`, in each web process")
    seconds: int
    day: int | None = Field(description="requests of a day (UTC), over all processes")


class KeyUsage(BaseModel):
    """A key, its limits, and what it asked for."""

    key: KeyTold
    limits: Limits
    today: int = Field(description="requests of today that count against `day`")
    rows: list[UsageRow]


class OwnUsage(BaseModel):
    """The own keys' use."""

    keys: list[KeyUsage]


class KeyLimits(Strict):
    """Limits of a key's own, instead of its role's; both null: its role's again."""

    burst: Annotated[int, Field(ge=1, le=10**9, strict=True)] | None = None
    day: Annotated[int, Field(ge=1, le=10**9, strict=True)] | None = None

    def told(self) -> dict[str, int] | None:
        """As the use-case takes it."""
        return self.model_dump(exclude_none=True) or None
