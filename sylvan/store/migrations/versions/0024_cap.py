"""Alerts to other systems, alerts of others, and how far the log was read for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
UUID = pg.UUID(as_uuid=True)
TEXTS = pg.ARRAY(pg.TEXT())


def upgrade() -> None:
    op.create_table(
        "cap_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("sent", MOMENT, nullable=False),
        sa.Column("msg_type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("refs", pg.JSONB(), nullable=False),
        sa.Column("told", pg.JSONB(), nullable=False),
        sa.Column("titles", pg.JSONB(), nullable=False),
        sa.Column("expires", MOMENT, nullable=False),
        sa.Column("renew_at", MOMENT),
        sa.Column("codes", TEXTS, nullable=False),
        sa.Column("territories", TEXTS, nullable=False),
        sa.Column("newest", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("world_id", "theme", "subject", "number"),
        sa.UniqueConstraint("identifier"),
    )
    op.create_index("ix_cap_message_codes", "cap_message", ["codes"], postgresql_using="gin")
    op.create_index(
        "ix_cap_message_newest",
        "cap_message",
        ["world_id", "id"],
        postgresql_where=sa.text("newest"),
    )
    op.create_table(
        "cap_cursor",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("epoch", UUID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "cap_received",
        sa.Column("world_id", sa.SmallInteger(), primary_key=True),
        sa.Column("sender", sa.Text(), primary_key=True),
        sa.Column("identifier", sa.Text(), primary_key=True),
        sa.Column("sent", sa.Text(), primary_key=True),
        sa.Column("msg_type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("report_id", UUID),
        sa.Column("territories", TEXTS, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("cap_received")
    op.drop_table("cap_cursor")
    op.drop_table("cap_message")
