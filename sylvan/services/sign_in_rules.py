"""Reads ``alerts/sign_in.yaml``: what a provider's claims make of a person here."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sylvan.domain.accounts import Grant
from sylvan.domain.actors import Level
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import fields_error, read_yaml

FILE: Final = "sign_in.yaml"
Word = Annotated[str, Field(min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Part):
    """One line of the mapping."""

    claim: Word
    value: Word
    role: Word
    level: Level
    territories: list[Word] = Field(default_factory=list)
    territories_from: Word | None = None
    owner: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.territories and self.territories_from:
            raise ValueError("territories: either a list or territories_from, not both")
        return self

    def fits(self, claims: Mapping[str, Any]) -> bool:
        """Whether the claim is this value, or has it in its list."""
        return any(fnmatchcase(told, self.value) for told in texts(claims, self.claim))

    def grant(self, claims: Mapping[str, Any]) -> Grant:
        """What it gives to whoever it fits."""
        where = texts(claims, self.territories_from) if self.territories_from else self.territories
        return Grant(self.role, self.level, tuple(where), self.owner)


class _File(_Part):
    version: Word
    scopes: list[Word] = Field(default_factory=lambda: ["openid", "profile", "email"])
    subject: list[Word] = Field(min_length=1)
    name: list[Word] = Field(min_length=1)
    rules: list[Rule] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SignInRules:
    """The mapping, ready to be asked."""

    scopes: tuple[str, ...]
    subject: tuple[str, ...]
    name: tuple[str, ...]
    rules: tuple[Rule, ...]

    def grant(self, claims: Mapping[str, Any]) -> Grant | None:
        """What the first rule that fits gives; none: nothing at all."""
        found = next((rule for rule in self.rules if rule.fits(claims)), None)
        return found.grant(claims) if found else None

    def subject_of(self, claims: Mapping[str, Any]) -> str:
        """What the person is called in log and audit."""
        return _first(claims, self.subject)

    def name_of(self, claims: Mapping[str, Any]) -> str:
        """What the person is called on screens."""
        return _first(claims, self.name)


def texts(claims: Mapping[str, Any], path: str) -> list[str]:
    """The text of a claim, or those of its list; a dotted name is tried whole first."""
    value: Any = claims.get(path)
    if value is None:
        value = claims
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str) and item]


def _first(claims: Mapping[str, Any], paths: tuple[str, ...]) -> str:
    return next((told for path in paths for told in texts(claims, path)), "")


def load(folder: Path | None = None) -> SignInRules:
    """The rules in an operator's folder, else those that came with Sylvan.

    Raises:
        PackError: naming file, line and field.
    """
    own = folder / FILE if folder else None
    return read(own if own and own.is_file() else shipped_alerts() / FILE)


def read(path: Path) -> SignInRules:
    """The rules in a file.

    Raises:
        PackError: naming file, line and field.
    """
    body, lines = read_yaml(path)
    try:
        said = _File.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    return SignInRules(tuple(said.scopes), tuple(said.subject), tuple(said.name), tuple(said.rules))
