"""The first steps of docs/partners.md: its own commands, in its order, against a real server.

What a newcomer copies is taken out of the page itself, so that the page cannot go stale. Only the
server's address, the key and the receiver's port are put in the place of the page's.
"""

import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sylvan.domain.actors import local_operator
from sylvan.domain.reports import Seen
from sylvan.domain.webhooks import PREFIX, Message, headers, write_secret
from sylvan.services.base import real_clock
from sylvan.web.catalogue import merged
from tests.e2e.houses import Site, firms_csv
from tests.e2e.processes import free_port
from tests.e2e.test_partner_examples import sylvan

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "partners.md").read_text("utf-8")
FIRST, LAST = "## 1. ", "## 7. "
PATIENCE_S = 120
BURNS = Site(129.06, 61.98, 1.0, 5)
"""Near the line that the page sends."""
PRINTED = re.compile(r"^==== (\d+)\n(.*?)(?=^==== |\Z)", re.MULTILINE | re.DOTALL)
START = "sylvan serve --demo"


def blocks(language: str, text: str = PAGE) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def first_steps() -> list[str]:
    """Commands in the order in which they are copied, without the one that starts the server."""
    found = blocks("sh", PAGE[PAGE.index(FIRST) : PAGE.index(LAST)])
    assert START in found[0]
    return found[1:]


def waits(steps: list[str]) -> dict[int, str]:
    """What somebody who reads on his way to a step would have waited for."""
    (asked,) = [n for n, step in enumerate(steps) if "/test" in step]
    _, heard = [n for n, step in enumerate(steps) if step.startswith("cat heard.log")]
    listens = "curl -s -o /dev/null http://127.0.0.1:8899/"
    return {asked: listens, heard: "grep -q sylvan.fire.changed heard.log"}


def script(url: str, key: str, port: int) -> str:
    """All steps as one shell reads them; a line with its number stands before what each prints."""
    steps, told = first_steps(), ["trap 'kill $!' EXIT\n"]
    before = waits(steps)
    for number, step in enumerate(steps):
        if number in before:
            told.append(f"until {before[number]}; do sleep 0.1; done\n")
        told.append(f"echo; echo '==== {number}'\n{step}")
    text = "".join(told).replace("8899", str(port))
    text = re.sub(r"export SYLVAN_URL=\S+", f"export SYLVAN_URL={url}", text)
    return re.sub(r"export SYLVAN_KEY=\S+", f"export SYLVAN_KEY={key}", text)


def signed(secret: bytes, at: datetime, body: bytes) -> dict[str, str]:
    return headers(Message("msg_1", body, "fire.changed", 1), int(at.timestamp()), secret)


@pytest.fixture(scope="module")
def steps(region_url, tmp_path_factory):
    """What each step printed."""
    folder = tmp_path_factory.mktemp("partner")
    port = free_port()
    (folder / "docs").symlink_to(ROOT / "docs")
    with sylvan(region_url, folder) as (hooks, url, key), hooks.sending():
        house = hooks.house
        seen = firms_csv([BURNS], real_clock())
        actor = local_operator(house.worlds.live())
        house.intake.take(actor, "viirs.csv", seen, "firms-noaa20", keep_all=True)
        bin_first = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script(url, key, port)],
            check=False,
            cwd=folder,
            env=os.environ | {"PATH": bin_first, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        yield dict(PRINTED.findall(ran.stdout))


def step(steps: dict[str, str], part: str) -> str:
    """What the step printed that has these words in its commands."""
    (number,) = [n for n, commands in enumerate(first_steps()) if part in commands]
    return steps[str(number)]


def test_fires_are_a_list_and_the_webhook_tells_its_secret_once(steps):
    assert json.loads(step(steps, "/fires?limit=2"))["type"] == "FeatureCollection"
    made = json.loads(step(steps, "> hook.json; cat"))
    assert made["world"] == "live"
    assert made["secret"].startswith(PREFIX)
    assert "secret" not in step(steps, "/test")


def test_test_event_is_taken_and_verified(steps):
    sent = json.loads(step(steps, "/test"))
    assert (sent["fine"], sent["status"]) == (True, 204)
    heard = [text for text in steps.values() if "sylvan.webhook.test" in text]
    assert heard
    assert not [text for text in steps.values() if "refused:" in text]


def test_own_thing_is_kept_and_its_fires_are_told_to_the_webhook(steps):
    kept = json.loads(step(steps, "> assets.json; cat"))
    assert (kept["created"], kept["refused"]) == (1, 0)
    last = [text for text in steps.values() if "sylvan.fire.changed" in text]
    assert "sylvan.asset.changed" in last[-1]


def test_sighting_is_taken_without_a_clock_and_threats_are_told(steps):
    told = step(steps, "/signals").strip()
    taken, _ = json.JSONDecoder().raw_decode(told)
    (became,) = taken["counts"]
    assert became in ("reported", "attached")
    threats = json.loads(step(steps, "/threats"))["threats"]
    assert threats
    assert threats[0]["km"] < 40


def test_programs_send_a_table_and_tell_what_threatens(steps):
    printed = step(steps, "push_sightings.py")
    assert re.findall(r"^line (\d): report ", printed, re.MULTILINE) == ["2", "3"]
    assert re.search(r"^threatens 110 kV line 7 [\d.]+ km from ", printed, re.MULTILINE)


def test_codes_of_refusals_have_the_words_that_the_page_leads_to(steps):
    assert "SYLVAN_OUTWARD_TRUSTED" in step(steps, "/catalogue/en")
    table = PAGE[PAGE.index("### Where you are refused") : PAGE.index(LAST)]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    codes = [code for row in rows for code in re.findall(r"`([a-z_]+\.[a-z_]+)`", row)]
    assert len(codes) > 5
    assert [code for code in codes if code not in merged("en")] == []


def test_checking_by_hand_takes_what_is_genuine_and_nothing_else():
    (source,) = [one for one in blocks("python") if "def genuine" in one]
    names: dict[str, object] = {}
    exec(source, names)
    genuine = names["genuine"]
    key, body, now = b"k" * 32, b'{"type": "sylvan.fire.changed"}', real_clock()
    secret, told = write_secret(key), signed(key, now, body)
    assert genuine(secret, told, body)
    assert not genuine(secret, told, body + b" ")
    assert not genuine(write_secret(b"j" * 32), told, body)
    assert not genuine(secret, signed(key, now - timedelta(minutes=6), body), body)


def test_words_of_the_page_are_those_of_the_interface():
    (line,) = [one for one in PAGE.splitlines() if "`seen` is" in one]
    told = re.findall(r"`(\w+)`", re.search(r"`seen` is (.*?);", line)[1])
    assert told == [str(one) for one in Seen]
