"""Figures of the installation in Prometheus' form, read at each scrape."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sylvan.services.vitals import BatchFigures, FeedFigures, Figures, Vitals

FEED_STATES = ("ok", "late", "failing", "open", "paused", "never")


class HouseCollector(Collector):
    """Log, feeds and batches; without a database it says only that."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not read the database."""
        return []

    def collect(self) -> Iterable[Metric]:
        """One reading."""
        found = self._vitals.figures()
        yield GaugeMetricFamily(
            "sylvan_database_up", "Whether the database answers", float(found is not None)
        )
        if found is not None:
            yield from _of_log(found)
            yield from _of_feeds(found.feeds)
            yield from _of_batches(found.batches)
            yield from _of_queues(found)


def _of_log(found: Figures) -> Iterable[Metric]:
    yield GaugeMetricFamily("sylvan_log_head", "Number of the newest event", found.seq)
    yield GaugeMetricFamily("sylvan_log_waiting", "Events without a number yet", found.waiting)
    yield GaugeMetricFamily(
        "sylvan_log_lag_seconds", "How long the oldest of them has waited", found.lag_s
    )


def _of_feeds(feeds: Iterable[FeedFigures]) -> Iterable[Metric]:
    names = ["world", "feed"]
    data = GaugeMetricFamily("sylvan_feed_data_age_seconds", "Age of the last data", labels=names)
    passes = GaugeMetricFamily(
        "sylvan_feed_pass_age_seconds", "Age of the last overpass", labels=names
    )
    rows = GaugeMetricFamily("sylvan_feed_rows", "Detections taken in, in all", labels=names)
    states = GaugeMetricFamily("sylvan_feed_state", "1 for the state", labels=[*names, "state"])
    for one in feeds:
        labels = [one.world, one.feed]
        rows.add_metric(labels, one.rows)
        for age, family in ((one.data_age_s, data), (one.pass_age_s, passes)):
            if age is not None:
                family.add_metric(labels, age)
        for state in FEED_STATES:
            states.add_metric([*labels, state], float(one.state == state))
    return data, passes, rows, states


def _of_batches(batches: Iterable[BatchFigures]) -> Iterable[Metric]:
    names = ["world", "feed"]
    number = GaugeMetricFamily("sylvan_batches_day", "Files taken in, last 24 hours", labels=names)
    rows = GaugeMetricFamily(
        "sylvan_batch_rows_day", "Their rows by verdict", labels=[*names, "verdict"]
    )
    ratio = GaugeMetricFamily(
        "sylvan_batch_reject_ratio_day", "Share of them that cannot be used", labels=names
    )
    for one in batches:
        ratio.add_metric([one.world, one.feed], one.reject_ratio)
        number.add_metric([one.world, one.feed], one.batches)
        for verdict, count in sorted(one.rows.items()):
            rows.add_metric([one.world, one.feed, verdict], count)
    return number, rows, ratio


def _of_queues(found: Figures) -> Iterable[Metric]:
    queues = GaugeMetricFamily("sylvan_queue", "What waits to be done", labels=["queue"])
    for name, count in sorted(found.queues.items()):
        queues.add_metric([name], count)
    yield queues
    yield GaugeMetricFamily("sylvan_audit_rows", "Rows in the audit's chain", found.audit_seq)
    yield GaugeMetricFamily(
        "sylvan_audit_signed_rows", "Rows that a checkpoint has signed", found.signed_seq
    )
    yield GaugeMetricFamily(
        "sylvan_database_read_only", "Whether it takes no changes", float(found.read_only)
    )


def register(registry: CollectorRegistry, vitals: Vitals) -> None:
    """Let a registry tell the installation's figures too."""
    registry.register(HouseCollector(vitals))
