"""What people corrected in the partition: merges, splits, moves, taken back or not."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "surgery",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        _at("at"),
        _at("recorded_at"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("fires", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("detections", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("territories", postgresql.ARRAY(sa.Text()), nullable=False),
        _at("undone_at", nullable=True),
        sa.Column("undone_by", sa.Text()),
        sa.Column("undone_note", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_surgery"),
    )
    op.create_index("ix_surgery_fires", "surgery", ["fires"], postgresql_using="gin")
    op.create_index("ix_surgery_world_id_seq", "surgery", ["world_id", "seq"])
    op.create_table(
        "detection_verdict",
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        _at("acq_at"),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("surgery_id", sa.UUID(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("was_fire_id", sa.UUID(), nullable=False),
        sa.Column("fire_id", sa.UUID(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "world_id", "acq_at", "key", "surgery_id", name="pk_detection_verdict"
        ),
    )
    op.create_index("ix_detection_verdict_surgery_id", "detection_verdict", ["surgery_id"])
    op.create_index(
        "ix_detection_verdict_false",
        "detection_verdict",
        ["world_id", "fire_id"],
        postgresql_where=sa.text("in_force and verdict = 'false'"),
    )


def downgrade() -> None:
    op.drop_table("detection_verdict")
    op.drop_table("surgery")
