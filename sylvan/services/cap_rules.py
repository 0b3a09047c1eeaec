"""Reads ``alerts/cap.yaml``: how this installation speaks CAP.

What does not hold is named by file, line and field before anything is started with it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sylvan.domain.cap.profile import (
    FireLevel,
    FireProfile,
    Level,
    Profile,
    State,
    TerritoryProfile,
)
from sylvan.domain.cap.values import Category, Certainty, Pair, Response, Severity, Urgency
from sylvan.domain.command.regimes import RegimeKind
from sylvan.domain.nesterov import CLASSES
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import fields_error, read_yaml

FILE: Final = "cap.yaml"
Hours = Annotated[float, Field(gt=0, le=24 * 31, allow_inf_nan=False)]
Least = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Name = Annotated[str, Field(pattern=r"^[^\s,<&]{1,200}$")]
Language = Annotated[str, Field(pattern=r"^(ru|en)$")]
Class = Annotated[int, Field(ge=1, le=CLASSES)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Pair(_Part):
    name: str = Field(min_length=1, max_length=100)
    value: str = Field(min_length=1, max_length=200)


class _Level(_Part):
    code: Code
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    responses: list[Response] = Field(default_factory=list)
    tell: bool = True

    def read(self) -> Level:
        told = (self.code, self.urgency, self.severity, self.certainty)
        return Level(*told, tuple(self.responses), self.tell)


class _FireLevel(_Level):
    state: State | None = None
    settlement_km: Least | None = None
    reach_h: Least | None = None
    area_ha: Least | None = None
    danger_class: Class | None = None

    @model_validator(mode="after")
    def _of_the_living(self) -> Self:
        if self.state is State.ENDED:
            raise ValueError("state: a fire that ended has no level; its alert is cancelled")
        return self

    def read(self) -> FireLevel:
        told = self.model_dump(exclude={"responses"})
        return FireLevel(**told, responses=tuple(self.responses))


class _Common(_Part):
    categories: list[Category] = Field(min_length=1)
    event_codes: list[_Pair] = Field(default_factory=list)
    hours: Hours
    renew_h: Hours

    @model_validator(mode="after")
    def _renewed_before_the_end(self) -> Self:
        if self.renew_h >= self.hours:
            raise ValueError("renew_h must be less than hours")
        return self

    def codes(self) -> tuple[Pair, ...]:
        return tuple(Pair(one.name, one.value) for one in self.event_codes)


class _Territory(_Common):
    level: _Level

    def read(self) -> TerritoryProfile:
        told = (tuple(self.categories), self.codes(), self.hours, self.renew_h)
        return TerritoryProfile(*told, self.level.read())


class _Fire(_Common):
    growth: Annotated[float, Field(gt=1, allow_inf_nan=False)]
    growth_ha: Least
    near_km: Least
    levels: list[_FireLevel] = Field(min_length=1)

    def read(self) -> FireProfile:
        return FireProfile(
            tuple(self.categories),
            self.codes(),
            self.hours,
            self.renew_h,
            self.growth,
            self.growth_ha,
            self.near_km,
            tuple(one.read() for one in self.levels),
        )


class _File(_Part):
    version: str = Field(min_length=1, max_length=60)
    sender: Name
    oid: str = Field(pattern=r"^[0-2](\.(0|[1-9]\d{0,30}))+$")
    sender_names: dict[Language, str] = Field(min_length=1)
    web: str = Field("", pattern=r"^(https?://[^\s<>&\"]{1,300})?$")
    contact: str = Field("", max_length=300)
    languages: dict[Language, Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]]
    must_sign: list[Name] = Field(default_factory=list)
    fire: _Fire
    regimes: dict[RegimeKind, _Territory] = Field(default_factory=dict)
    danger_class: Class = CLASSES
    danger: _Territory | None = None

    @model_validator(mode="after")
    def _speaks(self) -> Self:
        if not self.languages:
            raise ValueError("languages: name one at least")
        if len(set(self.languages.values())) != len(self.languages):
            raise ValueError("languages: two of them have one tag")
        return self


def load(folder: Path | None = None) -> Profile:
    """The profile in an operator's folder, else the one that came with Sylvan.

    Raises:
        PackError: naming file, line and field.
    """
    own = folder / FILE if folder else None
    return read(own if own and own.is_file() else shipped_alerts() / FILE)


def read(path: Path) -> Profile:
    """The profile in a file.

    Raises:
        PackError: naming file, line and field.
    """
    body, lines = read_yaml(path)
    try:
        said = _File.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    regimes: Mapping[str, TerritoryProfile] = {
        kind.value: one.read() for kind, one in said.regimes.items()
    }
    return Profile(
        version=said.version,
        sender=said.sender,
        oid=said.oid,
        sender_names=said.sender_names,
        languages=said.languages,
        fire=said.fire.read(),
        regimes=regimes,
        danger=said.danger.read() if said.danger else None,
        danger_class=said.danger_class,
        web=said.web.rstrip("/"),
        contact=said.contact,
        must_sign=frozenset(said.must_sign),
    )
