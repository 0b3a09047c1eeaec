"""The commands in docs/api.md do what they say, and its tables tell the truth."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.e2e.houses import NOW, SITES, Site, firms_csv, opened, take
from tests.e2e.served import served

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api.md"
LATER = (Site(140.0, 65.0, 1.0, 3),)
ONE_SCREEN = 80
"""Lines: what a tall screen shows."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)


def test_document_fits_on_a_screen():
    assert len(DOCUMENT.read_text("utf-8").splitlines()) <= ONE_SCREEN


def test_problem_in_the_document_is_the_one_that_is_sent(api):
    told = json.loads(blocks("json")[1])
    assert api.get("/api/v1/fires?limit=1001").json() == told


def test_commands_of_the_document_work_one_after_another(server, region_template, tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("no curl: the document's commands need it")
    (tmp_path / "viirs.csv").write_bytes(firms_csv(LATER, NOW))
    with server.fresh(template=region_template, hint="docs") as name:
        house = opened(server.database(name))
        take(house, SITES)
        with served(house) as port:
            found = httpx.get(f"http://127.0.0.1:{port}/api/v1/fires?limit=1").json()
            fire = found["features"][0]["properties"]
            script = blocks("sh")[0].replace("127.0.0.1:8321", f"127.0.0.1:{port}")
            script = script.replace(
                "curl ", "curl --silent --show-error --fail-with-body -w '\\n' "
            )
            ran = subprocess.run(
                ["bash", "-euc", script],
                capture_output=True,
                text=True,
                cwd=tmp_path,
                env=os.environ | {"FIRE": fire["id"], "ETAG": f'"{fire["version"]}"'},
                check=False,
            )
        house.worlds.engine.dispose()
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr
    answers = [line for line in ran.stdout.splitlines() if line.startswith("{")]
    assert len(answers) == 6
    assert json.loads(answers[3]) == {"id": fire["id"], "version": fire["version"] + 1}
    assert json.loads(answers[4])["status"] == "queued"
    assert json.loads(answers[5])["accepted"] == LATER[0].pixels
