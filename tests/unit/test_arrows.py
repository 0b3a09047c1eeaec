"""The rooms import only what the house allows (ARCHITECTURE.md, "Rooms")."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "sylvan"
MAY_IMPORT = {
    "domain": set(),
    "store": {"domain"},
    "services": {"domain", "store"},
    "feeds": {"domain", "services"},
    "live": {"domain", "services"},
    "notify": {"domain", "services"},
    "web": {"domain", "services"},
    "scenario": {"domain"},
    "client": set(),
}
OUTER_LIBRARIES = {"fastapi", "starlette", "uvicorn"}
DOMAIN_NEVER = OUTER_LIBRARIES | {"sqlalchemy", "geoalchemy2", "psycopg", "httpx", "websockets"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def rooms(path: Path) -> set[str]:
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("sylvan.")}
    return {room for room in ours if (ROOT / room).is_dir()}


def libraries(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    allowed = MAY_IMPORT[room] | {room}
    wrong = {
        str(path.relative_to(ROOT)): rooms(path) - allowed
        for path in (ROOT / room).rglob("*.py")
        if rooms(path) - allowed
    }
    assert not wrong


def test_the_domain_knows_neither_database_nor_network() -> None:
    wrong = {
        path.name: libraries(path) & DOMAIN_NEVER
        for path in (ROOT / "domain").rglob("*.py")
        if libraries(path) & DOMAIN_NEVER
    }
    assert not wrong


def test_use_cases_know_no_web_framework() -> None:
    wrong = [
        path.name for path in (ROOT / "services").rglob("*.py") if libraries(path) & OUTER_LIBRARIES
    ]
    assert not wrong


def test_only_services_begin_and_commit() -> None:
    words = (".commit()", ".begin()")
    wrong = [
        path.name
        for path in (ROOT / "store").rglob("*.py")
        if any(word in path.read_text("utf-8") for word in words)
    ]
    assert not wrong


def test_the_scenarios_growth_shares_no_code_with_the_solver_that_is_scored_by_it() -> None:
    solver = {"spread", "behaviour", "fuel", "fwi", "forecasting", "terrain", "weather"}
    wrong = {
        path.name: found
        for path in (ROOT / "scenario").rglob("*.py")
        if (found := {name for name in imports(path) if _is_of(name, solver)})
    }
    assert not wrong


def _is_of(name: str, modules: set[str]) -> bool:
    parts = name.split(".")
    return (
        parts[:2] == ["sylvan", "domain"] and len(parts) > 2 and parts[2].split("_")[0] in modules
    )


def test_benchmarks_are_imported_by_the_command_line_alone() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if "bench" in rooms(path) and path.parts[len(ROOT.parts)] not in {"bench", "cli"}
    ]
    assert not wrong
