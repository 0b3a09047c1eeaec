"""A fire's detections as screening sees them: sorted, counted, and what of them may be believed."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain import screening_kernel as kernel
from sylvan.domain.detections import DayNight, Detections, empty
from sylvan.domain.screening_kernel import Columns, Rules
from sylvan.domain.screening_weights import LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Looks:
    """Numbers of :mod:`sylvan.domain.screening_kernel` beside the sorted rows."""

    rows: Detections
    """Sorted by satellite, time, place."""
    light: npt.NDArray[np.int16]
    """Day or night of each row; unknown where the flag contradicts the sun."""
    numbers: tuple[float, ...]

    def __getitem__(self, which: int) -> float:
        return self.numbers[which]

    @property
    def lone(self) -> bool:
        """One pass, no neighbour: nobody else saw anything."""
        return self[kernel.BESIDE] == 0 and self[kernel.PASSES] <= 1 and self[kernel.FRAMES] <= 1


_FLOATS: Final = ("scan", "track", "frp", "bright", "bright_long")
_KEYS: Final = ("lon", "lat", "acq_at", "satellite")


def looks_of(rows: Detections, limits: Limits) -> Looks:
    """Read a fire's detections (at least one), in whatever order they come."""
    if len(rows) > 1:
        rows = rows[np.lexsort([rows[name] for name in _KEYS])]
    floats = [rows[name].astype(np.float64) for name in _FLOATS]
    exact = [np.ascontiguousarray(rows[name]) for name in ("lon", "lat", "acq_at")]
    codes = [
        np.ascontiguousarray(rows[name])
        for name in ("satellite", "instrument", "confidence_native", "daynight")
    ]
    numbers, light = kernel.look(Columns(*exact, *codes, *floats), _rules(limits))
    return Looks(rows, light, tuple(numbers.tolist()))


@lru_cache(maxsize=8)
def _rules(limits: Limits) -> Rules:
    return Rules(
        gap_s=limits.pass_gap_min * 60.0,
        second_s=limits.second_hours * 3600.0,
        fine_m=limits.beside_km * 1000.0,
        coarse_m=limits.beside_coarse_km * 1000.0,
        enough=limits.many,
        contrary_sine=limits.contrary_sine,
        fine_least=limits.fine_least,
    )


def warm_up() -> None:
    """Compile, or load what was compiled before."""
    looks_of(empty(2), LIMITS)


def is_percent(native: int) -> bool:
    """Whether a confidence is MODIS' 0…100 and not a class."""
    return 0 <= native <= 100  # noqa: PLR2004 - per cent


NIGHT: Final = int(DayNight.NIGHT)
DAY: Final = int(DayNight.DAY)
