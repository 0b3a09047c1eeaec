"""What people want of a feed, and when it is asked next."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed", sa.Column("paused", pg.JSONB()))
    op.add_column("feed", sa.Column("asked_at", sa.DateTime(timezone=True)))
    op.add_column("feed", sa.Column("next_poll", sa.DateTime(timezone=True)))
    op.add_column("feed", sa.Column("every_s", sa.Double()))
    op.create_index("ix_batch_world_id_feed_id", "batch", ["world_id", "feed", "id"])


def downgrade() -> None:
    op.drop_index("ix_batch_world_id_feed_id", "batch")
    for name in ("every_s", "next_poll", "asked_at", "paused"):
        op.drop_column("feed", name)
