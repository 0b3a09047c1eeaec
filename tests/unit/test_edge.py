"""Edges and areas against shapely's exact unions and the geodesic area of the ellipsoid."""

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import Point, box

from sylvan.domain import detections
from sylvan.domain.detections import Instrument
from sylvan.domain.edge import DEFAULT, EdgeParameters, area_of, drawing_of, edge_of
from sylvan.domain.footprints import footprints

PLACES = [(129.7, 62.0), (180.0, 66.0), (-179.999, 77.0), (20.0, 0.0), (147.0, -42.0)]
GEOD = Geod(ellps="WGS84")


def pixels(lon, lat, instrument=Instrument.VIIRS, scan=np.nan, track=np.nan):
    rows = detections.empty(len(np.atleast_1d(lon)))
    rows["lon"], rows["lat"] = lon, lat
    rows["instrument"], rows["scan"], rows["track"] = instrument, scan, track
    return rows


def cloud(seed, n, place, km):
    rng = np.random.default_rng(seed)
    lat = place[1] + rng.normal(0, km / 111.2, n)
    lon = place[0] + rng.normal(0, km / 111.2, n) / np.cos(np.radians(place[1]))
    return pixels((lon + 180) % 360 - 180, lat, scan=rng.uniform(0.3, 0.8, n), track=0.4)


def geodesic_ha(polygon):
    return abs(GEOD.geometry_area_perimeter(polygon)[0]) / 1e4


clouds = st.builds(
    cloud,
    seed=st.integers(0, 2**32 - 1),
    n=st.sampled_from([1, 2, 3, 20, 300]),
    place=st.sampled_from(PLACES),
    km=st.sampled_from([0.2, 1.0, 5.0]),
)


@given(clouds)
@settings(max_examples=60, deadline=None)
def test_edge_is_a_valid_cut_and_bounded_polygon_with_its_area_in_the_interval(rows):
    edge = edge_of(rows)
    west, _, east, _ = edge.polygon.bounds
    assert edge.polygon.is_valid
    assert -180 <= west <= east <= 180
    assert all(part.bounds[2] - part.bounds[0] < 180 for part in edge.polygon.geoms)
    assert all(part.exterior.is_ccw for part in edge.polygon.geoms)
    assert shapely.get_num_coordinates(edge.polygon) <= DEFAULT.max_vertices
    assert 0 < edge.area_lo_ha <= edge.area_ha <= edge.area_hi_ha


@given(clouds, st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_same_detections_in_any_order_give_the_same_bytes(rows, seed):
    shuffled = np.random.default_rng(seed).permutation(np.concatenate([rows, rows]))
    assert edge_of(rows).polygon.wkb == edge_of(shuffled).polygon.wkb
    assert edge_of(rows).area_ha == edge_of(shuffled).area_ha


@given(clouds)
@settings(max_examples=40, deadline=None)
def test_the_edge_meets_every_footprint(rows):
    edge = edge_of(rows)
    step = 2 * DEFAULT.tolerance * DEFAULT.cell_deg
    reach = edge.polygon.buffer(step / np.cos(np.radians(abs(rows["lat"]).max())))
    prints = footprints(rows[rows["instrument"] != Instrument.GEOSTATIONARY])
    if not len(prints.lon):
        prints = footprints(rows)
    lon, lat, east, north = prints
    met = [  # the edge is cut at 180°, the footprints are not
        shapely.intersects(reach, shapely.box(x - east, lat - north, x + east, lat + north))
        for x in (lon - 360, lon, lon + 360)
    ]
    assert np.any(met, axis=0).all()


def test_a_wide_footprint_adds_nothing_where_finer_ones_found_the_fire():
    fine = pixels([130.0, 130.005], [62.0, 62.002])
    wide = pixels([130.01], [62.0], Instrument.MODIS)
    wide["scan"], wide["track"] = 4.8, 2.0
    assert edge_of(np.concatenate([fine, wide])).polygon.equals(edge_of(fine).polygon)
    assert edge_of(wide).area_ha > 900


def test_a_wide_footprint_counts_where_nothing_finer_was_seen():
    fine, wide = pixels([130.0], [62.0]), pixels([130.2], [62.0], Instrument.MODIS)
    both = edge_of(np.concatenate([fine, wide]))
    assert both.area_ha == pytest.approx(14 + 100, rel=0.06)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("instrument", "km"), [(Instrument.VIIRS, 0.375), (Instrument.MODIS, 1)])
def test_one_pixel_of_unknown_size_has_the_area_of_the_instruments_pixel(place, instrument, km):
    edge = edge_of(pixels([place[0]], [place[1]], instrument))
    exact = km * km * 100
    assert edge.area_ha == pytest.approx(exact, rel=0.05)
    assert geodesic_ha(edge.polygon) == pytest.approx(exact, rel=0.05)
    assert edge.area_hi_ha / edge.area_ha == pytest.approx(edge.area_ha / edge.area_lo_ha)


def test_two_far_pixels_stay_two_parts_and_two_near_ones_are_joined():
    far, near = pixels([130.0, 130.2], [62.0, 62.0]), pixels([130.0, 130.015], [62.0, 62.0])
    assert len(edge_of(far).polygon.geoms) == 2
    assert len(edge_of(near).polygon.geoms) == 1
    assert edge_of(near).area_ha > 2 * 14.0


@pytest.mark.parametrize("place", [PLACES[0], PLACES[2], PLACES[4]])
def test_without_closing_the_area_is_that_of_the_union_of_footprints(place):
    rows = cloud(5, 400, (150.0, place[1]), 3.0)
    rows["scan"] = rows["track"] = 0.6  # of one size: none is explained by a finer one
    union = shapely.union_all(
        [
            box(x - dx, y - dy, x + dx, y + dy)
            for x, y, dx, dy in zip(*footprints(rows), strict=True)
        ]
    )
    plain = EdgeParameters(farthest_km=0.0, crowding=0.0, smallest_hole_km2=0.0)
    exact = sum(geodesic_ha(shapely.orient_polygons(part)) for part in shapely.get_parts(union))
    assert area_of(rows, plain) == pytest.approx(exact, rel=0.02)


def ring(km):
    turn = np.linspace(0, 2 * np.pi, 400)
    return pixels(130 + km / 52.3 * np.cos(turn), 62 + km / 111.4 * np.sin(turn))


def test_a_hole_that_could_have_been_seen_stays_unburnt():
    edge = edge_of(ring(4.0))
    assert len(edge.polygon.geoms[0].interiors) == 1
    assert not edge.polygon.contains(Point(130, 62))
    assert edge_of(ring(0.6)).polygon.contains(Point(130, 62))


def test_a_large_complex_is_drawn_coarser_but_within_bounds():
    rows = cloud(9, 30_000, (120.0, 64.0), 60.0)
    edge = edge_of(rows, EdgeParameters(max_vertices=500))
    assert edge.polygon.is_valid
    assert shapely.get_num_coordinates(edge.polygon) <= 500


def test_geostationary_pixels_draw_the_edge_only_where_nothing_finer_saw_the_fire():
    both = pixels([130.0, 130.02], [62.0, 62.0])
    both["instrument"][1] = Instrument.GEOSTATIONARY
    assert edge_of(both).polygon.wkb == edge_of(both[:1]).polygon.wkb
    assert edge_of(both[1:]).area_ha == pytest.approx(400, rel=0.05)


def test_an_unbelievable_pixel_size_is_replaced_by_the_nominal_one():
    odd = pixels([130.0, 130.0], [62.0, 62.0], scan=[-1.0, 500.0], track=[0.0, np.inf])
    assert area_of(odd) == area_of(pixels([130.0], [62.0]))


def test_no_detections_have_no_edge():
    with pytest.raises(ValueError, match="at least one detection"):
        edge_of(detections.empty())


def lake(km):
    return box(130 - km / 52.3, 62 - km / 111.4, 130 + km / 52.3, 62 + km / 111.4)


def test_a_lake_stays_unburnt_however_near_the_fire_is_around_it():
    rows = ring(1.2)[::20]  # so few that the ground between them counts as burnt
    dry, wet = edge_of(rows), edge_of(rows, water=[lake(0.6)])
    assert dry.polygon.contains(Point(130, 62))
    assert not wet.polygon.contains(Point(130, 62))
    assert dry.area_ha - wet.area_ha == pytest.approx(144, rel=0.1)


def test_what_was_seen_burning_on_a_lake_counts():
    rows = np.concatenate([ring(1.2)[::20], pixels([130.0], [62.0])])
    wet = edge_of(rows, water=[lake(0.6)])
    assert wet.polygon.contains(Point(130, 62))
    assert not wet.polygon.contains(Point(130 + 0.4 / 52.3, 62))


def test_a_thin_line_of_fire_that_runs_askew_is_one_part():
    part = np.linspace(0, 1, 200)
    rows = pixels(130 + 12 * part / 52.3, 62 + 9 * part / 111.4)
    assert len(edge_of(rows).polygon.geoms) == 1


@given(clouds)
@settings(max_examples=40, deadline=None)
def test_every_fine_pixel_has_its_centre_within_the_edge(rows):
    rows = rows[rows["instrument"] == Instrument.VIIRS]
    rows["scan"] = rows["track"] = np.nan
    edge = edge_of(rows)
    step = 2 * DEFAULT.tolerance * DEFAULT.cell_deg
    reach = edge.polygon.buffer(step / np.cos(np.radians(abs(rows["lat"]).max())))
    assert shapely.contains_xy(reach, rows["lon"], rows["lat"]).all()


@given(clouds)
@settings(max_examples=30, deadline=None)
def test_what_was_enclosed_by_then_only_grows(rows):
    rows["acq_at"] = np.arange(len(rows)) * 3600
    drawing = drawing_of(rows)
    final = drawing.burnt()
    masks = [drawing.as_of(final, k * 3600) for k in (0, len(rows) // 2, len(rows))]
    assert all((one <= other).all() for one, other in itertools.pairwise(masks))
    assert np.array_equal(masks[-1], final)
