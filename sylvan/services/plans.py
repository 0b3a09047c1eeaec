"""The engine's plan for a batch, in terms of storage: ids for rows, fires to be written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from uuid_utils.compat import uuid7

from sylvan.domain.codes import Coded
from sylvan.domain.detections import Detections
from sylvan.domain.fires import CANDIDATE, Fire
from sylvan.domain.grouping import join, points_of
from sylvan.domain.partition import Create, Extend, FireState, Plan, Standing, decide
from sylvan.domain.surgery import PeoplesWord
from sylvan.services.neighbours import Neighbours
from sylvan.store.detections import NO_FIRE

Places = npt.NDArray[np.intp]
NO_HEIR: Final = -1


@dataclass(slots=True)
class Planned:
    """What to write."""

    fire_ids: npt.NDArray[Any]
    """The fire of each new detection (n × V16)."""
    moved: Places
    """Places among the stored neighbours that get another fire."""
    moved_to: npt.NDArray[Any]
    touched: list[UUID] = field(default_factory=list)
    """Fires that grow, shrink or begin, in a stable order."""
    taken_in: dict[UUID, list[UUID]] = field(default_factory=dict)
    """Fires that each touched fire takes in."""
    merged: list[tuple[UUID, UUID]] = field(default_factory=list)
    """(absorbed, survivor)."""
    proposals: list[tuple[tuple[UUID, UUID], Coded]] = field(default_factory=list)
    reasons: dict[UUID, tuple[Coded, ...]] = field(default_factory=dict)
    bare: set[UUID] = field(default_factory=set)
    """Fires of people's that have no detection left."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A batch and everything stored that it may touch.

    ``heirs`` holds for each new row the 16-byte fire of the row that it replaces, or ``NO_FIRE``:
    a better version of a pixel stays with its fire, however it moved.
    """

    new: Detections
    heirs: npt.NDArray[Any]
    there: Neighbours
    word: PeoplesWord
    received: npt.NDArray[np.float64]
    """When each of the neighbours came, seconds since 1970 by the world's clock."""
    sure: npt.NDArray[np.float64]
    """Likelihood of each new row where a rejection might hide it."""


def planned(scene: Scene) -> Planned:
    """Ask the engine and name its answer."""
    there = scene.there
    fresh = scene.heirs == np.void(NO_FIRE)
    settled = np.concatenate([np.arange(len(there.rows)), len(there.rows) + np.flatnonzero(~fresh)])
    comers = len(there.rows) + np.flatnonzero(fresh)
    points = join(points_of(there.rows), points_of(scene.new))
    owner = np.concatenate([there.rows["fire_id"], scene.heirs])
    number = {one: place for place, one in enumerate(there.ids)}
    inherited = [number[there.roots[bytes(raw)]] for raw in scene.heirs[~fresh]]
    fire_of = np.concatenate([there.fire, np.array(inherited, np.int64)])
    whole = there.thinned | there.confirming
    plan = decide(
        points.take(settled),
        fire_of,
        [_state(there.known[one], scene.word, whole=one in whole) for one in there.ids],
        points.take(comers),
        anchors=_anchors(
            scene, points.t[settled], fire_of, [there.known[one] for one in there.ids]
        ),
        likelihood=scene.sure[fresh],
        apart=scene.word.apart,
    )
    return _named(plan, scene, owner, settled, comers)


def _state(fire: Fire, word: PeoplesWord, *, whole: bool) -> FireState:
    created = int(fire.received_at.timestamp() * 1_000_000)
    return FireState(fire.id, standing(fire, word), created, whole)


def standing(fire: Fire, word: PeoplesWord) -> Standing:
    """Who decides: a signal that people cut or joined is theirs, as a registered fire is."""
    if fire.status == CANDIDATE and fire.id not in word.decided:
        return Standing.CANDIDATE
    return Standing.REJECTED if fire.status == "rejected" else Standing.REGISTERED


def _anchors(
    scene: Scene,
    acquired: npt.NDArray[np.int64],
    fire_of: npt.NDArray[np.int64],
    fires: list[Fire],
) -> Any:
    """Which detections stood there when people rejected their fire.

    What was acquired before and came later nobody had seen; a better version of a pixel stands
    where the earlier one stood.
    """
    closed = [fire.closed_at.timestamp() if fire.closed_at else np.inf for fire in fires]
    limits = np.array([*closed, np.inf])
    came = acquired.astype(np.float64)
    came[: len(scene.received)] = scene.received
    return came <= limits[fire_of] if len(fire_of) else np.zeros(0, bool)


def _named(
    plan: Plan, scene: Scene, owner: npt.NDArray[Any], settled: Places, comers: Places
) -> Planned:
    """The plan with ids: every row's fire, and what becomes of the fires."""
    after = owner.copy()
    touched: dict[UUID, None] = {}
    reasons: dict[UUID, list[Coded]] = {}
    parts: list[Extend | Create] = [*plan.extend, *plan.create]
    for part in parts:
        fire = part.fire if isinstance(part, Extend) else uuid7()
        after[comers[part.rows]] = np.void(fire.bytes)
        after[settled[part.moved]] = np.void(fire.bytes)
        touched[fire] = None
        reasons.setdefault(fire, []).append(part.reason)
        touched |= dict.fromkeys(_owners(owner[settled[part.moved]], scene.there.roots))
    taken_in: dict[UUID, list[UUID]] = {}
    for merge in plan.merge:
        taken_in.setdefault(merge.survivor, []).append(merge.absorbed)
        touched[merge.survivor] = None
        reasons.setdefault(merge.survivor, []).append(merge.reason)
    touched |= dict.fromkeys(sorted(scene.there.thinned))
    absorbed = {merge.absorbed for merge in plan.merge}
    n = len(scene.there.rows)
    moved = np.flatnonzero(after[:n] != owner[:n])
    return Planned(
        fire_ids=after[n:],
        moved=moved,
        moved_to=after[:n][moved],
        touched=[one for one in touched if one not in absorbed],
        taken_in=taken_in,
        merged=[(merge.absorbed, merge.survivor) for merge in plan.merge],
        proposals=[((one.keeper, one.other), one.reason) for one in plan.propose],
        reasons={fire: tuple(told) for fire, told in reasons.items()},
    )


def _owners(raw: Iterable[Any], roots: dict[bytes, UUID]) -> list[UUID]:
    return sorted({roots[bytes(one)] for one in raw if bytes(one) != NO_FIRE})
