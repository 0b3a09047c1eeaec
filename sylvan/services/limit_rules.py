"""How much each role may ask for, as the operator writes it (``alerts/limits.yaml``).

Read and checked at start; every mistake is told by file, line and field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sylvan.domain.limits import DAY_S, Allowance
from sylvan.domain.rights import Rights
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import fields_error, read_yaml

FILE: Final = "limits.yaml"
MOST: Final = 1_000_000_000
Amount = Annotated[int, Field(ge=1, le=MOST, strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Allowance(_Part):
    burst: Amount | None = None
    seconds: Annotated[int, Field(ge=1, le=DAY_S, strict=True)] | None = None
    day: Amount | None = None

    @model_validator(mode="after")
    def _together(self) -> Self:
        if (self.burst is None) != (self.seconds is None):
            raise ValueError("burst and seconds belong together: write both, or neither")
        return self

    def read(self) -> Allowance:
        return Allowance(self.burst, self.seconds or 60, self.day)


class _File(_Part):
    version: str = Field(min_length=1, max_length=60)
    default: _Allowance
    roles: dict[str, _Allowance]
    unknown_keys: _Allowance


@dataclass(frozen=True, slots=True)
class LimitRules:
    """What the file says."""

    version: str
    default: Allowance
    roles: Mapping[str, Allowance]
    unknown_keys: Allowance

    def of(self, role: str) -> Allowance:
        """What a role may ask for."""
        return self.roles.get(role, self.default)


def load(folder: Path | None, rights: Rights) -> LimitRules:
    """The limits in an operator's folder, else those that came with Sylvan.

    Raises:
        PackError: naming file, line and field.
    """
    own = folder / FILE if folder else None
    return read(own if own and own.is_file() else shipped_alerts() / FILE, rights)


def read(path: Path, rights: Rights) -> LimitRules:
    """The limits in a file.

    Raises:
        PackError: naming file, line and field; a role that ``rights`` does not know is one.
    """
    body, lines = read_yaml(path)
    known = rights.roles

    class Known(_File):
        @model_validator(mode="after")
        def _roles(self) -> Self:
            for role in self.roles:
                if role not in known:
                    raise ValueError(f"roles.{role}: there is no such role in rights.yaml")
            return self

    try:
        said = Known.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    roles = {code: told.read() for code, told in said.roles.items()}
    return LimitRules(said.version, said.default.read(), roles, said.unknown_keys.read())
