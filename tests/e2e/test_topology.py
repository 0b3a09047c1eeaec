"""The scaled set-up of compose.yaml as plain processes: two web, two gateways, two workers, NATS,
nginx over TLS.

The proxy runs with the configuration that is deployed; only addresses and paths are this test's.
"""

import json
import os
import shutil
import ssl
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from sylvan.ops.certificates import Authority
from tests.e2e.nats_server import nats_server
from tests.e2e.processes import Running, free_port, running

ROOT = Path(__file__).resolve().parents[2]
DEPLOYED = ROOT / "deploy" / "nginx"
UNPACKED = ROOT / ".cache" / "nginx"
EVENT_S = 30
# A worker that takes over first has to notice that the leader's connection is gone.
SYLVAN = [sys.executable, "-c", "from sylvan.cli import run; run()"]


@dataclass(frozen=True)
class Town:
    """Everything that runs."""

    https: str
    http: str
    webs: dict[int, Running]
    gateways: dict[int, Running]
    workers: list[Running]
    proxy: Running
    tls: ssl.SSLContext

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.https + path, verify=self.tls, timeout=10)

    def report(self, text: str) -> httpx.Response:
        body = {
            "place": {"method": "coordinates", "point": [129.73, 62.03]},
            "seen": "smoke",
            "text": text,
        }
        return httpx.post(
            f"{self.https}/api/v1/reports", json=body, verify=self.tls, timeout=10
        ).raise_for_status()

    def live(self) -> ClientConnection:
        address = self.https.replace("https:", "wss:") + "/api/v1/live?world=live"
        return connect(address, ssl=self.tls, open_timeout=EVENT_S)


def nginx() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
    own = UNPACKED / "usr" / "sbin" / "nginx"
    if found is None and not own.is_file():
        pytest.skip("no nginx: scripts/install.sh proxy")
    return found or str(own)


def mime_types() -> Path:
    places = (Path("/etc/nginx"), UNPACKED / "etc" / "nginx")
    return next(place / "mime.types" for place in places if (place / "mime.types").is_file())


def upstream(name: str, ports: list[int]) -> str:
    servers = "".join(f"  server 127.0.0.1:{port} max_fails=2 fail_timeout=5s;\n" for port in ports)
    return f"upstream {name} {{\n  zone {name} 64k;\n  least_conn;\n{servers}  keepalive 32;\n}}\n"


def configured(
    folder: Path, webs: list[int], gateways: list[int], https: int, http: int, tls: Authority
) -> Path:
    """The deployed configuration with this test's addresses."""
    folder.mkdir()
    text = (DEPLOYED / "nginx.conf").read_text("utf-8").replace("/tmp/", f"{folder}/")
    (folder / "nginx.conf").write_text(text)
    shutil.copy(mime_types(), folder)
    both = upstream("sylvan", webs) + upstream("sylvan_live", gateways)
    (folder / "upstream.conf").write_text(both)
    (folder / "listen.conf").write_text(
        f"listen 127.0.0.1:{https} ssl;\nssl_certificate {tls.cert};\n"
        f"ssl_certificate_key {tls.key};\n"
    )
    (folder / "listen_plain.conf").write_text(f"listen 127.0.0.1:{http};\n")
    return folder / "nginx.conf"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="sylvan-town-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def town(folder: Path, db_url: str) -> Iterator[Town]:
    program = nginx()
    env = os.environ | {
        "SYLVAN_DATABASE_URL": db_url,
        "SYLVAN_DATA_DIR": str(folder / "data"),
        "SYLVAN_TLS": "off",
        "SYLVAN_SIGN_IN": "off",
        "SYLVAN_LOG_FORMAT": "json",
        "PYTHONPATH": str(ROOT),
    }
    ports, lines = [free_port(), free_port()], [free_port(), free_port()]
    https, http = free_port(), free_port()

    def start(stack: ExitStack, name: str, *command: str) -> Running:
        return stack.enter_context(running(command, folder / f"{name}.log", env=env, cwd=folder))

    with ExitStack() as stack:
        env["SYLVAN_NATS_URL"], _ = stack.enter_context(nats_server(folder))
        made = start(stack, "tls", *SYLVAN, "tls", "init", "localhost")
        assert made.process.wait(30) == 0, made.said()
        tls = Authority(folder / "data")
        # the first brings the region's layers in
        workers = [start(stack, "worker-1", *SYLVAN, "worker")]
        workers[0].wait_for_line("working")
        workers += [start(stack, "worker-2", *SYLVAN, "worker")]
        webs = {
            port: start(stack, f"web-{port}", *SYLVAN, "web", "--port", str(port)) for port in ports
        }
        gateways = {
            port: start(stack, f"gateway-{port}", *SYLVAN, "gateway", "--port", str(port))
            for port in lines
        }
        for port, server in (webs | gateways).items():
            server.wait_for(f"http://127.0.0.1:{port}/readyz")
        file = configured(folder / "nginx", ports, lines, https, http, tls)
        proxy = start(stack, "proxy", program, "-c", str(file), "-g", "daemon off;")
        trusted = ssl.create_default_context(cafile=str(tls.ca_cert))
        there = Town(
            f"https://localhost:{https}",
            f"http://localhost:{http}",
            webs,
            gateways,
            workers,
            proxy,
            trusted,
        )
        proxy.wait_for(f"{there.https}/livez", verify=trusted)
        yield there


def hello(screen: ClientConnection) -> dict[str, object]:
    first = json.loads(screen.recv(timeout=EVENT_S))
    assert first["t"] == "hello"
    screen.send(json.dumps({"t": "resume", "epoch": first["epoch"], "after": first["seq"]}))
    return first


def event_about(screen: ClientConnection, report: str) -> dict[str, object]:
    deadline = time.monotonic() + EVENT_S
    while time.monotonic() < deadline:
        frame = json.loads(screen.recv(timeout=EVENT_S))
        if frame["t"] == "event" and frame["body"].get("id") == report:
            return frame
    raise AssertionError(f"no event about {report} in {EVENT_S} s")


def test_proxy_spreads_requests_over_all_web_processes(town: Town) -> None:
    for _ in range(20):
        assert town.get("/api/v1/config").status_code == 200
    used = {port for port in town.webs if f"127.0.0.1:{port}" in town.proxy.said()}
    assert used == set(town.webs)


def test_plain_http_leads_to_https_on_the_same_path(town: Town) -> None:
    answer = httpx.get(f"{town.http}/report?x=1")
    assert answer.status_code == 308
    assert answer.headers["location"] == "https://localhost/report?x=1"


def test_metrics_are_not_for_the_world(town: Town) -> None:
    assert town.get("/metrics").status_code == 404


def test_report_to_one_web_process_reaches_screens_on_all_gateways(town: Town) -> None:
    with ExitStack() as stack:
        screens = [stack.enter_context(town.live()) for _ in range(4)]
        for screen in screens:
            hello(screen)
        report = town.report("дым за рекой").json()
        events = [event_about(screen, report["id"]) for screen in screens]
    assert {event["kind"] for event in events} == {"report.changed"}
    assert len({event["seq"] for event in events}) == 1


def test_another_worker_takes_over_when_the_leader_is_killed(town: Town) -> None:
    leaders = [worker for worker in town.workers if "sequencer.leads" in worker.said()]
    assert len(leaders) == 1
    with town.live() as screen:
        hello(screen)
        leaders[0].process.kill()
        report = town.report("после смены ведущего").json()
        assert event_about(screen, report["id"])


def test_polling_and_streaming_go_to_gateways_and_changes_to_the_web(town: Town) -> None:
    assert town.get("/api/v1/changes").status_code == 200
    told = next(line for line in reversed(town.proxy.said().splitlines()) if "v1/changes" in line)
    assert any(f"127.0.0.1:{port}" in told for port in town.gateways)
    connected = [
        httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text for port in town.gateways
    ]
    assert all("sylvan_bus_connected 1.0" in figures for figures in connected)


def test_screen_of_a_killed_gateway_comes_back_to_another_and_misses_nothing(town: Town) -> None:
    with town.live() as screen:
        first = hello(screen)
    for group in (town.gateways, town.webs):
        victim = next(iter(group.values()))
        victim.process.kill()
        victim.process.wait()
    reports = [town.report(f"без одного {number}").json()["id"] for number in range(6)]
    with town.live() as again:
        second = json.loads(again.recv(timeout=EVENT_S))
        assert second["epoch"] == first["epoch"]
        again.send(json.dumps({"t": "resume", "epoch": first["epoch"], "after": first["seq"]}))
        for report in reports:
            assert event_about(again, report)
    assert all(town.get("/readyz").status_code == 200 for _ in range(6))
