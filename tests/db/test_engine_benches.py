"""The engine's benches on few rows: every figure is there and means something."""

import numpy as np
import pytest
from sqlalchemy import text

from sylvan.bench import group, group_postgis, onto


@pytest.mark.long
def test_grouping_is_compared_with_both_references() -> None:
    pytest.importorskip("sklearn")
    result = group.run(rows=8_000, repeat=1)
    assert set(result["ratios"]) == {"sklearn_dbscan", "postgis_clusterdbscan"}
    assert min(result["ratios"].values()) > 0
    assert group.table(result).row_count >= 12


def test_the_reference_clusters_what_lies_within_the_length() -> None:
    km = np.array([[0.0, 0.0], [0.9, 0.0], [0.0, 5.0]])
    with group_postgis.points_in(km) as engine, engine.connect() as conn:
        assert conn.execute(text(group_postgis.QUERY), {"eps": 1.0}).scalar_one() == 1
        assert conn.execute(text(group_postgis.QUERY), {"eps": 0.8}).scalar_one() == 2


@pytest.mark.long
def test_deliveries_onto_a_season_change_fires_and_are_timed(monkeypatch) -> None:
    monkeypatch.setattr(onto, "SEASON_ROWS", 6_000)
    result = onto.run(rows=12_000, batch=200, repeat=2)
    assert result["stored"] > 6_000
    assert result["stored_fires"] > 100
    assert result["fires_per_batch"] > 5
    assert result["detections_of_these_fires"] >= 200
    assert 0 < result["seconds"]["median"] <= result["seconds"]["worst"]
    assert onto.table(result).row_count >= 10
