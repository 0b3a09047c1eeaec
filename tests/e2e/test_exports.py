"""Files that are taken away: whole, right across 180°, safe for spreadsheets, on record."""

import csv
import io
import json
import sqlite3
import threading

import numpy as np
import pyogrio.raw
import pytest
import shapely
from sqlalchemy import text

from sylvan.domain.actors import local_operator
from sylvan.services.faults import Unavailable
from sylvan.services.features import Wanted
from tests.e2e.houses import ACROSS, SITES, Site, code, take

API = "/api/v1/exports"
FORMS = ("csv", "geojsonl", "gpkg", "fgb")
SETS = (
    "fires",
    "fire-edges",
    "fire-versions",
    "detections",
    "layer-municipalities",
    "danger-areas",
)


def rows_of(body, form, tmp_path, *, points=True):
    """Rows as dicts with `geometry`, whatever the form."""
    if form == "csv":
        assert body.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
        for row in rows:
            there = shapely.Point(float(row["lon"]), float(row["lat"])) if points else None
            row["geometry"] = there or shapely.from_wkt(row["wkt"])
        return rows
    if form == "geojsonl":
        parts = [json.loads(part) for part in body.split(b"\x1e") if part]
        return [
            one["properties"]
            | {"id": one["id"], "geometry": shapely.from_geojson(json.dumps(one["geometry"]))}
            for one in parts
        ]
    file = tmp_path / f"x.{form}"
    file.write_bytes(body)
    meta, _, shapes, columns = pyogrio.raw.read(str(file))
    assert meta["crs"] == "EPSG:4326"
    names = [*meta["fields"], "geometry"]
    columns = [*columns, shapely.from_wkb(shapes)]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SETS)
def test_a_file_holds_the_features_of_the_collection(api, tmp_path, name, form):
    wanted = api.get(f"/ogc/collections/{name}/items", params={"limit": 10_000}).json()["features"]
    answer = api.get(f"{API}/{name}.{form}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-features"] == str(len(wanted))
    points = name in ("fires", "detections")
    found = {row["id"]: row for row in rows_of(answer.content, form, tmp_path, points=points)}
    assert set(found) == {one["id"] for one in wanted}
    for one in wanted:
        row = found[one["id"]]
        there = shapely.from_geojson(json.dumps(one["geometry"]))
        assert shapely.equals_exact(row["geometry"].normalize(), there.normalize(), 1e-6)
        for field in ("status", "n_detections", "frp_mw", "code", "danger_class"):
            if one["properties"].get(field) is not None:
                told, here = row[field], one["properties"][field]
                assert told == here or float(told) == pytest.approx(float(here), rel=1e-6), field


@pytest.mark.parametrize("form", FORMS)
def test_filters_are_those_of_the_interface(api, tmp_path, form):
    across = api.get(f"{API}/detections.{form}", params={"bbox": "170,50,-170,72"})
    rows = rows_of(across.content, form, tmp_path)
    assert len(rows) == sum(site.pixels for site in ACROSS)
    assert all(abs(row["geometry"].x) > 170 for row in rows)
    few = api.get(f"{API}/detections.{form}", params={"filter": "frp_mw >= 13"})
    assert {float(row["frp_mw"]) for row in rows_of(few.content, form, tmp_path)} == {13.0, 14.0}
    late = api.get(f"{API}/detections.{form}", params={"since": "2026-07-17T00:00:00Z"})
    assert 0 < len(rows_of(late.content, form, tmp_path)) < sum(s.pixels for s in SITES + ACROSS)


def test_an_empty_file_still_has_its_columns(api, tmp_path):
    for form in FORMS:
        answer = api.get(f"{API}/fires.{form}", params={"filter": "false"})
        assert answer.headers["x-features"] == "0", form
        assert rows_of(answer.content, form, tmp_path) == []
    head = api.get(f"{API}/fires.csv", params={"filter": "false"}).text
    assert head.startswith("\ufeff")
    assert '"status"' in head


def test_versions_come_with_their_edges_of_then(api, tmp_path):
    rows = rows_of(api.get(f"{API}/fire-versions.gpkg").content, "gpkg", tmp_path)
    kinds = {row["geometry"].geom_type for row in rows}
    assert "MultiPolygon" in kinds
    over = [row["geometry"] for row in rows if row["geometry"].bounds[2] == 180]
    assert over, "the fire on the line"
    assert all(shape.bounds[0] == -180 and shape.area < 1 for shape in over)


REFUSED = {
    "fires.csv?filter=nothing%3D1": (422, "filter.property"),
    "fires.csv?filter=((": (422, "filter.syntax"),
    "fires.csv?bbox=1,2,3": (422, "problem.bbox"),
    "fires.csv?since=2026-07-17": (422, "problem.time_zone_missing"),
    "fires.csv?limit=1": (422, "problem.unknown_parameter"),
    "none.csv": (404, "ogc.collection_unknown"),
}


@pytest.mark.parametrize("address", REFUSED)
def test_what_cannot_be_used_is_refused_before_anything_is_written(house, api, address):
    answer = api.get(f"{API}/{address}")
    assert (answer.status_code, code(answer)) == REFUSED[address]
    assert not [one for one in house.exports.folder.rglob("*") if one.is_file()]


def test_files_are_gone_once_they_are_sent(house, api):
    for form in FORMS:
        assert api.get(f"{API}/fires.{form}").is_success
    assert not list(house.exports.folder.iterdir())


def test_what_begins_like_a_formula_stays_text_and_numbers_stay_numbers(own):
    house, api = own
    take(house, [Site(129.73, 66.4, 2.0, 5)])
    nasty = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "plain", 'a"b', "a,b", "a\nb"]
    with house.worlds.engine.begin() as conn:
        for number, word in enumerate(nasty):
            conn.execute(
                text(
                    "insert into station (id, world_id, version, code, kind, names, point, owner,"
                    " owned_by, contact, note, sample, remarks, territories, created_at,"
                    " changed_at, runway_m) values (gen_random_uuid(), 1, 1, :code, 'base', '{}',"
                    " st_setsrid(st_makepoint(-1.5, 60), 4326), '', 'state', :word, '', false,"
                    " '[]', '{}', now(), now(), -5)"
                ),
                {"code": f"s{number}", "word": word},
            )
    told = api.get(f"{API}/stations.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(told, newline="")))
    assert len(rows) == len(nasty)
    for row in rows:
        word = nasty[int(row["code"][1:])]
        dangerous = word[0] in "=+-@\t\r"
        assert row["contact"] == ("'" + word if dangerous else word)
        assert (row["runway_m"], row["lon"]) == ("-5", "-1.5")
    for form in ("geojsonl", "gpkg"):
        assert api.get(f"{API}/stations.{form}").is_success


def test_taking_away_is_on_record(house, api):
    before = len(api.get("/api/v1/audit", params={"action": "export.features"}).json()["rows"])
    assert api.get(f"{API}/fires.csv", params={"filter": "true"}).is_success
    assert not api.get(f"{API}/none.csv").is_success
    house.auditor.flush()
    rows = api.get("/api/v1/audit", params={"action": "export.features"}).json()["rows"]
    assert len(rows) == before + 1
    assert rows[0]["changes"] == {"operation": "exports_csv", "code": "fires", "filter": "true"}


def test_a_fault_leaves_no_half_of_a_file(house, tmp_path, monkeypatch):
    from sylvan.services import exports  # noqa: PLC0415

    actor = local_operator(house.worlds.named("live"))
    target = tmp_path / "fires.gpkg"
    target.write_bytes(b"what was there before")

    def broken(found, rows):
        raise RuntimeError("in the middle")

    monkeypatch.setattr(exports, "_batch", broken)
    for form in FORMS:
        with pytest.raises((RuntimeError, OSError)):
            house.exports.write(actor, lambda _: True, "fires", form, Wanted(), target)
    assert target.read_bytes() == b"what was there before"
    assert [one.name for one in tmp_path.iterdir()] == ["fires.gpkg"]


def test_too_many_at_once_are_told_to_come_back(house, tmp_path, monkeypatch):
    from sylvan.services import exports  # noqa: PLC0415

    monkeypatch.setattr(exports, "WAIT_S", 0.01)
    actor = local_operator(house.worlds.named("live"))
    go, inside = threading.Event(), threading.Semaphore(0)

    def slow(found, batches, path):
        inside.release()
        go.wait(20)
        path.touch()

    monkeypatch.setattr(exports, "FORMS", {"csv": slow})
    threads = [
        threading.Thread(
            target=house.exports.write,
            args=(actor, lambda _: True, "fires", "csv", Wanted(), tmp_path / f"{n}.csv"),
        )
        for n in range(exports.AT_ONCE)
    ]
    for one in threads:
        one.start()
    for _ in threads:
        assert inside.acquire(timeout=20)
    with pytest.raises(Unavailable):
        house.exports.write(actor, lambda _: True, "fires", "csv", Wanted(), tmp_path / "x.csv")
    go.set()
    for one in threads:
        one.join(20)
    assert len(list(tmp_path.iterdir())) == exports.AT_ONCE


def test_a_geopackage_is_one_that_others_know(api, tmp_path):
    file = tmp_path / "x.gpkg"
    file.write_bytes(api.get(f"{API}/fire-edges.gpkg").content)
    with sqlite3.connect(file) as db:
        (name, kind, srs) = db.execute(
            "select table_name, data_type, srs_id from gpkg_contents"
        ).fetchone()
        assert (name, kind, srs) == ("fire-edges", "features", 4326)
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    assert np.array_equal(pyogrio.list_layers(file)[:, 0], ["fire-edges"])
