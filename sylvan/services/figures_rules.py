"""Reads ``alerts/figures.yaml``: what each figure means.

What does not hold is named by file, line and field before anything is counted with it.
"""

from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sylvan.domain.figures.model import Definition, Definitions, Kind, Norm, Take
from sylvan.domain.lifecycle import RejectReason, Status
from sylvan.domain.timeline import Moment
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import fields_error, read_yaml

FILE: Final = "figures.yaml"
MOST: Final = 40
"""Figures of a file; more than that nobody reads."""
Words = Annotated[str, Field(min_length=1, max_length=1000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Both(_Part):
    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Words] = Field(init=False)  # languages beyond the two
    ru: Words
    en: Words

    def told(self) -> dict[str, str]:
        return {"ru": self.ru, "en": self.en, **self.__pydantic_extra__}


class _Norm(_Part):
    minutes: Annotated[float, Field(gt=0, le=60 * 24 * 365, allow_inf_nan=False)]
    source: _Both


class _Figure(_Part):
    code: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
    kind: Kind
    names: _Both
    text: _Both
    better: Literal["lower", "higher"] = "lower"
    begins: Moment | None = None
    ends: Moment | None = None
    take: Take = Take.FIRST
    left_out: list[Status] = Field(default_factory=list)
    reasons: list[RejectReason] = Field(default_factory=list)
    aside: list[RejectReason] = Field(default_factory=list)
    norm: _Norm | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind is Kind.INTERVAL and (self.begins is None or self.ends is None):
            raise ValueError("an interval needs begins and ends")
        if self.kind is Kind.IN_TIME and self.norm is None:
            raise ValueError("in_time needs a norm")
        if self.kind is Kind.FALSE_ALARMS and not self.reasons:
            raise ValueError("false_alarms needs reasons")
        if set(self.reasons) & set(self.aside):
            raise ValueError("a reason stands in reasons and in aside")
        return self

    def definition(self) -> Definition:
        norm = self.norm
        return Definition(
            self.code,
            self.kind,
            self.names.told(),
            self.text.told(),
            self.better,
            self.begins,
            self.ends,
            self.take,
            tuple(one.value for one in self.left_out),
            tuple(one.value for one in self.reasons),
            tuple(one.value for one in self.aside),
            None if norm is None else Norm(norm.minutes * 60.0, norm.source.told()),
        )


class _File(_Part):
    version: str = Field(min_length=1, max_length=60)
    ranked_from: Annotated[int, Field(ge=1, le=1000)]
    figures: list[_Figure] = Field(min_length=1, max_length=MOST)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        codes = [one.code for one in self.figures]
        twice = sorted({one for one in codes if codes.count(one) > 1})
        if twice:
            raise ValueError(f"figures that stand twice: {', '.join(twice)}")
        return self


def load(folder: Path | None = None) -> Definitions:
    """The figures in an operator's folder, else those that came with Sylvan.

    Raises:
        PackError: naming file, line and field.
    """
    own = folder / FILE if folder else None
    return read(own if own and own.is_file() else shipped_alerts() / FILE)


def read(path: Path) -> Definitions:
    """The figures in a file.

    Raises:
        PackError: naming file, line and field.
    """
    body, lines = read_yaml(path)
    try:
        said = _File.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    figures = tuple(one.definition() for one in said.figures)
    return Definitions(said.version, figures, said.ranked_from)
