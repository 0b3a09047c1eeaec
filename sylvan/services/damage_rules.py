"""Reads ``alerts/damage.yaml``: rates, multipliers and factors of preliminary damage.

What does not hold is named by file, line and field before anything is counted with it.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sylvan.domain.damage import Category, Degree, Row, Size, Tables
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import fields_error, read_yaml

FILE: Final = "damage.yaml"
Word = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
Value = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: date
    source: Annotated[str, Field(min_length=1, max_length=500)]


class _Rate(_Line):
    species: Word
    size: Size
    rub_m3: Value | None

    def row(self) -> Row:
        return Row(f"{self.species}/{self.size.value}", self.rub_m3, self.valid_from, self.source)


class _Multiplier(_Line):
    degree: Degree
    times: Value | None

    def row(self) -> Row:
        return Row(self.degree.value, self.times, self.valid_from, self.source)


class _Factor(_Line):
    category: Category
    times: Value | None

    def row(self) -> Row:
        return Row(self.category.value, self.times, self.valid_from, self.source)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(min_length=1, max_length=60)
    currency: Literal["RUB"]
    rates: list[_Rate] = Field(default_factory=list, max_length=2000)
    multipliers: list[_Multiplier] = Field(default_factory=list, max_length=100)
    factors: list[_Factor] = Field(default_factory=list, max_length=100)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for name in ("rates", "multipliers", "factors"):
            rows = [one.row() for one in getattr(self, name)]
            keys = [(one.name, one.valid_from) for one in rows]
            twice = sorted({f"{one[0]} {one[1]}" for one in keys if keys.count(one) > 1})
            if twice:
                raise ValueError(f"{name}: stand twice: {', '.join(twice)}")
        return self


def load(folder: Path | None = None) -> Tables:
    """The tables in an operator's folder, else those that came with Sylvan.

    Raises:
        PackError: naming file, line and field.
    """
    own = folder / FILE if folder else None
    return read(own if own and own.is_file() else shipped_alerts() / FILE)


def read(path: Path) -> Tables:
    """The tables in a file.

    Raises:
        PackError: naming file, line and field.
    """
    body, lines = read_yaml(path)
    try:
        said = _File.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    return Tables(
        said.version,
        tuple(one.row() for one in said.rates),
        tuple(one.row() for one in said.multipliers),
        tuple(one.row() for one in said.factors),
    )
