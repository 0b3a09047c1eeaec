"""Who reaches a detection's place; rows shown by the reader's reach."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "place_marks",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), primary_key=True),
        sa.Column("marks", pg.ARRAY(pg.TEXT()), nullable=False),
        sa.UniqueConstraint("marks", name="uq_place_marks_marks"),
    )
    # a constant default costs no rewrite: rows of before are in reach of those who see everything
    op.add_column(
        "detection", sa.Column("place", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )


def downgrade() -> None:
    op.drop_column("detection", "place")
    op.drop_table("place_marks")
