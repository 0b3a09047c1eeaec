"""One small generated fire day, kept: its files as they arrive, and the truth behind them.

``tests/golden/small_day/scenario.zip`` was written by this very generator; ``expected.json`` says
in plain numbers what is in it. A change of the generator that moves a single byte shows here; if
it is meant, run ``python tests/golden/small_day/make.py`` anew and read the difference.
"""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from sylvan.scenario import archive
from sylvan.scenario.deliveries import Kind, Quirk
from sylvan.scenario.scenario import generate

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "small_day"


@pytest.fixture(scope="module")
def golden():
    return archive.load(FOLDER / "scenario.zip")


@pytest.fixture(scope="module")
def expected():
    return json.loads((FOLDER / "expected.json").read_text("utf-8"))


def test_generator_still_makes_the_kept_day(golden):
    made = generate(golden.parameters, golden.geography)
    assert made.deliveries == golden.deliveries
    for name in archive.TABLES:
        ours, kept = made.truth.table(name), golden.truth.table(name)
        assert ours.size == kept.size
        for column in kept.dtype.names:
            assert np.array_equal(
                ours[column], kept[column], equal_nan=kept[column].dtype.kind == "f"
            ), f"{name}.{column}"


def test_kept_day_holds_what_is_written_about_it(golden, expected):
    truth = golden.truth
    assert truth.counts() == expected["pixels"]
    assert int(truth.passes.size) == expected["passes"]
    for fire, row in zip(truth.fires.ignitions["fire"].tolist(), expected["fires"], strict=True):
        for hour, area in row["area_ha_after_h"].items():
            at = golden.parameters.start + timedelta(hours=float(hour))
            assert truth.area_ha(fire, at) == pytest.approx(area)
        seen = truth.links["source"][truth.links["kind"] == 0]
        assert int((seen == fire).sum()) == row["pixels"]


def test_kept_day_has_every_peculiarity_that_files_have(golden, expected):
    files = [one for one in golden.deliveries if one.kind == Kind.DETECTIONS]
    quirks = Counter(str(one.quirk) for one in files)
    assert quirks == expected["quirks"]
    assert {str(Quirk.TRUNCATED), str(Quirk.ERROR_PAGE), str(Quirk.REPEAT)} <= set(quirks)
    assert {str(Quirk.EARLY), str(Quirk.STANDARD), str(Quirk.LATE)} <= set(quirks)
