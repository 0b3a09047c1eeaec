"""What feeds hand over and whom they tell; wiring fills both."""

from typing import Any, Protocol

import structlog

from sylvan.domain.codes import Coded

log = structlog.get_logger()


class Take(Protocol):
    """Hands a body to the intake; raises ``FeedError`` where it can't be used."""

    def __call__(self, name: str, body: bytes, feed: str) -> Any:
        """Take one body of a feed."""


class Report(Protocol):
    """Told how a feed is; the caller stores and shows it."""

    def polled(self, feed: str, kind: str) -> None:
        """It was asked and had nothing new."""

    def failed(self, feed: str, kind: str, error: Coded, *, opened: bool) -> None:
        """It could not be used; ``opened`` says that it will be left alone for a while."""


class Careful:
    """Tells, and goes on where telling fails: a feed outlives the database behind it."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def polled(self, feed: str, kind: str) -> None:
        """It was asked and had nothing new."""
        try:
            self._report.polled(feed, kind)
        except Exception:
            log.exception("feed.report_failed", feed=feed)

    def failed(self, feed: str, kind: str, error: Coded, *, opened: bool) -> None:
        """It could not be used."""
        try:
            self._report.failed(feed, kind, error, opened=opened)
        except Exception:
            log.exception("feed.report_failed", feed=feed)
