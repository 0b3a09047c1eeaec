"""`sylvan forces`: a file in, the same file out, and a faulty one told line by line."""

import json

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from sylvan.cli import build
from sylvan.services.log import drain
from tests.e2e.houses import opened

BASES = "code,kind,name_ru,lon,lat\nair-1,air_base,Якутск,129.7,62.0\n"
UNITS = "code,kind,station,people,owner\ncrew-1,helitack,air-1,6,x\n"


@pytest.fixture
def run(fresh_db_url, tmp_path, monkeypatch):
    monkeypatch.setenv("SYLVAN_DATABASE_URL", fresh_db_url)
    monkeypatch.setenv("SYLVAN_REGION", "portugal")  # the smallest pack

    def run(*words):
        return CliRunner().invoke(build("forces"), ["forces", *map(str, words)])

    return run


def test_register_goes_in_and_out_again(run, tmp_path, fresh_db_url):
    bases, units, book = (tmp_path / name for name in ("bases.csv", "units.csv", "r.xlsx"))
    bases.write_text(BASES, "utf-8")
    units.write_text(UNITS, "utf-8")
    first = run("import", bases)
    assert first.exit_code == 0, first.output
    assert "forces.station_outside" not in first.output
    assert run("import", units).exit_code == 0
    assert run("export", book).exit_code == 0
    again = run("import", book, "--json")
    assert json.loads(again.stdout)["units"] == {"added": 0, "changed": 0, "same": 1}
    listed = json.loads(run("list", "--json").stdout)
    assert [one["code"] for one in listed] == ["crew-1"]
    house = opened(fresh_db_url, region="portugal")
    drain(house.worlds.engine)
    with house.worlds.engine.connect() as conn:
        taken = conn.execute(text("select changes from audit where action = 'export.forces'")).all()
    assert [row.changes["what"] for row in taken] == ["all"]
    house.worlds.engine.dispose()


def test_faulty_file_ends_with_status_1_and_names_line_and_field(run, tmp_path):
    file = tmp_path / "units.csv"
    file.write_text(UNITS.replace("helitack", "helitak"), "utf-8")
    refused = run("import", file)
    assert refused.exit_code == 1
    assert "units:2.kind" in refused.output
    assert run("export", tmp_path / "r.csv").exit_code == 1
