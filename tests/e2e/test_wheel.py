"""The wheel carries everything: it serves the map without Node and without the checkout."""

import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sylvan.ops.cluster import Cluster
from tests.e2e.processes import Running, free_port, running

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder outside the checkout that the database's account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="sylvan-wheel-"))
    folder.chmod(0o711)
    yield folder
    Cluster(folder / "data").wipe()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def wheel(place: Path) -> Path:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    subprocess.run([*command, "--outdir", str(place), str(ROOT)], check=True, capture_output=True)
    return next(place.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(place: Path, wheel: Path) -> Path:
    """A fresh environment with the wheel; what Sylvan depends on is borrowed from ours."""
    venv = place / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(venv)}))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # a .pth file inside a folder that a .pth file names is not read: the checkout stays out
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    script = venv / "bin" / "sylvan"
    script.write_text(f"#!{venv / 'bin' / 'python'}\nfrom sylvan.cli import run\nrun()\n")
    script.chmod(0o755)
    return venv


@pytest.fixture(scope="module")
def served(place: Path, installed: Path) -> Iterator[tuple[str, Running]]:
    port = free_port()
    env = {
        "PATH": str(installed / "bin"),
        "HOME": str(place),
        "LANG": "C.UTF-8",
        "SYLVAN_SIGN_IN": "off",
        "NUMBA_CACHE_DIR": str(place / "numba"),
    }
    command = [str(installed / "bin" / "sylvan"), "serve", "--no-demo", "--port", str(port)]
    command += ["--data-dir", str(place / "data")]
    with running(command, place / "serve.log", env=env, cwd=place) as process:
        process.wait_for(f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}", process


RULES = "sylvan/_data/alerts/rules/"
"""Tests beside an operator's rules belong to the rules, and go where they go."""


def test_wheel_holds_the_map_and_nothing_of_the_workshop(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for wanted in (
        "sylvan/static/index.html",
        "sylvan/static/report.html",
        "sylvan/_data/gis_layers/basemap.pmtiles",
        "sylvan/_data/gis_layers/yakutia/region.yaml",
        "sylvan/locales/ru/ui.json",
        "sylvan/ops/tls_page.html",
    ):
        assert wanted in names
    assert any(name.startswith("sylvan/store/sql/") for name in names)
    for folder in ("node_modules", "frontend/", "tests/", ".data/", ".cache/", "__pycache__"):
        assert not [name for name in names if folder in name and not name.startswith(RULES)]


def test_installed_code_is_the_wheels(installed: Path, place: Path) -> None:
    command = [str(installed / "bin" / "python"), "-c", "import sylvan; print(sylvan.__file__)"]
    env = {"PATH": str(installed / "bin")}
    done = subprocess.run(command, env=env, cwd=place, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).is_relative_to(installed)
    assert shutil.which("node", path=env["PATH"]) is None


def test_start_page_and_everything_that_it_names_are_served(served: tuple[str, Running]) -> None:
    url, _ = served
    for page in ("/", "/report"):
        answer = httpx.get(url + page)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        named = re.findall(r'(?:src|href)="(/[^"]+)"', answer.text)
        assert [name for name in named if name.endswith(".js")]
        for name in named:
            assert httpx.get(url + name).status_code == 200, name


def test_configuration_names_the_region_of_the_pack(served: tuple[str, Running]) -> None:
    url, _ = served
    config = httpx.get(f"{url}/api/v1/config").json()
    assert config["region"]["code"] == "yakutia"
    layers = httpx.get(f"{url}/api/v1/layers").json()
    assert layers


def test_base_map_is_read_in_pieces(served: tuple[str, Running]) -> None:
    url, _ = served
    config = httpx.get(f"{url}/api/v1/config").json()
    head = httpx.get(url + config["basemap"], headers={"Range": "bytes=0-126"})
    assert head.status_code == 206
    assert head.content[:7] == b"PMTiles"
    assert len(head.content) == 127


def test_interrupt_stops_server_and_database(served: tuple[str, Running], place: Path) -> None:
    _, process = served
    cluster = Cluster(place / "data")
    assert cluster.postmaster_pid() is not None
    process.interrupt()
    assert cluster.postmaster_pid() is None
    assert "Traceback" not in process.said()
    assert list((place / "data" / "pg" / "run").iterdir()) == []
