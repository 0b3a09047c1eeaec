"""The two commands and the installer: options, other systems, refusals; nothing is installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def installer(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs shell code that has the installer's functions, on a machine without apt or database."""
    bare = "has_apt() { false; }; has_database() { false; }; is_root() { false; }"
    script = f"source {SCRIPTS}/install.sh; {bare}; {code}"
    return subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **env},
    )


@pytest.mark.parametrize(
    ("manager", "commands"),
    [
        ("dnf", "sudo dnf install postgresql-server postgresql-contrib postgis"),
        ("pacman", "sudo pacman -S postgresql postgis"),
        ("zypper", "sudo zypper install postgresql-server postgresql-contrib postgis"),
    ],
)
def test_other_package_managers_get_exact_commands_and_a_status(
    tmp_path: Path, manager: str, commands: str
) -> None:
    (tmp_path / manager).write_text("#!/bin/sh\n")
    (tmp_path / manager).chmod(0o755)
    done = installer("install_database", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert done.returncode == 1
    assert commands in done.stderr


def test_mac_gets_its_own_commands() -> None:
    done = installer("uname() { echo Darwin; }; install_database")
    assert done.returncode == 1
    assert "brew install postgresql@17 postgis" in done.stderr


def test_unknown_system_is_told_what_to_bring() -> None:
    done = installer("have() { false; }; install_database")
    assert done.returncode == 1
    assert "SYLVAN_DATABASE_URL=" in done.stderr


def test_without_pango_everything_else_is_installed_and_it_is_said() -> None:
    bare = "has_pango() { false; }; uname() { echo Linux; }; have() { [ $1 = dnf ]; }"
    done = installer(f"{bare}; install_pango")
    assert done.returncode == 0
    assert "sudo dnf install pango" in done.stderr


def test_named_server_needs_no_database_on_this_machine() -> None:
    done = installer("install_database", SYLVAN_DATABASE_URL="postgresql://db/sylvan")
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("version", "status"), [("", 1), ("13", 1), ("14", 1), ("15", 0), ("17", 0)]
)
def test_release_with_an_older_database_is_refused(version: str, status: int) -> None:
    done = installer(f"check_postgres_version '{version}'")
    assert done.returncode == status
    assert ("Debian 12+" in done.stderr) is (status == 1)


@pytest.mark.parametrize(
    ("oldest", "found", "fits"),
    [
        ("20.19", "20.19.0", True),
        ("20.19", "24.1.0", True),
        ("20.19", "18.20.4", False),
        ("3.11", "3.9", False),
    ],
)
def test_versions_are_compared_as_numbers(oldest: str, found: str, *, fits: bool) -> None:
    assert (installer(f"at_least {oldest} {found}").returncode == 0) is fits


def test_unknown_part_is_refused() -> None:
    command = [str(SCRIPTS / "install.sh"), "everything"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "everything" in done.stderr


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose installer and server only say how they were called."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(SCRIPTS / "up", tmp_path / "scripts")
    says = '#!/bin/sh\necho "$(basename "$0") $*|${SYLVAN_DATA_DIR:-}"\n'
    for name in ("scripts/install.sh", ".venv/bin/sylvan"):
        (tmp_path / name).write_text(says)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def up(checkout: Path, *options: str, cwd: Path) -> list[str]:
    command = [str(checkout / "scripts" / "up"), *options]
    env = {"PATH": os.environ["PATH"]}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_up_installs_then_serves_with_a_fire_day(checkout: Path) -> None:
    installed, served = up(checkout, cwd=Path("/"))
    assert installed == "install.sh python database frontend|"
    assert served == "sylvan serve --demo|"


def test_up_hands_its_options_on(checkout: Path, tmp_path: Path) -> None:
    options = ["--no-demo", "--port", "9000", "--host", "192.168.1.7", "--i-know"]
    _, served = up(checkout, *options, "--data-dir", "here", cwd=tmp_path)
    assert (
        served == f"sylvan serve --no-demo --port 9000 --host 192.168.1.7 --i-know|{tmp_path}/here"
    )


def test_data_folder_is_known_before_anything_is_unpacked_into_it(checkout: Path) -> None:
    installed, _ = up(checkout, "--data-dir=/srv/fire", cwd=Path("/"))
    assert installed.endswith("|/srv/fire")


def test_continuous_integration_calls_the_tests_and_nothing_else() -> None:
    lines = (SCRIPTS.parent / ".ci" / "run").read_text("utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands == ['exec "$(dirname "$0")/../scripts/test" "$@"']
