"""How fast a fire runs beside what the FBP system says: its pace, a factor on all rates of spread.

What no layer knows (stands, breaks, sleeping parts of the rim) makes a whole fire faster or slower
for days.  So a forecast learns the factor from what this fire did lately, as users of FARSITE do
with its rate-of-spread adjustment factors (FlamMap 6 help; Stratton 2006, RMRS-GTR-183), and draws
its members from what it learned.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil, exp, log, pi, sqrt
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from scipy.special import ndtri
from shapely.geometry.base import BaseGeometry

from sylvan.domain.behaviour import Behaviour
from sylvan.domain.detections import Detections
from sylvan.domain.edge import DEFAULT as EDGE
from sylvan.domain.edge import drawing_of
from sylvan.domain.edge_growth import DEFAULT as GROWTH
from sylvan.domain.edge_growth import base_of, hours_of
from sylvan.domain.edge_outline import unrolled
from sylvan.domain.footprints import lengths_at
from sylvan.domain.spread_ground import SpreadGround
from sylvan.domain.spread_weather import HourlyWeather

F8 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
HOUR: Final = timedelta(hours=1)
_KM2 = 0.01  # km² in a ha
_KM_H = 0.06  # km/h in a m/min


@dataclass(frozen=True)
class PaceParameters:
    """What is believed before a fire was seen to grow, and how much its growth then says.

    All of it is engineering, set on fires of a generated scenario (seeds 3 and 5) until seasons of
    real edges are at hand.
    """

    version: str = "pace-1"
    median: float = 0.3
    # of FBP's rates.  Free runs come out larger than fires do (Finney et al. 2011, who compared 91
    # fires); the scenario's ran at 0.24
    sigma: float = 0.9
    # standard deviation of its logarithm; FBP's own rates are the upper tenth: models of heads are
    # mostly too slow (Cruz and Alexander 2013, in 75 % of 49 data sets); the scenario's fires: 0.6
    limits: tuple[float, float] = (0.05, 3.0)
    # between which paces lie
    least_h: float = 3.0
    # h between two looks at a fire that say something
    edge_km: float = 0.1
    # km; standard deviation of an edge's mean advance between two looks: a quarter of a pixel
    first_km: float = 0.2
    # km; the same since the first look, which sees what glows and not what burnt before
    drift: float = 0.5
    # standard deviation of ln(pace) between what a fire did and does next: 0.45 and 0.5 in the
    # scenario; 0.35 of the rate is the error of a good model (Cruz and Alexander 2013)
    around_cells: int = 10
    # cells around a fire whose fuel it ran through; half a kilometre and more
    weighed: int = 121
    # values of the pace that are weighed, 3 % apart


DEFAULT: Final = PaceParameters()


class Seen(NamedTuple):
    """What a fire did between two looks at it."""

    since: datetime
    until: datetime
    before_ha: float  # within the edge of then
    area_ha: float  # within the last edge
    first: bool  # whether nobody had seen the fire before the first of them

    @property
    def hours(self) -> float:
        """Between the looks."""
        return (self.until - self.since) / HOUR


class Pace(NamedTuple):
    """What is believed of a fire's pace: a lognormal distribution."""

    median: float
    sigma: float  # standard deviation of its logarithm
    hours: float = 0.0  # of the fire's own growth that it was learned from; 0: it was not

    def drawn(self, evenly: F8, params: PaceParameters = DEFAULT) -> F8:
        """Paces at places 0…1 of the distribution."""
        paces = self.median * np.exp(self.sigma * ndtri(evenly))
        return np.asarray(np.clip(paces, *params.limits))


AS_FBP_SAYS: Final = Pace(1.0, 0.0)
"""The pace that changes nothing."""


def prior(params: PaceParameters = DEFAULT) -> Pace:
    """What is believed of a fire that nobody has seen growing."""
    return Pace(params.median, params.sigma)


def looks(
    rows: Detections, water: Sequence[BaseGeometry] = (), params: PaceParameters = DEFAULT
) -> Seen | None:
    """What a fire did between the last look at it and one of a day before, or else the first.

    A fire that was looked at and had not grown is one that stood still.

    Args:
        rows: its detections.
        water: lakes.
        params: how far looks must lie apart; ``None`` comes of less.
    """
    if not len(rows):
        return None
    drawing = drawing_of(rows, replace(EDGE, max_cells=GROWTH.cells), water)
    ends = hours_of(drawing.acquired)
    base = base_of(ends)
    if base is None:
        return None
    final = drawing.burnt()
    seen = Seen(
        datetime.fromtimestamp(base, UTC),
        datetime.fromtimestamp(int(ends[-1]), UTC),
        drawing.area_ha(drawing.as_of(final, base)),
        drawing.area_ha(final),
        base == int(ends[0]),
    )
    return seen if seen.hours >= params.least_h else None


def pace_of(
    seen: Seen,
    weather: HourlyWeather,
    burnt: BaseGeometry,
    ground: SpreadGround,
    burning: Mask,
    params: PaceParameters = DEFAULT,
) -> Pace:
    """What a fire's own growth says of its pace.

    Args:
        seen: how it grew.
        weather: of the hours of that.
        burnt: the ground within its edge, degrees.
        ground: what lies around.
        burning: cells of the ground within the edge.
        params: how it is weighed.

    Raises:
        ValueError: the weather begins later.
    """
    window = ground.window(burning, params.around_cells)
    cells = np.bincount(window.kind[window.kind >= 0], minlength=len(window.codes))
    if not cells.any():
        return prior(params)
    hours = weather.covering(seen.since, ceil(seen.hours))
    mean = advance_km_h(ground.behaviour(window.codes, hours)).mean(axis=1)
    modelled = float(cells @ mean / cells.sum() * seen.hours)
    return learned(advance_seen_km(seen, _rim_km(burnt)), modelled, seen, params)


def advance_km_h(found: Behaviour) -> F8:
    """km/h by which FBP moves an edge on, over all its directions; of the shape of ``found``.

    A round fire grows by Minkowski's sum with the ellipse of each hour, in which perimeters add up:
    its mean advance is the ellipse's perimeter / 2π, however the wind turns.
    """
    a = (found.head_m_min + found.back_m_min) / 2.0
    b = a / found.length_to_breadth
    h = ((a - b) / np.maximum(a + b, np.finfo(np.float64).tiny)) ** 2
    around = (a + b) / 2.0 * (1.0 + 3.0 * h / (10.0 + np.sqrt(4.0 - 3.0 * h)))  # Ramanujan 1914
    return np.asarray(around * _KM_H)


def advance_seen_km(seen: Seen, rim_km: float) -> float:
    """How far the edge moved on, km: a band within the rim of today that holds what was gained.

    By Steiner's formula a convex edge of length L that moves on by d gains L·d − π·d², L being that
    of the later edge.
    """
    gained = max(seen.area_ha - seen.before_ha, 0.0) * _KM2
    rim = max(rim_km, sqrt(4.0 * pi * seen.area_ha * _KM2))
    return (rim - sqrt(max(rim**2 - 4.0 * pi * gained, 0.0))) / (2.0 * pi)


def learned(
    observed_km: float, modelled_km: float, seen: Seen, params: PaceParameters = DEFAULT
) -> Pace:
    """What is believed of the pace after an edge moved on, or did not.

    Advances are compared as ln(advance + e), e being the error of an edge: what is larger counts by
    its ratio, and what is smaller is all the same.  So a fire that stood still in hours in which
    FBP would have it run is slow, and nothing is learned of one that could not have moved.

    Args:
        observed_km: mean advance of the edge.
        modelled_km: the same by FBP.
        seen: between which looks.
        params: prior and errors.
    """
    low, high = (log(limit) for limit in params.limits)
    ln = np.linspace(low, high, params.weighed)
    edge = params.first_km if seen.first else params.edge_km
    expected = np.exp(ln) * modelled_km + edge
    error = np.hypot(params.drift, edge / expected)
    missed = np.log((observed_km + edge) / expected)
    weight = -0.5 * (((ln - log(params.median)) / params.sigma) ** 2 + (missed / error) ** 2)
    weight = np.exp(weight - np.log(error))
    weight /= weight.sum()
    mean = float(weight @ ln)
    return Pace(exp(mean), float(sqrt(weight @ (ln - mean) ** 2)), seen.hours)


def _rim_km(ground: BaseGeometry) -> float:
    """Length of the edge of ground in degrees, km."""
    sheet = unrolled(ground)
    size = np.array(lengths_at(sheet.centroid.y))
    return float(shapely.transform(sheet, lambda xy: xy * size).length)
