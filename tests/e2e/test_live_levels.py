"""Each level hears its own part, over websocket, server-sent events and polling alike."""

import asyncio
import json
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sylvan.domain.actors import Level, local_operator
from sylvan.services.doors import Identity, Unauthenticated
from sylvan.services.log import drain
from sylvan.store import events, fires
from sylvan.store.events import Event
from sylvan.web.schemas_live import Changes

from .houses import NOW, Site, opened, take
from .live_server import checked, frame, wait_for
from .served import served

FIRE = {"status": "registered", "details": {"leader": "Ivanov"}}
PATIENCE = 20


class Keeper:
    """Sessions and keys in a dictionary; changed by tests while sockets are open."""

    def __init__(self):
        self.known = {}

    def let_in(self, secret, role, *territories, level=Level.REGION, until=None):
        who = Identity(f"{secret}-id", f"{secret} name", level, territories, role)
        self.known[secret] = Identity(
            who.subject, who.name, level, territories or ("*",), role, "", f"mark-{secret}", until
        )
        return self

    def admit(self, brought):
        secret = brought.session or brought.key
        if secret is None:
            return Identity("public", "", Level.PUBLIC, (), "public")
        if secret not in self.known:
            raise Unauthenticated("problem.session", {})
        return self.known[secret]


class Levels:
    """A served house, its keeper, and a pen for its log."""

    def __init__(self, house, port, keeper):
        self.house, self.port, self.keeper = house, port, keeper
        self.base = f"http://127.0.0.1:{port}/api/v1"

    def tell(self, *told):
        """Events as (kind, subject, territories, body)."""
        actor = local_operator(self.house.worlds.named("live"))
        rows = [
            Event(kind, subject, NOW, body, territories, (129.7, 62.0))
            for kind, subject, territories, body in told
        ]
        with self.house.worlds.engine.begin() as conn:
            events.write(conn, actor, rows)
        return drain(self.house.worlds.engine)

    def socket(self, secret=None, *, key=None, **options):
        headers = {"Cookie": f"sid={secret}"} if secret else {}
        headers |= {"Authorization": f"Bearer {key}"} if key else {}
        address = f"ws://127.0.0.1:{self.port}/api/v1/live"
        return connect(address, additional_headers=headers, compression=None, **options)

    def get(self, path, secret, **query):
        return httpx.get(
            f"{self.base}{path}", params=query, cookies={"sid": secret} if secret else None
        )


@pytest.fixture(scope="module")
def levels(server, template):
    with server.fresh(template=template, hint="levels") as name:
        house = opened(server.database(name))
        keeper = house.door = Keeper()
        keeper.let_in("chief", "chief").let_in("viewer", "viewer", "14-1")
        keeper.let_in("desk", "dispatcher", "14-1", level=Level.DISTRICT)
        with served(house) as port:
            made = Levels(house, port, keeper)
            wait_for(lambda: made.get("/changes", "chief").status_code == 200)
            yield made
        house.worlds.engine.dispose()


async def begin(ws, wanted=None):
    hello = await frame(ws, "hello")
    wish = {"t": "resume", "epoch": hello["epoch"], "after": hello["seq"], "filter": wanted}
    await ws.send(json.dumps(wish))
    assert (await frame(ws, "skip_to"))["seq"] == hello["seq"]
    return hello


async def until_seq(ws, seq):
    """Events up to a number, each number explained."""
    found, held = [], None
    async with asyncio.timeout(PATIENCE):
        while held is None or held < seq:
            got = checked(await ws.recv())
            if got["t"] == "event":
                assert held is None or got["seq"] == held + 1
                found.append(got)
            if got["t"] in ("event", "skip_to"):
                held = got["seq"]
    return found


STORY = (
    ("fire.changed", "f-1", ("14", "14-1"), FIRE),
    ("order.changed", "o-1", ("14", "14-1"), {"unit": "u"}),
    ("fire.changed", "f-2", ("14", "14-2"), FIRE),
    ("feed.changed", "feed:X", (), {"state": "ok"}),
)


def test_two_roles_on_the_socket_each_hear_their_part(levels):
    async def scene():
        async with levels.socket("viewer") as small, levels.socket("chief") as large:
            await begin(small)
            await begin(large)
            seq = await asyncio.to_thread(levels.tell, *STORY)
            seen, all_of_it = await until_seq(small, seq), await until_seq(large, seq)
            assert [event["id"] for event in seen] == ["f-1", "feed:X"]
            assert [event["id"] for event in all_of_it] == ["f-1", "o-1", "f-2", "feed:X"]
            assert (seen[0]["actor"], seen[0]["body"]["details"]) == (None, {})
            assert (all_of_it[0]["actor"], all_of_it[0]["body"]) == ("local", FIRE)

    asyncio.run(scene())


def test_a_key_opens_a_socket_in_the_header_and_never_in_the_address(levels):
    async def scene():
        async with levels.socket(key="chief") as ws:
            assert (await frame(ws, "hello"))["you"]["role"] == "chief"
        address = f"ws://127.0.0.1:{levels.port}/api/v1/live?key=chief&token=chief"
        with pytest.raises(InvalidStatus) as refused:
            await connect(address)
        assert refused.value.response.status_code == 401

    asyncio.run(scene())


@pytest.mark.parametrize(("secret", "status"), [(None, 401), ("forged", 401), ("feeder", 403)])
def test_who_may_not_listen_is_refused_before_the_upgrade(levels, secret, status):
    levels.keeper.let_in("feeder", "feed")

    async def scene():
        with pytest.raises(InvalidStatus) as refused:
            await levels.socket(secret)
        assert refused.value.response.status_code == status

    asyncio.run(scene())
    for path in ("/changes", "/live/events"):
        assert levels.get(path, secret).status_code == status


def test_a_foreign_page_cannot_open_a_socket_with_somebodys_cookie(levels):
    async def scene():
        with pytest.raises(InvalidStatus) as refused:
            await levels.socket("chief", origin="https://evil.example")
        assert refused.value.response.status_code == 403

    asyncio.run(scene())


async def closing(ws):
    """The code of the close frame, once it comes."""
    try:
        async for _ in ws:
            pass
    except ConnectionClosed:
        pass
    return ws.close_code


def test_a_revoked_session_is_out_within_five_seconds(levels):
    levels.keeper.let_in("leaver", "viewer")

    async def scene():
        async with levels.socket("leaver") as ws:
            await begin(ws)
            del levels.keeper.known["leaver"]
            async with asyncio.timeout(6):  # five, and one for a loaded machine
                assert await closing(ws) == 4401

    asyncio.run(scene())


def test_a_session_that_is_over_by_the_servers_clock_is_out_also_if_the_screen_is_two_hours_late(
    levels,
):
    levels.keeper.let_in("sleeper", "viewer", until=NOW - timedelta(hours=2))

    async def scene():
        async with levels.socket("sleeper") as ws:
            await begin(ws)
            del levels.keeper.known["sleeper"]
            assert await closing(ws) == 4401

    asyncio.run(asyncio.wait_for(scene(), PATIENCE))


def test_changed_rights_take_effect_on_the_open_socket(levels):
    levels.keeper.let_in("riser", "viewer", "14-1")

    async def scene():
        async with levels.socket("riser") as ws:
            await begin(ws)
            levels.keeper.let_in("riser", "dispatcher", "14-2")
            assert (await frame(ws, "resync"))["reason"] == "rights"
            fresh = await asyncio.to_thread(levels.get, "/changes", "riser")
            wish = {"t": "resume", "epoch": fresh.json()["epoch"], "after": fresh.json()["seq"]}
            await ws.send(json.dumps(wish))
            seq = await asyncio.to_thread(levels.tell, *STORY)
            found = await until_seq(ws, seq)
            assert [event["id"] for event in found] == ["f-2", "feed:X"]

    asyncio.run(asyncio.wait_for(scene(), PATIENCE))


def polled(levels, secret, epoch, after, **query):
    answer = levels.get("/changes", secret, epoch=epoch, after=after, **query)
    assert answer.status_code == 200, answer.text
    Changes.model_validate(answer.json())
    return answer.json()


def test_polling_tells_the_same_numbers_within_the_same_rights(levels):
    start = levels.get("/changes", "viewer").json()
    assert start["events"] == []
    seq = levels.tell(*STORY)
    wait_for_seq(levels, seq)
    small = polled(levels, "viewer", start["epoch"], start["seq"])
    large = polled(levels, "chief", start["epoch"], start["seq"])
    assert [event["id"] for event in small["events"]] == ["f-1", "feed:X"]
    assert small["events"][0]["body"]["details"] == {}
    assert [event["seq"] for event in large["events"]] == list(range(start["seq"] + 1, seq + 1))
    assert small["seq"] == large["seq"] == seq
    for event in (*small["events"], *large["events"]):
        checked(json.dumps(event))


def wait_for_seq(levels, seq):
    wait_for(lambda: levels.get("/changes", "chief").json()["seq"] >= seq)


def test_polling_goes_on_page_by_page_and_says_when_there_is_more(levels):
    start = levels.get("/changes", "chief").json()
    seq = levels.tell(*[("batch.taken", f"batch:{n}", (), {"n": n}) for n in range(25)])
    wait_for_seq(levels, seq)
    after, found, answers = start["seq"], [], []
    while not answers or answers[-1]["more"]:
        answers.append(polled(levels, "chief", start["epoch"], after, limit=10))
        found += [event["seq"] for event in answers[-1]["events"]]
        after = answers[-1]["seq"]
    assert found == list(range(start["seq"] + 1, seq + 1))
    assert len(answers) == 3


def test_polling_filters_as_the_socket_does(levels):
    start = levels.get("/changes", "chief").json()
    seq = levels.tell(*STORY)
    wait_for_seq(levels, seq)
    ask = {"epoch": start["epoch"], "after": start["seq"]}

    def ids(**query):
        answer = levels.get("/changes", "chief", **ask, **query).json()
        assert answer["seq"] == seq
        return [event["id"] for event in answer["events"]]

    assert ids(fires="f-2") == ["o-1", "f-2", "feed:X"]
    assert ids(kinds=["fire.changed", "order.changed"]) == ["f-1", "o-1", "f-2"]
    assert ids(statuses="out") == ["o-1", "feed:X"]
    assert ids(bbox="10,10,20,20") == []


def test_numbers_that_say_nothing_any_more_are_gone_and_bad_filters_are_named(levels):
    start = levels.get("/changes", "chief").json()
    other = "6f1f3c52-3f0e-4c55-9a6e-8b7d0c2e4f10"
    gone = levels.get("/changes", "chief", epoch=other, after=0)
    assert (gone.status_code, gone.json()["code"]) == (410, "live.resync")
    assert gone.json()["params"]["epoch"] == start["epoch"]
    bad = levels.get("/changes", "chief", kinds="no.kind")
    assert (bad.status_code, bad.json()["code"]) == (422, "live.filter")
    assert levels.get("/changes", "chief", after=5).json()["code"] == "live.after_and_epoch"


class Streamed:
    """Server-sent events as a browser reads them."""

    def __init__(self, lines):
        self._lines = lines

    async def next(self):
        """The next event: its id (or none), name and data."""
        told = {}
        async with asyncio.timeout(PATIENCE):
            async for line in self._lines:
                if line:
                    name, _, value = line.partition(": ")
                    told[name] = value
                elif "data" in told:
                    return told.get("id"), told["event"], json.loads(told["data"])
                else:
                    told = {}
        return None

    async def until_seq(self, seq):
        found = []
        while True:
            mark, name, data = await self.next()
            if name == "event":
                found.append(data)
            if name in ("event", "skip_to"):
                assert mark.endswith(f":{data['seq']}")
                if data["seq"] >= seq:
                    return found


@asynccontextmanager
async def streaming(levels, secret, headers=None, **query):
    """A stream of events, and the answer that it came with."""
    address, cookies = f"{levels.base}/live/events", {"sid": secret}
    async with (
        httpx.AsyncClient(timeout=PATIENCE, cookies=cookies) as client,
        client.stream("GET", address, params=query, headers=headers) as answer,
        aclosing(answer.aiter_lines()) as lines,
    ):
        yield answer, Streamed(lines)


def test_server_sent_events_bring_the_same_and_resume_after_the_last_one(levels):
    async def scene():
        async with streaming(levels, "viewer") as (answer, stream):
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert (await stream.next())[1] == "hello"
            seq = await asyncio.to_thread(levels.tell, *STORY)
            found = await stream.until_seq(seq)
        assert [event["id"] for event in found] == ["f-1", "feed:X"]
        assert found[0]["body"]["details"] == {}
        missed = await asyncio.to_thread(levels.tell, *STORY)
        last = {"Last-Event-ID": f"{found[0]['epoch']}:{seq}"}
        async with streaming(levels, "viewer", last) as (_, stream):
            again = await stream.until_seq(missed)
        assert [event["id"] for event in again] == ["f-1", "feed:X"]
        assert all(one["seq"] < two["seq"] for one, two in pairwise(found + again))

    asyncio.run(scene())


def test_a_stream_with_numbers_of_another_log_says_so_and_ends(levels):
    last = {"Last-Event-ID": "6f1f3c52-3f0e-4c55-9a6e-8b7d0c2e4f10:7"}
    body = httpx.get(
        f"{levels.base}/live/events", headers=last, cookies={"sid": "chief"}, timeout=PATIENCE
    ).text
    assert "event: resync" in body
    assert '"reason":"epoch"' in body


def test_a_stream_ends_with_the_session_and_names_the_reason(levels):
    levels.keeper.let_in("streamer", "viewer")

    async def scene():
        async with streaming(levels, "streamer") as (_, stream):
            assert (await stream.next())[1] == "hello"
            del levels.keeper.known["streamer"]
            name, data = "", {}
            while name != "end":
                _, name, data = await stream.next()
            assert data == {"t": "end", "code": 4401, "reason": "problem.session"}

    asyncio.run(scene())


def test_presence_reaches_those_who_may_see_the_fire_and_people(levels):
    levels.keeper.let_in("far", "dispatcher", "14-2", level=Level.DISTRICT)

    async def scene(fire):
        sockets = [levels.socket(name) for name in ("desk", "chief", "viewer", "far")]
        async with sockets[0] as desk, sockets[1] as chief, sockets[2] as viewer, sockets[3] as far:
            hellos = [await begin(ws) for ws in (desk, chief, viewer, far)]
            assert hellos[2]["you"] is None
            for ws in (desk, chief, viewer):
                said = {"t": "presence", "fire": fire, "doing": "typing", "field": "note"}
                await ws.send(json.dumps(said))
            for ws in (desk, chief):
                told = await frame(ws, "presence")
                while len(told["people"]) < 2:
                    told = await frame(ws, "presence")
                assert [one["name"] for one in told["people"]] == ["chief name", "desk name"]
                assert told["conflicts"] == ["note"]
            seq = await asyncio.to_thread(levels.tell, ("feed.changed", "feed:Y", (), {}))
            for ws in (viewer, far):
                kinds = set()
                async with asyncio.timeout(PATIENCE):
                    got = checked(await ws.recv())
                    while got.get("seq", 0) < seq or got["t"] == "ping":
                        kinds.add(got["t"])
                        got = checked(await ws.recv())
                assert "presence" not in kinds

    asyncio.run(scene(fire_at(levels, "14-1")))


def fire_at(levels, territory):
    """A fire in the store, as far as presence looks at it."""
    take(levels.house, [Site(129.7, 62.0, 3.0)])
    actor = local_operator(levels.house.worlds.named("live"))
    with levels.house.worlds.engine.begin() as conn:
        (fire,) = fires.current(conn, actor)
        moved = replace(fire, territories=("14", territory), version=fire.version + 1)
        fires.save(conn, actor, [moved])
    return str(fire.id)
