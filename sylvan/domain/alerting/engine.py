"""The engine: one event in, letters out. Time comes with the events; nothing is sent from here.

The job and the try-out of a rule use this same class on the same events, which is why the one
foretells the other. Clocks are moved on before each event, up to its moment: what happened later
than a norm does not make it kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sylvan.domain.alerting.book import Book, Clock, Quiet, Rule, Whom, holds, rank
from sylvan.domain.alerting.facts import VOCABULARY, About, Fact, Heard, Value, moment
from sylvan.domain.alerting.letters import IN, Contact, Grade, Letter
from sylvan.domain.alerting.matching import Matcher, level_of
from sylvan.domain.alerting.memory import ClockKey, Key, Memory, Running, Told
from sylvan.domain.alerting.people import Circle, Recipient, Subscription, Watches
from sylvan.domain.alerting.reading import (
    ACKNOWLEDGED,
    ANSWERED,
    DANGER,
    EXPOSED,
    PLAIN,
    Lookups,
    danger,
    fire,
    objects,
)
from sylvan.domain.alerting.timing import Due, due
from sylvan.domain.codes import Scalar

SCREEN: Final = "screen"
MERGED: Final = "fire.merged"
UNANSWERED: Final = "acknowledged"
"""The clock of letters that ask for an answer; it runs where ``clocks.yaml`` names it."""
LETTER: Final = "letter:"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where letters come to be."""

    world: int
    drill: bool = False
    channels: tuple[str, ...] = ()
    """Channels that may be used here at all; none: every one."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """One recipient of one letter, with what he chose for himself."""

    who: Recipient
    least: Grade = "info"
    channels: tuple[str, ...] = ()
    quiet: Quiet | None = None
    on_duty: bool = False


class Engine:
    """Rules, people and subscriptions, ready for the events of one world."""

    def __init__(self, book: Book, circle: Circle, watches: Watches, stage: Stage) -> None:
        self.book, self.circle, self.watches, self.stage = book, circle, watches, stage
        self.around = [one for one in book.rules if _of_place(one)]
        self._placed = {one.about for one in self.around}
        self.matcher = Matcher([one for one in book.rules if not _of_place(one)])
        self._clocks: dict[About, list[Clock]] = {}
        for clock in book.clocks:
            if clock.name != UNANSWERED:
                self._clocks.setdefault(clock.about, []).append(clock)
        self._unanswered = next((one for one in book.clocks if one.name == UNANSWERED), None)

    def hear(self, memory: Memory, heard: Heard, beside: Lookups) -> list[Letter]:
        """What follows from one event, clocks that ran out before it included."""
        letters = self.advance(memory, heard.at)
        if heard.kind == ACKNOWLEDGED:
            if heard.body.get("state") == ANSWERED:
                for one in heard.body.get("letters") or (heard.subject,):
                    _answered(memory, str(one))
            return letters
        if heard.kind == MERGED and heard.body.get("merged_into"):
            memory.carry(f"fire:{heard.subject}", f"fire:{heard.body['merged_into']}")
        for fact in self._facts(memory, heard, beside):
            letters += self.take(memory, fact)
        return letters

    def take(self, memory: Memory, fact: Fact) -> list[Letter]:
        """What follows from one fact: clocks begin and end, rules are asked."""
        self._run_clocks(memory, fact)
        return self._told(memory, fact)

    def advance(self, memory: Memory, until: datetime) -> list[Letter]:
        """What follows from clocks that run out by a moment."""
        letters: list[Letter] = []
        while (late := memory.next_late(until)) is not None:
            letters += self._told(memory, _late(*late))
        return letters

    def _facts(self, memory: Memory, heard: Heard, beside: Lookups) -> Iterator[Fact]:
        if heard.kind in EXPOSED:
            yield from _near(memory, heard, beside)
        elif heard.kind == DANGER:
            for fact in danger(heard, beside.classes.get(heard.seq, ())):
                memory.danger[str(fact.values["municipality"])] = int(str(fact.values["class"]))
                yield fact
        elif heard.kind in PLAIN:
            fact = PLAIN[heard.kind](heard)
            if fact.about is About.FIRE:
                fact = memory.fires[heard.subject] = _with_danger(memory, fact)
            yield fact

    def _run_clocks(self, memory: Memory, fact: Fact) -> None:
        for clock in self._clocks.get(fact.about, ()):
            if holds(clock.tests, fact.values):
                since = moment(fact.values.get(clock.since)) if clock.since else None
                memory.start(Running(clock, fact, since or fact.at))
            elif memory.stop(ClockKey(clock.name, fact.thread, fact.object)):
                _forgotten(memory, fact.thread, _late_name(clock, fact), self.book)

    def _told(self, memory: Memory, fact: Fact) -> list[Letter]:
        before = memory.of(fact.thread, fact.object)
        matched = self.matcher.levels(fact)
        letters: list[Letter] = []
        for rule, level in matched:
            letters += self._of_rule(memory, rule, level, fact, self._readers(rule, fact))
        if before:
            standing = {rule.name for rule, _ in matched}
            _forgotten(memory, fact.thread, fact.object, self.book, standing)
        if fact.about in self._placed:
            letters += self._of_places(memory, fact)
        return letters

    def _of_places(self, memory: Memory, fact: Fact) -> Iterator[Letter]:
        for one, km in self.watches.near(fact):
            reader = self._subscriber(one)
            if reader is None or not reader.who.may_know(fact):
                continue
            mine = replace(
                fact,
                object=f"{fact.object}@{one.id}",
                values=dict(fact.values) | {"distance_km": km},
            )
            for rule in self.around:
                level = level_of(rule, mine.values) if rule.about is fact.about else 0
                if level:
                    yield from self._of_rule(memory, rule, level, mine, [reader])

    def _readers(self, rule: Rule, fact: Fact) -> list[_Reader]:
        found: dict[str, _Reader] = {}
        for whom in rule.to:
            for reader in self._group(whom, fact):
                known = found.get(reader.who.name)
                if known is None or rank(reader.least) < rank(known.least):
                    found[reader.who.name] = reader
                if known is not None and known.on_duty:
                    found[reader.who.name] = replace(found[reader.who.name], on_duty=True)
        return list(found.values())

    def _group(self, whom: Whom, fact: Fact) -> Iterator[_Reader]:
        if whom.watch is None:
            for one in self.circle.told(whom, fact):
                yield _Reader(one, whom.least, on_duty=whom.on_duty)
            return
        asked = self.watches.of_asset if whom.watch == "asset" else self.watches.of_territory
        for subscription in asked(fact):
            reader = self._subscriber(subscription)
            if reader is not None:
                yield reader

    def _subscriber(self, one: Subscription) -> _Reader | None:
        who = self.circle.all.get(one.recipient)
        return _Reader(who, one.least, one.channels, one.quiet) if who else None

    def _of_rule(
        self, memory: Memory, rule: Rule, level: int, fact: Fact, readers: Sequence[_Reader]
    ) -> list[Letter]:
        key = Key(fact.thread, fact.object, rule.name)
        known = memory.of(fact.thread, fact.object).get(rule.name)
        grade = rule.steps[level - 1].grade
        readers = [
            one for one in readers if rank(one.least) <= rank(grade) and one.who.may_know(fact)
        ]
        news = _news(rule, level, fact, known)
        if news is None:
            readers = _newcomers(rule, level, fact, known, readers)
            if known is None or not readers:
                return []
            news = replace(known, marks=_marks(known, fact))
        if not readers:
            return []  # nobody was told: it stays news for whoever comes
        begins = _kept_apart(rule, fact, known, level)
        letters = [self._letter(rule, level, fact, news, reader, begins) for reader in readers]
        memory.note(key, replace(news, at=begins.at))
        if self._unanswered is not None:
            for one in letters:
                _ask(memory, self._unanswered, one, fact)
        return letters

    def _letter(
        self, rule: Rule, level: int, fact: Fact, news: Told, reader: _Reader, begins: Due
    ) -> Letter:
        who, grade = reader.who, rule.steps[level - 1].grade
        own = None if reader.on_duty else rule.quiet
        quiets = tuple(one for one in (own, who.quiet, reader.quiet) if one is not None)
        when = due(begins.at, grade, who.zone, rule.collect, quiets)
        digest = when.digest or begins.digest
        asks = rule.answer is not None and rank(grade) >= rank(rule.answer_from)
        return Letter(
            dedupe=f"{rule.name}|{fact.thread}|{fact.object}|{level}|{news.round}",
            world=self.stage.world,
            rule=rule.name,
            thread=fact.thread,
            grade=grade,
            template=rule.template,
            fields=_fields(fact, level, who.language),
            recipient=who.name,
            contacts=self._contacts(rule, reader),
            language=who.language,
            at=fact.at,
            due_at=when.at,
            fire_id=fact.fire_id,
            drill=self.stage.drill,
            answer_by=when.at + rule.answer if asks and rule.answer else None,
            digest=digest and f"{rule.name} {digest}",
            territories=fact.territories,
        )

    def _contacts(self, rule: Rule, reader: _Reader) -> tuple[Contact, ...]:
        mine = reader.who.contacts
        for wanted in (rule.channels, reader.channels, self.stage.channels):
            if wanted:
                chosen = [one for name in wanted for one in mine if one.channel == name]
                mine = tuple(chosen) or mine
        return mine


def _answered(memory: Memory, letter_id: str) -> None:
    for key in [key for key in memory.clocks if key.object == LETTER + letter_id]:
        memory.stop(key)


def _of_place(rule: Rule) -> bool:
    return any(one.watch == "place" for one in rule.to)


def _near(memory: Memory, heard: Heard, beside: Lookups) -> Iterable[Fact]:
    fire_id = str(heard.body.get("fire_id"))
    if fire_id not in memory.fires:
        before = beside.fires.get(fire_id)
        if before is None:
            return ()
        memory.fires[fire_id] = _with_danger(memory, fire(before))
    things = beside.objects.get(heard.seq, ())
    return objects(heard, memory.fires[fire_id], things, beside.priority.get(heard.seq))


def _with_danger(memory: Memory, fact: Fact) -> Fact:
    known = memory.danger.get(str(fact.values.get("municipality")))
    return replace(fact, values=dict(fact.values) | {"danger_class": known})


def _late_name(clock: Clock, fact: Fact) -> str:
    return f"clock:{clock.name}" + (f":{fact.object}" if fact.object else "")


def _late(at: datetime, running: Running) -> Fact:
    """A clock that has run out, as a fact; it knows what is known of what it is about."""
    values: dict[str, Value] = {
        name: value
        for name, value in running.fact.values.items()
        if name in VOCABULARY[About.CLOCK]
    }
    values |= {
        "clock": running.clock.name,
        "late_min": running.clock.steps_min[running.step],
        "step": running.step + 1,
        "since": running.since.isoformat().replace("+00:00", "Z"),
    }
    return replace(
        running.fact,
        about=About.CLOCK,
        object=_late_name(running.clock, running.fact),
        at=at,
        values=values,
    )


def _sign(rule: Rule, fact: Fact) -> str:
    return "|".join(str(fact.values.get(name)) for name in rule.of)


def _news(rule: Rule, level: int, fact: Fact, known: Told | None) -> Told | None:
    """What is to be remembered of a letter, if there is news for one."""
    sign = _sign(rule, fact)
    if known is None:
        return Told(level, 0, sign, fact.at, fact.territories)
    if rule.tell == "worsening":
        worse = level > known.level
        return replace(known, level=level, marks=_marks(known, fact)) if worse else None
    if rule.tell == "change" and sign == known.sign:
        return None
    return Told(level, known.round + 1, sign, fact.at, fact.territories)


def _marks(known: Told, fact: Fact) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known.marks, *fact.territories)))


def _newcomers(
    rule: Rule, level: int, fact: Fact, known: Told | None, readers: Sequence[_Reader]
) -> list[_Reader]:
    """Whom it did not concern before: the fire has grown into their territory."""
    if known is None or rule.tell != "worsening" or level < known.level:
        return []
    if set(fact.territories) <= set(known.marks):
        return []
    return [one for one in readers if not one.who.covers(known.marks)]


def _kept_apart(rule: Rule, fact: Fact, known: Told | None, level: int) -> Due:
    """Repeats keep their distance and go out together; what got worse does not wait."""
    if known is None or not rule.repeat or level > known.level:
        return Due(fact.at)
    if fact.at < known.at:  # one waits already: this one goes with it
        return Due(known.at, f"repeat {known.at:%Y-%m-%dT%H:%M:%SZ}")
    next_at = known.at + rule.repeat
    return (
        Due(next_at, f"repeat {next_at:%Y-%m-%dT%H:%M:%SZ}") if fact.at < next_at else Due(fact.at)
    )


def _forgotten(
    memory: Memory, thread: str, thing: str, book: Book, standing: Iterable[str] = ()
) -> None:
    """Rules that no longer hold and are to be told anew when they do."""
    kept = set(standing)
    for name, told in list(memory.of(thread, thing).items()):
        rule = book.named(name)
        if name not in kept and rule is not None and rule.forget and told.level:
            memory.note(
                Key(thread, thing, name), replace(told, level=0, round=told.round + 1, sign="")
            )


def _ask(memory: Memory, clock: Clock, letter: Letter, fact: Fact) -> None:
    """A letter that wants an answer: its clock runs from when it should be there."""
    if letter.answer_by is None:
        return
    about = replace(fact, object=f"{LETTER}{letter.id}", at=letter.due_at)
    memory.start(Running(clock, about, letter.answer_by))


def _fields(fact: Fact, level: int, language: str) -> dict[str, Scalar]:
    """What a template is filled with: values, names in the reader's language and in the others.

    Another reader may be told the same later: of another rung, or on a screen of another language.
    """
    found: dict[str, Scalar] = {
        name: ", ".join(value) if isinstance(value, tuple) else value
        for name, value in fact.values.items()
    }
    for name, names in fact.names.items():
        found[name] = names.get(language) or next(iter(names.values()), found.get(name))
        found |= {f"{name}{IN}{tag}": told for tag, told in names.items() if tag != language}
    found["level"] = level
    return found
