"""Files that only GDAL can read, read by a child that can do nothing else.

A hole in a driver must not be a hole in Sylvan: the child gets copies of the files in a folder of
its own, bounds on memory, time and what it may write, no network where the system allows that, and
no drivers that read other files. What it answers is rows and well-known binary as JSON.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Timer
from typing import IO, Any, Final

import orjson
import structlog

from sylvan.feeds.errors import FeedError

log = structlog.get_logger()
CHILD: Final = "sylvan.feeds.confined_child"
ENVIRONMENT: Final[Mapping[str, str]] = {
    "GDAL_SKIP": "OGR_VRT,VRT,GMLAS,OAPIF,WFS,CSW,PLScenes,Carto,Elastic,AmigoCloud,MVT,PMTiles",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",  # each of its threads takes address space
    "OMP_NUM_THREADS": "1",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "PROJ_NETWORK": "OFF",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C.UTF-8",
}
"""All that the child knows of its surroundings: none of the installation's settings or keys."""


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What the child may use."""

    memory_bytes: int = 2 << 30
    # of address space; GDAL, PROJ and numpy take 0.7 GB of it before they read anything
    cpu_s: int = 20
    wall_s: float = 60.0
    file_bytes: int = 1 << 20
    # of any file that it writes: it has none to write
    answer_bytes: int = 200_000_000
    features: int = 20_000
    vertices: int = 2_000_000


DEFAULT: Final = ChildLimits()


@dataclass(frozen=True, slots=True)
class ChildTable:
    """What the child read. Geometries are WGS 84, as hexadecimal well-known binary."""

    rows: list[dict[str, Any]]
    wkb: list[str | None]
    notes: tuple[str, ...] = ()
    confined: tuple[str, ...] = ()
    """How the child was held: ``limits``, ``network``, ``bubblewrap``."""
    crs: str | None = field(default=None)


def read_in_child(
    main: str,
    files: Mapping[str, bytes],
    *,
    layer: str | None = None,
    encoding: str | None = None,
    limits: ChildLimits = DEFAULT,
) -> ChildTable:
    """Read a vector file that GDAL knows.

    Args:
        main: name of the file that is opened, one of ``files``: ``x.shp``, ``x.gpkg``.
        files: plain names and bodies; sidecars of a shapefile lie beside it.
        layer: table of a GeoPackage that has several.
        encoding: of the texts, where the file does not say it.
        limits: what the child may use.

    Raises:
        FeedError: a code of ``layer.*``, ``file.*`` or ``confined.*``.
    """
    for name in files:
        if Path(name).name != name or name.startswith("."):
            raise FeedError("archive.path", member=name[:80])
    with tempfile.TemporaryDirectory(prefix="sylvan-read-") as scratch:
        for name, body in files.items():
            Path(scratch, name).write_bytes(body)
        asked = {
            "path": str(Path(scratch, main)),
            "layer": layer,
            "encoding": encoding,
            "memory_bytes": limits.memory_bytes,
            "cpu_s": limits.cpu_s,
            "file_bytes": limits.file_bytes,
            "features": limits.features,
            "vertices": limits.vertices,
        }
        told = _asked(_command(scratch), asked, limits)
    if "code" in told:
        params = {str(k): v for k, v in dict(told.get("params") or {}).items() if k != "file"}
        raise FeedError(str(told["code"]), file=main, **params)
    held = (*told["confined"], *(("bubblewrap",) if _bubblewrap() else ()))
    return ChildTable(told["rows"], told["wkb"], tuple(told["notes"]), held, told["crs"])


def _command(scratch: str) -> list[str]:
    plain = [sys.executable, "-s", "-m", CHILD]
    return [*_bubblewrap(), "--ro-bind", scratch, scratch, "--", *plain] if _bubblewrap() else plain


@lru_cache(maxsize=1)
def _bubblewrap() -> tuple[str, ...]:
    """How bubblewrap is called where it is installed and works; else nothing."""
    program = shutil.which("bwrap")
    if program is None:
        return ()
    command = (
        *(program, "--unshare-all", "--die-with-parent", "--new-session"),
        *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"),  # noqa: S108 - inside the box
    )
    tried = subprocess.run([*command, "--", "true"], capture_output=True, check=False)
    if tried.returncode:
        log.warning("confined.no_bubblewrap", detail=tried.stderr.decode("utf-8", "replace")[:200])
        return ()
    return command


def _asked(command: list[str], asked: Mapping[str, Any], limits: ChildLimits) -> dict[str, Any]:
    """The child's answer; one that hangs, dies or talks too much is ended."""
    env = dict(ENVIRONMENT) | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=env,
        cwd="/",
        start_new_session=True,
    )
    late: list[bool] = []

    def end() -> None:
        late.append(True)
        child.kill()

    timer = Timer(limits.wall_s, end)
    timer.start()
    try:
        answer = _heard(child, orjson.dumps(asked), limits.answer_bytes)
    finally:
        timer.cancel()
        child.kill()
        child.wait()
    if late:
        raise FeedError("confined.too_long", seconds=limits.wall_s)
    try:
        told: dict[str, Any] = orjson.loads(answer)
    except orjson.JSONDecodeError:
        raise FeedError("confined.died", status=child.returncode) from None
    return told


def _heard(child: subprocess.Popen[bytes], asked: bytes, most: int) -> bytes:
    stdin, stdout = child.stdin, child.stdout
    if stdin is None or stdout is None:
        raise FeedError("confined.died", status=None)
    try:
        _say(stdin, asked)
    except BrokenPipeError:
        raise FeedError("confined.died", status=child.wait()) from None
    answer = stdout.read(most + 1)
    if len(answer) > most:
        raise FeedError("confined.too_much", limit=most)
    child.wait()
    return answer


def _say(pipe: IO[bytes], words: bytes) -> None:
    with pipe:
        pipe.write(words)
