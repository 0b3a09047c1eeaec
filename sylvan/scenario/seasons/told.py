"""What a policy is told at one moment: the suggestion's problem, from estimates."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, pi

import numpy as np

from sylvan.domain.codes import Coded
from sylvan.domain.dispatch.attack import large
from sylvan.domain.dispatch.model import CardLine, Problem, Unit
from sylvan.domain.dispatch.need import fire_of
from sylvan.domain.dispatch.outlooks import SETTLEMENT, Near, Told, outlook_of
from sylvan.scenario.fields import Floats
from sylvan.scenario.seasons.country import Ints
from sylvan.scenario.seasons.world import HA_M2, World

_DAY_H = 24.0
_FORECAST_H = 72.0  # settlements farther in time are not told
_CARD_KM = 10.0  # to a settlement for which its run card holds
_LEAST_SHARE = 0.05  # of an edge that is told to be open while the fire is not contained
_FACTOR = 2.0  # by which the ensemble's P10 and P90 lie off, in its own words
_ZONE = "aviation"
_TASK = "fire-{}".format
_AT_ONCE_H = 0.25  # told until a unit that is overdue arrives


@dataclass(frozen=True, eq=False)
class Situation:
    """A moment: what is known, and how long already."""

    problem: Problem
    fires: Ints
    """Numbers of the problem's fires."""
    units: Ints
    """Numbers of the problem's units."""
    seen_h: tuple[float, ...]
    """Hours since each fire was seen."""
    sent: tuple[int, ...]
    """Units that are on their way to each fire or work there."""
    cards: tuple[tuple[CardLine, ...], ...]
    """What the run cards want for each fire, from its first hour on."""
    large: frozenset[str]
    """Fires that are told to be large."""
    homes: Mapping[tuple[str, str], int]
    """Units that each base has of a kind, wherever they are."""
    quiet_h: float
    """Hours since the last new fire was seen."""


@dataclass(frozen=True, eq=False)
class Moment:
    """The world's state where people can see it."""

    now_h: float
    fires: Ints
    """Seen and burning."""
    axis_m: Floats
    """(F) half-axes of all fires."""
    line_m: Floats
    """(F) line that stands."""
    ready: Ints
    """Units at their bases that may go."""
    bound: Ints
    """Units on their way to one of these fires, or there."""
    task: Ints
    """(U) fire of each unit."""
    due_h: Floats
    """(U) when it is told to arrive; past: it is there."""
    duty_h: Floats
    """(U) hours of duty left; 0: it rests."""
    flight_left_h: dict[str, float]
    """Hours in the air that bases have left today."""


def situation(world: World, at: Moment) -> Situation:
    """What policies are told."""
    told = [_told(world, at, int(f)) for f in at.fires]
    cards = [_card(world, at, int(f), one) for f, one in zip(at.fires, told, strict=True)]
    outlooks = [outlook_of(one, card)[0] for one, card in zip(told, cards, strict=True)]
    fires = []
    for f, outlook in zip(at.fires, outlooks, strict=True):
        fire = fire_of(outlook)
        held = float(at.line_m[f])
        edge = fire.need_m[0]
        held = min(held, (1.0 - _LEAST_SHARE) * edge)
        fires.append(replace(fire, need_m=tuple(metres - held for metres in fire.need_m)))
    units = np.concatenate([at.ready, at.bound])
    problem = Problem(
        tuple(fires),
        tuple(_unit(world, at, int(u), free=k < len(at.ready)) for k, u in enumerate(units)),
        _eta(world, at, units),
        flight_h=_flown(world, at, units),
        flight_left_h=at.flight_left_h,
        floors=world.country.floors,
    )
    sent = [int((at.task[at.bound] == f).sum()) for f in at.fires]
    seen = at.now_h - world.seen_h[at.fires]
    since = at.now_h - world.seen_h
    return Situation(
        problem, at.fires, units, tuple(seen), tuple(sent), tuple(cards), large(outlooks),
        Counter((one.base, one.kind) for one in world.country.forces),
        float(since[since >= 0.0].min(initial=inf)),
    )  # fmt: skip


def _told(world: World, at: Moment, f: int) -> Told:
    axis = float(at.axis_m[f] * np.sqrt(world.told_area[f]))
    open_share = max(1.0 - float(at.line_m[f] / (world.edge[f] * at.axis_m[f])), _LEAST_SHARE)
    hour, day = world.hour(at.now_h), int(at.now_h / _DAY_H)
    rate = float(world.ahead_m_h[f, hour] * world.told_rate[f, day]) * open_share
    area = [
        pi * (axis + _DAY_H * r) ** 2 / float(world.breadth[f]) / HA_M2
        for r in (0.0, rate / _FACTOR, rate, rate * _FACTOR)
    ]
    return Told(_TASK(f), area[0], None, _DAY_H, (area[1], area[2], area[3]),
                tuple(_near(world, f, axis, rate)))  # fmt: skip


def _near(world: World, f: int, axis: float, rate: float) -> list[Near]:
    found = []
    for s in np.flatnonzero(world.home[f] >= 0):
        hit = float(world.told_hit_m[f, s])
        if not np.isfinite(hit):
            continue
        hours = max(hit - axis, 0.0) / rate if rate > 0.0 else inf
        km = float(world.home_m[f, s]) * max(1.0 - axis / hit, 0.0) / 1_000.0 if hit else 0.0
        found.append(
            Near(
                str(world.home[f, s]),
                "",
                SETTLEMENT,
                km,
                bool(world.told_head[f, s]),
                hours if hours <= _FORECAST_H else None,
            )
        )
    return found


def _card(world: World, at: Moment, f: int, told: Told) -> tuple[CardLine, ...]:
    danger = int(world.danger[f, world.hour(at.now_h)])
    threatened = any(one.reached_h is not None or one.km <= _CARD_KM for one in told.near)
    objects = [SETTLEMENT] if threatened else []
    return world.country.cards.response(_ZONE, danger, objects).lines


def _unit(world: World, at: Moment, u: int, *, free: bool) -> Unit:
    force = world.country.forces[u]
    return Unit(
        force.id, force.kind, force.base, force.rate_m_h, float(at.duty_h[u]), force.rest_h,
        force.shift_h, force.cost, force.cost_h,
        None if free else _TASK(at.task[u]), not free,
        out=Coded("dispatch.off_duty") if free and at.duty_h[u] <= 0.0 else None,
    )  # fmt: skip


def _eta(world: World, at: Moment, units: Ints) -> Floats:
    eta = np.full((len(units), len(at.fires)), np.inf)
    eta[: len(at.ready)] = world.eta_h[np.ix_(at.ready, at.fires)]
    column = {int(f): k for k, f in enumerate(at.fires)}
    for k, u in enumerate(at.bound, len(at.ready)):
        left = float(at.due_h[u]) - at.now_h
        there = at.due_h[u] == -inf
        eta[k, column[int(at.task[u])]] = 0.0 if there else max(left, _AT_ONCE_H)
    return eta


def _flown(world: World, at: Moment, units: Ints) -> Floats:
    """Only who is still at home flies out of what is left today."""
    flown = np.zeros((len(units), len(at.fires)))
    flown[: len(at.ready)] = world.flight_h[np.ix_(at.ready, at.fires)]
    return flown
