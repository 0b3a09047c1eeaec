"""Which detections each fire of a plan has, and which of them are new."""

from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from sylvan.domain.detections import DETECTION, Detections
from sylvan.services.plans import Planned, Scene

COLUMNS: Final = list(DETECTION.names or ())
ELSEWHERE: Final = -1


def members(plan: Planned, scene: Scene) -> dict[UUID, Detections]:
    """All detections of each touched fire: the stored ones and the new ones."""
    there, into = scene.there, dict(plan.merged)
    number = {fire: k for k, fire in enumerate(plan.touched)}
    today = [number.get(into.get(fire, fire), ELSEWHERE) for fire in there.ids]
    stored = np.array(today, np.int64)[there.fire]
    stored[plan.moved] = _numbers(plan, scene, plan.moved_to)
    owner = np.concatenate([stored, _numbers(plan, scene, plan.fire_ids)])
    rows = np.concatenate([there.rows[COLUMNS].astype(DETECTION), scene.new])
    return _pieces(rows, owner, plan.touched)


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
    rows: Detections, owner: npt.NDArray[np.int64], fires: list[UUID]
) -> dict[UUID, Detections]:
    order = np.argsort(owner, kind="stable")
    ends = np.searchsorted(owner[order], np.arange(len(fires) + 1))
    pieces = ((fire, order[ends[k] : ends[k + 1]]) for k, fire in enumerate(fires))
    return {fire: rows[piece] for fire, piece in pieces if len(piece)}
