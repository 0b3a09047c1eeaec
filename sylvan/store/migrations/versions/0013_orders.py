"""Orders: one unit for one fire, and where that stands."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "force_order",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fire_id", sa.UUID(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stamps", postgresql.JSONB(), nullable=False),
        _at("eta_at", nullable=True),
        _at("eta_hi_at", nullable=True),
        sa.Column("suggestion", sa.BigInteger()),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("territories", postgresql.ARRAY(sa.Text()), nullable=False),
        _at("created_at"),
        _at("changed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_force_order"),
    )
    op.create_index("ix_force_order_fire_id", "force_order", ["fire_id"])
    op.create_index("ix_force_order_world_id_status", "force_order", ["world_id", "status"])
    op.create_index(
        "ix_force_order_unit_under_way",
        "force_order",
        ["world_id", "unit"],
        unique=True,
        postgresql_where=sa.text("status in ('ordered', 'departed', 'arrived')"),
    )


def downgrade() -> None:
    op.drop_table("force_order")
