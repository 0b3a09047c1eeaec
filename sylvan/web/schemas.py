"""Shapes of answers, for the published OpenAPI document; tests hold real answers against them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.web.schemas_duty import CareTold
from sylvan.web.schemas_growth import Growth
from sylvan.web.schemas_orders import OrderTold
from sylvan.web.schemas_safety import NoticeTold
from sylvan.web.schemas_spread import ForecastTold
from sylvan.web.schemas_text import CodedText
from sylvan.web.schemas_threats import ExposureBrief
from sylvan.web.schemas_units import StationTold, UnitSummary


class Names(BaseModel):
    """A name in both languages."""

    ru: str
    en: str


class Place(BaseModel):
    """A named unit of the address."""

    code: str | None = None
    name: dict[str, str]


class Nearest(BaseModel):
    """The nearest settlement: how far, and in which direction the fire lies from it."""

    code: str
    name: dict[str, str]
    distance_km: float
    bearing_deg: float


class Address(BaseModel):
    """Where a fire is, in the words of the forest service.

    A null part is unknown if its kind is in ``missing`` (no such layer is loaded), else "in none".
    """

    region: Place | None = None
    municipality: Place | None = None
    forestry: Place | None = None
    subforestry: Place | None = None
    compartment: Place | None = None
    stand: Place | None = None
    land_category: str | None = None
    zone: Literal["ground", "aviation", "control"] | None = None
    nearest: Nearest | None = None
    time_zone: str | None = None
    missing: list[str] = Field(default_factory=list)
    sample: bool = Field(default=False, description="rests on sample layers")


class FireSummary(BaseModel):
    """A fire as lists, events and the snapshot show it."""

    id: UUID
    world: str
    version: int
    number: str | None
    status: str
    previous_status: str | None
    merged_into: UUID | None
    ids_merged: list[UUID]
    first_seen: datetime
    last_seen: datetime
    received_at: datetime
    shown_at: datetime | None
    registered_at: datetime | None
    closed_at: datetime | None
    point: tuple[float, float]
    bbox: tuple[float, float, float, float]
    area_ha: float
    area_lo_ha: float
    area_hi_ha: float
    edge_source: Literal["satellite", "drawn", "track"] | None
    growth_ha_h: float | None
    frp_mw: float
    n_detections: int
    n_passes: int
    sensors: list[str]
    activity: Literal["burning", "active", "sleeping", "out"]
    likelihood: float
    reasons: list[CodedText]
    address: Address
    source_kinds: list[str]
    frp_series: list[tuple[datetime, float]]
    proposals: list[UUID]
    parts: int
    details: dict[str, Any]


class Ignition(BaseModel):
    """A spot that burnt apart before it became part of the fire."""

    point: tuple[float, float]
    first_seen: datetime
    detections: int


class Word(BaseModel):
    """Who set a field of the record."""

    by: str | None
    level: str = Field(description="at which level, or `engine`; lower ones do not overwrite it")
    at: datetime


class FireDetail(FireSummary):
    """One fire with its edge and the ignitions that it grew from."""

    edge: dict[str, Any] | None = Field(description="RFC 7946 MultiPolygon")
    edge_at: datetime | None = Field(description="since when the edge is known")
    front: dict[str, Any] | None = Field(
        description="RFC 7946 MultiLineString: parts of the edge where the latest passes saw fire"
    )
    growth: Growth
    ignitions: list[Ignition]
    authority: dict[str, Word] = Field(description="by field of the record: who set it")


class Report(BaseModel):
    """A report; who made it is not part of it."""

    id: UUID
    world: str
    version: int
    source_kind: str
    seen: str
    point: tuple[float, float]
    accuracy_m: float | None
    place: dict[str, Any]
    observed_at: datetime
    received_at: datetime
    text: str
    has_photo: bool
    status: str
    fire_id: UUID | None
    reject_reason: str | None
    address: Address
    evidence: dict[str, Any] = Field(description="whose clock told the time; the camera's word")
    answer_due_at: datetime | None = Field(description="null: nobody waits for it")
    answered_at: datetime | None
    answer_words: str = Field(description="what its maker reads under his link")
    joined_to: UUID | None = Field(description="the report that told of the same before")
    also_seen: int = Field(description="how many have joined it")


class FeedError(CodedText):
    """The last thing that went wrong with a feed."""

    at: datetime


class FeedPause(BaseModel):
    """Who holds a feed back, since when, why."""

    by: str | None
    name: str | None
    reason: str
    at: datetime


class Feed(BaseModel):
    """The state of one feed."""

    feed: str
    kind: str
    title: Names | None
    state: str
    last_poll: datetime | None
    last_pass: datetime | None
    last_data: datetime | None
    last_error: FeedError | None
    rows: int
    paused: FeedPause | None = Field(description="held back by somebody: never healthy")


class Proposal(BaseModel):
    """What the engine suggests about fires on which people have decided."""

    id: UUID
    version: int
    kind: str
    fires: list[UUID]
    reason: CodedText
    status: str
    created_at: datetime
    decided_by: str | None


class World(BaseModel):
    """A world and what its clock shows."""

    id: int
    name: str
    kind: Literal["live", "replay", "drill"]
    now: datetime
    rate: float


class Snapshot(BaseModel):
    """Everything on the map at one number of the log: start here, then resume after it."""

    epoch: UUID
    as_of_seq: int
    world: World
    fires: list[FireSummary]
    reports: list[Report]
    feeds: list[Feed]
    proposals: list[Proposal]
    exposures: list[ExposureBrief]
    forecasts: list[ForecastTold] = Field(description="the newest of each fire that burns")
    stations: list[StationTold]
    units: list[UnitSummary] = Field(description="with where they are, as of now")
    orders: list[OrderTold] = Field(description="those that still ask something of somebody")
    notices: list[NoticeTold] = Field(description="those that are not over")
    cares: list[CareTold] = Field(description="whose signals are whose, and what was put off")


class Feature(BaseModel):
    """An RFC 7946 feature."""

    type: Literal["Feature"]
    id: str | int
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class FeatureCollection(BaseModel):
    """An RFC 7946 collection; ``next`` is the cursor of the following page."""

    type: Literal["FeatureCollection"]
    features: list[Feature]
    next: str | None = None


class LayerInfo(BaseModel):
    """A layer of the region."""

    code: str
    region: str
    kind: str
    title: dict[str, str]
    source: str
    licence: str
    sample: bool
    items: int


class Histogram(BaseModel):
    """Counts of detections by step."""

    t0: datetime
    step_s: int
    counts: list[int]


class LogEntry(BaseModel):
    """One event about a fire."""

    seq: int
    kind: str
    at: datetime
    actor: str
    body: dict[str, Any]


class RegionInfo(BaseModel):
    """The region that this server watches."""

    code: str
    name: Names
    bbox: tuple[float, float, float, float]
    center: tuple[float, float]
    zoom: float
    time_zones: list[str]


class StatusOption(BaseModel):
    """A next step, and the facts that it needs."""

    status: str
    needs: list[str]


class Config(BaseModel):
    """What a screen must know before anything else."""

    version: str
    region: RegionInfo
    default_world: str
    languages: list[str]
    basemap: str
    attribution: str
    registration_norm_s: int
    reject_reasons: list[str]
    transitions: dict[str, list[StatusOption]]


class Ok(BaseModel):
    """The thing as it stands after the change, by its id."""

    id: UUID
    version: int


class Ellipse(BaseModel):
    """How well a place from bearings is known (95 %)."""

    semi_major_m: float
    semi_minor_m: float
    bearing_deg: float


class Located(BaseModel):
    """Where a description of a place lies."""

    world: str
    point: tuple[float, float]
    accuracy_m: float | None
    method: Literal["coordinates", "bearing", "cross"]
    ellipse: Ellipse | None
    alternatives: list[tuple[float, float]]
    address: Address


class Taken(BaseModel):
    """What became of a file's rows.

    ``rows = accepted + duplicates + superseded + outside + rejected``.
    """

    file: str
    product: str
    rows: int
    accepted: int
    duplicates: int
    superseded: int
    outside: int
    rejected: int
    replaced: int = Field(description="stored rows that better versions in this file replaced")
    fires: int = Field(description="fires that changed")
    batch: int | None = Field(description="number in the ledger")
    incomplete: bool = Field(description="the end of the file is missing")


class Mistake(CodedText):
    """What is wrong with one named field."""

    field: str


class Problem(BaseModel):
    """Every answer above 399 (RFC 9457); the text of ``code`` stands in the catalogues."""

    type: str
    title: str
    status: int
    code: str
    params: dict[str, str | float | int | bool | None]
    errors: list[Mistake]
