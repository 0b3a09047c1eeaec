"""Plays drills: one process for all, each drill in a thread of its own, on after a restart.

A drill that is ended anywhere is noticed here within a second; one whose day cannot be made is
broken off and says so. What stops this process leaves a drill where it stands, and the next one
goes on.
"""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Final
from uuid import UUID

import structlog

from sylvan.domain.actors import Actor, system
from sylvan.domain.codes import Refusal
from sylvan.domain.drills.model import Drill
from sylvan.jobs import demo, playing
from sylvan.jobs import field as crews
from sylvan.jobs.drill_days import Day, DrillDays
from sylvan.jobs.replay import Pace, Player, Progress
from sylvan.services import packs
from sylvan.services.house import House

log = structlog.get_logger()
EVERY_S: Final = 1.0
"""How often it is looked which drills are due and which were ended."""
JOIN_S: Final = 10.0
BROKEN: Final = "drills.broken"


@dataclass(slots=True)
class Running:
    """A drill that this process plays."""

    thread: Thread
    stop: Event


@dataclass(slots=True)
class Stagehand:
    """Plays drills on one installation."""

    house: House
    layers_dir: Path | None = None
    running: dict[UUID, Running] = field(default_factory=dict)

    def keep(self, stop: Event) -> None:
        """Play what is due, until told to stop."""
        while not stop.wait(EVERY_S):
            with self.house.drills.leading() as alone:
                while alone and not stop.wait(EVERY_S):
                    self.look()
                self._end_all()

    def look(self) -> None:
        """Begin what is due, stop what is over."""
        due = {one.id: one for one in self.house.drills.due()}
        for drill_id in [known for known in self.running if known not in due]:
            self.running.pop(drill_id).stop.set()
        for drill_id, one in due.items():
            if drill_id not in self.running:
                stop = Event()
                thread = Thread(
                    target=self._play, args=(one, stop), name=f"drill {one.name}", daemon=True
                )
                self.running[drill_id] = Running(thread, stop)
                thread.start()

    def _end_all(self) -> None:
        for one in self.running.values():
            one.stop.set()
        for one in self.running.values():
            one.thread.join(JOIN_S)
        self.running.clear()

    def _play(self, one: Drill, stop: Event) -> None:
        try:
            self._player(one, stop).run(stop)
        except Refusal as refusal:  # its day cannot be made any more: a world is gone
            self._broken_off(one, refusal.code)
        except Exception:
            log.exception("drill.failed", drill=one.name)
            self._broken_off(one, BROKEN)
        else:
            if not stop.is_set():
                self._over(one)

    def _player(self, one: Drill, stop: Event) -> Player:
        """Everything that the drill needs, made or found again."""
        house = self.house
        days = DrillDays(house.worlds.engine, house.geography.code, self.layers_dir)
        day = days.day(one.source)
        stage = playing.Stage(house, house.worlds.named(one.world))
        self._ready(one, day, stage)
        crew = Thread(target=crews.keep, args=(house, one.world, stop), daemon=True)
        crew.start()
        player = playing.player(
            stage,
            day.items,
            Pace(rate=one.speed),
            day.play_from,
            remember=lambda progress: self._remember(one, progress, stop),
        )
        if one.progress:
            player.progress = Progress.from_dict(one.progress)
        return player

    def _ready(self, one: Drill, day: Day, stage: playing.Stage) -> None:
        """Truth and forces of the day, before anything of it is handed out."""
        if not one.progress:
            if day.truth is not None:
                self.house.drills.keep_truth(one.id, day.truth)
            if not self.house.units.listed(system(stage.world)):
                pack = packs.find(self.house.geography.code, self.layers_dir)
                demo.base_forces(self.house, stage.world, pack)
        self.house.drills.started(one, day.holds)

    def _remember(self, one: Drill, progress: Progress, stop: Event) -> None:
        """Note where it stands; a drill that was ended meanwhile is played no further."""
        if not self.house.drills.remember(one.id, progress.as_dict()):
            stop.set()

    def _over(self, one: Drill) -> None:
        try:
            self.house.drills.over(self._actor(), one.id)
        except Refusal as refusal:  # somebody was faster
            log.info("drill.over", drill=one.name, code=refusal.code)

    def _broken_off(self, one: Drill, why: str) -> None:
        try:
            self.house.drills.over(self._actor(), one.id, why)
        except Refusal as refusal:
            log.info("drill.over", drill=one.name, code=refusal.code)

    def _actor(self) -> Actor:
        return system(self.house.worlds.live())
