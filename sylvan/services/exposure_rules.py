"""Reads ``alerts/exposure.yaml``: which things count as threatened, and for how much.

What does not hold is named by file, line and field before anything is started with it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sylvan.domain.address import Zone
from sylvan.domain.exposure_rules import (
    ExposureRules,
    ObjectRule,
    PriorityRules,
    SectorRules,
    SmokeClass,
    SmokeRules,
    Step,
)
from sylvan.services.packs import LayerKind, fields_error, read_yaml, shipped

FILE: Final = "exposure.yaml"
Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(ge=0, allow_inf_nan=False)]
MOST_KM: Final = 200.0
"""km; beyond, the plane around a fire is no longer exact, and nobody acts on it."""
Near = Annotated[float, Field(ge=0, le=MOST_KM, allow_inf_nan=False)]


_SECTOR, _PRIORITY, _SMOKE = SectorRules(), PriorityRules(), SmokeRules()


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Band(_Part):
    km: Near
    points: Finite


class _Reached(_Part):
    hours: Positive
    points: Finite


class _Least(_Part):
    least: Positive
    points: Finite


class _Below(_Part):
    below: Annotated[float, Field(gt=0, le=1)]
    points: Finite


def _ascending(values: Sequence[float], name: str) -> None:
    if list(values) != sorted(set(values)):
        raise ValueError(f"{name} must rise from line to line")


class _Object(_Part):
    kind: LayerKind
    bands: list[_Band] = Field(min_length=1)
    downwind: Finite = 0.0
    reached: list[_Reached] = Field(default_factory=list)
    further: Finite = 0.0
    people: list[_Least] = Field(default_factory=list)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _ascending([one.km for one in self.bands], "bands: km")
        _ascending([one.hours for one in self.reached], "reached: hours")
        _ascending([one.least for one in self.people], "people: least")
        return self

    def rule(self) -> ObjectRule:
        return ObjectRule(
            str(self.kind),
            tuple(Step(one.km, one.points) for one in self.bands),
            self.downwind,
            tuple(Step(one.hours, one.points) for one in self.reached),
            self.further,
            _steps(self.people),
        )


class _Sector(_Part):
    half_angle_deg: Annotated[float, Field(gt=0, le=90)] = _SECTOR.half_angle_deg
    hours: Annotated[int, Field(ge=1, le=48)] = _SECTOR.hours
    calm_km_h: Positive = _SECTOR.calm_km_h


class _Priority(_Part):
    further_most: Positive = _PRIORITY.further_most
    growth_ha_h: list[_Least] = Field(default_factory=list)
    frp_mw: list[_Least] = Field(default_factory=list)
    area_ha: list[_Least] = Field(default_factory=list)
    likelihood: list[_Below] = Field(default_factory=list)
    zones: dict[Zone, Finite] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name in ("growth_ha_h", "frp_mw", "area_ha"):
            _ascending([one.least for one in getattr(self, name)], f"{name}: least")
        _ascending([one.below for one in self.likelihood], "likelihood: below")
        return self

    def rules(self) -> PriorityRules:
        return PriorityRules(
            self.further_most,
            _steps(self.growth_ha_h),
            _steps(self.frp_mw),
            _steps(self.area_ha),
            tuple(Step(one.below, one.points) for one in self.likelihood),
            {str(zone): points for zone, points in self.zones.items()},
        )


class _Class(_Part):
    name: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    upto: Positive | None = None


class _Smoke(_Part):
    kinds: list[LayerKind] = Field(default_factory=list)
    reach_km: Near = _SMOKE.reach_km
    classes: list[_Class] = Field(default_factory=list)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _ascending([one.upto for one in self.classes if one.upto is not None], "classes: upto")
        if any(one.upto is None for one in self.classes[:-1]):
            raise ValueError("only the last of the classes goes without upto")
        return self

    def rules(self) -> SmokeRules:
        classes = tuple(SmokeClass(one.name, one.upto) for one in self.classes)
        return SmokeRules(tuple(map(str, self.kinds)), self.reach_km, classes)


class _File(_Part):
    version: str = Field(min_length=1, max_length=60)
    objects: list[_Object] = Field(min_length=1)
    sector: _Sector = Field(default_factory=_Sector)
    priority: _Priority = Field(default_factory=_Priority)
    smoke: _Smoke = Field(default_factory=_Smoke)

    @model_validator(mode="after")
    def _each_kind_once(self) -> Self:
        kinds = [one.kind for one in self.objects]
        twice = sorted({str(one) for one in kinds if kinds.count(one) > 1})
        if twice:
            raise ValueError(f"kinds that stand twice: {', '.join(twice)}")
        return self


def _steps(lines: Sequence[_Least]) -> tuple[Step, ...]:
    return tuple(Step(one.least, one.points) for one in lines)


def shipped_alerts() -> Path:
    """The ``alerts`` folder that came with Sylvan."""
    return shipped().parent / "alerts"


def load(folder: Path | None = None) -> ExposureRules:
    """The rules in an operator's folder, else those that came with Sylvan.

    Raises:
        PackError: naming file, line and field.
    """
    own = folder / FILE if folder else None
    return read(own if own and own.is_file() else shipped_alerts() / FILE)


def read(path: Path) -> ExposureRules:
    """The rules in a file.

    Raises:
        PackError: naming file, line and field.
    """
    body, lines = read_yaml(path)
    try:
        said = _File.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    sector = said.sector
    return ExposureRules(
        said.version,
        {str(one.kind): one.rule() for one in said.objects},
        SectorRules(sector.half_angle_deg, sector.hours, sector.calm_km_h),
        said.priority.rules(),
        said.smoke.rules(),
    )
