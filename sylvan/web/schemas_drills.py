"""Drills, as asked for and as published."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from sylvan.domain.drills.clocks import Clock
from sylvan.domain.drills.model import (
    MOST_FIRES,
    MOST_HOURS,
    MOST_PEOPLE,
    MOST_SPEED,
    DrillState,
    Source,
    SourceKind,
)
from sylvan.domain.drills.truth import Verdict
from sylvan.domain.worlds import WorldKind
from sylvan.services.drills import NewDrill
from sylvan.web.bodies import Moment, Short, Strict
from sylvan.web.schemas_figures import FigureDefinition, FigureResult
from sylvan.web.schemas_text import CodedText

Speed = Annotated[float, Field(gt=0, le=MOST_SPEED, allow_inf_nan=False)]
Hours = Annotated[float, Field(ge=0.5, le=MOST_HOURS, allow_inf_nan=False)]


class DrillSourceAsked(Strict):
    """Which day is played."""

    kind: SourceKind
    hours: Hours = Field(12.0, description="how long it is, by the world's clock")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(
        0, description="of a generated day: the same one gives the same day"
    )
    fires: Annotated[int, Field(ge=1, le=MOST_FIRES)] = Field(
        20, description="that burn or break out on a generated day"
    )
    world: Annotated[Short, Field(max_length=100)] = Field(
        "", description="of a historic day: the world that has it, such as an archive"
    )
    day: date | None = Field(None, description="of a historic day, UTC")

    def told(self) -> Source:
        """As the use-case takes it: nothing of the other kind."""
        if self.kind is SourceKind.HISTORIC:
            return Source(self.kind, self.hours, world=self.world, day=self.day)
        return Source(self.kind, self.hours, self.seed, self.fires)


class PreviewDrill(Strict):
    """A day to be looked at before it is played."""

    source: DrillSourceAsked
    speed: Speed = 10.0


class BeginDrill(PreviewDrill):
    """A new drill."""

    name: Annotated[
        str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f/?#]*$")
    ] = Field(description="of the drill and its world")
    people: list[Short] = Field(default_factory=list, max_length=MOST_PEOPLE)
    roles: list[Short] = Field(default_factory=list, max_length=20)
    outside: bool = Field(
        False, description="tell named contacts outside as well; their letters carry the mark"
    )
    begin_at: Moment | None = Field(None, description="real time; left out: at once")

    def told(self) -> NewDrill:
        """As the use-case takes it."""
        return NewDrill(
            self.name,
            self.source.told(),
            self.speed,
            tuple(dict.fromkeys(self.people)),
            tuple(dict.fromkeys(self.roles)),
            self.outside,
            self.begin_at,
        )


class DrillHolds(BaseModel):
    """What a day holds."""

    starts_at: datetime = Field(description="world time")
    ends_at: datetime
    fires: int | None = Field(description="that somebody tells of; none of a historic day")
    burning: int | None = Field(description="fires that burn when it begins")
    files: int = Field(description="of satellites")
    rows: int = Field(description="detections in them, repeats and versions included")
    reports: int
    left_out: int = Field(description="detections of satellites that cannot be played")


class DrillPreview(DrillHolds):
    """What a day holds, and how long it takes."""

    watch_s: float = Field(description="how long it takes by the participants' own watch")
    norm_s: float = Field(description="within which a signal is to be settled, world's clock")
    norm_watch_s: float = Field(description="the same by the participants' own watch")


class DrillSource(BaseModel):
    """Which day is played."""

    kind: SourceKind
    hours: float
    seed: int = Field(description="0 for whoever takes part while it runs")
    fires: int
    world: str
    day: date | None


class DrillPresent(BaseModel):
    """Somebody who did something in the drill's world."""

    subject: str
    name: str
    last_at: datetime = Field(description="real time")
    deeds: int


class DrillTold(BaseModel):
    """A drill. All moments outside `holds` are real time."""

    id: UUID
    name: str
    world: str = Field(description="name of its world")
    state: DrillState
    source: DrillSource
    speed: float = Field(description="world seconds per second")
    people: list[str]
    roles: list[str]
    outside: bool
    made_by: str
    made_at: datetime
    begin_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    why: CodedText | None = Field(description="why it was broken off")
    holds: DrillHolds | None = Field(description="hidden from whoever takes part while it runs")
    delivered: int = Field(description="things that were handed out so far")
    lag_s: float = Field(description="world seconds by which the last one came late")
    leads: bool = Field(description="whether whoever asks leads it")
    enters: bool = Field(description="whether whoever asks may enter its world")
    present: list[DrillPresent] = Field(description="for whoever leads it")


class PersonChoice(BaseModel):
    """Somebody who may take part."""

    subject: str
    name: str
    role: str


class RoleChoice(BaseModel):
    """A role whose people may take part."""

    code: str
    names: dict[str, str]


class WorldChoice(BaseModel):
    """A world whose days can be played."""

    name: str
    kind: WorldKind
    since: datetime
    until: datetime


class DrillChoices(BaseModel):
    """What a drill can be made of."""

    people: list[PersonChoice]
    roles: list[RoleChoice]
    worlds: list[WorldChoice]


class ClockScore(BaseModel):
    """A duty clock over some deeds."""

    clock: Clock
    norm_s: float | None
    done: int
    in_time: int | None = Field(description="by the world's clock; none without a norm")
    in_time_by_watch: int | None = Field(description="by the participants' own watch")
    median_s: float | None
    p90_s: float | None
    median_watch_s: float | None
    open: int = Field(description="what nobody has done")
    open_late: int = Field(description="of it beyond the norm")


class PersonScore(BaseModel):
    """How somebody did."""

    subject: str
    name: str
    clocks: list[ClockScore]


class FigureScore(BaseModel):
    """A published figure over the drill's world."""

    definition: FigureDefinition
    result: FigureResult


class FireScore(BaseModel):
    """A fire that really burnt, and what became of it."""

    number: int
    lon: float
    lat: float
    at: datetime = Field(description="ignition, world time")
    told_at: datetime = Field(description="when the first pixel or report of it came")
    verdict: Verdict
    signals: list[UUID]
    registered_at: datetime | None
    seconds: float | None = Field(description="from told to registered, world's clock")
    registered_ha: float | None = Field(description="really burnt when it was registered")
    end_ha: float = Field(description="really burnt at the score's moment")


class TruthScore(BaseModel):
    """People's decisions against what really burnt."""

    found: int
    rejected: int
    undecided: int
    missed: int
    untold: int = Field(description="fires that nobody could know of yet")
    false_registered: int = Field(description="registered, and nothing burnt there")
    false_rejected: int = Field(description="rightly rejected")
    false_undecided: int
    fires: list[FireScore]


class DrillScore(BaseModel):
    """How people did in a drill."""

    at: datetime = Field(description="world time")
    speed: float
    clocks: list[ClockScore]
    people: list[PersonScore]
    figures: list[FigureScore]
    undecided: int = Field(description="signals that nobody decided on")
    truth: TruthScore | None = Field(description="none of a historic day: nobody knows it")


class DrillDeleted(BaseModel):
    """A drill that was removed."""

    id: UUID
    rows: int


class DrillRealNewest(BaseModel):
    """The real signal to look at first."""

    id: UUID
    received_at: datetime
    shown: bool
    address: dict[str, object]


class DrillReal(BaseModel):
    """What of real life waits."""

    at: datetime
    signals: int = Field(description="likely ones of the last twelve hours without a decision")
    unseen: int = Field(description="of these, never on a dispatcher's screen")
    reports: int
    alarms: int = Field(description="told to whoever asks, and not answered")
    distress: int = Field(description="calls for help of crews")
    newest: DrillRealNewest | None
