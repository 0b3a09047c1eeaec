"""How rules, clocks, contacts and their tests are written: the shapes behind ``alerts/rules``.

The JSON schema beside the rules (``alerts/rules/rule.schema.json``, for editors) is made of these.
"""

from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from sylvan.domain.actors import Level
from sylvan.domain.alerting import book as domain
from sylvan.domain.alerting.facts import VOCABULARY, About, Kind
from sylvan.domain.alerting.letters import Grade
from sylvan.services.languages import FIRST, Language
from sylvan.services.packs import Zone

LANGUAGES: Final = frozenset({"ru", "en"})
"""Those in which rules have to speak; others may, and fall back."""
Fault = tuple[tuple[str | int, ...], str]
"""Where in a rule, and what is wrong."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Minutes = Annotated[float, Field(ge=0, le=60 * 24 * 7, allow_inf_nan=False)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


def _clock(value: object) -> object:
    # unquoted 22:00 is 1320 to YAML 1.1: minutes
    return f"{value // 60:02d}:{value % 60:02d}" if type(value) is int else value


OfDay = Annotated[
    time,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}),
]


class Part(BaseModel):
    """A part of a file: unknown fields are slips of the pen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Ask(Part):
    """What is asked of one field: all of it must hold."""

    one_of: list[Word] | None = Field(None, alias="is")
    none_of: list[Word] = Field(default_factory=list, alias="not")
    least: Number | None = None
    most: Number | None = None
    known: bool | None = None

    def faults(self, kind: Kind) -> Iterator[str]:
        """What does not fit the kind of the field."""
        ranged = self.least is not None or self.most is not None
        worded = self.one_of is not None or bool(self.none_of)
        if not (ranged or worded or self.known is not None):
            yield "asks for nothing: give a value, least, most, not or known"
        if ranged and kind != "number":
            yield f"is no number ({kind}): least and most do not fit"
        if worded and kind == "number":
            yield "is a number: give least and most"
        flags = {*(self.one_of or ()), *self.none_of} - {"true", "false"}
        if kind == "flag" and flags:
            yield "is true or false"
        if self.least is not None and self.most is not None and self.least > self.most:
            yield f"least {self.least:g} is more than most {self.most:g}: nothing passes"

    def test(self, name: str) -> domain.Condition:
        """As the engine asks it."""
        given: dict[str, Any] = {"none_of": frozenset(self.none_of), "known": self.known}
        if self.one_of is not None:
            given["one_of"] = frozenset(self.one_of)
        if self.least is not None:
            given["least"] = self.least
        if self.most is not None:
            given["most"] = self.most
        return domain.Condition(name, **given)


def _plain(value: Any) -> Any:
    """`status: registered` and `status: [a, b]` are short for `{is: [...]}`."""
    if isinstance(value, dict):
        return {name: _listed(one) if name in ("is", "not") else one for name, one in value.items()}
    return {"is": _listed(value)}


def _listed(value: Any) -> list[Any]:
    found = value if isinstance(value, list) else [value]
    return [str(one).lower() if isinstance(one, bool) else one for one in found]


_SCALAR: Final = {"type": ["string", "boolean"]}
_WORDS: Final = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]}
_ASK_SCHEMA: Final = {
    "anyOf": [
        *_WORDS["anyOf"],
        {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {
                "is": _WORDS,
                "not": _WORDS,
                "least": {"type": "number"},
                "most": {"type": "number"},
                "known": {"type": "boolean"},
            },
        },
    ]
}
Asked = Annotated[Ask, BeforeValidator(_plain), WithJsonSchema(_ASK_SCHEMA)]
Conditions = dict[str, Asked]


def tests_of(asked: Mapping[str, Ask]) -> tuple[domain.Condition, ...]:
    """Conditions as the engine asks them."""
    return tuple(one.test(name) for name, one in asked.items())


def condition_faults(
    asked: Mapping[str, Ask], about: About, place: tuple[str | int, ...]
) -> Iterator[Fault]:
    """Fields that facts of this kind do not have, and questions that do not fit them."""
    known = VOCABULARY[about]
    for name, one in asked.items():
        if name not in known:
            yield (
                (*place, name),
                f"facts about {about} have no such field; there are: {', '.join(sorted(known))}",
            )
            continue
        for fault in one.faults(known[name]):
            yield (*place, name), fault


class StepSaid(Part):
    """A level of a rule."""

    grade: Grade
    conditions: Conditions = Field(default_factory=dict, alias="if")


class WhomSaid(Part):
    """One group of those who are told: by role, as owner, by contact or subscription."""

    roles: list[Name] = Field(default_factory=list)
    levels: list[Level] = Field(default_factory=list)
    inside: bool = False
    owner: bool = False
    contacts: list[Name] = Field(default_factory=list)
    subscribers: domain.Watch | None = None
    least: Grade = "info"
    on_duty: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [bool(self.roles), self.owner, bool(self.contacts), self.subscribers is not None]
        if sum(ways) != 1:
            raise ValueError("name exactly one of roles, owner, contacts and subscribers")
        return self

    def whom(self) -> domain.Whom:
        """As the engine goes by it."""
        return domain.Whom(
            tuple(self.roles),
            tuple(str(one) for one in self.levels),
            self.inside,
            self.owner,
            tuple(self.contacts),
            self.subscribers,
            self.least,
            self.on_duty,
        )


class QuietSaid(Part):
    """Quiet hours, by the clock of the recipient's territory."""

    begins: OfDay = Field(alias="from")
    ends: OfDay = Field(alias="to")
    breaks: Grade = "alarm"

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.begins == self.ends:
            raise ValueError("from and to are the same: no time or the whole day? Leave it out")
        return self

    def quiet(self) -> domain.Quiet:
        """As the engine goes by it."""
        return domain.Quiet(self.begins, self.ends, self.breaks)


class CollectSaid(Part):
    """Letters that go out as one."""

    minutes: Annotated[int, Field(ge=1, le=24 * 60)] | None = None
    until: OfDay | None = None
    breaks: Grade = "alarm"

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.minutes is None) == (self.until is None):
            raise ValueError("name either minutes or until")
        return self

    def collect(self) -> domain.Collect:
        """As the engine goes by it."""
        return domain.Collect(self.minutes or 0, self.until, self.breaks)


class AnswerSaid(Part):
    """By when it should be acknowledged."""

    minutes: Annotated[float, Field(gt=0, le=24 * 60)]
    grade: Grade = "alarm"


class RuleSaid(Part):
    """A rule as it is written."""

    rule: Name
    names: dict[str, Text]
    about: About
    when: Conditions = Field(default_factory=dict)
    levels: list[StepSaid] = Field(min_length=1, max_length=9)
    tell: domain.Tell = "worsening"
    of: list[str] = Field(default_factory=list)
    forget: bool = False
    to: list[WhomSaid] = Field(min_length=1)
    template: Name
    quiet: QuietSaid | None = None
    collect: CollectSaid | None = None
    repeat_min: Minutes = 0
    answer: AnswerSaid | None = None
    channels: list[Name] = Field(default_factory=list)

    def faults(self, roles: frozenset[str], contacts: frozenset[str]) -> Iterator[Fault]:
        """Everything in it that contradicts the vocabulary, the roles or itself."""
        if missing := sorted(LANGUAGES - self.names.keys()):
            yield ("names",), f"no text in {', '.join(missing)}"
        yield from condition_faults(self.when, self.about, ("when",))
        for at, step in enumerate(self.levels):
            yield from condition_faults(step.conditions, self.about, ("levels", at, "if"))
        grades = [domain.rank(step.grade) for step in self.levels]
        if grades != sorted(grades):
            yield ("levels",), "grades must not fall from level to level"
        yield from self._telling_faults()
        for at, whom in enumerate(self.to):
            yield from self._whom_faults(whom, ("to", at), roles, contacts)

    def _telling_faults(self) -> Iterator[Fault]:
        if (self.tell == "change") != bool(self.of):
            yield ("of",), "name the fields whose change is told, with tell: change alone"
        unknown = sorted(set(self.of) - VOCABULARY[self.about].keys())
        if unknown:
            yield ("of",), f"facts about {self.about} have no field {unknown[0]}"
        if self.forget and self.tell != "worsening":
            yield ("forget",), "only what is told on worsening is forgotten"
        if self.about is About.CLOCK and self.answer is not None:
            yield ("answer",), "a letter about lateness asks for no answer: it would never end"

    def _whom_faults(
        self,
        whom: WhomSaid,
        place: tuple[str | int, ...],
        roles: frozenset[str],
        contacts: frozenset[str],
    ) -> Iterator[Fault]:
        for name in sorted(set(whom.roles) - roles):
            yield (*place, "roles"), f"no role {name}; there are: {', '.join(sorted(roles))}"
        for name in sorted(set(whom.contacts) - contacts):
            yield (*place, "contacts"), f"no contact {name} in contacts.yaml"
        if whom.owner and self.about is not About.OBJECT:
            yield (*place, "owner"), "only things near a fire (about: object) have an owner"
        if whom.subscribers == "place" and self.about is not About.FIRE:
            yield (*place, "subscribers"), "places are watched for fires (about: fire)"
        if whom.subscribers == "asset" and self.about is not About.OBJECT:
            yield (*place, "subscribers"), "assets are watched by about: object"
        if whom.subscribers == "place" and len(self.to) > 1:
            yield place, "a rule for watched places is for nobody else: distances differ for each"

    def rule_of(self) -> domain.Rule:
        """As the engine goes by it."""
        return domain.Rule(
            name=self.rule,
            about=self.about,
            template=self.template,
            steps=tuple(domain.Step(one.grade, tests_of(one.conditions)) for one in self.levels),
            to=tuple(one.whom() for one in self.to),
            tests=tests_of(self.when),
            tell=self.tell,
            of=tuple(self.of),
            forget=self.forget,
            quiet=self.quiet.quiet() if self.quiet else None,
            collect=self.collect.collect() if self.collect else None,
            repeat=timedelta(minutes=self.repeat_min),
            answer=timedelta(minutes=self.answer.minutes) if self.answer else None,
            answer_from=self.answer.grade if self.answer else "alarm",
            channels=tuple(self.channels),
        )


class RuleFile(Part):
    """A file of rules."""

    rules: list[RuleSaid] = Field(min_length=1)


class ClockSaid(Part):
    """A norm."""

    clock: Name
    names: dict[str, Text]
    about: About | Literal["letter"]
    conditions: Conditions = Field(default_factory=dict, alias="while")
    since: str = ""
    steps_min: list[Minutes] = Field(min_length=1, max_length=6)
    source: Annotated[str, StringConstraints(min_length=3, max_length=300)]

    def faults(self) -> Iterator[Fault]:
        """What contradicts the vocabulary or itself."""
        if missing := sorted(LANGUAGES - self.names.keys()):
            yield ("names",), f"no text in {', '.join(missing)}"
        if list(self.steps_min) != sorted(set(self.steps_min)):
            yield ("steps_min",), "must rise"
        if self.about == "letter":
            if self.conditions or self.since:
                yield ("about",), "letters are counted from when an answer is due, and all of them"
            return
        if self.about is About.CLOCK:
            yield ("about",), "a clock is about something else"
            return
        yield from condition_faults(self.conditions, self.about, ("while",))
        if self.since and VOCABULARY[self.about].get(self.since) != "word":
            yield ("since",), f"facts about {self.about} have no moment {self.since}"

    def clock_of(self) -> domain.Clock:
        """As the engine goes by it."""
        about = About.CLOCK if self.about == "letter" else About(self.about)
        return domain.Clock(
            self.clock, about, tests_of(self.conditions), self.since, tuple(self.steps_min)
        )


class ClockFile(Part):
    """``alerts/clocks.yaml``."""

    version: str = Field(min_length=1, max_length=60)
    clocks: list[ClockSaid] = Field(default_factory=list)


class WaySaid(Part):
    """One way to a contact."""

    channel: Name
    address: Annotated[str, StringConstraints(max_length=300)] = ""


class ContactSaid(Part):
    """Somebody who is no account: a duty phone, a siren, an office."""

    contact: Name
    names: dict[str, Text]
    territories: list[str] = Field(default_factory=lambda: ["*"], min_length=1)
    channels: list[WaySaid] = Field(min_length=1)
    language: Language = FIRST
    zone: Zone | None = None
    quiet: QuietSaid | None = None


class ContactFile(Part):
    """``alerts/contacts.yaml``."""

    contacts: list[ContactSaid] = Field(default_factory=list)
