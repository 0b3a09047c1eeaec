"""Alerts on their way: what each recipient is told, every message and every try."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _alert()
    _delivery()
    op.create_table(
        "attempt",
        sa.Column("delivery_id", sa.BigInteger(), sa.ForeignKey("delivery.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("outcome", sa.Text()),
        sa.Column("answer", sa.Text(), nullable=False, server_default=sa.text("''")),
    )
    op.create_table(
        "push_subscription",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False, unique=True),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_index("ix_push_subscription_subject", "push_subscription", ["subject"])


def _alert() -> None:
    words = ("recipient", "language", "rule", "thread", "grade")
    op.create_table(
        "alert",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("root_id", UUID, nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in words),
        sa.Column("parts", pg.JSONB(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("subject", "full", "short")),
        sa.Column("contacts", pg.JSONB(), nullable=False),
        sa.Column("territories", pg.ARRAY(pg.TEXT()), nullable=False),
        sa.Column("fire_id", UUID),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("answer_within_s", sa.Integer()),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("climbs_at", MOMENT),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("answered_how", sa.Text()),
        sa.Column("unreached", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_alert_recipient", "alert", ["world_id", "recipient", "made_at"])
    op.create_index("ix_alert_root_id", "alert", ["root_id"])
    op.create_index(
        "ix_alert_climbs_at",
        "alert",
        ["climbs_at"],
        postgresql_where=sa.text("climbs_at is not null and answered_at is null"),
    )
    op.create_table(
        "alert_letter",
        sa.Column("letter_id", UUID, primary_key=True),
        sa.Column("alert_id", UUID, sa.ForeignKey("alert.id"), nullable=False),
    )
    op.create_index("ix_alert_letter_alert_id", "alert_letter", ["alert_id"])


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("alert_id", UUID, sa.ForeignKey("alert.id"), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("dedupe", sa.Text(), nullable=False, unique=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("channel", "address", "sink")),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("lease", UUID),
        sa.Column("tries", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("spent", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("round", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("unsure", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("answer", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
    )
    op.create_index("ix_delivery_alert_id", "delivery", ["alert_id"])
    op.create_index(
        "ix_delivery_channel",
        "delivery",
        ["channel", "next_at"],
        postgresql_where=sa.text("state in ('waiting', 'sending')"),
    )
    op.create_index("ix_delivery_address", "delivery", ["channel", "address", "sent_at"])


def downgrade() -> None:
    for name in ("push_subscription", "attempt", "delivery", "alert_letter", "alert"):
        op.drop_table(name)
