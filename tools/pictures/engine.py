"""Draw the pictures of docs/engine.md from the kept fires, with the engine that is installed.

``python -m tools.pictures.engine`` (needs the extra ``tools``); writes docs/images/engine/*.png.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sylvan.domain.activity import passes_of
from sylvan.domain.detections import Detections
from sylvan.domain.edge import edge_of
from sylvan.domain.edge_front import front_of
from sylvan.domain.edge_growth import growth_of
from sylvan.domain.footprints import footprints
from sylvan.domain.grouping import components, ignitions, points_of
from sylvan.domain.heat import HeatKind, HeatRegister, HeatSource
from sylvan.domain.screening import WEIGHTS, screen
from tests.golden.fires.make import detections, kept
from tests.golden.fires.scenes import LAT, LON, SCENES

TARGET: Final = Path(__file__).resolve().parents[2] / "docs" / "images" / "engine"
SCENE: Final = {scene.name: scene for scene in SCENES}
KM: Final = 111.195
INK, QUIET, FIRE, COLD, TRUE = "#22262b", "#9aa3ad", "#d9480f", "#1c6fb3", "#2b8a3e"
mpl.rcParams.update(
    {
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "axes.edgecolor": QUIET,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "savefig.dpi": 120,
        "savefig.bbox": "tight",
    }
)


class Plane:
    """Kilometres east and north of a fire's middle."""

    def __init__(self, rows: Detections) -> None:
        self.lon, self.lat = float(np.median(rows["lon"])), float(np.median(rows["lat"]))
        self.east = KM * np.cos(np.radians(self.lat))

    def xy(self, lon: Any, lat: Any) -> Any:
        """Points on the plane."""
        return np.column_stack([(lon - self.lon) * self.east, (lat - self.lat) * KM])

    def patch(self, geometry: BaseGeometry, **style: Any) -> PathPatch:
        """A polygon with its holes."""
        vertices, codes = [], []
        for part in getattr(geometry, "geoms", [geometry]):
            for ring in (part.exterior, *part.interiors):
                xy = self.xy(*np.array(ring.coords.xy))
                vertices.append(xy)
                inner = [Outline.LINETO] * (len(xy) - 2)
                codes += [Outline.MOVETO, *inner, Outline.CLOSEPOLY]
        return PathPatch(Outline(np.concatenate(vertices), codes), **style)


def _map(axes: Axes, title: str) -> None:
    axes.set_aspect("equal")
    axes.set_xlabel("km east")
    axes.set_ylabel("km north")
    axes.set_title(title, loc="left", color=INK)
    axes.autoscale_view()


def _canvas(columns: int, width: float = 9.0, height: float = 3.9) -> tuple[Any, Any]:
    return plt.subplots(1, columns, figsize=(width, height), constrained_layout=True)


def grouping() -> Any:
    """Two ignitions that met: the links that hold the fire together, pass by pass."""
    rows = detections(SCENE["merging_pair"])
    plane, figure_axes = Plane(rows), _canvas(2)
    figure, (left, right) = figure_axes
    xy = plane.xy(rows["lon"], rows["lat"])
    born = ignitions(points_of(rows))
    early = rows["acq_at"] <= rows["acq_at"].min() + 30 * 3600
    for axes, seen, title in (
        (left, early, "After 30 hours"),
        (right, np.ones(len(rows), bool), "After four days: two ignitions"),
    ):
        points = xy[seen]
        near = np.linalg.norm(points[:, None] - points[None], axis=2) <= 1.0
        pairs = np.argwhere(np.triu(near, 1))
        axes.add_collection(LineCollection(points[pairs], colors=QUIET, linewidths=0.3, alpha=0.35))
        label = components(points_of(rows[seen]))
        colours = (born if len(np.unique(label)) == 1 else np.where(seen, born, -1))[seen]
        names = {one: (FIRE, COLD, TRUE)[k % 3] for k, one in enumerate(np.unique(colours))}
        axes.scatter(*points.T, s=7, c=[names[one] for one in colours], zorder=3)
        _map(axes, f"{title} ({len(np.unique(label))} group{'s' * (len(np.unique(label)) > 1)})")
    return figure


def edge() -> Any:
    """From footprints to an edge, beside what really burnt."""
    figure, both = _canvas(2)
    for axes, name in zip(both, ("grass", "taiga"), strict=True):
        rows = detections(SCENE[name])
        plane, drawn = Plane(rows), edge_of(rows)
        feet = footprints(rows)
        boxes = [
            Rectangle(plane.xy(lon - dx, lat - dy)[0], 2 * dx * plane.east, 2 * dy * KM)
            for lon, lat, dx, dy in zip(
                feet.lon, feet.lat, feet.half_lon, feet.half_lat, strict=True
            )
        ]
        axes.add_collection(PatchCollection(boxes, facecolor=FIRE, alpha=0.08, edgecolor="none"))
        for burnt in kept(SCENE[name])["truth"]:
            axes.add_patch(plane.patch(shape(burnt["burnt"]), fc=TRUE, ec="none", alpha=0.45))
        axes.add_patch(plane.patch(drawn.polygon, fc="none", ec=INK, lw=1.4))
        area = f"{drawn.area_ha:,.0f} ha ({drawn.area_lo_ha:,.0f}–{drawn.area_hi_ha:,.0f})"
        _map(axes, f"{name}: {area}")
    return figure


def growth() -> Any:
    """The taiga fire's active front, its growth from pass to pass, and by direction."""
    rows = detections(SCENE["taiga"])
    hot = rows[rows["acq_at"] <= rows["acq_at"].min() + 40 * 3600]  # while it runs
    plane, drawn, told = Plane(hot), edge_of(hot), growth_of(hot)
    figure = plt.figure(figsize=(9, 3.2), constrained_layout=True)
    left, middle = figure.add_subplot(1, 3, 1), figure.add_subplot(1, 3, 2)
    rose = figure.add_subplot(1, 3, 3, projection="polar")
    left.add_patch(plane.patch(drawn.polygon, fc=QUIET, ec=INK, lw=1.0, alpha=0.35))
    front = front_of(drawn.polygon, hot)
    for line in front.geoms if front else ():
        left.plot(*plane.xy(*np.array(line.coords.xy)).T, color=FIRE, lw=2.5)
    _map(left, "edge and active front")
    hours = [(step.at - told.hours[0].at).total_seconds() / 3600 for step in told.hours]
    middle.step(hours, [step.area_ha for step in told.hours], where="post", color=INK)
    middle.set_xlabel("hours")
    middle.set_title("area by pass, ha", loc="left")
    angles = [np.radians(one.bearing_deg) for one in told.directions]
    rose.bar(angles, [one.advance_km for one in told.directions], width=0.7, color=FIRE, alpha=0.8)
    rose.set_theta_zero_location("N")
    rose.set_theta_direction(-1)
    rose.set_title("advance, km", loc="left")
    return figure


def likelihood() -> Any:
    """What speaks for and against: a flare and a grass fire, term by term."""
    figure, both = _canvas(2, height=3.2)
    known = HeatRegister([HeatSource("Flare", HeatKind.FLARE, LON, LAT)])
    for axes, name in zip(both, ("grass", "flare"), strict=True):
        judged = screen(detections(SCENE[name]), known)
        at = float(np.log(WEIGHTS.prior / (1 - WEIGHTS.prior)))
        for k, term in enumerate(judged.reasons):
            colour = FIRE if term.weight > 0 else COLD
            axes.barh(k, term.weight, left=at, color=colour, height=0.6)
            at += term.weight
        axes.set_yticks(
            range(len(judged.reasons)), [one.code.split(".")[1] for one in judged.reasons]
        )
        axes.invert_yaxis()
        axes.axvline(0, color=QUIET, lw=0.8)
        axes.set_xlabel("log-odds")
        axes.set_title(f"{name}: likelihood {judged.likelihood:.3f}", loc="left")
    return figure


def passes() -> Any:
    """Per pass: when each satellite saw the peat fire that slept and woke."""
    rows = detections(SCENE["peat_reignition"])
    figure, axes = plt.subplots(figsize=(9, 2.4), constrained_layout=True)
    number = passes_of(rows)
    days = (rows["acq_at"] - rows["acq_at"].min()) / 86400
    for one in np.unique(number):
        mine = number == one
        axes.scatter(
            days[mine].mean(), rows["satellite"][mine][0], s=9 * mine.sum(), c=FIRE, alpha=0.7
        )
    axes.set_xlabel("days since the first sight; size: hotspots in the pass")
    axes.set_yticks(range(1, 6), ["Terra", "Aqua", "S-NPP", "NOAA-20", "NOAA-21"])
    axes.set_title("Peat: silent for days, the same fire when it wakes", loc="left")
    return figure


PICTURES: Final[dict[str, Callable[[], Any]]] = {
    "grouping": grouping,
    "edge": edge,
    "growth": growth,
    "likelihood": likelihood,
    "passes": passes,
}


def main() -> None:
    """Draw them all."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        figure = draw()
        figure.savefig(TARGET / f"{name}.png", pil_kwargs={"optimize": True})
        plt.close(figure)
        print(TARGET / f"{name}.png")


if __name__ == "__main__":
    main()
