"""Superseded detections are kept whole, so that folding never depends on the order."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLE = "detection_superseded"
UNKNOWN = {
    "satellite": (sa.SmallInteger(), "-1"),  # no satellite's: such a row takes part in no folding
    "instrument": (sa.SmallInteger(), "0"),
    "scan": (sa.REAL(), "'NaN'"),
    "track": (sa.REAL(), "'NaN'"),
    "frp": (sa.REAL(), "'NaN'"),
    "bright": (sa.REAL(), "'NaN'"),
    "bright_long": (sa.REAL(), "'NaN'"),
    "confidence_native": (sa.SmallInteger(), "-1"),
    "confidence": (sa.REAL(), "'NaN'"),
    "daynight": (sa.SmallInteger(), "0"),
    "type": (sa.SmallInteger(), "-1"),
    "line": (sa.Integer(), "0"),
    "settled": (sa.Boolean(), "true"),
}
"""What is written of rows that were moved aside before their columns were kept."""


def upgrade() -> None:
    op.drop_constraint("pk_detection_superseded", TABLE, type_="primary")
    op.add_column(TABLE, sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False))
    op.create_primary_key("pk_detection_superseded", TABLE, ["id"])
    for name, (kind, default) in UNKNOWN.items():
        op.add_column(TABLE, sa.Column(name, kind, nullable=False, server_default=sa.text(default)))
        op.alter_column(TABLE, name, server_default=None)
    op.add_column(TABLE, sa.Column("by_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("update detection_superseded set by_at = acq_at")
    op.alter_column(TABLE, "by_at", nullable=False)
    op.create_index("ix_detection_superseded_world_id_acq_at", TABLE, ["world_id", "acq_at"])
    op.create_index(
        "ix_detection_superseded_unsettled",
        TABLE,
        ["world_id", "by_at"],
        postgresql_where=sa.text("not settled"),
    )


def downgrade() -> None:
    op.drop_index("ix_detection_superseded_unsettled", TABLE)
    op.drop_index("ix_detection_superseded_world_id_acq_at", TABLE)
    op.drop_column(TABLE, "by_at")
    for name in reversed(UNKNOWN):
        op.drop_column(TABLE, name)
    # only what was replaced after it had lived was kept before, once a batch
    op.execute(
        "delete from detection_superseded s where exists (select from detection_superseded t"
        " where t.world_id = s.world_id and t.acq_at = s.acq_at and t.key = s.key and t.batch_id = s.batch_id and t.id < s.id)"
    )
    op.drop_constraint("pk_detection_superseded", TABLE, type_="primary")
    op.drop_column(TABLE, "id")
    op.create_primary_key(
        "pk_detection_superseded", TABLE, ["world_id", "acq_at", "key", "batch_id"]
    )
