"""Whether a fire measured again differs from what is stored of it."""

from dataclasses import fields
from typing import Any

import numpy as np
from shapely.geometry.base import BaseGeometry

from sylvan.domain.codes import Coded
from sylvan.domain.fires import Measured


def same(stored: Measured, again: Measured) -> bool:
    """Whether two measurements are one, as far as the store can tell them apart."""
    return all(
        _same(getattr(stored, one.name), getattr(again, one.name)) for one in fields(Measured)
    )


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, BaseGeometry) and isinstance(other, BaseGeometry):
        return bool(one.equals_exact(other, 0.0))
    if isinstance(one, float) and isinstance(other, (float, int)):
        return bool(np.float32(one) == np.float32(other))  # the columns have single precision
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Coded) and isinstance(other, Coded):
        return one.as_dict() == other.as_dict()
    return bool(one == other)
