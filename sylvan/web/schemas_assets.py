"""Shapes of requests and answers about partners' own things."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, JsonValue, StringConstraints

from sylvan.web.bodies import Short, Strict, Text
from sylvan.web.schemas import FeatureCollection
from sylvan.web.schemas_text import CodedText

Kind = Literal["partner_asset", "power_line", "pipeline", "road", "tower", "airstrip", "farm"]
Km = Annotated[float, Field(ge=0, le=200, allow_inf_nan=False)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
Name = Annotated[
    dict[Annotated[str, StringConstraints(max_length=8)], Short], Field(min_length=1, max_length=20)
]


class ContactIn(Strict):
    """Who is rung; a phone or an address for letters."""

    name: Annotated[Short, Field(min_length=1)]
    phone: Annotated[str, StringConstraints(max_length=40)] = ""
    email: Short = ""
    role: Short = ""


class AssetIn(Strict):
    """A thing that somebody owns. Whose it is follows from who asks."""

    external_id: Key = Field(description="its key at the owner's")
    kind: Kind
    name: Name = Field(description="by language")
    geometry: dict[str, JsonValue] = Field(description="RFC 7946, WGS 84")
    watch_km: Km | None = Field(None, description="how near a fire concerns you; null: the rules'")
    alarm_km: Km | None = Field(None, description="how near somebody has to be rung")
    contacts: list[ContactIn] = Field(default_factory=list, max_length=10)
    notes: Text = ""


class AssetEdit(Strict):
    """Other values of some fields; what is not named stays."""

    kind: Kind | None = None
    name: Name | None = None
    geometry: dict[str, JsonValue] | None = None
    watch_km: Km | None = None
    alarm_km: Km | None = None
    contacts: Annotated[list[ContactIn], Field(max_length=10)] | None = None
    notes: Text | None = None

    def changes(self) -> dict[str, Any]:
        """What was told."""
        told = self.model_dump(exclude_unset=True)
        return {k: v for k, v in told.items() if v is not None or k in ("watch_km", "alarm_km")}


class AssetBatchIn(Strict):
    """Many at once, each judged by itself; sent again they change nothing."""

    name: Short = "api"
    assets: list[dict[str, JsonValue]] = Field(
        min_length=1, max_length=5000, description="each as one that is created by itself"
    )


class Contact(BaseModel):
    """Who is rung."""

    name: str
    phone: str
    email: str
    role: str


class Asset(BaseModel):
    """A thing as it stands."""

    id: UUID
    version: int
    owner: str
    external_id: str
    kind: str
    name: dict[str, str]
    watch_km: float | None
    alarm_km: float | None
    contacts: list[Contact]
    notes: str
    retired_at: datetime | None
    changed_at: datetime | None
    changed_by: str
    batch: UUID | None = Field(description="the batch that changed it last; can be taken back")


class AssetVersion(BaseModel):
    """A thing as it stood."""

    version: int
    at: datetime
    actor: str
    batch: UUID
    retired_at: datetime | None
    card: dict[str, Any]


class AssetDetail(Asset):
    """A thing with its geometry and every version of it, newest first."""

    geometry: dict[str, Any]
    history: list[AssetVersion]


class RowFault(BaseModel):
    """What is wrong with a field of a row."""

    field: str
    code: str
    params: dict[str, Any]


class AssetRow(BaseModel):
    """What became of a row."""

    line: int = Field(description="line of the text, or number of the feature; 0: not among them")
    external_id: str
    id: UUID | None
    name: dict[str, str] | None = Field(description="by language; null: it could not be read")
    kind: str | None
    became: Literal["created", "changed", "same", "refused", "retired"]
    fields: list[str] = Field(description="what is another, where it was changed")
    errors: list[RowFault]
    repaired: dict[str, Any] | None = Field(
        description="the geometry that would be taken with `repair=true`"
    )


class AssetBatch(BaseModel):
    """What became of a batch; created + changed + same + refused + retired = rows."""

    batch: UUID | None = Field(description="null: nothing was changed, or it was a dry run")
    created: int
    changed: int
    same: int
    refused: int
    retired: int = Field(description="things that were not among the rows, with `retire_missing`")
    missing: int = Field(description="standing things of yours that stay, not among the rows")
    plan: str = Field(description="the same for the same changes of the same things")
    shapes: FeatureCollection | None = Field(
        description="of a dry run: at most 1,000 things to draw, each with its `change`"
    )
    rows: list[AssetRow]
    more: int = Field(description="rows beyond those listed")
    notes: list[CodedText] = Field(description="what was guessed about the file")


class KindTerms(BaseModel):
    """A kind of thing, and what it may be drawn as."""

    kind: str
    points: bool
    lines: bool
    areas: bool


class AssetTerms(BaseModel):
    """What a file may hold, and how much of it is there already."""

    most_bytes: int
    most_rows: int
    most_owned: int = Field(description="standing things of one owner")
    owned: int = Field(description="of the asking owner")
    watch_km: float = Field(description="of things that do not say it")
    most_watch_km: float
    kinds: list[KindTerms]


class AssetBatchLine(BaseModel):
    """A batch of the past."""

    id: UUID
    name: str
    at: datetime
    actor: str
    counts: dict[str, int]
    undone_by: UUID | None


class AssetUndone(BaseModel):
    """A batch that was taken back, by a new one."""

    batch: UUID
    undone: int


class AssetThreat(BaseModel):
    """A fire near a thing."""

    fire_id: UUID
    number: str | None
    status: str
    activity: str
    last_seen: datetime
    area_ha: float
    likelihood: float
    point: tuple[float, float] = Field(description="the fire's middle")
    km: float = Field(description="from the fire's edge; 0: touched, or burning inside")
    from_deg: float | None = Field(description="where the fire lies, seen from the thing")
    nearest: tuple[float, float] = Field(description="the thing's place nearest to the fire")
    downwind: bool | None
    alarm: bool = Field(description="nearer than `alarm_km`")
    hours: float | None = Field(description="until half of the forecast's members have come")
    forecast_at: datetime | None
    probability: float | None
    reasons: list[CodedText]


class AssetThreats(BaseModel):
    """Fires near a thing, the soonest and nearest first."""

    asset: UUID
    at: datetime
    watch_km: float
    alarm_km: float | None
    threats: list[AssetThreat]
    more: int
