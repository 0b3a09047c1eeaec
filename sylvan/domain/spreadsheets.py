"""Rows for tables that people open in a spreadsheet, in which nothing may run as a formula."""

from typing import Final

Cells = dict[str, str | float | None]
"""A row by column."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def safe(row: Cells) -> Cells:
    """The row for CSV: an apostrophe before texts that begin like a formula; numbers stay."""
    return {
        name: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
        for name, value in row.items()
    }
