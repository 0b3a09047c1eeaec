"""What an operator writes about fire danger: scales of the classes, and what follows from each.

The file is data (``alerts/danger.yaml``), read and checked at start; every mistake is told by file,
line and field, all of them at once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from sylvan.domain.nesterov import CLASSES, ClassScale, ClassTable
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import fields_error, read_yaml

FILE: Final = "danger.yaml"
LANGUAGES: Final = frozenset({"ru", "en"})
"""Those in which rules have to speak; others may, and fall back."""
_MONTH_DAY: Final = re.compile(r"(\d{1,2})-(\d{1,2})")
MeasureKind = Literal["air_patrol", "ground_patrol", "duty", "warning", "ban"]


def _both_languages(texts: dict[str, str]) -> dict[str, str]:
    missing = sorted(LANGUAGES - texts.keys())
    if missing:
        raise ValueError(f"no text in {', '.join(missing)}")
    return texts


def _month_day(value: object) -> tuple[int, int]:
    match = _MONTH_DAY.fullmatch(str(value).strip())
    if not match:
        raise ValueError(f"{value!r} is no month and day: write 05-15")
    date(2000, int(match[1]), int(match[2]))
    return int(match[1]), int(match[2])


Texts = Annotated[dict[str, str], AfterValidator(_both_languages)]
MonthDay = Annotated[tuple[int, int], BeforeValidator(_month_day)]
Source = Annotated[str, Field(min_length=3, max_length=300)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Scale(_Part):
    """Limits of the classes."""

    upper: tuple[int, int, int, int]
    source: Source
    territory: str = ""
    since: date = date.min
    until: date = date.max
    begins: MonthDay = (1, 1)
    ends: MonthDay = (12, 31)

    @model_validator(mode="after")
    def _holds(self) -> Self:
        self.as_scale()
        return self

    def as_scale(self) -> ClassScale:
        """As the classes are computed with."""
        return ClassScale(
            self.upper,
            self.source,
            self.territory,
            self.since,
            self.until,
            self.begins,
            self.ends,
        )


class Measure(_Part):
    """One thing that follows from a class."""

    kind: MeasureKind
    text: Texts
    source: Source
    verified: bool


class DangerClass(_Part):
    """A class, its name and what follows from it."""

    number: Annotated[int, Field(alias="class", ge=1, le=CLASSES)]
    name: Texts
    measures: list[Measure]


class Rules(_Part):
    """The whole file."""

    scales: list[Scale] = Field(min_length=1)
    classes: list[DangerClass]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        numbers = [one.number for one in self.classes]
        if numbers != list(range(1, CLASSES + 1)):
            raise ValueError(f"classes must be 1 to {CLASSES} in this order, not {numbers}")
        self.table()
        return self

    def table(self) -> ClassTable:
        """All scales; refuses two of one territory on a day."""
        return ClassTable([one.as_scale() for one in self.scales])


@dataclass(frozen=True, slots=True)
class Advice:
    """Scales and measures, as read."""

    rules: Rules
    table: ClassTable

    @property
    def territories(self) -> frozenset[str]:
        """Territories with a scale of their own."""
        return frozenset(one.territory for one in self.rules.scales if one.territory)

    def territory_of(self, codes: Sequence[str]) -> str:
        """The narrowest of a place's territories that has a scale; empty: the general one."""
        mine = self.territories
        return next((code for code in reversed(codes) if code in mine), "")

    def as_list(self) -> list[dict[str, Any]]:
        """The classes' JSON form."""
        return [
            {
                "class": one.number,
                "name": one.name,
                "measures": [measure.model_dump() for measure in one.measures],
            }
            for one in self.rules.classes
        ]


def load(folder: Path | None = None) -> Advice:
    """Read and check the file in a folder; that of Sylvan where the folder has none.

    Raises:
        PackError: unreadable, not YAML, fields wrong or missing.
    """
    own = folder / FILE if folder is not None else None
    path = own if own is not None and own.is_file() else shipped_alerts() / FILE
    body, lines = read_yaml(path)
    try:
        rules = Rules.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    return Advice(rules, rules.table())
