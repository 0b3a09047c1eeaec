"""Layer files of every kind and state turned into WGS 84, and tricks that are refused."""

import json
import sqlite3
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from sylvan.services.packs import LayerKind, LayerSpec, PackError
from sylvan.services.packs_gdal import sniff_encoding
from sylvan.services.packs_read import read_layer

SQUARES = [shapely.box(129, 62, 130, 63), shapely.box(130, 62, 131, 63)]
NAMES = ["Якутское", "Хангаласское"]
NAMED = {"code": "KOD", "name_ru": "NAZV"}


def spec(kind: LayerKind = LayerKind.FORESTRY, **values: Any) -> LayerSpec:
    told = {"fields": NAMED, "file": "-", "source": "test", "licence": "CC0-1.0", **values}
    return LayerSpec(code="districts", kind=kind, title={"en": "Districts"}, **told)


def written(
    path: Path, shapes: list[Any] = SQUARES, crs: str = "EPSG:4326", **options: Any
) -> Path:
    if crs != "EPSG:4326":
        to = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
        shapes = [
            shapely.transform(s, lambda p: np.column_stack(to(p[:, 0], p[:, 1]))) for s in shapes
        ]
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(s) for s in shapes], dtype=object),
        field_data=[np.arange(1, len(shapes) + 1, dtype="f8"), np.array(NAMES, dtype=object)],
        fields=["KOD", "NAZV"],
        geometry_type="Polygon",
        crs=crs,
        **options,
    )
    return path


def geojson(path: Path, *geometries: Any, **members: Any) -> Path:
    features = [
        {"type": "Feature", "properties": {"KOD": str(n), "NAZV": "Имя"}, "geometry": geometry}
        for n, geometry in enumerate(geometries, start=1)
    ]
    body = {"type": "FeatureCollection", "features": features, **members}
    path.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    return path


def codes_of(data: Any) -> list[str]:
    return [note.text.code for note in data.notes]


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "geojson"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:28422"])
def test_every_format_and_coordinate_system_gives_the_same_layer(
    tmp_path: Path, suffix: str, crs: str
) -> None:
    options = {"layer_options": {"RFC7946": "NO"}} if suffix == "geojson" else {}
    path = written(tmp_path / f"districts.{suffix}", crs=crs, **options)
    data = read_layer(path, spec())
    assert data.codes == ("1", "2")
    assert [names["ru"] for names in data.names] == NAMES
    for got, expected in zip(data.geometries, SQUARES, strict=True):
        assert got.hausdorff_distance(expected) < 1e-6


def test_names_in_any_number_of_languages_and_extra_columns_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    feature = {"type": "Feature", "properties": {"a": "Якутск", "b": "Дьокуускай", "p": 7, "q": 8}}
    body = {**feature, "geometry": {"type": "Point", "coordinates": [129.7, 62.0, 95.0]}}
    path.write_text(json.dumps(body), "utf-8")
    fields = {"name_ru": "a", "name_sah": "b", "population": "p"}
    data = read_layer(path, spec(LayerKind.SETTLEMENT, fields=fields))
    assert data.names == ({"ru": "Якутск", "sah": "Дьокуускай"},)
    assert data.props == ({"population": 7},)
    assert data.codes == ("1",)
    assert not shapely.has_z(data.geometries[0])


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8"])
def test_a_shapefile_that_hides_its_encoding_is_recognised(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path / "old.shp", encoding=encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = 0
    path.with_suffix(".dbf").write_bytes(dbf)
    data = read_layer(path, spec())
    assert [names["ru"] for names in data.names] == NAMES
    assert codes_of(data) == ["layer.encoding_guessed"]


def test_plain_ascii_needs_no_guess() -> None:
    header = bytearray(65)
    header[8:10] = struct.pack("<H", 65)
    assert sniff_encoding(bytes(header) + b"Yakutsk") is None


def test_a_declared_encoding_is_believed(tmp_path: Path) -> None:
    path = written(tmp_path / "old.shp", encoding="cp1251")
    data = read_layer(path, spec(encoding="cp1251"))
    assert [names["ru"] for names in data.names] == NAMES


def test_a_shapefile_without_index_is_read_and_left_as_it_was(tmp_path: Path) -> None:
    path = written(tmp_path / "bare.shp")
    path.with_suffix(".shx").unlink()
    data = read_layer(path, spec())
    assert data.codes == ("1", "2")
    assert "layer.index_rebuilt" in codes_of(data)
    assert not path.with_suffix(".shx").exists()


def test_degrees_without_a_coordinate_system_are_a_guess_to_be_agreed_to(tmp_path: Path) -> None:
    path = written(tmp_path / "bare.shp")
    path.with_suffix(".prj").unlink()
    data = read_layer(path, spec())
    assert codes_of(data) == ["layer.crs_assumed"]
    assert data.geometries[0].equals(SQUARES[0])


def test_metres_without_a_coordinate_system_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "bare.shp", crs="EPSG:28422")
    path.with_suffix(".prj").unlink()
    with pytest.raises(PackError) as refusal:
        read_layer(path, spec())
    assert refusal.value.code == "layer.no_crs"
    told = read_layer(path, spec(crs="EPSG:28422"))
    assert told.geometries[0].hausdorff_distance(SQUARES[0]) < 1e-6


def test_an_unknown_coordinate_system_is_refused_by_name(tmp_path: Path) -> None:
    member = {"type": "name", "properties": {"name": "EPSG:999999"}}
    path = geojson(tmp_path / "x.geojson", {"type": "Point", "coordinates": [1, 2]}, crs=member)
    with pytest.raises(PackError) as refusal:
        read_layer(path, spec())
    assert refusal.value.params["crs"] == "EPSG:999999"


VRT = '<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>/etc/passwd</SrcDataSource>'


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "geojson", "json"])
def test_a_vrt_under_another_name_never_reaches_gdal(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reached(*_: Any, **__: Any) -> None:
        raise AssertionError("GDAL was asked to open it")

    monkeypatch.setattr(pyogrio.raw, "read", reached)
    path = tmp_path / f"x.{suffix}"
    path.write_text(VRT, "utf-8")
    with pytest.raises(PackError):
        read_layer(path, spec())


@pytest.mark.parametrize(
    "statement",
    [
        "create virtual table secrets using fts5(body)",
        "create view secrets as select * from districts",
    ],
)
def test_a_geopackage_with_hidden_machinery_is_refused(tmp_path: Path, statement: str) -> None:
    path = written(tmp_path / "districts.gpkg")
    with sqlite3.connect(path) as db:
        db.execute(statement)
    with pytest.raises(PackError) as refusal:
        read_layer(path, spec())
    assert refusal.value.code == "layer.hidden_table"


def test_a_geopackage_with_two_layers_asks_which(tmp_path: Path) -> None:
    path = written(tmp_path / "two.gpkg", layer="one")
    written(path, layer="two", append=True)
    with pytest.raises(PackError) as refusal:
        read_layer(path, spec())
    assert refusal.value.params["known"] == "one, two"
    assert len(read_layer(path, spec(layer="two"))) == 2


def test_a_truncated_geopackage_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "districts.gpkg")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(PackError) as refusal:
        read_layer(path, spec())
    assert refusal.value.code == "layer.unreadable"


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path) -> None:
    path = written(tmp_path / "districts.gpkg")
    with pytest.raises(PackError) as refusal:
        read_layer(path, spec(fields={"code": "ID"}))
    assert refusal.value.field == "fields.code"
    assert refusal.value.params["known"] == "KOD, NAZV"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"type": "FeatureCollection",\n "features": [', "layer.not_json"),
        (b'{"type": "Topology", "objects": {}}', "layer.not_geojson"),
        (b"[]", "layer.not_geojson"),
        (b'{"type": "FeatureCollection", "features": {}}', "layer.not_geojson"),
        ('{"имя": 1}'.encode("cp1251"), "layer.not_utf8"),
        (b"[" * 100_000, "layer.not_geojson"),
        (b"", "layer.not_json"),
    ],
)
def test_what_is_no_geojson_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(content)
    with pytest.raises(PackError) as refusal:
        read_layer(path, spec())
    assert refusal.value.code == code
    assert refusal.value.params["file"] == str(path)


@pytest.mark.parametrize("name", ["x.kml", "x.csv", "x"])
def test_other_formats_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")
    with pytest.raises(PackError) as refusal:
        read_layer(tmp_path / name, spec())
    assert refusal.value.code == "layer.unknown_format"


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": ["1", "2"]},
        {"type": "Point", "coordinates": [True, 2]},
        {"type": "Point", "coordinates": [1]},
        {"type": "LineString", "coordinates": [[1, 2]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": 5},
        {"type": "Circle", "coordinates": [1, 2]},
        {"type": "MultiPolygon"},
        [],
    ],
)
def test_a_geometry_that_makes_no_sense_is_noted_not_guessed(tmp_path: Path, geometry: Any) -> None:
    good = {"type": "Point", "coordinates": [129, 62]}
    data = read_layer(geojson(tmp_path / "x.geojson", geometry, good), spec())
    assert [(note.number, note.text.code) for note in data.notes] == [
        (1, "layer.unreadable_geometry")
    ]
    assert data.geometries[0] is None
    assert data.geometries[1].x == 129


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    path = geojson(tmp_path / "x.geojson", {"type": "Point", "coordinates": [129, 62]})
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_layer(path, spec(LayerKind.TOWER))) == 1
