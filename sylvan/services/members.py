"""Which detections each fire of a plan has, and which of them are new."""

from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from sylvan.domain.detections import Detections
from sylvan.services.plans import Planned, Scene
from sylvan.services.stored import Stored

ELSEWHERE: Final = -1


def members(plan: Planned, scene: Scene, coming: Stored) -> dict[UUID, Stored]:
    """All detections of each touched fire, as they will be stored; ``coming`` are the new ones."""
    there, into = scene.there, dict(plan.merged)
    number = {fire: k for k, fire in enumerate(plan.touched)}
    today = [number.get(into.get(fire, fire), ELSEWHERE) for fire in there.ids]
    owner = np.array(today, np.int64)[there.fire]
    owner[plan.moved] = _numbers(plan, scene, plan.moved_to)
    rows = np.concatenate([there.rows, coming])
    rows["fire_id"][plan.moved] = plan.moved_to
    rows["fire_id"][len(owner) :] = plan.fire_ids
    return _pieces(
        rows, np.concatenate([owner, _numbers(plan, scene, plan.fire_ids)]), plan.touched
    )


def newcomers(plan: Planned, scene: Scene) -> dict[UUID, Detections]:
    """The new detections of each touched fire that gets some."""
    return _pieces(scene.new, _numbers(plan, scene, plan.fire_ids), plan.touched)


def _numbers(plan: Planned, scene: Scene, raw: npt.NDArray[np.void]) -> npt.NDArray[np.int64]:
    """Places among the touched fires of fires named by 16 bytes."""
    number, into = {fire: k for k, fire in enumerate(plan.touched)}, dict(plan.merged)
    distinct, which = np.unique(raw, return_inverse=True)
    named = (scene.there.roots.get(bytes(one)) or UUID(bytes=bytes(one)) for one in distinct)
    places = np.array([number[into.get(fire, fire)] for fire in named], np.int64)
    return places[which]


def _pieces(
    rows: npt.NDArray[np.void], owner: npt.NDArray[np.int64], fires: list[UUID]
) -> dict[UUID, npt.NDArray[np.void]]:
    order = np.argsort(owner, kind="stable")
    ends = np.searchsorted(owner[order], np.arange(len(fires) + 1))
    pieces = ((fire, order[ends[k] : ends[k + 1]]) for k, fire in enumerate(fires))
    return {fire: rows[piece] for fire, piece in pieces if len(piece)}
