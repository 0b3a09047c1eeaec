"""People's edges: they overrule satellites, later passes build on them, they can be taken back."""

import math
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import shapely
from shapely.geometry import mapping, shape
from sqlalchemy import text

from sylvan.domain.codes import Conflict, Forbidden, Invalid, NotFound
from sylvan.domain.detections import Stage
from sylvan.domain.edge_overrule import EdgeKind
from sylvan.services.edges import Asked
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    installation,
    opened,
    operator,
    replay_world,
)
from tests.db.surgery_tools import block, codes, do, only, pixels, read, standing, version

ROW = (-1.6, -0.8, 0.0, 0.8, 1.6)
"""Kilometres east: five pixels, one fire."""
KM_LON = KM_LAT / math.cos(math.radians(ORIGIN[1]))
"""Degrees of longitude in a kilometre there."""


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


@pytest.fixture
def fire(house):
    """One signal of five pixels in a row, seen six hours ago."""
    pixels(house, *ROW)
    return only(house)


def square(km, east=0.0):
    """A square of this half side around a place so far east of the middle."""
    lon, lat = ORIGIN
    west, right = lon + (east - km) * KM_LON, lon + (east + km) * KM_LON
    return shapely.box(west, lat - km * KM_LAT, right, lat + km * KM_LAT)


def give(house, fire_id, ground=None, hours=3.0, world="live", actor=None, **asked):
    """A drawn edge as it was so many hours ago."""
    ground = square(1.0) if ground is None else ground
    return house.edges.give(
        actor or operator(house, world),
        UUID(str(fire_id)),
        EdgeKind.DRAWN,
        mapping(ground),
        NOW - timedelta(hours=hours),
        Asked(**asked),
    )


def undo(house, edge, **asked):
    return house.edges.undo(operator(house), UUID(edge["edge"]), Asked(**asked))


def listed(house, fire_id):
    return house.edges.listed(operator(house), UUID(str(fire_id)))


def lies_within(card, east_km):
    lon = ORIGIN[0] + east_km * KM_LON
    return shape(card["edge"]).contains(shapely.Point(lon, ORIGIN[1]))


def test_a_drawn_edge_replaces_that_of_the_satellites(house, fire) -> None:
    assert fire["edge_source"] == "satellite"
    done = give(house, fire["id"])
    card = read(house, fire["id"])
    assert done["fire"] == {"id": fire["id"], "version": card["version"]}
    assert (card["edge_source"], card["edge_at"]) == ("drawn", NOW - timedelta(hours=3))
    assert card["area_ha"] == pytest.approx(400, rel=0.01)
    assert card["area_lo_ha"] < card["area_ha"] < card["area_hi_ha"] < 1.2 * card["area_ha"]
    assert not lies_within(card, 1.6)
    assert {"edge.given_drawn", "edge.from_drawn"} <= set(codes(card))


def test_a_later_pass_builds_on_it_and_an_earlier_one_does_not(house, fire) -> None:
    give(house, fire["id"])
    pixels(house, 2.4, hours=4.0)  # came late, was acquired before the edge's time
    assert not lies_within(read(house, fire["id"]), 2.4)
    pixels(house, 1.6, hours=1.0)
    card = read(house, fire["id"])
    assert lies_within(card, 1.6)
    assert lies_within(card, 0.9)
    assert not lies_within(card, -1.6)
    assert card["edge_source"] == "drawn"
    assert [step["at"] for step in card["growth"]["hours"]][-2:] == [
        NOW - timedelta(hours=3),
        NOW - timedelta(hours=1),
    ]
    assert card["front"] is not None


def test_an_edge_survives_a_better_version_of_the_data(house) -> None:
    version(house, block(), Stage.NRT)
    (fire,) = standing(house).values()
    give(house, fire["id"])
    version(house, block(), Stage.STANDARD, seed=1)
    assert read(house, fire["id"])["area_ha"] == pytest.approx(400, rel=0.01)


def test_undoing_gives_the_satellites_edge_back_to_the_byte(house, fire) -> None:
    before = read(house, fire["id"])
    done = give(house, fire["id"])
    undo(house, done, note="другой пожар")
    after = read(house, fire["id"])
    assert after["edge"] == before["edge"]
    assert (after["edge_source"], after["version"]) == ("satellite", before["version"] + 2)
    assert codes(after)[0] == "edge.taken_back"
    (one,) = listed(house, fire["id"])
    assert (one["in_force"], one["undone_by"]) == (False, operator(house).subject)


def test_an_edge_is_taken_back_once(house, fire) -> None:
    done = give(house, fire["id"])
    undo(house, done)
    with pytest.raises(Conflict, match=r"edge\.undone_already"):
        undo(house, done)
    with pytest.raises(NotFound, match=r"edge\.unknown"):
        undo(house, {"edge": str(uuid4())})


def test_the_edge_of_the_newest_time_is_in_force_whichever_came_last(house, fire) -> None:
    newer = give(house, fire["id"], square(1.0), hours=2.0)
    older = give(house, fire["id"], square(0.5), hours=4.0)
    card = read(house, fire["id"])
    assert card["area_ha"] == pytest.approx(400, rel=0.01)
    assert "edge.older_than_in_force" in codes(card)
    assert [(one["id"], one["in_force"]) for one in listed(house, fire["id"])] == [
        (newer["edge"], True),
        (older["edge"], False),
    ]
    undo(house, newer)
    assert read(house, fire["id"])["area_ha"] == pytest.approx(100, rel=0.02)


def test_a_merge_keeps_the_edge_and_its_undoing_returns_it(house) -> None:
    pixels(house, *ROW)
    pixels(house, 6.0, 6.8)
    west, east = sorted(standing(house).values(), key=lambda one: one["point"][0])
    give(house, west["id"])
    done = do(house, "merge", east["id"], UUID(west["id"]))
    card = read(house, done["fires"][0]["id"])
    assert card["edge_source"] == "drawn"
    assert lies_within(card, 6.0)
    assert not lies_within(card, 1.6)
    house.surgeries.undo(operator(house), UUID(done["surgery"]), Asked())
    assert read(house, west["id"])["edge_source"] == "drawn"
    assert read(house, east["id"])["edge_source"] == "satellite"


def test_a_closed_gpx_track_is_the_edge_as_of_its_last_point(house, fire) -> None:
    ring = shapely.segmentize(square(1.0).exterior, 0.2 * KM_LAT)
    start = NOW - timedelta(hours=5)
    points = "".join(
        f'<trkpt lat="{lat}" lon="{lon}"><time>'
        f"{(start + timedelta(minutes=2 * k)).isoformat().replace('+00:00', 'Z')}</time></trkpt>"
        for k, (lon, lat) in enumerate(ring.coords)
    )
    gpx = f'<gpx version="1.1"><trk><trkseg>{points}</trkseg></trk></gpx>'.encode()
    fire_id = UUID(fire["id"])
    house.edges.give_gpx(operator(house), fire_id, gpx, None, Asked(key="track"))
    card = read(house, fire_id)
    last = start + timedelta(minutes=2 * (len(ring.coords) - 1))
    assert (card["edge_source"], card["edge_at"]) == ("track", last)
    assert card["area_ha"] == pytest.approx(400, rel=0.01)


def test_an_open_track_bends_the_edge_where_it_was_walked(house, fire) -> None:
    before = read(house, fire["id"])
    lon, lat = ORIGIN
    places = [(1.7, -0.1), (2.6, -0.2), (2.6, 0.2), (1.7, 0.1)]
    line = shapely.LineString([(lon + x * KM_LON, lat + y * KM_LAT) for x, y in places])
    house.edges.give(
        operator(house),
        UUID(fire["id"]),
        EdgeKind.TRACK,
        mapping(line),
        NOW - timedelta(hours=1),
        Asked(),
    )
    card = read(house, fire["id"])
    assert lies_within(card, 2.4)
    assert lies_within(card, -1.6)
    assert card["area_ha"] > before["area_ha"]
    assert "edge.completed" in codes(card)


def test_an_edge_from_the_future_or_far_away_is_refused_and_nothing_changes(house, fire) -> None:
    with pytest.raises(Invalid, match=r"field\.future"):
        give(house, fire["id"], hours=-1.0)
    with pytest.raises(Invalid, match=r"edge\.far_from_fire"):
        give(house, fire["id"], square(1.0, east=30.0))
    assert read(house, fire["id"])["version"] == fire["version"]
    assert listed(house, fire["id"]) == []


def test_the_future_is_that_of_the_worlds_clock(house) -> None:
    replay_world(house, "august", NOW - timedelta(days=1))
    pixels(house, *ROW, hours=30.0, world="august")
    fire = only(house, "august")
    give(house, fire["id"], hours=25.0, world="august")
    with pytest.raises(Invalid, match=r"field\.future"):
        give(house, fire["id"], hours=23.0, world="august")


def test_a_stale_version_is_refused_and_a_repeated_key_answers_again(house, fire) -> None:
    first = give(house, fire["id"], version=fire["version"], key="one")
    assert give(house, fire["id"], version=fire["version"], key="one") == first
    with pytest.raises(Conflict, match=r"problem\.stale_version"):
        give(house, fire["id"], version=fire["version"])
    assert len(listed(house, fire["id"])) == 1


def test_the_installation_gives_no_edges(house, fire) -> None:
    with pytest.raises(Forbidden):
        give(house, fire["id"], actor=installation(house))


def test_giving_and_taking_back_are_audited_and_told(house, fire) -> None:
    undo(house, give(house, fire["id"], note="облёт"), note="ошибка")
    with house.worlds.engine.connect() as conn:
        done = conn.execute(
            text("select action from audit where subject = :id order by id"), {"id": fire["id"]}
        )
        assert [row.action for row in done] == ["fire.edge_drawn", "fire.edge_undone"]
    drain(house.worlds.engine)
    entries = house.fires.log(operator(house), UUID(fire["id"]), 10)
    assert [entry["body"]["edge_source"] for entry in entries] == [
        "satellite",
        "drawn",
        "satellite",
    ]


def test_a_fire_that_only_people_saw_gets_an_edge(house) -> None:
    body = {
        "place": {"method": "coordinates", "point": list(ORIGIN)},
        "seen": "smoke",
        "text": "дым за рекой",
    }
    report = house.reports.submit(operator(house), body, None)
    house.reports.promote(operator(house), UUID(report["id"]), None, None)
    fire = only(house)
    assert (fire["edge_source"], fire["area_ha"]) == (None, 0)
    give(house, fire["id"])
    card = read(house, fire["id"])
    assert card["area_ha"] == pytest.approx(400, rel=0.01)
    assert (card["edge_source"], card["n_detections"]) == ("drawn", 0)


def test_the_front_stands_in_the_tiles_of_fires(house, fire) -> None:
    z = 8
    lon, lat = ORIGIN
    x = int((lon + 180) / 360 * 2**z)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    tile = house.maps.tile(operator(house), "fires", (z, x, y), timedelta(days=5))
    assert b"fronts" in bytes(tile)
    assert read(house, fire["id"])["front"]["type"] == "MultiLineString"
