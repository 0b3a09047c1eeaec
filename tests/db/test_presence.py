"""Presence crosses gateways by the database's notifications, and leaves nothing behind there."""

import asyncio
from collections.abc import AsyncIterator

from prometheus_client import CollectorRegistry

from sylvan.domain.worlds import live_world
from sylvan.live.audience import Audience
from sylvan.live.frames import Said
from sylvan.live.limits import DEFAULT
from sylvan.live.metrics import Metrics
from sylvan.live.presence import Note, Person
from sylvan.live.presence_desk import PresenceDesk
from sylvan.live.presence_wire import noted, pack
from sylvan.services.presence import Presences, Spot
from sylvan.store import engine as store_engine

PATIENCE = 20
SPOT = Spot(("14", "14-1"), (129.7, 62.0))


def note(name: str) -> Note:
    return Note((1, "f-1"), SPOT, Person(name, name, "chief"), Said("f-1", "typing", "note"), 1.0)


async def listening(bus: Presences) -> tuple[AsyncIterator[str], asyncio.Task[str]]:
    """Ears, and the first message that they will hear."""
    ears = bus.heard()
    first = asyncio.ensure_future(anext(ears))
    return ears, first


def test_what_one_gateway_tells_the_others_hear(db_url: str) -> None:
    engine = store_engine.create(db_url, pool_size=2)
    bus = Presences(engine)
    (message,) = pack("g1", {"s1": noted("s1", note("anna"))}, DEFAULT.presence_bytes)

    async def scene() -> str:
        ears, first = await listening(bus)
        async with asyncio.timeout(PATIENCE):
            while not first.done():  # nobody says when the ears are open
                await asyncio.to_thread(bus.tell, [message])
                await asyncio.sleep(0.05)
            heard = await first
        await ears.aclose()  # type: ignore[attr-defined]  # a generator
        return heard

    assert asyncio.run(scene()) == message
    engine.dispose()


def test_two_desks_on_one_database_agree_who_is_where(db_url: str) -> None:
    engine = store_engine.create(db_url, pool_size=2)

    async def scene() -> None:
        none: list[Audience] = []
        desk = PresenceDesk(Presences(engine), DEFAULT, metrics(), lambda: none)
        hearing = asyncio.create_task(desk.run())
        (message,) = pack("other", {"s1": noted("s1", note("anna"))}, DEFAULT.presence_bytes)
        async with asyncio.timeout(PATIENCE):
            while not len(desk):
                await asyncio.to_thread(Presences(engine).tell, [message])
                await asyncio.sleep(0.05)
        hearing.cancel()
        desk.stop()

    asyncio.run(scene())
    engine.dispose()


def metrics() -> Metrics:
    return Metrics(CollectorRegistry())


def test_a_fire_that_is_not_there_or_no_id_at_all_has_no_place(db_url: str) -> None:
    engine = store_engine.create(db_url, pool_size=2)
    bus = Presences(engine)
    assert bus.spot(live_world(), "nonsense") is None
    assert bus.spot(live_world(), "019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55") is None
    engine.dispose()
