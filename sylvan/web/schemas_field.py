"""The phone of a crew: task, area, what it kept while it had no link, SOS; and files in pieces."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from sylvan.domain.command.notices import State, Theme
from sylvan.domain.command.orders import OrderStatus
from sylvan.domain.distress import Call
from sylvan.domain.forces.kinds import UnitKind
from sylvan.domain.forces.status import Status
from sylvan.domain.places import LonLat
from sylvan.services.crew_words import CrewWord
from sylvan.web.bodies import Moment, NewReport, Short, Strict, Text
from sylvan.web.bodies import Point as Place
from sylvan.web.schemas_edges import LineString, MultiLineString
from sylvan.web.schemas_text import CodedText

Point = Annotated[list[float], Field(min_length=2, max_length=2)]
Accuracy = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Key = Annotated[str, StringConstraints(min_length=8, max_length=100, pattern=r"^[\x21-\x7e]+$")]
Unit = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
MOST_ITEMS = 50


class FieldUnit(BaseModel):
    """The unit whose phone this is."""

    id: UUID
    code: str
    name: dict[str, str] | None
    kind: UnitKind
    status: Status
    status_at: datetime | None
    point: Point | None
    options: list[Status] = Field(description="what it may do next")


class NextStep(BaseModel):
    """A step that may follow, and what must be told with it."""

    status: OrderStatus
    needs: list[str]


class FieldOrder(BaseModel):
    """What the unit was ordered to do."""

    id: UUID
    status: OrderStatus
    task: str
    eta_at: datetime | None
    by: str
    options: list[NextStep]


class FieldFire(BaseModel):
    """A fire as a phone keeps it."""

    id: UUID
    number: str | None
    status: str
    point: Point
    area_ha: float
    edge: dict[str, Any] | None = Field(description="GeoJSON, simplified to about 40 m")
    edge_at: datetime | None
    lead: str | None = Field(description="who leads")
    nearest: dict[str, Any] | None
    options: list[str]


class FieldWay(BaseModel):
    """The way to it."""

    departs_at: datetime | None
    arrives_at: datetime | None
    line: list[Point]
    reasons: list[CodedText]


class FieldCheckIn(BaseModel):
    """When the crew is to be heard."""

    every_min: int
    heard_at: datetime
    due_at: datetime
    overdue: bool
    silent: bool


class FieldWarning(BaseModel):
    """What the crew is told."""

    id: UUID
    about: UUID | None
    theme: Theme
    kind: str
    units: list[str]
    state: State
    grade: int
    reason: CodedText
    raised_at: datetime
    answered_by: str
    note: str


class FieldTask(BaseModel):
    """All that a unit has to know now."""

    now: datetime = Field(description="real time, from which a phone learns how wrong its clock is")
    at: datetime = Field(description="time of the world")
    world: str
    unit: FieldUnit
    order: FieldOrder | None
    fire: FieldFire | None
    way: FieldWay | None
    check_in: FieldCheckIn | None
    warnings: list[FieldWarning]


class FieldPlace(BaseModel):
    """A settlement."""

    name: dict[str, str]
    point: Point


class FieldArea(BaseModel):
    """Fires and settlements to be taken along."""

    at: datetime
    point: Point
    km: float
    fires: list[FieldFire]
    places: list[FieldPlace]


class Phone(Strict):
    """What a phone says of its own clock when it tells a moment."""

    device_at: Moment | None = Field(None, description="what its clock showed")
    doubtful: bool = Field(False, description="it was wrong, or nobody knew whether it was right")


class _Kept(Strict):
    key: Key = Field(description="idempotency key of this one thing")


class KeptCheckIn(_Kept, Phone):
    """The crew was heard."""

    kind: Literal["check_in"]
    unit_id: UUID
    at: Moment | None = None
    point: Place | None = None
    note: Text = ""


class KeptStep(_Kept, Phone):
    """The unit does something else."""

    kind: Literal["unit_step"]
    unit_id: UUID
    to: Status
    at: Moment | None = None
    note: Text = ""


class KeptOrderStep(_Kept, Phone):
    """The next step of the order."""

    kind: Literal["order_step"]
    order_id: UUID
    to: OrderStatus
    at: Moment | None = None
    reason: Text = ""


class KeptWord(_Kept, Phone):
    """What the crew asks for."""

    kind: Literal["say"]
    fire_id: UUID
    unit: Unit
    word: CrewWord
    at: Moment | None = None
    note: Text = ""


class KeptEdge(_Kept, Phone):
    """The edge as it was walked."""

    kind: Literal["edge"]
    fire_id: UUID
    geometry: Annotated[LineString | MultiLineString, Field(discriminator="type")]
    at: Moment
    note: Text = ""


class KeptReport(_Kept):
    """A report; its photo was sent before, in pieces."""

    kind: Literal["report"]
    report: NewReport


class Fix(Strict):
    """Where the unit was."""

    at: Moment
    point: Place
    accuracy_m: Accuracy | None = None


class KeptTrack(_Kept):
    """Where the unit was, by its phone."""

    kind: Literal["track"]
    unit: Unit
    fixes: Annotated[list[Fix], Field(min_length=1, max_length=500)]


Kept = Annotated[
    KeptCheckIn | KeptStep | KeptOrderStep | KeptWord | KeptEdge | KeptReport | KeptTrack,
    Field(discriminator="kind"),
]


class SyncAsked(Strict):
    """What a phone kept, in the order in which it happened."""

    items: Annotated[list[Kept], Field(min_length=1, max_length=MOST_ITEMS)]


class SyncProblem(CodedText):
    """Why one thing was refused."""

    errors: list[dict[str, Any]]


class SyncResult(BaseModel):
    """What became of one thing."""

    key: str
    status: int = Field(description="200, or the status that it would have had alone")
    answer: dict[str, Any] | None
    problem: SyncProblem | None


class Synced(BaseModel):
    """What became of all of them, in their order."""

    now: datetime
    at: datetime
    results: list[SyncResult]


class SosAsked(Phone):
    """A call for help; repeated under its id until it is seen."""

    id: UUID = Field(description="made by the phone")
    unit: Unit
    at: Moment | None = None
    point: Place | None = None
    accuracy_m: Accuracy | None = None

    def call(self) -> Call:
        """As the use-case takes it."""
        place = self.point and LonLat(*self.point)
        return Call(self.id, self.unit, self.at, place, self.accuracy_m, self.doubtful)


class SosEnded(Strict):
    """Why a call is over."""

    note: Annotated[Short, Field(min_length=1)]


class SosTold(BaseModel):
    """What becomes of a call."""

    id: UUID
    unit: str
    state: State
    raised_at: datetime
    seen: bool = Field(description="whether somebody has answered: the phone may rest")
    by: str
    seen_at: datetime | None
    note: str
    heard_by: list[str] = Field(description="crews near, which are told as well")
    repeat_s: int


class UploadTold(BaseModel):
    """How far a file has come."""

    id: UUID
    length: int
    offset: int
