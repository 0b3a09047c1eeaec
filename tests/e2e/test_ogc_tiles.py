"""OGC API – Tiles: the matrix set, what tilesets say, and tiles that hold what lies in them."""

import math

import mapbox_vector_tile
import pytest

from tests.e2e.houses import ACROSS, code

OGC = "/ogc"
QUAD = "WebMercatorQuad"


def place(lon, lat, zoom):
    """Row and column of the tile that holds a place."""
    x = (lon + 180) / 360 * 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom
    return int(y), int(x)


def tile(api, name, zoom, row, column):
    answer = api.get(f"{OGC}/collections/{name}/tiles/{QUAD}/{zoom}/{row}/{column}")
    assert answer.status_code in (200, 204), answer.text
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert bool(answer.content) is (answer.status_code == 200)
    return mapbox_vector_tile.decode(answer.content) if answer.content else {}


def test_the_matrix_set_halves_with_each_level(api):
    told = api.get(f"{OGC}/tileMatrixSets/{QUAD}").json()
    assert told["crs"].endswith("/EPSG/0/3857")
    first, *_ = matrices = told["tileMatrices"]
    assert first["scaleDenominator"] == pytest.approx(559082264.0287178)  # OGC 17-083r4, table D.1
    assert first["pointOfOrigin"] == pytest.approx([-20037508.342789244, 20037508.342789244])
    for zoom, one in enumerate(matrices):
        assert one["matrixWidth"] == one["matrixHeight"] == 2**zoom
        assert one["cellSize"] == pytest.approx(first["cellSize"] / 2**zoom)
    (listed,) = api.get(f"{OGC}/tileMatrixSets").json()["tileMatrixSets"]
    assert api.get(listed["links"][0]["href"]).json() == told


def test_a_tileset_leads_to_its_tiles(api):
    for name in ("fires", "detections", "layer-settlements"):
        (one,) = api.get(f"{OGC}/collections/{name}/tiles").json()["tilesets"]
        assert one["dataType"] == "vector"
        links = {link["rel"].rsplit("/")[-1]: link for link in one["links"]}
        assert api.get(links["self"]["href"]).json() == one
        template = links["item"]["href"]
        address = template.replace("{tileMatrix}", "0").replace("{tileRow}", "0")
        answer = api.get(address.replace("{tileCol}", "0"))
        layers = mapbox_vector_tile.decode(answer.content)
        assert set(layers) <= {layer["id"] for layer in one["layers"]}
        assert layers


def test_a_tile_holds_what_lies_in_it_row_before_column(api):
    for name in ("layer-settlements", "layer-airstrips"):
        found = api.get(f"{OGC}/collections/{name}/items", params={"limit": 1000}).json()[
            "features"
        ]
        points = [one for one in found if one["geometry"]["type"] == "Point"]
        for one in points[:5]:
            row, column = place(*one["geometry"]["coordinates"], 9)
            layer = tile(api, name, 9, row, column)[name]
            told = [feature["properties"] for feature in layer["features"]]
            mine = {key: value for key, value in one["properties"].items() if value is not None}
            simple = {k: v for k, v in mine.items() if isinstance(v, str | int) and k[-3:] != "_at"}
            assert any(simple.items() <= other.items() for other in told), (name, simple)


def test_tiles_on_both_sides_of_180_hold_their_own(api):
    across = ACROSS[0]
    for lon in (179.999, -179.999):
        row, column = place(lon, across.lat, 8)
        layers = tile(api, "fires", 8, row, column)
        assert layers["edges"]["features"], lon
    row, column = place(0.0, across.lat, 8)
    assert tile(api, "fires", 8, row, column) == {}


def test_a_tile_without_anything_is_empty_and_one_beside_the_map_is_not_there(api):
    assert tile(api, "layer-settlements", 9, 0, 0) == {}
    beside = ("1/2/0", "1/0/2", "23/0/0", "-1/0/0", "a/0/0", "0/0/0.5", "99999999999/0/0")
    for path in beside:
        answer = api.get(f"{OGC}/collections/fires/tiles/{QUAD}/{path}")
        assert (answer.status_code, code(answer)) == (404, "problem.tile")
    assert code(api.get(f"{OGC}/collections/none/tiles/{QUAD}/0/0/0")) == "ogc.collection_unknown"
