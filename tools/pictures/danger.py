"""Draw the picture of docs/danger.md: a generated day's classes, by the code that is installed.

``python -m tools.pictures.danger``; writes docs/images/danger/classes.png.
"""

from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from PIL import Image, ImageDraw

from sylvan.domain import danger, danger_raster
from sylvan.domain.danger import COLOURS
from sylvan.domain.nesterov import ClassTable
from sylvan.domain.observed import HOUR_S, days_between, hourly, noon_of
from sylvan.feeds.weather_tables import read_stations
from sylvan.jobs.land import geography_of
from sylvan.scenario.parameters import ScenarioParameters
from sylvan.scenario.stations import weather_files
from sylvan.scenario.weather import make_weather
from sylvan.services import packs

TARGET: Final = Path(__file__).resolve().parents[2] / "docs" / "images" / "danger" / "classes.png"
FIRST, DAY = date(2026, 4, 22), date(2026, 7, 16)
GROUND, INK = (244, 241, 232), (34, 38, 43)


def main() -> None:
    """Compute the day and paint it."""
    parameters = ScenarioParameters(seed=20260717)
    geography = geography_of(packs.find("yakutia"))
    before, *_ = weather_files(parameters, geography, make_weather(parameters, geography.plane))
    reading = read_stations(before.name, before.body, {}, parameters.end).reading
    lon, lat = np.array([(one.lon, one.lat) for one in reading.places]).T
    days = days_between(FIRST, DAY)
    begins = int(reading.rows["at"].min() // HOUR_S) - 24
    hours = int(reading.rows["at"].max() // HOUR_S) - begins + 4
    noons = np.empty((len(days), len(lon), 6))
    for k, place in enumerate(reading.places):
        told = hourly(reading.rows[reading.rows["place"] == k], begins, hours)
        noons[:, k] = [noon_of(told, day, place.lon) for day in days]
    table = ClassTable()
    start, places = danger.unknown(len(lon)), [""] * len(lon)
    today = danger.compute(days, noons, lat, start, table, places)[-1]
    grid = danger_raster.grid_over(geography.boundary.bounds)
    east, north = grid.centres()
    x, y = np.meshgrid(east, north)
    inside = shapely.contains_xy(geography.boundary, x, y)
    known = today.classes > 0
    by = danger_raster.weights(grid, lon[known], lat[known], inside.ravel())
    index = danger_raster.interpolated(today.nesterov[known], by)
    classes = table.default.classes(danger_raster.spread(index, by, grid))
    paint(
        classes,
        inside,
        np.interp(lon, east, np.arange(len(east))),
        np.interp(-lat, -north, np.arange(len(north))),
    )


def paint(classes: np.ndarray, inside: np.ndarray, x: np.ndarray, y: np.ndarray) -> None:
    """Classes in their colours, stations as dots."""
    colours = [GROUND, *(tuple(int(one[k : k + 2], 16) for k in (1, 3, 5)) for one in COLOURS)]
    image = np.full((*classes.shape, 3), 255, np.uint8)
    image[inside] = np.array(colours, np.uint8)[classes[inside]]
    made = Image.fromarray(image)
    draw = ImageDraw.Draw(made)
    for left, top in zip(x, y, strict=True):
        draw.ellipse((left - 3, top - 3, left + 3, top + 3), fill=INK)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    made.quantize(32).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
