"""Reads ``alerts/forces.yaml``: norms of each kind of unit, every figure with its source.

What does not hold is named by file, line and field before anything is started with it.
"""

from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sylvan.domain.forces.kinds import (
    SPECS,
    SPEED,
    Intensity,
    Method,
    Mobility,
    Spec,
    Surface,
    UnitKind,
)
from sylvan.domain.forces.rules import Figure, ForceRules, KindRules, LineTable
from sylvan.domain.surroundings import LandCover
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import fields_error, read_yaml

FILE: Final = "forces.yaml"
Source = Annotated[str, Field(min_length=3, max_length=300)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Figure(_Part):
    value: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    source: str
    verified: bool


class _Line(_Part):
    fuel: dict[LandCover, _Figure] = Field(default_factory=dict)
    intensity: dict[Intensity, _Figure] = Field(default_factory=dict)


class _Kind(_Part):
    kind: UnitKind
    mobility: Mobility
    method: Method = Method.NONE
    carried_by: list[UnitKind] = Field(default_factory=list)
    specs: dict[Spec, _Figure] = Field(default_factory=dict)
    speeds: dict[Surface, _Figure] = Field(default_factory=dict)
    stale_min: Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False)] = 60.0

    @model_validator(mode="after")
    def _within_bounds(self) -> Self:
        for spec, figure in self.specs.items():
            bounds = SPECS[spec]
            if not bounds.least <= figure.value <= bounds.most:
                told = f"{bounds.least:g} and {bounds.most:g} ({bounds.unit})"
                raise ValueError(f"specs: {spec.value} must lie between {told}")
        for surface, figure in self.speeds.items():
            if figure.value > SPEED.most:
                raise ValueError(f"speeds: {surface.value} is above {SPEED.most:g} {SPEED.unit}")
        return self


class _File(_Part):
    version: str = Field(min_length=1, max_length=60)
    sources: dict[str, Source] = Field(min_length=1)
    work_per_rest: _Figure
    line: dict[Method, _Line] = Field(default_factory=dict)
    kinds: list[_Kind] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_kind_once(self) -> Self:
        kinds = [one.kind for one in self.kinds]
        twice = sorted({one.value for one in kinds if kinds.count(one) > 1})
        if twice:
            raise ValueError(f"kinds that stand twice: {', '.join(twice)}")
        missing = sorted(one.value for one in set(UnitKind) - set(kinds))
        if missing:
            raise ValueError(f"kinds without norms: {', '.join(missing)}")
        if not self.work_per_rest.value:
            raise ValueError("work_per_rest must be above 0")
        return self

    @model_validator(mode="after")
    def _sources_are_known(self) -> Self:
        unknown = sorted({one.source for one in self.figures()} - self.sources.keys())
        if unknown:
            raise ValueError(f"sources that are not told: {', '.join(unknown)}")
        return self

    def figures(self) -> list[_Figure]:
        """Every figure of the file."""
        tables = [table for one in self.line.values() for table in (one.fuel, one.intensity)]
        parts = [part for one in self.kinds for part in (one.specs, one.speeds)]
        found = [figure for table in tables for figure in table.values()]
        return [self.work_per_rest, *found, *(one for part in parts for one in part.values())]

    def rules(self) -> ForceRules:
        """As the domain knows them: each figure with the whole text of its source."""

        def figure(one: _Figure) -> Figure:
            return Figure(one.value, self.sources[one.source], one.verified)

        return ForceRules(
            self.version,
            {
                one.kind: KindRules(
                    one.kind,
                    one.mobility,
                    one.method,
                    tuple(one.carried_by),
                    {spec: figure(told) for spec, told in one.specs.items()},
                    {surface: figure(told) for surface, told in one.speeds.items()},
                    one.stale_min,
                )
                for one in self.kinds
            },
            {
                method: LineTable(
                    {cover: figure(told) for cover, told in one.fuel.items()},
                    {strength: figure(told) for strength, told in one.intensity.items()},
                )
                for method, one in self.line.items()
            },
            figure(self.work_per_rest),
        )


def load(folder: Path | None = None) -> ForceRules:
    """The norms in an operator's folder, else those that came with Sylvan.

    Raises:
        PackError: naming file, line and field.
    """
    own = folder / FILE if folder else None
    return read(own if own and own.is_file() else shipped_alerts() / FILE)


def read(path: Path) -> ForceRules:
    """The norms in a file.

    Raises:
        PackError: naming file, line and field.
    """
    body, lines = read_yaml(path)
    try:
        said = _File.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    return said.rules()
