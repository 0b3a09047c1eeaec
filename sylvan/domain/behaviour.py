"""Fire behaviour by the Canadian FBP system: rates of spread, shape, heading and intensity.

The equations are those of Forestry Canada 1992 (ST-X-3) as corrected by Wotton, Alexander and
Taylor 2009 (GLC-X-10); ``cffdrs`` carries them out.  Its rows are classes (fuel, weather, slope)
and not cells: there are thousands of the former and millions of the latter.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from cffdrs.cffbps.rust import FBP  # the package's own choice of a backend takes 2 s to import

from sylvan.domain.fuel import Fbp

F8 = npt.NDArray[np.float64]
_ANY_DAY = 20260701  # asked for, used for nothing where the moisture of needles is given
_OUTPUTS = ["hros", "bros", "wsv", "raz", "hfi", "cfb"]


@dataclass(frozen=True)
class BehaviourParameters:
    """Numbers of the ellipse, and what the system is told where nobody knows better."""

    foliar_moisture_pct: float = 97.0
    # %; standard value of the FBP field guide (Taylor & Alexander 2016). By date it is fitted to
    # Canadian longitudes west of Greenwich, and larch is no spruce
    dead_fir_pct: float = 35.0
    # %; M-3 and M-4, of which Yakutia has none: default of cffdrs
    slimmest: tuple[float, float, float] = (8.729, 0.030, 2.155)
    # length to breadth of forest fires is 1 + a·(1 − e^(−b·WSV))^c: ST-X-3 eq. 79
    grass: tuple[float, float] = (1.1, 0.464)
    # of grass fires a·WSV^b from 1 km/h: GLC-X-10 eq. 80a
    surface_m_min: float = 14.0
    # m/min; Russian surface fires run 7 at most in forest and 14 on clear-cuts (Ovsyannikov);
    # a faster rate without crown fire is doubtful
    crown_share: float = 0.1
    # of crowns burnt, below which a fire is a surface fire: type of fire in ST-X-3


DEFAULT: Final = BehaviourParameters()


class Conditions(NamedTuple):
    """Fuel, weather and terrain of classes; arrays and numbers that broadcast to one shape."""

    fuel: npt.NDArray[np.int8]  # :class:`Fbp`
    ffmc: npt.ArrayLike  # 0…101
    bui: npt.ArrayLike
    wind_km_h: npt.ArrayLike  # at 10 m in the open, km/h
    wind_from_deg: npt.ArrayLike  # whence it blows, degrees clockwise from north
    slope_pct: npt.ArrayLike = 0.0  # rise over run, %
    aspect_deg: npt.ArrayLike = 0.0  # whither the slope falls, degrees clockwise from north
    conifer_pct: npt.ArrayLike = 50.0  # %, M-1 and M-2
    curing_pct: npt.ArrayLike = 80.0  # %, O-1a and O-1b
    grass_kg_m2: npt.ArrayLike = 0.35  # kg/m², O-1a and O-1b
    foliar_moisture_pct: npt.ArrayLike = DEFAULT.foliar_moisture_pct  # %, conifers
    dead_fir_pct: npt.ArrayLike = DEFAULT.dead_fir_pct  # %, M-3 and M-4


class Behaviour(NamedTuple):
    """What a fire does in each class when it has got up to speed."""

    head_m_min: F8  # rate of spread ahead, m/min
    back_m_min: F8  # against it, m/min
    length_to_breadth: F8  # of the ellipse, 1 and more
    toward_deg: F8  # heading, by wind and slope, degrees clockwise from north
    intensity_kw_m: F8  # at the head, kW/m
    crown_share: F8  # of crowns burnt at the head, 0…1

    @property
    def flank_m_min(self) -> F8:
        """Rate of spread at the flanks, m/min: (ROS + BROS)/(2·LB), ST-X-3 eq. 89."""
        return (self.head_m_min + self.back_m_min) / (2.0 * self.length_to_breadth)

    def at_pace(self, factor: float) -> "Behaviour":
        """The same fire, faster or slower; intensity is rate of spread times what it burns."""
        return self._replace(
            head_m_min=self.head_m_min * factor,
            back_m_min=self.back_m_min * factor,
            intensity_kw_m=self.intensity_kw_m * factor,
        )


def behaviour(given: Conditions, params: BehaviourParameters = DEFAULT) -> Behaviour:
    """Behaviour of fires in equilibrium, of the shape to which the conditions broadcast.

    Rates do not include the acceleration of a fire from a point.  C-6 is right in its
    rates only: its crown share and intensity differ from the reference.

    Raises:
        ValueError: a fuel is no :class:`Fbp`.
    """
    if not np.isin(given.fuel, list(Fbp)).all():
        raise ValueError("fuel types are numbered 1…18; what does not burn has no behaviour")
    arrays = np.broadcast_arrays(*(np.asarray(value, np.float64) for value in given))
    if not arrays[0].size:
        return Behaviour(*(np.empty(arrays[0].shape),) * len(Behaviour._fields))
    rows = Conditions(*(np.ascontiguousarray(value).ravel() for value in arrays))
    head, back, wind, toward, intensity, crown = _run(rows)
    stretched = _length_to_breadth(np.asarray(rows.fuel), wind, params)
    shape = arrays[0].shape
    found = (head, back, stretched, toward, intensity, crown)
    return Behaviour(*(column.reshape(shape) for column in found))


def doubtful(found: Behaviour, params: BehaviourParameters = DEFAULT) -> npt.NDArray[np.bool_]:
    """Where a fire on the ground runs faster than any that was seen."""
    on_ground = found.crown_share < params.crown_share
    return np.asarray(on_ground & (found.head_m_min > params.surface_m_min))


def _run(rows: Conditions) -> list[F8]:
    """Ask the library; columns in the order of ``_OUTPUTS``."""
    model = FBP()
    model.initialize(
        fuel_type=np.asarray(rows.fuel).astype(np.int8),
        wx_date=_ANY_DAY,
        lat=0.0,
        long=0.0,
        elevation=0.0,
        slope=rows.slope_pct,
        aspect=rows.aspect_deg,
        ws=rows.wind_km_h,
        wd=rows.wind_from_deg,
        ffmc=rows.ffmc,
        bui=rows.bui,
        pc=rows.conifer_pct,
        pdf=rows.dead_fir_pct,
        gfl=rows.grass_kg_m2,
        gcf=rows.curing_pct,
        fmc=rows.foliar_moisture_pct,
        out_request=_OUTPUTS,
    )
    return [np.asarray(column, np.float64) for column in model.runFBP()]


def forest_length_to_breadth(wind: npt.ArrayLike, params: BehaviourParameters = DEFAULT) -> F8:
    """Of a forest fire's ellipse by wind speed, km/h: ST-X-3 eq. 79."""
    a, b, c = params.slimmest
    return np.asarray(1.0 + a * (1.0 - np.exp(-b * np.asarray(wind, np.float64))) ** c)


def _length_to_breadth(fuel: F8, wind: F8, params: BehaviourParameters) -> F8:
    """Shape of the ellipse by the wind that wind and slope make together, km/h.

    The library does not give it: ST-X-3 eq. 79, for grass GLC-X-10 eq. 80a and 80b.
    """
    forest = forest_length_to_breadth(wind, params)
    times, power = params.grass
    grass = times * np.maximum(wind, 1.0) ** power
    is_grass = np.isin(fuel, (Fbp.O1A, Fbp.O1B))
    return np.where(is_grass, np.where(wind < 1.0, 1.0, grass), forest)
