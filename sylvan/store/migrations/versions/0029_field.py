"""Reports that are answered and joined, uploads in pieces, marks of senders that nobody can read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in (
        sa.Column("evidence", pg.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("answer_mark", sa.Text()),
        sa.Column("answer_due_at", MOMENT),
        sa.Column("answered_at", MOMENT),
        sa.Column("answer_words", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("joined_to", UUID),
        sa.Column("also_seen", sa.Integer(), nullable=False, server_default=sa.text("0")),
    ):
        op.add_column("report", column)
    op.create_index("ix_report_answer_mark", "report", ["answer_mark"], unique=True)
    op.create_index("ix_report_joined_to", "report", ["joined_to"])
    op.create_table(
        "upload",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
    )
    op.create_index("ix_upload_touched_at", "upload", ["touched_at"])
    op.create_index("ix_upload_sender_created_at", "upload", ["sender", "created_at"])
    op.create_table(
        "upload_piece",
        sa.Column("upload_id", UUID, primary_key=True),
        sa.Column("start", sa.Integer(), primary_key=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "sender_salt",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "sender_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_sender_mark_mark_at", "sender_mark", ["mark", "at"])


def downgrade() -> None:
    for table in ("sender_mark", "sender_salt", "upload_piece", "upload"):
        op.drop_table(table)
    op.drop_index("ix_report_joined_to", "report")
    op.drop_index("ix_report_answer_mark", "report")
    for column in (
        "also_seen",
        "joined_to",
        "answer_words",
        "answered_at",
        "answer_due_at",
        "answer_mark",
        "evidence",
    ):
        op.drop_column("report", column)
