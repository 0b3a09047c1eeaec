"""Files that attack whoever opens them: disguised, hidden, too large; and the wall around GDAL."""

import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from sylvan.domain.codes import Invalid
from sylvan.feeds.errors import FeedError
from sylvan.feeds.weather_grids import is_grid, read_grid
from sylvan.services import gdal_child, gdal_reader
from sylvan.services.gdal_child import GPKG, GPX, SHAPEFILE, UnreadableError
from sylvan.services.packs import LayerKind, LayerSpec, PackError
from sylvan.services.packs_read import read_layer
from sylvan.services.tracks_read import read_gpx

SECRET = "not for your eyes"
VRT = """<OGRVRTDataSource><!-- {mark} --><OGRVRTLayer name="{layer}">
<SrcDataSource>{file}</SrcDataSource><SrcLayer>{of}</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"""


@pytest.fixture
def secret(tmp_path):
    """A file of the server that no upload may lead to."""
    path = tmp_path / "secret" / "secret.csv"
    path.parent.mkdir()
    path.write_text(f"a,b\n{SECRET},2\n", "utf-8")
    return path


def spec() -> LayerSpec:
    told: dict[str, Any] = {"fields": {}, "file": "-", "source": "test", "licence": "CC0-1.0"}
    return LayerSpec(code="x", kind=LayerKind.FORESTRY, title={"en": "X"}, **told)


def box(path: Path) -> Path:
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(shapely.box(1, 2, 3, 4))], dtype=object),
        field_data=[np.array(["x"], dtype=object)],
        fields=["code"],
        geometry_type="Polygon",
        crs="EPSG:4326",
    )
    return path


def test_plain_files_are_read(tmp_path):
    for suffix, driver in (("gpkg", GPKG), ("shp", SHAPEFILE)):
        path = box(tmp_path / f"x.{suffix}")
        files = {
            one.name: one for one in tmp_path.glob("x.*") if one.suffix != ".gpkg" or one == path
        }
        found = gdal_child.read(files, path.name, driver)
        assert found.columns == {"code": ["x"]}
        assert shapely.from_wkb(found.wkb[0]).bounds == (1, 2, 3, 4)


@pytest.mark.parametrize("suffix", ["geojson", "json", "gpkg", "shp"])
def test_a_virtual_file_by_any_name_is_refused(tmp_path, secret, suffix):
    path = tmp_path / f"x.{suffix}"
    path.write_text(VRT.format(mark="", layer="x", file=secret, of="secret"), "utf-8")
    with pytest.raises(PackError) as refused:
        read_layer(path, spec())
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("layer", ["track_points", "route_points"])
def test_a_virtual_file_that_calls_itself_gpx_is_refused(secret, layer):
    body = VRT.format(mark="<gpx", layer=layer, file=secret, of="secret").encode()
    with pytest.raises(Invalid) as refused:
        read_gpx(body)
    assert refused.value.code == "edge.gpx_unreadable"


def test_a_virtual_raster_that_calls_itself_grib_is_refused(tmp_path, secret):
    body = (
        '<VRTDataset rasterXSize="2" rasterYSize="2"><Metadata><MDI key="x">GRIB</MDI></Metadata>'
        f'<VRTRasterBand dataType="Byte" band="1" subClass="VRTRawRasterBand">'
        f'<SourceFilename relativetoVRT="0">{secret}</SourceFilename></VRTRasterBand></VRTDataset>'
    ).encode()
    assert b"GRIB" in body
    for told in (body, b"GRIB" + body, b"\x89HDF\r\n\x1a\n" + body):
        if is_grid(told):
            with pytest.raises(FeedError) as refused:
                read_grid("x.grib", told, None, datetime(2026, 7, 17, tzinfo=UTC))
            assert refused.value.code == "grid.unreadable"


def test_one_driver_opens_what_others_would(tmp_path, secret):
    """Each body is good for GDAL as it stands; the child has only the driver that was asked for."""
    geojson = json.dumps({"type": "FeatureCollection", "features": []})
    vrt = VRT.format(mark="", layer="x", file=secret, of="secret")
    bodies = {
        "vrt": vrt,
        "csv": "a,b\n1,2\n",
        "geojson": geojson,
        "url": "/vsicurl/http://x.example/",
    }
    for name, body in bodies.items():
        for driver in (GPKG, SHAPEFILE, GPX):
            with pytest.raises(UnreadableError):
                gdal_child.read({f"x.{name}": body.encode()}, f"x.{name}", driver)


def test_a_geopackage_with_hidden_tables_is_refused(tmp_path, secret):
    for sql in (
        f"create virtual table hidden using VirtualOGR('{secret}')",
        "create view hidden as select * from gpkg_contents",
    ):
        path = box(tmp_path / "x.gpkg")
        with sqlite3.connect(path) as db:
            try:
                db.execute(sql)
            except sqlite3.OperationalError:  # no such module here: write what others would find
                db.execute("pragma writable_schema=1")
                db.execute(
                    "insert into sqlite_master values ('table', 'hidden', 'hidden', 0, ?)", (sql,)
                )
        with pytest.raises(PackError) as refused:
            read_layer(path, spec())
        assert refused.value.code == "layer.hidden_table"
        path.unlink()


def test_rubbish_and_bombs_are_refused(tmp_path):
    path = box(tmp_path / "x.gpkg")
    body = path.read_bytes()
    for told in (
        b"",
        body[:100],
        body[:4096] + b"\xff" * 4096,
        b"SQLite format 3\0" + b"\0" * 9000,
    ):
        broken = tmp_path / "broken.gpkg"
        broken.write_bytes(told)
        with pytest.raises(PackError):
            read_layer(broken, spec())


def test_memory_and_processor_of_the_child_are_bounded():
    told = (
        "import resource, sys, runpy; runpy.run_path(sys.argv[1])['bound'](4 << 30, 120, 2 << 30);"
        "print([resource.getrlimit(one)[1] for one in"
        " (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)]);"
        "bytearray(5 << 30)"
    )
    command = [sys.executable, "-c", told, gdal_reader.__file__]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    wanted = [4 << 30, 120, 2 << 30]
    assert done.stdout.strip() == str(wanted)
    assert "MemoryError" in done.stderr


def test_the_child_gets_nothing_of_our_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SYLVAN_SECRET", SECRET)
    made = gdal_child._environment(GPKG, tmp_path)
    assert SECRET not in made.values()
    skipped = made["GDAL_SKIP"].split(",")
    assert {"OGR_VRT", "GeoJSON", "CSV", "OAPIF", SHAPEFILE} <= set(skipped)
    assert GPKG not in skipped


@pytest.mark.skipif(not gdal_child.confines(), reason="bubblewrap is not installed, or not usable")
def test_behind_the_wall_there_is_nothing_to_read_and_nobody_to_call(tmp_path, secret):
    folder = tmp_path / "in"
    folder.mkdir()
    places = [str(secret), __file__, "/etc/passwd", "/home", "/var", "/srv"]
    looks = (
        f"import os, socket; print([one for one in {places!r} if os.path.exists(one)]);"
        "socket.create_connection(('127.0.0.1', 9), 2)"
    )
    command = [*gdal_child._confined(folder), sys.executable, "-I", "-c", looks]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
    assert "Error" in done.stderr
