"""Suggestions of forces, whole."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _at(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _json(name: str) -> sa.Column:
    return sa.Column(name, postgresql.JSONB(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "suggestion",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        _at("at"),
        _at("recorded_at"),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("objective", sa.Double(), nullable=False),
        sa.Column("bound", sa.Double()),
        sa.Column("seconds", sa.REAL(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        _json("versions"),
        sa.Column("fire_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("territories", postgresql.ARRAY(sa.Text()), nullable=False),
        _json("input"),
        _json("outcome"),
        sa.PrimaryKeyConstraint("id", name="pk_suggestion"),
    )
    op.create_index("ix_suggestion_world_id_id", "suggestion", ["world_id", "id"])
    op.create_index("ix_suggestion_fire_ids", "suggestion", ["fire_ids"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_table("suggestion")
