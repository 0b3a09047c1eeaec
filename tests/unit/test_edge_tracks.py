"""From drawn polygons and GPS tracks to the ground within an edge."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, box, mapping

from sylvan.domain.codes import Invalid
from sylvan.domain.edge_overrule import area_of_shape
from sylvan.domain.edge_tracks import Track, drawn, tracked
from sylvan.services.tracks_read import read_gpx

LON, LAT = 129.7, 62.0
EAST, NORTH = 52.4, 111.45  # km of a degree there
START = datetime(2026, 7, 17, 5, tzinfo=UTC)


def square(km, lon=LON):
    return box(lon - km / EAST, LAT - km / NORTH, lon + km / EAST, LAT + km / NORTH)


KNOWN = MultiPolygon([square(1.0)])


def walk(corners, step_s=None, lon=LON):
    """A track through places in km, with times if a step is given."""
    places = np.array([[lon + x / EAST, LAT + y / NORTH] for x, y in corners])
    places[:, 0] = (places[:, 0] + 180) % 360 - 180
    if step_s is None:
        return Track((places,))
    times = tuple(START + timedelta(seconds=step_s * k) for k in range(len(places)))
    return Track((places,), (times,))


ROUND = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1.0, -0.95)]


def test_a_track_whose_ends_meet_is_the_edge():
    made = tracked(walk(ROUND), KNOWN)
    assert area_of_shape(made.ground) == pytest.approx(400, rel=0.02)
    assert made.remarks == ()


def test_an_open_track_is_the_edge_along_its_course_and_the_known_one_elsewhere():
    bulge = walk([(1, -1), (2, -0.5), (2, 0.5), (1, 1)])
    made = tracked(bulge, KNOWN)
    assert area_of_shape(made.ground) == pytest.approx(400 + 150, rel=0.03)
    assert made.ground.contains(shapely.Point(LON, LAT))
    assert made.ground.contains(shapely.Point(LON + 1.8 / EAST, LAT))
    assert [one.code for one in made.remarks] == ["edge.completed"]


def test_an_open_track_inside_the_known_edge_takes_ground_away():
    dent = walk([(1, -1), (0.2, -0.5), (0.2, 0.5), (1, 1)])
    made = tracked(dent, KNOWN)
    assert area_of_shape(made.ground) == pytest.approx(400 - 120, rel=0.03)
    assert not made.ground.contains(shapely.Point(LON + 0.8 / EAST, LAT))


def test_the_way_in_which_a_track_was_walked_does_not_matter():
    bulge = [(1, -1), (2, -0.5), (2, 0.5), (1, 1)]
    one, other = (tracked(walk(way), KNOWN).ground for way in (bulge, bulge[::-1]))
    assert shapely.symmetric_difference(one, other).area < 1e-9


def test_other_parts_and_islands_of_the_known_edge_stay():
    ring = shapely.difference(square(1.0), square(0.3))
    spot = shapely.affinity.translate(square(0.2), 4 / EAST)
    known = MultiPolygon([ring, spot])
    made = tracked(walk([(1, -1), (2, -0.5), (2, 0.5), (1, 1)]), known).ground
    assert len(made.geoms) == 2
    assert not made.contains(shapely.Point(LON, LAT))


def test_a_track_that_crosses_itself_is_repaired_and_says_so():
    eight = walk([(-1, -1), (1, 1), (1, -1), (-1, 1), (-1, -0.95)])
    made = tracked(eight, KNOWN)
    assert made.ground.is_valid
    assert [one.code for one in made.remarks] == ["edge.repaired"]


def test_a_track_across_180_is_cut_there():
    known = MultiPolygon([box(179.97, 61.99, 180, 62.01), box(-180, 61.99, -179.99, 62.01)])
    made = tracked(walk(ROUND, lon=179.995), known)
    west, _, east, _ = made.ground.bounds
    assert (west, east) == (-180, 180)
    assert area_of_shape(made.ground) == pytest.approx(400, rel=0.02)


@pytest.mark.parametrize(
    ("track", "code", "told"),
    [
        (walk([(0, 0), (1, 1)]), "edge.too_few_points", {"count": 2}),
        (walk([(0, 0)]), "edge.too_few_points", {"count": 1}),
        (walk([(0, 0), (0, 0), (0, 0)]), "edge.encloses_nothing", {"ha": 0.0}),
        (walk([(-1, -1), (1, -1), (30, 1), (-1, -1)]), "edge.jump", {"point": 3}),
        (walk([(-1, -1), (1, -1), (1, 1), (-1, -1)], 60), "edge.too_fast", {"point": 2}),
        (walk([(-1, -1), (1, -1), (1, 1), (-1, -1)], -60), "edge.time_runs_back", {"point": 2}),
        (walk([(20 + x, y) for x, y in ROUND]), "edge.far_from_fire", {"km": 18.0}),
        (walk([(20, 0), (21, 1), (22, 0)]), "edge.far_from_fire", {"km": 19.0}),
    ],
)
def test_a_track_that_cannot_be_the_edge_is_refused_with_the_place(track, code, told):
    with pytest.raises(Invalid) as refused:
        tracked(track, KNOWN)
    assert refused.value.code == code
    assert refused.value.field == "geometry"
    assert {name: refused.value.params[name] for name in told} == told


def test_a_walk_at_a_crews_pace_is_believed():
    assert tracked(walk(ROUND, 1800), KNOWN).remarks == ()


def test_a_drawn_polygon_keeps_its_islands_and_parts():
    ring = shapely.difference(square(1.0), square(0.3))
    spot = shapely.affinity.translate(square(0.2), 4 / EAST)
    made = drawn(mapping(MultiPolygon([ring, spot])), KNOWN)
    exact = area_of_shape(ring) + area_of_shape(spot)
    assert area_of_shape(made.ground) == pytest.approx(exact, rel=1e-3)


def test_a_drawn_bow_tie_is_repaired_and_says_so():
    tie = [
        [(LON - 0.01, LAT), (LON + 0.01, LAT + 0.01), (LON + 0.01, LAT), (LON - 0.01, LAT + 0.01)]
    ]
    made = drawn({"type": "Polygon", "coordinates": [[*tie[0], tie[0][0]]]}, KNOWN)
    assert made.ground.is_valid
    assert [one.code for one in made.remarks] == ["edge.repaired"]


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (box(140, 62, 140.1, 62.1), "edge.far_from_fire"),
        (box(100, 50, 160, 70), "edge.too_wide"),
        (box(LON, LAT, LON + 1e-6, LAT + 1e-6), "edge.encloses_nothing"),
        (box(LON, 95, LON + 0.1, 95.1), "edge.off_the_earth"),
    ],
)
def test_a_polygon_that_cannot_be_the_edge_is_refused(shape, code):
    with pytest.raises(Invalid, match=code):
        drawn(mapping(shape), KNOWN)


HEAD = b'<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
POINT = '<trkpt lat="62.0{0}" lon="129.5"><time>2026-07-17T05:0{0}:00{1}</time></trkpt>'


def gpx(zone="Z"):
    runs = ["".join(POINT.format(k, zone) for k in ks) for ks in ((0, 1), (2, 3, 4))]
    body = "".join(f"<trkseg>{run}</trkseg>" for run in runs)
    return HEAD + f"<trk>{body}</trk></gpx>".encode()


def test_a_gpx_track_is_read_run_by_run_with_its_times():
    track = read_gpx(gpx())
    assert [len(run) for run in track.runs] == [2, 3]
    assert track.runs[1].tolist() == [[129.5, 62.02], [129.5, 62.03], [129.5, 62.04]]
    assert track.last_at == START + timedelta(minutes=4)


def test_times_with_a_zone_are_turned_into_utc():
    assert read_gpx(gpx("+09:00")).last_at == START + timedelta(minutes=4, hours=-9)


def test_a_route_stands_in_for_a_track_and_may_have_no_times():
    body = HEAD + b'<rte><rtept lat="62" lon="129"/><rtept lat="62.1" lon="129"/></rte></gpx>'
    track = read_gpx(body)
    assert [run.tolist() for run in track.runs] == [[[129.0, 62.0], [129.0, 62.1]]]
    assert track.last_at is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "edge.gpx_unreadable"),
        (b"lat,lon\n62,129\n", "edge.gpx_unreadable"),
        (gpx()[:-30], "edge.gpx_unreadable"),
        (b'<!DOCTYPE gpx [<!ENTITY a "b">]>' + gpx()[21:], "edge.gpx_unreadable"),
        (HEAD + b"</gpx>", "edge.gpx_without_points"),
        (HEAD + b" " * 10_000_001, "edge.gpx_too_large"),
    ],
)
def test_a_file_that_is_no_track_is_refused(body, code):
    with pytest.raises(Invalid, match=code) as refused:
        read_gpx(body)
    assert refused.value.field == "file"
