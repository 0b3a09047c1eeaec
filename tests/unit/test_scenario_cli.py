"""`sylvan scenario`: make, show, export, and refusals that say what to do."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sylvan.cli.scenario import app
from sylvan.jobs.land import geography_of
from sylvan.services import packs

BOX = "124,60,130,63"


def call(*words):
    return CliRunner().invoke(app, list(words))


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "day.zip"
    made = call(
        "new", "--box", BOX, "--days", "0.4", "--seed", "4", "--ignitions", "5", "-o", str(path)
    )
    assert made.exit_code == 0, made.output
    return path


def test_new_says_what_it_made(stored):
    shown = call("show", str(stored), "--json")
    facts = json.loads(shown.stdout)
    assert facts["seed"] == 4
    assert facts["true_fires"] == 5
    assert facts["deliveries"]["detections"] > 0
    assert set(facts["can_be_scored"]) >= {"grouping", "screening", "causes"}
    assert facts["plays_from"] > facts["start"]


def test_show_prints_a_table_for_people(stored):
    shown = call("show", str(stored))
    assert shown.exit_code == 0
    assert "true fires" in shown.stdout


def test_export_writes_files_and_truth(stored, tmp_path):
    out = call("export", str(stored), "-o", str(tmp_path / "out"), "--step", "6", "--json")
    written = [Path(one) for one in json.loads(out.stdout)["written"]]
    assert all(one.is_file() for one in written)
    assert {"truth.gpkg", "weather.csv", "orbits.tle"} <= {one.name for one in written}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("new", "--box", "1,2,3", "-o", "x.zip"), "is no box"),
        (("new", "--box", "9,1,2,3", "-o", "x.zip"), "is no box"),
        (("new", "--box", BOX, "--days", "999", "-o", "x.zip"), "days"),
        (("new", "--box", BOX, "--start", "yesterday", "-o", "x.zip"), "yesterday"),
        (("new", "--region", "nowhere", "-o", "x.zip"), "nowhere"),
        (("show", "nothing.zip"), "nothing.zip"),
        (("export", "nothing.zip", "-o", "x"), "nothing.zip"),
    ],
)
def test_refusals_end_with_status_1_and_name_what_is_wrong(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused = call(*words)
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_shipped_region_pack_is_a_land_to_burn():
    found = packs.folders()
    if not found:
        pytest.skip("no region packs in gis_layers/")
    for folder in found.values():
        land = geography_of(packs.load(folder))
        assert land.boundary.is_valid
        assert land.settlements
