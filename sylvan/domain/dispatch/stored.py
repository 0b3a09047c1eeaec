"""A problem as JSON and back, so that a suggestion can be computed again to the bit.

Floats are written as they are; "does not get there" is ``null``, since JSON has no infinity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite, nan
from typing import Any

import numpy as np
import numpy.typing as npt

from sylvan.domain.codes import Coded
from sylvan.domain.dispatch.model import CardLine, Fire, Floor, Problem, Unit
from sylvan.domain.dispatch.outlooks import Near, Told
from sylvan.domain.dispatch.params import Tier

F8 = npt.NDArray[np.float64]


def problem_dict(problem: Problem) -> dict[str, Any]:
    """The JSON form."""
    units = []
    for one in problem.units:
        row = {name: getattr(one, name) for name in Unit.__slots__ if name != "out"}
        units.append({**row, "out": one.out.as_dict() if one.out else None})
    why = [[*key, reason.as_dict()] for key, reason in problem.why.items()]
    return {
        "fires": [{**asdict(one), "tier": one.tier.value} for one in problem.fires],
        "units": units,
        "eta_h": _written(problem.eta_h),
        "times_h": list(problem.times_h),
        "effect": None if problem.effect is None else _written(problem.effect),
        "flight_h": None if problem.flight_h is None else _written(problem.flight_h),
        "flight_left_h": dict(problem.flight_left_h),
        "floors": [asdict(one) for one in problem.floors],
        "why": why,
    }


def problem_of(body: Mapping[str, Any]) -> Problem:
    """Read what :func:`problem_dict` wrote.

    Raises:
        KeyError, TypeError, ValueError: if it is something else.
    """
    shape = len(body["units"]), len(body["fires"])
    tables = {
        name: None if body[name] is None else _read(body[name], shape)
        for name in ("effect", "flight_h")
    }
    return Problem(
        tuple(_fire(one) for one in body["fires"]),
        tuple(_unit(one) for one in body["units"]),
        _read(body["eta_h"], shape),
        tuple(body["times_h"]),
        flight_left_h=dict(body["flight_left_h"]),
        floors=tuple(Floor(**one) for one in body["floors"]),
        why={(unit, fire): Coded.from_dict(reason) for unit, fire, reason in body["why"]},
        **tables,
    )


def told_dict(told: Told) -> dict[str, Any]:
    """What was known of a fire, for another question about it."""
    return asdict(told)


def told_of(body: Mapping[str, Any]) -> Told:
    """Read what :func:`told_dict` wrote."""
    grown = body["grown_ha"]
    near = tuple(Near(**one) for one in body["near"])
    return Told(**{**body, "near": near, "grown_ha": None if grown is None else tuple(grown)})


def _fire(body: Mapping[str, Any]) -> Fire:
    card = tuple(CardLine(**one) for one in body["card"])
    lists = {name: tuple(body[name]) for name in ("need_m", "damage")}
    return Fire(**{**body, **lists, "tier": Tier(body["tier"]), "card": card})


def _unit(body: Mapping[str, Any]) -> Unit:
    return Unit(**{**body, "out": Coded.from_dict(body["out"]) if body["out"] else None})


def _written(table: F8) -> list[list[float | None]]:
    return [[one if isfinite(one) else None for one in row] for row in table.tolist()]


def _read(rows: Sequence[Sequence[float | None]], shape: tuple[int, int]) -> F8:
    flat = [nan if one is None else one for row in rows for one in row]
    return np.array(flat, float).reshape(shape)
