"""Vector tiles, read with GDAL: what they hold, where, and at both ends of the world."""

import math
from pathlib import Path

import pyogrio
import pytest

from tests.e2e.houses import ACROSS, SITES, take

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


def units(lon: float, lat: float, z: int) -> tuple[float, float]:
    """Where a place lies in its tile, in tile units, y upwards as GDAL tells it."""
    x, y = tile_of(lon, lat, z)
    col = (lon + 180) / 360 * 2**z - x
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z - y
    return col * EXTENT, (1 - row) * EXTENT


@pytest.fixture(scope="module")
def points(api) -> dict[str, tuple[float, float]]:
    """Fires by id, with the places that the list tells."""
    found = api.get("/api/v1/fires", params={"limit": 1000}).json()["features"]
    assert len(found) == len(SITES) + len(ACROSS)
    return {one["id"]: tuple(one["geometry"]["coordinates"]) for one in found}


@pytest.mark.parametrize("z", ZOOMS)
def test_every_fire_stands_at_its_place_in_its_tile(api, read, points, z):
    for fire, (lon, lat) in points.items():
        table = read(fetch(api, "fires", z, *tile_of(lon, lat, z)))["fires"]
        assert {"id", "status", "area_ha", "likelihood", "t"} <= set(table.columns)
        own = table[table["id"] == fire].geometry
        assert len(own) == 1
        assert (own.iloc[0].x, own.iloc[0].y) == pytest.approx(units(lon, lat, z), abs=1)


@pytest.mark.parametrize("z", [0, 1, 2, 3])
def test_tiles_of_the_whole_world_hold_every_fire_once(api, read, points, z):
    held: list[str] = []
    for x in range(2**z):
        for y in range(2**z):
            table = read(fetch(api, "fires", z, x, y)).get("fires")
            if table is not None:
                at = table.geometry
                held += table[at.x.between(0, EXTENT - 1) & at.y.between(0, EXTENT - 1)][
                    "id"
                ].tolist()
    assert sorted(held) == sorted(points)


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
    take(house, SITES)
    assert read(fetch(api, "fires", 0, 0, 0))
    assert api.get("/api/v1/tiles/fires/0/0/0.mvt?world=other").status_code == 404
