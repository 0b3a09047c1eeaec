"""The benchmark of edges: which versions count, and that its references draw what they say."""

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import Polygon, box

from sylvan.bench import perimeters
from sylvan.bench.perimeters_data import Rule, load
from sylvan.bench.perimeters_methods import REFERENCES, alpha_shape, buffered_points, convex_hull

GRID = np.stack(np.meshgrid(np.arange(0, 3, 0.4), np.arange(0, 3, 0.4)), axis=-1).reshape(-1, 2)
LON, LAT = -105.0, 36.0
KM = 1 / 111.2


def square(km, east=0.0):
    return box(
        LON + (east - km) * KM * 1.236, LAT - km * KM, LON + (east + km) * KM * 1.236, LAT + km * KM
    )


def version(irwin, shape, seen, **more):
    told = {
        "irwin_id": irwin,
        "name": irwin,
        "category": "Wildfire Daily Fire Perimeter",
        "type_kind": "WF",
        "first_seen": seen,
        "discovery": "2022-04-01T18:00:00Z",
        "geometry": shapely.to_wkb(shape),
    }
    return told | more


@pytest.fixture
def folder(tmp_path):
    """Three incidents, 20 points that become public at noon and one that does a day later."""
    tie = Polygon([(LON, LAT), (LON + 0.02, LAT + 0.02), (LON + 0.02, LAT), (LON, LAT + 0.02)])
    rows = [
        version("early", square(1.0), "2022-04-02T06:00:00+00:00"),
        version("known", square(1.0), "2022-04-02T18:00:00+00:00"),
        version("known", square(1.0), "2022-04-02T20:00:00+00:00"),
        version("tie", tie, "2022-04-02T18:00:00+00:00"),
        version("burn", square(1.0), "2022-04-02T18:00:00+00:00", type_kind="RX"),
        version("old", square(1.0), "2022-04-02T18:00:00+00:00", discovery="2021-01-01T00:00:00Z"),
    ]
    places = tmp_path / "reference" / "nifc_wfigs_x"
    places.mkdir(parents=True)
    pd.DataFrame(rows).to_parquet(places / "perimeters_x.parquet")
    n = 22  # the last one lies elsewhere, before everything
    public = ["2022-04-02T12:00:00Z"] * 20 + ["2022-04-03T12:00:00Z", "2022-03-30T12:00:00Z"]
    seen = pd.to_datetime(public)
    points = pd.DataFrame(
        {
            "lon": np.append(LON + np.linspace(-0.01, 0.01, 20), [LON, 0.0]),
            "lat": LAT + np.linspace(-0.008, 0.008, n),
            "satellite": ["SUOMI NPP"] * n,
            "method": ["VIIRS"] * n,
            "first_seen": seen,
            "acq_dt": pd.to_datetime(["2022-04-02T09:00:00Z"] * 21 + ["2022-03-30T09:00:00Z"]),
        }
    )
    replay = tmp_path / "firms" / "replay"
    replay.mkdir(parents=True)
    points.to_parquet(replay / "hms_x.parquet")
    return tmp_path


def test_points_count_only_if_they_were_public_before_the_version(folder):
    reference = load(folder, Rule())
    known = {one.incident: len(one.rows) for one in reference.versions}
    assert known == {"known": 20, "tie": 17}  # three lie more than a kilometre from the tie


def test_what_is_left_out_is_counted(folder):
    told = load(folder, Rule()).told
    assert told["versions"] == 6
    assert (told["not_wildfire"], told["before_the_points_begin"]) == (1, 1)
    assert (told["repeated"], told["too_few_points"]) == (1, 1)
    assert (told["used"], told["fires"]) == (2, 2)
    assert told["invalid_versions"] == told["repaired_among_those_used"] == 1


def test_missing_data_is_told_by_name(tmp_path):
    with pytest.raises(FileNotFoundError, match="hms"):
        load(tmp_path, Rule())


def test_a_perfect_edge_scores_one_and_nought(folder):
    versions = load(folder, Rule()).versions
    told = perimeters.summary(perimeters.scores(versions, lambda one: one.truth), slice(None))
    assert told["median_iou"] == pytest.approx(1.0)
    assert told["median_abs_log_area_ratio"] == pytest.approx(0.0)
    twice = perimeters.scores(versions, lambda one: shapely.affinity.scale(one.truth, 2, 1))
    assert perimeters.summary(twice, slice(None))["median_abs_log_area_ratio"] == pytest.approx(
        np.log(2)
    )


def test_our_edge_on_the_plane_has_the_area_that_it_tells(folder):
    (version, _) = load(folder, Rule()).versions
    drawn = perimeters.sylvan(version)
    assert 100 * drawn.area == pytest.approx(perimeters.edge_of(version.rows).area_ha, rel=0.02)


@pytest.mark.parametrize("name", REFERENCES)
def test_every_reference_holds_the_points_inside(name):
    drawn = REFERENCES[name](GRID)
    assert shapely.contains_xy(drawn.buffer(0.6), *GRID.T).all()
    assert drawn.area > 4.0


def test_references_draw_what_their_names_say():
    assert convex_hull(GRID).area == pytest.approx(2.8**2)
    one = np.array([[0.0, 0.0]])
    assert buffered_points(one).area == pytest.approx(np.pi * 0.25**2, rel=0.04)  # of 32 corners
    assert alpha_shape(one).area == pytest.approx(np.pi * 0.1875**2, rel=0.04)
    far = np.concatenate([GRID, GRID + np.array([20.0, 0.0])])
    assert alpha_shape(far).area == pytest.approx(2 * alpha_shape(GRID).area, rel=0.01)


def test_the_large_fire_covers_what_it_says():
    rows = perimeters.large_fire()
    assert len(rows) == 39_000
    assert perimeters.edge_of(rows).area_ha / 100 == pytest.approx(1500, rel=0.25)
