"""A fire's detections as screening sees them: sorted, counted, and what of them may be believed."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from sylvan.domain import screening_kernel as kernel
from sylvan.domain.detections import DayNight, Detections, empty
from sylvan.domain.screening_kernel import Columns, Rules
from sylvan.domain.screening_weights import LIMITS, Limits
from sylvan.domain.together import Together, together


@dataclass(frozen=True, slots=True)
class Looks:
    """Numbers of :mod:`sylvan.domain.screening_kernel` beside the sorted rows."""

    rows: Detections
    """Sorted by satellite, time, place."""
    numbers: tuple[float, ...]

    def __getitem__(self, which: int) -> float:
        return self.numbers[which]

    @property
    def lone(self) -> bool:
        """One pass, no neighbour: nobody else saw anything."""
        return self[kernel.BESIDE] == 0 and self[kernel.PASSES] <= 1 and self[kernel.FRAMES] <= 1


_FLOATS: Final = ("scan", "track", "frp", "bright", "bright_long")
_EXACT: Final = ("lon", "lat", "acq_at")
_CODES: Final = ("satellite", "instrument", "confidence_native", "daynight", "type")


def looks_of(fires: Together, limits: Limits) -> list[Looks]:
    """Read the detections of fires (each has some), in whatever order they come."""
    fires = fires.sorted_by("satellite", "acq_at", "lat", "lon")
    floats = [fires.rows[name].astype(np.float64) for name in _FLOATS]
    exact = [np.ascontiguousarray(fires.rows[name]) for name in (*_EXACT, *_CODES)]
    numbers = kernel.look(Columns(*exact, *floats), fires.starts, _rules(limits))
    pairs = zip(fires.of_each(), numbers.tolist(), strict=True)
    return [Looks(rows, tuple(one)) for rows, one in pairs]


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
    looks_of(together([empty(2)]), LIMITS)


def is_percent(native: int) -> bool:
    """Whether a confidence is MODIS' 0…100 and not a class."""
    return 0 <= native <= 100  # noqa: PLR2004 - per cent


NIGHT: Final = int(DayNight.NIGHT)
DAY: Final = int(DayNight.DAY)
