"""What a national hub holds of the regions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "hub_source",
        sa.Column("code", sa.Text(), primary_key=True),
        sa.Column("epoch", UUID),
        sa.Column("seq", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("began_after", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'new'")),
        sa.Column("error", pg.JSONB()),
        sa.Column("holes", pg.JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("asked_at", MOMENT),
        sa.Column("heard_at", MOMENT),
    )
    op.create_table(
        "hub_event",
        sa.Column("source", sa.Text(), sa.ForeignKey("hub_source.code"), primary_key=True),
        sa.Column("epoch", UUID, primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text()),
        sa.Column("marks", pg.ARRAY(pg.TEXT()), nullable=False),
        sa.Column("lon", sa.Double()),
        sa.Column("lat", sa.Double()),
        sa.Column("body", pg.JSONB(), nullable=False),
    )
    op.create_index("ix_hub_event_source_subject_seq", "hub_event", ["source", "subject", "seq"])
    op.create_table(
        "hub_fire",
        sa.Column("source", sa.Text(), sa.ForeignKey("hub_source.code"), primary_key=True),
        sa.Column("fire", sa.Text(), primary_key=True),
        sa.Column("epoch", UUID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double()),
        sa.Column("lat", sa.Double()),
        sa.Column("body", pg.JSONB(), nullable=False),
    )
    op.create_index("ix_hub_fire_source_status", "hub_fire", ["source", "status"])


def downgrade() -> None:
    op.drop_table("hub_fire")
    op.drop_table("hub_event")
    op.drop_table("hub_source")
