"""Up to when each subject has seen the board of a world."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def _at(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def upgrade() -> None:
    op.create_table(
        "board_look",
        sa.Column("world_id", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("subject", sa.Text(), primary_key=True),
        _at("said_at"),
        _at("said_on"),
        _at("left_at"),
        _at("left_on"),
    )


def downgrade() -> None:
    op.drop_table("board_look")
