"""People's corrections of the partition, as asked for and as published."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from sylvan.domain.selection import Choice
from sylvan.web.bodies import Latitude, Moment, Strict, Text
from sylvan.web.schemas_text import CodedText

MOST_DETECTIONS, MOST_POSITIONS, MOST_RINGS = 50_000, 5_000, 20
Unrolled = Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)]
"""A longitude that may run on over 180°."""
NUMBERS = 2**63


def _stored(key: str) -> str:
    """A number of the database's."""
    if not -NUMBERS <= int(key) < NUMBERS:
        raise PydanticCustomError("int_parsing_size", "beyond 64 bits")
    return key


Key = Annotated[str, StringConstraints(pattern=r"^-?\d{1,19}$"), AfterValidator(_stored)]
Ring = Annotated[list[tuple[Unrolled, Latitude]], Field(min_length=4, max_length=MOST_POSITIONS)]


class DetectionName(Strict):
    """A detection by name, as lists of detections give it."""

    key: Key
    acq_at: Moment


class Polygon(Strict):
    """RFC 7946 polygon; across 180° longitudes jump (179, −179) or run on (179, 181)."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Field(min_length=1, max_length=MOST_RINGS)]


class Pointed(Strict):
    """Detections that are meant: a list of them, or all of the fire's in a polygon."""

    detections: (
        Annotated[list[DetectionName], Field(min_length=1, max_length=MOST_DETECTIONS)] | None
    ) = None
    within: Polygon | None = None
    note: Text = ""

    def choice(self) -> Choice:
        """What is pointed at."""
        listed = self.detections
        names = (
            None
            if listed is None
            else tuple((int(one.acq_at.timestamp()), int(one.key)) for one in listed)
        )
        return Choice(names, None if self.within is None else self.within.model_dump())


class Merge(Strict):
    """Which fire is the same one."""

    other: UUID
    note: Text = ""


class Move(Pointed):
    """To which fire they belong."""

    to: UUID


class Unmatch(Pointed):
    """Detections, or one report, that are not this fire."""

    report: UUID | None = None


class Undo(Strict):
    """Why a surgery is taken back."""

    note: Text = ""


class CutFire(BaseModel):
    """A fire as it stands after a surgery."""

    id: UUID
    version: int
    status: str


class Cut(BaseModel):
    """What a surgery did; the fire that stays comes first."""

    surgery: UUID
    kind: Literal["merge", "split", "move", "unmatch", "false"]
    fires: list[CutFire]


class Surgery(BaseModel):
    """A correction that people made, in force until it is undone."""

    id: UUID
    version: int
    kind: Literal["merge", "split", "move", "unmatch", "false"]
    at: datetime
    actor: str
    note: str
    fires: list[UUID]
    detections: int
    undone_at: datetime | None
    undone_by: str | None
    undoable: bool
    why_not: CodedText | None = Field(description="why it can't be undone (now)")
