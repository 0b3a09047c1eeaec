"""The scaled set-up: valid, without root, watched, and nothing open that need not be."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "tests" / "corpus" / "deploy" / "compose-spec.json"
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::?[-?][^}]*)?\}")
ONE_SHOT = "setup"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return compose["services"]


def test_file_keeps_to_the_compose_specification(compose: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    assert [error.message for error in validator.iter_errors(compose)] == []


def test_specification_would_notice_a_slip(compose: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    slipped = {**compose, "services": {"web": {"imagee": "x"}}}
    assert list(jsonschema.Draft7Validator(schema).iter_errors(slipped))


def test_all_parts_are_there(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == {"db", "setup", "web", "gateway", "worker", "nats", "proxy"}


def test_no_service_runs_as_root_or_may_become_it(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        account = str(service["user"]).split(":", maxsplit=1)[0]
        assert account not in {"", "0", "root"}, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not {"privileged", "cap_add", "devices", "pid"} & set(service), name


def test_every_lasting_service_is_watched_and_restarted(
    services: dict[str, dict[str, Any]],
) -> None:
    for name, service in services.items():
        if name == ONE_SHOT:
            assert service["restart"] == "no"
            continue
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert service["restart"] == "unless-stopped", name


def test_only_the_proxy_is_reached_from_outside_and_by_default_from_this_machine(
    services: dict[str, dict[str, Any]],
) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert set(published) == {"proxy"}
    assert all(port.startswith("${SYLVAN_LISTEN:-127.0.0.1}:") for port in published["proxy"])


def test_database_stays_in_a_network_without_a_way_out(compose: dict[str, Any]) -> None:
    assert compose["services"]["db"]["networks"] == ["inner"]
    assert compose["networks"]["inner"]["internal"] is True


def test_nothing_starts_before_what_it_needs(services: dict[str, dict[str, Any]]) -> None:
    healthy, done = "service_healthy", "service_completed_successfully"
    waits = {
        name: {other: how["condition"] for other, how in service.get("depends_on", {}).items()}
        for name, service in services.items()
    }
    assert waits["setup"] == {"db": healthy}
    assert waits["web"] == {"setup": done, "db": healthy}
    assert waits["worker"] == {"setup": done, "db": healthy}
    assert waits["gateway"] == {"setup": done, "db": healthy}
    assert waits["proxy"] == {"web": healthy, "gateway": healthy}
    assert not any("nats" in waited for waited in waits.values())


def test_web_gateway_and_worker_are_several(services: dict[str, dict[str, Any]]) -> None:
    for name in ("web", "gateway", "worker"):
        assert services[name]["scale"] >= 2
        assert "container_name" not in services[name]


def test_every_volume_and_file_that_is_mounted_exists(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).is_file(), f"{name}: {source}"
            else:
                assert source in compose["volumes"], f"{name}: {source}"


def test_gateway_can_write_nothing_and_may_open_as_many_sockets_as_it_takes(
    services: dict[str, dict[str, Any]],
) -> None:
    from sylvan.live.limits import DEFAULT  # noqa: PLC0415 only this test needs it

    gateway = services["gateway"]
    assert gateway["read_only"]
    assert all(mount.endswith(":ro") for mount in gateway["volumes"])
    assert gateway["ulimits"]["nofile"] > DEFAULT.clients


def test_no_secret_stands_in_the_file(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for key, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|KEY|URL", key):
                assert VARIABLE.search(value), key


def test_settings_that_containers_get_are_settings(compose: dict[str, Any]) -> None:
    from sylvan.settings import Settings  # noqa: PLC0415 only this test needs it

    known = {f"SYLVAN_{name.upper()}" for name in Settings.model_fields} | {"SYLVAN_NAMES"}
    for service in compose["services"].values():
        given = {key for key in service.get("environment", {}) if key.startswith("SYLVAN_")}
        assert given <= known


def dockerfile() -> list[str]:
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_image_is_built_by_the_script_that_machines_are_installed_with() -> None:
    assert "RUN scripts/install.sh python frontend" in dockerfile()


def test_image_ends_as_an_unprivileged_user() -> None:
    users = [line.split()[1] for line in dockerfile() if line.startswith("USER ")]
    assert users
    assert users[-1] not in {"root", "0"}


def test_image_gets_every_file_that_it_copies() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for line in dockerfile():
        words = line.split()
        if words[0] == "COPY" and not words[1].startswith("--from"):
            for name in words[1:-1]:
                assert f"!{name}" in ignored, name


def test_both_stages_start_from_one_release() -> None:
    bases = {line.split()[1] for line in dockerfile() if line.startswith("FROM ")}
    assert len(bases) == 1
