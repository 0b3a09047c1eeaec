"""One season under one policy: units go, work, rest and come home; fires grow, are held, or rain.

Steps are even; whoever is sent stays until the fire is contained, it rains, or days off are due.
Rules are the world's and the same for all policies: it refuses what breaks one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import ceil, inf
from typing import Final

import numpy as np

from sylvan.scenario.fields import Floats
from sylvan.scenario.seasons.country import Bools, Ints
from sylvan.scenario.seasons.told import Moment, Situation, situation
from sylvan.scenario.seasons.world import World

Policy = Callable[[Situation], Sequence[tuple[str, str]]]
"""Whom to send where: codes of units and fires; only units that are ready."""
_STRONG_M_H: Final = (60.0, 180.0)
"""Rate of the head between weak, medium and strong edges: 1 and 3 m/min."""
_DAY_H: Final = 24.0


class Burns(IntEnum):
    """What a fire does."""

    NOT_YET = 0
    UNSEEN = 1
    SEEN = 2
    CONTAINED = 3
    """Units mop up."""
    OUT = 4
    RAINED = 5
    """Rain ended it before anybody did."""


class Does(IntEnum):
    """What a unit does."""

    READY = 0
    GOES = 1
    WORKS = 2
    COMES = 3
    RESTS = 4
    """At its base."""
    BROKEN = 5


@dataclass(frozen=True, slots=True)
class Trip:
    """One unit sent to one fire."""

    unit: int
    fire: int
    sent_h: float
    left_h: float
    """When it leaves; later than it was sent where it rests first."""
    due_h: float
    """When it arrives, or breaks down."""
    broken: bool


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a season went."""

    state: Ints
    """(F) :class:`Burns` at the end."""
    axis_m: Floats
    """(F) half-axes at the end."""
    seen_m: Floats
    """(F) half-axes when they were seen; NaN: they were not."""
    arrived_h: Floats
    """(F) when the first unit came; NaN: none did."""
    held_h: Floats
    """(F) when it was contained; NaN: it was not."""
    reached: tuple[tuple[int, int], ...]
    """Fires and the settlements that they reached."""
    trips: tuple[Trip, ...]
    flown_h: float
    below_h: float
    """Hours times units below reserves."""
    decisions: int
    worked_h: Floats
    """(U) hours on the way and at fires."""
    longest_h: Floats
    """(U) longest stretch of duty between two rests."""


class Season:
    """The running state."""

    def __init__(self, world: World, policy: Policy) -> None:
        self.world, self.policy = world, policy
        forces = world.country.forces
        fires, units = len(world.lon), len(forces)
        self.now = 0.0
        self.state = np.full(fires, Burns.NOT_YET, np.int64)
        self.axis, self.line = world.first_m.copy(), np.zeros(fires)
        self.seen_m, self.arrived, self.held = (np.full(fires, np.nan) for _ in range(3))
        self.does = np.full(units, Does.READY, np.int64)
        self.task = np.full(units, -1, np.int64)
        self.until = np.full(units, inf)
        self.due = np.full(units, -inf)
        self.shift = np.array([one.shift_h for one in forces])
        self.rest = np.array([one.rest_h for one in forces])
        self.run = np.array([one.run_days for one in forces]) * _DAY_H
        self.off = np.array([one.off_days for one in forces]) * _DAY_H
        self.rate = np.array([one.rate_m_h for one in forces])
        self.aloft = np.array([one.works_aloft for one in forces], np.bool_)
        self.strength = np.array([one.strength for one in forces]).reshape(units, 3)
        self.duty, self.away = self.shift.copy(), np.full(units, np.nan)
        self.camp = np.full(units, -inf)
        self.days_off = np.zeros(units, np.bool_)
        self.stretch, self.longest, self.worked = (np.zeros(units) for _ in range(3))
        self.hit = np.zeros(world.home.shape, np.bool_)
        self.reached: list[tuple[int, int]] = []
        self.trips: list[Trip] = []
        self.flown = self.below = 0.0
        self.flight = dict(world.country.flight_h)
        self.floor = _floor_of(world)
        self.least = np.array([0, *(one.least for one in world.country.floors)])
        self.asked, self.changed, self.decisions = -inf, False, 0

    def run_through(self) -> Outcome:
        """Until the last fire is out."""
        world, step = self.world, self.world.parameters.step_h
        for k in range(ceil(world.end_h / step) + 2):
            self.now = k * step
            if k % round(_DAY_H / step) == 0:
                self.flight = dict(world.country.flight_h)
            self._ignite()
            self._move()
            new = self._see()
            self._decide(new=new)
            self._work(step)
            self._end()
            if (self.state >= Burns.OUT).all():
                break
        return Outcome(
            self.state, self.axis, self.seen_m, self.arrived, self.held, tuple(self.reached),
            tuple(self.trips), self.flown, self.below, self.decisions, self.worked, self.longest,
        )  # fmt: skip

    def _ignite(self) -> None:
        begun = (self.state == Burns.NOT_YET) & (self.world.start_h <= self.now)
        self.state[begun] = Burns.UNSEEN

    def _see(self) -> bool:
        seen = (self.state == Burns.UNSEEN) & (self.world.seen_h <= self.now)
        self.state[seen] = Burns.SEEN
        self.seen_m[seen] = self.axis[seen]
        return bool(seen.any())

    def _move(self) -> None:
        """Whoever arrives, comes home, is rested or repaired."""
        ended = self.until <= self.now
        for u in map(int, np.flatnonzero(ended & (self.does == Does.GOES))):
            if self.world.broken[u, self.task[u]]:
                self._home(u, Does.BROKEN, self.world.parameters.errors.repair_h)
            else:
                self._arrive(u)
        for u in map(int, np.flatnonzero(ended & (self.does == Does.COMES))):
            worked = self.now - self.away[u]
            owed = max(self.rest[u], min(worked, self.shift[u]) / 2.0)
            self._home(u, Does.RESTS, self.off[u] if self.days_off[u] else owed)
        back = ended & (self.does >= Does.RESTS) & (self.until <= self.now)
        self.does[back], self.until[back] = Does.READY, inf
        self.duty[back], self.stretch[back] = self.shift[back], 0.0
        self.days_off[back] = False
        self.changed |= bool(back.any())

    def _home(self, u: int, does: Does, hours: float) -> None:
        self.does[u], self.until[u], self.task[u] = does, self.now + hours, -1
        self.away[u] = np.nan

    def _arrive(self, u: int) -> None:
        f = int(self.task[u])
        self.does[u], self.until[u], self.due[u] = Does.WORKS, inf, -inf
        if np.isnan(self.arrived[f]):
            self.arrived[f] = self.now
        if self.duty[u] <= 0.0:
            self._camp(u, self.now)

    def _camp(self, u: int, now: float) -> None:
        """Rest beside the fire."""
        self.camp[u] = now + self.rest[u]
        self.duty[u], self.stretch[u] = self.shift[u], 0.0

    def _decide(self, *, new: bool) -> None:
        told = self.world.parameters
        fires = np.flatnonzero(self.state == Burns.SEEN)
        ready = np.flatnonzero((self.does == Does.READY) & self._useful(fires))
        since = self.now - self.asked
        due = new or (self.changed and since >= told.look_h) or since >= told.idle_h
        if not (due and fires.size and ready.size):
            return
        self.asked, self.changed = self.now, False
        self.decisions += 1
        bound = np.flatnonzero(
            ((self.does == Does.GOES) | (self.does == Does.WORKS)) & np.isin(self.task, fires)
        )
        duty = np.where(self.camp > self.now, 0.0, self.duty)
        moment = Moment(
            self.now, fires, self.axis, self.line, ready, bound, self.task, self.due, duty,
            dict(self.flight),
        )  # fmt: skip
        told_now = situation(self.world, moment)
        where = {one.id: int(f) for one, f in zip(told_now.problem.fires, fires, strict=True)}
        who = {
            one.id: int(u) for one, u in zip(told_now.problem.units, told_now.units, strict=True)
        }
        room = {one.id: one.most for one in told_now.problem.fires}
        taken = dict(zip(room, told_now.sent, strict=True))
        for unit, fire in self.policy(told_now):
            taken[fire] += 1
            if taken[fire] > room[fire]:
                raise ValueError(f"{fire}: no room for {unit}")
            self._send(who[unit], where[fire])

    def _useful(self, fires: Ints) -> Bools:
        """(U) who reaches one of the fires, or counts for a reserve: others decide nothing."""
        reaches = np.isfinite(self.world.eta_h[:, fires]).any(axis=1)
        return np.asarray(reaches | (self.floor > 0))

    def _send(self, u: int, f: int) -> None:
        """Send a unit; the world's own hours count from here on."""
        world, force = self.world, self.world.country.forces[u]
        told, flown = float(world.eta_h[u, f]), float(world.flight_h[u, f])
        if self.does[u] != Does.READY or not np.isfinite(told):
            raise ValueError(f"{force.id} cannot go to fire {f}")
        if flown > 0.0:
            left = self.flight.get(force.base, 0.0)
            if flown > left + 1e-6:
                raise ValueError(f"{force.base} has {left:.1f} h in the air left, not {flown:.1f}")
            self.flight[force.base] = left - flown
            self.flown += flown
        leaves = self.now + (self.rest[u] if told >= self.duty[u] else 0.0)
        way = told * float(world.travel[u, f])
        broken = bool(world.broken[u, f])
        self.due[u] = leaves + told
        self.until[u] = leaves + (way / 2.0 if broken else way)
        self.does[u], self.task[u], self.away[u] = Does.GOES, f, leaves
        self.trips.append(Trip(u, f, self.now, leaves, float(self.until[u]), broken))

    def _work(self, step: float) -> None:
        """Hours of duty, line, growth, settlements."""
        world = self.world
        going = (self.does == Does.GOES) & (self.away <= self.now)
        works = (self.does == Does.WORKS) & (self.camp <= self.now)
        busy = going | works
        self.duty[busy] = np.maximum(self.duty[busy] - step, 0.0)
        self.stretch[busy] += step
        self.worked[busy] += step
        self.longest = np.maximum(self.longest, np.where(works, self.stretch, 0.0))
        self.flown += step * float((works & self.aloft).sum())
        self.below += step * self._short()
        hour = world.hour(self.now)
        pace = world.growth_m_h[:, hour]
        burns = (self.state == Burns.UNSEEN) | (self.state == Burns.SEEN)
        self._build(works, pace, step)
        share = np.minimum(self.line / (world.edge * self.axis), 1.0)
        self.axis += np.where(burns, pace * (1.0 - share) * step, 0.0)
        fresh = burns[:, None] & ~self.hit & (world.home_hit_m <= self.axis[:, None])
        self.hit |= fresh
        self.reached += [(int(f), int(world.home[f, s])) for f, s in np.argwhere(fresh)]
        for u in map(int, np.flatnonzero(works & (self.duty <= 0.0))):
            self._camp(u, self.now + step)

    def _build(self, works: np.ndarray, pace: Floats, step: float) -> None:
        world = self.world
        u = np.flatnonzero(works)
        f = self.task[u]
        open_ = self.state[f] == Burns.SEEN
        u, f = u[open_], f[open_]
        head = pace[f] * (1.0 + world.eccentricity[f])
        made = self.rate[u] * world.production[u, f]
        made *= self.strength[u, np.searchsorted(_STRONG_M_H, head)]
        made *= world.parameters.line_share * step
        self.line += np.bincount(f, made, len(self.line))

    def _end(self) -> None:
        """Fires that are contained, rained on or mopped up; who goes home."""
        world, told = self.world, self.world.parameters
        now = self.now + told.step_h
        held = (self.state == Burns.SEEN) & (self.line >= world.edge * self.axis)
        for f in map(int, np.flatnonzero(held)):
            self.state[f], self.held[f] = Burns.CONTAINED, now
            self._release(f, keep=told.mop_up_share)
        wet = (self.state == Burns.UNSEEN) | (self.state == Burns.SEEN)
        wet &= world.rain_h <= now
        over = (self.state == Burns.CONTAINED) & (self.held + told.mop_up_h <= now)
        self.state[wet], self.state[over] = Burns.RAINED, Burns.OUT
        for f in map(int, np.flatnonzero(wet | over)):
            self._release(f, keep=0.0)
        spent = (self.does == Does.WORKS) & (now - self.away >= self.run)
        self.days_off |= spent
        for u in map(int, np.flatnonzero(spent)):
            self._return(u)

    def _release(self, f: int, keep: float) -> None:
        """Send home who is not needed; crews on the ground stay, who is on the way turns round."""
        there = np.flatnonzero((self.task == f) & (self.does == Does.WORKS))
        order = there[np.argsort(self.aloft[there], kind="stable")]
        for u in map(int, order[ceil(keep * len(order)) :]):
            self._return(u)
        for u in map(int, np.flatnonzero((self.task == f) & (self.does == Does.GOES))):
            self._return(u)

    def _return(self, u: int) -> None:
        f, now = int(self.task[u]), self.now + self.world.parameters.step_h
        way = float(self.world.eta_h[u, f] * self.world.travel[u, f])
        if self.does[u] == Does.GOES:
            way = min(max(now - self.away[u], 0.0), way)
        self.does[u], self.until[u], self.task[u] = Does.COMES, now + way, -1
        self.due[u], self.camp[u] = -inf, -inf

    def _short(self) -> float:
        home = (self.does == Does.READY) | (self.does >= Does.RESTS)
        there = np.bincount(self.floor[home], minlength=len(self.least))
        return float(np.maximum(self.least - there, 0).sum())


def _floor_of(world: World) -> Ints:
    """(U) reserve that each unit counts for, as its place and 1; 0: none."""
    place = {(one.base, one.kind): at for at, one in enumerate(world.country.floors, 1)}
    return np.array([place.get((one.base, one.kind), 0) for one in world.country.forces], np.int64)


def simulate(world: World, policy: Policy) -> Outcome:
    """A season under a policy; the same world and policy give the same to the bit.

    Raises:
        ValueError: the policy broke a rule of the world.
    """
    return Season(world, policy).run_through()
