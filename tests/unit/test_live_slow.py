"""Slow readers get the newest of each thing, can prove what they got, and are cut with a reason."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from sylvan.domain.actors import Actor, Level, local_operator
from sylvan.live import frames
from sylvan.live.door import Guest
from sylvan.live.filters import Filter
from sylvan.live.hub import Beside
from sylvan.live.sse import EventStream
from sylvan.services import rights
from sylvan.services.pulse import FeedAge, Pulse

from .live_tools import LIVE, NOW, SMALL, Screen, play, until

WIDE = replace(SMALL, recent_pages=50)


def choked(hub):
    """A screen that can take nothing from here on."""
    screen = Screen(hub).resume(0)
    screen.room = 1
    hub.full(screen.client, asyncio.get_running_loop().time())
    return screen


def test_of_many_changes_of_one_thing_a_slow_reader_gets_the_newest_and_can_prove_it():
    async def scene(hub, log):
        slow = choked(hub)
        for n in range(100):
            log.append(1, "fire.changed", f"f-{n % 3}", body={"version": n})
        await until(lambda: hub.seq == 100)
        slow.drain()
        await until(lambda: slow.held == 100)
        assert slow.numbers == [98, 99, 100]
        told = [frame["body"]["version"] for frame in slow.frames_of("event")]
        assert told == [97, 98, 99]

    play(scene, limits=WIDE)


def test_what_tells_its_own_is_never_left_out():
    async def scene(hub, log):
        slow = choked(hub)
        for _ in range(10):
            log.append(1, "batch.taken", "batch:1")
            log.append(1, "unit.position", "positions")
            log.append(1, "fire.merged", "f-1")
        await until(lambda: hub.seq == 30)
        slow.drain()
        await until(lambda: slow.held == 30)
        assert slow.numbers == list(range(1, 31))

    play(scene, limits=WIDE)


def test_an_older_state_is_kept_where_the_newest_is_not_for_this_reader():
    async def scene(hub, log):
        here = Actor("d", "d", Level.DISTRICT, ("14-1",), LIVE, "operator")
        slow = Screen(hub, here).resume(0)
        slow.room = 1
        hub.full(slow.client, asyncio.get_running_loop().time())
        for place in ("14-1", "14-1", "14-2"):
            log.append(1, "fire.changed", "f-1", territories=(place,))
        await until(lambda: hub.seq == 3)
        slow.drain()
        await until(lambda: slow.held == 3)
        assert slow.numbers == [1, 2]

    play(scene, limits=WIDE)


def test_who_was_away_and_is_not_slow_gets_every_change():
    async def scene(hub, log):
        for _ in range(20):
            log.append(1, "fire.changed", "f-1")
        await until(lambda: hub.seq == 20)
        screen = Screen(hub).resume(0)
        await until(lambda: screen.held == 20)
        assert screen.numbers == list(range(1, 21))

    play(scene, limits=WIDE)


def test_once_level_again_every_change_comes():
    async def scene(hub, log):
        slow = choked(hub)
        slow.drain()
        await until(lambda: slow.client.stage.name == "LIVE")
        for _ in range(5):
            log.append(1, "fire.changed", "f-1")
        await until(lambda: slow.held == 5)
        assert slow.numbers == [1, 2, 3, 4, 5]

    play(scene, limits=WIDE)


class Pulses:
    """Feeds as a test wants them."""

    def __init__(self):
        self.pulse = Pulse((FeedAge("VIIRS", "ok", NOW - timedelta(minutes=47), None),))

    def of(self, world):
        if self.pulse is None:
            raise OSError("no database")
        return self.pulse


def test_heartbeats_tell_how_old_the_data_are_also_while_the_store_is_away():
    pulses, times = Pulses(), [NOW]

    async def scene(hub, log):
        screen = Screen(hub)
        await until(lambda: (screen.last("ping") or {"feeds": []})["feeds"])
        (feed,) = screen.last("ping")["feeds"]
        assert (feed["feed"], feed["state"], feed["age_s"]) == ("VIIRS", "ok", 47 * 60)
        assert screen.last("ping")["store"] == "ok"
        pulses.pulse, log.broken = None, True
        times.append(NOW + timedelta(hours=2))
        await until(lambda: screen.last("ping")["store"] == "away")
        assert screen.last("ping")["feeds"][0]["age_s"] == 47 * 60 + 7200
        log.broken, pulses.pulse = False, Pulse(read_only=True)
        await until(lambda: screen.last("ping")["store"] == "read_only")

    limits = replace(SMALL, ping_s=0.03, pulse_s=0.02, away_s=0.1)
    play(scene, limits=limits, beside=Beside(pulse=pulses), clock=lambda: times[-1])


def test_heartbeats_say_nothing_of_feeds_to_roles_that_do_not_hear_of_them():
    async def scene(hub, log):
        there = Actor("n", "n", Level.NEIGHBOUR, ("14",), LIVE, "neighbour")
        screen, ours = Screen(hub, there), Screen(hub)
        await until(lambda: ours.last("ping") and ours.last("ping")["feeds"])
        await until(lambda: screen.last("ping"))
        assert screen.last("ping")["feeds"] == []
        assert screen.last("ping")["at"] == "2017-08-13T06:30:00Z"

    limits = replace(SMALL, ping_s=0.03, pulse_s=0.02)
    play(scene, limits=limits, beside=Beside(rights.load().rights, Pulses()))


def test_a_stream_that_nobody_reads_holds_a_bounded_amount_and_is_ended_as_lagging():
    limits = replace(WIDE, buffer_bytes=2_000, chunk_bytes=500, lagging_s=0.05)

    async def scene(hub, log):
        stream = EventStream(hub)
        wish = frames.Resume(str(log.epoch), 0, Filter())
        reading = stream.read(Guest(local_operator(LIVE)), wish)
        first = await anext(reading)
        assert b"event: hello" in first
        for n in range(200):
            log.append(1, "fire.changed", f"f-{n}", body={"fill": "x" * 200})
        await until(lambda: not hub.clients)
        rest = b"".join([part async for part in reading])
        assert len(rest) < 2 * limits.buffer_bytes + 1_000
        assert rest.rstrip().endswith(b'{"t":"end","code":4429,"reason":"lagging"}')

    play(scene, limits=limits)


def test_a_stream_that_is_read_gets_all_with_ids_to_come_back_with():
    async def scene(hub, log):
        stream = EventStream(hub)
        wish = frames.Resume(str(log.epoch), 2, Filter())
        text = b""
        async for part in stream.read(Guest(local_operator(LIVE)), wish):
            text += part
            if b":6\n" in text:
                break
        epoch = str(log.epoch).encode()
        marks = [line for line in text.split(b"\n") if line.startswith(b"id: ")]
        assert marks[-1] == b"id: " + epoch + b":6"
        assert text.count(b"event: event") == 4
        await asyncio.sleep(0)

    play(scene, events=6)
