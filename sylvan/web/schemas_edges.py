"""People's edges, as asked for and as published."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.web.bodies import Latitude, Moment, Strict, Text
from sylvan.web.schemas_surgery import Polygon, Ring, Unrolled
from sylvan.web.schemas_text import CodedText

MOST_PARTS, MOST_POINTS = 200, 50_000
Kind = Literal["drawn", "track"]
Line = Annotated[list[tuple[Unrolled, Latitude]], Field(min_length=1, max_length=MOST_POINTS)]


class MultiPolygon(Strict):
    """RFC 7946 multipolygon; across 180° longitudes jump or run on."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[
        list[Annotated[list[Ring], Field(min_length=1)]], Field(min_length=1, max_length=MOST_PARTS)
    ]


class LineString(Strict):
    """RFC 7946 line; across 180° longitudes jump or run on."""

    type: Literal["LineString"]
    coordinates: Line


class MultiLineString(Strict):
    """Several lines, walked one after the other."""

    type: Literal["MultiLineString"]
    coordinates: Annotated[list[Line], Field(min_length=1, max_length=MOST_PARTS)]


class GiveEdge(Strict):
    """A fire's edge as it was at a moment: a polygon that was drawn, or a line that was walked."""

    kind: Kind
    geometry: Annotated[
        Polygon | MultiPolygon | LineString | MultiLineString, Field(discriminator="type")
    ]
    at: Moment
    note: Text = ""


class UndoEdge(Strict):
    """Why an edge is taken back."""

    note: Text = ""


class EdgeFire(BaseModel):
    """The fire after the change."""

    id: UUID
    version: int


class EdgeChanged(BaseModel):
    """An edge that was given or taken back, and its fire."""

    edge: UUID
    fire: EdgeFire


class PeoplesEdge(BaseModel):
    """An edge that people gave, in force until a newer one comes or it is taken back."""

    id: UUID
    version: int
    kind: Kind
    at: datetime
    actor: str
    note: str
    area_ha: float
    undone_at: datetime | None
    undone_by: str | None
    in_force: bool
    remarks: list[CodedText] = Field(description="what was repaired or completed")
    geometry: dict[str, Any] = Field(description="RFC 7946 MultiPolygon: the ground within")
