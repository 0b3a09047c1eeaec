"""Files of partners: every format read alike, and every known attack refused by name."""

import io
import json
import os
import sqlite3
import stat
import zipfile
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import LineString, Point, box

from sylvan.domain.assets import read_card
from sylvan.feeds.asset_files import read_assets
from sylvan.feeds.asset_shapes import Most, read_shapes
from sylvan.feeds.errors import FeedError
from sylvan.services import gdal_child
from sylvan.services.gdal_child import Bounds

TEMPLATES = Path(__file__).resolve().parents[2] / "frontend" / "public" / "templates"
KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>
<Placemark id="t1"><name>Вышка</name><ExtendedData><Data name="kind"><value>tower</value></Data>
</ExtendedData><Point><coordinates>129.7,62.0,100</coordinates></Point></Placemark>
<Placemark><name>Поле</name><MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>
129,62 129.1,62 129.1,62.1 129,62</coordinates></LinearRing></outerBoundaryIs></Polygon>
</MultiGeometry></Placemark><Placemark><name>вид</name></Placemark>
</Folder></Document></kml>"""
GPX = """<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="x">
<wpt lat="62.0" lon="129.7"><name>A</name></wpt>
<trk><name>B</name><trkseg><trkpt lat="62" lon="129"/><trkpt lat="62.1" lon="129.2"/></trkseg></trk>
<rte><name>C</name><rtept lat="62" lon="129"/><rtept lat="x" lon="129.2"/></rte></gpx>"""


def told(name, body, **defaults):
    raw = body.encode() if isinstance(body, str) else body
    return [row.told for row in read_assets(name, raw, defaults).rows]


def refusal(name, body):
    with pytest.raises(FeedError) as caught:
        told(name, body)
    assert caught.value.params["file"] in (name, "assets.gpkg", "assets.shp")
    return caught.value.code


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "."), body)
    return out.getvalue()


def frame(crs="EPSG:4326"):
    names = ["Опора № 1", "Опора № 2"]
    places = [Point(129.7, 62.0), Point(129.8, 62.1)]
    made = geopandas.GeoDataFrame({"code": ["a", "b"], "name": names}, geometry=places, crs=4326)
    return made.to_crs(crs)


def shapefile(tmp_path: Path, *, drop=(), encoding="utf-8", crs="EPSG:4326"):
    frame(crs).to_file(tmp_path / "x.shp", encoding=encoding, engine="pyogrio")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(tmp_path.glob("x.*")):
            if path.suffix not in drop:
                archive.write(path, path.name)
    return out.getvalue()


def test_geojson_keeps_rows_with_their_numbers_and_what_they_say():
    point = {"type": "Point", "coordinates": [129.7, 62.0]}
    feature = {"type": "Feature", "id": 7, "geometry": point, "properties": {"Name": "A"}}
    rows = told("x.geojson", json.dumps({"type": "FeatureCollection", "features": [feature, 5]}))
    assert rows[0] == {"external_id": "7", "name": "A", "geometry": point}
    assert rows[1]["geometry"] is None


def test_table_takes_places_and_drawings_and_says_the_line():
    text = (
        "Код;Название;Вид;wkt\nL1;Линия;pipeline;LINESTRING (129 62, 130 62)\n;;;\n"
        "P;Т;tower;POINT (bad\n"
    )
    found = read_assets("x.csv", text.encode(), {}).rows
    assert [(one.line, one.told["external_id"]) for one in found] == [(2, "L1"), (4, "P")]
    assert found[0].told["geometry"]["type"] == "LineString"
    assert found[1].told["geometry"] is None


@pytest.mark.parametrize("name", ["x.kml", "x.kmz"])
def test_kml_gives_points_areas_and_their_names(name):
    body = KML if name == "x.kml" else zipped(doc__kml=KML)
    rows = told(name, body, kind="site")
    assert [(one["kind"], one["name"]) for one in rows] == [("tower", "Вышка"), ("site", "Поле")]
    assert rows[0]["external_id"] == "t1"
    assert rows[1]["geometry"]["type"] == "Polygon"


def test_gpx_gives_points_tracks_and_routes_and_a_broken_one_is_an_empty_drawing():
    rows = told("x.gpx", GPX, kind="site")
    assert [one["geometry"].get("type") for one in rows] == ["Point", "LineString", None]


def test_geopackage_and_shapefile_are_read_by_a_child_in_any_projection(tmp_path):
    frame("EPSG:32652").to_file(tmp_path / "x.gpkg", engine="pyogrio")
    for name, body in (
        ("x.gpkg", (tmp_path / "x.gpkg").read_bytes()),
        ("x.zip", shapefile(tmp_path, crs="EPSG:32652")),
    ):
        read = read_assets(name, body, {"kind": "tower"})
        assert [row.told["name"] for row in read.rows] == ["Опора № 1", "Опора № 2"]
        place = read.rows[0].told["geometry"]["coordinates"]
        assert place == pytest.approx([129.7, 62.0], abs=1e-6)
        assert "asset.reprojected" in [one.code for one in read.notes]


def test_old_russian_table_and_missing_index_are_guessed_and_told(tmp_path):
    body = shapefile(tmp_path, drop=(".cpg", ".shx"), encoding="cp1251")
    raw = bytearray(body)
    read = read_assets("x.zip", bytes(raw), {"kind": "tower"})
    assert read.rows[0].told["name"] == "Опора № 1"
    assert "layer.index_rebuilt" in [one.code for one in read.notes]


def test_missing_projection_is_told_where_degrees_are_likely_and_refused_where_not(tmp_path):
    read = read_assets("x.zip", shapefile(tmp_path, drop=(".prj",)), {"kind": "tower"})
    assert "asset.no_projection" in [one.code for one in read.notes]
    metres = shapefile(tmp_path, drop=(".prj",), crs="EPSG:32652")
    assert refusal("x.zip", metres) == "asset.projection_unknown"


def test_table_of_a_shapefile_must_be_there(tmp_path):
    assert refusal("x.zip", shapefile(tmp_path, drop=(".dbf",))) == "file.shapefile_part"


# ── attacks ──────────────────────────────────────────────────────────────────────────────────


def test_bombs_are_refused_by_ratio_by_total_and_by_count():
    assert refusal("x.zip", zipped(a__kml=b" " * 3_000_000)) == "archive.bomb"
    many = {f"a{n}__kml": "x" for n in range(101)}
    assert refusal("x.zip", zipped(**many)) == "archive.too_many"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(3):
            archive.writestr(f"{n}.kml", os.urandom(1000) * 80_000)
    assert refusal("x.zip", out.getvalue()) == "archive.bomb"


def test_size_that_a_header_lies_about_is_found_while_reading():
    body = bytearray(zipped(a__kml=b"<kml>" + b" " * 5_000_000))
    real = (5_000_005).to_bytes(4, "little")
    while (at := body.find(real)) >= 0:
        body[at : at + 4] = (10).to_bytes(4, "little")
    assert refusal("x.zip", bytes(body)) in ("archive.broken", "archive.bomb", "file.xml")


@pytest.mark.parametrize("inner", ["in.zip", "in.kmz", "in.7z"])
def test_archive_inside_an_archive_is_refused(inner):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.kml", KML)
        archive.writestr(inner, zipped(a__kml=KML))
    assert refusal("x.zip", out.getvalue()) == "archive.nested"


@pytest.mark.parametrize(
    "member", ["../a.kml", "/etc/a.kml", "a/../../b.kml", "..\\a.kml", "C:a.kml"]
)
def test_names_that_lead_out_are_refused(member):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(member, KML)
    assert refusal("x.kmz", out.getvalue()) == "archive.path"


def test_links_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("a.kml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal("x.kmz", out.getvalue()) == "archive.link"


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE kml SYSTEM "http://example.org/x.dtd">',
        "<!DOCTYPE kml []>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-5"])
@pytest.mark.parametrize("root", ["kml", "gpx"])
def test_type_declarations_are_refused_whatever_they_declare(declaration, encoding, root):
    text = f'<?xml version="1.0" encoding="{encoding}"?>{declaration}<{root}>&x;&b;</{root}>'
    assert refusal(f"x.{root}", text.encode(encoding)) == "file.doctype"


def test_other_encodings_hide_no_declaration():
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>'
    assert refusal("x.kml", text.encode("utf-16")) == "file.encoding"


def test_deep_xml_ends_by_itself():
    assert refusal("x.kml", "<kml>" + "<a>" * 100_000) == "file.xml"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.gpkg", b"<OGRVRTDataSource></OGRVRTDataSource>"),
        ("x.gpkg", b"PK\x03\x04"),
        ("x.geojson", KML.encode()),
        ("x.kml", b'{"type": "FeatureCollection"}'),
        ("x.csv", b"SQLite format 3\0"),
        ("x.zip", b"a,b\n"),
    ],
)
def test_file_that_is_not_what_its_name_says_is_refused(name, body):
    assert refusal(name, body) == "asset.not_what_it_says"


@pytest.mark.parametrize(
    "body", [b"\x89PNG\r\n\x1a\n\0\0", b"%PDF-1.7", b"<html></html>", b"", b"\0\0\0", b"{]"]
)
def test_what_is_no_map_at_all_is_refused(body):
    assert refusal("things", body).split(".")[0] in ("asset", "file", "feed", "sheet", "table")


def test_virtual_table_in_a_geopackage_is_refused(tmp_path):
    path = tmp_path / "x.gpkg"
    frame().to_file(path, engine="pyogrio")
    with sqlite3.connect(path) as db:
        db.execute("create view leak as select * from gpkg_contents")
    assert refusal("x.gpkg", path.read_bytes()) == "layer.hidden_table"


def test_cut_geopackage_and_noise_in_it_end_the_child_and_nothing_else(tmp_path):
    path = tmp_path / "x.gpkg"
    frame().to_file(path, engine="pyogrio")
    whole = path.read_bytes()
    assert refusal("x.gpkg", whole[:5000]).startswith(("layer.", "confined."))
    noisy = bytearray(whole)
    noisy[100:4000] = os.urandom(3900)
    assert refusal("x.gpkg", bytes(noisy)).startswith(("layer.", "confined."))


def lines_gpkg(tmp_path, n):
    path = tmp_path / "many.gpkg"
    shapes = [LineString([(129 + k * 1e-4, 62), (129.1 + k * 1e-4, 62.1)]) for k in range(n)]
    geopandas.GeoDataFrame({"code": range(n)}, geometry=shapes, crs=4326).to_file(
        path, engine="pyogrio"
    )
    return {"many.gpkg": path.read_bytes()}


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"most": Most(features=10)}, "confined.too_many_features"),
        ({"most": Most(vertices=10)}, "asset.many_vertices"),
        ({"bounds": Bounds(answer_bytes=1000)}, "confined.too_much"),
        ({"bounds": Bounds(wall_s=0.05)}, "confined.too_long"),
        ({"bounds": Bounds(memory_bytes=200 << 20)}, "confined."),
    ],
)
def test_child_that_wants_too_much_is_ended(tmp_path, limits, code):
    with pytest.raises(FeedError) as caught:
        read_shapes("many.gpkg", lines_gpkg(tmp_path, 50), **limits)
    assert caught.value.code.startswith(code)


def test_child_knows_none_of_our_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("SYLVAN_DATABASE_URL", "postgresql://secret")
    files = lines_gpkg(tmp_path, 3)
    asked = []
    started = gdal_child.subprocess.run

    def watched(*args, **options):
        asked.append(options["env"])
        return started(*args, **options)

    gdal_child.confines()
    monkeypatch.setattr(gdal_child.subprocess, "run", watched)
    assert len(read_shapes("many.gpkg", files).rows) == 3
    assert asked
    assert not [name for env in asked for name in env if name.startswith("SYLVAN")]


def test_names_given_to_the_child_are_plain():
    with pytest.raises(FeedError, match=r"archive\.path"):
        read_shapes("../x.gpkg", {"../x.gpkg": b""})


def test_child_leaves_no_files_behind(tmp_path, monkeypatch):
    files = lines_gpkg(tmp_path, 3)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(gdal_child.tempfile, "tempdir", str(scratch))
    read_shapes("many.gpkg", files)
    assert list(scratch.iterdir()) == []


def test_field_with_a_hole_survives(tmp_path):
    path = tmp_path / "x.gpkg"
    shape = box(129, 62, 130, 63).difference(box(129.4, 62.4, 129.6, 62.6))
    geopandas.GeoDataFrame({"code": ["f"]}, geometry=[shape], crs=4326).to_file(
        path, engine="pyogrio"
    )
    (row,) = told("x.gpkg", path.read_bytes(), kind="farm")
    assert len(row["geometry"]["coordinates"]) == 2


@pytest.mark.parametrize("row", ["A;tower;A;;", "A;tower;A;east;62", "A;tower;A;129.7;"])
def test_row_without_a_place_is_told_what_it_needs(row):
    (one,) = told("t.csv", f"id;kind;name;lon;lat\n{row}\n")
    assert [(each.field, each.code) for each in read_card(one).errors] == [
        ("geometry", "asset.no_geometry")
    ]


def test_workbook_is_refused_with_what_to_do():
    assert refusal("towers.xlsx", zipped(**{"xl/workbook__xml": "<workbook/>"})) == "asset.workbook"


def test_spreadsheets_with_decimal_commas_are_read():
    body = "id;kind;name;lon;lat;watch_km\nA;tower;A;129,73;62,03;12,5\nB;tower;B;1,2,3;62;x\n"
    good, bad = told("t.csv", body)
    assert good["geometry"]["coordinates"] == [129.73, 62.03]
    assert read_card(good).card.watch_km == 12.5
    assert {one.field for one in read_card(bad).errors} == {"geometry", "watch_km"}


@pytest.mark.parametrize("name", ["assets.csv", "assets.geojson"])
def test_templates_that_partners_download_are_taken_as_they_stand(name):
    (row,) = told(name, (TEMPLATES / name).read_bytes())
    read = read_card(row)
    assert read.errors == ()
    card = read.card.as_dict()
    assert [key for key in ("watch_km", "alarm_km", "contacts") if not card[key]] == []
    assert set(card["name"]) == {"ru", "en"}
