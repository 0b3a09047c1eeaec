"""Scenarios for other programs: the files as they arrived, and the truth for a GIS."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sylvan.scenario.fires import Cause, Records
from sylvan.scenario.ground import Fuel
from sylvan.scenario.nuisance import SourceKind
from sylvan.scenario.scenario import Scenario

_WGS84: Final = "EPSG:4326"
ORBITS: Final = "orbits.tle"


def deliveries(scenario: Scenario, folder: Path) -> list[Path]:
    """Every delivery as a file whose time stamp says when it arrived.

    A later delivery of the same name gets a number, since a folder keeps only one of a name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    taken: set[str] = set()
    for one in scenario.deliveries:
        report = not isinstance(one.body, bytes)
        name = Path(one.name + (".json" if report else ""))
        number = 1
        while str(name) in taken:
            number += 1
            name = Path(f"{Path(one.name).stem}_{number}{Path(one.name).suffix}")
        taken.add(str(name))
        target = folder / name
        body = one.body if isinstance(one.body, bytes) else _json(one.body)
        target.write_bytes(body)
        os.utime(target, (one.deliver_at.timestamp(),) * 2)
        written.append(target)
    return written


def truth(scenario: Scenario, folder: Path, step_h: float = 1.0) -> list[Path]:
    """``truth.gpkg`` with true perimeters by time, ignitions, pixels, strokes; weather."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "truth.gpkg"
    target.unlink(missing_ok=True)
    about = scenario.truth
    layers = {
        "perimeters": _perimeters(scenario, step_h),
        "ignitions": _points(about.fires.ignitions, {"cause": Cause, "fuel": Fuel}),
        "pixels": _points(about.links, {"kind": SourceKind}),
        "strokes": _points(about.strokes, {}),
    }
    for name, layer in layers.items():
        layer.to_file(target, layer=name, driver="GPKG")
    weather = folder / "weather.csv"
    _frame(about.weather).to_csv(weather, index=False, lineterminator="\n")
    return [target, weather]


def orbits(scenario: Scenario, folder: Path) -> Path:
    """The orbital elements as a file, since whoever gets the deliveries may know them too."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / ORBITS
    target.write_bytes(elements(scenario))
    return target


def elements(scenario: Scenario) -> bytes:
    """The satellites' names and two-line elements."""
    sets = scenario.truth.elements
    lines = [f"{one.satellite.name}\n{one.line1}\n{one.line2}\n" for one in sets]
    return "".join(lines).encode("ascii")


def _perimeters(scenario: Scenario, step_h: float) -> gpd.GeoDataFrame:
    """One row per fire and moment at which it had grown."""
    p = scenario.parameters
    moments = [p.start + timedelta(hours=h) for h in np.arange(0, p.days * 24 + step_h / 2, step_h)]
    rows: list[dict[str, Any]] = []
    for fire in scenario.truth.fires.ignitions["fire"].tolist():
        before = 0.0
        for at in moments:
            area = scenario.truth.area_ha(fire, at)
            if area > before:
                shape = scenario.truth.burnt(fire, at)
                rows.append({"fire": fire, "at": at, "area_ha": area, "geometry": shape})
                before = area
    columns = ["fire", "at", "area_ha", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=_WGS84)


def _points(rows: Records, codes: dict[str, Any]) -> gpd.GeoDataFrame:
    frame = _frame(rows)
    for name, names in codes.items():
        frame[name] = [names(code).name.lower() for code in frame[name]]
    return gpd.GeoDataFrame(frame, geometry=shapely.points(frame["lon"], frame["lat"]), crs=_WGS84)


def _frame(rows: Records) -> pd.DataFrame:
    """A table with times as times."""
    frame = pd.DataFrame({name: rows[name] for name in rows.dtype.names or ()})
    for name in frame.columns:
        if name == "at" or name.endswith("_at"):
            frame[name] = pd.to_datetime(frame[name], unit="s", utc=True).dt.floor("s")
    return frame


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, indent=1).encode()
