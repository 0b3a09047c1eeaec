"""Shapes of answers about who answers for which territory."""

from datetime import datetime

from pydantic import BaseModel, Field

from sylvan.domain.alerting.letters import Grade
from sylvan.domain.answering import Duty, Standing
from sylvan.web.schemas import Names


class HolderTold(BaseModel):
    """Somebody who was given a role somewhere."""

    subject: str
    name: str
    role: str
    level: str
    territories: list[str]
    owner: str
    standing: Standing


class PartnerThere(BaseModel):
    """A partner whose things lie in a territory."""

    owner: str
    things: int
    people: list[str] = Field(description="subjects who sign in for it")


class TerritoryTold(BaseModel):
    """A territory, and who answers for it."""

    code: str
    level: str
    names: Names
    judged: bool
    gone: bool = Field(description="no layer in force holds it any more; grants may name it")
    own: list[str] = Field(description="subjects who were given just this one")
    unable: list[str] = Field(description="of them, who cannot be counted on")
    able: dict[Duty, list[str]] = Field(
        description="who can be counted on, also from above: subjects, or `contact:<name>`"
    )
    gaps: list[Duty] = Field(description="what nobody can do here")
    rungs: list[str] = Field(description="rungs whose requests nobody here may answer")
    partners: list[PartnerThere]
    contacts: list[str] = Field(description="names of alerts/contacts.yaml")


class LadderStep(BaseModel):
    """What happens when an alert stayed without an answer for so long."""

    after_min: float
    next_way: bool
    to: list[str]


class LadderTold(BaseModel):
    """Whom alerts climb to."""

    name: str
    grades: list[Grade]
    rules: list[str]
    steps: list[LadderStep]


class RungTold(BaseModel):
    """A rung of reserves, and who may answer requests to it."""

    rung: str
    approves: str
    answer_within_min: int
    able: list[str]


class NeighbourTold(BaseModel):
    """A neighbouring region that is read."""

    code: str
    state: str


class TerritoriesTold(BaseModel):
    """All territories of the region."""

    at: datetime
    judged: str = Field(description="the level whose territories are judged")
    people: list[HolderTold]
    roles: dict[str, Names]
    places: list[TerritoryTold]
    ladders: list[LadderTold]
    rungs: list[RungTold]
    neighbours: list[NeighbourTold]
