"""A shift at the dispatch desk: cares, notes of the journal, hand-overs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _marks() -> sa.Column:
    return sa.Column("territories", pg.ARRAY(pg.TEXT()), nullable=False)


def upgrade() -> None:
    op.create_table(
        "care",
        sa.Column("world_id", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("thing", UUID, primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_text("taken_by", "taken_name"),
        _at("taken_at", nullable=True),
        _at("free_at", nullable=True),
        _at("put_off_until", nullable=True),
        *_text("put_off_by", "note"),
        _marks(),
        _at("recorded_at"),
    )
    op.create_table(
        "journal_note",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        _at("at"),
        _at("recorded_at"),
        *_text("by", "name", "text"),
        sa.Column("fire_id", UUID),
        _marks(),
    )
    op.create_index(
        "ix_journal_note_world_id_recorded_at", "journal_note", ["world_id", "recorded_at"]
    )
    op.create_table(
        "hand_over",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_text("state"),
        _at("at"),
        *_text("given_by", "given_name", "note"),
        sa.Column("items", pg.JSONB(), nullable=False),
        *_text("taken_by", "taken_name"),
        _at("taken_at", nullable=True),
        *_text("remark"),
        _marks(),
        _at("recorded_at"),
    )
    op.create_index("ix_hand_over_world_id_at", "hand_over", ["world_id", "at"])


def downgrade() -> None:
    op.drop_table("hand_over")
    op.drop_table("journal_note")
    op.drop_table("care")
