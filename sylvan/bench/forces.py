"""The proof: seasons of fires under five policies in the same worlds, and what ours is worth.

A season is drawn once for a seed and a load, and played under every policy (``scenario/seasons``).
What is finished is kept line by line, so that a run that was ended goes on where it stopped.
"""

import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

from rich.table import Table

from sylvan.bench.forces_country import country
from sylvan.bench.forces_ratios import means, ratios
from sylvan.domain.dispatch.attack import DEFAULT as ATTACK
from sylvan.domain.dispatch.need import DEFAULT as NEED
from sylvan.domain.dispatch.outlooks import DEFAULT as OUTLOOK
from sylvan.scenario.seasons.country import RESERVE_HA, Country
from sylvan.scenario.seasons.parameters import DEFAULT, LOADS, SeasonParameters
from sylvan.scenario.seasons.policies import POLICIES, SEARCH
from sylvan.scenario.seasons.scores import scores
from sylvan.scenario.seasons.season import simulate
from sylvan.scenario.seasons.world import draw

OURS: Final = "ours"
ALL: Final = "all"
TARGETS: Final[dict[str, dict[str, float]]] = {
    "until_contained": {"loss": 0.86, "large": 0.83, "reached": 1.0},
    "run_card": {"loss": 0.75, "large": 0.83, "reached": 1.0},
    "closest_unit": {"reached": 1.0},
    "greedy": {"reached": 1.0},
}
"""At most, ours over theirs at normal load: what a first study of 36 seasons reached."""
_NOON_UTC_H: Final = 3  # in Yakutsk


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which seasons."""

    seeds: int = 30
    load: str = "normal"
    first: int = 1
    """Seed of the first; the others follow."""
    region: str = "yakutia"
    parameters: SeasonParameters = DEFAULT

    def loads(self) -> list[str]:
        """Names of the loads.

        Raises:
            ValueError: there is no such load.
        """
        if self.load == ALL:
            return list(LOADS)
        if self.load not in LOADS:
            raise ValueError(f"load {self.load!r} is none of {', '.join([*LOADS, ALL])}")
        return [self.load]

    def recipe(self) -> str:
        """Seasons of one recipe may be compared; others may not."""
        told = [self.region, asdict(self.parameters), asdict(SEARCH), LOADS, RESERVE_HA]
        told += [repr(NEED), repr(OUTLOOK), repr(ATTACK)]
        return sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Task:
    """One season under the policies that have not had it yet."""

    seed: int
    load: str
    policies: tuple[str, ...]


def run(wanted: Wanted, out: Path | None = None, *, resume: bool = False) -> dict[str, Any]:
    """Play all seasons that are not in the file yet.

    Args:
        wanted: which.
        out: keeps one line for each finished season; ``None``: nothing is kept.
        resume: go on with that file; without, it must not exist.

    Raises:
        ValueError: no such load, or the file is another run's.
    """
    begun = perf_counter()
    if wanted.seeds < 1:
        raise ValueError("at least one seed is needed")
    rows = _kept(out, wanted, resume=resume)
    done = {(row["seed"], row["load"], row["policy"]) for row in rows}
    seeds = range(wanted.first, wanted.first + wanted.seeds)
    tasks = [
        _Task(seed, load, left)
        for load in wanted.loads()
        for seed in seeds
        if (left := tuple(name for name in POLICIES if (seed, load, name) not in done))
    ]
    rows += _played(tasks, wanted, out)
    chosen = [row for row in rows if row["seed"] in seeds and row["load"] in wanted.loads()]
    chosen.sort(key=lambda row: (row["load"], row["seed"], list(POLICIES).index(row["policy"])))
    return {
        "seeds": wanted.seeds,
        "fires": wanted.parameters.fires,
        "recipe": wanted.recipe(),
        "targets": TARGETS,
        "loads": {load: _judged(chosen, load) for load in wanted.loads()},
        "seconds": perf_counter() - begun,
        "load_average": os.getloadavg()[0],
        "seasons": chosen,
    }


def _judged(rows: Sequence[dict[str, Any]], load: str) -> dict[str, Any]:
    of = {
        name: [row["scores"] for row in rows if row["policy"] == name and row["load"] == load]
        for name in POLICIES
    }
    return {
        "means": {name: means(those) for name, those in of.items()},
        "ours_over": {name: ratios(of[OURS], those) for name, those in of.items() if name != OURS},
    }


def _kept(out: Path | None, wanted: Wanted, *, resume: bool) -> list[dict[str, Any]]:
    """Finished seasons of the file, each once.

    A killed run may leave a line unfinished, and a process that still finishes a season.
    """
    if out is None or not out.exists():
        return []
    if not resume:
        raise ValueError(f"{out} exists already")
    rows = list(_lines(out.read_text("utf-8").splitlines(keepends=True)))
    if any(row["recipe"] != wanted.recipe() for row in rows):
        raise ValueError(f"{out} holds seasons of other parameters")
    rows = list({(row["seed"], row["load"], row["policy"]): row for row in rows}.values())
    text = "".join(json.dumps(row) + "\n" for row in rows)
    out.write_text(text, "utf-8")
    return rows


def _lines(lines: Iterable[str]) -> Iterable[dict[str, Any]]:
    for line in lines:
        if line.endswith("\n"):
            yield json.loads(line)


def _played(tasks: Sequence[_Task], wanted: Wanted, out: Path | None) -> list[dict[str, Any]]:
    if not tasks:
        return []
    many = max(min(os.cpu_count() or 1, len(tasks)), 1)
    args = (wanted, out)
    with ProcessPoolExecutor(many, get_context("spawn"), _begin, args) as pool:
        return [row for one in as_completed([pool.submit(_season, t) for t in tasks])
                for row in one.result()]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Worker:
    """What a process keeps between seasons."""

    country: Country
    wanted: Wanted
    out: Path | None


_WORKERS: list[_Worker] = []


def _begin(wanted: Wanted, out: Path | None) -> None:
    _WORKERS[:] = [_Worker(country(wanted.region, noon(wanted.parameters)), wanted, out)]


def noon(told: SeasonParameters) -> datetime:
    """A noon in the middle of the season, for which flights are reckoned."""
    middle = told.start + timedelta(days=told.days / 2.0)
    return middle.replace(hour=_NOON_UTC_H, minute=0, second=0, microsecond=0)


def _season(task: _Task) -> list[dict[str, Any]]:
    worker = _WORKERS[0]
    return play(worker.country, task.seed, task.load, task.policies, worker.wanted, worker.out)


def play(
    land: Country,
    seed: int,
    load: str,
    policies: Sequence[str],
    wanted: Wanted,
    out: Path | None,
) -> list[dict[str, Any]]:
    """One season under some policies, each written down as soon as it is finished."""
    world = draw(land, seed, load, wanted.parameters)
    rows = []
    for name in policies:
        before = process_time()
        told = scores(world, simulate(world, POLICIES[name])).as_dict()
        row = {
            "recipe": wanted.recipe(),
            "seed": seed,
            "load": load,
            "policy": name,
            "cpu_s": round(process_time() - before, 2),
            "scores": told,
        }
        rows.append(row)
        if out is not None:
            # One write of one line: processes append side by side.
            with out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
    return rows


_MEANS: Final = {
    "loss": ("loss, kha", 1e-3, "{:.1f}"),
    "area_ha": ("area, kha", 1e-3, "{:.1f}"),
    "large": ("large fires", 1.0, "{:.1f}"),
    "first_day": ("out in a day", 100.0, "{:.1f} %"),
    "reached": ("settlements reached", 1.0, "{:.2f}"),
    "first_arrival_h": ("first arrival, h", 1.0, "{:.2f}"),
    "unattended": ("unattended", 1.0, "{:.2f}"),
    "flown_h": ("flown, h", 1.0, "{:.0f}"),
    "below_h": ("below reserves, unit-h", 1.0, "{:.0f}"),
}


def table(result: dict[str, Any]) -> Table:
    """The result for a person: means of each policy, then ours over each of the others."""
    title = f"Seasons ({result['fires']} fires at normal load), {result['seeds']} seeds"
    shown = Table(title=title, caption="ours over theirs in the same seasons, 95 % of resamples")
    shown.add_column("load")
    shown.add_column("what")
    for name in POLICIES:
        shown.add_column(name.replace("_", " "), justify="right")
    for load, told in result["loads"].items():
        for key, (words, scale, form) in _MEANS.items():
            cells = [form.format(scale * told["means"][name][key]) for name in POLICIES]
            shown.add_row(load, words, *cells)
        shown.add_section()
        for key in ("loss", "area_ha", "large", "reached", "first_arrival_h", "flown_h"):
            cells = [_ratio(told["ours_over"].get(name), key, load, name) for name in POLICIES]
            shown.add_row(load, f"ours over: {_MEANS[key][0].split(',')[0]}", *cells)
        cells = [_wins(told["ours_over"].get(name)) for name in POLICIES]
        shown.add_row(load, "seasons in which ours loses less", *cells)
        shown.add_section()
    return shown


def _ratio(told: dict[str, Any] | None, key: str, load: str, name: str) -> str:
    if told is None:
        return ""
    one = told[key]
    if one["ratio"] is None:
        return "–"
    words = f"{one['ratio']:.2f} ({one['low']:.2f}–{one['high']:.2f})"
    target = TARGETS.get(name, {}).get(key) if load == "normal" else None
    return words if target is None else f"{words} ≤ {target:.2f}"


def _wins(told: dict[str, Any] | None) -> str:
    return "" if told is None else f"{told['wins']} of {told['pairs']}"


def held(result: dict[str, Any]) -> dict[str, bool]:
    """Whether each target was met; nothing where normal load was not played."""
    told = result["loads"].get("normal", {}).get("ours_over", {})
    return {
        f"{name} {key}": told[name][key]["ratio"] is not None and told[name][key]["ratio"] <= most
        for name, targets in TARGETS.items()
        if name in told
        for key, most in targets.items()
    }
