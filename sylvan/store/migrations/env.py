"""Alembic's entry: runs on a connection that ``sylvan.store.migrate`` hands in."""

from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers

from sylvan.store.schema import METADATA


def _ours(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:  # noqa: FBT001 - Alembic's signature
    if kind == "table" and name is not None and name.startswith("detection_p"):
        return False  # monthly partitions are made as data arrives
    if kind == "table" and reflected and name not in METADATA.tables:
        return name not in {"spatial_ref_sys", "topology", "layer"}
    if kind == "index" and reflected and item.table.name.startswith("detection_p"):
        return False
    return bool(alembic_helpers.include_object(item, name, kind, reflected, other))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_object=_ours,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
