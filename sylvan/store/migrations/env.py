"""Alembic's entry: runs on a connection that ``sylvan.store.migrate`` hands in."""

from alembic import context
from geoalchemy2 import alembic_helpers

from sylvan.store.migrations import filters
from sylvan.store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_object=filters.ours,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
