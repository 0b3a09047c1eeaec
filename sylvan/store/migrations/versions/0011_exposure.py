"""What fires threaten: answers with their moments, and things as of now."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "exposure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("fire_id", sa.UUID(), nullable=False),
        sa.Column("fire_version", sa.Integer(), nullable=False),
        _at("at"),
        _at("recorded_at"),
        sa.Column("territories", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("score", sa.REAL(), nullable=False),
        sa.Column("brief", postgresql.JSONB(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exposure"),
    )
    op.create_index("ix_exposure_fire_id_at", "exposure", ["fire_id", "at", "id"])
    op.create_table(
        "exposed",
        sa.Column("fire_id", sa.UUID(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("km", sa.REAL(), nullable=False),
        sa.Column("bearing_deg", sa.REAL()),
        sa.Column("downwind", sa.Boolean()),
        _at("at"),
        _at("forecast_at", nullable=True),
        _at("p10_at", nullable=True),
        _at("p50_at", nullable=True),
        _at("p90_at", nullable=True),
        sa.Column("probability", sa.REAL()),
        sa.Column("territories", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("fire_id", "layer", "code", name="pk_exposed"),
    )
    op.create_index("ix_exposed_world_id_layer_code", "exposed", ["world_id", "layer", "code"])


def downgrade() -> None:
    op.drop_table("exposed")
    op.drop_table("exposure")
