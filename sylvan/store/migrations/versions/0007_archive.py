"""Progress of archive runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archive_run",
        sa.Column("world_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "account", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.PrimaryKeyConstraint("world_id", name=op.f("pk_archive_run")),
        sa.UniqueConstraint("key", name=op.f("uq_archive_run_key")),
    )
    op.create_table(
        "archive_step",
        sa.Column("world_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "body", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('file', 'part')", name=op.f("ck_archive_step_kind")),
        sa.ForeignKeyConstraint(
            ["world_id"], ["archive_run.world_id"], name=op.f("fk_archive_step_world_id")
        ),
        sa.PrimaryKeyConstraint("world_id", "kind", "number", name=op.f("pk_archive_step")),
    )


def downgrade() -> None:
    op.drop_table("archive_step")
    op.drop_table("archive_run")
