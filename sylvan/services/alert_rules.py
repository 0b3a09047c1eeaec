"""Reads ``alerts/rules/*.yaml``, ``alerts/clocks.yaml`` and ``alerts/contacts.yaml``.

Everything that is wrong is named by file, line and field, all files at once; nothing of a set with
a fault is used, so that the rules in force stay as they are (`services.alert_book`).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from sylvan.domain.alerting.book import Book
from sylvan.services.alert_shapes import (
    ClockFile,
    ClockSaid,
    ContactFile,
    ContactSaid,
    Fault,
    RuleFile,
    RuleSaid,
)
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import PackError, fields_error, read_yaml

RULES: Final = "rules"
TESTS: Final = "tests"
CLOCKS: Final = "clocks.yaml"
CONTACTS: Final = "contacts.yaml"
SCHEMA: Final = "rule.schema.json"
M = TypeVar("M", bound=BaseModel)


class RulesError(PackError):
    """A set of rules cannot be used: every fault of every file; the first one is its text."""

    def __init__(self, faults: Sequence[PackError]) -> None:
        first = faults[0]
        super().__init__(
            first.code,
            first.params,
            first.field,
            tuple(error for one in faults for error in one.errors),
        )
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Read:
    """A whole set of rules, as written and as the engine goes by it."""

    book: Book
    said: tuple[RuleSaid, ...]
    files: Mapping[str, str]
    """By rule, the name of its file."""
    clocks: tuple[ClockSaid, ...]
    contacts: tuple[ContactSaid, ...]
    asked: frozenset[str] = frozenset()
    """Rules whose letters are of interest; none: all. The others are heard as well, since what
    nobody answered, say, follows from letters of other rules."""


def folder_of(own: Path | None) -> Path:
    """Where the rules are read: the operator's folder if it has rules, else Sylvan's."""
    return own if own is not None and (own / RULES).is_dir() else shipped_alerts()


def load(folder: Path, roles: Iterable[str]) -> Read:
    """All rules of a folder.

    Args:
        folder: holds ``rules/``, and perhaps clocks and contacts.
        roles: those that rights know.

    Raises:
        RulesError: everything that is wrong.
    """
    return of_texts(texts(folder), roles)


def texts(folder: Path) -> dict[Path, bytes | None]:
    """What the files of a set say now; ``None``: it cannot be read."""
    found = [folder / CLOCKS, folder / CONTACTS, *sorted((folder / RULES).glob("*.yaml"))]
    return {path: _bytes(path) for path in found if path.exists()}


def fingerprint(files: Mapping[Path, bytes | None]) -> str:
    """A short mark of the whole set."""
    mark = hashlib.sha256()
    for path, body in sorted(files.items()):
        mark.update(orjson.dumps([path.name, len(body or b"")]) + (body or b""))
    return mark.hexdigest()[:12]


def of_texts(files: Mapping[Path, bytes | None], roles: Iterable[str]) -> Read:
    """A set of rules out of what its files say.

    Raises:
        RulesError: everything that is wrong.
    """
    faults: list[PackError] = []
    clocks = _read(files, CLOCKS, ClockFile, faults)
    contacts = _read(files, CONTACTS, ContactFile, faults)
    known = frozenset(one.contact for one in contacts.contacts) if contacts else frozenset()
    said: list[RuleSaid] = []
    where: dict[str, str] = {}
    for path in files:
        if path.parent.name != RULES:
            continue
        try:
            rules = read_rules(path, frozenset(roles), known, where)
        except PackError as error:
            faults.append(error)
            continue
        said += rules
        where |= {one.rule: path.name for one in rules}
    if not faults and not said:
        params: dict[str, Any] = {"file": RULES, "line": None, "field": "file", "count": 1}
        faults.append(PackError("pack.field", params | {"reason": "there is no rule at all"}))
    if faults:
        raise RulesError(faults)
    norms = tuple(clocks.clocks) if clocks else ()
    book = Book(
        fingerprint(files),
        tuple(one.rule_of() for one in said),
        tuple(one.clock_of() for one in norms),
    )
    return Read(book, tuple(said), where, norms, tuple(contacts.contacts) if contacts else ())


def read_rules(
    path: Path, roles: frozenset[str], contacts: frozenset[str], others: Mapping[str, str]
) -> list[RuleSaid]:
    """The rules of one file.

    Raises:
        PackError: by file, line and field.
    """
    body, lines = read_yaml(path)
    try:
        said = RuleFile.model_validate(body).rules
        found: list[Fault] = []
        seen = dict(others)
        for at, one in enumerate(said):
            place = ("rules", at)
            found += [((*place, *where), why) for where, why in one.faults(roles, contacts)]
            if one.rule in seen:
                found.append(((*place, "rule"), f"stands in {seen[one.rule]} already"))
            seen[one.rule] = path.name
        refuse(found)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    return said


def refuse(faults: Sequence[Fault]) -> None:
    """Raise what was found as pydantic would, so that lines are told the same way.

    Raises:
        ValidationError: there is any.
    """
    if not faults:
        return
    details = [
        InitErrorDetails(
            type=PydanticCustomError("rule", "{why}", {"why": why}), loc=place, input=None
        )
        for place, why in faults
    ]
    raise ValidationError.from_exception_data("rules", details)


def schema() -> bytes:
    """The JSON schema of a file of rules, for editors."""
    made = RuleFile.model_json_schema(by_alias=True)
    made |= {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Alert rules"}
    return orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _read(
    files: Mapping[Path, bytes | None], name: str, shape: type[M], faults: list[PackError]
) -> M | None:
    path = next((one for one in files if one.name == name and one.parent.name != RULES), None)
    if path is None:
        return None
    try:
        body, lines = read_yaml(path)
        try:
            said = shape.model_validate(body)
            if isinstance(said, ClockFile):
                refuse(
                    [
                        (("clocks", at, *where), why)
                        for at, one in enumerate(said.clocks)
                        for where, why in one.faults()
                    ]
                )
        except ValidationError as error:
            raise fields_error(path, error, lines) from error
    except PackError as error:
        faults.append(error)
        return None
    return said
