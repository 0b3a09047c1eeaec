"""The benchmark of travel times runs, and its reference agrees."""

import orjson
import pytest

from sylvan.bench import travel


@pytest.fixture(scope="module")
def result():
    pytest.importorskip("skimage")
    return travel.run(repeat=1, size=(10, 2))


def test_the_reference_finds_the_same_hours_in_the_same_cells(result):
    assert result["raster"]["same_cells"]
    assert result["raster"]["largest_difference_h"] < 1e-9
    assert result["raster"]["cells"] > 10_000


def test_every_pair_is_counted_with_a_reason_or_reached(result):
    assert sum(result["matrix"]["why"].values()) == 20
    assert orjson.loads(orjson.dumps(result)) == result


def test_its_table_names_what_was_measured(result):
    assert travel.table(result).row_count == 10
