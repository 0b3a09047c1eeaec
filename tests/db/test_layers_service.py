"""Layers: a region's pack, a forest service's own files in place of the sample, all or nothing."""

import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import shapely
from sqlalchemy import text

from sylvan import wiring
from sylvan.domain.codes import Conflict, Invalid, NotFound
from sylvan.services.log import drain
from sylvan.services.packs import LayerKind, LayerSpec
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from tests.db import books
from tests.db.helpers import (
    NOW,
    ORIGIN,
    firms_file,
    near,
    opened,
    operator,
    replay_world,
    take,
)

REGION = "portugal"
PACKS = Path(__file__).resolve().parents[2] / "gis_layers"
PLACE = (-8.2, 40.2)
"""A place in the second pack's region."""


@pytest.fixture(scope="module")
def loaded_url(server, template):
    """A database with the small pack loaded, to be copied."""
    with server.fresh(template=template, hint="portugal") as name:
        with opened(server.database(name), region=REGION) as house:
            assert house.layers.load_region(REGION)
        yield name


@pytest.fixture
def house(server, loaded_url):
    with (
        server.fresh(template=loaded_url, hint="own") as name,
        opened(server.database(name), region=REGION) as made,
    ):
        yield made


def spec(code: str = "own-districts", kind: LayerKind = LayerKind.MUNICIPALITY) -> LayerSpec:
    return LayerSpec(
        code=code,
        kind=kind,
        title={"en": "Own", "ru": "Свои"},
        fields={"code": "KOD", "name_ru": "NAZV", "name_en": "NAME"},
        file="-",
        source="test",
        licence="CC0-1.0",
    )


def written(path: Path, *shapes: shapely.Geometry) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"KOD": f"own-{n}", "NAZV": f"Район {n}", "NAME": f"District {n}"},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for n, shape in enumerate(shapes)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


SQUARE = shapely.box(-9, 39, -7, 41)
BOWTIE = shapely.Polygon([(-9, 39), (-7, 41), (-7, 39), (-9, 41)])


def municipality(house) -> str | None:
    rows = near(0, 0, NOW - timedelta(hours=2))
    rows["lon"], rows["lat"] = PLACE
    take(house, f"{house.intake.clock.advance(minutes=1)}.csv", firms_file(rows))
    fire = house.picture.snapshot(operator(house))["fires"][-1]
    found = fire["address"]["municipality"]
    return found["code"] if found else None


def test_a_pack_that_is_loaded_is_not_loaded_again(house) -> None:
    before = books.count(house.worlds.engine, "outbox")
    assert not house.layers.load_region(REGION)
    assert books.count(house.worlds.engine, "outbox") == before


def test_fires_have_the_address_of_the_loaded_layers(house) -> None:
    known = {
        item["id"]
        for item in house.maps.layer_items("districts", bbox=None, after=0, limit=1000).features
    }
    assert municipality(house) in known


def test_an_address_is_unknown_where_no_layer_is_loaded(fresh_db_url) -> None:
    with opened(fresh_db_url) as house:
        assert municipality(house) is None


def test_own_files_answer_at_once_and_the_outside_rule_follows_the_region(house, tmp_path) -> None:
    house.layers.load_file(
        operator(house), REGION, written(tmp_path / "own.geojson", SQUARE), spec(), repair=False
    )
    far = near(0, 0, NOW - timedelta(hours=2))
    far["lon"], far["lat"] = ORIGIN
    assert take(house, "far.csv", firms_file(far)).outside == 1
    codes = {layer["code"] for layer in house.layers.listed(REGION)}
    assert "own-districts" in codes


def test_a_layer_with_faults_is_refused_whole_and_repaired_only_with_consent(
    house, tmp_path
) -> None:
    file = written(tmp_path / "bow.geojson", SQUARE, BOWTIE)
    before = house.layers.listed(REGION)
    with pytest.raises(Invalid):
        house.layers.load_file(operator(house), REGION, file, spec(), repair=False)
    assert house.layers.listed(REGION) == before
    house.layers.load_file(operator(house), REGION, file, spec(), repair=True)
    items = house.maps.layer_items("own-districts", bbox=None, after=0, limit=10).features
    assert len(items) == 2
    assert all(shapely.from_geojson(json.dumps(item["geometry"])).is_valid for item in items)


def test_a_layer_of_a_region_that_is_not_loaded_is_refused(house, tmp_path) -> None:
    file = written(tmp_path / "own.geojson", SQUARE)
    with pytest.raises(NotFound):
        house.layers.load_file(operator(house), "atlantis", file, spec(), repair=False)


def test_a_dropped_layer_is_gone_and_can_be_dropped_once(house) -> None:
    house.layers.drop(operator(house), "rivers")
    with pytest.raises(NotFound):
        house.maps.layer_items("rivers", bbox=None, after=0, limit=10)
    with pytest.raises(NotFound):
        house.layers.drop(operator(house), "rivers")


def test_every_change_of_layers_is_told_and_audited(house, tmp_path) -> None:
    file = written(tmp_path / "own.geojson", SQUARE)
    house.layers.load_file(operator(house), REGION, file, spec(), repair=False)
    house.layers.drop(operator(house), "own-districts")
    drain(house.worlds.engine)
    with house.worlds.engine.connect() as conn:
        told = text(
            "select body ->> 'items' from event_log where subject = 'layer:own-districts'"
            " order by seq"
        )
        assert list(conn.scalars(told)) == ["1", "0"]
        done = text("select action from audit where subject = 'layer:own-districts' order by id")
        assert list(conn.scalars(done)) == ["layer.load", "layer.drop"]


def test_items_are_paged_without_a_gap(house) -> None:
    every = house.maps.layer_items("settlements", bbox=None, after=0, limit=10_000).features
    paged, after = [], 0
    while True:
        page = house.maps.layer_items("settlements", bbox=None, after=after, limit=7)
        paged += page.features
        if page.after is None:
            break
        after = page.after[0]
    assert [item["id"] for item in paged] == [item["id"] for item in every]
    assert len(every) > 7


def test_processes_that_start_at_once_on_an_empty_database_load_the_region_once(
    fresh_db_url,
) -> None:
    start = threading.Barrier(4)

    def boot(_) -> bool:
        engine = store_engine.create(fresh_db_url)
        own = wiring.house(Settings(region=REGION), engine)
        start.wait(30)
        own.worlds.live()
        loaded = own.layers.load_region(REGION)
        engine.dispose()
        return loaded

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(boot, range(4))) == [False, False, False, True]
    with opened(fresh_db_url, region=REGION) as house:
        assert len(house.layers.listed(REGION)) == 4
        assert [world["name"] for world in house.picture.worlds(lambda _: True)] == ["live"]


def test_a_world_opened_by_two_under_one_name_is_opened_once(fresh_db_url) -> None:
    with opened(fresh_db_url) as house:
        start = threading.Barrier(3)

        def work(_) -> str:
            start.wait(30)
            try:
                return replay_world(house, "august").name
            except Conflict as refusal:
                return refusal.code

        with ThreadPoolExecutor(3) as pool:
            answers = sorted(pool.map(work, range(3)))
    assert answers == ["august", "problem.world_exists", "problem.world_exists"]


def other_pack(folder: Path, code: str, *, note: str = "") -> Path:
    """The small pack under another name, with layers of the same codes."""
    made = folder / code
    if made.exists():
        shutil.rmtree(made)
    shutil.copytree(PACKS / REGION, made)
    manifest = made / "region.yaml"
    told = manifest.read_text("utf-8").replace(f"code: {REGION}", f"code: {code}", 1)
    manifest.write_text(told + note, "utf-8")
    return folder


def test_layers_overwritten_by_another_regions_pack_come_back(house, tmp_path) -> None:
    packs = other_pack(tmp_path, "elsewhere")
    assert house.layers.load_region("elsewhere", packs)
    assert house.layers.listed(REGION) == []
    assert house.layers.load_region(REGION)
    assert len(house.layers.listed(REGION)) == 4
    assert not house.layers.load_region(REGION)


def test_a_newer_pack_brings_no_sample_back_beside_a_services_own_layer(house, tmp_path) -> None:
    sample = spec("sample-districts")
    packs = other_pack(tmp_path, "ours", note="# first\n")
    manifest = packs / "ours" / "region.yaml"
    house.layers.load_region("ours", packs)
    assert {layer["code"]: layer["sample"] for layer in house.layers.listed("ours")}["districts"]
    own = written(tmp_path / "own.geojson", SQUARE)
    house.layers.load_file(operator(house), "ours", own, sample, repair=False)
    assert "districts" not in {layer["code"] for layer in house.layers.listed("ours")}
    manifest.write_text(manifest.read_text("utf-8") + "# second\n", "utf-8")
    assert house.layers.load_region("ours", packs)
    codes = {layer["code"] for layer in house.layers.listed("ours")}
    assert "sample-districts" in codes
    assert "districts" not in codes


def test_when_a_services_own_layer_is_dropped_the_sample_can_be_brought_back(
    house, tmp_path
) -> None:
    own = written(tmp_path / "own.geojson", SQUARE)
    house.layers.load_file(operator(house), REGION, own, spec(), repair=False)
    house.layers.drop(operator(house), spec().code)
    assert not house.layers.load_region(REGION)
    assert "districts" not in {layer["code"] for layer in house.layers.listed(REGION)}
    assert house.layers.load_region(REGION, again=True)
    assert "districts" in {layer["code"] for layer in house.layers.listed(REGION)}
