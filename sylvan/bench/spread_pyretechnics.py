"""pyretechnics (Rothermel, level set) on a raster of the same size, in an environment of its own.

It pins NumPy 1.26 and cannot live beside us.  Its fuels are not ours, so that speed for each burnt
cell is compared and not the place.
"""

import json
import subprocess
import venv
from pathlib import Path
from typing import Any, Final

PACKAGE: Final = "pyretechnics"
PATIENCE_S: Final = 3600
HOW: Final = (
    "not installed; `sylvan bench spread --pyretechnics FOLDER` makes an environment in FOLDER by"
    " pip (it compiles for some minutes)"
)
SCRIPT: Final = """
import json, sys, time
import numpy as np
import pyretechnics.eulerian_level_set as els
from pyretechnics.space_time_cube import SpaceTimeCube
side, hours, metres = 500, 12, 100
shape = (hours + 1, side, side)
def cube(value):
    return SpaceTimeCube(shape, value)
rng = np.random.default_rng(1)
wind = np.repeat(np.repeat(rng.uniform(24, 48, (hours + 1, 1, 1)), side, 1), side, 2)
cubes = {
    "slope": 0.1, "aspect": 180.0, "fuel_model": 102, "canopy_cover": 0.0, "canopy_height": 0.0,
    "canopy_base_height": 0.0, "canopy_bulk_density": 0.0, "upwind_direction": 290.0,
    "fuel_moisture_dead_1hr": 0.08, "fuel_moisture_dead_10hr": 0.1,
    "fuel_moisture_dead_100hr": 0.12, "fuel_moisture_live_herbaceous": 0.6,
    "fuel_moisture_live_woody": 0.9, "foliar_moisture": 0.97, "temperature": 25.0,
    "fuel_spread_adjustment": 1.0, "weather_spread_adjustment": 1.0,
}
cubes = {name: cube(value) for name, value in cubes.items()}
cubes["wind_speed_10m"] = cube(wind.astype("float32"))
def run(minutes):
    state = els.SpreadState(shape).ignite_cell((side // 2, side // 2))
    begin = time.perf_counter()
    found = els.spread_fire_with_phi_field(cubes, state, (60, metres, metres), 0, minutes)
    seconds = time.perf_counter() - begin
    burnt = int(np.count_nonzero(found["spread_state"].get_full_matrices()["fire_type"]))
    return seconds, burnt
run(10)
minutes, best = 60, None
while minutes <= hours * 60:
    seconds, burnt = run(minutes)
    best = {"minutes": minutes, "seconds": seconds, "burnt_cells": burnt,
            "us_per_cell": 1e6 * seconds / max(burnt, 1)}
    if burnt >= 5000:
        break
    minutes += 60
print(json.dumps(best))
"""


def run(folder: Path | None) -> dict[str, Any]:
    """Seconds and burnt cells of a run, or why there is none.

    Args:
        folder: of the environment, made where there is none; ``None``: nothing is installed.
    """
    if folder is None:
        return {"not_measured": HOW}
    python = folder / "bin" / "python"
    try:
        if not python.exists():
            venv.create(folder, with_pip=True)
        look: list[str | Path] = [python, "-c", f"import {PACKAGE}"]
        if subprocess.run(look, check=False, capture_output=True).returncode:
            _call([python, "-m", "pip", "install", "--quiet", PACKAGE])
        told: dict[str, Any] = json.loads(_call([python, "-c", SCRIPT]).splitlines()[-1])
    except (subprocess.SubprocessError, OSError, ValueError, IndexError) as error:
        detail = getattr(error, "stderr", None) or str(error)
        return {"not_measured": str(detail).strip().splitlines()[-1][:300]}
    return told


def _call(command: list[Any]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE_S)
    return done.stdout
