"""Rejected rows as a table that any spreadsheet opens."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from sylvan.cli.texts import told


def write(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """One line for each rejected row (file, line, field, code, value), with its reason in words."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "line", "field", "reason", "value", "text"])
        for name, line, field, code, value in rows:
            text = told(code, {"field": field, "value": value})
            writer.writerow([name, line, field, code, _plain(value), text])


def _plain(value: str) -> str:
    """Keep a spreadsheet from running a rejected value as a formula."""
    return "'" + value if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
