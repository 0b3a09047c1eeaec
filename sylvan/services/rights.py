"""Reads ``alerts/rights.yaml``: roles, how far one sees, whose word a field keeps.

What does not hold is named by file, line and field before anything is started with it.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from sylvan.domain.actors import OPERATOR, Level
from sylvan.domain.authority import ENGINE, Authority, Order
from sylvan.domain.rights import Part, Rights, RoleRights
from sylvan.domain.sight import Ranges
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import fields_error, read_yaml

FILE: Final = "rights.yaml"
PUBLIC: Final = "public"
"""The role of whoever has not signed in."""
Kilometres = Annotated[float, Field(ge=0, le=500, allow_inf_nan=False)]
Source = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
SOURCES: Final = frozenset({ENGINE, *(level.value for level in Level)})
"""Whose word there is."""
Pattern = Annotated[str, Field(pattern=r"^[a-z0-9_.*]{1,80}$")]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Role(_Part):
    names: dict[str, str] = Field(min_length=1)
    levels: list[Level] = Field(min_length=1)
    operations: list[Pattern] = Field(default_factory=list)
    but: list[Pattern] = Field(default_factory=list)
    events: list[Pattern] = Field(default_factory=list)
    hidden: list[str] = Field(default_factory=list)


def _of_sources(told: list[str]) -> list[str]:
    """An order names each source once, and all of them: none may stand nowhere by a slip."""
    if unknown := set(told) - SOURCES:
        raise ValueError(f"no such source: {min(unknown)}")
    if missing := SOURCES - set(told):
        raise ValueError(f"missing: {', '.join(sorted(missing))}")
    if len(told) != len(set(told)):
        raise ValueError("a source stands twice")
    return told


Sources = Annotated[list[Source], AfterValidator(_of_sources)]


class _Order(_Part):
    order: Sources
    stands_h: Annotated[float, Field(gt=0, le=24 * 366, allow_inf_nan=False)] | None = None

    def read(self) -> Order:
        return Order(
            tuple(self.order), None if self.stands_h is None else timedelta(hours=self.stands_h)
        )


class _Authority(_Part):
    order: Sources
    fields: dict[Code, _Order] = Field(default_factory=dict)
    aside: list[Code] = Field(default_factory=list)

    def read(self) -> Authority:
        own = {name: order.read() for name, order in self.fields.items()}
        return Authority(Order(tuple(self.order)), own, frozenset(self.aside))


class _File(_Part):
    version: str = Field(min_length=1, max_length=60)
    border_km: Kilometres
    rim_km: Kilometres
    asset_km: Kilometres
    authority: _Authority
    fields: dict[Code, list[str]]
    roles: dict[Code, _Role]

    @field_validator("fields")
    @classmethod
    def _readable(cls, told: dict[str, list[str]]) -> dict[str, list[str]]:
        for parts in told.values():
            for part in parts:
                Part.read(part)
        return told

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for needed in (OPERATOR, PUBLIC):
            if needed not in self.roles:
                raise ValueError(f"roles: {needed} is missing")
        for code, role in self.roles.items():
            if unknown := set(role.hidden) - set(self.fields):
                raise ValueError(f"roles.{code}.hidden: no such group: {min(unknown)}")
        return self


@dataclass(frozen=True, slots=True)
class RightsFile:
    """What the file says."""

    rights: Rights
    ranges: Ranges
    authority: Authority


def load(folder: Path | None = None) -> RightsFile:
    """The rights in an operator's folder, else those that came with Sylvan.

    Raises:
        PackError: naming file, line and field.
    """
    own = folder / FILE if folder else None
    return read(own if own and own.is_file() else shipped_alerts() / FILE)


def read(path: Path) -> RightsFile:
    """The rights in a file.

    Raises:
        PackError: naming file, line and field.
    """
    body, lines = read_yaml(path)
    try:
        said = _File.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    groups = {name: tuple(map(Part.read, parts)) for name, parts in said.fields.items()}
    roles = {code: _role(code, role) for code, role in said.roles.items()}
    ranges = Ranges(said.border_km, said.rim_km, said.asset_km)
    return RightsFile(Rights(said.version, roles, groups), ranges, said.authority.read())


def _role(code: str, told: _Role) -> RoleRights:
    return RoleRights(
        code,
        told.names,
        frozenset(told.levels),
        tuple(told.operations),
        tuple(told.but),
        tuple(told.events),
        frozenset(told.hidden),
    )
