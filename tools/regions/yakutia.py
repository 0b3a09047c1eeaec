"""The pack of Yakutia: what is open is taken as it is, the rest is a sample marked as such.

Open: outline (DCW), settlements (GeoNames, names reviewed), rivers (WDBII), lakes (GSHHG),
airstrips (airportsdata). Not open anywhere: municipal and forest districts, zones, roads, lines.
Their samples have the real names and lie in plausible places, so that the system can be tried; a
forest service loads its own with ``sylvan layers load``.
"""

from itertools import pairwise
from pathlib import Path

import airportsdata
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from tools.basemap import rivers, sources
from tools.regions import common
from tools.regions.common import Items, Settlement

BOX: sources.Box = (105.0, 55.0, 163.0, 77.5)
PLANE = common.Plane(130.0, 65.0)
LEAST_ISLAND_KM2 = 60.0
COAST_M = 600.0  # tolerance of the sample districts' coast; the boundary keeps its own
LAKE_KM2 = 20.0
GROUND_KM = 12.0  # ground crews reach this far around a settlement
AVIATION_KM = 130.0  # helicopters and An-2 of the air bases
TUNDRA_LAT = 69.5  # no forest to protect beyond
SETTLED_KM = {"city": 6.0, "town": 3.0, "suburb": 3.0, "village": 2.0}
FIELDS_KM = 14.0  # hayfields around the villages of Central Yakutia
CENTRAL: sources.Box = (126.0, 60.5, 134.5, 63.3)
COMPARTMENT_KM = (4.0, 2.0)  # width, height of a sample compartment
COMPARTMENTS_FROM = (128.45, 62.12)  # north-western corner, degrees
COMPARTMENTS = (9, 14)  # columns, rows
STANDS_IN = ("17", "18", "26")  # compartments that are divided into stands

NEW_SIBERIA: sources.Box = (135.0, 72.95, 155.0, 77.5)
"""The New Siberian Islands belong to Bulunsky ulus, far from its villages."""


def boundary() -> BaseGeometry:
    """The republic, islands under a few km² left out."""
    parts = [p for p in sources.dcw("RU", "SA").geoms if PLANE.metres(p).area > 2e6]  # noqa: PLR2004 2 km²
    return shapely.MultiPolygon(parts)


def build(folder: Path) -> None:
    """Write every layer of the pack."""
    outline = boundary()
    towns = common.settlements("yakutia")
    land = _land(outline)
    uluses = _municipalities(towns, land)
    forestries = _forestries(uluses)
    layers: dict[str, Items] = {
        "boundary": [_named("SA", "Республика Саха (Якутия)", "Sakha (Yakutia)", outline)],
        "settlements": common.settlement_items(towns),
        "rivers": _rivers(outline),
        "lakes": _lakes(outline),
        "airstrips": _airstrips(outline),
        "municipalities": _titled("yakutia_municipalities", uluses),
        "forestries": _titled("yakutia_forestries", forestries),
        "subforestries": _subforestries(towns, forestries),
        "zones": _zones(towns, land),
        "land_categories": _land_categories(towns, land),
        "compartments": (compartments := _compartments()),
        "stands": _stands(compartments),
        "stations": _stations(towns),
        "towers": _towers(towns),
        "roads": _ways("road", towns),
        "power_lines": _ways("power_line", towns),
        "pipelines": _ways("pipeline", towns),
        "partner_assets": _points("partner_asset"),
        "heat_sources": _points("heat_source"),
    }
    for name, items in layers.items():
        common.write(folder / f"{name}.geojson", items)


def _named(code: str, name_ru: str, name_en: str, shape: BaseGeometry) -> common.Item:
    return {"code": code, "name_ru": name_ru, "name_en": name_en}, shape


def _land(outline: BaseGeometry) -> BaseGeometry:
    """The republic on the plane, coast calmed: what the samples divide."""
    flat = PLANE.metres(outline)
    parts = [p for p in flat.geoms if p.area > LEAST_ISLAND_KM2 * 1e6]
    return shapely.make_valid(shapely.coverage_simplify([shapely.MultiPolygon(parts)], COAST_M)[0])


# ── open data ────────────────────────────────────────────────────────────────────────────────


def _rivers(outline: BaseGeometry) -> Items:
    found: dict[str, list[BaseGeometry]] = {}
    names: dict[str, rivers.River] = {}
    near = outline.buffer(0.3)
    shapely.prepare(near)
    for river in rivers.rivers("yakutia", (87.0, 45.0, 180.0, 81.6)):
        if river.code and river.line.intersects(near):
            found.setdefault(river.code, []).append(river.line.intersection(near))
            names[river.code] = river
    return [
        _named(code, str(names[code].name_ru), str(names[code].name_en), _lines(parts))
        for code, parts in sorted(found.items())
    ]


def _lines(parts: list[BaseGeometry]) -> BaseGeometry:
    flat = [line for part in parts for line in shapely.get_parts(part) if line.length]
    return shapely.line_merge(shapely.MultiLineString(flat)).simplify(0.002)


def _lakes(outline: BaseGeometry) -> Items:
    columns, shapes = sources.read_shapes(sources.natural_earth("physical", "10m_lakes"))
    tree = shapely.STRtree(shapes)
    items = []
    for shore in sources.shores(BOX, "f", LAKE_KM2):
        lake = shore.polygon
        if shore.level != 2 or shore.river or not outline.contains(lake.representative_point()):  # noqa: PLR2004 GSHHG's levels
            continue
        named = [i for i in tree.query(lake, predicate="intersects") if columns["name_ru"][i]]
        names = (
            {f"name_{lang}": columns[f"name_{lang}"][named[0]] for lang in ("ru", "en")}
            if named
            else {}
        )
        centre = lake.representative_point()
        code = f"{centre.y:.3f}-{centre.x:.3f}"
        items.append(({"code": code, **names, "area_km2": round(shore.area_km2, 1)}, lake))
    return sorted(items, key=lambda item: str(item[0]["code"]))


def _airstrips(outline: BaseGeometry) -> Items:
    known = airportsdata.load()
    items = []
    for row in common.table("yakutia_airstrips"):
        port = known[row["icao"]]
        point = shapely.Point(port["lon"], port["lat"])
        if not outline.contains(point):
            message = f"{row['icao']} lies outside the region"
            raise SystemExit(message)
        items.append(_named(row["icao"], row["name_ru"], row["name_en"], point))
    return items


# ── samples ──────────────────────────────────────────────────────────────────────────────────


def _municipalities(towns: list[Settlement], land: BaseGeometry) -> dict[str, BaseGeometry]:
    north = PLANE.metres(shapely.segmentize(shapely.box(*NEW_SIBERIA), 0.5))
    islands = shapely.MultiPolygon([part for part in land.geoms if north.contains(part)])
    seeds = [(town.municipality, PLANE.metres(town.point)) for town in towns]
    uluses = common.districts(seeds, common.areas(land.difference(islands)))
    uluses["bulunsky"] = common.areas(shapely.union(uluses["bulunsky"], islands))
    return uluses


def _forestries(uluses: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    groups: dict[str, list[BaseGeometry]] = {}
    for row in common.table("yakutia_municipalities"):
        groups.setdefault(row["forestry"], []).append(uluses[row["code"]])
    return {code: shapely.union_all(parts) for code, parts in groups.items()}


def _titled(name: str, shapes: dict[str, BaseGeometry]) -> Items:
    rows = common.table(name)
    missing = {row["code"] for row in rows} ^ set(shapes)
    if missing:
        message = f"{name}.csv and the seeds disagree about {sorted(missing)}"
        raise SystemExit(message)
    keep = ("code", "name_ru", "name_en", "time_zone")
    return [
        ({key: row[key] for key in keep if key in row}, PLANE.degrees(shapes[row["code"]]))
        for row in rows
    ]


def _subforestries(towns: list[Settlement], forestries: dict[str, BaseGeometry]) -> Items:
    """One around each settlement, within its forest district."""
    items = []
    for code, shape in sorted(forestries.items()):
        own = [t for t in towns if t.kind != "suburb" and shape.contains(PLANE.metres(t.point))]
        seeds = [(town.id, PLANE.metres(town.point)) for town in own]
        names = {town.id: town for town in own}
        cells = common.districts(seeds, shape) if len(seeds) > 1 else {seeds[0][0]: shape}
        for number, (town, cell) in enumerate(sorted(cells.items()), start=1):
            names_of = names[town]
            ru = f"Участковое лесничество «{names_of.name_ru}»"
            en = f"{names_of.name_en} forest sub-district"
            items.append(_named(f"{code}-{number}", ru, en, PLANE.degrees(cell)))
    return items


def _around(towns: list[Settlement], km: float) -> BaseGeometry:
    points = shapely.MultiPoint([PLANE.metres(town.point) for town in towns])
    return points.buffer(km * 1000, quad_segs=8)


def _zones(towns: list[Settlement], land: BaseGeometry) -> Items:
    """Ground around settlements, aviation as far as aircraft reach, control beyond."""
    southern = [town for town in towns if town.point.y < TUNDRA_LAT]
    ground = common.areas(_around(towns, GROUND_KM).intersection(land))
    reach = common.areas(_around(southern, AVIATION_KM).intersection(land))
    aviation = common.areas(reach.difference(ground))
    control = common.areas(land.difference(reach).difference(ground))
    titles = (
        ("ground", "Зона наземного мониторинга", "Ground monitoring zone", ground),
        ("aviation", "Зона авиационного мониторинга", "Aviation monitoring zone", aviation),
        ("control", "Зона контроля", "Control zone", control),
    )
    return [
        ({"code": zone, "zone": zone, "name_ru": ru, "name_en": en}, PLANE.degrees(shape))
        for zone, ru, en, shape in titles
    ]


def _land_categories(towns: list[Settlement], land: BaseGeometry) -> Items:
    discs = [
        PLANE.metres(town.point).buffer(SETTLED_KM[town.kind] * 1000, quad_segs=6) for town in towns
    ]
    settled = common.areas(shapely.union_all(discs).intersection(land))
    central = [t for t in towns if shapely.box(*CENTRAL).contains(t.point)]
    fields = common.areas(_around(central, FIELDS_KM).intersection(land).difference(settled))
    forest = common.areas(land.difference(fields).difference(settled))
    titles = (
        ("forest_fund", "Земли лесного фонда", "Forest fund", forest),
        ("agricultural", "Земли сельскохозяйственного назначения", "Agricultural land", fields),
        ("settlement", "Земли населённых пунктов", "Settlement land", settled),
    )
    return [_named(code, ru, en, PLANE.degrees(shape)) for code, ru, en, shape in titles]


def _compartments() -> Items:
    """A numbered grid west of Yakutsk, as old forest inventories drew it."""
    corner = PLANE.metres(shapely.Point(*COMPARTMENTS_FROM))
    wide, high = (km * 1000 for km in COMPARTMENT_KM)
    columns, rows = COMPARTMENTS
    items = []
    for number in range(columns * rows):
        row, column = divmod(number, columns)
        west, north = corner.x + column * wide, corner.y - row * high
        cell = PLANE.degrees(shapely.box(west, north - high, west + wide, north))
        text = str(number + 1)
        items.append(_named(text, f"Квартал {text}", f"Compartment {text}", cell))
    return items


def _stands(compartments: Items) -> Items:
    """Four stands in each of a few compartments."""
    items = []
    for properties, cell in compartments:
        if properties["code"] not in STANDS_IN:
            continue
        west, south, east, north = cell.bounds
        xs, ys = np.linspace(west, east, 3), np.linspace(north, south, 3)
        quarters = [(x, y) for y in pairwise(ys) for x in pairwise(xs)]
        for number, ((x0, x1), (y1, y0)) in enumerate(quarters, start=1):
            part = shapely.box(x0, y0, x1, y1).intersection(cell)
            code = f"{properties['code']}-{number}"
            items.append(_named(code, f"Выдел {number}", f"Stand {number}", part))
    return items


def _stations(towns: list[Settlement]) -> Items:
    by_id = {town.id: town for town in towns}
    items = []
    for row in common.table("yakutia_stations"):
        town = by_id[row["settlement"]]
        properties = {
            "code": row["code"],
            "name_ru": f"{row['name_ru']} {town.name_ru}",
            "name_en": f"{town.name_en} {row['name_en']}",
            "type": row["type"],
        }
        items.append((properties, town.point))
    return items


def _towers(towns: list[Settlement]) -> Items:
    """A watch tower six kilometres east of each village of Central Yakutia."""
    items = []
    for town in towns:
        if town.kind == "village" and shapely.box(*CENTRAL).contains(town.point):
            flat = PLANE.metres(town.point)
            point = PLANE.degrees(shapely.Point(flat.x + 6000, flat.y))
            ru, en = f"Вышка «{town.name_ru}»", f"{town.name_en} tower"
            properties, _ = _named(f"tower-{town.id}", ru, en, point)
            items.append(({**properties, "height_m": 30}, point))
    return items


def _ways(kind: str, towns: list[Settlement]) -> Items:
    """Lines from settlement to settlement: the order is real, the course is not."""
    by_name = {town.name_ru: town.point for town in towns}
    items = []
    for row in common.table("yakutia_lines"):
        if row["kind"] != kind:
            continue
        stops = [by_name[stop] for stop in row["through"].split(";")]
        names = {key: row[key] for key in ("code", "owner", "name_ru", "name_en") if row[key]}
        items.append((names, shapely.LineString(stops)))
    return items


def _points(kind: str) -> Items:
    return [
        (
            {key: row[key] for key in ("code", "owner", "name_ru", "name_en", "type") if row[key]},
            shapely.Point(float(row["lon"]), float(row["lat"])),
        )
        for row in common.table("yakutia_points")
        if row["kind"] == kind
    ]
