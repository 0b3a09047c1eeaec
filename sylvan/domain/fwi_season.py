"""When a fire season begins and ends, and what drought code comes through the winter.

Only the drought code needs a memory: FFMC and DMC are wet after any snow melt, while the deep layer
of a region with 60 mm of winter snow, as Yakutia, may stay dry (Lawson & Armitage 2008, Weather
Guide for the CFFDRS; Van Wagner 1985, Drought, timelag and fire danger rating).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain import fwi
from sylvan.domain.fwi import Codes, FireWeather, FwiParameters
from sylvan.domain.fwi_kernel import OUTPUTS
from sylvan.domain.weather import Noon

F8 = npt.NDArray[np.float64]
I4 = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

_FULL: Final = 800.0
"""Moisture equivalent of the DC of 0 (Van Wagner 1987)."""
_SCALE: Final = 400.0
"""DC over which that falls e-fold (Van Wagner 1987)."""
_PER_MM: Final = 3.94
"""Moisture equivalent of a mm of water (Van Wagner 1985)."""


@dataclass(frozen=True, slots=True)
class SeasonRule:
    """Start, end and winter of a fire season."""

    version: str = "season-1"
    days: int = 3
    # d in succession that begin or end it: Wotton & Flannigan 1993; Lawson & Armitage 2008
    start_c: float = 12.0
    # °C; it begins after days warmer than this, where snow is not known: the same
    end_c: float = 5.0
    # °C; it ends after days colder than this: Wotton & Flannigan 1993
    snow_m: float = 0.0
    # m; where snow is known it begins on the third day without more than this, and ends with it:
    # Lawson & Armitage 2008
    carry_over: float = 0.75
    # a: 1 where DC was kept until 1 November, snow or frost; 0.75 where it stopped before; 0.5
    # where autumn or winter dry the ground: Lawson & Armitage 2008, table 9
    wetting: float = 0.75
    # b: 0.9 boggy; 0.75 moderately drained, frost late; 0.5 where the ground freezes early and deep
    # or drains fast: the same
    break_days: int = 60
    # d; a shorter time between two seasons is cold weather, not a winter: nothing drains and all
    # water stays (a = b = 1); engineering, cffdrs leaves it to its user
    driest_dc: float = 15.0
    # least DC after a winter: cffdrs


RULE: Final = SeasonRule()


@dataclass(frozen=True, slots=True)
class Season:
    """Where a point stands between winter and summer; arrays of one shape."""

    active: Mask
    # fire season today
    warm: I4
    cold: I4
    bare: I4
    # d in succession until today: warmer than the start, colder than the end, known without snow
    idle: I4
    # d since the last season
    winter_mm: F8
    # mm of water that fell in them
    unmeasured: I4
    # d of them whose precipitation is not known and counts as none
    fall_dc: F8
    # DC of the last season's last day; NaN: not known


def deep_winter(shape: tuple[int, ...]) -> Season:
    """Before anything is known."""
    none = np.zeros(shape, np.int32)
    return Season(
        np.zeros(shape, bool), none, none, none, none, np.zeros(shape), none, np.full(shape, np.nan)
    )


def advance(
    season: Season, temperature: F8, snow: F8 | None = None, rule: SeasonRule = RULE
) -> Season:
    """One day on: does the season begin, go on, end?

    Without snow, as Wotton & Flannigan 1993: it begins on the day after three days warmer than
    12 °C, and ends on the day after three colder than 5 °C; a day of unknown temperature breaks the
    succession.  They take the daily maximum; noon's temperature is a little lower and begins later.
    Where snow is known, as Lawson & Armitage 2008: on the third day without snow.

    Args:
        season: yesterday's.
        temperature: °C, noon.
        snow: depth, m; NaN or absent: not known.
        rule: what counts.
    """
    depth = np.full(temperature.shape, np.nan) if snow is None else snow
    lies, gone = depth > rule.snow_m, depth <= rule.snow_m
    bare = _counted(season.bare, gone)
    begins = np.where(lies | gone, bare >= rule.days, season.warm >= rule.days)
    active = (season.active | begins) & ~lies & ~(season.cold >= rule.days)
    return replace(
        season,
        active=np.asarray(active),
        warm=_counted(season.warm, temperature > rule.start_c),
        cold=_counted(season.cold, temperature < rule.end_c),
        bare=bare,
    )


def _counted(days: I4, again: Mask) -> I4:
    return np.where(again, days + 1, 0).astype(np.int32)


def overwinter(
    fall_dc: npt.ArrayLike,
    winter_mm: npt.ArrayLike,
    carry_over: npt.ArrayLike = RULE.carry_over,
    wetting: npt.ArrayLike = RULE.wetting,
    driest_dc: float = RULE.driest_dc,
) -> F8:
    """Drought code before the first day of a season.

    Q = a·800·exp(−DC/400) + b·3.94·r, DC = 400·ln(800/Q): Lawson & Armitage 2008, as in cffdrs.

    Args:
        fall_dc: DC of the last day of the season before.
        winter_mm: water that fell since, mm.
        carry_over: a, the part of autumn's moisture that is kept.
        wetting: b, the part of winter's water that reaches the layer.
        driest_dc: no smaller code begins a season.

    Returns:
        DC, of the common shape; NaN where autumn's is not known.
    """
    kept = np.multiply(carry_over, _FULL * np.exp(-np.asarray(fall_dc, np.float64) / _SCALE))
    spring = kept + np.multiply(wetting, _PER_MM * np.asarray(winter_mm, np.float64))
    with np.errstate(divide="ignore"):  # no moisture at all: endlessly dry
        return np.asarray(np.maximum(_SCALE * np.log(_FULL / spring), driest_dc))


class Seasons(NamedTuple):
    """Fire weather through seasons and winters."""

    weather: FireWeather  # NaN outside the season
    active: Mask  # (days, …)
    standard: Mask  # (…), seasons that began with the standard DC because autumn's was not known
    season: Season  # to go on with


def through(
    noon: Noon,
    months: Sequence[int],
    lat: npt.ArrayLike,
    before: tuple[Season, Codes] | None = None,
    snow: F8 | None = None,
    *,
    params: FwiParameters = fwi.DEFAULT,
    rule: SeasonRule = RULE,
) -> Seasons:
    """Fire weather of successive days that may reach over winters.

    Args:
        noon: weather of shape (days, …); in winter rain is the water that snow holds.
        months: of the days, 1…12.
        lat: latitude, degrees.
        before: season and codes of the day before the first; absent: deep winter.
        snow: depth, m, of the weather's shape; NaN or absent: not known.
        params: options of the system.
        rule: of the season.

    Raises:
        ValueError: as :func:`fwi.many_days`.
    """
    if not 0 < len(months) == noon.shape[0]:
        raise ValueError(f"{noon.shape[0]} days of weather, {len(months)} months")
    shape = noon.shape[1:]
    season, codes = (deep_winter(shape), fwi.start(shape)) if before is None else before
    standard, missing = np.zeros(shape, bool), np.zeros(shape, np.int32)
    values, active = np.empty((OUTPUTS, *noon.shape)), np.empty(noon.shape, bool)
    for k, month in enumerate(months):
        day = noon.day(k)
        today = advance(season, day.temperature, None if snow is None else snow[k], rule)
        standard |= today.active & ~season.active & np.isnan(season.fall_dc)
        codes = _begun(season, today, codes, params, rule)
        weather = fwi.one_day(day, month, lat, codes, params)
        values[:, k], active[k], codes = weather.values, today.active, weather.after
        missing += weather.missing
        season = _wintered(today, codes, day.rain)
    return Seasons(FireWeather(values, missing, codes), active, standard, season)


def _begun(
    season: Season, today: Season, codes: Codes, params: FwiParameters, rule: SeasonRule
) -> Codes:
    """Codes before today: start-up values where the season begins, NaN where there is none."""
    begins = today.active & ~season.active
    if begins.any():
        short = season.idle < rule.break_days
        dc = overwinter(
            season.fall_dc,
            season.winter_mm,
            np.where(short, 1.0, rule.carry_over),
            np.where(short, 1.0, rule.wetting),
            rule.driest_dc,
        )
        fresh = fwi.start(begins.shape, params, np.where(np.isnan(dc), params.dc, dc))
        codes = Codes(
            np.where(begins, fresh.values, codes.values),
            np.where(begins, 0, codes.stale).astype(np.int32),
        )
    return replace(codes, values=np.where(today.active, codes.values, np.nan))


def _wintered(today: Season, codes: Codes, rain: F8) -> Season:
    """What today hands to the winter: its drought code in the season, its water outside."""
    active, unknown = today.active, np.isnan(rain)
    return replace(
        today,
        idle=_counted(today.idle, ~active),
        winter_mm=np.where(active, 0.0, today.winter_mm + np.where(unknown, 0.0, rain)),
        unmeasured=np.where(active, 0, today.unmeasured + unknown).astype(np.int32),
        fall_dc=np.where(active, codes.dc, today.fall_dc),
    )
