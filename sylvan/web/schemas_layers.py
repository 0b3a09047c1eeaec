"""Shapes of requests and answers about versions of layers."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.services.packs import LayerKind
from sylvan.web.bodies import Short, Strict, Text
from sylvan.web.schemas_text import CodedText

Names = dict[str, str]


class LayerVersion(BaseModel):
    """A draft, or something that is or was in force."""

    id: UUID
    layer: str
    number: int | None = Field(description="none: a draft")
    state: Literal["draft", "in_force", "former"]
    kind: LayerKind
    title: Names
    source: str
    licence: str
    sample: bool
    items: int
    file: str
    faults: int
    made_at: datetime
    made_by: str = Field(description="empty: a region's pack")
    made_name: str
    published_at: datetime | None
    published_by: str
    published_name: str
    reason: str
    restores: int | None = Field(description="number of the former version that it brings back")


class StandingLayer(BaseModel):
    """A layer in force."""

    code: str
    region: str
    kind: LayerKind
    title: Names
    source: str
    licence: str
    sample: bool
    items: int
    loaded_at: datetime
    version: LayerVersion | None = Field(description="none: loaded before versions were kept")
    versions: int


class LayerKindTold(BaseModel):
    """What a layer may be, and which fields it says."""

    kind: LayerKind
    fields: list[str]


class LayerDesk(BaseModel):
    """What is in force, what was uploaded, and what may be uploaded."""

    most_bytes: int
    kinds: list[LayerKindTold]
    layers: list[StandingLayer]
    drafts: list[LayerVersion]
    ended: list[LayerVersion] = Field(description="the last version of layers that are no more")
    following: int = Field(description="versions whose fires are still being told anew")


class LayerColumn(BaseModel):
    """A column of the file, and a few of its values."""

    name: str
    values: list[str]


class LayerProblemCount(BaseModel):
    """How often something was found."""

    code: str
    fault: bool = Field(description="false: a remark")
    count: int


class LayerFinding(CodedText):
    """A problem of one feature; number 0 is the whole file."""

    number: int
    repair: str | None = Field(description="what would mend it")
    fault: bool


class LayerReading(BaseModel):
    """What reading the file found."""

    columns: list[LayerColumn]
    fields: dict[str, str] = Field(description="our field → the file's column")
    crs: str | None
    read: int
    refused: int
    repaired: bool
    ok: bool = Field(description="whether it may be published")
    mendable: bool = Field(description="whether consent to the repairs would make it so")
    faults: int
    nameless: int
    problems: list[LayerProblemCount]
    findings: list[LayerFinding]
    more: int


class LayerChange(BaseModel):
    """A feature that becomes another."""

    change: Literal["added", "changed", "removed"]
    code: str
    names: Names
    what: list[str] = Field(description="`names`, `props`, `geometry`")


class LayerRow(BaseModel):
    """A feature's attributes."""

    code: str
    names: Names
    props: dict[str, Any]


class LayerChanges(BaseModel):
    """How many features become what."""

    added: int
    changed: int
    removed: int
    same: int
    changed_names: int
    changed_props: int
    changed_geometry: int


class LayerCard(LayerVersion):
    """A version with all that one must know before it is published."""

    against: str = Field(description="which state it was compared with; to be sent back")
    ends: list[str] = Field(description="samples that end with it")
    bbox: list[float] | None
    changes: LayerChanges
    changed: list[LayerChange]
    about: LayerReading
    rows: list[LayerRow]


class PublishLayer(Strict):
    """Put it in force."""

    reason: Text = Field(min_length=3, description="why; kept with your name")
    against: Short = Field(description="of the card that was looked at")
