"""Reads ``alerts/escalation.yaml``: whom an alert goes to when nobody says that he has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sylvan.domain.alerting.ladder import Ladder, Person, Step
from sylvan.domain.alerting.letters import Contact, Grade
from sylvan.services.channel_rules import Name, Word
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import fields_error, read_yaml

FILE: Final = "escalation.yaml"
GRADES: Final[tuple[Grade, ...]] = ("info", "warning", "alarm")
Minutes = Annotated[float, Field(gt=0, le=24 * 60)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Contact(_Part):
    channel: Name
    address: Annotated[str, Field(max_length=500)] = ""


class _Person(_Part):
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] = "ru"
    contacts: list[_Contact] = Field(min_length=1)

    def person(self, name: str) -> Person:
        """As ladders hold it."""
        contacts = tuple(Contact(one.channel, one.address) for one in self.contacts)
        return Person(name, self.language, contacts)


class _Step(_Part):
    after_min: Minutes
    next_way: bool = False
    to: list[Name] = Field(default_factory=list)

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.next_way and not self.to:
            raise ValueError("a step needs next_way: true, or somebody in to")
        return self


class _Ladder(_Part):
    name: Name
    grades: list[Grade] = Field(default_factory=lambda: list(GRADES))
    rules: list[Word] = Field(default_factory=lambda: ["*"])
    steps: list[_Step] = Field(min_length=1)

    @model_validator(mode="after")
    def _upwards(self) -> Self:
        times = [step.after_min for step in self.steps]
        if times != sorted(set(times)):
            raise ValueError("steps: after_min must grow from step to step")
        return self


class _File(_Part):
    version: Word
    people: dict[Name, _Person] = Field(default_factory=dict)
    ladders: list[_Ladder] = Field(default_factory=list)

    @model_validator(mode="after")
    def _known_people(self) -> Self:
        named = {name for ladder in self.ladders for step in ladder.steps for name in step.to}
        unknown = sorted(named - self.people.keys())
        if unknown:
            raise ValueError(f"ladders: nobody in people is called {unknown[0]}")
        return self


@dataclass(frozen=True, slots=True)
class Escalation:
    """Ladders in force."""

    version: str
    ladders: tuple[Ladder, ...]


def load(folder: Path | None = None) -> Escalation:
    """The ladders in an operator's folder, else those that came with Sylvan.

    Raises:
        PackError: naming file, line and field.
    """
    own = folder / FILE if folder else None
    return read(own if own and own.is_file() else shipped_alerts() / FILE)


def read(path: Path) -> Escalation:
    """The ladders in a file.

    Raises:
        PackError: naming file, line and field.
    """
    body, lines = read_yaml(path)
    try:
        said = _File.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    people = {name: one.person(name) for name, one in said.people.items()}
    return Escalation(said.version, tuple(_ladder(one, people) for one in said.ladders))


def _ladder(said: _Ladder, people: Mapping[str, Person]) -> Ladder:
    steps = tuple(
        Step(
            timedelta(minutes=one.after_min),
            one.next_way,
            tuple(people[name] for name in one.to),
        )
        for one in said.steps
    )
    return Ladder(said.name, frozenset(said.grades), tuple(said.rules), steps)
