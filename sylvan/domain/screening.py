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

from sylvan.domain import screening_place as place
from sylvan.domain.codes import Coded, Scalar
from sylvan.domain.detections import Detections
from sylvan.domain.heat import HeatRegister
from sylvan.domain.screening_looks import Looks, looks_of, warm_up
from sylvan.domain.screening_terms import Term, Told, joined, of_rows
from sylvan.domain.screening_weights import DOUBTFUL, LIKELY, LIMITS, WEIGHTS, Limits, Weights
from sylvan.domain.surroundings import UNKNOWN, Surroundings
from sylvan.domain.together import Together, together

__all__ = ["DOUBTFUL", "LIKELY", "LIMITS", "WEIGHTS", "Limits", "Reason", "Screening"]
__all__ += ["Surroundings", "Verdict", "Weights", "screen", "screen_all", "terms_of", "warm_up"]


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


def terms_of(
    rows: Detections, register: HeatRegister | None, near: Surroundings, limits: Limits = LIMITS
) -> Told:
    """Every term that speaks of one fire, and what could not be known."""
    looks = looks_of(together([rows]), limits)[0] if len(rows) else None
    return _terms(looks, register, near, limits)


def _terms(
    looks: Looks | None, register: HeatRegister | None, near: Surroundings, limits: Limits
) -> Told:
    parts = [place.people(near)]
    if looks is not None:
        parts += [of_rows(looks, near, limits), place.sources(looks, register, limits)]
    else:
        parts.append(Told(missing=(place.NOT_SEEN,)))
    return joined([*parts, place.around(near, looks, limits)])


def screen(
    rows: Detections,
    register: HeatRegister | None,
    near: Surroundings = UNKNOWN,
    weights: Weights = WEIGHTS,
    limits: Limits = LIMITS,
) -> Screening:
    """Screen one fire by all its detections (at least one, or at least one report).

    ``register`` is ``None`` where no register of heat sources is loaded.
    """
    return _screened(terms_of(rows, register, near, limits), weights, limits)


def screen_all(
    fires: Together,
    register: HeatRegister | None,
    nears: Sequence[Surroundings],
    weights: Weights = WEIGHTS,
    limits: Limits = LIMITS,
) -> list[Screening]:
    """:func:`screen` of many fires with detections, each with what is known around it."""
    return [
        _screened(_terms(looks, register, near, limits), weights, limits)
        for looks, near in zip(looks_of(fires, limits), nears, strict=True)
    ]


def _screened(told: Told, weights: Weights, limits: Limits) -> Screening:
    """The likelihood that terms add up to."""
    scale = _static_scale(told.terms, weights, limits)
    reasons = [
        Reason(one.code, weight, one.params)
        for one in told.terms
        if one.name != place.BESIDE
        and (weight := _weight(one, weights) * (scale if one.name in _STATIC else 1.0))
    ]
    before = _log_odds(weights.prior)
    total = before + math.fsum(one.weight for one in reasons)
    least = _log_odds(limits.kept)
    if total < least and not _may_hide(told.terms, limits):
        beside = [one for one in told.terms if one.name == place.BESIDE]
        code, params = (beside[0].code, beside[0].params) if beside else ("screening.kept", ())
        reasons.append(Reason(code, least - total, params))
        total = least
    return Screening(1.0 / (1.0 + math.exp(-total)), total, tuple(reasons), told.missing)


def _weight(term: Term, weights: Weights) -> float:
    """Its log-odds; what calibration found to say nothing is 0 and is left out."""
    return float(getattr(weights, term.name)) * term.value


def _log_odds(probability: float) -> float:
    return math.log(probability / (1.0 - probability))


_STATIC: Final = frozenset(
    {
        *("static_source", "static_type", "volcano_type", "offshore_type", "standing"),
        *("only_night", "industry"),
    }
)


def _static_scale(terms: tuple[Term, ...], weights: Weights, limits: Limits) -> float:
    """Terms that say the same thing, that it is a permanent source, are bounded together."""
    total = math.fsum(_weight(one, weights) for one in terms if one.name in _STATIC)
    return limits.static_limit / total if total < limits.static_limit else 1.0


_WORDS: Final = frozenset({"word_not_found", "word_technogenic"})
_HIDING: Final = frozenset(
    {"static_source", "static_type", "volcano_type", "offshore_type", "radiation_hit", "snow"}
)


def _may_hide(terms: tuple[Term, ...], limits: Limits) -> bool:
    """Whether something other than the looks of it speaks against a fire.

    A weak, lone, standing or mirrored pixel may still be a fire at its beginning or in peat: it
    goes to the end of the queue, but above what is known to be none. What has grown is a fire
    whatever stands beside it, until somebody who looked says otherwise.
    """
    strength = {one.name: one.value for one in terms}
    if strength.keys() & _WORDS:
        return True
    if strength.get("grown", 0.0) >= limits.outgrown:
        return False
    beside = {"static_source"} if place.BESIDE in strength else set()
    return any(strength.get(name, 0.0) >= limits.hiding for name in _HIDING - beside)
