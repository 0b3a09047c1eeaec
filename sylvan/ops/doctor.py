"""What is wrong with this machine, database, region and feeds, and how to mend it.

Checks only look: none starts, makes or changes anything. Each is on its own, so that one that
breaks is reported as such and hides no other.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from sylvan.ops.tuning import MIB, machine_memory_mib
from sylvan.services import gdal_child
from sylvan.settings import PACKAGE, Settings, checkout_root, unknown_variables

GIB = 1024 * MIB
LEAST_CORES = 2
LEAST_MEMORY_MIB = 2048
# A million detections are taken in with 1.5 GB; the database wants a quarter of the memory.
LOW_DISK_GIB, NO_DISK_GIB = 5, 1
# A season of a region is about 1 GiB in the database, a backup a fifth of it.
NODE_OLDEST = (20, 19)
# Oldest that the build tool of the front end runs on.
PROBE_S = 10


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    area: str
    level: Level
    text: str
    mend: str = ""
    # What to run or change; empty when nothing has to be done.


Check = Callable[[], Iterable[Finding]]


def examine(checks: Mapping[str, Check]) -> list[Finding]:
    """Runs checks by area; one that breaks becomes a finding of its own."""
    found: list[Finding] = []
    for area, check in checks.items():
        try:
            found += check()
        except Exception as error:  # noqa: BLE001 a broken check must not hide the others
            text = f"the check broke: {type(error).__name__}: {error}"
            found.append(Finding(area, Level.FAIL, text, "Report it with the output of --json."))
    return found


def machine(settings: Settings) -> Iterator[Finding]:
    """Cores, memory, data folder, disk, clock, port, variables."""
    cores = os.cpu_count() or 1
    yield _at_least("machine", cores, LEAST_CORES, f"{cores} cores", "Use at least two cores.")
    memory = machine_memory_mib()
    text = f"{memory / 1024:.1f} GiB of memory"
    yield _at_least("machine", memory, LEAST_MEMORY_MIB, text, "Use at least 2 GiB.")
    yield from _data_folder(settings.data_dir)
    yield clock(time.time(), _newest(PACKAGE), _synchronised())
    yield _port(settings)
    yield wall(gdal_child.confines())
    for name in unknown_variables(os.environ):
        yield Finding("machine", Level.WARN, f"{name} means nothing to Sylvan", "Correct its name.")


def _at_least(area: str, value: int, least: int, text: str, mend: str) -> Finding:
    return (
        Finding(area, Level.OK, text) if value >= least else Finding(area, Level.WARN, text, mend)
    )


def _data_folder(folder: Path) -> Iterator[Finding]:
    place = next(each for each in (folder, *folder.parents) if each.exists())
    if not os.access(place, os.W_OK | os.X_OK):
        mend = f"Give yourself rights to {place}, or set SYLVAN_DATA_DIR."
        yield Finding("machine", Level.FAIL, f"{place} cannot be written to", mend)
    yield disk(folder, shutil.disk_usage(place).free)


def wall(stands: bool) -> Finding:  # noqa: FBT001 the one thing that it judges
    """Judges whether files of others are read behind bubblewrap."""
    if stands:
        return Finding("machine", Level.OK, "files of others are read behind bubblewrap")
    text = "files of others are read within bounds, but without a wall of bubblewrap"
    mend = "Install bubblewrap, and let this account make user namespaces."
    return Finding("machine", Level.NOTE, text, mend)


def disk(folder: Path, free: int) -> Finding:
    """Judges the free space for the data folder, in bytes."""
    text = f"{free / GIB:.0f} GiB free for {folder}"
    if free < NO_DISK_GIB * GIB:
        return Finding(
            "machine", Level.FAIL, text, "Make room: the database stops when it is full."
        )
    if free < LOW_DISK_GIB * GIB:
        return Finding("machine", Level.WARN, text, "Make room, or move SYLVAN_DATA_DIR.")
    return Finding("machine", Level.OK, text)


def clock(now: float, newest_file: float, synchronised: bool | None) -> Finding:  # noqa: FBT001 three states
    """Judges the clock: age of fires and of data hang on it.

    Args:
        now: the machine's time, epoch seconds.
        newest_file: when Sylvan's newest file was written; now can't be earlier.
        synchronised: what the system says; None when it says nothing.
    """
    if now < newest_file:
        mend = "Set the clock: sudo timedatectl set-ntp true"
        return Finding("machine", Level.FAIL, "the clock is behind Sylvan's own files", mend)
    if synchronised is False:
        mend = "Let it be: sudo timedatectl set-ntp true"
        return Finding("machine", Level.WARN, "the clock is not synchronised", mend)
    said = "synchronised" if synchronised else "plausible (nothing says if it is synchronised)"
    return Finding("machine", Level.OK, f"the clock is {said}")


def _newest(folder: Path) -> float:
    return max(path.stat().st_mtime for path in folder.glob("*.py"))


def _synchronised() -> bool | None:
    said = probe("timedatectl", "show", "--property=NTPSynchronized", "--value")
    return {"yes": True, "no": False}.get(said)


def port_trouble(settings: Settings) -> str | None:
    """Why nothing can listen where the settings say; nothing when something can."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            return error.strerror or str(error)
    return None


def _port(settings: Settings) -> Finding:
    where = f"port {settings.port} on {settings.host}"
    if (trouble := port_trouble(settings)) is None:
        return Finding("machine", Level.OK, f"{where} is free")
    mend = "If that is not Sylvan itself, choose another: --port"
    return Finding("machine", Level.NOTE, f"{where}: {trouble}", mend)


def python() -> Iterator[Finding]:
    """The interpreter and every package that Sylvan declares."""
    yield Finding("python", Level.OK, f"Python {sys.version.split()[0]} in {sys.prefix}")
    bad = list(_unfit(metadata.requires("sylvan") or ()))
    yield from bad
    if not bad:
        yield Finding("python", Level.OK, "all packages are there and new enough")


def _unfit(declared: Iterable[str]) -> Iterator[Finding]:
    mend = "Run scripts/install.sh python, or: pip install --upgrade sylvan"
    for line in declared:
        wanted = Requirement(line)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            yield Finding("python", Level.FAIL, f"{wanted.name} is missing", mend)
            continue
        if not wanted.specifier.contains(version, prereleases=True):
            text = f"{wanted.name} is {version}, needed {wanted.specifier}"
            yield Finding("python", Level.FAIL, text, mend)


def front_end(static: Path) -> Iterator[Finding]:
    """The built front end, and what a developer needs to build and test it."""
    if (static / "index.html").is_file():
        yield Finding("front end", Level.OK, "built")
    else:
        mend = "Run scripts/install.sh frontend, or install the wheel."
        yield Finding("front end", Level.FAIL, f"there is no {static}/index.html", mend)
    if checkout_root() is not None:
        yield node(probe("node", "--version"))
        yield _chromium()


def node(said: str) -> Finding:
    """Judges what `node --version` says."""
    numbers = tuple(int(part) for part in said.lstrip("v").split(".")[:2] if part.isdigit())
    if numbers >= NODE_OLDEST:
        return Finding("front end", Level.OK, f"Node {said} for building")
    mend = "Nothing to do: scripts/install.sh fetches one of its own when it builds."
    return Finding("front end", Level.NOTE, f"no Node 20.19+ (found: {said or 'none'})", mend)


def _chromium() -> Finding:
    names = ("chromium", "chromium-browser", "google-chrome")
    if any(shutil.which(name) for name in names):
        return Finding("front end", Level.OK, "Chromium for the browser tests")
    mend = "For scripts/test: scripts/install.sh browser"
    return Finding("front end", Level.NOTE, "no Chromium for the browser tests", mend)


def feeds(
    drop_dir: Path, states: Iterable[Mapping[str, object]], *, map_key_set: bool
) -> list[Finding]:
    """Judges feeds from their stored states (`feed`, `state`, `last_data`, `last_error`)."""
    found = [_feed(state) for state in states]
    if not map_key_set:
        mend = "Ask NASA FIRMS for a free map key, then set SYLVAN_FIRMS_MAP_KEY."
        text = f"no FIRMS map key: only files in {drop_dir} are taken in"
        found.append(Finding("feeds", Level.NOTE, text, mend))
    return found


def orbits(rows: Iterable[Mapping[str, object]], *, warn_days: float) -> list[Finding]:
    """Judges orbital elements from the newest set of each satellite (`satellite`, `age_days`)."""
    mend = "Load new ones: sylvan orbits load FILE (from celestrak.org or space-track.org)"
    found = []
    for row in rows:
        age = float(str(row["age_days"]))
        level = Level.OK if abs(age) <= warn_days else Level.WARN
        text = f"{row['satellite']}: elements {age:g} days old"
        found.append(Finding("orbits", level, text, "" if level is Level.OK else mend))
    text = "no orbital elements: nobody can tell which pass saw nothing"
    return found or [Finding("orbits", Level.NOTE, text, mend)]


def _feed(state: Mapping[str, object]) -> Finding:
    text = f"{state['feed']}: {state['state']}, last data {state.get('last_data') or 'never'}"
    if state["state"] in {"ok", "never"}:
        return Finding("feeds", Level.OK, text)
    if state["state"] == "paused":
        mend = "Let it go on at /admin#feeds when its reason is over."
        return Finding("feeds", Level.WARN, f"{text}; {_held(state.get('paused'))}", mend)
    if state["state"] == "late":
        mend = "Look whether the source publishes; a pass may have been missed."
        return Finding("feeds", Level.WARN, text, mend)
    mend = f"Last error: {state.get('last_error')}"
    return Finding("feeds", Level.WARN, text, mend)


def _held(told: object) -> str:
    """Who holds a feed back, since when, why."""
    if not isinstance(told, Mapping):
        return ""
    return f"{told.get('name') or told.get('by')} since {told.get('at')}: {told.get('reason')}"


def probe(*command: str) -> str:
    """What a program prints; empty when it is missing or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PROBE_S)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
