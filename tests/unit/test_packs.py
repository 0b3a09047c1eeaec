"""Region packs: found, read, and refused with the place of what is wrong."""

import csv
import json
import shutil
from collections import Counter
from datetime import UTC, datetime, time
from difflib import SequenceMatcher
from pathlib import Path

import pytest
import shapely

from sylvan.domain.codes import NotFound
from sylvan.domain.places import LonLat, distance_m
from sylvan.services import packs
from sylvan.services.packs import LayerKind, PackError
from sylvan.services.packs_check import check_layer
from sylvan.services.packs_read import LayerData, read_layer

MAX_SHIPPED_BYTES = 10_000_000  # packs and base map together

YAKUTIA = packs.find("yakutia")
MANIFEST = """\
code: eden
names: {en: Eden}
country: IQ
number_prefix: ED
bbox: [44, 30, 48, 34]
centre: [46, 32]
zoom: 5
time_zones: {default: Asia/Baghdad}
day_boundary: {at: 06:30, zone: Asia/Baghdad}
languages: [en]
layers:
  - code: edge
    kind: boundary
    title: {en: Edge}
    file: edge.geojson
    source: the book
    licence: CC0-1.0
"""


@pytest.fixture
def eden(tmp_path: Path) -> Path:
    folder = tmp_path / "eden"
    folder.mkdir()
    (folder / "region.yaml").write_text(MANIFEST, "utf-8")
    (folder / "edge.geojson").write_text('{"type":"FeatureCollection","features":[]}', "utf-8")
    return folder


def changed(folder: Path, old: str, new: str) -> Path:
    text = MANIFEST.replace(old, new)
    assert text != MANIFEST
    (folder / "region.yaml").write_text(text, "utf-8")
    return folder


def layer(pack: packs.Pack, kind: LayerKind) -> LayerData:
    (spec,) = pack.manifest.of_kind(kind)
    return read_layer(pack.file(spec), spec)


def test_a_pack_of_the_operator_goes_before_the_shipped_one(eden: Path) -> None:
    own = eden.parent / "yakutia"
    shutil.copytree(eden, own)
    changed(own, "code: eden", "code: yakutia")
    assert packs.find("yakutia", eden.parent).manifest.names == {"en": "Eden"}
    assert packs.find("portugal", eden.parent).folder == packs.shipped() / "portugal"


def test_an_unknown_region_is_refused_with_the_known_ones(eden: Path) -> None:
    with pytest.raises(NotFound) as refusal:
        packs.find("nod", eden.parent)
    assert refusal.value.params["known"] == "eden, portugal, yakutia"


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("kind: boundary", "kind: fence", 13, "layers.0.kind"),
        ("    licence: CC0-1.0\n", "", 12, "layers.0.licence"),
        ("default: Asia/Baghdad", "default: Asia/Babylon", 8, "time_zones.default"),
        ("zoom: 5", "zoom: far", 7, "zoom"),
        ("languages: [en]", "languages: []", 10, "languages"),
        ("country: IQ", "country: IQ\nflag: none", 4, "flag"),
        ("bbox: [44, 30, 48, 34]", "bbox: [44, 34, 48, 30]", 1, "file"),
        ("code: eden", "code: paradise", 1, "code"),
        ("file: edge.geojson", "file: gate.geojson", 15, "layers.0.file"),
        ("file: edge.geojson", "file: ../../passwd", 15, "layers.0.file"),
    ],
)
def test_a_wrong_field_is_named_by_file_line_and_field(
    eden: Path, old: str, new: str, line: int, field: str
) -> None:
    with pytest.raises(PackError) as refusal:
        packs.load(changed(eden, old, new))
    assert refusal.value.params["file"] == str(eden / "region.yaml")
    assert (refusal.value.params["line"], refusal.value.field) == (line, field)


def test_every_wrong_field_is_told_at_once(eden: Path) -> None:
    text = MANIFEST.replace("zoom: 5", "zoom: far").replace("country: IQ", "country: Irak")
    (eden / "region.yaml").write_text(text, "utf-8")
    with pytest.raises(PackError) as refusal:
        packs.load(eden)
    assert {error.field for error in refusal.value.errors} == {"zoom", "country"}


def test_a_manifest_that_is_no_yaml_is_named_by_line(eden: Path) -> None:
    with pytest.raises(PackError) as refusal:
        packs.load(changed(eden, "names: {en: Eden}", "names: {en: Eden"))
    assert refusal.value.code == "pack.not_yaml"
    assert refusal.value.params["line"] == 3


def test_an_unquoted_time_of_day_is_not_taken_for_a_number(eden: Path) -> None:
    assert packs.load(eden).manifest.day_boundary.at == time(6, 30)


def test_the_fingerprint_changes_with_any_file_of_the_pack(eden: Path) -> None:
    before = packs.load(eden).fingerprint()
    assert packs.load(eden).fingerprint() == before
    with (eden / "edge.geojson").open("a") as file:
        file.write(" ")
    assert packs.load(eden).fingerprint() != before


def test_shipped_packs_and_base_map_stay_small() -> None:
    sizes = [path.stat().st_size for path in packs.shipped().rglob("*") if path.is_file()]
    assert sum(sizes) < MAX_SHIPPED_BYTES


@pytest.mark.parametrize("code", ["yakutia", "portugal"])
def test_shipped_layers_are_without_fault(code: str) -> None:
    pack = packs.find(code)
    for spec in pack.manifest.layers:
        report = check_layer(read_layer(pack.file(spec), spec))
        assert report.ok, (spec.code, report.findings)
        assert len(report.data), spec.code


@pytest.mark.parametrize("code", ["yakutia", "portugal"])
def test_shipped_layers_lie_in_their_region(code: str) -> None:
    pack = packs.find(code)
    west, south, east, north = pack.manifest.bbox
    frame = shapely.box(west, south, east, north)
    for spec in pack.manifest.layers:
        data = read_layer(pack.file(spec), spec)
        outside = [
            c for c, g in zip(data.codes, data.geometries, strict=True) if not frame.intersects(g)
        ]
        assert not outside, spec.code


def test_what_is_invented_is_marked_as_sample() -> None:
    for code in packs.folders():
        for spec in packs.find(code).manifest.layers:
            assert spec.sample == spec.source.startswith(("invented", "nearest place")), spec.code


def test_yakutia_has_36_municipalities_in_three_time_zones() -> None:
    # 34 uluses and districts, and two urban okrugs: Yakutsk and Zhatay
    pack = YAKUTIA
    data = layer(pack, LayerKind.MUNICIPALITY)
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    zones = pack.manifest.time_zones
    hours = Counter(
        summer.astimezone(zones.of(code)).utcoffset().total_seconds() / 3600 for code in data.codes
    )
    assert hours == {9: 27, 10: 3, 11: 6}  # zones in force since 26 October 2014
    for code, props in zip(data.codes, data.props, strict=True):
        assert props["time_zone"] == str(zones.of(code)), code


def test_an_unknown_municipality_lives_by_the_default_zone() -> None:
    zones = YAKUTIA.manifest.time_zones
    assert str(zones.of(None)) == str(zones.of("nowhere")) == "Asia/Yakutsk"


def test_municipalities_cover_the_region_without_overlap() -> None:
    pack = YAKUTIA
    data, edge = layer(pack, LayerKind.MUNICIPALITY), layer(pack, LayerKind.BOUNDARY)
    whole = shapely.union_all(data.geometries)
    assert sum(shapely.area(data.geometries)) == pytest.approx(whole.area, rel=1e-5)
    assert whole.intersection(edge.geometries[0]).area > 0.99 * edge.geometries[0].area


def test_protection_zones_divide_the_region() -> None:
    pack = YAKUTIA
    zones, edge = layer(pack, LayerKind.PROTECTION_ZONE), layer(pack, LayerKind.BOUNDARY)
    assert {props["zone"] for props in zones.props} == {"ground", "aviation", "control"}
    whole = shapely.union_all(zones.geometries)
    assert sum(shapely.area(zones.geometries)) == pytest.approx(whole.area, rel=1e-4)
    assert whole.intersection(edge.geometries[0]).area > 0.99 * edge.geometries[0].area


def test_each_settlement_lies_in_its_own_municipality() -> None:
    pack = YAKUTIA
    districts = layer(pack, LayerKind.MUNICIPALITY)
    shapes = dict(zip(districts.codes, districts.geometries, strict=True))
    towns = layer(pack, LayerKind.SETTLEMENT)
    for names, props, point in zip(towns.names, towns.props, towns.geometries, strict=True):
        assert shapes[props["municipality"]].buffer(0.002).contains(point), names["ru"]


LATIN = "a,b,v,g,d,e,yo,zh,z,i,y,k,l,m,n,o,p,r,s,t,u,f,kh,ts,ch,sh,shch,,y,,e,yu,ya"
SOUNDS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        LATIN.split(","),
        strict=True,
    )
)


def sounds_like(russian: str, latin: str) -> float:
    spelt = "".join(SOUNDS.get(char, char) for char in russian.lower())
    return SequenceMatcher(None, spelt, latin.lower()).ratio()


def test_russian_names_sound_like_the_names_beside_them() -> None:
    # a shifted row or a name in another Cyrillic language (GeoNames mixes them) shows here
    towns = layer(YAKUTIA, LayerKind.SETTLEMENT)
    off = [names for names in towns.names if sounds_like(names["ru"], names["en"]) < 0.8]
    assert not off
    assert len(towns) == 78


def test_settlements_stand_where_geonames_has_them(shared_data: Path) -> None:
    with (shared_data / "geo" / "geonames_settlements_yakutia_bbox.csv").open(
        encoding="utf-8"
    ) as f:
        known = {row["geonameid"]: row for row in csv.DictReader(f)}
    towns = layer(YAKUTIA, LayerKind.SETTLEMENT)
    compared = 0
    for code, names, point in zip(towns.codes, towns.names, towns.geometries, strict=True):
        if code in known:
            there = LonLat(float(known[code]["lon"]), float(known[code]["lat"]))
            assert distance_m(LonLat(point.x, point.y), there) < 100, names["ru"]
            compared += 1
    assert compared > 70


def test_the_outline_agrees_with_an_independent_one(shared_data: Path) -> None:
    body = json.loads((shared_data / "geo" / "sakha_boundary_cth.geojson").read_text("utf-8"))
    other = shapely.make_valid(shapely.geometry.shape(body["features"][0]["geometry"]))
    own = layer(YAKUTIA, LayerKind.BOUNDARY).geometries[0]
    shared = own.intersection(other).area / own.union(other).area
    assert shared > 0.97  # two sources of about 1:1 M, coasts and deltas drawn differently
