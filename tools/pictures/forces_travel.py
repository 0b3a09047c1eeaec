"""Draw the picture of docs/forces.md, "How they get there", on the ground of the sample pack.

``python -m tools.pictures.forces_travel``; writes docs/images/forces/travel.png.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import orjson
from PIL import Image, ImageDraw, ImageFont
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sylvan.domain.places import LonLat
from sylvan.domain.travel.fields import Fields
from sylvan.domain.travel.legs import legs
from sylvan.domain.travel.matrix import travel_matrix
from sylvan.domain.travel.mobility import Features, Mobility, land_of
from sylvan.domain.travel.movers import Air, Goal, Leg, Mover, Step
from sylvan.domain.travel.parameters import Mode, Season, Surface
from sylvan.domain.travel.plane import Plane, Window
from sylvan.domain.travel.roads import road_graph

ROOT: Final = Path(__file__).resolve().parents[2]
PACK: Final = ROOT / "gis_layers" / "yakutia"
TARGET: Final = ROOT / "docs" / "images" / "forces" / "travel.png"
NOON: Final = datetime(2026, 7, 14, 3, tzinfo=UTC)
FIRE: Final = LonLat(132.05, 61.02)
UNITS: Final = (
    (Mover("truck", LonLat(129.9, 61.98), Mode.TRUCK, 0.2), (179, 38, 30)),
    (Mover("tracked vehicle", LonLat(131.9, 61.75), Mode.TRACKED, 0.5), (106, 61, 154)),
    (Mover("boat", LonLat(132.75, 61.35), Mode.BOAT, 0.5), (24, 104, 168)),
    (
        Mover("helicopter", LonLat(129.77, 62.09), Mode.HELICOPTER, 0.6, 210.0, endurance_h=3.0),
        (214, 112, 10),
    ),
)
LAND, WATER, ROAD, INK = (241, 239, 230), (159, 195, 222), (122, 114, 102), (34, 38, 43)
RED, WHITE = (209, 31, 31), (255, 255, 255)
REACH_KM: Final = 100.0
ZOOM: Final = 3
HOURS: Final = (1, 2, 4, 6, 9, 12, 18, 24)
SHADES: Final = tuple((255 - 14 * k, 240 - 24 * k, 205 - 25 * k) for k in range(len(HOURS)))
LINE_H: Final = 20
LEAST_H: Final = 0.05
"""Shorter legs are not named."""


def read(name: str) -> Iterator[BaseGeometry]:
    """Shapes of a layer of the pack."""
    body = orjson.loads((PACK / f"{name}.geojson").read_bytes())
    return (shape(one["geometry"]) for one in body["features"])


def ground() -> Fields:
    """The region in summer, as the pack has it."""
    features = Features(
        rivers=tuple(read("rivers")),
        lakes=tuple(read("lakes")),
        roads=tuple(read("roads")),
        settlements=tuple(read("settlements")),
    )
    plane = Plane.over(list(read("boundary")), 50.0, 1.0)
    roads = road_graph(plane, features.roads)
    return Fields(Mobility(land_of(plane, features), Season.OPEN_WATER), roads)


def base(fields: Fields, window: Window, hours: np.ndarray | None = None) -> Image.Image:
    """Land, water and roads, or hours on the land."""
    surface = fields.ground.land.surface[window.slices]
    image = np.full((*surface.shape, 3), LAND, np.uint8)
    if hours is not None:
        steps = np.searchsorted(HOURS, hours)
        image = np.array([*SHADES, WHITE], np.uint8)[steps]
    image[np.isin(surface, (Surface.RIVER, Surface.LAKE))] = WATER
    image[np.isin(surface, (Surface.ROAD, Surface.CROSSING))] = ROAD
    made = Image.fromarray(image[::-1])
    return made.resize((made.width * ZOOM, made.height * ZOOM), Image.Resampling.NEAREST)


def spot(place: LonLat, fields: Fields, window: Window) -> tuple[float, float]:
    """Where a place lies in the picture."""
    row, column = fields.cell(place)
    return (column - window.column + 0.5) * ZOOM, (window.rows - row + window.row - 0.5) * ZOOM


def way(
    draw: ImageDraw.ImageDraw, leg: Leg, fields: Fields, window: Window, colour: tuple[int, ...]
) -> None:
    """A leg: thick by vehicle, thin through the air, dark on foot."""
    spots = [spot(one, fields, window) for one in leg.line]
    walks = leg.step is Step.WALK
    width = 1 if leg.step is Step.FLY else 3
    draw.line(spots, fill=INK if walks else colour, width=width, joint="curve")


def star(draw: ImageDraw.ImageDraw, at: tuple[float, float], colour: tuple[int, ...]) -> None:
    """A place with a rim."""
    x, y = at
    draw.ellipse((x - 6, y - 6, x + 6, y + 6), fill=colour, outline=WHITE, width=2)


def left(fields: Fields, window: Window) -> tuple[Image.Image, list[tuple[str, tuple[int, ...]]]]:
    """Ways of four units, and what is to be said of them."""
    made = base(fields, window)
    draw = ImageDraw.Draw(made)
    units = [one for one, _ in UNITS]
    found = travel_matrix(units, [Goal("fire", FIRE)], fields, Air(NOON, (), 300.0, 25.0))
    told = []
    for at, (unit, colour) in enumerate(UNITS):
        eta = legs(found, at, 0)
        for leg in eta.legs:
            if len(leg.line) > 1:
                way(draw, leg, fields, window, colour)
        star(draw, spot(unit.point or FIRE, fields, window), colour)
        parts = ", ".join(f"{leg.step} {leg.hours:.1f}" for leg in eta.legs if leg.hours > LEAST_H)
        told.append((f"{unit.key}: {eta.hours:.1f} h  ({parts})", colour))
    star(draw, spot(FIRE, fields, window), RED)
    return made, told


def right(fields: Fields, window: Window) -> Image.Image:
    """Hours to the fire by tracked vehicle."""
    toward = fields.toward(Mode.TRACKED, FIRE)
    hours = np.full((window.rows, window.columns), np.inf)
    row, column = window.row - toward.window.row, window.column - toward.window.column
    hours[:] = toward.hours[row : row + window.rows, column : column + window.columns]
    made = base(fields, window, hours)
    star(ImageDraw.Draw(made), spot(FIRE, fields, window), RED)
    return made


def main() -> None:
    """Put both side by side over their legend."""
    fields = ground()
    window = fields.ground.land.plane.around(fields.cell(FIRE), REACH_KM)
    one, told = left(fields, window)
    other = right(fields, window)
    whole = Image.new("RGB", (one.width * 2 + 10, one.height + LINE_H * 4 + 16), WHITE)
    whole.paste(one, (0, 0))
    whole.paste(other, (one.width + 10, 0))
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(15)
    for line, (words, colour) in enumerate(told):
        draw.text((8, one.height + 8 + line * LINE_H), words, fill=colour, font=font)
    begin = one.width + 10
    draw.text((begin, one.height + 8), "hours by tracked vehicle, up to:", fill=INK, font=font)
    for at, (hours, shade) in enumerate(zip(HOURS, SHADES, strict=True)):
        x, y = begin + at * 60, one.height + 34
        draw.rectangle((x, y, x + 56, y + 24), fill=shade, outline=INK)
        draw.text((x + 20, y + 4), str(hours), fill=INK, font=font)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    whole.quantize(64).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
