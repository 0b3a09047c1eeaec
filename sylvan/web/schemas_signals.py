"""Shapes of the one door for partners and devices."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import (
    BaseModel,
    Field,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from sylvan.domain.forces.kinds import UnitKind
from sylvan.services.signals import Told
from sylvan.web import mistakes
from sylvan.web.bodies import Moment, Point, ReportPlace, Seen, Short, Strict, Text
from sylvan.web.schemas_text import CodedText

Key = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._:-]+$")]
Source = Literal["camera", "drone", "aircraft", "sensor", "walker", "tower", "person", "partner"]
Became = Literal[
    "reported",
    "duplicate",
    "attached",
    "taken",
    "refused",
    "offered",
    "changed",
    "same",
    "withdrawn",
    "positioned",
]


class SightingIn(Strict):
    """Smoke or flame that somebody or something sees. A bearing may go without a distance."""

    kind: Literal["sighting"]
    external_id: Key
    source: Source
    seen: Seen
    observed_at: Moment | None = Field(None, description="left out: just now")
    place: ReportPlace
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    text: Text = ""
    photo: Annotated[str, StringConstraints(max_length=14_000_000)] | None = Field(
        None, description="JPEG, PNG or WebP, base64"
    )


class UnitIn(Strict):
    """A crew or equipment that is offered; `withdrawn` takes it back."""

    kind: Literal["unit"]
    external_id: Annotated[
        str, StringConstraints(min_length=1, max_length=30, pattern=r"^[A-Za-z0-9._-]+$")
    ]
    unit_kind: UnitKind
    name: dict[Annotated[str, StringConstraints(max_length=8)], Short] = Field(
        default_factory=dict, max_length=20
    )
    station: Short = ""
    point: Point | None = None
    at: Moment | None = None
    contact: Short = ""
    note: Text = ""
    withdrawn: bool = False


class PositionIn(Strict):
    """Where a crew of yours is."""

    kind: Literal["position"]
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=30)]
    point: Point
    at: Moment | None = None


SignalIn = Annotated[SightingIn | UnitIn | PositionIn, Field(discriminator="kind")]
_ONE: Final[TypeAdapter[SightingIn | UnitIn | PositionIn]] = TypeAdapter(SignalIn)


class SignalsIn(Strict):
    """A batch; each item is judged by itself."""

    sent_at: Moment | None = Field(
        None, description="what the sender's clock shows now; up to two hours off are set right"
    )
    signals: list[dict[str, JsonValue]] = Field(
        min_length=1,
        max_length=500,
        description="each a SightingIn, UnitIn or PositionIn, told apart by `kind`",
    )

    def told(self) -> Sequence[Told]:
        """Items as the use-case takes them."""
        return [_judged(one) for one in self.signals]


def _judged(item: dict[str, JsonValue]) -> Told:
    key, kind = str(item.get("external_id") or "")[:100], str(item.get("kind") or "")[:20]
    try:
        found = _ONE.validate_python(item)
    except ValidationError as error:
        # the body is where these faults are told from as well, so their place begins with it
        listed = [one | {"loc": ("body", *_inside(one["loc"]))} for one in error.errors()]
        return Told(key, kind, {}, mistakes.refusal(listed).errors)
    return Told(found.external_id, found.kind, found.model_dump())


def _inside(where: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Without the name of the kind, which a discriminated union puts in front."""
    return where[1:] if where and where[0] in ("sighting", "unit", "position") else where


class SignalFault(BaseModel):
    """What is wrong with a field."""

    field: str
    code: str
    params: dict[str, Any]


class SignalTaken(BaseModel):
    """What became of an item."""

    external_id: str
    became: Became
    again: bool = Field(description="it was here before, and nothing was done")
    report_id: UUID | None
    fire_id: UUID | None
    unit_id: UUID | None
    observed_at: datetime | None = Field(description="by our clock, after what `notes` say")
    point: tuple[float, float] | None
    notes: list[CodedText] = Field(description="what was assumed")
    errors: list[SignalFault]


class SignalsTaken(BaseModel):
    """What became of a batch, in its order."""

    signals: list[SignalTaken]
    counts: dict[str, int]


class SignalStands(BaseModel):
    """A signal, and what people made of it since."""

    external_id: str
    holder: str
    became: Became
    source: str
    seen: str
    confidence: float | None
    point: tuple[float, float]
    observed_at: datetime
    received_at: datetime
    notes: list[CodedText]
    report_id: UUID | None
    report_status: str | None
    reject_reason: str | None
    fire_id: UUID | None
    fire_number: str | None
    fire_status: str | None
