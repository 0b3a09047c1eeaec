"""What the detections themselves say for and against a fire; each term with its reason.

A term says how strongly it speaks, 0…1; what that weighs stands in ``screening_weights.py``.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

import numpy as np

from sylvan.domain import screening_kernel as kernel
from sylvan.domain.codes import Coded, Scalar
from sylvan.domain.detections import NativeConfidence
from sylvan.domain.screening_looks import Looks, is_percent
from sylvan.domain.screening_weights import Limits
from sylvan.domain.sun import glint_deg
from sylvan.domain.surroundings import LandCover, Surroundings


class Term(NamedTuple):
    """One thing that speaks."""

    name: str
    """Field of :class:`sylvan.domain.screening_weights.Weights`."""
    code: str
    params: tuple[tuple[str, Scalar], ...] = ()
    value: float = 1.0
    """How strongly, 0…1 (per cent confidence −1…1)."""


@dataclass(frozen=True, slots=True)
class Told:
    """Terms that speak, and texts of what could not be known."""

    terms: tuple[Term, ...] = ()
    missing: tuple[Coded, ...] = ()


def joined(parts: list[Told]) -> Told:
    """All of them, in the order given."""
    return Told(
        tuple(term for part in parts for term in part.terms),
        tuple(text for part in parts for text in part.missing),
    )


def ramp(value: float, ends: tuple[float, float]) -> float:
    """0 at or before the first end, 1 at or beyond the second, straight between."""
    return min(1.0, max(0.0, (value - ends[0]) / (ends[1] - ends[0])))


@cache
def missing(*names: str) -> Told:
    """Not known, hence not counted."""
    return Told(missing=tuple(Coded(f"screening.no_{name}") for name in names))


NOTHING: Final = Told()


def of_rows(looks: Looks, near: Surroundings, limits: Limits) -> Told:
    """Everything that the detections say, with water and settlements around them."""
    return joined(
        [
            _confidence(looks),
            _neighbours(looks, limits),
            _passes(looks, limits),
            _course(looks, limits),
            _power(looks, limits),
            _hit(looks, limits),
            _flame(looks, limits),
            _ground(looks, limits),
            _glint(looks, near, limits),
            _roof(looks, near, limits),
            _contradictions(looks),
        ]
    )


def _confidence(looks: Looks) -> Told:
    """The best single detection: one pass counts once, however many pixels it has."""
    best, percent = int(looks[kernel.BEST]), int(looks[kernel.PERCENT])
    if best == _HIGH:
        return _SURE
    if best == _NOMINAL:
        return _USUAL
    if percent >= 0:
        told = (("percent", percent),)
        return Told((Term("percent", "screening.confidence_percent", told, _odds(percent)),))
    if best == _LOW:
        alone = looks[kernel.BESIDE] == 0
        return Told((Term("low", "screening.confidence_low"),)) if alone else NOTHING
    return missing("confidence")


def _odds(percent: int) -> float:
    """ln(c/(100−c)) scaled to −1…1; confidences nearer to 0 or 100 are no surer than 5 or 95."""
    share = min(max(percent / PERCENT, _LEAST_SHARE), 1 - _LEAST_SHARE)
    return math.log(share / (1 - share)) / math.log((1 - _LEAST_SHARE) / _LEAST_SHARE)


_LOW, _NOMINAL, _HIGH = (
    int(NativeConfidence.LOW),
    int(NativeConfidence.NOMINAL),
    int(NativeConfidence.HIGH),
)
_SURE: Final = Told((Term("high", "screening.confidence_high"),))
_USUAL: Final = Told((Term("nominal", "screening.confidence_nominal"),))
PERCENT: Final = 100
"""MODIS' confidences go so far; codes of classes lie above."""
_LEAST_SHARE: Final = 0.05


def _neighbours(looks: Looks, limits: Limits) -> Told:
    beside = int(looks[kernel.BESIDE])
    if looks.lone and looks[kernel.PASSES] == 1:
        return Told((Term("alone", "screening.alone"),))
    if beside == 0:
        return NOTHING
    value = math.log1p(beside) / math.log1p(limits.many)
    code = "screening.neighbours_many" if beside >= limits.many else "screening.neighbours"
    return Told((Term("neighbours", code, (("pixels", beside),), value),))


def _passes(looks: Looks, limits: Limits) -> Told:
    """Seen again: by another satellite soon, else by the same one later."""
    terms = []
    frames, passes = int(looks[kernel.FRAMES]), int(looks[kernel.PASSES])
    if frames > 1:
        terms.append(Term("geostationary", "screening.geostationary", (("frames", frames),)))
    told = (("passes", passes),)
    if looks[kernel.SECOND]:
        terms.append(Term("second_satellite", "screening.second_satellite", told))
    if passes > 1:
        value = math.log(min(passes, limits.repeat_passes)) / math.log(limits.repeat_passes)
        terms.append(Term("repeat_pass", "screening.repeat_pass", told, value))
    return Told(tuple(terms), missing("satellite").missing if looks[kernel.UNNAMED] else ())


def _course(looks: Looks, limits: Limits) -> Told:
    """How it behaves over days: whether it grows, its daily rhythm, whether it stands still."""
    terms = []
    across, days = looks[kernel.ACROSS_KM], looks[kernel.SPAN_D]
    grown = ramp(across, limits.grown_km)
    if grown:
        terms.append(Term("grown", "screening.grown", (("km", round(across, 1)),), grown))
    if looks[kernel.PASSES] and across < limits.standing_km:
        terms += _rhythm(looks, limits)
    stood = ramp(days, limits.standing_days)
    if stood and across <= limits.standing_km and looks[kernel.DRIFT_KM] < limits.drift_km:
        told = (("days", round(days)), ("km", round(across, 1)))
        terms.append(Term("standing", "screening.standing", told, stood))
    return Told(tuple(terms))


def _rhythm(looks: Looks, limits: Limits) -> list[Term]:
    """Fires burn by day; by night everything glows, and of a small flare nothing else is seen."""
    passes, dark = int(looks[kernel.PASSES]), int(looks[kernel.DARK_PASSES])
    if passes == dark:
        return [Term("only_night", "screening.only_night", (("passes", passes),))]
    if looks[kernel.SPAN_D] < limits.rhythm_days or passes < limits.rhythm_passes:
        return []
    told = (("passes", passes), ("day", passes - dark))
    value = min(1.0, (passes - dark) / limits.rhythm_passes)
    return [Term("by_day", "screening.by_day", told, value)]


def _power(looks: Looks, limits: Limits) -> Told:
    power = looks[kernel.POWER_MW]
    if math.isnan(power):
        return missing("power")
    low, high = limits.power_mw
    value = ramp(math.log(max(power, low)), (math.log(low), math.log(high)))
    if not value:
        return NOTHING
    return Told((Term("power", "screening.power", (("frp_mw", round(power)),), value),))


def _hit(looks: Looks, limits: Limits) -> Told:
    """A lone pixel by night, hot in the fire channel, that radiates next to nothing.

    The published power of VIIRS comes from another detector (M13, 750 m). A fire shows in both; a
    particle that strikes one (South Atlantic Anomaly, solar storms) does not.
    """
    viirs = looks[kernel.FINE] == len(looks.rows)
    if not looks.lone or not viirs or looks[kernel.DARK] < len(looks.rows):
        return NOTHING
    share = looks[kernel.PLAUSIBLE]
    if math.isnan(share):
        return missing("plausibility")
    value = 1.0 - ramp(share, limits.hit_share)
    told = (
        ("kelvin", round(looks[kernel.STRUCK_K])),
        ("frp_mw", round(looks[kernel.STRUCK_MW], 1)),
        ("expected_mw", round(looks[kernel.STRUCK_MW] / max(share, 1e-6), 1)),
    )
    return Told((Term("radiation_hit", "screening.radiation_hit", told, value),) if value else ())


def _flame(looks: Looks, limits: Limits) -> Told:
    """Gas burns at 1600–2200 K, wood at about 1000 K: more of its light falls to shorter waves.

    A pixel of I4 (3.7 µm) then implies more power than M13 (4.05 µm) measures: by night 0.75 of it
    at flares, 0.95 at fires (medians of lone pixels, 2019-04-07).
    """
    share = looks[kernel.PLAUSIBLE]
    dark = looks[kernel.DARK] == len(looks.rows) and looks[kernel.ACROSS_KM] < limits.standing_km
    value = 0.0 if math.isnan(share) else 1.0 - ramp(share, limits.flame_share)
    if not dark or not value or share < limits.hit_share[1]:
        return NOTHING
    told = (
        ("frp_mw", round(looks[kernel.STRUCK_MW], 1)),
        ("expected_mw", round(looks[kernel.STRUCK_MW] / share, 1)),
    )
    return Told((Term("hot_flame", "screening.hot_flame", told, value),))


def _lone_by_day(looks: Looks, limits: Limits) -> bool:
    few = len(looks.rows) <= limits.lone_pixels and looks[kernel.PASSES] == 1
    return few and looks[kernel.LIGHT] == len(looks.rows)


def _ground(looks: Looks, limits: Limits) -> Told:
    """Sunlit sand, rock and roofs are hot in both channels; a small fire only in the first."""
    if not _lone_by_day(looks, limits):
        return NOTHING
    ground, cool = looks[kernel.GROUND_K], looks[kernel.COOL_K]
    if math.isnan(ground):
        return missing("ground")
    if ground < limits.ground_k or cool > limits.ground_cool_k:
        return NOTHING
    told = (("kelvin", round(ground)), ("above_k", round(cool)))
    return Told((Term("hot_ground", "screening.hot_ground", told),))


def _glint(looks: Looks, near: Surroundings, limits: Limits) -> Told:
    """The sun's image on water: few pixels by day near water, seen where the sun would mirror."""
    if near.water_km is None:
        return missing("glint")
    if near.water_km > limits.glint_km or not _lone_by_day(looks, limits):
        return NOTHING
    low = looks[kernel.LOW] == len(looks.rows)
    percent = looks.rows["confidence_native"]
    if not low and not all(is_percent(int(one)) and one < limits.weak_percent for one in percent):
        return NOTHING
    angles = [_angle(row) for row in looks.rows]
    known = [one for one in angles if one is not None]
    if len(known) < len(angles):
        return missing("view")
    value = 1.0 - ramp(max(known), limits.glint_deg)
    told = (("degrees", round(max(known))), ("km", round(near.water_km, 1)))
    return Told((Term("glint", "screening.glint", told, value),) if value else ())


def _angle(row: np.void) -> float | None:
    place = float(row["lon"]), float(row["lat"]), float(row["acq_at"])
    return glint_deg(*place, int(row["satellite"]), float(row["track"]))


def _roof(looks: Looks, near: Surroundings, limits: Limits) -> Told:
    """A lone weak pixel by day in a settlement; never enough to hide it, since houses burn."""
    if near.settlement_km is None:
        return missing("settlement")
    inside = near.settlement_km <= limits.roof_km or near.land_cover is LandCover.URBAN
    weak = looks[kernel.LOW] == len(looks.rows)
    if not inside or not weak or not _lone_by_day(looks, limits):
        return NOTHING
    return Told((Term("roof", "screening.roof", (("km", round(near.settlement_km, 1)),)),))


def _contradictions(looks: Looks) -> Told:
    wrong = int(looks[kernel.CONTRARY])
    return Told(missing=(Coded("screening.no_daynight", {"pixels": wrong}),)) if wrong else NOTHING
