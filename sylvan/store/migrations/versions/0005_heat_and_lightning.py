"""The register of heat sources, and lightning strokes."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _point() -> sa.Column:
    return sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=False)


def upgrade() -> None:
    op.create_table(
        "heat_source",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("names", postgresql.JSONB(), nullable=False),
        _point(),
        sa.Column("radius_km", sa.REAL(), nullable=False),
        sa.Column("months", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("hours", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("confidence", sa.REAL(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("territories", postgresql.ARRAY(sa.TEXT()), nullable=False),
        _at("valid_until", nullable=True),
        _at("last_seen", nullable=True),
        sa.Column("period_days", sa.Integer()),
        sa.Column("word", sa.Text()),
        _at("word_at", nullable=True),
        sa.Column("told_state", sa.Text(), nullable=False),
        _at("created_at"),
        _at("changed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_heat_source"),
    )
    op.create_index("idx_heat_source_point", "heat_source", ["point"], postgresql_using="gist")
    op.create_index(
        "ix_heat_source_world_id_origin_ref",
        "heat_source",
        ["world_id", "origin", "ref"],
        unique=True,
        postgresql_where=sa.text("ref <> ''"),
    )
    op.create_index("ix_heat_source_world_id_changed_at", "heat_source", ["world_id", "changed_at"])
    op.create_table(
        "heat_verdict",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("source_id", sa.UUID(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        _at("at"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _at("undone_at", nullable=True),
        sa.Column("undone_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_heat_verdict"),
    )
    op.create_index("ix_heat_verdict_world_id_source_id", "heat_verdict", ["world_id", "source_id"])
    op.create_table(
        "heat_tally",
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("newest_batch", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _at("counted_at"),
        sa.PrimaryKeyConstraint("world_id", "month", name="pk_heat_tally"),
    )
    op.create_table(
        "lightning",
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        _at("at"),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        _point(),
        sa.Column("peak_ka", sa.REAL(), nullable=False),
        sa.Column("accuracy_km", sa.REAL(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("world_id", "at", "key", name="pk_lightning"),
    )
    op.create_index("ix_lightning_point", "lightning", ["point"], postgresql_using="gist")


def downgrade() -> None:
    for table in ("lightning", "heat_tally", "heat_verdict", "heat_source"):
        op.drop_table(table)
