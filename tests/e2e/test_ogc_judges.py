"""What others' programs make of the OGC interface: ogctests, GDAL, OWSLib, QGIS.

ogctests pins libraries that ours do not: it gets an environment of its own, made by the test from
the package registry (or one that TESTS_OGCTESTS_PYTHON names). QGIS is Debian's; both run with
`scripts/test --long`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from owslib.ogcapi.features import Features

from tests.e2e.houses import ACROSS, client, opened
from tests.e2e.ogc_day import full_day
from tests.e2e.rights_day import PaperDoor
from tests.e2e.served import served

JUDGE = "ogctests==0.1.15"
QGIS_PYTHON = "/usr/bin/python3"
BROKEN = {
    "test_ct2": "keeps the quotes around rel that RFC 8288 asks for, and looks for href elsewhere",
    "test_ct3": "needs what ct2 stores",
    "test_ct5": "needs what ct3 stores",
    "test_ct7": "the same; sends a dict as filter-lang",
    "test_ct8": "the same",
    "test_ct9": "the same",
    "test_ct10": "formats a JSON with braces by str.format, and never sends it",
}
"""Tests of the suite that no server passes, and why; `test_ogc.py` asks what they mean to."""


@pytest.fixture(scope="module")
def root(region_url):
    house = opened(region_url)
    house.door = PaperDoor()
    with client(house) as api:
        full_day(api, house)
    with served(house) as port:
        yield f"http://127.0.0.1:{port}/ogc"
    house.auditor.stop(2.0)
    house.worlds.engine.dispose()


# ── GDAL ─────────────────────────────────────────────────────────────────────────────────────


ASK_GDAL = """
import json, sys
import pyogrio.raw, shapely
def read(root, layer, options):
    options = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
    meta, _, shapes, columns = pyogrio.raw.read(f"OAPIF:{root}", layer=layer, **options)
    places = [shapely.from_wkb(one).representative_point().coords[0] for one in shapes if one]
    plain = [[str(value) for value in column] for column in columns]
    return {"crs": meta["crs"], "places": places, **dict(zip(meta["fields"], plain))}
root, *asked = sys.argv[1:]
names = [str(name) for name, _ in pyogrio.list_layers(f"OAPIF:{root}")]
wanted = [json.loads(one) for one in asked] or [[name, {"max_features": 20}] for name in names]
print(json.dumps([[name, read(root, name, options)] for name, options in wanted]))
"""
"""In a process of its own: GDAL waits for the server with Python's lock in its hands."""


def read(root, *asked):
    """What GDAL reads: name of a layer and what was found, in order."""
    told = subprocess.run(
        [sys.executable, "-c", ASK_GDAL, root, *(json.dumps(one) for one in asked)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def test_gdal_lists_and_reads_every_collection(root):
    found = dict(read(root))
    assert {"fires", "fire-edges", "detections", "danger", "units", "regimes"} <= set(found)
    for name, told in found.items():
        assert told["places"], name
        assert told["crs"] == "EPSG:4326" or "CRS84" in told["crs"], name


def test_gdal_reads_all_pages_and_its_boxes_and_filters_find_the_same(root):
    (_, whole), (_, boxed), (_, hot) = read(
        root,
        ["detections", {"PAGE_SIZE": "3"}],
        ["detections", {"bbox": [120.0, 60.0, 127.0, 62.0]}],
        ["detections", {"where": "frp_mw > 11"}],
    )
    across = sum(site.pixels for site in ACROSS)
    assert len(whole["places"]) == across + 8
    assert {"satellite", "frp_mw", "acq_at"} <= set(whole)
    assert sum(abs(lon) > 170 for lon, _ in whole["places"]) == across
    inside = [one for one in whole["places"] if 120 <= one[0] <= 127 and 60 <= one[1] <= 62]
    assert sorted(boxed["places"]) == sorted(inside) != []
    assert sorted(hot["frp_mw"]) == sorted(one for one in whole["frp_mw"] if float(one) > 11) != []


# ── OWSLib ───────────────────────────────────────────────────────────────────────────────────


def test_owslib_finds_its_way(root):
    service = Features(root + "/")
    assert service.conformance()["conformsTo"]
    assert service.api()["openapi"] == "3.0.3"
    assert {"fires", "detections"} <= set(service.feature_collections())
    assert "status" in service.collection_queryables("fires")["properties"]
    found = service.collection_items("fires", limit=2, bbox=[100, 50, 170, 75])
    assert found["numberReturned"] == len(found["features"]) == 2
    one = service.collection_item("fires", found["features"][0]["id"])
    assert one["properties"] == found["features"][0]["properties"]
    told = service.collection_items("fires", filter="status = 'signal'", limit=100)
    assert {feature["properties"]["status"] for feature in told["features"]} == {"signal"}


# ── ogctests ─────────────────────────────────────────────────────────────────────────────────


def judge(tmp_path: Path) -> str:
    """The interpreter of an environment that holds the suite."""
    own = os.environ.get("TESTS_OGCTESTS_PYTHON")
    if own:
        return own
    home = tmp_path / "judge"
    python = str(home / "bin" / "python")
    made = subprocess.run([sys.executable, "-m", "venv", str(home)], check=False)
    got = made.returncode == 0 and subprocess.run(
        [python, "-m", "pip", "install", "--quiet", JUDGE], check=False
    )
    if not got or got.returncode:
        pytest.skip(f"{JUDGE} cannot be installed: no package registry in reach")
    return python


@pytest.mark.long
def test_ogctests_finds_nothing_in_the_core(root, tmp_path):
    results = suite(judge(tmp_path), root, "core", tmp_path)
    assert len(results) == 29
    assert {name: told for name, told in results.items() if told} == {}


@pytest.mark.long
def test_ogctests_finds_nothing_in_filtering_but_its_own_slips(root, tmp_path):
    results = suite(judge(tmp_path), root, "filtering", tmp_path)
    assert set(BROKEN) < set(results)
    wrong = {name: told for name, told in results.items() if told and name not in BROKEN}
    assert wrong == {}


def suite(python: str, root: str, part: str, tmp_path: Path) -> dict[str, str]:
    """By test, what it found; nothing where it passed."""
    where = "import ogctests, pathlib; print(pathlib.Path(ogctests.__file__).parent)"
    home = subprocess.run([python, "-c", where], check=True, capture_output=True, text=True)
    report = tmp_path / f"{part}.xml"
    folder = Path(home.stdout.strip(), "features", part)
    # its fixtures lie above its tests, where they are not looked for from just anywhere
    above = f"--confcutdir={home.stdout.strip()}"
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", above, str(folder)]
    subprocess.run(
        [*command, f"--junitxml={report}"],
        check=False,
        env={**os.environ, "INSTANCE_URL": root, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        timeout=500,
    )
    return {
        case.get("name", ""): " ".join(found.get("message", "")[:200] for found in case)
        for case in ET.parse(report).iter("testcase")
    }


# ── QGIS ─────────────────────────────────────────────────────────────────────────────────────

ASK_QGIS = """
import sys
from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
for name in ("fires", "fire-edges", "detections", "layer-settlements"):
    layer = QgsVectorLayer(f"url='{sys.argv[1]}' typename='{name}'", name, "OAPIF")
    assert layer.isValid(), layer.error().message()
    found = sum(1 for _ in layer.getFeatures())
    box = QgsFeatureRequest().setFilterRect(QgsRectangle(100, 50, 170, 75))
    within = sum(1 for _ in layer.getFeatures(box))
    print(name, found, within, layer.fields().count(), layer.crs().authid())
"""


@pytest.mark.long
def test_qgis_reads_layers(root):
    there = subprocess.run(
        [QGIS_PYTHON, "-c", "import qgis.core"], check=False, capture_output=True
    )
    if there.returncode:
        pytest.skip("QGIS is missing: scripts/install.sh qgis")
    told = subprocess.run(
        [QGIS_PYTHON, "-c", ASK_QGIS, root],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert told.returncode == 0, told.stderr
    rows = {line.split()[0]: line.split()[1:] for line in told.stdout.splitlines() if line}
    assert int(rows["detections"][0]) == 8 + sum(site.pixels for site in ACROSS)
    assert int(rows["detections"][1]) == 8
    assert int(rows["fires"][0]) == 5
    assert int(rows["layer-settlements"][0]) > 50
