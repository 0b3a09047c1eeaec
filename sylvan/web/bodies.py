"""Shapes of requests: what may be sent, and how much of it."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""No fire here was seen before or will be after; years beyond are slips of the pen."""
Text = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Point = tuple[Longitude, Latitude]
SourceKind = Literal["person", "call", "tower", "aircraft", "camera", "lightning", "partner"]
Seen = Literal["smoke", "flame", "lightning", "burnt", "other"]
RejectReason = Literal[
    "technogenic", "non_forest", "controlled_burn", "not_found", "duplicate", "foreign"
]


def _text(value: Any) -> Any:
    """A moment is written out; a bare number would silently count from 1970."""
    if not isinstance(value, str):
        raise PydanticCustomError("datetime_type", "a moment is text")
    return value


def _in_range(value: datetime) -> datetime:
    """Years 1 and 9999 have no other zone's time, and no place in a database."""
    if not FIRST.replace(tzinfo=value.tzinfo) <= value < LAST.replace(tzinfo=value.tzinfo):
        raise PydanticCustomError("time_range", "a moment between 1900 and 2100")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_in_range)]
Whole = Annotated[StrictInt, Field(ge=-(2**53), le=2**53)]
"""As far as every reader of JSON counts exactly."""
Finite = Annotated[float, Field(allow_inf_nan=False)]
Fact = Text | StrictBool | Whole | Finite | None
"""What a step in a fire's life may be told."""


class Strict(BaseModel):
    """A request body: unknown fields are refused, not ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class RegisterFire(Strict):
    """Registration: what the dispatcher adds to the prefilled card."""

    note: Text = ""
    land_category: Short | None = None
    first_area_ha: Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)] | None = None


class RejectFire(Strict):
    """Rejection with one reason of the list."""

    reason: RejectReason
    note: Text = ""


class ChangeStatus(Strict):
    """The next step in a fire's life, with the facts that it requires."""

    to: Short
    facts: dict[Short, Fact] = Field(default_factory=dict, max_length=30)


class Bearing(Strict):
    """A direction from a known place."""

    origin: Point
    bearing_deg: Annotated[float, Field(ge=0, le=360, allow_inf_nan=False)]
    distance_km: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] | None = None
    error_deg: Annotated[float, Field(gt=0, le=30, allow_inf_nan=False)] = 2.0
    declination_deg: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] = 0.0
    name: Short = ""


class ReportPlace(Strict):
    """Where: coordinates, one bearing with a distance, or two crossing bearings."""

    method: Literal["coordinates", "bearing", "cross"]
    point: Point | None = None
    text: Short | None = Field(None, description="coordinates in any common notation")
    accuracy_m: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] | None = None
    bearings: list[Bearing] = Field(default_factory=list, max_length=2)


class PhoneClock(Strict):
    """What a phone knew of its clock when something was seen."""

    device_at: Moment | None = None
    ahead_s: Annotated[float, Field(ge=-4e9, le=4e9, allow_inf_nan=False)] | None = Field(
        None, description="seconds that the server's clock was ahead of the phone's"
    )
    doubtful: StrictBool = False


class ReportWords(Strict):
    """Words for whoever made a report."""

    words: Annotated[Text, Field(min_length=1)]


class NewReport(Strict):
    """A report from the field, a call, a tower, an aircraft, a camera, a sensor or a partner."""

    place: ReportPlace
    seen: Seen
    source_kind: SourceKind = "person"
    observed_at: Moment | None = None
    text: Text = ""
    name: Short = ""
    phone: Short = ""
    photo: Annotated[str, StringConstraints(max_length=14_000_000)] | None = Field(
        None, description="JPEG, PNG, WebP or HEIC, base64"
    )
    upload: UUID | None = Field(None, description="a photo that was sent in pieces, instead")
    photo_claims: StrictBool = Field(
        False, description="the photo shows the place and the moment: its camera's word is kept"
    )
    photo_exif: Annotated[str, StringConstraints(max_length=90_000)] | None = Field(
        None, description="what the camera wrote, base64, where a phone has redrawn the picture"
    )
    clock: PhoneClock | None = Field(None, description="whose clock told `observed_at`")
    answer_token: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22,64}$")] | None = (
        Field(None, description="word of the link under which it is answered; made by the phone")
    )
    sender: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")] | None = Field(
        None, description="a random number of the phone; kept as a mark for a day at most"
    )
    same_as: UUID | None = Field(None, description="the report that told of the same before")


class Attach(Strict):
    """To which fire a report belongs."""

    fire_id: UUID


class RejectReport(Strict):
    """Why a report leads to nothing."""

    reason: RejectReason
    note: Text = ""
