"""Rules as values: who is told of what, when, and when rather not.

They are read and checked by `services.alert_rules`; here they are only what the engine goes by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from math import inf
from typing import Final, Literal

from sylvan.domain.alerting.facts import About, Value
from sylvan.domain.alerting.letters import Grade

GRADES: Final[tuple[Grade, ...]] = ("info", "warning", "alarm")
Tell = Literal["worsening", "change", "each"]
Watch = Literal["place", "asset", "territory"]


def rank(grade: Grade) -> int:
    """0 for info, 2 for an alarm."""
    return GRADES.index(grade)


@dataclass(frozen=True, slots=True)
class Condition:
    """What is asked of one field; everything that is given must hold."""

    field: str
    one_of: frozenset[str] | None = None
    none_of: frozenset[str] = frozenset()
    least: float = -inf
    most: float = inf
    known: bool | None = None

    @property
    def ranged(self) -> bool:
        """Whether it asks for a number."""
        return self.least > -inf or self.most < inf

    def holds(self, value: Value) -> bool:
        """Whether a fact's value passes. What is not known passes only where that is asked."""
        if self.known is not None and (value is not None) != self.known:
            return False
        if value is None:
            return self.known is False or not (self.ranged or self.one_of is not None)
        words = words_of(value)
        if self.one_of is not None and self.one_of.isdisjoint(words):
            return False
        if not self.none_of.isdisjoint(words):
            return False
        return not self.ranged or (
            isinstance(value, (int, float)) and self.least <= value <= self.most
        )


def words_of(value: Value) -> tuple[str, ...]:
    """A value as words to be compared."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    return (str(value),)


def holds(tests: tuple[Condition, ...], values: Mapping[str, Value]) -> bool:
    """Whether all of some tests pass."""
    return all(one.holds(values.get(one.field)) for one in tests)


@dataclass(frozen=True, slots=True)
class Step:
    """A level of a rule: how much it matters from where on."""

    grade: Grade
    tests: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Whom:
    """One group of those who are told. Whoever does not reach the thing is never among them."""

    roles: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    inside: bool = False
    # only whose own territory it lies in, not those at whose border it is
    owner: bool = False
    # whose asset it is
    contacts: tuple[str, ...] = ()
    # names of alerts/contacts.yaml
    watch: Watch | None = None
    # subscriptions of this kind
    least: Grade = "info"
    # from which grade on they are told
    on_duty: bool = False
    # awake: the rule's quiet hours are not theirs


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nobody is woken, by the clock of the recipient's territory."""

    begins: time
    ends: time
    breaks: Grade = "alarm"
    # from which grade on it goes out all the same


@dataclass(frozen=True, slots=True)
class Collect:
    """Several letters that go out as one: every so many minutes, or at a time of day."""

    minutes: int = 0
    until: time | None = None
    breaks: Grade = "alarm"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who is told of what."""

    name: str
    about: About
    template: str
    steps: tuple[Step, ...]
    # rising; a fact stands on the highest one whose tests hold
    to: tuple[Whom, ...]
    tests: tuple[Condition, ...] = ()
    tell: Tell = "worsening"
    of: tuple[str, ...] = ()
    # the fields whose change is told
    forget: bool = False
    # once it no longer holds it is told anew; otherwise the worst that was told stays told
    quiet: Quiet | None = None
    collect: Collect | None = None
    repeat: timedelta = timedelta(0)
    # letters of one thread to one recipient keep this distance, unless it gets worse
    answer: timedelta | None = None
    answer_from: Grade = "alarm"
    channels: tuple[str, ...] = ()
    # in the order in which they are tried; none: all that the recipient has


@dataclass(frozen=True, slots=True)
class Clock:
    """A norm: what has to happen how soon, and who it is about."""

    name: str
    about: About
    tests: tuple[Condition, ...]
    # it runs while they hold
    since: str = ""
    # field with the moment it counts from; empty: when they began to hold
    steps_min: tuple[float, ...] = (0.0,)
    # late after the first of them; each further one is worse


@dataclass(frozen=True, slots=True)
class Book:
    """All rules in force, with clocks."""

    version: str
    rules: tuple[Rule, ...]
    clocks: tuple[Clock, ...] = ()

    def named(self, name: str) -> Rule | None:
        """A rule by its name."""
        return next((one for one in self.rules if one.name == name), None)
