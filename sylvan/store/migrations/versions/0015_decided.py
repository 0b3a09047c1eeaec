"""Decisions on suggestions, constraints of the next ones, units that move up to another base."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _texts(name: str) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False)


def upgrade() -> None:
    op.create_table(
        "suggestion_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("suggestion", sa.BigInteger(), nullable=False),
        sa.Column("fire_id", sa.UUID(), nullable=False),
        _text("verdict"),
        _texts("suggested"),
        _texts("sent"),
        _text("wish", nullable=True),
        _text("why", nullable=True),
        _text("note"),
        _text("by"),
        _text("level"),
        _at("at"),
        _at("decided_at"),
        _at("shown_at", nullable=True),
        _texts("territories"),
        sa.PrimaryKeyConstraint("id", name="pk_suggestion_decision"),
    )
    op.create_index("ix_suggestion_decision_fire_id_id", "suggestion_decision", ["fire_id", "id"])
    op.create_index("ix_suggestion_decision_world_id_at", "suggestion_decision", ["world_id", "at"])
    op.create_table(
        "suggestion_shown",
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("fire_id", sa.UUID(), nullable=False),
        sa.Column("suggestion", sa.BigInteger(), autoincrement=False, nullable=False),
        _at("at"),
        _text("by"),
        sa.PrimaryKeyConstraint("world_id", "fire_id", "suggestion", name="pk_suggestion_shown"),
    )
    op.create_table(
        "force_constraint",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("kind"),
        _text("unit"),
        sa.Column("fire_id", sa.UUID(), nullable=True),
        _text("why"),
        _text("note"),
        _text("by"),
        _text("level"),
        _at("at"),
        _at("until", nullable=True),
        _at("withdrawn_at", nullable=True),
        _text("withdrawn_by", nullable=True),
        _texts("territories"),
        _at("changed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_force_constraint"),
    )
    op.create_index("ix_force_constraint_world_id_unit", "force_constraint", ["world_id", "unit"])
    op.add_column("force_order", _text("station", nullable=True))
    op.drop_index("ix_force_order_unit_under_way", "force_order")
    for name, where in (("under_way", "station is null"), ("covers", "station is not null")):
        op.create_index(
            f"ix_force_order_unit_{name}",
            "force_order",
            ["world_id", "unit"],
            unique=True,
            postgresql_where=sa.text(f"status in ('ordered', 'departed', 'arrived') and {where}"),
        )


def downgrade() -> None:
    op.drop_index("ix_force_order_unit_under_way", "force_order")
    op.drop_index("ix_force_order_unit_covers", "force_order")
    op.execute("delete from force_order where station is not null")
    op.drop_column("force_order", "station")
    op.create_index(
        "ix_force_order_unit_under_way",
        "force_order",
        ["world_id", "unit"],
        unique=True,
        postgresql_where=sa.text("status in ('ordered', 'departed', 'arrived')"),
    )
    op.drop_table("force_constraint")
    op.drop_table("suggestion_shown")
    op.drop_table("suggestion_decision")
