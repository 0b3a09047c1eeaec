"""Fires that better data left without a detection: none of them is lost, none keeps old counts."""

from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from sylvan.domain.codes import Coded
from sylvan.domain.partition import Pair, Standing
from sylvan.services.legacy import Legacy
from sylvan.services.plans import Planned, Scene, standing


def inherit(plan: Planned, scene: Scene, legacy: Legacy, fire_ids: npt.NDArray[Any]) -> None:
    """Complete a plan with what follows from rows that were replaced.

    A candidate that has none left merges into the fire where its pixels went; a fire on which
    people have decided stays, bare. Each fire that lost rows says how many.

    Args:
        plan: what grouping decided; completed in place.
        scene: what it was decided on.
        legacy: what was lost.
        fire_ids: the fire of each new detection, false ones too.
    """
    there, into = scene.there, dict(plan.merged)
    for fire, count in legacy.counts(there).items():
        why = Coded("reason.group.superseded", {"count": count})
        plan.reasons[fire] = (*plan.reasons.get(fire, ()), why)
    for fire in sorted(there.thinned - into.keys() - _standing(plan, scene)):
        known = there.known[fire]
        to = legacy.successor(fire, there, fire_ids)
        to = into.get(to, to) if to else None
        candidate = standing(known, scene.word) == Standing.CANDIDATE
        if not candidate or (to and Pair({fire, to}) in scene.word.apart):
            plan.bare.add(fire)
        elif to is not None:
            _merge(plan, fire, to)


def _standing(plan: Planned, scene: Scene) -> set[UUID]:
    """Fires of today that have a detection after the plan."""
    there = scene.there
    stays = np.ones(len(there.rows), bool)
    stays[plan.moved] = False
    kept = {there.ids[k] for k in np.unique(there.fire[stays])}
    raw = np.unique(np.concatenate([plan.moved_to, plan.fire_ids]))
    return kept | {there.roots.get(bytes(one)) or UUID(bytes=bytes(one)) for one in raw}


def _merge(plan: Planned, fire: UUID, into: UUID) -> None:
    plan.touched = [one for one in plan.touched if one != fire]
    if into not in plan.touched:
        plan.touched.append(into)
    plan.merged.append((fire, into))
    plan.taken_in.setdefault(into, []).append(fire)
    united = Coded("reason.group.united")
    plan.reasons[into] = (*plan.reasons.get(into, ()), united)
