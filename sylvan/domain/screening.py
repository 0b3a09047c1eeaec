"""How likely a group of detections is a vegetation fire, and why: never a silent drop.

Log-odds that a dispatcher can add up by hand: L = logit(prior) + Σ weights, P = 1/(1 + e^−L).
Every term that speaks is told with its weight, every term that could not be known is told too and
counts nothing. The result does not depend on the order of the detections.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from sylvan.domain.codes import Coded, Scalar
from sylvan.domain.detections import DayNight, Detections, Instrument, NativeConfidence
from sylvan.domain.heat import HeatRegister
from sylvan.domain.places import earth_xyz
from sylvan.domain.surroundings import UNKNOWN, Surroundings

Floats = npt.NDArray[np.float64]
DAY_S: Final = 86_400
MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Weights:
    """Natural-log likelihood ratios.

    All are engineering priors, not published values: started from a cross-check of two VIIRS on
    one global day (2023-11-09; confirmed by the other within 1 km: night high 0.97, night nominal
    0.81, day high 0.79, day nominal 0.54, no neighbour 0.29, ten neighbours 0.96), to be
    calibrated per region on reviewed alarms.
    """

    version: str = "screen-1"
    prior: float = 0.5  # probability of a vegetation fire before anything is known
    night_high: float = 4.0
    night_nominal: float = 2.5
    day_high: float = 2.5
    day_nominal: float = 1.2
    day_low_alone: float = -1.0  # only when nothing burns beside it: low pixels edge big fires
    percent_limit: float = 2.0  # ± bound of ln(c/(100−c)) for MODIS' 0…100
    geostationary_frames: float = 1.5  # two frames or more
    second_satellite: float = 1.5  # another satellite within ``second_hours``
    repeat_pass: float = 1.0  # the same satellite again
    neighbours_some: float = 1.5  # ``some`` pixels or more beside one, in one pass
    neighbours_many: float = 3.0  # ``many`` or more
    static_source: float = -5.0  # register, times its confidence and the covered share
    static_type: float = -5.0  # product's type flag: other static land source
    volcano_type: float = -5.0  # product's type flag: active volcano
    offshore_type: float = -5.0  # product's type flag: detection over water
    standing: float = -5.0  # burns ``standing_days`` or longer on ``standing_km`` or less
    static_limit: float = -8.0  # bound of all static terms together
    glint: float = -3.0  # by day, low, alone, beside water
    snow_season: float = -3.0
    industry: float = -2.0  # within ``industry_km``
    danger_high: float = 0.5  # fire-danger class IV or V
    lightning: float = 1.0  # a stroke within 10 km in the 72 h before
    citizen: float = 1.5  # a person, a call, a partner
    camera: float = 2.0
    staff: float = 4.0  # a tower
    aircraft: float = 7.0

    second_hours: float = 12.0  # hours
    pass_gap_min: float = 40.0  # minutes between two passes of one satellite
    beside_km: float = 1.0  # km between pixels of one pass that are neighbours (375 m pixels)
    beside_coarse_km: float = 1.5  # the same for 1 km pixels
    some: int = 3
    many: int = 10
    standing_days: float = 20.0  # days; with standing_km: recall 0.95, precision 1.00 on flares
    standing_km: float = 2.0  # km, across
    industry_km: float = 0.5  # km


WEIGHTS: Final = Weights()

LIKELY: Final = 0.9
"""From here a signal is presumably a fire."""
DOUBTFUL: Final = 0.2
"""Below, a signal is put at the end of the queue; it is never hidden or dropped."""

HIGH_DANGER: Final = 4
"""Fire-danger classes IV and V."""


class Verdict(StrEnum):
    """What the likelihood means to the queue."""

    LIKELY = "likely"
    CHECK = "check"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Reason:
    """One term that spoke."""

    code: str
    weight: float
    params: tuple[tuple[str, Scalar], ...] = ()

    def coded(self) -> Coded:
        """The text with its weight."""
        return Coded(self.code, dict(self.params) | {"weight": round(self.weight, 2) + 0.0})


@dataclass(frozen=True, slots=True)
class Screening:
    """The likelihood with everything that led to it."""

    likelihood: float
    log_odds: float
    reasons: tuple[Reason, ...]
    missing: tuple[Coded, ...]

    @property
    def verdict(self) -> Verdict:
        """What it means to the queue."""
        if self.likelihood >= LIKELY:
            return Verdict.LIKELY
        return Verdict.DOUBTFUL if self.likelihood < DOUBTFUL else Verdict.CHECK

    def coded(self) -> tuple[Coded, ...]:
        """All reasons as texts, the heaviest first, then what is not known."""
        ordered = sorted(self.reasons, key=lambda one: (-abs(one.weight), one.code))
        return (*(one.coded() for one in ordered), *self.missing)


def pass_numbers(rows: Detections, gap_min: float = WEIGHTS.pass_gap_min) -> npt.NDArray[np.int64]:
    """Which pass each detection belongs to: same satellite, no gap of ``gap_min`` in between."""
    order = np.lexsort((rows["acq_at"], rows["satellite"]))
    satellite, at = rows["satellite"][order], rows["acq_at"][order]
    fresh = (np.diff(satellite) != 0) | (np.diff(at) >= gap_min * MINUTE_S)
    numbers = np.empty(len(rows), dtype=np.int64)
    numbers[order] = np.concatenate(([0], np.cumsum(fresh)))
    return numbers


def _beside(rows: Detections, weights: Weights) -> int:
    """The most neighbours that a pixel has in the fullest pass of a polar satellite.

    Geostationary frames see the same pixel again and again, which makes no neighbours.
    """
    rows = rows[rows["instrument"] != Instrument.GEOSTATIONARY]
    if len(rows) <= 1:
        return 0
    numbers = pass_numbers(rows, weights.pass_gap_min)
    fullest = rows[numbers == np.argmax(np.bincount(numbers))]
    xyz = earth_xyz(np.ascontiguousarray(fullest["lon"]), np.ascontiguousarray(fullest["lat"]))
    fine = bool(np.all(fullest["instrument"] == Instrument.VIIRS))
    reach = (weights.beside_km if fine else weights.beside_coarse_km) * 1000.0
    around = cKDTree(xyz).query_ball_point(xyz, reach, return_length=True)
    return int(np.max(around)) - 1


def _confidence_weights(rows: Detections, weights: Weights, *, alone: bool) -> Floats:
    """The weight of each detection's own confidence; NaN where the product gives none."""
    native, night = rows["confidence_native"], rows["daynight"] == DayNight.NIGHT
    found = np.full(len(rows), np.nan)
    percent = (native >= 0) & (native <= 100)  # noqa: PLR2004 - MODIS gives percent
    share = np.clip(native[percent] / 100.0, 1e-3, 1 - 1e-3)
    limit = weights.percent_limit
    found[percent] = np.clip(np.log(share / (1 - share)), -limit, limit)
    nominal, high = native == NativeConfidence.NOMINAL, native == NativeConfidence.HIGH
    found[nominal] = np.where(night, weights.night_nominal, weights.day_nominal)[nominal]
    found[high] = np.where(night, weights.night_high, weights.day_high)[high]
    found[native == NativeConfidence.LOW] = weights.day_low_alone if alone else 0.0
    return found


def _confidence(
    rows: Detections, weights: Weights, *, alone: bool
) -> tuple[list[Reason], list[Coded]]:
    """The best single detection: one pass counts once, however many pixels it has."""
    own = rows[rows["instrument"] != Instrument.GEOSTATIONARY]
    each = _confidence_weights(own, weights, alone=alone)
    if not len(own) or np.isnan(each).all():
        return [], [Coded("screening.no_confidence")]
    best = float(np.nanmax(each))
    chosen = own[each == best]
    native = int(chosen["confidence_native"].max())
    when = "night" if (chosen["daynight"] == DayNight.NIGHT).all() else "day"
    if 0 <= native <= 100:  # noqa: PLR2004 - MODIS gives percent
        return [Reason("screening.confidence_percent", best, (("percent", native),))], []
    name = NativeConfidence(native).name.lower()
    return [Reason(f"screening.confidence_{name}_{when}", best)] if best else [], []


def _passes(rows: Detections, weights: Weights) -> list[Reason]:
    """Seen again: by another satellite soon, else by the same one later."""
    polar = rows[rows["instrument"] != Instrument.GEOSTATIONARY]
    fixed = rows[rows["instrument"] == Instrument.GEOSTATIONARY]
    reasons = []
    frames = len(np.unique(fixed["acq_at"]))
    if frames > 1:
        params = (("frames", frames),)
        reasons.append(Reason("screening.geostationary", weights.geostationary_frames, params))
    order = np.lexsort((polar["satellite"], polar["acq_at"]))
    other = np.diff(polar["satellite"][order]) != 0
    soon = np.diff(polar["acq_at"][order]) <= weights.second_hours * 60 * MINUTE_S
    passes = len(np.unique(pass_numbers(polar, weights.pass_gap_min))) if len(polar) else 0
    told = (("passes", passes),)
    if bool((other & soon).any()):
        reasons.append(Reason("screening.second_satellite", weights.second_satellite, told))
    elif passes > 1:
        reasons.append(Reason("screening.repeat_pass", weights.repeat_pass, told))
    return reasons


def _neighbours(beside: int, weights: Weights) -> list[Reason]:
    told = (("pixels", beside),)
    if beside >= weights.many:
        return [Reason("screening.neighbours", weights.neighbours_many, told)]
    if beside >= weights.some:
        return [Reason("screening.neighbours", weights.neighbours_some, told)]
    return []


_TYPES: Final = {1: "volcano_type", 2: "static_type", 3: "offshore_type"}


def _static(
    rows: Detections, register: HeatRegister | None, weights: Weights
) -> tuple[list[Reason], list[Coded]]:
    """Register, product flag and standing still; a fire that grows past a source outgrows it."""
    reasons: list[Reason] = []
    missing: list[Coded] = []
    cover = register.cover(rows) if register else None
    if register is None:
        missing.append(Coded("screening.no_register"))
    elif cover:
        weight = weights.static_source * cover.source.confidence * _fade(cover.share)
        params: tuple[tuple[str, Scalar], ...] = (
            ("source", cover.source.id),
            ("kind", cover.source.kind.value),
            ("km", round(cover.distance_km, 2)),
            ("share", round(cover.share, 2)),
        )
        reasons.append(Reason("screening.static_source", weight, params))
    flagged = rows["type"][rows["type"] >= 0]
    if not len(flagged):
        missing.append(Coded("screening.no_type"))
    for flag, name in _TYPES.items():
        share = float(np.mean(flagged == flag)) if len(flagged) else 0.0
        if share:
            weight = getattr(weights, name) * _fade(share)
            reasons.append(Reason(f"screening.{name}", weight, (("share", round(share, 2)),)))
    return _bounded([*reasons, *_standing(rows, weights)], weights.static_limit), missing


def _fade(share: float) -> float:
    """All of the weight when everything is covered, none from half down."""
    return max(0.0, 2.0 * share - 1.0)


def _standing(rows: Detections, weights: Weights) -> list[Reason]:
    """Weeks on one spot: flares do that, forest fires do not."""
    days = float(rows["acq_at"].max() - rows["acq_at"].min()) / DAY_S
    xyz = earth_xyz(np.ascontiguousarray(rows["lon"]), np.ascontiguousarray(rows["lat"]))
    across = float(np.linalg.norm(xyz.max(axis=0) - xyz.min(axis=0))) / 1000.0
    if days < weights.standing_days or across > weights.standing_km:
        return []
    told = (("days", round(days)), ("km", round(across, 1)))
    return [Reason("screening.standing", weights.standing, told)]


def _bounded(reasons: list[Reason], limit: float) -> list[Reason]:
    """Scale terms that say the same thing, so that together they do not pass ``limit``."""
    total = sum(one.weight for one in reasons)
    if total >= limit:
        return reasons
    return [Reason(one.code, one.weight * limit / total, one.params) for one in reasons]


_REPORTS: Final = {
    "person": "citizen",
    "call": "citizen",
    "partner": "citizen",
    "camera": "camera",
    "tower": "staff",
    "aircraft": "aircraft",
}


def _told(kinds: Sequence[str], weights: Weights) -> list[Reason]:
    """What people and cameras say: each kind once, since ten calls may be of one mistake."""
    return [
        Reason(f"screening.report_{kind}", getattr(weights, _REPORTS[kind]))
        for kind in sorted(set(kinds) & _REPORTS.keys())
    ]


def _around(
    near: Surroundings, weights: Weights, *, glint: bool
) -> tuple[list[Reason], list[Coded]]:
    far = None if near.industry_km is None else near.industry_km > weights.industry_km
    high = None if near.danger_class is None else near.danger_class >= HIGH_DANGER
    wet = None if near.water_km is None else near.water_km <= 1.0 and glint
    table: tuple[tuple[bool | None, str, float], ...] = (
        (wet, "glint", weights.glint),
        (near.snow, "snow_season", weights.snow_season),
        (None if far is None else not far, "industry", weights.industry),
        (high, "danger_high", weights.danger_high),
        (
            True if near.lightning else (False if near.lightning_watched else None),
            "lightning",
            weights.lightning,
        ),
    )
    reasons = [Reason(f"screening.{name}", weight) for speaks, name, weight in table if speaks]
    return reasons, [Coded(f"screening.no_{name}") for speaks, name, _ in table if speaks is None]


def screen(
    rows: Detections,
    register: HeatRegister | None,
    near: Surroundings = UNKNOWN,
    weights: Weights = WEIGHTS,
) -> Screening:
    """Screen one fire by all its detections (at least one, or at least one report).

    ``register`` is ``None`` where no register of heat sources is loaded.
    """
    reasons = _told(near.reports, weights)
    missing: list[Coded] = []
    glint = False
    if len(rows):
        beside = _beside(rows, weights)
        low = rows["confidence_native"] == NativeConfidence.LOW
        glint = beside == 0 and bool((low & (rows["daynight"] == DayNight.DAY)).all())
        own, unsaid = _confidence(rows, weights, alone=beside == 0)
        fixed, unread = _static(rows, register, weights)
        reasons += [*own, *_passes(rows, weights), *_neighbours(beside, weights), *fixed]
        missing += [*unsaid, *unread]
    around, unknown = _around(near, weights, glint=glint)
    reasons += around
    log_odds = math.log(weights.prior / (1 - weights.prior)) + math.fsum(
        one.weight for one in reasons
    )
    return Screening(
        1.0 / (1.0 + math.exp(-log_odds)), log_odds, tuple(reasons), (*missing, *unknown)
    )
