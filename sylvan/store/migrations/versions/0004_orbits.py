"""Orbital elements, from which passes are computed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "orbit",
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("satellite", sa.SmallInteger(), nullable=False),
        sa.Column("epoch", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line1", sa.Text(), nullable=False),
        sa.Column("line2", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("world_id", "satellite", "epoch", name=op.f("pk_orbit")),
    )


def downgrade() -> None:
    op.drop_table("orbit")
