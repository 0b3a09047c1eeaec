"""The live channel on a real server, with real websocket clients and a network that misbehaves."""

import asyncio
import json
import random
import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sylvan.live.door import Origins
from sylvan.live.filters import KINDS
from sylvan.live.gateway import PATH as LIVE
from sylvan.live.limits import DEFAULT
from sylvan.live.memory import MemoryLog

from .chaos import ChaosProxy, Fault
from .live_server import (
    Follower,
    Gateway,
    dial,
    frame,
    passes,
    reached,
    resume,
    start,
    url,
    writers,
)

QUICK = replace(DEFAULT, skip_s=0.1, poll_s=0.2)
FILTERS = (
    None,
    {"bbox": [100, 50, 140, 75], "kinds": None},
    {"bbox": [170, 50, -170, 75]},
    {"kinds": ["report.changed", "fire.changed"]},
    {"bbox": [-180, -90, 180, 90], "kinds": ["fire.changed"]},
    {"bbox": [128, 60, 131, 63], "kinds": ["report.changed"]},
)


@pytest.fixture(scope="module")
def gateway():
    with Gateway(QUICK) as server:
        yield server


def fire(i, world=1, size=200):
    return {
        "world_id": world,
        "kind": "fire.changed",
        "subject": f"fire-{i}",
        "point": (129.7, 62.0),
        "body": {"id": i, "text": "ы" * (size // 2)},
    }


def anything(n, i):
    rng = random.Random(1000 * n + i)
    point = (rng.choice([180.0, -180.0, rng.uniform(-180, 180)]), rng.uniform(50, 75))
    near = (rng.uniform(128, 131), rng.uniform(60, 63))
    return {
        "world_id": rng.choice([1, 1, 1, 2]),
        "kind": rng.choice(KINDS),
        "subject": f"thing-{n}-{i}",
        "point": rng.choice([point, near, None]),
        "body": {"n": n, "i": i, "text": "x" * rng.randrange(300)},
    }


def test_two_hundred_clients_cut_at_random_bytes_miss_nothing_under_twenty_writers(gateway):
    log = gateway.log
    rng = random.Random(2)

    async def storm():
        async with ChaosProxy(
            gateway.address, lambda _: Fault(cut_after=rng.randrange(1, 40_000))
        ) as proxy:
            clients = [
                Follower(proxy.port, rng.choice(["live", "live", "august"]), FILTERS[n % 6])
                for n in range(200)
            ]
            with writers(log, 20, 80, anything) as threads:
                done = lambda held: not alive(threads) and held >= log.head().seq  # noqa: E731
                async with asyncio.timeout(120):
                    await asyncio.gather(*(client.follow(done) for client in clients))
            return clients, proxy.cuts

    def alive(threads):
        return any(thread.is_alive() for thread in threads)

    before = log.head().seq
    clients, cuts = asyncio.run(storm())
    assert log.head().seq == before + 20 * 80
    assert cuts > len(clients), "the network was too kind for this test to say anything"
    for client in clients:
        expected = [row.seq for row in log.rows if passes(row, client.world, client.wanted)]
        assert client.numbers == expected
    told = {event["seq"]: event for client in clients for event in client.events}
    assert all(told[row.seq]["body"] == row.body for row in log.rows if row.seq in told)
    assert {row.seq for row in log.rows} == set(told)


async def slow_socket(port):
    """A connection with little room for what is not read."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
    return sock


def test_slow_readers_are_cut_and_resume_while_the_others_go_on():
    limits = replace(QUICK, lagging_s=0.5, close_s=15)

    async def scene(gateway):
        port, log = gateway.port, gateway.log
        healthy = [Follower(port) for _ in range(10)]
        going = [asyncio.create_task(c.follow(lambda held: held >= 400)) for c in healthy]
        slow = [
            await dial(port, sock=await slow_socket(port), max_queue=1, max_size=None)
            for _ in range(3)
        ]
        for ws in slow:
            await start(ws, 0)
        for i in range(400):
            log.append(**fire(i, size=16_000))
            await asyncio.sleep(0.002)
        await asyncio.gather(*going)
        await reached(lambda: gateway.count("sylvan_live_closed_total", code="4429") == len(slow))
        return healthy, [await read_on(port, ws) for ws in slow]

    async def read_on(port, ws):
        late = Follower(port)
        code = await drain(ws, late.take)
        held = late.held
        await late.follow(lambda held: held >= 400)
        return code, held, late.numbers

    with Gateway(limits) as gateway:
        healthy, slow = asyncio.run(scene(gateway))
    everything = list(range(1, 401))
    assert all(client.numbers == everything and client.breaks == 0 for client in healthy)
    for code, held, numbers in slow:
        assert code == 4429
        assert held < 400
        assert numbers == everything


def test_a_half_open_line_is_noticed_and_dropped():
    limits = replace(QUICK, ping_s=0.2, dead_s=1.0)

    async def scene(gateway):
        async with ChaosProxy(gateway.address, lambda _: Fault(silent_after=1500)) as proxy:
            ws = await dial(proxy.port)
            await start(ws)
            gateway.log.append(**fire(1, size=3000))
            await reached(lambda: gateway.count("sylvan_live_closed_total", code="1006") == 1)
            ws.transport.abort()
        async with dial(gateway.port) as healthy:  # answers pings, so it outlives many deadlines
            await start(healthy)
            for _ in range(8):
                await frame(healthy, "ping")
        return gateway.count("sylvan_live_closed_total", code="1006")

    with Gateway(limits) as gateway:
        assert asyncio.run(scene(gateway)) == 1
        assert not gateway.hub.clients


def test_a_dripping_line_still_brings_every_event(gateway):
    async def scene():
        first = gateway.log.append(**fire(0)).seq
        for i in range(1, 10):
            gateway.log.append(**fire(i))
        async with ChaosProxy(gateway.address, lambda _: Fault(drip=20_000)) as proxy:
            client = Follower(proxy.port)
            client.held = first - 1
            await asyncio.wait_for(client.follow(lambda held: held >= first + 9), 20)
        return first, client.numbers

    first, numbers = asyncio.run(scene())
    assert numbers == list(range(first, first + 10))


def test_shutdown_says_going_away_to_everybody():
    async def scene(gateway):
        sockets = [await dial(gateway.port) for _ in range(5)]
        for ws in sockets[:3]:
            await start(ws)
        stopping = asyncio.create_task(asyncio.to_thread(gateway.stop))
        codes = [await drain(ws) for ws in sockets]
        await stopping
        return codes

    with Gateway(QUICK) as gateway:
        assert asyncio.run(scene(gateway)) == [1001] * 5


async def drain(ws, take=lambda _: None):
    """Read to the end; the code with which the server closed."""
    try:
        async with asyncio.timeout(20):
            while True:
                take(json.loads(await ws.recv()))
    except ConnectionClosed as end:
        return end.rcvd.code


@pytest.mark.parametrize(
    "sent",
    [
        "{",
        "[]",
        '{"t":"shout"}',
        '{"t":"resume","after":1}',
        '{"t":"resume","epoch":"e","after":-1}',
        '{"t":"resume","epoch":"e","after":1.5}',
        '{"t":"resume","epoch":"e","after":true}',
        '{"t":"resume","epoch":"e","after":1,"more":1}',
        '{"t":"resume","epoch":"e","after":1,"filter":{"bbox":[0,0,0]}}',
        '{"t":"resume","epoch":"e","after":1,"filter":{"bbox":[0,0,181,1]}}',
        '{"t":"resume","epoch":"e","after":1,"filter":{"kinds":["fire.shouted"]}}',
        '{"t":"resume","epoch":"e","after":1,"filter":{"' + "й" * 200 + '":1}}',
        b"\x00\x01",
    ],
)
def test_a_frame_outside_the_protocol_is_answered_4400(gateway, sent):
    async def scene():
        async with dial(gateway.port) as ws:
            await ws.send(sent)
            return await drain(ws)

    assert asyncio.run(scene()) == 4400


def test_floods_and_giants_are_cut(gateway):
    async def flood():
        async with dial(gateway.port) as ws:
            hello = await frame(ws, "hello")
            wish = json.dumps({"t": "resume", "epoch": hello["epoch"], "after": hello["seq"]})
            for _ in range(int(DEFAULT.frames_burst) + 20):
                await ws.send(wish)
            return await drain(ws)

    async def giant():
        async with dial(gateway.port) as ws:
            await ws.send("x" * (DEFAULT.frame_bytes + 1))
            return await drain(ws)

    async def crumbs():
        async with dial(gateway.port) as ws:
            await ws.send(["x" * 30_000] * 3)
            return await drain(ws)

    assert asyncio.run(flood()) == 4400
    assert asyncio.run(giant()) == 1009
    assert asyncio.run(crumbs()) == 1009


def test_a_wish_in_fragments_is_understood(gateway):
    async def scene():
        async with dial(gateway.port) as ws:
            hello = await frame(ws, "hello")
            wish = json.dumps({"t": "resume", "epoch": hello["epoch"], "after": hello["seq"]})
            await ws.send([wish[:5], wish[5:20], wish[20:]])
            return hello["seq"], await frame(ws, "skip_to")

    seq, answer = asyncio.run(scene())
    assert answer["seq"] == seq


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"path": "/api/v1/other"}, 404, "live.not_here"),
        ({"world": "nowhere"}, 404, "live.world_unknown"),
        ({"origin": "https://evil.example"}, 403, "live.origin"),
        ({"origin": "null"}, 403, "live.origin"),
    ],
)
def test_a_handshake_that_may_not_be_is_refused_with_a_problem(gateway, options, status, code):
    async def scene():
        options_ = dict(options)
        where = url(gateway.port, options_.pop("world", "live"), options_.pop("path", LIVE))
        with pytest.raises(InvalidStatus) as refusal:
            async with connect(where, **options_):
                pass
        return refusal.value.response

    response = asyncio.run(scene())
    problem = json.loads(response.body)
    assert response.status_code == problem["status"] == status
    assert problem["code"] == code
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_page_of_our_own_host_and_an_allowed_one_may_connect(gateway):
    async def hello(port, origin):
        async with dial(port, origin=origin) as ws:
            return (await frame(ws))["t"]

    assert asyncio.run(hello(gateway.port, f"http://127.0.0.1:{gateway.port}")) == "hello"
    with Gateway(QUICK, origins=Origins(frozenset({"https://map.example"}))) as other:
        assert asyncio.run(hello(other.port, "https://map.example")) == "hello"


def test_http_answers_on_the_same_port_and_the_path_without_upgrade_is_not_a_socket(gateway):
    answer = httpx.get(f"http://127.0.0.1:{gateway.port}/alive")
    assert answer.json() == {"alive": True}
    assert httpx.get(f"http://127.0.0.1:{gateway.port}{LIVE}").status_code == 404


class Away(MemoryLog):
    """A log behind a database that is down."""

    away = True

    def head(self):
        if self.away:
            raise OSError("connection refused")
        return super().head()


async def refusal(port):
    with pytest.raises(InvalidStatus) as refused:
        await dial(port)
    return refused.value.response


def test_before_the_log_is_reached_clients_are_told_to_come_back():
    async def scene(gateway):
        response = await refusal(gateway.port)
        assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
        gateway.log.away = False
        await reached(lambda: gateway.hub.ready)
        async with dial(gateway.port) as ws:
            assert (await frame(ws))["t"] == "hello"

    with Gateway(QUICK, log=Away()) as gateway:
        asyncio.run(scene(gateway))


def test_a_door_that_fails_and_a_full_house_are_503_and_never_an_open_socket():
    class Broken:
        def admit(self, request):
            raise OSError("no database")

    with Gateway(QUICK, door=Broken()) as gateway:
        assert asyncio.run(refusal(gateway.port)).status_code == 503

    async def one_too_many(gateway):
        async with dial(gateway.port) as first:
            await frame(first, "hello")
            assert (await refusal(gateway.port)).status_code == 503
        await reached(lambda: not gateway.hub.clients)
        async with dial(gateway.port) as next_one:
            assert (await frame(next_one))["t"] == "hello"

    with Gateway(replace(QUICK, clients=1)) as gateway:
        asyncio.run(one_too_many(gateway))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for localhost, as uvicorn takes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*plain))
    return {"ssl_certfile": folder / "cert.pem", "ssl_keyfile": folder / "key.pem"}


def test_over_tls_everything_arrives_and_one_who_never_reads_is_cut(certificate):
    trusting = ssl.create_default_context(cafile=certificate["ssl_certfile"])
    trusting.check_hostname = False

    async def scene(gateway):
        where = url(gateway.port).replace("ws:", "wss:")
        sock = await slow_socket(gateway.port)
        slow = await connect(where, sock=sock, ssl=trusting, compression=None, max_queue=1)
        await start(slow, 0)
        async with connect(where, ssl=trusting, compression=None) as healthy:
            await start(healthy, 0)
            for i in range(50):
                gateway.log.append(**fire(i, size=100_000))
            numbers = [(await frame(healthy, "event"))["seq"] for _ in range(50)]
        await reached(lambda: gateway.count("sylvan_live_closed_total", code="4429") == 1)
        slow.transport.abort()
        return numbers

    with Gateway(replace(QUICK, lagging_s=0.5), tls=certificate) as gateway:
        assert asyncio.run(scene(gateway)) == list(range(1, 51))


def test_an_open_socket_changes_its_filter_and_can_ask_for_what_it_left_out(gateway):
    log = gateway.log

    async def scene():
        async with dial(gateway.port) as ws:
            hello = await start(ws, wanted={"kinds": ["report.changed"]})
            seq = hello["seq"]
            log.append(1, "fire.changed", "fire-left-out")
            log.append(1, "report.changed", "report-seen")
            seen = await frame(ws, "event")
            answer = await resume(ws, hello["epoch"], seq, {"kinds": ["fire.changed"]})
            return seq, seen, answer, await frame(ws, "event")

    seq, seen, answer, again = asyncio.run(scene())
    assert (seen["id"], seen["seq"]) == ("report-seen", seq + 2)
    assert (answer["t"], answer["seq"]) == ("skip_to", seq)
    assert (again["id"], again["seq"]) == ("fire-left-out", seq + 1)


def test_quiet_clients_are_told_how_far_the_log_is(gateway):
    async def scene():
        async with dial(gateway.port) as ws:
            await start(ws, wanted={"kinds": ["layer.changed"]})
            last = [gateway.log.append(**fire(i)) for i in range(20)][-1]
            seen = 0
            while (await frame(ws, "skip_to"))["seq"] < last.seq:
                seen += 1
            return seen

    assert asyncio.run(scene()) < 20
