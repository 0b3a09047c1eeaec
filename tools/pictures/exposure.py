"""Draw the picture of docs/exposure.md from a kept fire and invented things around it.

``python -m tools.pictures.exposure`` (needs the extra ``tools``); writes
docs/images/exposure/threats.png.
"""

from pathlib import Path
from typing import Final

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from shapely.geometry import LineString, Point

from sylvan.domain.codes import Coded
from sylvan.domain.edge import edge_of
from sylvan.domain.exposure import Burning, Exposure, Wind, burning, exposures
from sylvan.domain.exposure_things import Thing, Things
from sylvan.domain.places import LonLat, destination
from sylvan.domain.priority import Facts, Priority, priority
from sylvan.domain.smoke import DEFAULT as SMOKE
from sylvan.domain.smoke import concentration, emission_g_s, screening
from sylvan.services.exposure_rules import load
from tests.golden.fires.make import detections
from tools.pictures.engine import COLD, FIRE, INK, QUIET, SCENE, TRUE, Plane

TARGET: Final = Path(__file__).resolve().parents[2] / "docs" / "images" / "exposure"
RULES: Final = load()
WIND: Final = Wind(250.0, 18.0)
FRP_MW, GROWTH_HA_H = 180.0, 12.0
TEXTS: Final = {
    "priority.near": "{thing}, {km:.1f} km",
    "priority.downwind": "{thing} down the wind",
    "priority.people": "{people} inhabitants",
    "priority.growth": "grows by {ha_h:.0f} ha/h",
    "priority.power": "{mw} MW",
    "priority.area": "{ha:.0f} ha",
    "priority.zone": "{zone} zone",
    "priority.further": "{n} more: {thing}",
}


def _things(middle: LonLat) -> Things:
    def at(bearing: float, km: float) -> LonLat:
        return destination(middle, bearing, km * 1e3)

    line = LineString([at(-20, 22), at(25, 9), at(80, 14), at(110, 26)])
    road = LineString([at(200, 24), at(140, 4.5), at(90, 6), at(60, 27)])
    spots = {"village": (78.0, 13.0, 800), "town": (20.0, 24.0, 6000), "hamlet": (205.0, 9.0, 90)}
    return Things(
        [
            *(
                Thing("s", name, "settlement", {"en": name}, Point(at(bearing, km)), people)
                for name, (bearing, km, people) in spots.items()
            ),
            Thing("l", "line", "power_line", {"en": "power line"}, line),
            Thing("r", "road", "road", {"en": "road"}, road),
        ]
    )


def _map(axes: Axes, plane: Plane, fire: Burning, near: Exposure, things: Things) -> None:
    axes.add_patch(plane.patch(near.sector, facecolor="#8d7f70", alpha=0.18, lw=0))
    axes.add_patch(plane.patch(fire.shape, facecolor=FIRE, alpha=0.85, lw=0))
    for thing in things.all:
        xy = plane.xy(*np.array(thing.geom.coords.xy))
        if thing.kind == "settlement":
            axes.plot(*xy.T, "o", color=INK, ms=5)
            axes.annotate(thing.names["en"], xy[0], (6, 4), textcoords="offset points")
        else:
            axes.plot(*xy.T, color=COLD if thing.kind == "power_line" else QUIET, lw=1.6)
    for one in near.exposed:
        end = plane.xy(*(np.array([value]) for value in one.place))[0]
        back = destination(one.place, (one.bearing_deg or 0.0) + 180.0, one.km * 1e3)
        start = plane.xy(*(np.array([value]) for value in back))[0]
        colour = FIRE if one.downwind else QUIET
        axes.plot(*np.array([start, end]).T, ":", color=colour, lw=1.2)
        axes.annotate(
            f"{one.km:.1f} km", (start + end) / 2, (3, -9), textcoords="offset points",
            color=colour, fontsize=8,
        )  # fmt: skip
    axes.set(xlim=(-14, 36), ylim=(-20, 26), xlabel="km", aspect="equal")
    axes.set_title(f"Wind from {WIND.from_deg:.0f}°, {WIND.km_h:.0f} km/h", loc="left")


def _said(reason: Coded) -> str:
    return TEXTS[reason.code].format(**dict(reason.params)).replace("_", " ")


def _terms(axes: Axes, found: Priority) -> None:
    terms = found.terms[::-1]
    names = [
        (f"{one.thing.names['en']}: " if one.thing else "") + _said(one.reason) for one in terms
    ]
    colours = [FIRE if one.points > 0 else TRUE for one in terms]
    axes.barh(names, [one.points for one in terms], color=colours, alpha=0.85)
    axes.set_title(f"Priority: {found.score:.0f} points", loc="left")
    axes.set_xlabel("points")


def _plume(axes: Axes, fire: Burning, things: Things) -> None:
    km = np.linspace(0.5, 100.0, 400)
    grams, speed = emission_g_s(FRP_MW), (WIND.km_h or 0.0) / 3.6
    centre = np.array([concentration(grams, speed, one * 1e3, 0.0, 2_000.0) for one in km])
    axes.fill_between(
        km, centre / SMOKE.factor, centre * SMOKE.factor, color="#8d7f70", alpha=0.2, lw=0
    )
    sound = km <= SMOKE.sound_km
    axes.plot(km[sound], centre[sound], color=INK)
    axes.plot(km[~sound], centre[~sound], "--", color=INK)
    half = RULES.sector.half_angle_deg
    for one in screening(FRP_MW, fire, things, RULES.smoke, half).places:
        axes.plot(one.km, one.ug_m3, "o", color=FIRE)
        name = things.all[one.thing].names["en"]
        axes.annotate(name, (one.km, one.ug_m3), (6, 4), textcoords="offset points")
    axes.set(yscale="log", xlabel="km down the wind", ylabel="PM2.5, µg/m³", ylim=(1, 3000))
    axes.set_title(f"Smoke, screening: {FRP_MW:.0f} MW, {grams:,.0f} g/s", loc="left")


def main() -> None:
    """Draw it."""
    rows = detections(SCENE["taiga"])
    plane = Plane(rows)
    edge = edge_of(rows)
    middle = LonLat(plane.lon, plane.lat)
    fire = burning(middle, edge.polygon, WIND)
    things = _things(middle)
    (near,) = exposures([fire], things, RULES)
    facts = Facts(GROWTH_HA_H, FRP_MW, edge.area_ha, 0.97, "ground")
    figure, panels = plt.subplots(1, 3, figsize=(13, 4.2), width_ratios=(1.25, 0.8, 1))
    _map(panels[0], plane, fire, near, things)
    _terms(panels[1], priority(facts, near.exposed, things, RULES))
    _plume(panels[2], fire, things)
    figure.tight_layout(w_pad=2.0)
    TARGET.mkdir(parents=True, exist_ok=True)
    figure.savefig(TARGET / "threats.png", pil_kwargs={"optimize": True})
    plt.close(figure)
    print(TARGET / "threats.png")


if __name__ == "__main__":
    main()
