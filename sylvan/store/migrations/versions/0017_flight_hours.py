"""Hours that a base's aircraft fly within a day."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("station", sa.Column("flight_h", sa.Double()))


def downgrade() -> None:
    op.drop_column("station", "flight_h")
