"""What the live channel tells a monitoring system."""

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge

from sylvan.services.bus import Bus


class Metrics:
    """Counters and gauges of one gateway, in the registry given."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self.clients = Gauge("sylvan_live_clients", "Open sockets", registry=registry)
        self.catching_up = Gauge(
            "sylvan_live_catching_up", "Sockets that are behind the newest event", registry=registry
        )
        self.lagging = Gauge(
            "sylvan_live_lagging", "Sockets whose write buffer is full", registry=registry
        )
        self.behind = Gauge(
            "sylvan_live_behind_events", "Events in the log not yet read", registry=registry
        )
        self.sent = Counter("sylvan_live_events_sent", "Events sent, by socket", registry=registry)
        self.coalesced = Counter(
            "sylvan_live_events_coalesced",
            "Events left out for slow sockets since a newer one tells the same",
            registry=registry,
        )
        self.published = Counter("sylvan_live_events_read", "Events read", registry=registry)
        self.closed = Counter(
            "sylvan_live_closed", "Sockets that ended, by close code", ["code"], registry=registry
        )
        self.refused = Counter(
            "sylvan_live_refused", "Handshakes refused, by status", ["status"], registry=registry
        )
        self.resumes = Counter(
            "sylvan_live_resumes", "Wishes to resume, by outcome", ["outcome"], registry=registry
        )
        self.pages_read = Counter(
            "sylvan_live_pages_read", "Old pages read back from the log", registry=registry
        )
        self.failures = Counter(
            "sylvan_live_log_failures", "Failed reads of the log", ["part"], registry=registry
        )


def watch_bus(bus: Bus, registry: CollectorRegistry = REGISTRY) -> None:
    """Tell whether the bus that wakes this process is there, asked at each scrape."""
    gauge = Gauge(
        "sylvan_bus_connected", "Whether the bus beside the database answers", registry=registry
    )
    gauge.set_function(lambda: float(bus.connected))
