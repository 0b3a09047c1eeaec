"""Scores of probabilities against the truth, and what simple filters reach at their very best."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.detections import DayNight, Detections, NativeConfidence
from sylvan.domain.screening import DOUBTFUL, LIKELY

F8 = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

Tables = dict[str, dict[str, float]]
"""Per filter and class the share of fires."""

HALF: Final = 0.5
"""From here a signal is taken for a fire when it must be one or the other."""
_DAYS: Final = (1, 2, 3, 5, 8, 13, 20, 40)
"""Days seen, upper ends of the recurrence filter's classes."""
_PERCENT_STEP: Final = 10
PERCENT: Final = 100


class Filtered(NamedTuple):
    """What the reference filters know of a signal."""

    rows: Detections
    static_share: float | None
    """Share of its pixels that ``type`` calls static; ``None`` without the column."""
    days_seen: int
    """Days on which its busiest 1 km cell was seen, archive included."""


def _by_type(one: Filtered) -> str:
    if one.static_share is None:
        return "unknown"
    return "none" if not one.static_share else "some" if one.static_share < HALF else "most"


def _by_confidence(one: Filtered) -> str:
    """The best class with day or night; MODIS in steps of ten per cent."""
    native = one.rows["confidence_native"]
    classes = one.rows[native > PERCENT]
    if len(classes):
        best = int(classes["confidence_native"].max())
        night = classes["daynight"][classes["confidence_native"] == best] == DayNight.NIGHT
        return f"{NativeConfidence(best).name.lower()} {'night' if night.any() else 'day'}"
    return f"{int(native.max()) // _PERCENT_STEP}0 %"


def _by_recurrence(one: Filtered) -> str:
    return f"{int(np.searchsorted(_DAYS, one.days_seen))}"


FILTERS: Final[dict[str, Callable[[Filtered], str]]] = {
    "type_flag": _by_type,
    "confidence": _by_confidence,
    "recurrence": _by_recurrence,
}
"""Reference filters: each puts a signal into one class."""


def classes(signals: Sequence[Filtered], name: str) -> list[str]:
    """The class of each signal by one filter."""
    return [FILTERS[name](one) for one in signals]


def table_of(found: Sequence[str], truth: Flags, counts: F8) -> dict[str, float]:
    """Share of fires per class, and under ``any`` of all; what a filter is calibrated to."""
    names = np.array(found)
    made = {
        name: float(np.average(truth[names == name], weights=counts[names == name]))
        for name in sorted(set(found))
    }
    made["any"] = float(np.average(truth, weights=counts))
    return {name: round(value, 3) for name, value in made.items()}


def by_table(found: Sequence[str], known: dict[str, float]) -> F8:
    """What a calibrated filter tells; of a class that it never met, the share of all."""
    return np.array([known.get(name, known["any"]) for name in found])


def scored(
    signals: Sequence[Filtered], truth: Flags, told: dict[str, F8], tables: Tables
) -> dict[str, Any]:
    """Brier scores and verdicts of ours and of the filters, calibrated and at their best."""
    found = dict(told)
    for name in FILTERS:
        kinds = classes(signals, name)
        found[name] = by_table(kinds, tables[name])
        found[f"{name}_at_best"] = at_its_best(kinds, truth)
    found["base_rate_at_best"] = np.full(len(truth), truth.mean())
    return {
        "brier": {name: brier(one, truth) for name, one in found.items()},
        "verdicts": {name: verdicts(one, truth) for name, one in found.items()},
    }


def at_its_best(found: Sequence[str], truth: Flags) -> F8:
    """Each class told as the share of fires that it really holds in this very test.

    No way of reading the filter can reach a lower Brier score.
    """
    members = defaultdict(list)
    for at, name in enumerate(found):
        members[name].append(at)
    told = np.empty(len(found))
    for which in members.values():
        told[which] = truth[which].mean()
    return told


def brier(told: F8, truth: Flags) -> float:
    """Mean squared error of probabilities (Brier 1950); 0 is perfect."""
    return round(float(np.mean((told - truth) ** 2)), 4)


def reliability(told: F8, truth: Flags) -> list[dict[str, Any]]:
    """What was told and what came true, per tenth."""
    tenth = np.minimum((told * 10).astype(int), 9)
    return [
        {
            "from": k / 10,
            "to": (k + 1) / 10,
            "signals": int(inside.sum()),
            "told": round(float(told[inside].mean()), 3),
            "observed": round(float(truth[inside].mean()), 3),
        }
        for k in range(10)
        if (inside := tenth == k).any()
    ]


def precision_recall(told: F8, truth: Flags, *, fire: bool, threshold: float) -> dict[str, Any]:
    """Of what is taken for a fire (or for none), how much is; of what is, how much is taken."""
    said = told >= threshold if fire else told < threshold
    is_so = truth if fire else ~truth
    right = float((said & is_so).sum())
    return {
        "signals": int(said.sum()),
        "precision": round(right / float(said.sum()), 4) if said.any() else None,
        "recall": round(right / float(is_so.sum()), 4) if is_so.any() else None,
    }


def verdicts(told: F8, truth: Flags) -> dict[str, Any]:
    """Precision and recall of each verdict."""
    return {
        "fire_0.9": precision_recall(told, truth, fire=True, threshold=LIKELY),
        "fire_0.5": precision_recall(told, truth, fire=True, threshold=HALF),
        "none_0.5": precision_recall(told, truth, fire=False, threshold=HALF),
        "none_0.2": precision_recall(told, truth, fire=False, threshold=DOUBTFUL),
    }


def by_class(kinds: Sequence[str], told: F8, truth: Flags) -> dict[str, Any]:
    """For each kind of fire and of nuisance, how it was taken.

    ``recall`` is the share taken rightly at 0.5; ``precision`` of a kind of fire is that of
    everything taken for a fire, if this kind were the only fire, and the other way round.
    """
    names = np.array(kinds)
    found = {}
    for kind in sorted(set(kinds)):
        of_it = names == kind
        fire = bool(truth[of_it].mean() >= HALF)
        right = (told >= HALF) == fire
        wrong_others = int(((told >= HALF) == fire)[truth != fire].sum())
        hits = int(right[of_it].sum())
        found[kind] = {
            "fire": fire,
            "signals": int(of_it.sum()),
            "recall": round(hits / int(of_it.sum()), 4),
            "precision": round(hits / (hits + wrong_others), 4) if hits + wrong_others else None,
            "likely": round(float((told[of_it] >= LIKELY).mean()), 4),
            "hidden": round(float((told[of_it] < DOUBTFUL).mean()), 4),
        }
    return found
