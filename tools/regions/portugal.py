"""The pack of mainland Portugal: small, open, and built the same way as any other.

It proves that nothing of Yakutia is in the Python: another number, clock, sign of longitude, and
layers that Yakutia has missing on purpose (addresses then say "unknown").
"""

from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from tools.basemap import rivers, sources
from tools.regions import common
from tools.regions.common import Items

BOX: sources.Box = (-9.7, 36.8, -6.0, 42.3)  # the mainland without Azores and Madeira
PLANE = common.Plane(-8.0, 39.6)
COUNTRY = "PT"


def build(folder: Path) -> None:
    """Write every layer of the pack."""
    outline = boundary()
    own = {"code": COUNTRY, "name_ru": "Португалия", "name_en": "Portugal"}
    layers: dict[str, Items] = {
        "boundary": [(own, outline)],
        "settlements": common.settlement_items(common.settlements("portugal")),
        "rivers": _rivers(outline),
        "districts": _districts(outline),
    }
    for name, items in layers.items():
        common.write(folder / f"{name}.geojson", items)


def boundary() -> BaseGeometry:
    """The mainland from Natural Earth."""
    path = sources.natural_earth("cultural", "10m_admin_0_countries")
    columns, shapes = sources.read_shapes(path)
    country = shapes[int(np.flatnonzero(columns["iso_a2_eh"] == COUNTRY)[0])]
    mainland = shapely.box(*BOX)
    return shapely.MultiPolygon([p for p in country.geoms if p.intersects(mainland)])


def _rivers(outline: BaseGeometry) -> Items:
    found: dict[str, tuple[rivers.River, list[BaseGeometry]]] = {}
    near = outline.buffer(0.05)
    for river in rivers.rivers("portugal", BOX):
        if river.code and river.line.intersects(near):
            found.setdefault(river.code, (river, []))[1].append(river.line.intersection(near))
    return [
        (
            {"code": code, "name_ru": river.name_ru, "name_en": river.name_en},
            shapely.line_merge(shapely.union_all(parts)).simplify(0.001),
        )
        for code, (river, parts) in sorted(found.items())
    ]


def _districts(outline: BaseGeometry) -> Items:
    """Every place of GeoNames gives its surroundings to its district."""
    rows = common.table("portugal_districts")
    by_admin = {row["admin1"]: row for row in rows}
    seeds = {}
    for place in sources.settlements():
        row = by_admin.get(place["admin1code"])
        point = shapely.Point(place["longitude"], place["latitude"])
        if place["countrycode"] == COUNTRY and row and outline.contains(point):
            seeds[point.wkb] = (row["code"], PLANE.metres(point))
    shapes = common.districts(list(seeds.values()), PLANE.metres(outline))
    return [
        (
            {key: row[key] for key in ("code", "name_ru", "name_en")},
            PLANE.degrees(shapes[row["code"]]),
        )
        for row in rows
    ]
