"""One trace from the file to the gateway; without a collector, none and at no cost."""

import asyncio
from time import perf_counter

import pytest
from fastapi.testclient import TestClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry
from sqlalchemy import event, text

from sylvan import wiring
from sylvan.domain.actors import local_operator
from sylvan.domain.worlds import live_world
from sylvan.live.filters import Filter
from sylvan.live.frames import Resume
from sylvan.live.hub import Beside, Hub
from sylvan.live.metrics import Metrics
from sylvan.services.log import drain
from sylvan.services.traces import span
from sylvan.settings import Settings
from sylvan.store import tracing
from tests.db.helpers import NOW, firms_file, near, opened, take
from tests.live_doors import LocalDoor
from tests.unit.live_tools import Screen

WAY = [
    "feed",
    "parse",
    "intake",
    "grouping",
    "assessment",
    "outbox",
    "sequencer",
    "gateway",
    "send",
]


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made


@pytest.fixture
def spans(house, monkeypatch):
    """Spans of a house that a collector listens to."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    tracing.carry(house.worlds.engine)
    yield exporter
    event.remove(house.worlds.engine, "begin", tracing._set)


async def until(condition) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("did not happen within ten seconds")


async def screened(house) -> list[dict]:
    """What a screen gets from the log's beginning on."""
    hub = Hub(
        house.log,
        LocalDoor(lambda _name: live_world()),
        metrics=Metrics(CollectorRegistry()),
        beside=Beside(sending=house.log.travellers.sending),
    )
    async with hub.running():
        await until(lambda: hub.ready)
        screen = Screen(hub, local_operator(live_world()))
        epoch = str(house.log.head().epoch)
        hub.resume(screen.client, Resume(epoch, hub.seq, Filter.parse(None)))
        take(house, "pass.csv", firms_file(near(0.0, 0.0, NOW)))
        drain(house.worlds.engine)
        hub.tail.look()
        await until(lambda: any(one.get("kind") == "fire.changed" for one in screen.frames))
        return screen.frames


def test_one_trace_leads_from_the_file_to_the_gateway(house, spans):
    frames = asyncio.run(screened(house))
    found = {one.name: one for one in spans.get_finished_spans()}
    assert set(WAY) <= found.keys()
    (number,) = {found[name].context.trace_id for name in WAY}
    assert found["feed"].attributes["file"] == "pass.csv"
    begun = [found[name].start_time for name in WAY if name != "parse"]
    assert begun == sorted(begun)
    fire = next(frame for frame in frames if frame.get("kind") == "fire.changed")
    with house.worlds.engine.connect() as conn:
        told = conn.scalar(text("select trace from event_log where seq = :n"), {"n": fire["seq"]})
    assert told.split("-")[1] == f"{number:032x}", "a client's frame leads back to the file"


def test_files_have_traces_of_their_own(house, spans):
    for number in range(3):
        take(house, f"{number}.csv", firms_file(near(30.0 * number, 0.0, NOW)))
    drain(house.worlds.engine)
    with house.worlds.engine.connect() as conn:
        traces = conn.execute(text("select distinct split_part(trace, '-', 2) from event_log"))
        assert len({row[0] for row in traces}) == 3


def test_fault_is_told_with_its_span_and_goes_on(house, spans):
    with pytest.raises(Exception, match="no_header"):
        take(house, "junk.csv", b"not,a\nhotspot,file\n")
    feed = next(one for one in spans.get_finished_spans() if one.name == "feed")
    assert not feed.status.is_ok


def spanned() -> float:
    """Seconds that a span takes, of a hundred."""
    begun = perf_counter()
    for _ in range(100):
        with span("x", a=1):
            pass
    return (perf_counter() - begun) / 100


def test_without_a_collector_events_carry_no_trace_and_spans_cost_nothing(house):
    take(house, "pass.csv", firms_file(near(0.0, 0.0, NOW)))
    drain(house.worlds.engine)
    assert {row.trace for row in house.log.read(0, 100)} == {None}
    assert min(spanned() for _ in range(20)) < 10e-6
    assert not house.log.travellers._traces


def test_change_by_http_is_traced_to_its_event(house, spans):
    take(house, "pass.csv", firms_file(near(0.0, 0.0, NOW)))
    drain(house.worlds.engine)
    app, _ = wiring.web(Settings(), house)
    with TestClient(app, base_url="http://localhost") as client:
        fire = client.get("/api/v1/fires").json()["features"][0]["id"]
        spans.clear()
        assert client.post(f"/api/v1/fires/{fire}/shown").status_code == 200
        client.get(f"/api/v1/fires/{fire}")
    (http,) = [one for one in spans.get_finished_spans() if one.name == "http"]
    drain(house.worlds.engine)
    last = house.log.read(0, 100)[-1]
    assert last.trace.split("-")[1] == f"{http.context.trace_id:032x}"
