"""Decisions of authority and crew safety: notices, check-ins, decisions, regimes, their files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _json(name: str) -> sa.Column:
    return sa.Column(name, postgresql.JSONB(), nullable=False)


def _texts(name: str) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False)


def _thing() -> list[sa.Column]:
    return [
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    _notices()
    op.create_table(
        "unit_check_in",
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("unit_id", sa.UUID(), nullable=False),
        _at("at"),
        sa.Column("fire_id", sa.UUID()),
        *_text("by", "note"),
        _at("recorded_at"),
        sa.PrimaryKeyConstraint("world_id", "unit_id", "at", name="pk_unit_check_in"),
    )
    op.create_table(
        "act_file",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        *_text("name", "media_type"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        *_text("by"),
        _at("recorded_at"),
        sa.PrimaryKeyConstraint("id", name="pk_act_file"),
    )
    _decisions()
    op.create_table(
        "regime",
        *_thing(),
        *_text("municipality", "kind", "act"),
        sa.Column("act_date", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("file_id", sa.UUID()),
        *_text("note", "by"),
        _at("changed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_regime"),
    )
    op.create_index("ix_regime_world_id_since", "regime", ["world_id", "since"])


def _notices() -> None:
    op.create_table(
        "notice",
        *_thing(),
        *_text("theme", "kind", "key", "state"),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("fire_id", sa.UUID()),
        sa.Column("about", sa.UUID()),
        _texts("units"),
        _json("reason"),
        _json("assumed"),
        _texts("territories"),
        _at("raised_at"),
        _at("held_at"),
        _at("over_at", nullable=True),
        sa.Column("answer", sa.Text()),
        _at("answered_at", nullable=True),
        *_text("answered_by", "note"),
        _at("recorded_at"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index(
        "ix_notice_standing",
        "notice",
        ["world_id", "theme", "kind", "key"],
        unique=True,
        postgresql_where=sa.text("state <> 'over'"),
    )
    op.create_index("ix_notice_fire_id", "notice", ["fire_id"])


def _decisions() -> None:
    op.create_table(
        "control_decision",
        *_thing(),
        *_text("number"),
        sa.Column("day", sa.Date(), nullable=False),
        *_text("kind", "grounds", "commission"),
        sa.Column("fire_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        *_text("municipality"),
        sa.Column("until", sa.Date()),
        sa.Column("file_id", sa.UUID()),
        _json("areas"),
        _at("recorded_at"),
        *_text("recorded_by"),
        _at("cancelled_at", nullable=True),
        *_text("cancelled_by", "cancel_number"),
        sa.Column("cancel_day", sa.Date()),
        *_text("cancel_reason"),
        _texts("territories"),
        _at("changed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_control_decision"),
    )
    op.create_index(
        "ix_control_decision_fire_ids", "control_decision", ["fire_ids"], postgresql_using="gin"
    )
    op.create_index(
        "ix_control_decision_world_id_number",
        "control_decision",
        ["world_id", "number", "day"],
        unique=True,
    )


def downgrade() -> None:
    for table in ("regime", "control_decision", "act_file", "unit_check_in", "notice"):
        op.drop_table(table)
