"""Find detections without a fire at once, and know which fire their earlier versions had."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a row may be replaced by one of the same key, and that one again
    op.drop_constraint("pk_detection_superseded", "detection_superseded", type_="primary")
    op.create_primary_key(
        "pk_detection_superseded",
        "detection_superseded",
        ["world_id", "acq_at", "key", "batch_id"],
    )
    op.add_column("detection_superseded", sa.Column("fire_id", sa.UUID(), nullable=True))
    op.create_index("ix_detection_superseded_by_batch_id", "detection_superseded", ["by_batch_id"])
    op.create_index(
        "ix_detection_unassessed",
        "detection",
        ["world_id", "acq_at"],
        postgresql_where=sa.text("fire_id is null"),
    )


def downgrade() -> None:
    op.drop_index("ix_detection_unassessed", table_name="detection")
    op.drop_index("ix_detection_superseded_by_batch_id", table_name="detection_superseded")
    op.drop_column("detection_superseded", "fire_id")
    op.drop_constraint("pk_detection_superseded", "detection_superseded", type_="primary")
    op.create_primary_key(
        "pk_detection_superseded", "detection_superseded", ["world_id", "acq_at", "key"]
    )
