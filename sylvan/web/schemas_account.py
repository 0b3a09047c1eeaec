"""Signing in, people and keys, as asked for and as published."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from sylvan.domain.accounts import Grant
from sylvan.domain.actors import Level
from sylvan.services.keys import NewKey
from sylvan.web.bodies import Short, Strict

Secret = Annotated[str, StringConstraints(max_length=300, strip_whitespace=False)]
Code = Annotated[str, StringConstraints(max_length=12, pattern=r"^[0-9 ]*$")]
Territory = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]+$")]
Pattern = Annotated[str, StringConstraints(max_length=80, pattern=r"^[a-z0-9_*]+$")]
Way = Literal["password", "oidc", "demo", "key", "none"]


class ReadyRole(BaseModel):
    """One of the demo's ready roles."""

    code: str
    role: str
    names: dict[str, str]
    places: list[dict[str, str]] = Field(description="names of its territories; none: all")


class Me(BaseModel):
    """Who asks, and how one signs in here."""

    subject: str
    name: str
    role: str
    role_names: dict[str, str]
    level: Level
    territories: list[str]
    owner: str
    session: str | None = Field(description="mark of the session or key; null: not signed in")
    until: datetime | None = Field(description="when it ends unless it is used before")
    way: Way
    second_factor: bool
    operations: list[str] = Field(description="patterns of what the role may ask for")
    but: list[str] = Field(description="patterns that are kept out of these again")
    sign_in: Literal["open", "demo", "required"] = Field(
        description="open: nobody signs in; demo: one chooses a ready role"
    )
    provider: bool = Field(description="whether one can sign in with a provider of identities")
    ready: list[ReadyRole]


class SignIn(Strict):
    """Name, password, and the second factor's code where one is set up."""

    subject: Short
    password: Secret
    code: Code = ""


class Ready(Strict):
    """A ready role of the demo."""

    role: Short


class Back(Strict):
    """Where to go afterwards."""

    back: Annotated[
        str, StringConstraints(max_length=500, pattern=r"^/([^/\\\x00-\x20][^\\\x00-\x20]*)?$")
    ]


class Elsewhere(BaseModel):
    """Where the browser should go now; null: nowhere."""

    url: str | None


class Link(Strict):
    """A one-time link's secret: what stands behind ``#``."""

    token: Secret


class Guest(BaseModel):
    """For whom a one-time link is."""

    subject: str
    name: str
    role: str


class Join(Link):
    """What its person sets."""

    name: Short = ""
    password: Secret


class NewPassword(Strict):
    """Another password."""

    old: Secret
    new: Secret


class Prove(Strict):
    """One's password, before secrets change."""

    password: Secret


class GivenCode(Strict):
    """A code of the second factor."""

    code: Code


class SecondFactor(BaseModel):
    """A second factor that counts once a code of it was given."""

    secret: str
    uri: str
    svg: str = Field(description="the address as a QR code")


class Given(Strict):
    """Role, level and territories."""

    role: Short
    level: Level
    territories: list[Territory] = Field(default_factory=list, max_length=200)
    owner: Short = ""

    def grant(self) -> Grant:
        """As the use-case takes it."""
        return Grant(self.role, self.level, tuple(dict.fromkeys(self.territories)), self.owner)


class Invite(Given):
    """Somebody new."""

    subject: Short
    name: Short = ""


class ChangePerson(Given):
    """Another name or other rights."""

    name: Short | None = None


class Disable(Strict):
    """Shut out, or let in again."""

    off: bool


class Person(BaseModel):
    """Somebody who may sign in."""

    id: UUID
    subject: str
    version: int
    name: str
    role: str
    level: Level
    territories: list[str]
    owner: str
    state: Literal["invited", "active", "disabled"]
    way: Literal["password", "oidc"]
    second_factor: bool
    made_at: datetime
    seen_at: datetime | None


class Invited(BaseModel):
    """Somebody, and the link that is told once."""

    person: Person
    link: str = Field(description="path on this server; it opens once, within three days")


class SessionTold(BaseModel):
    """A browser that somebody is signed in with."""

    id: str
    way: str
    peer: str
    made_at: datetime
    seen_at: datetime
    until: datetime


class Ended(BaseModel):
    """How many sessions ended."""

    ended: int


class RoleChoice(BaseModel):
    """A role that can be given."""

    code: str
    names: dict[str, str]
    levels: list[Level]


class PlaceChoice(BaseModel):
    """A territory that can be given."""

    code: str
    level: str
    names: dict[str, str]


class Choices(BaseModel):
    """What can be given."""

    roles: list[RoleChoice]
    territories: list[PlaceChoice]


class MakeKey(Given):
    """A key for a program."""

    holder: Short = Field(description="partner or device: at most two keys of it work at a time")
    name: Short = ""
    operations: list[Pattern] = Field(
        default_factory=list, max_length=50, description="narrows it within its role"
    )
    days: int = 365

    def told(self) -> NewKey:
        """As the use-case takes it."""
        return NewKey(self.holder, self.name, self.grant(), tuple(self.operations), self.days)


class KeyTold(BaseModel):
    """A key; its secret is not part of it."""

    id: str
    holder: str
    name: str
    role: str
    level: Level
    territories: list[str]
    owner: str
    operations: list[str]
    state: Literal["active", "expired", "revoked"]
    made_by: str
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    limits: dict[str, int] | None = Field(
        description="`burst` and `day` of its own; null: those of its role"
    )


class KeyMade(KeyTold):
    """A new key with its secret, which is told once."""

    secret: str
