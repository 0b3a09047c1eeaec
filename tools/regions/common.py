"""What the builders of region packs share: tables, planes in metres, sample districts, output."""

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from tools.basemap import sources

HERE = Path(__file__).parent
DECIMALS = 4  # some 10 m: finer than any of the sources

Properties = dict[str, Any]
Item = tuple[Properties, BaseGeometry]
Items = list[Item]


@dataclass(frozen=True)
class Settlement:
    """A settlement of a reviewed table with its place from GeoNames."""

    id: str
    name_en: str
    name_ru: str
    kind: str
    municipality: str
    population: int
    point: BaseGeometry


def table(name: str) -> list[dict[str, str]]:
    """Rows of a CSV beside this file."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def settlements(region: str) -> list[Settlement]:
    """The reviewed settlements of a region, in the order of their table."""
    by_id = {str(place["geonameid"]): place for place in sources.settlements()}
    found = []
    for row in table(f"{region}_settlements"):
        place = by_id[row["geonameid"]]
        people = 0 if "population" in row["remark"] else place["population"]
        point = shapely.Point(round(place["longitude"], 5), round(place["latitude"], 5))
        found.append(
            Settlement(
                row["geonameid"],
                row["name_en"],
                row["name_ru"],
                row["kind"],
                row["municipality"],
                people,
                point,
            )
        )
    return found


def settlement_items(found: Iterable[Settlement]) -> Items:
    """Settlements as features; a population of 0 means "not counted" and is left out."""
    return [
        (
            {
                "code": s.id,
                "name_ru": s.name_ru,
                "name_en": s.name_en,
                "kind": s.kind,
                "municipality": s.municipality,
                **({"population": s.population} if s.population else {}),
            },
            s.point,
        )
        for s in found
    ]


class Plane:
    """A plane in metres around a region, true enough in area and distance for samples."""

    def __init__(self, lon: float, lat: float) -> None:
        text = f"+proj=laea +lat_0={lat} +lon_0={lon} +datum=WGS84 +units=m"
        self._to = Transformer.from_crs("EPSG:4326", text, always_xy=True)

    def metres(self, geometry: BaseGeometry) -> BaseGeometry:
        """Degrees to metres."""
        return self._moved(geometry, self._to.transform)

    def degrees(self, geometry: BaseGeometry) -> BaseGeometry:
        """Metres to degrees."""
        return self._moved(geometry, lambda x, y: self._to.transform(x, y, direction="INVERSE"))

    @staticmethod
    def _moved(geometry: BaseGeometry, turn: Callable[[Any, Any], Any]) -> BaseGeometry:
        def move(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.column_stack(turn(points[:, 0], points[:, 1]))

        return shapely.transform(geometry, move)


def districts(
    seeds: Sequence[tuple[str, BaseGeometry]], land: BaseGeometry
) -> dict[str, BaseGeometry]:
    """Land divided among codes: to each what is nearest to one of its seeds (Voronoi)."""
    points = shapely.MultiPoint([point for _, point in seeds])
    cells = list(shapely.voronoi_polygons(points, extend_to=land).geoms)
    tree = shapely.STRtree(cells)
    parts: dict[str, list[BaseGeometry]] = {}
    for code, point in seeds:
        cell = cells[int(tree.query(point, predicate="intersects")[0])]
        parts.setdefault(code, []).append(cell)
    divided = {code: shapely.union_all(group) for code, group in parts.items()}
    return {code: areas(shape.intersection(land)) for code, shape in divided.items()}


def areas(geometry: BaseGeometry) -> BaseGeometry:
    """Only the polygons of a geometry, however deep in collections."""
    flat = shapely.get_parts(shapely.get_parts(geometry))
    return shapely.union_all([part for part in flat if part.geom_type == "Polygon"])


def write(path: Path, items: Items, *, decimals: int = DECIMALS) -> None:
    """GeoJSON, one feature a line, so that a change of one feature is one line in a diff."""
    lines = []
    for properties, geometry in items:
        exact = _rounded(geometry, decimals)
        body = {"type": "Feature", "properties": properties, "geometry": mapping(exact)}
        lines.append(json.dumps(body, ensure_ascii=False, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, "utf-8")


def _rounded(geometry: BaseGeometry, decimals: int) -> BaseGeometry:
    """On the grid of so many decimals, still valid, rings the way RFC 7946 wants them."""
    snapped = shapely.set_precision(shapely.make_valid(geometry), 10.0**-decimals)
    if geometry.area:
        snapped = areas(snapped)
    rounded = shapely.transform(snapped, lambda points: np.round(points, decimals))
    if not rounded.is_valid:
        message = f"{shapely.is_valid_reason(rounded)} after rounding"
        raise SystemExit(message)
    return shapely.orient_polygons(rounded)
