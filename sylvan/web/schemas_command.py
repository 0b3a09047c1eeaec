"""Decisions of commissions, regimes and the bulletin, as asked for and as published."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from sylvan.domain.command.control import ControlKind
from sylvan.domain.command.regimes import RegimeKind
from sylvan.services.act_files import GivenFile
from sylvan.services.control_told import Cancelling, NewDecision
from sylvan.services.regimes import NewRegime
from sylvan.web.bodies import Short, Strict, Text
from sylvan.web.schemas_safety import NoticeTold
from sylvan.web.schemas_text import CodedText

MOST = 200
"""Fires or municipalities of one act."""


class FileGiven(Strict):
    """The file of an act: a PDF or a picture."""

    name: Short
    content: Annotated[str, StringConstraints(max_length=14_000_000)] = Field(
        description="base64, at most 10 MB"
    )

    def told(self) -> GivenFile:
        """As the use-case takes it."""
        return GivenFile(self.name, self.content)


class Decide(Strict):
    """A decision of the commission about the control zone."""

    number: Short
    day: date = Field(alias="date", description="of the act")
    kind: ControlKind
    grounds: Text
    commission: Short = Field(description="which commission, and who signed")
    fire_ids: list[UUID] = Field(default_factory=list, max_length=MOST)
    municipality: Short = Field("", description="code: all fires of its control zone are covered")
    until: date | None = Field(None, description="last day; left out: until it is cancelled")
    threat: bool = Field(description="whether people or objects are threatened; must be false")
    file: FileGiven | None = None

    def told(self) -> NewDecision:
        """As the use-case takes it."""
        return NewDecision(
            self.number,
            self.day,
            self.kind,
            self.grounds,
            self.commission,
            tuple(self.fire_ids),
            self.municipality,
            self.until,
            self.threat,
            self.file.told() if self.file else None,
        )


class Cancel(Strict):
    """The decision that cancels one."""

    number: Short
    day: date = Field(alias="date")
    reason: Text

    def told(self) -> Cancelling:
        """As the use-case takes it."""
        return Cancelling(self.number, self.day, self.reason)


class Cancelled(BaseModel):
    """By which act a decision ended."""

    at: datetime
    by: str
    number: str
    day: date | None = Field(alias="date")
    reason: str


class DecisionTold(BaseModel):
    """A decision about the control zone."""

    id: UUID
    version: int
    number: str
    day: date = Field(alias="date")
    kind: ControlKind
    grounds: str
    commission: str
    fire_ids: list[UUID]
    municipality: str | None
    until: date | None
    file_id: UUID | None
    areas: dict[str, float] = Field(description="ha of each named fire when it was decided")
    recorded_at: datetime
    recorded_by: str
    cancelled: Cancelled | None
    in_force: bool


class FireControl(BaseModel):
    """What is decided about one fire."""

    zone: str | None
    covered: bool = Field(description="a decision in force covers it")
    undecided: bool = Field(description="it burns in the control zone, and nothing is decided")
    decisions: list[DecisionTold]
    notices: list[NoticeTold] = Field(description="why a decision is to be looked at again")


class Introduce(Strict):
    """A regime in one municipality or many."""

    kind: RegimeKind
    municipalities: list[Short] = Field(
        min_length=1, max_length=MOST, description="codes; `*`: all"
    )
    act: Short
    act_date: date
    since: date
    until: date | None = None
    note: Text = ""
    file: FileGiven | None = None

    def told(self) -> NewRegime:
        """As the use-case takes it."""
        return NewRegime(
            self.kind,
            tuple(dict.fromkeys(self.municipalities)),
            self.act,
            self.act_date,
            self.since,
            self.until,
            self.note,
            self.file.told() if self.file else None,
        )


class Lift(Strict):
    """The last day of a regime."""

    until: date


class RegimeTold(BaseModel):
    """A regime in one municipality."""

    id: UUID
    version: int
    municipality: str = Field(description="code; `*` is the whole region")
    kind: RegimeKind
    act: str
    act_date: date
    since: date
    until: date | None
    file: UUID | None
    note: str


class RegimeListed(RegimeTold):
    """A regime, and whether it holds today."""

    in_force: bool


class MunicipalityTold(BaseModel):
    """A municipality with its regimes, the mildest first."""

    code: str
    name: dict[str, str]
    danger_class: int | None = Field(alias="class")
    regimes: list[RegimeTold]


class RegimesTold(BaseModel):
    """Regimes of the region."""

    today: date
    has_layer: bool = Field(description="false: no municipalities are loaded, nothing to draw")
    municipalities: list[MunicipalityTold]
    regimes: list[RegimeListed] = Field(description="all that were ever introduced")
    proposals: list[NoticeTold]


class BulletinRegime(BaseModel):
    """A regime as a bulletin names it."""

    kind: RegimeKind
    act: str
    since: date
    until: date | None


class BulletinPlace(BaseModel):
    """A municipality in a bulletin."""

    code: str
    name: dict[str, str]
    danger_class: int | None = Field(alias="class")
    regimes: list[BulletinRegime]
    fires: int
    area_ha: float


class BulletinFires(BaseModel):
    """Fires as they stand, or stood when the day ended, and what began and ended on it."""

    active: int
    contained: int
    suspended: int
    area_ha: float
    registered_today: int
    out_today: int


class BulletinTold(BaseModel):
    """A day's bulletin."""

    day: date = Field(alias="date")
    made_at: datetime
    world: str
    zone: str = Field(description="time zone whose midnight ends the day")
    fires: BulletinFires
    signals: int
    municipalities: list[BulletinPlace]
    assumed: list[CodedText]
