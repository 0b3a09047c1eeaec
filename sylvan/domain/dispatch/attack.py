"""Hands for new fires: a share of each base's units is not sent to fires that are large already.

A plan for what burns now leaves nobody at home, and a new fire then grows large while it waits. In
busy simulated seasons nine of ten hours at a fire's edge were worked at large fires (three of four
in a quieter one), and many fires grew large that had waited for their first or second unit.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sylvan.domain.codes import Coded
from sylvan.domain.dispatch.model import Problem, Unit
from sylvan.domain.dispatch.need import Outlook, area_ha
from sylvan.domain.dispatch.params import Tier

KEPT: Final = "dispatch.kept_for_new"


@dataclass(frozen=True)
class AttackParameters:
    """How many are kept for the first attack on new fires; engineering values, unverified."""

    version: str = "attack-1"
    large_ha: float = 200.0
    # from here on a fire is worked at for days: a large one in the aviation zone (unverified)
    share: float = 0.34
    # of the units that a base has of a kind, rounded: one of two to four, none of one. A half
    # instead: a tenth fewer large fires and a quarter more loss in six simulated seasons
    since_h: float = 24.0
    # h; without a new fire for so long nobody is kept


DEFAULT: Final = AttackParameters()


def large(outlooks: Iterable[Outlook], params: AttackParameters = DEFAULT) -> frozenset[str]:
    """Fires that are large and threaten nobody (not of tier A): who is kept does not go there."""
    return frozenset(
        one.id
        for one in outlooks
        if one.tier is not Tier.A and area_ha(one.spread.p50, 0.0) > params.large_ha
    )


def for_new_fires(
    problem: Problem,
    homes: Mapping[tuple[str, str], int],
    those: frozenset[str],
    quiet_h: float,
    params: AttackParameters = DEFAULT,
) -> Problem:
    """The problem in which part of the units at their bases does not go to large fires.

    Args:
        problem: what is decided about.
        homes: how many units of a kind each base has, those that are away included.
        those: fires that are large (:func:`large`).
        quiet_h: since a new fire was found last.
        params: shares.
    """
    columns = [f for f, fire in enumerate(problem.fires) if fire.id in those]
    if not columns or quiet_h > params.since_h:
        return problem
    eta, why = problem.eta_h.copy(), dict(problem.why)
    first = {f: _nearest(problem, f) for f in columns}
    for u in _kept(problem.units, homes, params):
        for f in columns:
            if first[f] != u and np.isfinite(eta[u, f]):
                eta[u, f] = np.inf
                why[problem.units[u].id, problem.fires[f].id] = Coded(KEPT)
    return replace(problem, eta_h=eta, why=why)


def _kept(
    units: tuple[Unit, ...], homes: Mapping[tuple[str, str], int], params: AttackParameters
) -> list[int]:
    """Places of the units that stay for new fires: of each base and kind the last ones."""
    there: Counter[tuple[str, str]] = Counter()
    found = []
    for u in reversed(range(len(units))):
        one = units[u]
        if one.locked or one.task is not None or one.out is not None:
            continue
        key = one.base, one.kind
        if there[key] < int(params.share * homes.get(key, 0) + 0.5):
            there[key] += 1
            found.append(u)
    return found


def _nearest(problem: Problem, f: int) -> int | None:
    """Who goes to a large fire at which nobody is, whoever that is: no fire is left alone."""
    name = problem.fires[f].id
    if any(one.locked and one.task == name for one in problem.units):
        return None
    free = [u for u, one in enumerate(problem.units) if one.out is None and not one.locked]
    if not free:
        return None
    return min(free, key=lambda u: (float(np.nan_to_num(problem.eta_h[u, f], nan=np.inf)), u))
