"""Every entry of the bad-input catalogue is a file with a verdict; the reader must agree."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import yaml

from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import ColumnMap, Limits, ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.feeds.parsed import Reason

FOLDER = Path(__file__).parents[1] / "corpus" / "hotspots"
CASES = yaml.safe_load((FOLDER / "expected.yaml").read_text("utf-8"))
NOW = int(datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp())


def options_of(case) -> ReadOptions:
    given = case.get("options", {})
    return ReadOptions(
        now=NOW,
        limits=Limits(body_bytes=given.get("body_bytes", Limits().body_bytes)),
        mapping=ColumnMap.parse(given["map"]) if "map" in given else None,
        date_order=given.get("date_order"),
        bbox=tuple(given["bbox"]) if "bbox" in given else None,
    )


def as_written(name, wanted):
    if name == "acq_at":
        return [int(datetime.fromisoformat(t + "+00:00").timestamp()) for t in wanted]
    return [np.nan if value is None else value for value in wanted]


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_the_verdict_on_a_file_is_as_the_catalogue_says(case):
    body = (FOLDER / case["file"]).read_bytes()
    if "error" in case:
        with pytest.raises(FeedError) as refused:
            read_file(case["file"], body, options_of(case))
        assert refused.value.code == case["error"]
        assert refused.value.params["file"].startswith(case["file"])
        return
    parsed = read_file(case["file"], body, options_of(case))
    found = [[r.line, r.field, r.reason.name.lower()] for r in parsed.rejects]
    assert found == case["rejects"]
    assert len(parsed.rows) == case["accepted"]
    assert parsed.total_rows == case["accepted"] + len(case["rejects"])
    assert parsed.skipped == case.get("skipped", 0)
    assert parsed.incomplete == case.get("incomplete", False)
    assert parsed.product == case.get("product", parsed.product)
    told = {remark.code for remark in parsed.warnings}
    assert set(case.get("warnings", [])) <= told
    for name, wanted in case.get("values", {}).items():
        np.testing.assert_allclose(
            parsed.rows[name], as_written(name, wanted), rtol=0, atol=2e-3, err_msg=name
        )


def test_no_file_of_the_corpus_is_without_a_verdict():
    files = {path.name for path in FOLDER.iterdir()} - {"expected.yaml"}
    assert files == {case["file"] for case in CASES}


def test_every_reason_occurs_in_the_corpus():
    used = {reason for case in CASES for _, _, reason in case.get("rejects", [])}
    assert used == {reason.name.lower() for reason in Reason}
