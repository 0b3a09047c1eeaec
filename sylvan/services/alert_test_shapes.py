"""How tests beside the rules are written: people, facts in, letters out."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from sylvan.domain.actors import Level
from sylvan.domain.alerting import book as domain
from sylvan.domain.alerting.facts import About, Value
from sylvan.domain.alerting.letters import Grade
from sylvan.services.alert_shapes import Name, Part, Text, Word
from sylvan.services.languages import FIRST, Language
from sylvan.services.packs import Zone


class PersonSaid(Part):
    """Somebody in a test of rules."""

    name: Word
    role: Name
    level: Level = Level.REGION
    territories: list[str] = Field(default_factory=list)
    owner: str = ""
    zone: Zone = "UTC"
    language: Language = FIRST


class SubscribedSaid(Part):
    """A subscription in a test of rules."""

    of: Word
    watch: domain.Watch
    point: tuple[float, float] | None = None
    radius_km: float = 10.0
    layer: str = ""
    code: str = ""
    territory: str = ""
    least: Grade = "info"


def _moment(value: object) -> object:
    # unquoted moments are moments to YAML, quoted ones are text
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value


Moment = Annotated[
    str,
    BeforeValidator(_moment),
    StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$"),
]


class GivenSaid(Part):
    """A fact in a test of rules; without ``about`` only time passes."""

    at: Moment
    about: About | None = None
    thread: str = ""
    object: str = ""
    facts: dict[str, str | bool | float | list[str] | None] = Field(default_factory=dict)
    territories: list[str] = Field(default_factory=list)
    point: tuple[float, float] | None = None

    def values(self) -> dict[str, Value]:
        """As facts hold them."""
        return {
            name: tuple(one) if isinstance(one, list) else one for name, one in self.facts.items()
        }


class ExpectedSaid(Part):
    """A letter that must follow."""

    rule: Name
    to: Word
    grade: Grade
    at: Moment | None = None
    due: Moment | None = None


class TestSaid(Part):
    """Facts in, letters out."""

    test: Text
    rules: list[Name] = Field(default_factory=list)
    people: list[PersonSaid] = Field(default_factory=list)
    subscriptions: list[SubscribedSaid] = Field(default_factory=list)
    given: list[GivenSaid] = Field(min_length=1)
    letters: list[ExpectedSaid] = Field(default_factory=list)


class TestFile(Part):
    """A file of tests."""

    tests: list[TestSaid] = Field(min_length=1)
