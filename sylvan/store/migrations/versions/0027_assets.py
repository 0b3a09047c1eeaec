"""Partners' own things, their signals, and what neighbouring regions share."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql as pg

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)
TEXTS = pg.ARRAY(pg.TEXT())


def upgrade() -> None:
    op.create_table(
        "asset",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("names", pg.JSONB(), nullable=False),
        sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
        sa.Column("watch_km", sa.REAL()),
        sa.Column("alarm_km", sa.REAL()),
        sa.Column("contacts", pg.JSONB(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("territories", TEXTS, nullable=False),
        sa.Column("retired_at", MOMENT),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("batch_id", UUID, nullable=False),
        sa.UniqueConstraint(
            "region", "owner", "external_id", name="uq_asset_region_owner_external_id"
        ),
        sa.CheckConstraint("st_isvalid(geom)", name="ck_asset_valid"),
    )
    op.create_index("idx_asset_geom", "asset", ["geom"], postgresql_using="gist")
    op.create_table(
        "asset_version",
        sa.Column("asset_id", UUID, primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("batch_id", UUID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("retired_at", MOMENT),
        sa.Column("card", pg.JSONB(), nullable=False),
    )
    op.create_index("ix_asset_version_batch_id", "asset_version", ["batch_id"])
    op.create_table(
        "asset_batch",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("id", UUID, nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("counts", pg.JSONB(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_by", UUID),
        sa.Column("followed_at", MOMENT),
        sa.UniqueConstraint("id", name="uq_asset_batch_id"),
    )
    op.create_index("ix_asset_batch_owner_seq", "asset_batch", ["owner", "seq"])
    op.create_table(
        "asset_stamp",
        sa.Column("region", sa.Text(), primary_key=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "signal",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("body", pg.JSONB(), nullable=False),
        sa.Column("became", sa.Text(), nullable=False),
        sa.Column("report_id", UUID),
        sa.Column("fire_id", UUID),
        sa.Column("notes", pg.JSONB(), nullable=False),
        sa.Column("territories", TEXTS, nullable=False),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("observed_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.UniqueConstraint(
            "world_id", "holder", "external_id", name="uq_signal_world_id_holder_external_id"
        ),
    )
    op.create_index("idx_signal_point", "signal", ["point"], postgresql_using="gist")
    op.create_index("ix_signal_report_id", "signal", ["report_id"])
    op.create_table(
        "neighbour_fire",
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("fire_id", UUID, primary_key=True),
        sa.Column("number", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("territories", TEXTS, nullable=False),
        sa.Column("epoch", UUID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("body", pg.JSONB(), nullable=False),
    )
    op.create_index(
        "idx_neighbour_fire_point", "neighbour_fire", ["point"], postgresql_using="gist"
    )
    op.create_table(
        "neighbour_stand",
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("epoch", UUID),
        sa.Column("seq", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'new'")),
        sa.Column("error", pg.JSONB()),
        sa.Column("holes", pg.JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("asked_at", MOMENT),
        sa.Column("heard_at", MOMENT),
    )
    op.create_table(
        "handover",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_region", sa.Text(), nullable=False),
        sa.Column("to_region", sa.Text(), nullable=False),
        sa.Column("fire_id", UUID, nullable=False),
        sa.Column("fire", pg.JSONB(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answer", pg.JSONB(), nullable=False),
        sa.Column("territories", TEXTS, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("offered_by", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("answered_by", sa.Text()),
    )
    op.create_index(
        "uq_handover_open",
        "handover",
        ["world_id", "fire_id"],
        unique=True,
        postgresql_where=sa.text("status = 'offered'"),
    )


def downgrade() -> None:
    for name in (
        *("handover", "neighbour_stand", "neighbour_fire", "signal"),
        *("asset_stamp", "asset_batch", "asset_version", "asset"),
    ):
        op.drop_table(name)
