"""Drills: which day is played for whom, and what really burnt."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "drill",
        sa.Column("id", UUID, nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", pg.JSONB(), nullable=False),
        sa.Column("speed", sa.Double(), nullable=False),
        sa.Column("people", pg.ARRAY(pg.TEXT()), nullable=False),
        sa.Column("roles", pg.ARRAY(pg.TEXT()), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        _at("made_at"),
        _at("begin_at"),
        _at("began_at", nullable=True),
        _at("ended_at", nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("told", pg.JSONB(), nullable=False),
        sa.Column("progress", pg.JSONB(), nullable=False),
        sa.Column("score", pg.JSONB()),
        sa.CheckConstraint(
            "state in ('planned', 'running', 'ended', 'broken')", name=op.f("ck_drill_state")
        ),
        sa.CheckConstraint("speed > 0", name=op.f("ck_drill_speed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill")),
        sa.UniqueConstraint("world_id", name=op.f("uq_drill_world_id")),
    )
    op.create_index("ix_drill_state", "drill", ["state"])
    op.create_table(
        "drill_truth",
        sa.Column("drill_id", UUID, nullable=False),
        sa.Column("fires", pg.JSONB(), nullable=False),
        sa.Column("pixels", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["drill_id"],
            ["drill.id"],
            name=op.f("fk_drill_truth_drill_id_drill"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("drill_id", name=op.f("pk_drill_truth")),
    )


def downgrade() -> None:
    op.drop_table("drill_truth")
    op.drop_table("drill")
