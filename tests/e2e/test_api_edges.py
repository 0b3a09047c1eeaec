"""People's edges by HTTP: drawn, walked, uploaded, listed, taken back; and what is refused."""

import math
from datetime import timedelta

import pytest
import shapely
from shapely.geometry import mapping

from tests.e2e.houses import NOW, SITES, code, take

API = "/api/v1"
ANY = {"If-Match": "*"}


@pytest.fixture
def desk(own):
    """A client beside one fire and nothing else."""
    house, api = own
    take(house, SITES[:1])
    return api


@pytest.fixture
def fire(desk):
    (found,) = desk.get(f"{API}/fires").json()["features"]
    return found["properties"]


def square(fire, km=1.0):
    lon, lat = fire["point"]
    north = km / 111.2
    east = north / math.cos(math.radians(lat))
    return shapely.box(lon - east, lat - north, lon + east, lat + north)


def written(hours):
    return f"{NOW - timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def give(desk, fire, geometry, kind="drawn", hours=0.5, headers=ANY):
    body = {"kind": kind, "geometry": mapping(geometry), "at": written(hours)}
    return desk.post(f"{API}/fires/{fire['id']}/edges", json=body, headers=headers)


def gpx(ring, minutes=6.0):
    """A track along a ring that ends half an hour ago."""
    last = NOW - timedelta(minutes=30)
    places = list(ring.coords)
    points = "".join(
        f'<trkpt lat="{lat}" lon="{lon}">'
        f"<time>{last - timedelta(minutes=minutes * (len(places) - 1 - k)):%Y-%m-%dT%H:%M:%SZ}"
        "</time></trkpt>"
        for k, (lon, lat) in enumerate(places)
    )
    return f'<gpx version="1.1"><trk><trkseg>{points}</trkseg></trk></gpx>'


def upload(desk, fire, body, **form):
    files = {"file": ("track.gpx", body, "application/gpx+xml")}
    path = f"{API}/fires/{fire['id']}/edges/gpx"
    return desk.post(path, files=files, data=form, headers=ANY)


def test_a_drawn_edge_is_the_fires_until_it_is_taken_back(desk, fire):
    before = desk.get(f"{API}/fires/{fire['id']}").json()
    answer = give(desk, fire, square(fire), headers={"If-Match": f'"{fire["version"]}"'})
    assert answer.status_code == 200
    card = desk.get(f"{API}/fires/{fire['id']}").json()
    assert answer.json()["fire"] == {"id": fire["id"], "version": card["version"]}
    assert (card["edge_source"], card["edge_at"]) == ("drawn", written(0.5))
    assert card["area_ha"] == pytest.approx(400, rel=0.01)
    (edge,) = desk.get(f"{API}/fires/{fire['id']}/edges").json()
    assert edge["in_force"]
    undone = desk.post(
        f"{API}/edges/{edge['id']}/undo", json={}, headers={"If-Match": f'"{edge["version"]}"'}
    )
    assert undone.status_code == 200
    after = desk.get(f"{API}/fires/{fire['id']}").json()
    assert (after["edge"], after["edge_source"]) == (before["edge"], "satellite")


def test_a_change_of_an_edge_needs_the_version_that_was_seen(desk, fire):
    assert code(give(desk, fire, square(fire), headers={})) == "problem.version_missing"
    stale = give(desk, fire, square(fire), headers={"If-Match": '"99"'})
    assert (stale.status_code, code(stale)) == (409, "problem.stale_version")
    edge = give(desk, fire, square(fire)).json()["edge"]
    undo = desk.post(f"{API}/edges/{edge}/undo", json={}, headers={"If-Match": '"7"'})
    assert (undo.status_code, code(undo)) == (409, "problem.stale_version")


def test_a_gpx_track_is_uploaded_as_a_form(desk, fire):
    answer = upload(desk, fire, gpx(square(fire).exterior, minutes=10), note="обход")
    assert answer.status_code == 200, answer.text
    card = desk.get(f"{API}/fires/{fire['id']}").json()
    assert (card["edge_source"], card["edge_at"]) == ("track", written(0.5))
    (edge,) = desk.get(f"{API}/fires/{fire['id']}/edges").json()
    assert (edge["kind"], edge["note"]) == ("track", "обход")


def test_a_track_that_jumps_is_refused_with_the_number_of_the_point(desk, fire):
    refused = upload(desk, fire, gpx(square(fire).exterior, minutes=0.5))
    assert (refused.status_code, code(refused)) == (422, "edge.too_fast")
    assert refused.json()["params"]["point"] == 2
    assert desk.get(f"{API}/fires/{fire['id']}/edges").json() == []


@pytest.mark.parametrize(
    ("geometry", "kind", "expected"),
    [
        (shapely.LineString([(129, 62), (129.1, 62)]), "drawn", "edge.wrong_shape"),
        (shapely.box(129, 62, 129.1, 62.1), "track", "edge.wrong_shape"),
        (shapely.box(10, 62, 10.1, 62.1), "drawn", "edge.far_from_fire"),
        (shapely.LineString([(129, 62), (129.1, 62)]), "track", "edge.too_few_points"),
    ],
)
def test_what_cannot_be_the_edge_is_refused_and_nothing_changes(
    desk, fire, geometry, kind, expected
):
    refused = give(desk, fire, geometry, kind)
    assert (refused.status_code, code(refused)) == (422, expected)
    assert desk.get(f"{API}/fires/{fire['id']}").json()["version"] == fire["version"]


def test_an_edge_of_tomorrow_is_refused(desk, fire):
    refused = give(desk, fire, square(fire), hours=-24)
    assert (refused.status_code, code(refused)) == (422, "field.future")


@pytest.mark.parametrize("body", [b"", b"not a track", b"<gpx></gpx>"])
def test_a_file_that_is_no_track_is_refused(desk, fire, body):
    refused = upload(desk, fire, body)
    assert refused.status_code == 422
    assert code(refused).startswith("edge.gpx")


def test_a_track_that_is_not_sent_as_a_form_is_refused(desk, fire):
    path = f"{API}/fires/{fire['id']}/edges/gpx"
    refused = desk.post(path, json={"file": "x"}, headers=ANY)
    assert (refused.status_code, code(refused)) == (415, "problem.media_type")


def test_the_card_tells_growth_by_hour_and_direction(desk, fire):
    growth = desk.get(f"{API}/fires/{fire['id']}").json()["growth"]
    assert growth["hours"][-1]["area_ha"] == pytest.approx(fire["area_ha"], rel=1e-3)
    assert [one["bearing_deg"] for one in growth["directions"]] in ([], list(range(0, 360, 45)))
