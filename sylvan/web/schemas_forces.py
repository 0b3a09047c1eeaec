"""The register of forces, as asked for and as published."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.domain.forces.kinds import (
    Method,
    Mobility,
    Ownership,
    Spec,
    StationKind,
    Surface,
    UnitKind,
)
from sylvan.domain.forces.positions import PositionSource
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.domain.forces.status import Status
from sylvan.services.forces_units import Step
from sylvan.services.languages import Language
from sylvan.web.bodies import Finite, Moment, Point, Short, Strict, Text
from sylvan.web.schemas_heat import BadRow
from sylvan.web.schemas_text import CodedText
from sylvan.web.schemas_units import StationTold, UnitSummary

Code = Annotated[Short, Field(min_length=1, max_length=60)]
Names = dict[Language, Short]
Words = Annotated[list[Short], Field(max_length=50)]
Specs = dict[Spec, Finite | None]
Speeds = dict[Surface, Finite | None]
_MERGED = "what it tells of itself; the norms of its kind fill the rest, null takes one out"


class NewUnit(Strict):
    """A unit; what it leaves out is taken from the norms of its kind."""

    code: Code = Field(description="its key in files and of its tracker; never changes")
    kind: UnitKind
    station: Short = Field("", description="code of its base")
    name: Names = Field(default_factory=dict, description="by language")
    owner: Short = ""
    owned_by: Ownership = Ownership.AGENCY
    mobility: Mobility | None = None
    qualifications: Words = Field(default_factory=list)
    specs: Specs = Field(default_factory=dict, description=_MERGED)
    speeds: Speeds = Field(default_factory=dict, description=f"km/h; {_MERGED}")
    contact: Short = ""
    note: Text = ""
    sample: bool = False

    def described(self) -> UnitCard:
        """As the use-case takes it."""
        return UnitCard(**_told(self.model_dump()))


class EditUnit(Strict):
    """Other values of some of a unit's fields; what is left out stays."""

    kind: UnitKind = UnitKind.GROUND_CREW
    station: Short = ""
    name: Names = Field(default_factory=dict)
    owner: Short = ""
    owned_by: Ownership = Ownership.AGENCY
    mobility: Mobility | None = None
    qualifications: Words = Field(default_factory=list)
    specs: Specs = Field(default_factory=dict, description=_MERGED)
    speeds: Speeds = Field(default_factory=dict, description=f"km/h; {_MERGED}")
    contact: Short = ""
    note: Text = ""
    sample: bool = False

    def changes(self) -> dict[str, Any]:
        """The fields that were given, as the card has them."""
        return _told(self.model_dump(exclude_unset=True), merged=True)


class NewStation(Strict):
    """A base."""

    code: Code = Field(description="its key in files; never changes")
    kind: StationKind
    point: Point
    name: Names = Field(default_factory=dict, description="by language")
    owner: Short = ""
    owned_by: Ownership = Ownership.AGENCY
    runway_m: Finite | None = Field(None, description="length; null: nothing is known of one")
    fuel_l: Finite | None = Field(None, description="aviation fuel; null: unknown, 0: none")
    flight_h: Finite | None = Field(
        None, description="hours that its aircraft fly within a day at most; null: not limited"
    )
    contact: Short = ""
    note: Text = ""
    sample: bool = False

    def described(self) -> StationCard:
        """As the use-case takes it."""
        return StationCard(**_told(self.model_dump()))


class EditStation(Strict):
    """Other values of some of a base's fields; what is left out stays."""

    kind: StationKind = StationKind.FIRE_STATION
    point: Point = (0.0, 0.0)
    name: Names = Field(default_factory=dict)
    owner: Short = ""
    owned_by: Ownership = Ownership.AGENCY
    runway_m: Finite | None = None
    fuel_l: Finite | None = None
    flight_h: Finite | None = None
    contact: Short = ""
    note: Text = ""
    sample: bool = False

    def changes(self) -> dict[str, Any]:
        """The fields that were given, as the card has them."""
        return _told(self.model_dump(exclude_unset=True))


def _told(body: dict[str, Any], *, merged: bool = False) -> dict[str, Any]:
    """Fields under the card's names; a new card has no figures to take out."""
    if "name" in body:
        body["names"] = {language: text for language, text in body.pop("name").items() if text}
    if "qualifications" in body:
        body["qualifications"] = tuple(body["qualifications"])
    for name in ("specs", "speeds"):
        if name in body and not merged:
            body[name] = {key: value for key, value in body[name].items() if value is not None}
    return body


class StepUnit(Strict):
    """What a unit does from some moment on."""

    to: Status
    fire_id: UUID | None = Field(None, description="with `assigned`: the fire that it is for")
    at: Moment | None = Field(None, description="when it happened; default: the world's now")
    note: Text = ""

    def step(self) -> Step:
        """As the use-case takes it."""
        return Step(self.to, self.fire_id, self.at, self.note)


class Retire(Strict):
    """Why it is no more."""

    note: Text = ""


class FigureTold(BaseModel):
    """A number with where it is from."""

    value: float
    source: str = Field(description="`unit`: the unit tells it of itself")
    verified: bool


class UnitDetail(UnitSummary):
    """A unit with all its figures."""

    own: dict[str, Any] = Field(description="what it tells of itself")
    specs: dict[str, FigureTold]
    speeds: dict[str, FigureTold] = Field(description="km/h; what is missing cannot be crossed")
    method: Method
    carried_by: list[UnitKind]
    contact: str
    note: str
    rules: str = Field(description="version of the norms")
    options: list[Status] = Field(description="steps that may follow")


class StationDetail(StationTold):
    """A base with its units."""

    units: list[UnitSummary]


class StationChanged(BaseModel):
    """The base as it stands after the change."""

    id: UUID
    version: int
    remarks: list[CodedText]


class UnitChanged(StationChanged):
    """The unit as it stands after the change."""

    status: Status


class Track(BaseModel):
    """One report of where a unit was."""

    at: datetime
    point: tuple[float, float]
    accuracy_m: float | None
    source: PositionSource


class HistoryEntry(BaseModel):
    """One deed on a unit or base, or one step of a unit's order."""

    at: datetime = Field(description="by the world's clock")
    recorded_at: datetime
    by: str
    action: str = Field(description="`unit.edit`, `unit.import`, `order.departed` …")
    version: int | None = Field(description="of the unit or base after it")
    fire_id: UUID | None
    changes: dict[str, Any] = Field(description="new values by field")


class TakenPositions(BaseModel):
    """What became of a batch; ``rows = kept + repeated + unknown + rejected``."""

    rows: int
    kept: int
    repeated: int = Field(description="of the same unit and moment")
    late: int = Field(description="kept, older than the last that is known of the unit")
    stale: int = Field(description="kept and newest, too old to say where the unit is now")
    units: int = Field(description="whose last position changed")
    unknown: int = Field(description="of units that nobody knows")
    rejected: int
    bad: list[BadRow] = Field(description="the first hundred of both")


class Counted(BaseModel):
    """What became of one table."""

    added: int
    changed: int
    same: int


class LineRemark(BaseModel):
    """Something about a row that was taken all the same."""

    sheet: str
    line: int
    code: str
    remark: CodedText


class TakenRegister(BaseModel):
    """What became of a file."""

    stored: bool
    stations: Counted | int = Field(description="with `check=true` the number of rows")
    units: Counted | int
    remarks: list[LineRemark]
    ignored: list[str] = Field(description="columns that were not read")


class KindNorms(BaseModel):
    """Norms of one kind of unit."""

    kind: UnitKind
    mobility: Mobility
    method: Method
    carried_by: list[UnitKind]
    stale_min: float
    specs: dict[str, FigureTold]
    speeds: dict[str, FigureTold]


class LineFactors(BaseModel):
    """What slows the making of line by one method."""

    fuel: dict[str, FigureTold]
    intensity: dict[str, FigureTold]


class Norms(BaseModel):
    """All norms, each figure with where it is from."""

    version: str
    work_per_rest: FigureTold
    kinds: list[KindNorms]
    line: dict[str, LineFactors]
    units: dict[str, str] = Field(description="what each figure is told in")
