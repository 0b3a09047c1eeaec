"""Which tables and indexes of a database are Sylvan's to compare."""

from typing import Any

from geoalchemy2 import alembic_helpers

from sylvan.store.schema import METADATA

PARTITION = "detection_p"
"""Monthly partitions are made as data arrives, and belong to no migration."""


def ours(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:  # noqa: FBT001 - Alembic's signature
    """Whether Alembic is to look at an object."""
    table = name if kind == "table" else getattr(getattr(item, "table", None), "name", None)
    if table is not None and table.startswith(PARTITION):
        return False
    if kind == "table" and reflected and name not in METADATA.tables:
        return False
    return bool(
        alembic_helpers.include_object(item, name, kind, reflected, other)  # type: ignore[no-untyped-call]  # untyped library
    )
