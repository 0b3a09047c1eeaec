"""The pictures of docs/forecast.md, drawn from what the engine itself computes.

Usage: ``python -m tools.pictures.forecast``; needs matplotlib (extra ``tools``).
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import matplotlib as mpl
import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, box

from sylvan.domain.forecasting import Question, answer
from sylvan.domain.spread_ground import net_around
from sylvan.domain.spread_pace import Seen
from sylvan.domain.spread_weather import HourlyWeather

mpl.use("Agg")
import matplotlib.pyplot as plt

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "images" / "forecast"
NOW = datetime(2026, 7, 14, 4, tzinfo=UTC)
LON, LAT = 129.7, 62.0
TURNS_H = 6  # h at which the wind turns
SHADES = {0.1: "#e58ab8", 0.5: "#c93283", 0.9: "#7d0f4e"}
FIRE, WATER = "#d11f1f", "#9fc3de"


def weather() -> HourlyWeather:
    """A dry day; the wind turns from west to north-west in the afternoon."""
    hours = np.arange(31)
    swing = np.cos((hours - 3.0) * np.pi / 12.0)
    return HourlyWeather(
        NOW,
        12.0 + 5.0 * swing,
        np.where(hours < TURNS_H, 270.0, 320.0),
        84.0 + 5.0 * swing,
        np.full(31, 60.0),
    )


def asked() -> Question:
    """A fire on the shore of a lake that grew from 40 ha in a day; its eastern side burns."""
    edge = MultiPolygon([box(LON - 0.02, LAT - 0.008, LON + 0.02, LAT + 0.008)])
    lake = shapely.buffer(LineString([(LON + 0.075, LAT - 0.02), (LON + 0.06, LAT + 0.03)]), 0.008)
    return Question(
        key="picture",
        now=NOW,
        start=NOW,
        net=net_around(LON, LAT, 9.0, 50.0),
        burnt=edge,
        front=LineString([(LON + 0.02, LAT - 0.008), (LON + 0.02, LAT + 0.008)]),
        barriers=(lake,),
        weather=weather(),
        seen=Seen(NOW - timedelta(hours=24), NOW, 40.0, 370.0, first=False),
        seen_weather=replace(weather(), begins=NOW - timedelta(hours=24)),
        members=50,
    )


def draw(ax: "plt.Axes", shape: shapely.Geometry, **style: object) -> None:
    """A polygon with everything in it."""
    for part in shapely.get_parts(shape):
        ax.fill(*np.array(part.exterior.coords).T, **style)


def contours() -> None:
    """Contours at four hours, with the lake and the fire's edge."""
    question = asked()
    found = answer(question)
    figure, axes = plt.subplots(1, 4, figsize=(13, 3.9), sharex=True, sharey=True)
    for ax, hour in zip(axes, (3, 6, 12, 24), strict=True):
        for one in sorted((c for c in found.contours if c.hour == hour), key=lambda c: c.level):
            draw(ax, one.shape, color=SHADES[one.level], alpha=0.75, lw=0)
            ax.text(
                0.03,
                0.04 + 0.08 * list(SHADES).index(one.level),
                f"{one.level:.0%}: {one.area_ha:,.0f} ha",
                transform=ax.transAxes,
                fontsize=8,
                color=SHADES[one.level],
            )
        draw(ax, question.barriers[0], color=WATER)
        ax.plot(*question.burnt.geoms[0].exterior.xy, color=FIRE, lw=1.2)
        ax.plot(*question.front.xy, color="#ff5a00", lw=3)
        ax.set_title(f"+{hour} h  {NOW + timedelta(hours=hour):%H:%M} UTC", fontsize=10)
        ax.set_aspect(1.0 / np.cos(np.radians(LAT)))
        ax.set_xticks([])
        ax.set_yticks([])
    figure.tight_layout()
    figure.savefig(TARGET / "contours.png", dpi=110)


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    contours()
