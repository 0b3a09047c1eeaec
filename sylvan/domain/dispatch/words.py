"""What people say, put into the problem: the engine obeys because it sees nothing else.

A unit that is kept out has a reason instead of an arrival; a pinned one is line that is built at
its fire whatever the plan, as one that an order sent there is.
"""

from collections.abc import Collection
from dataclasses import replace
from math import isfinite

import numpy as np

from sylvan.domain.codes import Coded
from sylvan.domain.command.constraints import Held
from sylvan.domain.dispatch.model import Problem, Unit


def obeying(problem: Problem, held: Held) -> Problem:
    """The problem as it is under the constraints in force; units under orders stay as they are."""
    where = problem.fire_index()
    eta, why = problem.eta_h.copy(), dict(problem.why)
    places = {one.id: at for at, one in enumerate(problem.units) if not one.locked}
    for (unit, fire), reason in held.barred.items():
        if unit in places and fire in where:
            eta[places[unit], where[fire]] = np.inf
            why[unit, fire] = reason
    units = list(problem.units)
    for unit, at in places.items():
        goal, _ = held.pins.get(unit, (None, None))
        comes = goal in where and isfinite(eta[at, where[goal]])
        units[at] = _under(units[at], held.out.get(unit), goal if comes else None)
    return replace(problem, units=tuple(units), eta_h=eta, why=why)


def _under(one: Unit, out: Coded | None, pin: str | None) -> Unit:
    if one.out is not None or out is not None:
        return replace(one, out=one.out or out)
    if pin is None:
        return one
    return replace(one, task=pin, locked=True, pinned=True)


def dropped(problem: Problem, units: Collection[str], why: Coded) -> Problem:
    """The problem without some units, those under orders included: what if they fail?"""
    left = tuple(
        replace(one, out=why, task=None, locked=False, pinned=False) if one.id in units else one
        for one in problem.units
    )
    return replace(problem, units=left)
