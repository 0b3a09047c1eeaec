"""`sylvan export`: files from the command line, refusals in a sentence."""

import csv
import io

import pytest
from typer.testing import CliRunner

from sylvan.cli import build
from tests.e2e.houses import ACROSS, SITES


@pytest.fixture
def export(house, region_url, monkeypatch, tmp_path):
    monkeypatch.setenv("SYLVAN_DATABASE_URL", region_url)
    monkeypatch.setenv("SYLVAN_DATA_DIR", str(tmp_path / "data"))

    def run(*words):
        return CliRunner().invoke(build("export"), ["export", *map(str, words)])

    return run


def test_a_collection_becomes_a_file(export, tmp_path):
    file = tmp_path / "d.csv"
    done = export("detections", file, "--bbox", "170,50,-170,72")
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    assert len(rows) == sum(site.pixels for site in ACROSS)
    whole = export("detections", file)
    assert whole.exit_code == 0, whole.output
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    assert len(rows) == sum(site.pixels for site in (*SITES, *ACROSS))


def test_without_a_collection_they_are_listed(export):
    done = export("--json")
    assert '"fire-versions"' in done.output


@pytest.mark.parametrize(
    "words",
    [
        ("fires",),
        ("fires", "x.xyz"),
        ("nothing", "x.csv"),
        ("fires", "x.csv", "--filter", "nothing = 1"),
        ("fires", "x.csv", "--filter", "(("),
        ("fires", "x.csv", "--bbox", "1,2,3"),
        ("fires", "x.csv", "--since", "2026-07-17"),
        ("fires", "no/such/folder/x.csv"),
        ("fires", "x.csv", "--world", "nowhere"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence_and_leaves_nothing(
    export, tmp_path, monkeypatch, words
):
    monkeypatch.chdir(tmp_path)
    done = export(*words)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert not list(tmp_path.rglob("*.csv"))
