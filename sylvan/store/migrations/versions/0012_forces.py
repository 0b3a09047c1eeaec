"""The register of forces: bases, units, and where units were."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _json(name: str) -> sa.Column:
    return sa.Column(name, postgresql.JSONB(), nullable=False)


def _texts(name: str) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False)


def _begins() -> list[sa.Column]:
    return [
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("code"),
        _text("kind"),
    ]


def _ends() -> list[sa.Column]:
    return [
        _text("contact"),
        _text("note"),
        sa.Column("sample", sa.Boolean(), nullable=False),
        _json("remarks"),
        _texts("territories"),
        _at("created_at"),
        _at("changed_at"),
        _at("retired_at", nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "station",
        *_begins(),
        _json("names"),
        sa.Column(
            "point",
            Geometry("POINT", srid=4326, spatial_index=False, nullable=False),
            nullable=False,
        ),
        _text("owner"),
        _text("owned_by"),
        sa.Column("runway_m", sa.Double()),
        sa.Column("fuel_l", sa.Double()),
        *_ends(),
        sa.PrimaryKeyConstraint("id", name="pk_station"),
    )
    op.create_index("idx_station_point", "station", ["point"], postgresql_using="gist")
    op.create_index("ix_station_world_id_code", "station", ["world_id", "code"], unique=True)
    op.create_table(
        "unit",
        *_begins(),
        _text("station"),
        _json("names"),
        _text("owner"),
        _text("owned_by"),
        _text("mobility", nullable=True),
        _texts("qualifications"),
        _json("specs"),
        _json("speeds"),
        _text("status"),
        _at("status_at", nullable=True),
        sa.Column("fire_id", sa.UUID()),
        _at("duty_began_at", nullable=True),
        _at("duty_ended_at", nullable=True),
        _at("run_began_at", nullable=True),
        *_ends(),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
    )
    op.create_index("ix_unit_world_id_code", "unit", ["world_id", "code"], unique=True)
    op.create_index("ix_unit_world_id_station", "unit", ["world_id", "station"])
    op.create_index("ix_unit_fire_id", "unit", ["fire_id"])
    op.create_table(
        "unit_position",
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("unit_id", sa.UUID(), nullable=False),
        _at("at"),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.REAL()),
        _text("source"),
        _at("recorded_at"),
        sa.PrimaryKeyConstraint("world_id", "unit_id", "at", name="pk_unit_position"),
    )


def downgrade() -> None:
    op.drop_table("unit_position")
    op.drop_table("unit")
    op.drop_table("station")
