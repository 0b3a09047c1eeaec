"""The examples of the documentation, run as a partner runs them, against a real server."""

import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest

from sylvan.client import Client, ProblemError, models, operations, watching
from sylvan.services.base import real_clock
from sylvan.services.log import Sequencer
from tests.e2e.doors import guarded
from tests.e2e.hooks import TRUSTED, Hooks
from tests.e2e.processes import free_port
from tests.e2e.served import served
from tests.receivers import receiving

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


@contextmanager
def sylvan(url, folder):
    """A server where people sign in, its jobs that matter here, and a partner's key."""
    with guarded(url, folder, real_clock, outward_trusted=TRUSTED) as house:
        stop = threading.Event()
        numbering = threading.Thread(target=Sequencer(house.worlds.engine, stop).run, daemon=True)
        numbering.start()
        hooks = Hooks(house)
        made, _ = hooks.key()
        with served(house) as port:
            yield hooks, f"http://127.0.0.1:{port}", made["secret"]
        stop.set()
        numbering.join(5)


def started(example: str, *words: str, **more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(EXAMPLES / example), *words],
        env=os.environ | {"PYTHONPATH": str(EXAMPLES.parents[1])} | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def lines_until(process, pattern: str) -> list[str]:
    told = []
    for line in process.stdout:
        told.append(line)
        if re.search(pattern, line):
            return told
    raise AssertionError(f"{pattern} never came:\n{''.join(told)}")


def ended(process) -> None:
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)


@pytest.fixture
def running(fresh_db_url, tmp_path):
    with sylvan(fresh_db_url, tmp_path) as found:
        yield found


def written(hooks, number: int) -> None:
    """Events that the running sequencer numbers."""
    from sylvan.domain.actors import system  # noqa: PLC0415
    from sylvan.store import events  # noqa: PLC0415
    from sylvan.store.events import Event  # noqa: PLC0415

    with hooks.house.worlds.engine.begin() as conn:
        told = [
            Event("fire.changed", f"fire-{n}", real_clock(), {}, ("asset:grid",), (129.0, 62.0))
            for n in range(number)
        ]
        events.write(conn, system(hooks.house.worlds.live()), told)


def test_watching_goes_on_where_it_was_stopped(running, tmp_path):
    hooks, url, key = running
    more = {
        "SYLVAN_URL": url,
        "SYLVAN_KEY": key,
        "SYLVAN_STATE": str(tmp_path / "watched.json"),
        "SYLVAN_PAUSE_S": "0.1",
    }
    with started("watch_my_assets.py", **more, SYLVAN_ROUNDS="1") as first:
        first.communicate(timeout=60)
    assert first.returncode == 0
    written(hooks, 2)
    with started("watch_my_assets.py", **more) as second:
        told = lines_until(second, "fire-1")
        ended(second)
    assert [line.split()[1] for line in told if line.startswith("fire.changed")] == [
        "fire-0",
        "fire-1",
    ]


def test_sightings_come_once_however_often_they_are_pushed(running, tmp_path):
    _, url, key = running
    file = tmp_path / "towers.csv"
    at = f"{real_clock():%Y-%m-%dT%H:%M:%SZ}"
    file.write_text(
        "lon,lat,seen,at,text\n"
        f"129.70,62.00,smoke,{at},column behind the river\n"
        f"129.80,99.00,smoke,{at},a slip of the pen\n"
        f"130.10,62.10,flame,{at},edge at the road\n",
        "utf-8",
    )
    more = {"SYLVAN_URL": url, "SYLVAN_KEY": key}
    told = []
    for _ in range(2):
        with started("push_sightings.py", str(file), **more) as process:
            told.append(process.communicate(timeout=60)[0])
        assert process.returncode == 1, told
    assert told[0] == told[1]
    lines = told[0].splitlines()
    assert [line.split()[0:3:2] for line in lines[::2]] == [["line", "report"]] * 2, told
    assert "lat" in lines[1] or "point" in lines[1]


def test_webhooks_are_received_verified_and_refused_when_tampered(running):
    import httpx  # noqa: PLC0415

    hooks, url, key = running
    port = free_port()
    with Client(url, key) as client, receiving() as stand_in:
        hook = client(operations.webhooks_make({"url": stand_in.url}))
        with started("receive_webhooks.py", str(port), SYLVAN_HOOK_SECRET=hook["secret"]) as mine:
            lines_until(mine, "listening")
            change: models.ChangeWebhook = {"url": f"http://127.0.0.1:{port}/"}
            client(operations.webhooks_change(hook["id"], change))
            told = client(operations.webhooks_test(hook["id"]))
            assert (told["status"], told["fine"]) == (204, True)
            lines_until(mine, "sylvan.webhook.test")
            with hooks.sending():
                written(hooks, 3)
                heard = lines_until(mine, "fire-2")
            assert [line.split()[1] for line in heard] == ["fire-0", "fire-1", "fire-2"]
            forged = {"webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
            answer = httpx.post(f"http://127.0.0.1:{port}/", content=b"{}", headers=forged)
            assert answer.status_code == 400
            lines_until(mine, "refused")
            ended(mine)
        log = client(operations.webhooks_deliveries(hook["id"]))
        assert {one["status"] for one in log["items"]} == {204}


def test_the_stream_tells_the_same_as_polling(running):
    hooks, url, key = running
    with Client(url, key) as client:
        page = client(operations.live_changes(limit=1))
        position = watching.Position(page["epoch"], page["seq"])
        written(hooks, 3)
        found = []
        for told in watching.stream(client, position, kinds=["fire.changed"]):
            found += told.events
            if len(found) == 3:
                last = told.position
                break
        polled = next(iter(islice(watching.poll(client, position, 0.1), 1)))
        assert [one["id"] for one in found] == ["fire-0", "fire-1", "fire-2"]
        assert polled.events == found
        assert polled.position == last


def test_problems_are_raised_with_their_code(running):
    _, url, key = running
    with Client(url, key) as client, pytest.raises(ProblemError) as told:
        client(operations.webhooks_make({"url": "https://127.0.0.2.nip.example/"}))
    assert told.value.code == "problem.outward_inside"
    with Client(url, key[:-1]) as client, pytest.raises(ProblemError) as told:
        client(operations.fires_listed())
    assert (told.value.status, told.value.code) == (401, "problem.key_unknown")
