"""How the weights of screening were calibrated: logistic regression on signals of known truth.

Maximum a posteriori around engineering priors, each weight bound to the sign that its reason
claims, so that no term ever says the opposite of its text. Each signal is shown twice, with all
that is known around it and with nothing. Terms that the seasons do not hold keep their priors.
"""

from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from sylvan.bench import screening_survey
from sylvan.bench.screening_scores import FILTERS, Filtered, Tables, classes, table_of
from sylvan.bench.screening_worlds import Signal, World
from sylvan.domain.detections import Detections
from sylvan.domain.heat import HeatRegister
from sylvan.domain.screening import LIMITS, Weights, terms_of
from sylvan.domain.surroundings import UNKNOWN, Surroundings

SEEDS: Final = (10, 11, 12, 13, 14, 15, 16, 20, 25)
"""Of the seasons that the weights were calibrated on; the bench tests on others."""
STRENGTH: Final = 0.002
"""Of the prior: a weight one off costs 0.001 of the mean logarithmic loss."""
REAL_SHARE: Final = 0.5
"""Of the calibration: real detections, from all over the world, beside boreal seasons."""
LEAST_PART: Final = 0.1
"""Of its prior, that each weight keeps: a term that means nothing here may elsewhere."""
LEAST: Final = 12
"""Signals in which a term must speak before the seasons may move its weight."""
HELD: Final = frozenset(
    {
        *("static_type", "volcano_type", "offshore_type", "hot_ground", "snow", "winter"),
        *("danger_high", "danger_low", "geostationary", "citizen", "camera", "staff", "aircraft"),
        *("word_fire", "word_not_found", "word_technogenic"),
    }
)
"""Weights that the seasons do not speak of."""

ABOVE: Final = {"high": "nominal"}
"""A weight and the one that it may not fall below."""
PRIORS: Final = Weights(
    version="priors",
    prior=0.5,
    high=3.0,
    nominal=1.5,
    low=-1.0,
    percent=2.0,
    alone=-0.5,
    neighbours=3.0,
    power=1.0,
    radiation_hit=-4.0,
    hot_flame=-0.8,
    glint=-3.0,
    roof=-1.0,
    second_satellite=1.5,
    repeat_pass=1.0,
    grown=2.0,
    only_night=-1.5,
    by_day=1.0,
    standing=-4.0,
    static_source=-5.0,
    industry=-2.0,
    land_burns=0.3,
    land_bare=-1.5,
    land_water=-2.0,
    rain=-1.0,
    damp=-0.5,
    dry=0.5,
    lightning=1.0,
)
"""Engineering priors, started from how often two VIIRS confirmed each other on 2023-11-09 (night
high 0.97, night nominal 0.81, day high 0.79, day nominal 0.54, ten neighbours 0.96). The hour
stands apart, since flares confirm each other too, and by night more of them are seen."""

F8 = npt.NDArray[np.float64]


def names() -> list[str]:
    """The weights, in the order of the design matrix."""
    return [field.name for field in fields(Weights) if field.name not in {"version", "prior"}]


class Design(NamedTuple):
    """Strength of each term per signal, whether it was a fire, and how much the signal counts."""

    terms: F8
    truth: F8
    counts: F8


def of_worlds(worlds: Iterable[World]) -> Design:
    """Made-up signals; a group counts once, however many moments it was judged at."""
    rows, truth, counts = [], [], []
    for one in worlds:
        moments = np.bincount([signal.group for signal in one.signals])
        for signal in one.signals:
            rows += _rows(signal.rows, one.register, signal.near)
            truth += [signal.fire] * 2
            counts += [1.0 / moments[signal.group]] * 2
    return _design(rows, truth, counts)


def of_survey(data: Path) -> Design:
    """Real signals of the sets that may take part; each set counts the same."""
    rows, truth, counts = [], [], []
    for _, one in screening_survey.judged(data, screening_survey.CALIBRATION):
        for group, fire in zip(one.groups, one.fire.tolist(), strict=True):
            rows += _rows(group, one.register, UNKNOWN)
            truth += [fire] * 2
            counts += [1.0 / len(one.groups)] * 2
    return _design(rows, truth, counts)


def _rows(rows: Detections, register: HeatRegister, near: Surroundings) -> list[F8]:
    """A signal with all that is known around it, and with nothing."""
    told = (terms_of(rows, register, near, LIMITS), terms_of(rows, None, UNKNOWN, LIMITS))
    column = {name: at for at, name in enumerate(names())}
    made = []
    for one in told:
        row = np.zeros(len(column))
        for term in one.terms:
            if term.name in column:
                row[column[term.name]] += term.value
        made.append(row)
    return made


def _design(rows: list[F8], truth: list[bool], counts: list[float]) -> Design:
    share = np.array(counts)
    return Design(np.array(rows), np.array(truth, dtype=np.float64), share / share.sum())


def design(worlds: Iterable[World], data: Path | None) -> Design:
    """Made-up and real signals; the real ones have :data:`REAL_SHARE` of the say, if any."""
    made_up = of_worlds(worlds)
    if not screening_survey.present(data):
        return made_up
    real = of_survey(data)
    counts = np.concatenate([(1 - REAL_SHARE) * made_up.counts, REAL_SHARE * real.counts])
    return Design(
        np.concatenate([made_up.terms, real.terms]),
        np.concatenate([made_up.truth, real.truth]),
        counts,
    )


def fit(known: Design, start: Weights = PRIORS) -> tuple[Weights, dict[str, Any]]:
    """The calibrated weights, and how often each term spoke."""
    terms, truth, counts = known
    steps = _steps()
    prior = np.linalg.solve(steps, np.array([getattr(start, name) for name in names()]))
    spoke = (terms != 0).sum(axis=0)
    free = np.array([name not in HELD for name in names()]) & (spoke >= LEAST)

    def cost(x: F8) -> tuple[float, F8]:
        margin = terms @ steps @ x[:-1] + x[-1]
        loss = np.logaddexp(0.0, margin) - truth * margin
        off = np.append(x[:-1] - prior, 0.0)
        wrong = counts * (1 / (1 + np.exp(-margin)) - truth)
        slope = np.append(steps.T @ (terms.T @ wrong), wrong.sum())
        return float(counts @ loss + STRENGTH * off @ off / 2), slope + STRENGTH * off

    bounds = [
        (value, value)
        if not moves
        else (LEAST_PART * value, None)
        if value > 0
        else (None, LEAST_PART * value)
        for value, moves in zip(prior, free, strict=True)
    ]
    found = minimize(
        cost, np.append(prior, 0.0), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]
    )
    fitted = steps @ found.x[:-1]
    told: dict[str, Any] = {
        name: round(float(value), 2) for name, value in zip(names(), fitted, strict=True)
    }
    chance = round(float(1 / (1 + np.exp(-found.x[-1]))), 3)
    said = {name: int(n) for name, n in zip(names(), spoke, strict=True)}
    return replace(start, prior=chance, **told), said


def tables(worlds: Iterable[World]) -> Tables:
    """What each class of the reference filters means in the same seasons."""
    signals: list[Signal] = []
    counts: list[float] = []
    for one in worlds:
        moments = np.bincount([signal.group for signal in one.signals])
        signals += one.signals
        counts += [1.0 / moments[signal.group] for signal in one.signals]
    truth = np.array([one.fire for one in signals])
    known = [filtered(one) for one in signals]
    return {name: table_of(classes(known, name), truth, np.array(counts)) for name in FILTERS}


def filtered(one: Signal) -> Filtered:
    """What the reference filters know of a made-up signal: the archive's flag, already now."""
    return Filtered(one.rows, one.static_share, one.days_seen)


def _steps() -> F8:
    """Matrix that makes weights of steps above each other."""
    at = {name: number for number, name in enumerate(names())}
    made = np.eye(len(at))
    for name, below in ABOVE.items():
        made[at[name], at[below]] = 1.0
    return made
