"""The layers' desk: drafts change nothing, publishing is whole, everything can be brought back."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import shapely
from sqlalchemy import text

from sylvan.domain.actors import local_operator
from sylvan.domain.codes import Conflict, Invalid, NotFound
from sylvan.services.layer_desk import Wanted
from sylvan.services.packs import LayerKind, LayerSpec
from sylvan.store import layers
from tests.db.helpers import NOW, firms_file, near, opened, take

REGION = "portugal"
PLACE = (-8.2, 40.2)


@pytest.fixture(scope="module")
def loaded_url(server, template):
    with server.fresh(template=template, hint="portugal") as name:
        with opened(server.database(name), region=REGION) as house:
            assert house.layers.load_region(REGION)
        yield name


@pytest.fixture
def house(server, loaded_url):
    with (
        server.fresh(template=loaded_url, hint="desk") as name,
        opened(server.database(name), region=REGION) as made,
    ):
        yield made


@pytest.fixture
def actor(house):
    return local_operator(house.worlds.live())


def geojson(**shapes: shapely.Geometry) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name_ru": f"Район {code}"},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for code, shape in shapes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


WEST = shapely.box(-9.6, 36.9, -8.2, 42.2)
EAST = shapely.box(-8.2, 36.9, -6.1, 42.2)
DISTRICTS = Wanted(LayerKind.MUNICIPALITY)


def codes(house, layer: str) -> set[str]:
    with house.worlds.engine.connect() as conn:
        return {one.code for _, one in layers.features(conn, layer=layer)}


def published(house, actor, body: bytes, wanted: Wanted = DISTRICTS, reason: str = "приказ"):
    draft = house.layer_desk.upload(actor, "own.geojson", body, wanted)
    return house.layer_desk.publish(actor, draft["id"], reason, draft["against"])


def test_a_draft_tells_what_it_would_change_and_changes_nothing(house, actor):
    layer = standing(house)
    before = codes(house, layer)
    draft = house.layer_desk.upload(actor, "own.geojson", geojson(west=WEST, east=EAST), DISTRICTS)
    assert draft["layer"] == layer
    assert draft["changes"]["added"] == 2
    assert draft["changes"]["removed"] == len(before)
    assert draft["bbox"] == [-9.6, 36.9, -6.1, 42.2]
    drawn = house.layer_desk.shapes(draft["id"])
    assert {one["properties"]["change"] for one in drawn} == {"added", "removed"}
    assert codes(house, layer) == before
    house.layer_desk.discard(actor, draft["id"])
    with pytest.raises(NotFound):
        house.layer_desk.version(draft["id"])


def standing(house) -> str:
    found = house.layer_desk.overview()["layers"]
    return next(one["code"] for one in found if one["kind"] == "municipality")


def test_published_layers_can_be_brought_back_with_author_and_reason(house, actor):
    layer = standing(house)
    before = codes(house, layer)
    first = published(house, actor, geojson(west=WEST, east=EAST))
    assert (first["number"], first["state"], first["reason"]) == (2, "in_force", "приказ")
    assert first["published_by"] == actor.subject
    assert codes(house, layer) == {"west", "east"}
    pack = next(one for one in house.layer_desk.history(layer) if one["number"] == 1)
    card = house.layer_desk.version(pack["id"])
    assert card["changes"]["added"] == len(before)
    back = house.layer_desk.publish(actor, pack["id"], "ошибка в приказе", card["against"])
    assert (back["number"], back["restores"]) == (3, 1)
    assert codes(house, layer) == before
    assert [one["state"] for one in house.layer_desk.history(layer)] == [
        "in_force",
        "former",
        "former",
    ]


def test_whoever_compared_with_something_older_is_refused(house, actor):
    one = house.layer_desk.upload(actor, "a.geojson", geojson(west=WEST), DISTRICTS)
    two = house.layer_desk.upload(actor, "b.geojson", geojson(east=EAST), DISTRICTS)
    house.layer_desk.publish(actor, two["id"], "приказ", two["against"])
    with pytest.raises(Conflict, match="changed_since"):
        house.layer_desk.publish(actor, one["id"], "приказ", one["against"])
    assert codes(house, standing(house)) == {"east"}
    fresh = house.layer_desk.version(two["id"])
    with pytest.raises(Conflict, match="in_force"):
        house.layer_desk.publish(actor, two["id"], "приказ", fresh["against"])


def test_a_draft_with_faults_is_told_by_feature_and_never_published(house, actor):
    bow = shapely.Polygon([(-9, 38), (-8, 39), (-8, 38), (-9, 39), (-9, 38)])
    body = geojson(good=WEST, bow=bow)
    draft = house.layer_desk.upload(actor, "own.geojson", body, DISTRICTS)
    fault = next(one for one in draft["about"]["findings"] if one["fault"])
    assert (fault["number"], fault["code"], fault["repair"]) == (
        2,
        "layer.invalid_ring",
        "make_valid",
    )
    assert draft["about"]["mendable"]
    with pytest.raises(Invalid, match="layer_faults"):
        house.layer_desk.publish(actor, draft["id"], "приказ", draft["against"])
    mended = Wanted(LayerKind.MUNICIPALITY, repair=True)
    assert published(house, actor, body, mended)["items"] == 2


def test_a_real_layer_under_another_code_ends_the_sample_which_does_not_return_beside_it(
    house, actor
):
    with house.worlds.engine.begin() as conn:
        conn.execute(text("update layer set sample = true where kind = 'municipality'"))
    sample = standing(house)
    wanted = Wanted(LayerKind.MUNICIPALITY, code="real")
    draft = house.layer_desk.upload(actor, "own.geojson", geojson(west=WEST), wanted)
    assert draft["ends"] == [sample]
    house.layer_desk.publish(actor, draft["id"], "приказ", draft["against"])
    told = house.layer_desk.overview()
    assert [one["code"] for one in told["layers"] if one["kind"] == "municipality"] == ["real"]
    (ended,) = told["ended"]
    with pytest.raises(Conflict, match="sample_beside_own"):
        house.layer_desk.publish(actor, ended["id"], "назад", "")


def test_another_kind_does_not_take_a_layers_code(house, actor):
    wanted = Wanted(LayerKind.FORESTRY, code=standing(house))
    with pytest.raises(Invalid, match="other_kind"):
        house.layer_desk.upload(actor, "own.geojson", geojson(west=WEST), wanted)


def test_what_was_loaded_by_command_is_kept_before_it_is_replaced(house, actor, tmp_path: Path):
    path = tmp_path / "cli.geojson"
    path.write_bytes(geojson(west=WEST))
    layer = standing(house)
    spec = LayerSpec(
        code=layer,
        kind=LayerKind.MUNICIPALITY,
        title={"en": "Own"},
        fields={"code": "code"},
        file=path.name,
        source="own",
        licence="own",
    )
    house.layers.load_file(actor, REGION, path, spec, repair=False)
    published(house, actor, geojson(east=EAST))
    told = {one["number"]: one for one in house.layer_desk.history(layer)}
    assert told[2]["file"] == "cli.geojson"
    assert told[2]["published_by"] == actor.subject
    house.layers.drop(actor, layer)
    assert [one["layer"] for one in house.layer_desk.overview()["ended"]] == [layer]


def test_fires_get_the_address_of_the_new_layer(house, actor):
    rows = near(0, 0, NOW - timedelta(hours=2))
    rows["lon"], rows["lat"] = PLACE
    take(house, "a.csv", firms_file(rows))
    world = house.worlds.live()

    def fire():
        with house.worlds.engine.connect() as conn:
            return conn.execute(
                text("select version, address, territories, changed from fire where world_id = :w"),
                {"w": world.id},
            ).one()

    before = fire()
    published(house, actor, geojson(west=WEST, east=EAST))
    assert house.layer_desk.overview()["following"] == 1
    assert house.layer_desk.follower.catch_up() == 1
    after = fire()
    assert after.version == before.version + 1
    assert after.address["municipality"]["code"] in ("west", "east")
    assert {"west", "east"} & set(after.territories)
    assert house.layer_desk.overview()["following"] == 0
    assert house.layer_desk.follower.catch_up() == 0
