"""Collections of features as the OGC interface, tiles and exports know them: tables with words.

A set names each column that goes out. What is not named here never leaves, whatever tables come to
carry one day; what a role does not see is neither shown nor can it be asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, FromClause

from sylvan.domain.actors import Actor


class Kind(StrEnum):
    """What a property holds."""

    TEXT = "text"
    ID = "id"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    DAY = "day"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class Field:
    """One property: its column, what it holds, its unit (UCUM), and where rights may hide it."""

    name: str
    column: ColumnElement[Any]
    kind: Kind
    unit: str = ""
    path: tuple[str, ...] = ()
    """Where the product's own answers have it, if under another name."""
    word: str = ""
    """Key of its description; none: the name says it (properties of a region's own layers)."""

    @property
    def places(self) -> tuple[str, ...]:
        """The way to it, as the file of rights writes it."""
        return self.path or (self.name,)


@dataclass(frozen=True, slots=True)
class Ask:
    """On whose behalf and when a set is read."""

    actor: Actor
    now: datetime
    """Of the world's clock."""
    today: date
    """The day that the region's middle lives in."""
    region: str


@dataclass(frozen=True, slots=True)
class Key:
    """A column of the order in which pages follow each other."""

    column: ColumnElement[Any]
    kind: Kind


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """A collection."""

    code: str
    source: FromClause
    scoped: FromClause | None
    """The table whose rows are in somebody's reach or not; none: in everybody's, in every world."""
    geometry: ColumnElement[Any]
    shape: str
    """Its type in GeoJSON; `Geometry` where there are several."""
    fields: tuple[Field, ...]
    keys: tuple[Key, ...]
    operation: str
    """Operation of the product's interface that shows the same; who has it, has the collection."""
    thing: str
    """Under which name the file of rights hides fields of it."""
    ids: tuple[Key, ...] = ()
    """What a feature's id is made of, if not of its keys."""
    begins: ColumnElement[Any] | None = None
    ends: ColumnElement[Any] | None = None
    where: tuple[ColumnElement[bool], ...] = ()
    newest_first: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    """Its name by language, where it is a layer's and no word of ours."""
    source_note: str = ""
    licence: str = ""
    sample: bool = False
    tiled: str = ""
    """Name of the product's own tiles that show it; none: tiles are made of its rows."""

    @property
    def named_by(self) -> tuple[Key, ...]:
        """What an id is made of, in order."""
        return self.ids or self.keys

    @property
    def is_points(self) -> bool:
        """Whether bounding boxes alone decide what lies where."""
        return self.shape == "Point"

    def by_name(self) -> dict[str, Field]:
        """Its fields."""
        return {one.name: one for one in self.fields}

    def without(self, hidden: Sequence[tuple[str, ...]]) -> "FeatureSet":
        """The same without what lies at these paths."""
        kept = tuple(one for one in self.fields if not _hidden(one, hidden))
        return replace(self, fields=kept)


def _hidden(one: Field, hidden: Sequence[tuple[str, ...]]) -> bool:
    plain = (path[2:] if path[:2] == ("features", "properties") else path for path in hidden)
    return any(one.places[: len(path)] == path for path in plain if path)


Maker = Callable[[Ask], FeatureSet]
"""Makes a set for one reading: what is to be seen may depend on the hour and the region."""
