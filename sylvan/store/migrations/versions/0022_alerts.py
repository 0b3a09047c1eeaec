"""Alerts: letters, what was told, clocks that run, subscriptions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)
TEXTS = pg.ARRAY(pg.TEXT())


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _letters() -> None:
    op.create_table(
        "letter",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        *_text("dedupe", "rule", "thread", "grade", "template"),
        sa.Column("fields", pg.JSONB(), nullable=False),
        *_text("recipient"),
        sa.Column("contacts", pg.JSONB(), nullable=False),
        *_text("language"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("fire_id", UUID),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("answer_by", MOMENT),
        *_text("digest"),
        sa.Column("territories", TEXTS, nullable=False),
        *_text("state"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("handed_at", MOMENT),
    )
    op.create_index("ix_letter_dedupe", "letter", ["world_id", "recipient", "dedupe"], unique=True)
    op.create_index(
        "ix_letter_waiting", "letter", ["due_at"], postgresql_where=sa.text("state <> 'handed'")
    )
    op.create_index("ix_letter_recipient", "letter", ["recipient", "world_id", "at", "id"])


def _state() -> None:
    op.create_table(
        "alert_cursor",
        sa.Column("one", sa.Integer(), primary_key=True, server_default=sa.text("1")),
        sa.Column("epoch", UUID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
    )
    op.create_table(
        "alert_thread",
        sa.Column("world_id", sa.SmallInteger(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text(), primary_key=True) for name in ("thread", "object", "rule")),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        *_text("sign"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("marks", TEXTS, nullable=False),
    )
    op.create_table(
        "alert_clock",
        sa.Column("world_id", sa.SmallInteger(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text(), primary_key=True) for name in ("clock", "thread", "object")),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("fact", pg.JSONB(), nullable=False),
        sa.Column("territories", TEXTS, nullable=False),
    )
    op.create_table(
        "alert_fact",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("body", pg.JSONB(), nullable=False),
    )
    op.create_table(
        "alert_tally",
        sa.Column("world_id", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("rule", sa.Text(), primary_key=True),
        sa.Column("hour", MOMENT, primary_key=True),
        sa.Column("letters", sa.Integer(), nullable=False),
    )


def upgrade() -> None:
    _letters()
    _state()
    op.create_table(
        "alert_subscription",
        sa.Column("id", UUID, primary_key=True),
        *_text("subject", "name", "watch"),
        sa.Column("lon", sa.Double()),
        sa.Column("lat", sa.Double()),
        sa.Column("radius_km", sa.Double(), nullable=False),
        *_text("layer", "code", "territory", "least"),
        sa.Column("channels", TEXTS, nullable=False),
        sa.Column("quiet_from", sa.Time()),
        sa.Column("quiet_to", sa.Time()),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_index("ix_alert_subscription_subject", "alert_subscription", ["subject"])


def downgrade() -> None:
    for name in (
        "alert_subscription",
        "alert_tally",
        "alert_fact",
        "alert_clock",
        "alert_thread",
        "alert_cursor",
        "letter",
    ):
        op.drop_table(name)
