"""Settings: where data goes, what is refused, and that refusals name the variable."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan import settings as subject
from sylvan.settings import (
    Settings,
    SettingsError,
    default_data_dir,
    load_settings,
    reachable_by_others,
    sqlalchemy_url,
    unknown_variables,
)


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SYLVAN_{name.upper()}", raising=False)


def test_option_of_a_command_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYLVAN_PORT", "9000")
    assert load_settings().port == 9000
    assert load_settings(port=None).port == 9000
    assert load_settings(port=9001).port == 9001


def test_empty_variable_means_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYLVAN_DATABASE_URL", "")
    assert load_settings().database_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "x"),
        ("REGION", "../etc"),
        ("DATABASE_URL", "mysql://host/db"),
        ("DATABASE_URL", "host/db"),
        ("RESUME_DAYS", "0"),
        ("TLS", "maybe"),
    ],
)
def test_bad_value_is_refused_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"SYLVAN_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [f"SYLVAN_{name}"]


def test_certificate_without_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="belong together"):
        load_settings(tls_cert=tmp_path / "cert.pem")


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYLVAN_FIRMS_MAP_KEY", "a1b2c3d4")
    monkeypatch.setenv("SYLVAN_DATABASE_URL", "postgresql://me:hidden@db/sylvan")
    shown = repr(load_settings())
    assert "a1b2c3d4" not in shown
    assert "hidden" not in shown


@given(st.sampled_from(["postgres", "postgresql", "postgresql+psycopg"]), st.text(min_size=1))
def test_every_spelling_of_the_address_gets_our_driver_once(scheme: str, rest: str) -> None:
    url = sqlalchemy_url(f"{scheme}://host/{rest}".strip())
    assert url.startswith("postgresql+psycopg://host/")
    assert sqlalchemy_url(url) == url.strip()


def test_data_lie_beside_the_checkout(tmp_path: Path) -> None:
    found = default_data_dir(checkout=tmp_path, home=tmp_path, root=False, environ={})
    assert found == tmp_path / ".data"


def test_roots_data_leave_a_home_that_the_database_cannot_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "sylvan").mkdir(parents=True)
    closed.chmod(0o700)
    found = default_data_dir(checkout=closed / "sylvan", home=closed, root=True, environ={})
    assert found.parent == Path("/var/lib/sylvan")
    other = default_data_dir(checkout=closed / "other", home=closed, root=True, environ={})
    assert other != found


def test_installed_for_a_user_data_follow_the_desktop_standard(tmp_path: Path) -> None:
    given_home = default_data_dir(
        checkout=None, home=tmp_path, root=False, environ={"XDG_DATA_HOME": "/srv/data"}
    )
    assert given_home == Path("/srv/data/sylvan")
    plain = default_data_dir(checkout=None, home=tmp_path, root=False, environ={})
    assert plain == tmp_path / ".local" / "share" / "sylvan"


def test_folder_is_reachable_only_through_open_folders(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a").chmod(0o750)
    assert not reachable_by_others(inner / "data")


def test_drop_folder_follows_the_data_folder(tmp_path: Path) -> None:
    assert load_settings(data_dir=tmp_path).drop_dir == tmp_path / "drop"


def test_relative_data_folder_is_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(data_dir=Path("here")).data_dir == tmp_path / "here"


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        *((host, True) for host in ("127.0.0.1", "localhost", "::1", "127.8.8.8")),
        *((host, False) for host in ("0.0.0.0", "::", "192.168.1.7", "sylvan.local")),
    ],
)
def test_only_this_machines_addresses_are_loopback(host: str, *, loopback: bool) -> None:
    assert load_settings(host=host).loopback is loopback


def test_slip_of_the_pen_in_a_variable_is_noticed() -> None:
    environ = {"SYLVAN_PROT": "1", "SYLVAN_PORT": "1", "PATH": "/bin"}
    assert unknown_variables(environ) == ["SYLVAN_PROT"]


def test_every_field_is_explained_to_the_operator() -> None:
    lines = Path(subject.__file__).read_text("utf-8").splitlines()
    fields = [at for at, line in enumerate(lines) if line.startswith("    ") and ": " in line]
    named = {name: at for at in fields for name in [lines[at].split(":")[0].strip()]}
    for name in Settings.model_fields:
        assert lines[named[name] + 1].lstrip().startswith("#"), name
