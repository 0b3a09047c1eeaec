"""Finds the PostgreSQL with PostGIS that this machine has, and says how to get one.

No wheel ships PostGIS, so the private cluster runs on the machine's own binaries, or on Debian
packages unpacked into the data folder by `scripts/install.sh` where nobody is root.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sylvan.ops.refusal import Refusal

OLDEST_POSTGRES = 15
# MERGE and the partition-wise plans that the store relies on.
OLDEST_POSTGIS = (3, 3)
# Vector tiles and ST_AsMVT behave as tested from here on.
UNPACKED = "debs"
# Folder in the data folder that holds Debian packages unpacked without root.
DEBIAN_MAJORS = {"bookworm": "15", "trixie": "17", "noble": "16", "plucky": "17", "questing": "17"}
# The PostgreSQL that each release of Debian and Ubuntu packages together with PostGIS.
BIN_GLOBS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/lib/postgresql*/bin",
    "/usr/bin",
)


@dataclass(frozen=True)
class Install:
    """One set of PostgreSQL binaries."""

    bindir: Path
    root: Path | None = None
    # Where unpacked packages pretend that / is; None for properly installed ones.
    env: Mapping[str, str] = field(default_factory=dict)
    # Added to the environment of every program of this install.

    def program(self, name: str) -> str:
        """Path of one of its programs."""
        return str(self.bindir / name)

    @cached_property
    def version(self) -> str:
        """The server's version, such as "15.13"; empty when it does not run."""
        return _first_number(self._ask("postgres", "--version"))

    @property
    def major(self) -> int:
        """The version that decides whether data folders fit."""
        return int(self.version.split(".")[0]) if self.version else 0

    @cached_property
    def client_major(self) -> int:
        """Major version of its client programs."""
        return int(_first_number(self._ask("pg_dump", "--version")).split(".")[0] or 0)

    @cached_property
    def postgis(self) -> str:
        """PostGIS's version, such as "3.3.2"; empty without PostGIS."""
        sharedir = self._ask("pg_config", "--sharedir")
        control = Path(sharedir) / "extension" / "postgis.control"
        if not sharedir or not control.is_file():
            return ""
        found = re.search(r"default_version\s*=\s*'([^']+)'", control.read_text())
        return found.group(1) if found else ""

    @property
    def fits(self) -> bool:
        """Whether the private cluster can run on it."""
        return self.major >= OLDEST_POSTGRES and version_tuple(self.postgis) >= OLDEST_POSTGIS

    def _ask(self, name: str, option: str) -> str:
        try:
            answer = subprocess.run(
                [self.program(name), option],
                capture_output=True,
                text=True,
                check=False,
                timeout=20,
                env=os.environ | self.env,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return answer.stdout.strip()


def _first_number(text: str) -> str:
    found = re.search(r"\d+(\.\d+)*", text)
    return found.group(0) if found else ""


def version_tuple(text: str) -> tuple[int, ...]:
    """Numbers of a version for comparing: "3.4.0dev" becomes (3, 4, 0)."""
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])


def unpacked_install(bindir: Path, root: Path) -> Install:
    """An install from Debian packages unpacked below `root`."""
    libraries = [root / "usr" / "lib", *sorted((root / "usr" / "lib").glob("*-linux-gnu*"))]
    libraries += [folder for each in libraries for folder in (each / "blas", each / "lapack")]
    path = os.pathsep.join(str(folder) for folder in libraries if folder.is_dir())
    env = {"LD_LIBRARY_PATH": path, "PROJ_DATA": str(root / "usr" / "share" / "proj")}
    return Install(bindir, root, env)


def candidates(data_dir: Path, pg_bindir: Path | None = None) -> Iterator[Install]:
    """Every place where a server may be; `pg_bindir` excludes all others."""
    if pg_bindir is not None:
        yield Install(pg_bindir)
        return
    yield from _places_with("initdb", data_dir)


def clients(data_dir: Path) -> Iterator[Install]:
    """Every place with client programs; those need no server beside them."""
    yield from _places_with("pg_dump", data_dir)


def _places_with(program: str, data_dir: Path) -> Iterator[Install]:
    seen: set[Path] = set()
    for bindir in _known_bindirs():
        place = bindir.resolve()
        if place not in seen and (bindir / program).exists():
            seen.add(place)
            yield Install(bindir)
    root = data_dir / UNPACKED
    for bindir in sorted(root.glob("usr/lib/postgresql/*/bin"), reverse=True):
        yield unpacked_install(bindir, root)


def _known_bindirs() -> Iterable[Path]:
    for pattern in BIN_GLOBS:
        yield from sorted(Path("/").glob(pattern.removeprefix("/")), reverse=True)
    for program in ("initdb", "pg_dump"):
        if found := shutil.which(program):
            yield Path(found).resolve().parent


def choose(data_dir: Path, *, pg_bindir: Path | None = None, made_by: int | None = None) -> Install:
    """The install for the private cluster: the newest that fits.

    Args:
        data_dir: Sylvan's data folder.
        pg_bindir: the operator's choice, if any.
        made_by: major version that made the existing data, which only the same can open.

    Raises:
        Refusal: nothing fits; says what to install.
    """
    found = list(candidates(data_dir, pg_bindir))
    fitting = [each for each in found if each.fits and made_by in {None, each.major}]
    if fitting:
        return max(fitting, key=lambda each: version_tuple(each.version))
    raise _nothing_fits(found, made_by)


def _nothing_fits(found: list[Install], made_by: int | None) -> Refusal:
    seen = ", ".join(
        f"PostgreSQL {each.version or '?'} in {each.bindir}"
        + (f" with PostGIS {each.postgis}" if each.postgis else " without PostGIS")
        for each in found
    )
    if made_by is not None:
        return Refusal(
            f"The data folder was made by PostgreSQL {made_by}; found: {seen or 'no server'}.",
            f"Install PostgreSQL {made_by} with PostGIS again, or move the data over: with the old "
            "version `sylvan db backup`, then `sylvan db reset` and `sylvan db restore FILE`.",
        )
    problem = f"No PostgreSQL {OLDEST_POSTGRES}+ with PostGIS 3.3+ on this machine"
    problem += f" (found: {seen})." if seen else "."
    return Refusal(problem, "\n".join(install_commands(os_release())))


def os_release(path: Path = Path("/etc/os-release")) -> dict[str, str]:
    """What the machine says it is; empty where it says nothing (macOS)."""
    if not path.is_file():
        return {}
    lines = (line.partition("=") for line in path.read_text().splitlines() if "=" in line)
    return {key: value.strip("\"'") for key, _, value in lines}


def install_commands(release: Mapping[str, str]) -> list[str]:
    """The exact commands that put PostgreSQL and PostGIS onto a machine of this kind."""
    kinds = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    if kinds & {"debian", "ubuntu"}:
        major = DEBIAN_MAJORS.get(release.get("VERSION_CODENAME", ""), "15")
        packages = f"postgresql-{major} postgresql-{major}-postgis-3"
        return [
            "Run scripts/up from a checkout, or:",
            f"  sudo apt-get install --no-install-recommends {packages}",
        ]
    if kinds & {"fedora", "rhel", "centos"}:
        return ["Run:", "  sudo dnf install postgresql-server postgresql-contrib postgis"]
    if "arch" in kinds:
        return ["Run:", "  sudo pacman -S postgresql postgis"]
    if kinds & {"suse", "opensuse"}:
        return ["Run:", "  sudo zypper install postgresql-server postgresql-contrib postgis"]
    if "alpine" in kinds:
        return ["Run:", "  sudo apk add postgresql postgresql-contrib postgis"]
    return [
        "On macOS:  brew install postgresql@17 postgis",
        "Elsewhere: install PostgreSQL 15+ with PostGIS 3.3+ and set SYLVAN_PG_BINDIR, or name a",
        "server: SYLVAN_DATABASE_URL=postgresql://user:password@host/sylvan",
    ]
