"""Which rung of the ladder the system stands on, and what each part says of itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sylvan.services.health import LiveFacts, overview
from sylvan.services.vitals import BatchFigures, FeedFigures, Figures

NOW = datetime(2026, 7, 17, 6, tzinfo=UTC)
FEED = FeedFigures("live", "firms-noaa20", "ok", 600.0, 4000.0, 12)
LIVE = LiveFacts(ready=True, clients=3)
WELL = Figures(
    seq=10,
    waiting=0,
    lag_s=0.0,
    feeds=(FEED,),
    batches=(BatchFigures("live", "firms-noaa20", 4, {"rows": 1000, "rejected": 3}),),
    queues={"events": 0, "audit": 0, "ungrouped": 0, "danger": 0, "reports": 0},
    read_only=False,
    answers_ms=5.0,
    audit_seq=100,
    signed_seq=90,
    signed_at=NOW - timedelta(minutes=30),
)


def told(found=WELL, live=LIVE):
    return overview(found, live, NOW)


def bad(answer):
    return {one["part"]: one["state"] for one in answer["parts"] if one["state"] != "ok"}


def codes(answer):
    return {one["reason"]["code"] for one in answer["parts"] if one["reason"]}


def test_all_well_is_whole():
    assert told()["rung"] == "whole"
    assert bad(told()) == {}


@pytest.mark.parametrize(
    ("found", "live", "rung", "parts"),
    [
        (replace(WELL, feeds=(replace(FEED, state="late"),)), LIVE, "feeds_late", {"feed": "late"}),
        (
            replace(WELL, feeds=(replace(FEED, state="open"),)),
            LIVE,
            "feeds_late",
            {"feed": "failing"},
        ),
        (replace(WELL, feeds=(replace(FEED, state="never"),)), LIVE, "whole", {"feed": "never"}),
        (replace(WELL, read_only=True), LIVE, "read_only", {"database": "failing"}),
        (None, LIVE, "read_only", {"database": "failing"}),
        (WELL, replace(LIVE, ready=False), "no_live", {"live": "failing"}),
        (None, replace(LIVE, ready=False), "no_live", {"database": "failing", "live": "failing"}),
        (replace(WELL, waiting=6000, lag_s=90.0), LIVE, "no_live", {"log": "failing"}),
        (replace(WELL, waiting=10, lag_s=9.0), LIVE, "whole", {"log": "late"}),
        (WELL, replace(LIVE, behind=9000), "whole", {"live": "late"}),
    ],
)
def test_rung_is_the_lowest_that_a_part_leaves(found, live, rung, parts):
    answer = told(found, live)
    assert (answer["rung"], bad(answer)) == (rung, parts)


def test_audit_that_nobody_signs_is_told_only_where_rows_came():
    old = replace(WELL, signed_at=NOW - timedelta(hours=3))
    assert codes(told(old)) == {"health.audit_unsigned"}
    assert codes(told(replace(old, signed_seq=100))) == set()


def test_ungrouped_hotspots_and_unreadable_rows_are_told():
    waiting = replace(WELL, queues=WELL.queues | {"ungrouped": 7})
    assert codes(told(waiting)) == {"health.ungrouped"}
    unread = BatchFigures("live", "drop", 2, {"rows": 100, "rejected": 60})
    answer = told(replace(WELL, batches=(unread,)))
    assert codes(answer) == {"health.rejects"}
    assert answer["parts"][-1]["facts"]["reject_ratio"] == 0.6


def test_feed_tells_what_went_wrong_last():
    error = {"code": "feed.timeout", "params": {"s": 30}, "at": "2026-07-17T05:00:00Z"}
    answer = told(replace(WELL, feeds=(replace(FEED, state="failing", error=error),)))
    (feed,) = [one for one in answer["parts"] if one["part"] == "feed"]
    assert feed["reason"] == {"code": "feed.timeout", "params": {"s": 30}}
