"""Smoke at settlements down the wind: a screening estimate of particles from radiative power.

It tells whom to ask and whom to watch, not what anybody breathes. No model of weather stands behind
it: steady wind, flat ground, neutral air, a source at the ground, the power that the last pass saw.
"""

from dataclasses import dataclass
from math import exp, pi, sqrt
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from sylvan.domain.codes import Coded
from sylvan.domain.exposure import Burning
from sylvan.domain.exposure_rules import SmokeRules
from sylvan.domain.exposure_things import Things
from sylvan.domain.places import GEOD, LonLat

MICRO: Final = 1e6
KM: Final = 1_000.0
KM_H: Final = 3.6
HALF_TURN: Final = 180.0
TURN: Final = 360.0


@dataclass(frozen=True)
class SmokeParameters:
    """How much smoke a megawatt makes, and how it spreads."""

    version: str = "smoke-1"
    burnt_kg_mj: float = 0.368
    # kg of dry matter for each MJ of radiative energy; Wooster et al. 2005,
    # doi:10.1029/2005JD006318
    pm25_g_kg: float = 15.3
    # g of PM2.5 for each kg of dry matter, boreal forest; Akagi et al. 2011,
    # doi:10.5194/acp-11-4039-2011, as GFED4 uses it
    factor: float = 3.0
    # how far it may be off either way; engineering: the emission of one fire by radiative power is
    # known to about a factor of 2 (Kaiser et al. 2012, doi:10.5194/bg-9-527-2012), the plume adds
    nearest_km: float = 0.5
    # km; nearer than that a plume formula says nothing
    sound_km: float = 10.0
    # km; to here Briggs fitted his curves, beyond they are carried on
    least_wind_km_h: float = 3.6
    # km/h (1 m/s); the formula divides by it
    area_widths: float = 4.3
    # an area's width as a share of sigma: source of finite size after Turner 1970, chapter 5


DEFAULT: Final = SmokeParameters()


@dataclass(frozen=True, slots=True)
class SmokeAt:
    """What one settlement may get."""

    thing: int
    km: float
    """From the fire's middle along the wind."""
    bearing_deg: float
    place: LonLat
    ug_m3: float
    """PM2.5 that the fire adds, µg/m³."""
    low_ug_m3: float
    high_ug_m3: float
    class_name: str | None
    extrapolated: bool
    """Whether it lies beyond the distance for which the curves were fitted."""


@dataclass(frozen=True, slots=True)
class Smoke:
    """The screening of one fire."""

    places: tuple[SmokeAt, ...] = ()
    """Most smoke first."""
    grams_s: float | None = None
    """PM2.5 that it gives off; ``None`` without a measured power."""
    reasons: tuple[Coded, ...] = ()
    """Why there is no estimate."""


def emission_g_s(frp_mw: float, params: SmokeParameters = DEFAULT) -> float:
    """PM2.5 that a fire gives off, g/s: power × 0.368 kg/MJ (Wooster et al. 2005) × 15.3 g/kg.

    MW are MJ/s, so 10 MW make 56 g/s.
    """
    return frp_mw * params.burnt_kg_mj * params.pm25_g_kg


def sigmas_m(x_m: float) -> tuple[float, float]:
    """Spread of a plume across and upwards, m, after ``x_m`` metres over open country.

    Neutral air (class D), Briggs 1973 (ATDL report 79), as in Seinfeld & Pandis 2016, table 18.3:
    σy = 0.08 x (1 + 0.0001 x)^-½, σz = 0.06 x (1 + 0.0015 x)^-½.
    """
    return 0.08 * x_m / sqrt(1.0 + 1e-4 * x_m), 0.06 * x_m / sqrt(1.0 + 1.5e-3 * x_m)


def concentration(
    grams_s: float,
    wind_m_s: float,
    x_m: float,
    y_m: float,
    width_m: float = 0.0,
    params: SmokeParameters = DEFAULT,
) -> float:
    """PM2.5 at the ground, µg/m³: Gaussian plume of a source at the ground (Turner 1970, eq. 3.2).

    C = Q / (π σy σz u) · exp(−y²/2σy²), with the ground as a mirror; σy is widened by the fire's
    width: σy² + (width/4.3)².

    Args:
        grams_s: source.
        wind_m_s: mean wind, more than 0.
        x_m: down the wind, more than 0.
        y_m: across it.
        width_m: of the fire across the wind.
        params: how wide an area counts.
    """
    across, up = sigmas_m(x_m)
    across = sqrt(across**2 + (width_m / params.area_widths) ** 2)
    peak = grams_s / (pi * across * up * wind_m_s)
    return MICRO * peak * exp(-(y_m**2) / (2.0 * across**2))


def screening(
    frp_mw: float,
    fire: Burning,
    things: Things,
    rules: SmokeRules,
    half_angle_deg: float,
    params: SmokeParameters = DEFAULT,
) -> Smoke:
    """Who down the wind may get smoke, and how much of it.

    Args:
        frp_mw: radiative power of the last pass; 0: nobody has measured it.
        fire: with its edge, for its width; without a direction of the wind there is no estimate,
            and the reason is told.
        things: of which those of the kinds in ``rules`` are looked at.
        rules: kinds, distance, classes.
        half_angle_deg: of the sector.
        params: emission and plume.
    """
    if frp_mw <= 0.0:
        return Smoke(reasons=(Coded("exposure.no_power"),))
    grams, wind, middle = emission_g_s(frp_mw, params), fire.wind, fire.middle
    if wind.from_deg is None or wind.km_h is None:
        return Smoke(grams_s=round(grams, 1), reasons=wind.reasons)
    who = things.of_kinds(rules.kinds)
    if not len(who):
        return Smoke(grams_s=round(grams, 1))
    speed = max(wind.km_h, params.least_wind_km_h) / KM_H
    lon, lat = things.middles[who].T
    from_lon, from_lat = (np.full(len(who), one) for one in middle)
    bearing, _, away = (np.asarray(one) for one in GEOD.inv(from_lon, from_lat, lon, lat))
    off = (bearing - wind.from_deg + TURN) % TURN - HALF_TURN
    x, y = away * np.cos(np.radians(off)), away * np.sin(np.radians(off))
    near, far = params.nearest_km * KM, rules.reach_km * KM
    hit = np.flatnonzero((abs(off) <= half_angle_deg) & (away >= near) & (away <= far))
    width = _width_m(fire.shape, middle, wind.from_deg) if len(hit) else 0.0
    found = []
    for at in hit.tolist():
        ug = concentration(grams, speed, float(x[at]), float(y[at]), width, params)
        found.append(
            SmokeAt(
                int(who[at]),
                round(float(x[at]) / KM, 2),
                round(float(bearing[at]), 1) % TURN,
                LonLat(float(lon[at]), float(lat[at])),
                _two_digits(ug),
                _two_digits(ug / params.factor),
                _two_digits(ug * params.factor),
                rules.class_of(ug),
                bool(x[at] > params.sound_km * KM),
            )
        )
    found.sort(key=lambda one: (-one.ug_m3, one.thing))
    return Smoke(tuple(found), round(grams, 1))


def _width_m(shape: BaseGeometry, middle: LonLat, from_deg: float) -> float:
    """How wide a fire is across the wind."""
    lonlat = shapely.get_coordinates(shape)
    lon, lat = (np.full(len(lonlat), one) for one in middle)
    bearing, _, away = GEOD.inv(lon, lat, lonlat[:, 0], lonlat[:, 1])
    across = np.asarray(away) * np.sin(np.radians(np.asarray(bearing) - from_deg))
    return float(np.ptp(across))


def _two_digits(value: float) -> float:
    """More would look like knowledge."""
    return float(f"{value:.2g}")
