"""Reads ``alerts/command.yaml``: reserves, regimes to be proposed, crew safety, second looks.

What does not hold is named by file, line and field before anything is started with it.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sylvan.domain.actors import Level
from sylvan.domain.command.control import ControlRules
from sylvan.domain.command.ladder import LADDER, Ladder, Rung, RungRule
from sylvan.domain.command.regimes import RegimeKind, RegimeRule
from sylvan.domain.command.safety import SafetyParameters
from sylvan.domain.nesterov import CLASSES
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import fields_error, read_yaml

FILE: Final = "command.yaml"
Least = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Source = Annotated[str, Field(min_length=3, max_length=300)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Rung(_Part):
    rung: Rung
    approves: Level
    answer_within_min: Least
    source: Source
    verified: bool

    @model_validator(mode="after")
    def _commands(self) -> Self:
        if self.approves not in LADDER:
            levels = ", ".join(LADDER)
            raise ValueError(f"approves: {self.approves} commands nobody; one of {levels}")
        return self


class _Regime(_Part):
    kind: RegimeKind
    danger_class: Annotated[int, Field(ge=1, le=CLASSES)] | None = None
    for_days: Annotated[int, Field(ge=1, le=60)] = 1
    fire_days: Annotated[int, Field(ge=0, le=60)] | None = None
    large_ha: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    settlement_km: Least | None = None
    source: Source
    verified: bool

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.danger_class is None and self.fire_days is None and self.settlement_km is None:
            raise ValueError("a regime needs danger_class, fire_days or settlement_km")
        return self


class _Safety(_Part):
    check_in_h: Least
    grace_min: Least
    shift_deg: Annotated[float, Field(gt=0, le=180)]
    shift_km_h: Least
    shift_hours: Annotated[int, Field(ge=1, le=48)]
    near_km: Least
    near_hours: Least
    stale_min: Least
    front_km: Least
    clear_min: Least


class _Control(_Part):
    settlement_km: Least
    danger_class: Annotated[int, Field(ge=1, le=CLASSES)]
    days: Annotated[int, Field(ge=1, le=365)]
    growth: Annotated[float, Field(gt=1, allow_inf_nan=False)]
    source: Source
    verified: bool


class _File(_Part):
    version: str = Field(min_length=1, max_length=60)
    ladder: list[_Rung] = Field(min_length=1)
    regimes: list[_Regime] = Field(default_factory=list)
    safety: _Safety
    control: _Control

    @model_validator(mode="after")
    def _all_rungs(self) -> Self:
        if [one.rung for one in self.ladder] != list(Rung):
            raise ValueError(f"ladder: name {', '.join(Rung)}, in this order")
        return self


@dataclass(frozen=True, slots=True)
class CommandRules:
    """Everything that command goes by in this installation."""

    version: str
    ladder: Ladder
    regimes: tuple[RegimeRule, ...]
    safety: SafetyParameters
    control: ControlRules


def load(folder: Path | None = None) -> CommandRules:
    """The rules in an operator's folder, else those that came with Sylvan.

    Raises:
        PackError: naming file, line and field.
    """
    own = folder / FILE if folder else None
    return read(own if own and own.is_file() else shipped_alerts() / FILE)


def read(path: Path) -> CommandRules:
    """The rules in a file.

    Raises:
        PackError: naming file, line and field.
    """
    body, lines = read_yaml(path)
    try:
        said = _File.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    rungs = tuple(
        RungRule(one.rung, one.approves, _minutes(one.answer_within_min), one.source, one.verified)
        for one in said.ladder
    )
    regimes = tuple(RegimeRule(**one.model_dump()) for one in said.regimes)
    control = ControlRules(**said.control.model_dump())
    return CommandRules(said.version, Ladder(rungs), regimes, _safety(said), control)


def _safety(said: _File) -> SafetyParameters:
    told = said.safety
    return SafetyParameters(
        version=said.version,
        check_in_every=timedelta(hours=told.check_in_h),
        overdue_after=_minutes(told.grace_min),
        shift_deg=told.shift_deg,
        shift_least_km_h=told.shift_km_h,
        shift_within_h=told.shift_hours,
        near_km=told.near_km,
        near_within_h=told.near_hours,
        stale_after=_minutes(told.stale_min),
        front_km=told.front_km,
        clear_after=_minutes(told.clear_min),
    )


def _minutes(value: float) -> timedelta:
    return timedelta(minutes=value)
