"""Write the scenes' files and what the engine makes of them anew; then read the diff.

``python -m tests.golden.fires.make [--files]``: with ``--files`` the detections are generated
anew as well, else only the engine's answers are.
"""

import json
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import mapping

from sylvan.domain.detections import Detections, concatenate
from sylvan.domain.edge import edge_of
from sylvan.domain.explain import latest_change, why_one
from sylvan.domain.folding import fold
from sylvan.domain.grouping import components, points_of
from sylvan.domain.heat import HeatKind, HeatRegister, HeatSource
from sylvan.domain.screening import screen
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.scenario.deliveries import Kind
from sylvan.scenario.scenario import generate
from sylvan.store.detections import STORED
from tests.golden.fires.scenes import SCENES, Scene

FOLDER: Final = Path(__file__).parent
FIRST_DATE: Final = (1980, 1, 1, 0, 0, 0)


def kept(scene: Scene) -> dict[str, Any]:
    """What is written down of a scene."""
    told: dict[str, Any] = json.loads((FOLDER / f"{scene.name}.json").read_text("utf-8"))
    return told


def files(scene: Scene) -> list[tuple[str, bytes]]:
    """The kept deliveries of a scene, in the order in which they came."""
    with zipfile.ZipFile(FOLDER / f"{scene.name}.zip") as kept:
        return [(name, kept.read(name)) for name in sorted(kept.namelist())]


def detections(scene: Scene) -> Detections:
    """All rows of the deliveries, folded."""
    now = int(datetime(2026, 12, 31, tzinfo=UTC).timestamp())
    parts = [read_file(name, body, ReadOptions(now=now)).rows for name, body in files(scene)]
    rows = concatenate(parts)
    return rows[fold(rows, np.empty(0, STORED)).keep]


def engine(scene: Scene) -> list[dict[str, Any]]:
    """What the engine says of a scene: its fires, eldest first."""
    rows = detections(scene)
    register = _register(scene)
    label = components(points_of(rows))
    fires = [rows[label == one] for one in np.unique(label)]
    fires.sort(key=lambda fire: (int(fire["acq_at"].min()), float(fire["lon"].min())))
    return [_told(fire, register) for fire in fires]


def _register(scene: Scene) -> HeatRegister | None:
    """What a flare survey knows of the scene; None where it knows of nothing."""
    known = [HeatSource(one.name, HeatKind.FLARE, one.lon, one.lat) for one in scene.heat]
    return HeatRegister(known) if known else None


def _told(fire: Detections, register: HeatRegister | None) -> dict[str, Any]:
    edge = edge_of(fire)
    why, change = why_one(fire), latest_change(fire)
    return {
        "detections": len(fire),
        "first_seen": _iso(fire["acq_at"].min()),
        "last_seen": _iso(fire["acq_at"].max()),
        "why": [one.code for one in why.reasons],
        "change": [one.code for one in change.reasons],
        "likelihood": round(screen(fire, register).likelihood, 3),
        "area_ha": round(edge.area_ha, 1),
        "area_lo_ha": round(edge.area_lo_ha, 1),
        "area_hi_ha": round(edge.area_hi_ha, 1),
        "edge": mapping(edge.polygon),
    }


def _iso(seconds: Any) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()


def truth(scene: Scene) -> list[dict[str, Any]]:
    """What really burnt, and the files that told of it, written beside."""
    made = generate(scene.parameters, scene.geography)
    name_of = FOLDER / f"{scene.name}.zip"
    with zipfile.ZipFile(name_of, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as kept:
        for place, one in enumerate(made.deliveries):
            if one.kind == Kind.DETECTIONS and one.body.count(b"\n") > 1:
                entry = zipfile.ZipInfo(f"{place:04d}_{Path(one.name).name}", FIRST_DATE)
                kept.writestr(entry, one.body, zipfile.ZIP_DEFLATED, 9)
    return [
        {
            "fire": fire,
            "area_ha": made.truth.area_ha(fire),
            "burnt": mapping(
                shapely.set_precision(made.truth.burnt(fire, made.parameters.end), 1e-5)
            ),
        }
        for fire in made.truth.fires.ignitions["fire"].tolist()
    ]


def main() -> None:
    """Write one JSON for each scene."""
    anew = "--files" in sys.argv
    for scene in SCENES:
        path = FOLDER / f"{scene.name}.json"
        burnt = truth(scene) if anew else kept(scene)["truth"]
        told = {"engine": engine(scene), "truth": burnt}
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
