"""Webhooks with their log, what keys may ask for and asked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str, kind: type = sa.Integer) -> sa.Column:
    return sa.Column(name, kind(), nullable=False, server_default=sa.text("0"))


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    op.add_column("api_key", sa.Column("limits", pg.JSONB(none_as_null=True)))
    op.create_table(
        "webhook",
        sa.Column("id", UUID, primary_key=True),
        *_texts("holder", "subject", "name", "url"),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("filter", pg.JSONB(), nullable=False),
        *_texts("state"),
        sa.Column("why", sa.Text()),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("old_secret", sa.LargeBinary()),
        _at("old_until", nullable=True),
        sa.Column("epoch", UUID, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        _number("turn"),
        _number("tries"),
        _at("failing_since", nullable=True),
        _at("next_at", nullable=True),
        _at("told_at", nullable=True),
        _number("took_ms"),
        _at("made_at"),
    )
    op.create_index("ix_webhook_holder", "webhook", ["holder"])
    op.create_index("ix_webhook_subject", "webhook", ["subject"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column(
            "webhook_id", UUID, sa.ForeignKey("webhook.id", ondelete="CASCADE"), nullable=False
        ),
        *_texts("message", "kind"),
        sa.Column("seq", sa.BigInteger()),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("fine", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Integer()),
        *_texts("told"),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        _at("at"),
    )
    op.create_index("ix_webhook_delivery_webhook_id_id", "webhook_delivery", ["webhook_id", "id"])
    op.create_index("ix_webhook_delivery_at", "webhook_delivery", ["at"])
    op.create_table(
        "usage",
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("operation", sa.Text(), primary_key=True),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("requests", "errors", "refused", "bytes")
        ),
    )
    op.create_index("ix_usage_day", "usage", ["day"])


def downgrade() -> None:
    op.drop_table("usage")
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    op.drop_column("api_key", "limits")
