"""Forecasts of spread and their contours."""

import geoalchemy2
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "forecast",
        sa.Column("id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("fire_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("starts_at", moment, nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("hours", sa.SmallInteger(), nullable=False),
        sa.Column("members", sa.SmallInteger(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("territories", pg.ARRAY(pg.TEXT()), nullable=False),
        sa.Column("fire_version", sa.Integer(), nullable=False),
        sa.Column("fire_seen_at", moment, nullable=False),
        sa.Column("fire_edge_at", moment, nullable=True),
        sa.Column("fire_area_ha", sa.REAL(), nullable=False),
        sa.Column("areas", pg.JSONB(none_as_null=True), nullable=False),
        sa.Column("wind", pg.JSONB(none_as_null=True), nullable=False),
        sa.Column("wind_known", sa.Boolean(), nullable=False),
        sa.Column("reasons", pg.JSONB(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_forecast"),
    )
    op.create_index(
        "ix_forecast_current",
        "forecast",
        ["fire_id"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_index("ix_forecast_fire_id_at", "forecast", ["fire_id", "at"])
    op.create_index(
        "ix_forecast_world_id", "forecast", ["world_id"], postgresql_where=sa.text("current")
    )
    op.create_table(
        "forecast_contour",
        sa.Column("forecast_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("hour", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("area_ha", sa.Double(), nullable=False),
        sa.Column(
            "geom",
            geoalchemy2.Geometry("MULTIPOLYGON", srid=4326, spatial_index=False),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("forecast_id", "hour", "level", name="pk_forecast_contour"),
    )


def downgrade() -> None:
    op.drop_table("forecast_contour")
    op.drop_table("forecast")
