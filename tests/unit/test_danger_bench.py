"""The benchmark of fire danger: what is absent is told, and the references agree."""

import sys

import pytest

from sylvan.bench import danger


@pytest.mark.long
def test_without_reference_data_the_rest_is_measured_and_the_absence_told(tmp_path):
    result = danger.run(tmp_path, size=4, repeat=1)
    assert {"published_1985", "r_reference"} <= set(result["not_measured"])
    assert "--data FOLDER" in result["not_measured"]["published_1985"]
    assert result["stations"]["s"] > 0
    told = [str(cell) for cell in danger.table(result).columns[0].cells]
    assert "published_1985: not measured" in told


def test_without_xclim_the_bench_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    result = danger.run(tmp_path, size=4, repeat=1)
    assert "pip install 'sylvan[bench]'" in result["not_measured"]["xclim"]
    assert result["ratios"] == {}
    shown = [str(cell) for cell in danger.table(result).columns[1].cells]
    assert any("sylvan\\[bench]" in cell for cell in shown)  # escaped for the console


@pytest.mark.long
def test_the_references_agree(shared_data):
    result = danger.run(shared_data, size=4, repeat=1)
    if "published_1985" in result["not_measured"]:
        pytest.skip(result["not_measured"]["published_1985"])
    assert result["published_1985"] == {"days": 49, "values": 294, "mismatches": 0}
    assert result["r_reference"]["beyond_print"] == 0
