"""Uploaded layers: what is in a file follows from its content; columns are known by their names."""

import io
import json
import zipfile

import numpy as np
import pyogrio.raw
import pytest
import shapely

from sylvan.feeds.errors import FeedError
from sylvan.feeds.layer_files import read_layer_file
from sylvan.services.layer_compare import compare
from sylvan.services.packs import LayerKind, LayerSpec, PackError
from sylvan.store import layer_versions
from sylvan.store.layers import Item

SQUARE = shapely.box(120.0, 60.0, 121.0, 61.0)


def spec(**fields: str) -> LayerSpec:
    return LayerSpec(
        code="districts",
        kind=LayerKind.FORESTRY,
        title={"en": "Districts"},
        file="-",
        fields=fields,
        source="own",
        licence="own",
    )


def geojson(*rows: tuple[dict[str, object], shapely.Geometry]) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": fields,
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for fields, shape in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in files.items():
            archive.writestr(name.replace("_", "."), body)
    return out.getvalue()


def gdal(tmp_path, driver: str, suffix: str) -> dict[str, bytes]:
    pyogrio.raw.write(
        tmp_path / f"own{suffix}",
        np.array([shapely.to_wkb(SQUARE)], dtype=object),
        [np.array(["17"], dtype=object), np.array(["Мирнинское"], dtype=object)],
        np.array(["KOD", "NAZV"]),
        geometry_type="Polygon",
        crs="EPSG:4326",
        driver=driver,
        encoding="UTF-8",
    )
    return {one.suffix: one.read_bytes() for one in tmp_path.iterdir()}


def test_columns_are_known_by_their_names_and_shown_with_values():
    body = geojson(({"KOD": 17, "NAZV": "Мирнинское", "AREA": 5.5}, SQUARE))
    found = read_layer_file("districts.geojson", body, spec())
    assert found.fields == {"code": "KOD", "name_ru": "NAZV"}
    assert found.data.codes == ("17",)
    assert found.data.names == ({"ru": "Мирнинское"},)
    assert {one.name: one.values for one in found.columns}["AREA"] == ("5.5",)


def test_chosen_columns_go_before_known_ones():
    body = geojson(({"KOD": 17, "OTHER": "A"}, SQUARE))
    found = read_layer_file("districts.geojson", body, spec(code="OTHER"))
    assert (found.data.codes, dict(found.fields)) == (("A",), {"code": "OTHER"})


@pytest.mark.parametrize(("driver", "suffix"), [("GPKG", ".gpkg"), ("ESRI Shapefile", ".shp")])
def test_geopackage_and_zipped_shapefile_are_read(tmp_path, driver, suffix):
    files = gdal(tmp_path, driver, suffix)
    body = (
        files[".gpkg"]
        if suffix == ".gpkg"
        else zipped(**{f"own{k}".replace(".", "_"): v for k, v in files.items()})
    )
    name = "own.gpkg" if suffix == ".gpkg" else "own.zip"
    found = read_layer_file(name, body, spec())
    assert found.data.codes == ("17",)
    assert found.data.names == ({"ru": "Мирнинское"},)
    assert found.data.geometries[0].equals(SQUARE)


def test_kml_is_read_as_features():
    body = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark id="7">'
        "<name>Кордон</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        "120,60 121,60 121,61 120,60</coordinates></LinearRing></outerBoundaryIs></Polygon>"
        "</Placemark></Document></kml>"
    ).encode()
    found = read_layer_file("cordon.kml", body, spec())
    assert found.data.names == ({"ru": "Кордон"},)
    assert found.data.geometries[0].geom_type == "Polygon"


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("a.csv", b"lon,lat\n1,2\n", "layer.upload_format"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "layer.not_json"),
        ("a.kml", b"<!DOCTYPE kml [<!ENTITY a 'b'>]><kml/>", "file.doctype"),
        ("a.gpkg", b"SQLite format 3\0" + b"\1" * 200, "layer.unreadable"),
        ("two.zip", zipped(a_geojson=b"{}", b_geojson=b"{}"), "layer.several_files"),
        ("none.zip", zipped(own_gpkg=b"SQLite format 3\0"), "layer.archive_empty"),
        ("half.zip", zipped(own_shp=b"\0\0\x27\x0a"), "file.shapefile_part"),
    ],
)
def test_what_cannot_be_a_layer_is_refused_by_the_name_that_was_sent(name, body, code):
    with pytest.raises((FeedError, PackError)) as refused:
        read_layer_file(name, body, spec())
    assert refused.value.code == code
    assert refused.value.params["file"] == name


def item(code: str, shape: shapely.Geometry, **names: str) -> Item:
    return Item(code, names, shape)


def test_comparison_tells_each_feature_and_where_it_changed():
    turned = shapely.Polygon([*SQUARE.exterior.coords[2:], *SQUARE.exterior.coords[1:3]])
    moved = shapely.box(130.0, 60.0, 131.0, 61.0)
    before = [
        item("same", SQUARE),
        item("gone", SQUARE),
        item("named", SQUARE),
        item("far", SQUARE),
    ]
    after = [
        item("same", turned),
        item("named", SQUARE, ru="Имя"),
        item("far", moved),
        item("new", moved),
    ]
    found = compare(before, after)
    assert [one.code for one in found.same] == ["same"]
    assert [one.code for one in found.removed] == ["gone"]
    assert [one.code for one in found.added] == ["new"]
    assert {one.after.code: one.what for one in found.changed} == {
        "named": ("names",),
        "far": ("geometry",),
    }
    assert (130.0, 60.0, 131.0, 61.0) in found.boxes()
    assert compare(before, before).boxes() == []


def test_a_kept_version_gives_back_what_it_was_made_of():
    kept = [Item("a", {"ru": "Имя"}, SQUARE, {"height_m": 30}), Item("b", {}, shapely.Point(1, 2))]
    back = layer_versions.unpack(layer_versions.pack(kept))
    assert back == kept
