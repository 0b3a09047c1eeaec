"""The child of :mod:`sylvan.feeds.confined`: limits itself first, then reads one file and answers.

Nothing heavy is imported before the limits stand.
"""

import ctypes
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any, Final

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
"""CLONE_NEWUSER, CLONE_NEWNET of Linux."""
_NO_NEW_PRIVILEGES: Final = 38
_WGS84: Final = "EPSG:4326"
_MOST_DEGREES: Final = 540.0


def _limit(asked: dict[str, Any]) -> list[str]:
    """Bounds on memory, time and files; and a network of its own with nothing in it."""
    for kind, most in (
        (resource.RLIMIT_AS, asked["memory_bytes"]),
        (resource.RLIMIT_CPU, asked["cpu_s"]),
        (resource.RLIMIT_FSIZE, asked["file_bytes"]),
        (resource.RLIMIT_NOFILE, 128),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    held = ["limits"]
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if libc.unshare(_NEW_USER | _NEW_NET) == 0 or libc.unshare(_NEW_NET) == 0:
            held.append("network")
    return held


def _read(asked: dict[str, Any], held: list[str]) -> dict[str, Any]:
    from sylvan.services import packs_gdal  # noqa: PLC0415 - after the limits
    from sylvan.services.packs import PackError  # noqa: PLC0415

    path = Path(asked["path"])
    try:
        table = packs_gdal.read(path, layer=asked["layer"], encoding=asked["encoding"])
    except PackError as error:
        return {"code": error.code, "params": dict(error.params)}
    if len(table.rows) > asked["features"]:
        params = {"features": len(table.rows), "limit": asked["features"]}
        return {"code": "confined.too_many_features", "params": params}
    return _placed(table, asked, held)


def _placed(table: Any, asked: dict[str, Any], held: list[str]) -> dict[str, Any]:
    import shapely  # noqa: PLC0415 - after the limits
    from pyproj import CRS, Transformer  # noqa: PLC0415
    from pyproj.exceptions import CRSError, ProjError  # noqa: PLC0415

    shapes = shapely.from_wkb(table.wkb, on_invalid="ignore")
    count = int(shapely.get_num_coordinates(shapes).sum())
    if count > asked["vertices"]:
        params = {"count": count, "limit": asked["vertices"]}
        return {"code": "asset.many_vertices", "params": params}
    notes = list(table.notes)
    try:
        if table.crs is None:
            notes.append("asset.no_projection")
            places = shapely.get_coordinates(shapes)
            if len(places) and abs(places).max() > _MOST_DEGREES:
                return {"code": "asset.projection_unknown", "params": {}}
        elif not CRS.from_user_input(table.crs).equals(CRS.from_epsg(4326), ignore_axis_order=True):
            turn = Transformer.from_crs(table.crs, _WGS84, always_xy=True)
            shapes = shapely.transform(shapes, turn.transform, interleaved=False)
            notes.append("asset.reprojected")
    except (CRSError, ProjError) as error:
        return {"code": "asset.projection_broken", "params": {"detail": str(error)[:120]}}
    flat = shapely.to_wkb(shapely.force_2d(shapes), hex=True).tolist()
    return {
        "rows": table.rows,
        "wkb": flat,
        "crs": table.crs,
        "notes": notes,
        "confined": held,
    }


def main() -> None:
    """Read the question from standard input, write the answer to standard output."""
    asked = json.loads(sys.stdin.buffer.read())
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    held = _limit(asked)
    try:
        told = _read(asked, held)
    except MemoryError:
        told = {"code": "confined.no_memory", "params": {}}
    answer.write(json.dumps(told, ensure_ascii=True, default=str, allow_nan=False).encode())
    answer.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
