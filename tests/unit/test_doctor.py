"""The doctor: every bad finding says how to mend it, and a broken check hides no other."""

from pathlib import Path

import pytest

from sylvan.ops import doctor
from sylvan.ops.doctor import Finding, Level
from sylvan.ops.installs import Install, choose, install_commands, version_tuple
from sylvan.ops.refusal import Refusal

GIB = 1024**3
DEBIAN = {"ID": "debian", "VERSION_CODENAME": "bookworm"}
UBUNTU = {"ID": "ubuntu", "ID_LIKE": "debian", "VERSION_CODENAME": "noble"}


def breaks() -> list[Finding]:
    raise OSError("no such thing")


def test_check_that_breaks_is_reported_and_hides_no_other() -> None:
    good = Finding("b", Level.OK, "fine")
    found = doctor.examine({"a": breaks, "b": lambda: [good]})
    assert found[0].level is Level.FAIL
    assert "no such thing" in found[0].text
    assert found[1] == good


@pytest.mark.parametrize(
    ("free", "level"), [(0, Level.FAIL), (3 * GIB, Level.WARN), (50 * GIB, Level.OK)]
)
def test_disk_is_judged_before_the_database_stops(free: int, level: Level) -> None:
    assert doctor.disk(Path("/data"), free).level is level


@pytest.mark.parametrize(
    ("now", "newest", "synchronised", "level"),
    [
        (100.0, 200.0, True, Level.FAIL),
        (200.0, 100.0, False, Level.WARN),
        (200.0, 100.0, True, Level.OK),
        (200.0, 100.0, None, Level.OK),
    ],
)
def test_clock_before_our_own_files_is_wrong(
    now: float, newest: float, synchronised: object, level: Level
) -> None:
    assert doctor.clock(now, newest, synchronised).level is level


def test_a_missing_wall_is_noted_and_no_fault() -> None:
    assert doctor.wall(stands=True).level is Level.OK
    missing = doctor.wall(stands=False)
    assert (missing.level, "bubblewrap" in missing.mend) == (Level.NOTE, True)


@pytest.mark.parametrize(
    ("said", "level"),
    [("v24.1.0", Level.OK), ("v20.19.0", Level.OK), ("v18.20.4", Level.NOTE), ("", Level.NOTE)],
)
def test_old_node_is_noticed(said: str, level: Level) -> None:
    assert doctor.node(said).level is level


@pytest.mark.parametrize(
    ("state", "level"),
    [
        *((state, Level.OK) for state in ("ok", "never")),
        *((state, Level.WARN) for state in ("late", "failing", "open")),
    ],
)
def test_feeds_degrade_and_never_fail(state: str, level: Level) -> None:
    row = {"feed": "viirs-n20", "state": state, "last_data": None, "last_error": None}
    (found,) = doctor.feeds(Path("/drop"), [row], map_key_set=True)
    assert found.level is level
    assert (found.mend != "") is (level is not Level.OK)


def test_missing_map_key_is_said_with_what_still_works() -> None:
    (found,) = doctor.feeds(Path("/data/drop"), [], map_key_set=False)
    assert "/data/drop" in found.text
    assert "SYLVAN_FIRMS_MAP_KEY" in found.mend


def test_packages_that_are_missing_or_too_old_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = [
        "surely-not-there>=1",
        "sqlalchemy>=99",
        "rich>=1",
        "only-elsewhere; sys_platform == 'win32'",
        "only-extra; extra == 'dev'",
    ]
    monkeypatch.setattr(doctor.metadata, "requires", lambda _name: declared)
    bad = [found.text for found in doctor.python() if found.level is Level.FAIL]
    assert len(bad) == 2
    assert bad[0].startswith("surely-not-there")
    assert bad[1].startswith("sqlalchemy")


def test_probe_of_a_missing_program_says_nothing() -> None:
    assert doctor.probe("surely-not-a-program") == ""


@pytest.mark.parametrize(
    ("release", "command"),
    [
        (DEBIAN, "apt-get install --no-install-recommends postgresql-15 postgresql-15-postgis-3"),
        (UBUNTU, "apt-get install --no-install-recommends postgresql-16 postgresql-16-postgis-3"),
        ({"ID": "fedora"}, "dnf install postgresql-server postgresql-contrib postgis"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "dnf install postgresql-server"),
        ({}, "brew install postgresql@17 postgis"),
    ],
)
def test_every_system_gets_its_own_install_command(release: dict[str, str], command: str) -> None:
    assert command in "\n".join(install_commands(release))


@pytest.mark.parametrize(
    ("older", "newer"), [("3.3.2", "3.10.0"), ("15.9", "15.13"), ("", "3.3"), ("3.4", "3.4.1dev")]
)
def test_versions_are_compared_as_numbers(older: str, newer: str) -> None:
    assert version_tuple(older) < version_tuple(newer)


def program(folder: Path, name: str, says: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)


def fake_install(folder: Path, version: str, postgis: str | None) -> Path:
    """A folder of programs that only say their version, with or without PostGIS beside them."""
    bindir, share = folder / "bin", folder / "share"
    bindir.mkdir(parents=True)
    (share / "extension").mkdir(parents=True)
    program(bindir, "postgres", f"postgres (PostgreSQL) {version}")
    program(bindir, "pg_config", str(share))
    if postgis:
        (share / "extension" / "postgis.control").write_text(f"default_version = '{postgis}'\n")
    return bindir


@pytest.mark.parametrize(
    ("version", "postgis", "fits"),
    [
        ("15.13 (Debian 15.13-0+deb12u1)", "3.3.2", True),
        ("18beta1", "3.6.0", True),
        ("14.18", "3.5.0", False),
        ("16.2", "3.2.9", False),
        ("16.2", None, False),
    ],
)
def test_server_fits_by_version_and_postgis(
    tmp_path: Path, version: str, postgis: str | None, *, fits: bool
) -> None:
    assert Install(fake_install(tmp_path, version, postgis)).fits is fits


def test_chosen_folder_that_does_not_fit_is_refused_with_what_was_found(tmp_path: Path) -> None:
    bindir = fake_install(tmp_path, "14.18", "3.3.0")
    with pytest.raises(Refusal, match=r"PostgreSQL 14\.18 in .* with PostGIS 3\.3\.0"):
        choose(tmp_path, pg_bindir=bindir)


def test_data_are_opened_only_by_the_version_that_made_them(tmp_path: Path) -> None:
    bindir = fake_install(tmp_path, "16.2", "3.4.0")
    assert choose(tmp_path, pg_bindir=bindir, made_by=16).major == 16
    with pytest.raises(Refusal, match="made by PostgreSQL 15"):
        choose(tmp_path, pg_bindir=bindir, made_by=15)


def test_program_that_does_not_run_is_no_install(tmp_path: Path) -> None:
    assert not Install(tmp_path).fits
