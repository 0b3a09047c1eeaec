"""Scenarios on disk: a folder, or one zip whose bytes depend on nothing but the scenario.

``scenario.yaml`` holds parameters and orbits, ``geography.geojson`` the land, ``deliveries/`` the
files just as they arrive beside ``deliveries.jsonl`` (their order), ``truth/`` one Parquet table
each.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from sylvan.domain.detections import Instrument, Satellite
from sylvan.scenario.deliveries import Delivery, Kind, Quirk
from sylvan.scenario.fields import Plane
from sylvan.scenario.fires import Fires, Grid, Records
from sylvan.scenario.geography import Geography
from sylvan.scenario.orbits import Elements
from sylvan.scenario.parameters import ScenarioParameters
from sylvan.scenario.scenario import Scenario
from sylvan.scenario.truth import TABLES, Truth

FORMAT: Final = 1
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can carry; real times would make equal scenarios differ."""
_SCENARIO, _GEOGRAPHY, _ORDER = "scenario.yaml", "geography.geojson", "deliveries.jsonl"


class ScenarioError(ValueError):
    """A stored scenario cannot be read; the text names the file and what to do."""


def save(scenario: Scenario, path: Path) -> None:
    """Write a scenario: a zip if ``path`` ends so, else a folder, which must be absent or empty.

    Raises:
        ScenarioError: the folder holds other things.
    """
    files = _files(scenario)
    if path.suffix == ".zip":
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(path.name + ".part")
        half.write_bytes(_zipped(files))
        half.replace(path)
        return
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ScenarioError(f"{path}: not an empty folder; name another one, or a .zip")
    for name, body in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)


def load(path: Path) -> Scenario:
    """Read what :func:`save` wrote.

    Raises:
        ScenarioError: missing, broken, or written by a newer Sylvan.
    """
    if not path.exists():
        raise ScenarioError(f"{path}: no such scenario")
    try:
        files = _read(path)
        return _scenario(files)
    except KeyError as error:
        raise ScenarioError(
            f"{path}: {error.args[0]!r} is missing; make the scenario anew"
        ) from error
    except (OSError, zipfile.BadZipFile, ValueError, pa.ArrowException) as error:
        raise ScenarioError(f"{path}: not a readable scenario ({error})") from error


def deliveries(path: Path) -> list[Delivery]:
    """Only the deliveries of a stored scenario, for a player that need not know the truth."""
    return list(load(path).deliveries)


def _files(scenario: Scenario) -> dict[str, bytes]:
    head = {
        "format": FORMAT,
        "parameters": scenario.parameters.as_dict(),
        "orbits": [
            {
                "satellite": one.satellite.name,
                "instrument": one.instrument.name,
                "lines": [one.line1, one.line2],
            }
            for one in scenario.truth.elements
        ],
        "grids": {
            number: [grid.plane.lon0, grid.plane.lat0, grid.side, grid.cell_m]
            for number, grid in scenario.truth.fires.grids.items()
        },
    }
    files = {
        _SCENARIO: yaml.safe_dump(head, sort_keys=False, allow_unicode=True).encode(),
        _GEOGRAPHY: json.dumps(scenario.geography.as_geojson(), ensure_ascii=False).encode(),
    }
    order = []
    for number, one in enumerate(scenario.deliveries):
        report = not isinstance(one.body, bytes)
        name = f"deliveries/{number:06d}_{one.name}" + (".json" if report else "")
        files[name] = one.body if isinstance(one.body, bytes) else _json(one.body)
        order.append(_json(_entry(one, name)))
    files[_ORDER] = b"\n".join([*order, b""])
    for table in TABLES:
        files[f"truth/{table}.parquet"] = _parquet(scenario.truth.table(table))
    return files


def _entry(one: Delivery, path: str) -> dict[str, Any]:
    return {
        "deliver_at": one.deliver_at.isoformat(),
        "kind": one.kind,
        "feed": one.feed,
        "name": one.name,
        "quirk": one.quirk,
        "file": path,
    }


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _parquet(rows: Records) -> bytes:
    names = rows.dtype.names or ()
    table = pa.table({name: np.ascontiguousarray(rows[name]) for name in names})
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), body, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def _read(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        found = sorted(part for part in path.rglob("*") if part.is_file())
        return {part.relative_to(path).as_posix(): part.read_bytes() for part in found}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _scenario(files: Mapping[str, bytes]) -> Scenario:
    head = yaml.safe_load(files[_SCENARIO])
    if head.get("format") != FORMAT:
        raise ValueError(f"format {head.get('format')}, this Sylvan reads {FORMAT}")
    tables = {name: _rows(files[f"truth/{name}.parquet"], kind) for name, kind in TABLES.items()}
    grids = {
        int(number): Grid(Plane(lon, lat), side, cell)
        for number, (lon, lat, side, cell) in head["grids"].items()
    }
    elements = tuple(
        Elements(Satellite[one["satellite"]], Instrument[one["instrument"]], *one["lines"])
        for one in head["orbits"]
    )
    fires = Fires(tables.pop("ignitions"), tables.pop("cells"), grids)
    return Scenario(
        ScenarioParameters.from_dict(head["parameters"]),
        Geography.from_geojson(json.loads(files[_GEOGRAPHY])),
        tuple(_delivery(json.loads(line), files) for line in files[_ORDER].splitlines()),
        Truth(fires=fires, elements=elements, **tables),
    )


def _delivery(entry: Mapping[str, Any], files: Mapping[str, bytes]) -> Delivery:
    body = files[entry["file"]]
    kind = Kind(entry["kind"])
    return Delivery(
        datetime.fromisoformat(entry["deliver_at"]),
        kind,
        entry["feed"],
        entry["name"],
        json.loads(body) if kind == Kind.REPORT else body,
        Quirk(entry["quirk"]),
    )


def _rows(body: bytes, kind: np.dtype[np.void]) -> Records:
    table = pq.read_table(io.BytesIO(body))
    rows = np.zeros(table.num_rows, kind)
    for name in kind.names or ():
        rows[name] = table[name].to_numpy()
    return rows
