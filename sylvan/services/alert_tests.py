"""Runs the tests that stand beside the rules: facts in, letters out, by the desk's own engine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from sylvan.domain.actors import Actor
from sylvan.domain.alerting.book import Book
from sylvan.domain.alerting.engine import Engine, Stage
from sylvan.domain.alerting.facts import VOCABULARY, Fact, Value
from sylvan.domain.alerting.letters import Contact, Letter
from sylvan.domain.alerting.memory import Memory
from sylvan.domain.alerting.people import Circle, Recipient, Subscription, Watches
from sylvan.domain.worlds import live_world
from sylvan.services.alert_rules import RULES, TESTS, Read, refuse
from sylvan.services.alert_shapes import Fault
from sylvan.services.alert_test_shapes import (
    ExpectedSaid,
    GivenSaid,
    PersonSaid,
    SubscribedSaid,
    TestFile,
    TestSaid,
)
from sylvan.services.packs import fields_error, read_yaml


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one test."""

    file: str
    test: str
    missing: tuple[str, ...] = ()
    """Letters that were expected and did not come."""
    unexpected: tuple[str, ...] = ()
    """Letters that came and were not expected."""

    @property
    def passed(self) -> bool:
        """Whether exactly what was expected came."""
        return not self.missing and not self.unexpected

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "file": self.file,
            "test": self.test,
            "passed": self.passed,
            "missing": list(self.missing),
            "unexpected": list(self.unexpected),
        }


def run(folder: Path, read: Read) -> list[Outcome]:
    """All tests of a folder.

    Raises:
        PackError: a test is written wrongly; by file, line and field.
    """
    found = []
    for path in sorted((folder / RULES / TESTS).glob("*.yaml")):
        found += [Outcome(path.name, one.test, *_differs(one, read)) for one in _tests(path, read)]
    return found


def _tests(path: Path, read: Read) -> list[TestSaid]:
    body, lines = read_yaml(path)
    try:
        said = TestFile.model_validate(body).tests
        faults = [fault for at, one in enumerate(said) for fault in _faults(at, one, read)]
        refuse(faults)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    return said


def _faults(at: int, one: TestSaid, read: Read) -> Iterator[Fault]:
    for number, given in enumerate(one.given):
        known = VOCABULARY[given.about] if given.about else {}
        for name in given.facts:
            if name not in known:
                place = ("tests", at, "given", number, "facts", name)
                yield place, f"facts about {given.about} have no such field"
    rules = {rule.rule for rule in read.said}
    for name in sorted({*one.rules, *(letter.rule for letter in one.letters)} - rules):
        yield ("tests", at), f"there is no rule {name}"


def _differs(said: TestSaid, read: Read) -> tuple[tuple[str, ...], tuple[str, ...]]:
    came = letters_of(said, read)
    left = list(came)
    missing = []
    for expected in said.letters:
        hit = next((one for one in left if _is(one, expected)), None)
        if hit is None:
            missing.append(_words_of(expected))
        else:
            left.remove(hit)
    return tuple(missing), tuple(_words(one) for one in left)


def letters_of(said: TestSaid, read: Read) -> list[Letter]:
    """Letters that follow from what a test gives, in their order."""
    wanted = [one for one in read.book.rules if not said.rules or one.name in said.rules]
    book = Book(read.book.version, tuple(wanted), read.book.clocks)
    circle = Circle(_person(one) for one in said.people)
    watches = Watches([_watched(at, one) for at, one in enumerate(said.subscriptions)])
    engine, memory = Engine(book, circle, watches, Stage(world=1)), Memory()
    letters: list[Letter] = []
    for number, given in enumerate(said.given, 1):
        at = _moment(given.at)
        letters += engine.advance(memory, at)
        if given.about is not None:
            letters += engine.take(memory, _fact(given, number, at))
    return letters


def _fact(given: GivenSaid, number: int, at: datetime) -> Fact:
    if given.about is None:
        raise AssertionError("only facts are taken")
    thread = given.thread or f"{given.about}:test"
    kind, _, key = thread.partition(":")
    values: dict[str, Value] = dict.fromkeys(VOCABULARY[given.about]) | given.values()
    return Fact(
        given.about,
        f"{given.about}.changed",
        thread,
        given.object,
        at,
        number,
        values,
        territories=tuple(given.territories),
        point=given.point,
        fire_id=uuid5(NAMESPACE_URL, key) if kind == "fire" else None,
    )


def _person(said: PersonSaid) -> Recipient:
    actor = Actor(
        said.name,
        said.name,
        said.level,
        tuple(said.territories),
        live_world(),
        said.role,
        said.owner,
    )
    return Recipient(
        name=said.name,
        role=said.role,
        level=str(said.level),
        reach=frozenset(actor.reach),
        everywhere=actor.everywhere,
        own=frozenset(said.territories),
        owner=said.owner,
        contacts=(Contact("screen"),),
        language=said.language,
        zone=ZoneInfo(said.zone),
    )


def _watched(at: int, said: SubscribedSaid) -> Subscription:
    return Subscription(
        UUID(int=at + 1),
        said.of,
        said.watch,
        said.point,
        said.radius_km,
        said.layer,
        said.code,
        said.territory,
        said.least,
    )


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told)


def _is(one: Letter, expected: ExpectedSaid) -> bool:
    return (
        (one.rule, one.recipient, one.grade) == (expected.rule, expected.to, expected.grade)
        and (expected.at is None or one.at == _moment(expected.at))
        and (expected.due is None or one.due_at == _moment(expected.due))
    )


def _words(one: Letter) -> str:
    return f"{one.rule} to {one.recipient}, {one.grade}, at {_z(one.at)}, due {_z(one.due_at)}"


def _words_of(said: ExpectedSaid) -> str:
    told: Sequence[str] = [
        f"{said.rule} to {said.to}",
        said.grade,
        *([f"at {said.at}"] if said.at else []),
        *([f"due {said.due}"] if said.due else []),
    ]
    return ", ".join(told)


def _z(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
