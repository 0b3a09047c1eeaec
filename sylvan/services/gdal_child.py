"""Files that others made are opened by GDAL in a confined process alone.

GDAL goes by content and knows a hundred forms, some of which read other files or ask the network.
The process that opens a file has one driver; bounds on memory, processor and output; nothing of
this process' environment; and, where bubblewrap is installed and usable, no network and no files
but the interpreter and a copy of what it is to read.
"""

import base64
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
import structlog

from sylvan.services import gdal_reader

log = structlog.get_logger()
GPKG, SHAPEFILE, GPX = "GPKG", "ESRI Shapefile", "GPX"
"""Drivers, as GDAL calls them."""
_READER: Final = Path(gdal_reader.__file__).resolve()
_PLACES: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache")
"""Where a system keeps programs and libraries."""
_OUT_OF_TIME: Final = (-signal.SIGXCPU, -signal.SIGKILL, 128 + signal.SIGXCPU, 128 + signal.SIGKILL)
"""How a process ends that used up its time: told by itself, or by bubblewrap."""
_SAID: Final = 400
"""Characters of what GDAL says that are told on."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one reading may take."""

    memory_bytes: int = 4 << 30
    """Of address space; GDAL, numpy and the interpreter take 0.7 GB before they read anything."""
    cpu_s: int = 120
    wall_s: float = 300.0
    answer_bytes: int = 2 << 30


PLENTY: Final = Bounds()


class UnreadableError(Exception):
    """GDAL refuses the file."""


class TooMuchError(UnreadableError):
    """Reading it takes more than it may, or ended the process; ``code`` says which."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(f"{code} {params}")
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds: columns by name, well-known binary."""

    crs: str | None
    columns: dict[str, list[Any]]
    wkb: list[bytes | None] | None


def read(
    files: Mapping[str, Path | bytes],
    name: str,
    driver: str,
    *,
    bounds: Bounds = PLENTY,
    **options: Any,
) -> Found:
    """The features of a file, read by one driver in a confined process.

    Args:
        files: what lies beside each other in there, by name: a file, or its bytes.
        name: which of them is opened.
        driver: the one that may open it.
        bounds: what reading it may take.
        options: for ``pyogrio.raw.read``, and ``config`` for GDAL.

    Raises:
        UnreadableError: with what GDAL says.
        TooMuchError: ``confined.*``: it went beyond the bounds.
    """
    config = options.pop("config", {})
    with _laid_out(files) as folder:
        told = folder / ".told"
        command = [*_wall(folder), sys.executable, "-I", str(_READER), str(folder / name)]
        asked = [orjson.dumps(one).decode() for one in (options, _held(bounds))]
        with told.open("wb") as out:
            environment = _environment(driver, folder) | config
            done = _run([*command, *asked], out, environment, bounds.wall_s)
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().replace(f"{folder}/", "")
            log.warning("gdal.refused", status=done.returncode, said=said[-_SAID:])
            raise _refusal(done.returncode, said, bounds)
        return _found(orjson.loads(told.read_bytes()))


def _held(bounds: Bounds) -> dict[str, int]:
    return {"memory": bounds.memory_bytes, "cpu_s": bounds.cpu_s, "output": bounds.answer_bytes}


def _refusal(status: int, said: str, bounds: Bounds) -> UnreadableError:
    if status == gdal_reader.UNREADABLE:
        return UnreadableError(said[:_SAID])
    if status == gdal_reader.NO_MEMORY:
        return TooMuchError("confined.no_memory")
    if status == gdal_reader.TOO_MUCH:
        return TooMuchError("confined.too_much", limit=bounds.answer_bytes)
    if status in _OUT_OF_TIME:
        return TooMuchError("confined.too_long", seconds=bounds.cpu_s)
    return TooMuchError("confined.died", status=status)


def _run(
    command: list[str], out: Any, environment: dict[str, str], wall_s: float
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            env=environment,
            check=False,
            timeout=wall_s,
        )
    except subprocess.TimeoutExpired:
        raise TooMuchError("confined.too_long", seconds=wall_s) from None


@contextmanager
def _laid_out(files: Mapping[str, Path | bytes]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sylvan-gdal-") as scratch:
        folder = Path(scratch).resolve()
        for name, source in files.items():
            if isinstance(source, bytes):
                (folder / name).write_bytes(source)
            else:
                shutil.copyfile(source, folder / name)
        yield folder


def _environment(driver: str, folder: Path) -> dict[str, str]:
    """Nothing of ours; one driver, no network, no looking around."""
    return {
        "GDAL_SKIP": ",".join(name for name in _drivers() if name != driver),
        "GDAL_DRIVER_PATH": "disable",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR" if driver == GPX else "FALSE",
        "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
    }


@cache
def _drivers() -> tuple[str, ...]:
    """All that GDAL could open; the one of virtual files even where this process left it out."""
    import pyogrio  # noqa: PLC0415 - only a process that reads such files needs it

    return tuple(sorted({*pyogrio.list_drivers(), "OGR_VRT", "VRT"}))


def _wall(folder: Path) -> list[str]:
    """The beginning of a command that sees only what it needs; nothing where that cannot be."""
    return _confined(folder) if confines() else []


@cache
def confines() -> bool:
    """Whether bubblewrap is here and this account may use it."""
    if shutil.which("bwrap") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run(
            [*_confined(Path(folder)), sys.executable, "-I", "-c", "import pyogrio"],
            check=False,
            capture_output=True,
            timeout=PLENTY.wall_s,
        )
    if tried.returncode:
        log.warning("gdal.unconfined", said=tried.stderr.decode("utf-8", "replace")[-_SAID:])
    return tried.returncode == 0


def _confined(folder: Path) -> list[str]:
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session"]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 - its own
    for place in map(Path, _PLACES):
        if place.is_symlink():
            command += ["--symlink", str(place.readlink()), str(place)]
        elif place.exists():
            command += ["--ro-bind", str(place), str(place)]
    for own in _interpreter():
        command += ["--ro-bind", str(own), str(own)]
    return [*command, "--ro-bind", str(_READER), str(_READER), "--bind", str(folder), str(folder)]


def _interpreter() -> list[Path]:
    """Where Python and its libraries are, as far as the system's places do not hold them."""
    executable = Path(sys.executable)
    wanted = {Path(sys.prefix), Path(sys.base_prefix), executable.resolve().parent.parent}
    return sorted(one for one in wanted if not str(one).startswith("/usr") and one.exists())


def _found(told: dict[str, Any]) -> Found:
    shapes = [None if one is None else base64.b64decode(one) for one in told["wkb"]]
    columns = dict(zip(told["fields"], told["columns"], strict=True))
    return Found(told["crs"], columns, shapes if told["shapes"] else None)
