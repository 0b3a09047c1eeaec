"""Faults of a layer by feature number; repairs only with consent, and none that invents."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from sylvan.domain.codes import Coded
from sylvan.services.packs import LayerKind, LayerSpec
from sylvan.services.packs_check import LayerReport, check_layer, cut_at_180
from sylvan.services.packs_read import LayerData, Note, read_layer

HERE = Path("districts.geojson")
SQUARE = shapely.box(129, 62, 130, 63)
BOW = shapely.Polygon([(129, 62), (130, 63), (130, 62), (129, 63), (129, 62)])


def layer(*shapes: Any, kind: LayerKind = LayerKind.FORESTRY, **columns: Any) -> LayerData:
    count = len(shapes)
    geometries = np.empty(count, dtype=object)
    geometries[:] = shapes
    spec = LayerSpec(
        code="x", kind=kind, title={"en": "X"}, file=HERE.name, source="test", licence="CC0-1.0"
    )
    plain = LayerData(
        path=HERE,
        spec=spec,
        numbers=tuple(range(1, count + 1)),
        codes=tuple(str(n) for n in range(1, count + 1)),
        names=({},) * count,
        props=({},) * count,
        geometries=geometries,
        crs="EPSG:4326",
    )
    return replace(plain, **columns)


def found(report: LayerReport) -> list[tuple[int, str, str | None]]:
    return [(f.number, f.text.code.removeprefix("layer."), f.repair) for f in report.findings]


def test_a_sound_layer_is_taken_as_it_is() -> None:
    report = check_layer(layer(SQUARE, shapely.box(130, 62, 131, 63)))
    assert report.ok
    assert not report.findings
    assert report.data.numbers == (1, 2)


def with_corner(lon: float) -> shapely.Polygon:
    with np.errstate(invalid="ignore"):
        return shapely.Polygon([(129, 62), (lon, 63), (130, 63), (129, 62)])


FAULTS = [
    (BOW, "invalid_ring", "make_valid"),
    (None, "no_geometry", "drop"),
    (shapely.Polygon(), "empty_geometry", "drop"),
    (shapely.box(181, 62, 190, 63), "lon_over_180", "wrap"),
    (shapely.box(170, 62, 190, 63), "lon_over_180", "wrap"),
    (shapely.Polygon([(179, 62), (-179, 62), (-179, 63), (179, 63)]), "antimeridian", "cut_at_180"),
    (shapely.box(120, 80, 121, 95), "out_of_range", None),
    (shapely.box(361, 10, 362, 11), "out_of_range", None),
    (shapely.box(62, 129, 63, 130), "axes_swapped", None),
    (with_corner(np.nan), "not_finite", None),
    (with_corner(np.inf), "not_finite", None),
    (shapely.Point(129, 62), "wrong_type", None),
]


@pytest.mark.parametrize(("shape", "code", "repair"), FAULTS)
def test_a_fault_is_named_by_feature_and_keeps_only_that_feature_out(
    shape: Any, code: str, repair: str | None
) -> None:
    report = check_layer(layer(SQUARE, shape))
    assert found(report) == [(2, code, repair)]
    assert not report.ok
    assert report.mendable == (repair is not None)
    assert report.refused == (2,)
    assert report.data.numbers == (1,)


@pytest.mark.parametrize(("shape", "code", "repair"), FAULTS)
def test_consent_mends_what_can_be_mended_and_nothing_else(
    shape: Any, code: str, repair: str | None
) -> None:
    report = check_layer(layer(SQUARE, shape), repair=True)
    assert found(report) == [(2, code, repair)]
    assert report.ok == (repair is not None)
    kept = repair not in (None, "drop")
    assert report.data.numbers == ((1, 2) if kept else (1,))
    for geometry in report.data.geometries:
        assert geometry.is_valid
        assert geometry.geom_type in ("Polygon", "MultiPolygon")
        assert -180 <= geometry.bounds[0] <= geometry.bounds[2] <= 180


def test_looking_changes_nothing() -> None:
    data = layer(BOW, SQUARE, SQUARE, codes=("a", "b", "b"))
    before = [shapely.to_wkb(shape) for shape in data.geometries]
    report = check_layer(data)
    assert [shapely.to_wkb(shape) for shape in data.geometries] == before
    assert report.data.geometries[0].equals_exact(SQUARE)


def test_a_crossing_ring_keeps_its_area_when_mended() -> None:
    (mended,) = check_layer(layer(BOW), repair=True).data.geometries
    assert mended.area == pytest.approx(0.5)  # two triangles of half a degree by one


def test_a_district_of_chukotka_is_cut_at_180_whichever_way_it_was_written() -> None:
    jumping = shapely.Polygon([(179, 62), (-178, 62), (-178, 63), (179, 63)])
    beyond = shapely.box(179, 62, 182, 63)
    for shape in (jumping, beyond):
        (cut,) = check_layer(layer(shape), repair=True).data.geometries
        assert sorted(part.bounds for part in cut.geoms) == [
            (-180, 62, -178, 63),
            (179, 62, 180, 63),
        ]


def test_a_district_already_cut_at_180_is_sound() -> None:
    cut = shapely.MultiPolygon([shapely.box(179, 62, 180, 63), shapely.box(-180, 62, -178, 63)])
    assert check_layer(layer(cut)).ok


@given(
    west=st.floats(-180, 180),
    width=st.floats(0.01, 170),
    south=st.floats(-80, 70),
    height=st.floats(0.01, 10),
)
@settings(deadline=None)
def test_cutting_at_180_keeps_every_square_degree(
    west: float, width: float, south: float, height: float
) -> None:
    cut = cut_at_180(shapely.box(west, south, west + width, south + height))
    assert cut.area == pytest.approx(width * height, rel=1e-6)
    assert -180 <= cut.bounds[0] <= cut.bounds[2] <= 180
    assert cut.is_valid


def test_a_code_given_twice_to_different_things_has_no_repair() -> None:
    data = layer(SQUARE, SQUARE, codes=("7", "7"), names=({"ru": "Одно"}, {"ru": "Другое"}))
    report = check_layer(data, repair=True)
    assert found(report) == [(2, "duplicate_code", None)]
    assert report.findings[0].text.params == {"code": "7", "first": 1}
    assert not report.ok


def test_parts_of_one_thing_are_united_with_consent() -> None:
    parts = shapely.box(129, 62, 130, 63), shapely.box(132, 62, 133, 63)
    data = layer(*parts, codes=("7", "7"), names=({"ru": "Одно"},) * 2)
    assert check_layer(data).refused == (2,)
    report = check_layer(data, repair=True)
    assert report.ok
    assert report.data.codes == ("7",)
    assert report.data.geometries[0].area == pytest.approx(2)


def test_a_missing_code_is_numbered_with_consent() -> None:
    data = layer(SQUARE, codes=("",))
    assert check_layer(data).refused == (1,)
    assert check_layer(data, repair=True).data.codes == ("feature-1",)


@pytest.mark.parametrize("zone", ["control", "aviation", "ground"])
def test_known_protection_zones_pass(zone: str) -> None:
    data = layer(SQUARE, kind=LayerKind.PROTECTION_ZONE, props=({"zone": zone},))
    assert check_layer(data).ok


@pytest.mark.parametrize("props", [{}, {"zone": "зона контроля"}])
def test_an_unknown_protection_zone_is_refused(props: dict[str, Any]) -> None:
    data = layer(SQUARE, kind=LayerKind.PROTECTION_ZONE, props=(props,))
    assert found(check_layer(data, repair=True)) == [(1, "unknown_zone", None)]


def test_a_very_large_outline_is_remarked_upon_but_taken() -> None:
    ring = shapely.Point(129, 62).buffer(1, quad_segs=15_000)
    report = check_layer(layer(ring))
    assert [(f.text.code, f.fault) for f in report.findings] == [("layer.many_vertices", False)]
    assert report.ok
    assert len(report.data) == 1


def test_a_guess_about_the_whole_file_needs_consent_too() -> None:
    note = Note(0, Coded("layer.crs_assumed", {"file": HERE.name}), mendable=True)
    data = layer(SQUARE, notes=(note,))
    assert not check_layer(data).ok
    assert check_layer(data, repair=True).ok


def test_an_unclosed_ring_is_closed_with_consent(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    path.write_text(
        '{"type":"Feature","geometry":{"type":"Polygon","coordinates":'
        "[[[129,62],[130,62],[130,63],[129,63]]]}}"
    )
    data = read_layer(path, layer(SQUARE).spec)
    assert found(check_layer(data)) == [(1, "unclosed_ring", "close_ring")]
    (closed,) = check_layer(data, repair=True).data.geometries
    assert closed.equals(SQUARE)


def test_published_perimeters_with_broken_rings_are_all_accounted_for(shared_data: Path) -> None:
    folder = shared_data / "reference" / "nifc_wfigs_2021_2025"
    table = parquet.read_table(next(folder.glob("perimeters*.parquet")), columns=["geometry"])
    shapes = shapely.from_wkb(table["geometry"].to_pylist())
    broken = [n for n, shape in enumerate(shapes, start=1) if not shape.is_valid]
    report = check_layer(layer(*shapes))
    assert [number for number, code, _ in found(report) if code == "invalid_ring"] == broken
    mended = check_layer(layer(*shapes), repair=True)
    assert broken
    assert mended.ok
    assert len(mended.data) == len(shapes)
    assert all(shape.is_valid for shape in mended.data.geometries)


def test_published_districts_of_the_neighbours_load(shared_data: Path) -> None:
    fields = {"name_ru": "district"}
    files = sorted((shared_data / "geo").glob("osm_*.geojson"))
    assert len(files) == 4
    for path in files:
        spec = LayerSpec.model_validate({**layer(SQUARE).spec.model_dump(), "fields": fields})
        data = read_layer(path, spec)
        report = check_layer(data, repair=True)
        assert report.ok, (path.name, found(report))
        assert all(names["ru"].strip() for names in report.data.names)
