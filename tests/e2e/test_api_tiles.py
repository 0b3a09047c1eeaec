"""Vector tiles, read with GDAL: what they hold, where, and at both ends of the world."""

import math
from pathlib import Path

import pyogrio
import pytest

from tests.e2e.houses import ACROSS, SITES, Site

ZOOMS = (0, 3, 6, 14)
EXTENT = 4096
"""Units a side of a tile; what lies in the 64 around it is drawn by both neighbours."""
BUFFER = 64


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Column and row of the web map's tile (spherical Mercator)."""
    x = (lon + 180) / 360 * 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z
    return min(int(x), 2**z - 1), int(y)


def fetch(api, name: str, z: int, x: int, y: int, **query: str) -> bytes:
    answer = api.get(f"/api/v1/tiles/{name}/{z}/{x}/{y}.mvt", params=query)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    return answer.content


@pytest.fixture
def read(tmp_path: Path):
    """Layers of a tile with their features in tile units, y downwards as in the tile."""

    def reader(body: bytes):
        if not body:
            return {}
        file = tmp_path / "tile.mvt"
        file.write_bytes(body)
        names = [name for name, _ in pyogrio.list_layers(file)]
        return {name: pyogrio.read_dataframe(file, layer=name) for name in names}

    return reader


def place_in_tile(site: Site, z: int) -> tuple[float, float]:
    x, y = tile_of(site.lon, site.lat, z)
    col = (site.lon + 180) / 360 * 2**z - x
    row = (1 - math.asinh(math.tan(math.radians(site.lat))) / math.pi) / 2 * 2**z - y
    return col * EXTENT, (1 - row) * EXTENT


def holding(table, x: float, y: float) -> int:
    """How many points lie within a pixel of a screen (16 units) of a place."""
    near = (table.geometry.x - x).abs().lt(16) & (table.geometry.y - y).abs().lt(16)
    return int(near.sum())


@pytest.mark.parametrize("z", ZOOMS)
def test_fire_stands_at_its_place_in_the_tile(api, read, z):
    site = SITES[-1]
    layers = read(fetch(api, "fires", z, *tile_of(site.lon, site.lat, z)))
    points = layers["fires"]
    assert {"id", "status", "area_ha", "likelihood", "t"} <= set(points.columns)
    x, y = place_in_tile(site, z)
    spread = 64 * 2 ** max(0, z - 6)  # at zoom 14 the fire's middle is off its first pixel
    near = (points.geometry.x - x).abs().lt(spread) & (points.geometry.y - y).abs().lt(spread)
    assert near.any()


@pytest.mark.parametrize("z", ZOOMS)
def test_whole_world_of_tiles_holds_every_fire_once(api, read, z):
    if z > 3:
        tiles = {tile_of((s.lon + 180) % 360 - 180, s.lat, z) for s in (*SITES, *ACROSS)}
        tiles |= {(0, y) for x, y in tiles if x == 2**z - 1}
        tiles |= {((x + 1) % 2**z, y) for x, y in tiles}
    else:
        tiles = {(x, y) for x in range(2**z) for y in range(2**z)}
    inside = set()
    for x, y in tiles:
        layers = read(fetch(api, "fires", z, x, y))
        if "fires" in layers:
            points = layers["fires"]
            own = points.geometry.x.between(0, EXTENT) & points.geometry.y.between(0, EXTENT)
            inside |= set(points[own]["id"])
    assert len(inside) == len(SITES) + len(ACROSS)


def test_nothing_reaches_beyond_the_margin_of_its_tile(api, read):
    for z in ZOOMS:
        for name in ("fires", "detections"):
            site = ACROSS[0]
            for table in read(fetch(api, name, z, *tile_of(site.lon, site.lat, z))).values():
                west, south, east, north = table.total_bounds
                assert min(west, south) >= -BUFFER
                assert max(east, north) <= EXTENT + BUFFER


def test_far_tiles_hold_cells_and_near_ones_every_pixel(api, read):
    site = SITES[-1]
    far = read(fetch(api, "detections", 3, *tile_of(site.lon, site.lat, 3)))["detections"]
    near = read(fetch(api, "detections", 6, *tile_of(site.lon, site.lat, 6)))["detections"]
    assert far["n"].max() >= site.pixels
    assert set(near["n"]) == {1}
    assert len(near) >= site.pixels
    assert far["n"].sum() >= len(near)


def test_edge_on_180_degrees_is_drawn_on_both_sides_and_nowhere_between(api, read):
    z = 6
    _, row = tile_of(180, ACROSS[0].lat, z)
    last, first = (read(fetch(api, "fires", z, x, row)) for x in (2**z - 1, 0))
    assert len(last["edges"]) >= 1
    assert len(first["edges"]) >= 1
    assert last["edges"].total_bounds[2] == pytest.approx(EXTENT, abs=1)
    assert first["edges"].total_bounds[0] == pytest.approx(0, abs=1)
    assert read(fetch(api, "fires", z, 2 ** (z - 1), row)) == {}


def test_empty_tile_is_empty_and_no_error(api):
    assert fetch(api, "fires", 3, 0, 7) == b""
    assert fetch(api, "detections", 22, 0, 0) == b""


def test_hours_bound_what_detections_show(api, read):
    site = SITES[0]
    at = (6, *tile_of(site.lon, site.lat, 6))
    assert "detections" not in read(fetch(api, "detections", *at, hours="1"))
    assert len(read(fetch(api, "detections", *at, hours="24"))["detections"]) >= site.pixels


def test_layers_are_drawn_with_names_in_both_languages(api, read):
    table = read(fetch(api, "layers", 3, *tile_of(129.7, 62.0, 3)))["layers"]
    assert {"layer", "kind", "code", "name_ru", "name_en", "sample"} <= set(table.columns)
    assert "municipalities" in set(table["layer"])
    assert table[table["layer"] == "municipalities"]["name_ru"].notna().all()


def test_tiles_do_not_cross_worlds(own, read):
    house, api = own
    from tests.e2e.houses import take  # noqa: PLC0415

    take(house, SITES)
    assert read(fetch(api, "fires", 0, 0, 0))
    assert api.get("/api/v1/tiles/fires/0/0/0.mvt?world=other").status_code == 404
