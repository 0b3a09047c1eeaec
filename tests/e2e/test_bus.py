"""The bus beside the database: what it carries, and what it costs when it is gone."""

import asyncio
import contextlib
import sys
import threading

import pytest
from structlog.testing import capture_logs

from sylvan import wiring
from sylvan.ops.refusal import Refusal
from sylvan.services.bus import LOG, woken
from sylvan.services.nats_bus import NatsBus, Patience
from sylvan.settings import load_settings
from tests.e2e.chaos import free_port
from tests.e2e.live_server import wait_for
from tests.e2e.nats_server import nats_server

QUICK = Patience(connect_s=1, first_s=0.05, longest_s=0.2, ping_s=0.5)


class Ear:
    """Listens to a bus on a loop of its own."""

    def __init__(self, bus, topic=LOG):
        self.heard = []
        self.times = 0
        self._bus, self._topic = bus, topic
        self._loop = asyncio.new_event_loop()
        self._task = None
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        self._task = self._loop.create_task(self._listen())
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._task)
        self._loop.close()

    async def _listen(self):
        async for seq in self._bus.subscribe(self._topic):
            self.heard.append(seq)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(10)


def test_a_number_told_to_one_process_is_heard_by_all(tmp_path):
    with nats_server(tmp_path) as (address, _):
        told, first, second = (NatsBus([address], "region", QUICK) for _ in range(3))
        try:
            with Ear(first) as one, Ear(second) as two:
                wait_for(lambda: one.heard and two.heard)  # connected
                told.publish(LOG, 7)
                wait_for(lambda: 7 in one.heard and 7 in two.heard)
        finally:
            for bus in (told, first, second):
                bus.close()


def test_installations_that_share_a_server_do_not_wake_each_other(tmp_path):
    with nats_server(tmp_path) as (address, _):
        ours, theirs, told = (NatsBus([address], name, QUICK) for name in ("a", "b", "a"))
        try:
            with Ear(ours) as one, Ear(theirs) as two:
                wait_for(lambda: one.heard and two.heard)
                told.publish(LOG, 9)
                wait_for(lambda: 9 in one.heard)
                assert 9 not in two.heard
        finally:
            for bus in (ours, theirs, told):
                bus.close()


def test_server_that_went_and_came_back_is_found_again_and_told_in_two_lines(tmp_path):
    port = free_port()
    with capture_logs() as lines:
        bus = NatsBus([f"nats://u:secret@127.0.0.1:{port}"], "all", QUICK)
        try:
            with nats_server(tmp_path, port), Ear(bus) as ear:
                wait_for(lambda: bus.connected and ear.heard)
            wait_for(lambda: not bus.connected)
            bus.publish(LOG, 3)  # into the void, and nobody waits
            with nats_server(tmp_path, port), Ear(bus) as ear:
                wait_for(lambda: bus.connected)
                bus.publish(LOG, 4)
                wait_for(lambda: 4 in ear.heard)
        finally:
            bus.close()
    said = [line["event"] for line in lines if line["event"].startswith("bus.")]
    assert said == ["bus.connected", "bus.lost", "bus.connected", "bus.lost"][: len(said)]
    assert len(said) >= 3
    assert "secret" not in str(lines)


def test_server_that_never_was_is_told_once_and_holds_nobody_up():
    with capture_logs() as lines:
        bus = NatsBus([f"nats://127.0.0.1:{free_port()}"], "all", QUICK)
        for number in range(1000):
            bus.publish(LOG, number)
        wait_for(lambda: any(line["event"] == "bus.lost" for line in lines))
        threading.Event().wait(1.0)
        bus.close()
    assert [line["event"] for line in lines] == ["bus.lost"]


def test_one_way_that_fails_leaves_the_other():
    async def broken(topic):
        raise OSError("away")
        yield 0

    async def steady(topic):
        for number in range(3):
            await asyncio.sleep(0.01)
            yield number
        await asyncio.Event().wait()

    async def scene():
        ways = woken(LOG, [("broken", broken), ("steady", steady)])
        async with asyncio.timeout(5):
            for _ in range(3):
                await anext(ways)
        await ways.aclose()

    with capture_logs() as lines:
        asyncio.run(scene())
    assert [line["event"] for line in lines] == ["wakes.lost"]


def test_missing_library_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "sylvan.services.nats_bus", raising=False)
    monkeypatch.setitem(sys.modules, "nats.aio.client", None)
    monkeypatch.setitem(sys.modules, "nats", None)
    with pytest.raises(Refusal, match="nats") as refused:
        wiring.bus(load_settings(nats_url="nats://127.0.0.1:4222"))
    assert "sylvan[nats]" in refused.value.mend
    assert wiring.bus(load_settings()) is None
