"""What alerts remember of one world: what was told, which clocks run, what fires looked like.

A cache of rows: whatever has changed since the last :meth:`Memory.changes` is named, so that it can
be stored in the same transaction as the letters that follow from it.
"""

import heapq
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sylvan.domain.alerting.book import Clock
from sylvan.domain.alerting.facts import Fact


class Key(NamedTuple):
    """What something was told about, by which rule."""

    thread: str
    object: str
    rule: str


class ClockKey(NamedTuple):
    """Which clock runs for what."""

    clock: str
    thread: str
    object: str


@dataclass(frozen=True, slots=True)
class Told:
    """The newest letter of a rule about one thing."""

    level: int
    round: int
    # how often it was forgotten, or changed: makes the next letter another one
    sign: str
    # what the watched fields said
    at: datetime
    # when the newest of its letters goes out, before collecting and quiet hours
    marks: tuple[str, ...]
    # whom it concerned


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs: whoever is behind it is late from ``due`` on."""

    clock: Clock
    fact: Fact
    since: datetime
    step: int = 0
    # steps that were told

    @property
    def key(self) -> ClockKey:
        """Its name."""
        return ClockKey(self.clock.name, self.fact.thread, self.fact.object)

    @property
    def due(self) -> datetime | None:
        """When its next step is reached; ``None`` after the last one."""
        if self.step >= len(self.clock.steps_min):
            return None
        return self.since + timedelta(minutes=self.clock.steps_min[self.step])


@dataclass(slots=True)
class Changes:
    """What is to be stored. ``None`` stands for a row that is gone."""

    told: dict[Key, Told | None] = field(default_factory=dict)
    clocks: dict[ClockKey, Running | None] = field(default_factory=dict)


@dataclass(slots=True)
class Memory:
    """Everything that the next event is held against."""

    told: dict[tuple[str, str], dict[str, Told]] = field(default_factory=dict)
    """By thread and object, then by rule."""
    clocks: dict[ClockKey, Running] = field(default_factory=dict)
    fires: dict[str, Fact] = field(default_factory=dict)
    """By id: the newest fact about each fire."""
    danger: dict[str, int] = field(default_factory=dict)
    """By territory: the newest danger class."""
    _due: list[tuple[datetime, ClockKey]] = field(default_factory=list)
    _changes: Changes = field(default_factory=Changes)

    def of(self, thread: str, thing: str) -> dict[str, Told]:
        """What was told about a thing, by rule."""
        return self.told.get((thread, thing), {})

    def note(self, key: Key, told: Told) -> None:
        """Something was told."""
        self.told.setdefault((key.thread, key.object), {})[key.rule] = told
        self._changes.told[key] = told

    def carry(self, thread: str, into: str) -> None:
        """A fire has become part of another: what was told of it was told of that one."""
        for (name, thing), rules in list(self.told.items()):
            if name != thread:
                continue
            there = self.of(into, thing)
            for rule, told in rules.items():
                if rule not in there or there[rule].level < told.level:
                    self.note(Key(into, thing, rule), told)

    def start(self, running: Running) -> None:
        """A clock begins, or what it is about has changed while it runs."""
        before = self.clocks.get(running.key)
        if before is not None:
            running = replace(running, since=before.since, step=before.step)
        self.clocks[running.key] = running
        self._changes.clocks[running.key] = running
        if before is None:
            self._wait(running)

    def stop(self, key: ClockKey) -> bool:
        """A clock ends; whether it ran."""
        if self.clocks.pop(key, None) is None:
            return False
        self._changes.clocks[key] = None
        return True

    def next_late(self, until: datetime) -> tuple[datetime, Running] | None:
        """The first clock whose step is reached by then; it is set to the next one."""
        while self._due and self._due[0][0] <= until:
            at, key = heapq.heappop(self._due)
            running = self.clocks.get(key)
            if running is None or running.due != at:
                continue  # it ended, and perhaps began anew
            after = replace(running, step=running.step + 1)
            self.clocks[key] = after
            self._changes.clocks[key] = after
            self._wait(after)
            return at, running
        return None

    def restore(self, running: Running) -> None:
        """A clock as it was stored."""
        self.clocks[running.key] = running
        self._wait(running)

    def changes(self) -> Changes:
        """What has changed since the last time."""
        told, self._changes = self._changes, Changes()
        return told

    def _wait(self, running: Running) -> None:
        if running.due is not None:
            heapq.heappush(self._due, (running.due, running.key))
