"""Weather as told, fire danger as computed."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FIELDS = ("temperature", "humidity", "dew_point", "wind", "wind_from", "rain", "snow")
NOON = ("temperature", "humidity", "dew_point", "wind", "rain", "snow")
INDICES = ("ffmc", "dmc", "dc", "isi", "bui", "fwi", "dsr")
WHOLE = ("warm", "cold", "bare", "idle", "unmeasured", "stale", "nesterov_stale")
STATE = ("winter_mm", "fall_dc", "ffmc_code", "dmc_code", "dc_code", "nesterov_sum")


def _world() -> sa.Column:
    return sa.Column("world_id", sa.SmallInteger(), nullable=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _reals(names: tuple[str, ...]) -> list[sa.Column]:
    return [sa.Column(name, sa.REAL(), nullable=False) for name in names]


def _place(table: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(["place_id"], ["weather_place.id"], name=f"fk_{table}_place_id")
    return sa.Column("place_id", sa.Integer(), nullable=False), key


def upgrade() -> None:
    op.create_table(
        "weather_place",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        _world(),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_weather_place"),
    )
    op.create_index(
        "ix_weather_place_world_id_code", "weather_place", ["world_id", "code"], unique=True
    )
    op.create_table(
        "weather_report",
        _world(),
        *_place("weather_report"),
        _at("at"),
        *_reals(FIELDS),
        *_reals(("rain_h",)),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place_id", "at", name="pk_weather_report"),
    )
    op.create_index("ix_weather_report_world_id_at", "weather_report", ["world_id", "at"])
    op.create_table(
        "weather_forecast",
        _world(),
        *_place("weather_forecast"),
        *(_at(name) for name in ("issued", "begins", "ends")),
        *(sa.Column(name, postgresql.ARRAY(sa.REAL()), nullable=False) for name in FIELDS),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place_id", "issued", name="pk_weather_forecast"),
    )
    op.create_index("ix_weather_forecast_world_id_ends", "weather_forecast", ["world_id", "ends"])
    op.create_table(
        "danger_day",
        _world(),
        *_place("danger_day"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("origin", sa.SmallInteger(), nullable=False),
        _at("issued", nullable=True),
        *_reals(NOON),
        *_reals(INDICES),
        *_reals(("nesterov",)),
        sa.Column("danger_class", sa.SmallInteger(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("active", "standard")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in WHOLE),
        *(sa.Column(name, postgresql.DOUBLE_PRECISION(), nullable=False) for name in STATE),
        sa.PrimaryKeyConstraint("place_id", "day", name="pk_danger_day"),
    )
    op.create_index("ix_danger_day_world_id_day", "danger_day", ["world_id", "day"])
    op.create_table(
        "danger_map",
        _world(),
        sa.Column("day", sa.Date(), nullable=False),
        _at("made_at"),
        sa.Column("file", sa.Text(), nullable=False),
        *(
            sa.Column(name, postgresql.JSONB(), nullable=False)
            for name in ("inputs", "assumed", "corners")
        ),
        sa.PrimaryKeyConstraint("world_id", "day", name="pk_danger_map"),
    )
    op.create_table(
        "danger_due",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        _world(),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_danger_due"),
    )


def downgrade() -> None:
    tables = ("danger_due", "danger_map", "danger_day", "weather_forecast", "weather_report")
    for table in (*tables, "weather_place"):
        op.drop_table(table)
