"""Edges that people drew or walked; active fronts."""

import geoalchemy2
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _shape(kind: str) -> geoalchemy2.Geometry:
    return geoalchemy2.Geometry(kind, srid=4326, spatial_index=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column("fire", sa.Column("front", _shape("MULTILINESTRING")))
    op.add_column("fire", sa.Column("edge_source", sa.Text()))
    op.add_column("fire", _at("edge_at", nullable=True))
    op.execute(
        "update fire set edge_source = 'satellite', edge_at = last_seen where edge is not null"
    )
    op.create_table(
        "fire_edge",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("fire_id", sa.UUID(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        _at("at"),
        _at("recorded_at"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("territories", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("ground", _shape("MULTIPOLYGON"), nullable=False),
        sa.Column("realm", _shape("MULTIPOLYGON"), nullable=False),
        sa.Column("given", postgresql.JSONB(), nullable=False),
        sa.Column("remarks", postgresql.JSONB(), nullable=False),
        sa.Column("area_ha", sa.REAL(), nullable=False),
        _at("undone_at", nullable=True),
        sa.Column("undone_by", sa.Text()),
        sa.Column("undone_note", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_fire_edge"),
    )
    op.create_index("ix_fire_edge_world_id_fire_id", "fire_edge", ["world_id", "fire_id"])


def downgrade() -> None:
    op.drop_table("fire_edge")
    op.drop_column("fire", "edge_at")
    op.drop_column("fire", "edge_source")
    op.drop_column("fire", "front")
