"""A demo day that stands still: the same things have happened each time, and nothing later."""

from datetime import UTC, datetime, timedelta

from sylvan.jobs.demo import until
from sylvan.jobs.replay import Item, ItemKind

START = datetime(2026, 7, 17, 15, tzinfo=UTC)


def item(hours: float) -> Item:
    at = START + timedelta(hours=hours)
    return Item(at=at, kind=ItemKind.DETECTIONS, name=f"{hours:g}", read=lambda: b"", feed="x")


def test_what_came_before_the_start_and_in_the_first_hours_is_played_and_nothing_later():
    items = [item(hours) for hours in (-48, -0.1, 0, 2.9, 3, 3.1, 20)]
    assert [one.name for one in until(items, START, 3)] == ["-48", "-0.1", "0", "2.9", "3"]


def test_no_hours_leave_the_days_before_the_start():
    assert [one.name for one in until([item(-1), item(0), item(0.5)], START, 0)] == ["-1", "0"]
