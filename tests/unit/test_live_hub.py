"""A client's stream is the log after its number, through its filter, in order, each event once."""

import asyncio
import random
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.actors import OPERATOR, Actor, Level
from sylvan.domain.worlds import REAL_TIME, World, WorldKind

from .live_tools import LIVE, SMALL, CountingLog, Screen, fill, never, play, until


def test_hello_says_where_the_log_stands():
    async def scene(hub, log):
        log.drop_before(3)
        await until(lambda: Screen(hub).frames[0]["oldest"] == 3)
        hello = Screen(hub).frames[0]
        assert (hello["seq"], hello["epoch"]) == (5, str(log.epoch))

    play(scene, events=5)


@pytest.mark.parametrize("after", [0, 1, 4, 17, 39, 40])
def test_a_client_gets_what_it_missed_from_memory_and_from_the_log_and_then_what_comes(after):
    async def scene(hub, log):
        screen = Screen(hub).resume(after)
        fill(log, 10)
        await until(lambda: screen.held == 50)
        assert screen.numbers == list(range(after + 1, 51))

    play(scene, events=40)


def test_who_wants_the_same_old_page_shares_one_reading():
    async def scene(hub, log):
        screens = [Screen(hub).resume(n % 4) for n in range(50)]
        await until(lambda: all(screen.held == 40 for screen in screens))
        assert all(s.numbers == list(range(n % 4 + 1, 41)) for n, s in enumerate(screens))
        old = [after for after in log.reads if after < 40]
        assert len(old) == len(set(old)) == 10

    play(scene, events=40, limits=replace(SMALL, old_pages=20))


def test_one_who_was_away_for_a_month_delays_nobody():
    async def scene(hub, log):
        far = Screen(hub).resume(0)
        near = Screen(hub).resume(3_999)
        await until(lambda: near.held == 4_000)
        assert far.held < 4_000
        await until(lambda: far.held == 4_000)
        assert far.numbers == list(range(1, 4_001))

    play(scene, events=4_000)


def test_a_number_of_another_log_leads_to_a_fresh_snapshot():
    async def scene(hub, log):
        screen = Screen(hub).resume(3, epoch=uuid4())
        assert screen.last("resync")["reason"] == "epoch"
        fill(log, 3)
        await never(lambda: screen.numbers)

    play(scene, events=5)


def test_beyond_the_retention_is_gone_and_its_border_is_not():
    async def scene(hub, log):
        log.drop_before(11)
        await asyncio.sleep(SMALL.poll_s * 3)
        late = Screen(hub).resume(9)
        assert late.last("gone")["reason"] == "retention"
        assert late.last("gone")["oldest"] == 11
        border = Screen(hub).resume(10)
        await until(lambda: border.held == 40)
        assert border.numbers == list(range(11, 41))

    play(scene, events=40)


def test_what_disappears_while_one_catches_up_is_gone_and_never_skipped():
    async def scene(hub, log):
        log.drop_before(30)  # the hub has not looked since and still offers everything
        screen = Screen(hub).resume(2)
        await until(lambda: screen.last("gone"))
        assert screen.numbers == []

    play(scene, events=40, limits=replace(SMALL, poll_s=1000))


def test_a_new_numbering_starts_everybody_afresh_on_the_same_socket():
    async def scene(hub, log):
        screen = Screen(hub).resume(5)
        await until(lambda: screen.client.stage.name == "LIVE")
        log.restart()
        fill(log, 2)
        await until(lambda: screen.last("resync"))
        assert screen.last("resync")["epoch"] == str(log.epoch)
        screen.resume(0, epoch=log.epoch)
        await until(lambda: screen.held == 2)
        assert screen.numbers == [1, 2]

    play(scene, events=5)


def test_who_knows_more_than_the_gateway_waits_for_it_to_see_the_same():
    async def scene(hub, log):
        log.deaf = True
        fill(log, 3)  # seen by the client's snapshot, not yet by this gateway
        screen = Screen(hub).resume(8)
        fill(log, 2)
        await until(lambda: screen.held == 10)
        assert screen.numbers == [9, 10]

    play(scene, events=5)


def test_who_claims_to_know_the_future_starts_afresh():
    async def scene(hub, log):
        screen = Screen(hub).resume(50)
        await until(lambda: screen.last("resync"))
        assert screen.last("resync")["reason"] == "ahead"

    play(scene, events=5)


def test_lost_wake_ups_lose_nothing():
    log = CountingLog()
    log.deaf = True

    async def scene(hub, log):
        screen = Screen(hub).resume(5)
        fill(log, 5)
        await until(lambda: screen.held == 10)
        assert screen.numbers == [6, 7, 8, 9, 10]

    play(scene, events=5, log=log)


def test_the_database_away_for_a_while_costs_nobody_an_event():
    async def scene(hub, log):
        live = Screen(hub).resume(40)
        log.broken = True
        behind = Screen(hub).resume(0)
        fill(log, 5)
        await asyncio.sleep(SMALL.poll_s * 3)
        log.broken = False
        await until(lambda: live.held == behind.held == 45)
        assert live.numbers == list(range(41, 46))
        assert behind.numbers == list(range(1, 46))

    play(scene, events=40)


def test_a_hole_that_closes_is_waited_for_and_one_that_stays_is_said():
    async def scene(hub, log):
        screen = Screen(hub).resume(5)
        log.hidden = {7}
        fill(log, 3)
        await until(lambda: screen.held == 6)
        log.hidden = set()
        await until(lambda: screen.held == 8)
        assert screen.numbers == [6, 7, 8]
        log.hidden = {9}
        fill(log, 2)
        await until(lambda: screen.last("resync"))
        assert screen.last("resync")["reason"] == "gap"
        screen.resume(10)
        log.append(1, "fire.changed", "next")
        await until(lambda: screen.held == 11)
        assert screen.numbers == [6, 7, 8, 11]

    play(scene, events=5, limits=replace(SMALL, gap_s=0.3))


def test_too_many_different_old_pages_at_once_are_an_overload_that_is_said():
    async def scene(hub, log):
        log.broken = True
        screens = [Screen(hub).resume(n) for n in (0, 8, 16)]
        await until(lambda: any(s.last("resync") for s in screens))
        assert [s.last("resync") is not None for s in screens] == [False, False, True]
        assert screens[2].last("resync")["reason"] == "overload"

    play(scene, events=40, limits=replace(SMALL, wanted_pages=2))


def test_a_full_buffer_stops_the_stream_and_it_goes_on_where_it_stood():
    async def scene(hub, log):
        slow, healthy = Screen(hub).resume(0), Screen(hub).resume(0)
        await until(lambda: slow.client.stage.name == "LIVE")
        slow.room = 700
        for _ in range(30):
            log.append(1, "batch.taken", "x")
            await asyncio.sleep(0.001)
        await until(lambda: healthy.held == 30)
        assert slow.held < 30
        slow.drain()
        await until(lambda: slow.held == 30)
        assert slow.numbers == healthy.numbers == list(range(1, 31))

    play(scene)


def test_a_buffer_that_fills_in_the_middle_of_a_batch_loses_nothing_of_it():
    async def scene(hub, log):
        slow = Screen(hub).resume(2)
        await until(lambda: slow.client.stage.name == "LIVE")
        slow.room = 1
        fill(log, 4)  # one reading, two pages: the first one fills the buffer
        await until(lambda: hub.seq == 6)
        assert slow.held < 6
        slow.drain()
        await until(lambda: slow.held == 6)
        assert slow.numbers == [3, 4, 5, 6]

    play(scene, events=2)


def test_a_burst_larger_than_a_buffer_comes_in_turns_and_not_in_one_write():
    limits = replace(SMALL, page_events=500, buffer_bytes=20_000)

    async def scene(hub, log):
        screen = Screen(hub).resume(0)
        await until(lambda: screen.client.stage.name == "LIVE")
        fill(log, 1000)
        await until(lambda: screen.held == 1000)
        assert screen.numbers == list(range(1, 1001))
        assert screen.largest <= limits.buffer_bytes

    play(scene, limits=limits)


def test_a_buffer_that_fills_without_any_event_repeats_nothing():
    async def scene(hub, log):
        screen = Screen(hub).resume(39)
        await until(lambda: screen.client.stage.name == "LIVE")
        hub.full(screen.client, 0.0)
        hub.drained(screen.client)
        fill(log, 1)
        await until(lambda: screen.held == 41)
        assert screen.numbers == [40, 41]

    play(scene, events=40)


def test_one_who_stays_full_is_closed_as_lagging():
    async def scene(hub, log):
        slow = Screen(hub).resume(0)
        slow.room = 10
        fill(log, 3)
        await until(lambda: slow.closed)
        assert slow.closed == 4429
        assert slow.client not in hub.clients

    play(scene, limits=replace(SMALL, lagging_s=0.05))


def test_a_silent_line_is_dropped():
    async def scene(hub, log):
        screen, alive = Screen(hub), Screen(hub)
        screen.client.heard_at = asyncio.get_running_loop().time()
        await until(lambda: screen.closed)
        assert screen.closed == 1006
        assert alive.closed is None

    play(scene, limits=replace(SMALL, dead_s=0.05))


def test_pings_come_to_everybody_once_a_round():
    async def scene(hub, log):
        screens = [Screen(hub) for _ in range(7)]
        await until(lambda: all(screen.last("ping") for screen in screens))

    play(scene, limits=replace(SMALL, ping_s=0.05))


def test_worlds_do_not_mix_and_their_numbers_are_announced_as_skipped():
    august = World(2, WorldKind.REPLAY, "august", REAL_TIME)
    there = Actor("op", "op", Level.REGION, ("*",), august, OPERATOR)

    async def scene(hub, log):
        live, replay = Screen(hub).resume(0), Screen(hub, there).resume(0)
        for n in range(20):
            log.append(1 + n % 2, "fire.changed", str(n))
        await until(lambda: live.held == replay.held == 20)
        assert live.numbers == list(range(1, 21, 2))
        assert replay.numbers == list(range(2, 21, 2))
        assert {frame["world"] for frame in replay.frames if frame["t"] == "event"} == {2}

    play(scene)


def test_an_actor_hears_only_of_his_territories_live_and_catching_up():
    ours = Actor("d", "d", Level.DISTRICT, ("14-1",), LIVE, OPERATOR)

    async def scene(hub, log):
        early = Screen(hub, ours).resume(0)
        for territories in [("14-1",), ("14-2",), (), ("14-2", "14-1")]:
            log.append(1, "fire.changed", "x", territories=territories)
        await until(lambda: early.held == 4)
        late = Screen(hub, ours).resume(0)
        await until(lambda: late.held == 4)
        assert early.numbers == late.numbers == [1, 4]

    play(scene)


def test_quiet_clients_hear_where_the_log_is_but_not_for_every_event():
    async def scene(hub, log):
        screen = Screen(hub).resume(0, {"kinds": ["layer.changed"]})
        fill(log, 200)
        await until(lambda: screen.held == 200)
        assert len(screen.frames) < 100

    play(scene)


def test_one_who_cannot_be_written_to_costs_the_others_nothing():
    async def scene(hub, log):
        broken, healthy = Screen(hub), Screen(hub)

        def fails(data):
            raise RuntimeError("the handler is closed")

        broken.resume(0), healthy.resume(0)
        await until(lambda: broken.client.stage.name == healthy.client.stage.name == "LIVE")
        broken.client.audience.live[broken.client] = fails
        fill(log, 3)
        await until(lambda: healthy.held == 3)
        assert broken.closed == 1006

    play(scene)


moves = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(1, 9)),
        st.tuples(st.just("choke"), st.integers(0, 4), st.integers(1, 2_000)),
        st.tuples(st.just("drain"), st.integers(0, 4)),
        st.tuples(st.just("again"), st.integers(0, 4)),
        st.tuples(st.just("breathe")),
    ),
    max_size=25,
)
WISHES = (None, {"kinds": ["fire.changed"]}, {"bbox": [170, 50, -170, 70]}, None, {"kinds": []})


def expected(log, wish):
    for row in log.rows:
        kinds, box = (wish or {}).get("kinds"), (wish or {}).get("bbox")
        near = row.point is None or abs(row.point[0]) >= 170
        if row.world_id == 1 and (kinds is None or row.kind in kinds) and (box is None or near):
            yield row.seq


def told_later(log, seq, numbers):
    """Whether the newest state of the same thing was told after a number that was left out."""
    left = log.rows[seq - 1]
    same = [row.seq for row in log.rows if (row.kind, row.subject) == (left.kind, left.subject)]
    return any(number in same and number > seq for number in numbers)


def act(screen, move, wish, *args):
    if move == "choke":
        screen.room = args[0]
    elif move == "drain":
        screen.drain()
    elif screen.held is not None:
        screen.resume(screen.held, wish)


@settings(max_examples=25, deadline=None)
@given(moves, st.integers(0, 30), st.randoms(use_true_random=False))
def test_whatever_happens_in_whatever_order_each_gets_the_log_through_his_filter(
    moves, before, rng
):
    log = CountingLog()

    def append(count):
        for _ in range(count):
            point = rng.choice([None, (175.0, 60.0), (-175.0, 60.0), (120.0, 60.0)])
            kind = rng.choice(["fire.changed", "report.changed"])
            log.append(rng.choice([1, 1, 2]), kind, "x", point=point)

    async def scene(hub, log):
        screens = [Screen(hub).resume(0, wish) for wish in WISHES]
        for move, *args in moves:
            if move == "append":
                append(*args)
            elif move == "breathe":
                await asyncio.sleep(0.003)
            else:
                act(screens[args[0]], move, WISHES[args[0]], *args[1:])
            await asyncio.sleep(0)
        for screen in screens:
            screen.drain()
        await until(lambda: all(screen.held == len(log.rows) for screen in screens))
        for screen, wish in zip(screens, WISHES, strict=True):
            wanted = list(expected(log, wish))
            assert set(screen.numbers) <= set(wanted)
            assert screen.numbers == sorted(set(screen.numbers))
            left_out = set(wanted) - set(screen.numbers)
            assert all(told_later(log, seq, screen.numbers) for seq in left_out)

    append(before)
    play(scene, log=log)


def test_pages_beyond_memory_come_back_whole_under_random_starts():
    async def scene(hub, log):
        rng = random.Random(4)
        starts = [rng.randrange(300) for _ in range(60)]
        screens = [Screen(hub).resume(after) for after in starts]
        fill(log, 20)
        await until(lambda: all(screen.held == 320 for screen in screens))
        for after, screen in zip(starts, screens, strict=True):
            assert screen.numbers == list(range(after + 1, 321))

    play(scene, events=300)
