"""The compiled image functions of edges, against SciPy's and shapely's general ones."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from shapely.geometry import Polygon, box

from sylvan.domain import edge_kernel as kernel
from sylvan.domain.edge_trace_kernel import trace


def painted(seed, rows, columns, share):
    """A random picture with an empty border."""
    mask = np.zeros((rows + 2, columns + 2), bool)
    mask[1:-1, 1:-1] = np.random.default_rng(seed).random((rows, columns)) < share
    return mask


pictures = st.builds(
    painted,
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 14),
    columns=st.integers(1, 14),
    share=st.sampled_from([0.1, 0.4, 0.6, 0.9, 1.0]),
)


def rings_of(mask):
    corners, ends, cells, hole = trace(mask)
    return [Polygon(ring) for ring in np.split(corners, ends)[:-1]], cells, hole


@given(pictures)
@settings(max_examples=150, deadline=None)
def test_rings_enclose_exactly_the_marked_cells_and_never_touch_themselves(mask):
    rings, cells, hole = rings_of(mask)
    assert all(ring.is_valid for ring in rings)
    assert mask.ravel()[cells].all()
    outer = shapely.union_all(
        [ring for ring, is_hole in zip(rings, hole, strict=True) if not is_hole]
    )
    inner = shapely.union_all([ring for ring, is_hole in zip(rings, hole, strict=True) if is_hole])
    squares = [box(j, i, j + 1, i + 1) for i, j in np.argwhere(mask)]
    # what lies in a hole may burn again, as a part of its own
    again = [box(j, i, j + 1, i + 1) for i, j in np.argwhere(mask & within(mask, inner))]
    found = shapely.union_all([shapely.difference(outer, inner), *again])
    assert shapely.symmetric_difference(found, shapely.union_all(squares)).area == 0.0


def within(mask, inner):
    i, j = np.indices(mask.shape)
    return shapely.contains_xy(inner, j + 0.5, i + 0.5)


@given(pictures)
@settings(max_examples=100, deadline=None)
def test_each_part_joined_by_sides_has_one_outer_ring(mask):
    label, n = ndimage.label(mask)
    _, cells, hole = rings_of(mask)
    assert sorted(label.ravel()[cells[~hole]]) == list(range(1, n + 1))
    parts = kernel.parts(mask)
    assert np.array_equal(parts >= 0, mask)
    pairs = {(int(a), int(b)) for a, b in zip(parts[mask], label[mask], strict=True)}
    assert len(pairs) == n == len({a for a, _ in pairs})


@given(pictures)
@settings(max_examples=150, deadline=None)
def test_distances_are_those_to_the_nearest_marked_cell(mask):
    if mask.any():
        exact = np.rint(ndimage.distance_transform_edt(~mask) ** 2)
        assert np.array_equal(kernel.distances(mask), exact)
    else:
        assert kernel.distances(mask).min() > mask.shape[0] ** 2 + mask.shape[1] ** 2


@given(pictures, st.sampled_from([0.0, 0.7, 1.0, 1.4143, 2.0, 3.3, 50.0]))
@settings(max_examples=150, deadline=None)
def test_dilation_is_what_lies_within_reach(mask, reach):
    near = kernel.distances(mask) <= reach * reach if mask.any() else mask
    assert np.array_equal(kernel.dilated(mask, reach), near)


@given(pictures, st.sampled_from([1.0, 1.5, 2.0, 3.3]))
@settings(max_examples=100, deadline=None)
def test_gaps_close_as_by_dilation_and_erosion_with_a_disc(mask, reach):
    room = np.pad(mask, 5)
    side = np.arange(-5, 6)
    disc = side[:, None] ** 2 + side**2 <= reach**2
    grown = ndimage.binary_dilation(room, disc)
    closed = kernel.close_gaps(room, reach)
    assert np.array_equal(closed, ndimage.binary_erosion(grown, disc))
    assert closed[room].all()


@given(pictures, st.sampled_from([0.0, 1.0, 2.5, 5.0, 100.0]))
@settings(max_examples=100, deadline=None)
def test_holes_below_a_size_are_filled_and_the_ground_around_never_is(mask, smallest):
    cell_ha = np.linspace(1.0, 1.5, len(mask))
    hole, n = ndimage.label(~mask)
    sizes = ndimage.sum_labels(np.repeat(cell_ha[:, None], mask.shape[1], 1), hole, range(n + 1))
    small = np.asarray(sizes) < smallest
    small[[0, hole[0, 0]]] = False
    filled = kernel.fill_small_holes(mask, cell_ha, smallest)
    assert np.array_equal(filled, mask | small[hole])


@given(pictures)
@settings(max_examples=50, deadline=None)
def test_area_counts_each_row_with_its_own_cells(mask):
    cell_ha = np.linspace(1.0, 1.5, len(mask))
    assert np.isclose(kernel.area_ha(mask, cell_ha), mask.sum(axis=1) @ cell_ha)
