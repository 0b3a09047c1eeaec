"""Which detections each fire of a plan has, and which of them are new."""

from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from sylvan.domain.detections import DETECTION, Detections
from sylvan.services.plans import Planned, Scene
from sylvan.services.stored import Stored

COLUMNS: Final = list(DETECTION.names or ())
ELSEWHERE: Final = -1


class Members:
    """All detections of each touched fire: the stored ones and the new ones."""

    def __init__(self, plan: Planned, scene: Scene) -> None:
        there, into = scene.there, dict(plan.merged)
        number = {fire: k for k, fire in enumerate(plan.touched)}
        today = [number.get(into.get(fire, fire), ELSEWHERE) for fire in there.ids]
        stored = np.array(today, np.int64)[there.fire]
        stored[plan.moved] = _numbers(plan, scene, plan.moved_to)
        coming = _numbers(plan, scene, plan.fire_ids)
        self._owner, self._plan, self._scene = np.concatenate([stored, coming]), plan, scene

    def plain(self) -> dict[UUID, Detections]:
        """What a fire is measured from."""
        scene = self._scene
        rows = np.concatenate([scene.there.rows[COLUMNS].astype(DETECTION), scene.new])
        return _pieces(rows, self._owner, self._plan.touched)

    def stored(self, coming: Stored) -> dict[UUID, Stored]:
        """As they will be stored; ``coming`` are the new ones."""
        there, new = self._scene.there.rows.copy(), coming.copy()
        there["fire_id"][self._plan.moved] = self._plan.moved_to
        new["fire_id"] = self._plan.fire_ids
        return _pieces(np.concatenate([there, new]), self._owner, self._plan.touched)


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
