"""How well screening tells fires from what looks like them, beside three filters at their best.

Two trials. Made-up seasons, of which everything is known; and real detections near the flares of
the VIIRS Nightfire survey against those far from every known source. The weights were fixed on
other seeds (``screening_fit.py``), and so was what each class of a reference filter means. Beside
that each filter is shown at its best: with the very shares of fires that it has in the trial,
which no calibration can better.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from functools import partial
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Group
from rich.table import Table

from sylvan.bench import screening_fit, screening_survey
from sylvan.bench.screening_fit import filtered
from sylvan.bench.screening_references import TABLES
from sylvan.bench.screening_scores import by_class, reliability, scored
from sylvan.bench.screening_worlds import DAYS, Signal, World, world
from sylvan.domain.screening import DOUBTFUL, LIMITS, WEIGHTS, Screening, screen
from sylvan.domain.surroundings import UNKNOWN

SEEDS: Final = (1, 2, 3, 4)
"""Of the seasons tested, one of each time of year; none was used to calibrate."""


def run(
    seeds: Sequence[int] = SEEDS,
    days: float = DAYS,
    data: Path | None = None,
    *,
    calibrate: bool = False,
) -> dict[str, Any]:
    """Score screening.

    Args:
        seeds: of the made-up seasons; those of :data:`screening_fit.SEEDS` are refused.
        days: length of each season.
        data: folder of reference data with ``heat_sources`` and ``firms``; absent: no survey.
        calibrate: also make the seasons of the calibration and tell the weights that follow.

    Raises:
        ValueError: a seed of the calibration.
    """
    taken = sorted(set(seeds) & set(screening_fit.SEEDS))
    if taken:
        raise ValueError(f"seeds {taken} calibrated the weights; test on others")
    result: dict[str, Any] = {
        "version": WEIGHTS.version,
        "seeds": list(seeds),
        "days": days,
        "seasons": of_worlds(_worlds(seeds, days)),
        "survey": screening_survey.run(data),
    }
    if calibrate:
        known = _worlds(screening_fit.SEEDS, DAYS)
        weights, spoke = screening_fit.fit(screening_fit.design(known, data))
        tables = screening_fit.tables(known)
        result["calibration"] = {
            "seeds": list(screening_fit.SEEDS),
            "weights": asdict(weights),
            "signals": spoke,
            "tables": tables,
            "in_force": replace(weights, version="") == replace(WEIGHTS, version="")
            and tables == TABLES,
        }
    return result


def _worlds(seeds: Sequence[int], days: float) -> list[World]:
    """One season a process."""
    workers = min(len(seeds), cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(partial(world, days=days), seeds))


def of_worlds(worlds: Sequence[World]) -> dict[str, Any]:
    """Score the signals of made-up seasons."""
    pairs = [(one, signal) for one in worlds for signal in one.signals]
    signals = [signal for _, signal in pairs]
    truth = np.array([signal.fire for signal in signals])
    judged = [screen(signal.rows, one.register, signal.near) for one, signal in pairs]
    told = np.array([one.likelihood for one in judged])
    bare = np.array([screen(one.rows, None, UNKNOWN).likelihood for one in signals])
    return {
        "signals": len(signals),
        "groups": len({(one.seed, signal.group) for one, signal in pairs}),
        "fires": int(truth.sum()),
        **scored(
            [filtered(one) for one in signals],
            truth,
            {"sylvan": told, "sylvan_detections_alone": bare},
            TABLES,
        ),
        "classes": by_class([one.kind for one in signals], told, truth),
        "reliability": reliability(told, truth),
        "hidden": _hidden(worlds, pairs, judged),
    }


def _hidden(
    worlds: Sequence[World], pairs: Sequence[tuple[World, Signal]], judged: Sequence[Screening]
) -> dict[str, Any]:
    """Real fires below the threshold: signals at any moment; true fires first or last seen."""
    low = [one.likelihood < DOUBTFUL for one in judged]
    seen: dict[tuple[int, int], bool] = {}
    for one in worlds:
        for glimpse in one.glimpses:
            told = screen(glimpse.rows, one.register, glimpse.near).likelihood
            for fire in glimpse.fires:
                seen[one.seed, fire] = seen.get((one.seed, fire), False) or told < DOUBTFUL
    nuisance = [not signal.fire for _, signal in pairs]
    return {
        "threshold": DOUBTFUL,
        "fire_signals": sum(
            hidden and not other for hidden, other in zip(low, nuisance, strict=True)
        ),
        "true_fires": len(seen),
        "true_fires_hidden": sum(seen.values()),
        "nuisances": sum(nuisance),
        "nuisances_hidden": sum(
            hidden and other for hidden, other in zip(low, nuisance, strict=True)
        ),
        "kept": sum(
            any(reason.code.startswith("screening.kept") for reason in one.reasons)
            for one in judged
        ),
        "kept_at": LIMITS.kept,
    }


def table(result: dict[str, Any]) -> Group:
    """The result for people."""
    seasons = result["seasons"]
    parts: list[Any] = [
        _scores(f"Made-up seasons {result['seeds']}: {seasons['signals']:,} signals", seasons),
        _classes("What was taken for what", seasons["classes"]),
        _reliability(seasons["reliability"]),
        _hidden_line(seasons["hidden"]),
    ]
    survey = result["survey"]
    if "skipped" in survey:
        parts.append(f"Flare survey: {survey['skipped']}")
    for name, one in survey.get("sets", {}).items():
        parts.append(_scores(f"Flare survey, {name}: {one['signals']:,} signals", one))
    if "calibration" in result:
        parts.append(_weights(result["calibration"]))
    return Group(*parts)


_COLUMNS: Final = (
    *("Brier", "≥ 0.9 precision", "recall", "≥ 0.5 precision", "recall", "< 0.2 precision"),
)


def _scores(title: str, found: dict[str, Any]) -> Table:
    shown = Table(title=title)
    for column in ("", *_COLUMNS):
        shown.add_column(column, justify="left" if not column else "right")
    for name, value in found["brier"].items():
        shown.add_row(name, f"{value:.4f}", *_cells(found["verdicts"][name]))
    return shown


def _cells(told: dict[str, Any]) -> tuple[str, ...]:
    likely, half, none = told["fire_0.9"], told["fire_0.5"], told["none_0.2"]
    found = (
        *(likely["precision"], likely["recall"], half["precision"], half["recall"]),
        none["precision"],
    )
    return tuple("–" if value is None else f"{value:.3f}" for value in found)


def _classes(title: str, classes: dict[str, Any]) -> Table:
    shown = Table(title=title)
    for column in ("was", "signals", "recall", "precision", "≥ 0.9", "< 0.2"):
        shown.add_column(column, justify="left" if column == "was" else "right")
    for name, one in sorted(classes.items(), key=lambda item: (not item[1]["fire"], item[0])):
        shares = (one[key] for key in ("recall", "precision", "likely", "hidden"))
        told = ("–" if value is None else f"{value:.3f}" for value in shares)
        shown.add_row(f"{'fire: ' if one['fire'] else ''}{name}", f"{one['signals']:,}", *told)
    return shown


def _reliability(tenths: list[dict[str, Any]]) -> Table:
    shown = Table(title="Reliability")
    for column in ("told", "signals", "mean told", "came true"):
        shown.add_column(column, justify="right")
    for one in tenths:
        span = f"{one['from']:.1f}…{one['to']:.1f}"
        shown.add_row(span, f"{one['signals']:,}", f"{one['told']:.3f}", f"{one['observed']:.3f}")
    return shown


def _hidden_line(hidden: dict[str, Any]) -> str:
    return (
        f"Below {hidden['threshold']}: {hidden['fire_signals']} signals of real fires, at any time,"
        f" {hidden['true_fires_hidden']} of {hidden['true_fires']} true fires while they were seen;"
        f" {hidden['nuisances_hidden']} of {hidden['nuisances']} nuisances."
    )


def _weights(calibration: dict[str, Any]) -> Table:
    shown = Table(title=f"Weights from seeds {calibration['seeds']}")
    for column in ("term", "weight", "signals"):
        shown.add_column(column, justify="left" if column == "term" else "right")
    for name, value in calibration["weights"].items():
        if name != "version":
            shown.add_row(name, f"{value:.2f}", str(calibration["signals"].get(name, "")))
    return shown
