"""Crew safety and notices, as asked for and as published."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.domain.command.notices import Answer, State, Theme
from sylvan.domain.forces.kinds import UnitKind
from sylvan.domain.places import LonLat
from sylvan.services.safety import Heard
from sylvan.web.bodies import Moment, Strict, Text
from sylvan.web.bodies import Point as Place
from sylvan.web.schemas_text import CodedText

Point = Annotated[list[float], Field(min_length=2, max_length=2)]


class NoticeTold(BaseModel):
    """What holds and asks for a person."""

    id: UUID
    version: int
    theme: Theme
    kind: str = Field(description="what it is, within its theme")
    key: str = Field(description="whom it concerns: a unit, a fire or a municipality")
    state: State
    grade: int = Field(description="how bad it is; told again when it grows")
    fire_id: UUID | None
    about: UUID | None = Field(description="the decision that it is about")
    units: list[str] = Field(description="codes of the units that it concerns")
    reason: CodedText
    assumed: list[CodedText]
    raised_at: datetime
    over_at: datetime | None
    answer: Answer | None
    answered_at: datetime | None
    answered_by: str
    note: str
    answers: list[Answer] = Field(description="what may be answered now")


class AnswerNotice(Strict):
    """A person's answer to a notice."""

    answer: Answer
    note: Text = Field("", description="asked for when a decision is kept or a proposal dismissed")


class HeardCrew(Strict):
    """A crew was heard."""

    at: Moment | None = Field(None, description="when; left out: now")
    note: Text = ""
    point: Place | None = Field(None, description="where the crew says that it is")

    def told(self) -> Heard:
        """As the use-case takes it."""
        return Heard(self.at, self.note, self.point and LonLat(*self.point))


class CrewTold(BaseModel):
    """A unit at a fire, and when it is to be heard."""

    unit: str = Field(description="code in the register")
    unit_id: UUID
    name: dict[str, str] | None
    kind: UnitKind
    fire_id: UUID | None
    heard_at: datetime
    heard: str = Field(description="arrival, check_in or position: what it was heard by")
    heard_by: str
    due_at: datetime = Field(description="it should call by then")
    overdue: bool
    silent: bool = Field(description="the grace is over as well")
    point: Point | None = Field(description="where it was last; null: nobody knows")
    point_at: datetime | None


class Unwatched(BaseModel):
    """What nobody can be warned of, and why."""

    fire_id: UUID
    reason: CodedText


class CrewsTold(BaseModel):
    """Crews at fires, the next that is due first."""

    at: datetime
    check_in_min: int
    crews: list[CrewTold]
    notices: list[NoticeTold]
    unwatched: list[Unwatched]


class FireSafety(CrewsTold):
    """The same of one fire, with what is over."""

    over: list[NoticeTold]
