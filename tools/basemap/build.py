"""Build ``gis_layers/basemap.pmtiles``: the whole world coarse, the regions finer, all offline.

    uv pip install -e '.[tools]'
    python tools/basemap/build.py

World z0–4 from Natural Earth, and z5–7 around each region from GSHHG, WDBII and DCW. Tiles are
left out where there is nothing finer, so that the map shows the coarse ones there (the reader of
the file must say "tile not found" for that, see gis_layers/README.md). Same input, same bytes.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.basemap import places, rivers, sources, tiles  # noqa: E402 - after the path is set
from tools.basemap.tiles import LAYERS, REGION_ZOOM, WORLD_ZOOM, Feature  # noqa: E402 - see above

OUTPUT = ROOT / "gis_layers" / "basemap.pmtiles"
WORLD_DECIMALS, REGION_DECIMALS = 3, 5
PLACE_ZOOM = {1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7}
RIVER_ZOOM = {1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7}
GRID_DEG = 5.0  # big polygons are cut on this grid, so that tiles don't carry far-away rings


@dataclass(frozen=True)
class Area:
    """A region with finer tiles: its box and the DCW units around whose borders are drawn."""

    code: str
    box: sources.Box
    capital: str
    # GeoNames id of the region's seat
    units: tuple[tuple[str, str], ...] = ()


AREAS = (
    Area(
        "yakutia",
        (99.0, 53.0, 168.0, 77.6),
        "2013159",
        tuple(
            ("RU", unit)
            for unit in ("SA", "KYA", "IRK", "BU", "ZAB", "AMU", "KHA", "MAG", "CHU", "KAM", "YEV")
        ),
    ),
    Area("portugal", (-10.0, 36.5, -5.8, 42.6), "2267057"),
)
"""Yakutia with its neighbours, and mainland Portugal."""


def feature(
    geometry: BaseGeometry, zooms: tuple[int, int], decimals: int, **properties: Any
) -> Feature:
    """A GeoJSON feature for tippecanoe; properties that are None are left out."""
    kept = {name: value for name, value in properties.items() if value is not None}
    return {
        "type": "Feature",
        "geometry": mapping(shapely.set_precision(geometry, 10.0**-decimals)),
        "properties": kept,
        "tippecanoe": {"minzoom": zooms[0], "maxzoom": zooms[1]},
    }


def pieces(geometry: BaseGeometry, box: sources.Box) -> Iterator[BaseGeometry]:
    """Parts of a polygon on the grid, within the box."""
    frame = shapely.clip_by_rect(geometry, *box)
    if frame.is_empty:
        return
    west, south, east, north = frame.bounds
    for x in np.arange(np.floor(west / GRID_DEG), np.ceil(east / GRID_DEG)) * GRID_DEG:
        column = shapely.clip_by_rect(frame, x, south, x + GRID_DEG, north)
        for y in np.arange(np.floor(south / GRID_DEG), np.ceil(north / GRID_DEG)) * GRID_DEG:
            part = shapely.clip_by_rect(column, x, y, x + GRID_DEG, y + GRID_DEG)
            yield from (p for p in shapely.get_parts(part) if p.geom_type == "Polygon")


# ── the world, z0–4 ──────────────────────────────────────────────────────────────────────────

EARTH: sources.Box = (-180.0, -90.0, 180.0, 90.0)


def world() -> dict[str, list[Feature]]:
    """Layers of the whole world."""
    last = (0, WORLD_ZOOM)
    land = [
        feature(piece, zooms, WORLD_DECIMALS)
        for name, zooms in (("110m_land", (0, 1)), ("50m_land", (2, WORLD_ZOOM)))
        for shape in sources.read_shapes(sources.natural_earth("physical", name))[1]
        for piece in pieces(shape, EARTH)
    ]
    return {
        "land": land,
        "water": list(_world_lakes()),
        "rivers": list(_world_rivers()),
        "admin": [*_countries(last, "50m"), *_world_provinces()],
        "places": list(_country_labels()),
    }


def _world_lakes() -> Iterator[Feature]:
    columns, shapes = sources.read_shapes(sources.natural_earth("physical", "50m_lakes"))
    for index, shape in enumerate(shapes):
        first = max(1, int(columns["min_zoom"][index]))
        if first <= WORLD_ZOOM:
            names = {f"name_{lang}": columns[f"name_{lang}"][index] for lang in ("ru", "en")}
            zooms = (first, WORLD_ZOOM)
            yield feature(shape, zooms, WORLD_DECIMALS, kind="lake", **names)


def _world_rivers() -> Iterator[Feature]:
    """Natural Earth outside the regions; inside them the named lines stand in."""
    inside = shapely.union_all([shapely.box(*area.box) for area in AREAS])
    for smallest, _, line in sources.world_rivers():
        first = max(2, int(np.ceil(smallest)) - 1)
        rest = line.difference(inside)
        if first <= WORLD_ZOOM and not rest.is_empty:
            yield feature(rest, (first, WORLD_ZOOM), WORLD_DECIMALS, kind="river", rank=first)


def _countries(zooms: tuple[int, int], scale: str) -> Iterator[Feature]:
    name = f"{scale}_admin_0_boundary_lines_land"
    columns, shapes = sources.read_shapes(sources.natural_earth("cultural", name))
    for kind, shape in zip(columns["featurecla"], shapes, strict=True):
        settled = str(kind).startswith("International")
        yield feature(shape, zooms, REGION_DECIMALS, kind="country" if settled else "disputed")


def _world_provinces() -> Iterator[Feature]:
    """Provinces from Natural Earth, except where DCW draws them better."""
    better = shapely.union_all([unit for area in AREAS for unit in _units(area)])
    grown = better.simplify(0.05).buffer(0.35) if not better.is_empty else better
    for shape in sources.admin_1_lines():
        rest = shape.difference(grown)
        if not rest.is_empty:
            yield feature(rest, (3, WORLD_ZOOM), WORLD_DECIMALS, kind="province")
    for area in AREAS:
        for line, own in _borders(area):
            yield feature(line, (3, WORLD_ZOOM), WORLD_DECIMALS, kind="province", region=own)


def _country_labels() -> Iterator[Feature]:
    columns, _ = sources.read_shapes(sources.natural_earth("cultural", "110m_admin_0_countries"))
    for index in range(len(columns["name"])):
        rank = int(columns["labelrank"][index])
        point = shapely.Point(columns["label_x"][index], columns["label_y"][index])
        yield feature(
            point,
            (max(1, int(columns["min_label"][index])), WORLD_ZOOM),
            WORLD_DECIMALS,
            kind="country",
            rank=rank,
            name_ru=SHORT.get(columns["name_ru"][index], columns["name_ru"][index]),
            name_en=columns["name"][index],
        )


SHORT = {"Китайская Народная Республика": "Китай"}
"""Names that Natural Earth gives in full."""


# ── the regions, z5–7 ────────────────────────────────────────────────────────────────────────


def _units(area: Area) -> list[BaseGeometry]:
    return [sources.dcw(country, state) for country, state in area.units]


BORDER_DEG = 0.04  # DCW packs each unit by itself: a common border agrees to some 100 m


@cache
def _borders(area: Area) -> tuple[tuple[BaseGeometry, str | None], ...]:
    """Borders between neighbouring units, each once, without coasts.

    The second of each pair is the region's code where it is the region's own border.
    """
    units = [(unit, unit.buffer(BORDER_DEG)) for unit in _units(area)]
    found = []
    for number, (unit, _) in enumerate(units):
        own = area.code if number == 0 else None
        for _, grown in units[number + 1 :]:
            if unit.intersects(grown):
                common = unit.boundary.intersection(grown)
                lines = [p for p in shapely.get_parts(common) if p.geom_type == "LineString"]
                merged = shapely.line_merge(shapely.MultiLineString(lines))
                parts = shapely.get_parts(merged)
                found += [(part, own) for part in parts if part.length > BORDER_DEG]
    return tuple(found)


def region(area: Area) -> dict[str, list[Feature]]:
    """Layers around one region."""
    box = margin(area.box)
    frame = shapely.box(*box)
    zooms = (WORLD_ZOOM + 1, REGION_ZOOM)
    shores = sources.shores(box, "h", 1.0)
    land = [
        feature(piece, zooms, REGION_DECIMALS)
        for shore in shores
        if shore.level == 1
        for piece in pieces(shore.polygon, box)
    ]
    lines = [line for line in sources.admin_1_lines() if line.intersects(frame)]
    borders = _borders(area) or [(line.intersection(frame), None) for line in lines]
    return {
        "land": land,
        "water": list(_water(box, zooms)),
        "rivers": [],
        "admin": [
            *(
                feature(line, zooms, REGION_DECIMALS, kind="province", region=own)
                for line, own in borders
            ),
            *(f for f in _countries(zooms, "10m") if _near(f, frame)),
        ],
        "places": [],
    }


def _near(item: Feature, frame: BaseGeometry) -> bool:
    return bool(shapely.geometry.shape(item["geometry"]).intersects(frame))


def margin(box: sources.Box) -> sources.Box:
    """The box with room for the neighbours of its outermost tiles."""
    west, south, east, north = box
    return (max(west - 12.0, -180.0), south - 8.0, min(east + 12.0, 180.0), min(north + 4, 83.0))


LAKE_ZOOMS = ((400.0, 5), (40.0, 6), (0.0, 7))  # from how many km² a lake is drawn at a zoom


def _water(box: sources.Box, zooms: tuple[int, int]) -> Iterator[Feature]:
    """Lakes and wide rivers with their islands cut out; names of lakes from Natural Earth."""
    shores = [shore for shore in sources.shores(box, "f", 1.0) if shore.level > 1]
    islands = [shore.polygon for shore in shores if shore.level == 3]  # noqa: PLR2004 GSHHG's levels
    tree = shapely.STRtree(islands)
    names = _lake_names()
    for shore in shores:
        if shore.level != 2:  # noqa: PLR2004 GSHHG's levels
            continue
        holes = [islands[i] for i in tree.query(shore.polygon, predicate="contains")]
        wet = shore.polygon.difference(shapely.union_all(holes)) if holes else shore.polygon
        kind = "river" if shore.river else "lake"
        first = next(zoom for least, zoom in LAKE_ZOOMS if shore.area_km2 >= least)
        named = {} if shore.river else names(wet)
        for piece in pieces(wet, box):
            yield feature(piece, (first, zooms[1]), REGION_DECIMALS, kind=kind)
        if named:
            point = shapely.point_on_surface(wet)
            span = (max(first, 5), zooms[1])
            yield feature(point, span, REGION_DECIMALS, kind="lake", **named)


def _lake_names() -> Any:
    columns, shapes = sources.read_shapes(sources.natural_earth("physical", "10m_lakes"))
    tree = shapely.STRtree(shapes)

    def names(lake: BaseGeometry) -> dict[str, str]:
        for index in tree.query(lake, predicate="intersects"):
            common = shapes[index].intersection(lake).area
            if columns["name_ru"][index] and common > 0.3 * lake.area:
                return {f"name_{lang}": columns[f"name_{lang}"][index] for lang in ("ru", "en")}
        return {}

    return names


def everywhere() -> dict[str, list[Feature]]:
    """What goes through all zooms: rivers of the regions, places and seas."""
    return {
        "rivers": [item for area in AREAS for item in _region_rivers(area)],
        "places": [*_places(), *_seas()],
    }


LABEL_ZOOMS = (((3, 4), 0.35), ((5, 5), 0.12), ((6, 6), 0.05), ((7, 7), 0.015))
"""Zooms, and how many degrees a label's line may leave the river: letters need calm curves."""


def _region_rivers(area: Area) -> Iterator[Feature]:
    box = margin(area.box)
    wet = [s.polygon for s in sources.shores(box, "f", 1.0) if s.level == 2]  # noqa: PLR2004 GSHHG's levels
    water = shapely.union_all([shapely.buffer(polygon, AXIS_DEG) for polygon in wet])
    shapely.prepare(water)
    for river in rivers.rivers(area.code, box):
        zooms = (RIVER_ZOOM[river.rank], REGION_ZOOM)
        inside = river.line if river.axis else river.line.intersection(water)
        for line, kind in ((inside, "axis"), (river.line.difference(inside), "river")):
            parts = [p for p in shapely.get_parts(line) if p.length]
            if parts:
                whole = shapely.line_merge(shapely.MultiLineString(parts))
                yield feature(whole, zooms, REGION_DECIMALS, kind=kind, rank=river.rank)
    for name_ru, name_en, rank, line in rivers.courses(area.code, box):
        for (first, last), tolerance in LABEL_ZOOMS:
            if (span := (max(first, RIVER_ZOOM[rank] + 1), last))[0] <= last:
                calm = rivers.calmed(line, tolerance)
                names = {"name_ru": name_ru, "name_en": name_en}
                yield feature(calm, span, REGION_DECIMALS, kind="label", rank=rank, **names)


AXIS_DEG = 0.008  # the databank's lines and polygons of one river disagree by some 500 m


def _places() -> Iterator[Feature]:
    for place in places.places(area.capital for area in AREAS):
        yield feature(
            shapely.Point(place.lon, place.lat),
            (PLACE_ZOOM[place.rank], REGION_ZOOM),
            REGION_DECIMALS,
            name_ru=place.name_ru,
            name_en=place.name_en,
            kind=place.kind,
            rank=place.rank,
            population=place.population,
        )


def _seas() -> Iterator[Feature]:
    for row in places.rows(Path(__file__).with_name("seas.csv")):
        point = shapely.Point(float(row["lon"]), float(row["lat"]))
        names = {"name_ru": row["name_ru"], "name_en": row["name_en"]}
        rank = int(row["rank"])
        yield feature(point, (rank, REGION_ZOOM), 2, kind="sea", rank=rank, **names)


# ── all of it ─────────────────────────────────────────────────────────────────────────────────────


def build(output: Path) -> None:
    """The whole base map."""
    shared = everywhere()
    with tempfile.TemporaryDirectory() as scratch:
        whole = world()
        for name, features in shared.items():
            whole[name] = [*whole[name], *features]
        found = tiles.tippecanoe(whole, (0, WORLD_ZOOM), Path(scratch, "world"))
        fine: dict[str, list[Feature]] = {name: [] for name in LAYERS}
        for area in AREAS:
            for name, features in region(area).items():
                fine[name] += features
        for name, features in shared.items():
            fine[name] += features
        zooms = (WORLD_ZOOM + 1, REGION_ZOOM)
        boxes = [area.box for area in AREAS]
        for tile, data in tiles.tippecanoe(fine, zooms, Path(scratch, "regions")).items():
            if tiles.within(tile, boxes):
                found[tile] = data
    tiles.write(found, output)
    print(f"{output}: {len(found)} tiles, {output.stat().st_size / 1e6:.2f} MB")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    build(parser.parse_args().output)


if __name__ == "__main__":
    main()
