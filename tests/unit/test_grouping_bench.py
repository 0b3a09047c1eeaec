"""The benchmark's own promises: what it says it checked, it checked."""

import numpy as np
import pytest

from sylvan.bench import group
from sylvan.domain.grouping import Kind


def test_the_season_is_the_same_each_time_and_in_order_of_time():
    one, other = group.season(3000, coarse=0.2), group.season(3000, coarse=0.2)
    assert all((a == b).all() for a, b in zip(one, other, strict=True))
    assert (np.diff(one.t) >= 0).all()
    assert 0.1 < (one.kind == Kind.COARSE).mean() < 0.3


def test_the_check_finds_a_partition_that_differs():
    assert group._same(np.array([0, 0, 1]), np.array([5, 5, 2]))
    assert not group._same(np.array([0, 0, 1]), np.array([5, 2, 2]))
    assert not group._same(np.array([0, 0, 0]), np.array([5, 5, 2]))


@pytest.mark.long
def test_a_small_run_tells_every_figure_and_agrees_with_the_k_d_tree():
    pytest.importorskip("sklearn")
    result = group.run(rows=12_000, repeat=1, reference_runs=0)
    assert result["ratios"] == {}
    assert result["check"]["same_partition"]
    assert result["check"]["links"] > 12_000
    assert all(batch["same_partition"] for batch in result["batch"].values())
    assert result["scaling"]["seconds"].keys() == {"3000", "6000", "12000"}
    assert group.table(result).row_count >= 12
