"""Documents as they were issued, and their files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def _text(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _json(*names: str) -> list[sa.Column]:
    return [sa.Column(name, pg.JSONB(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("world_id", sa.SmallInteger(), nullable=False),
        *_text("kind", "about"),
        *_whole("year", "serial"),
        *_text("number"),
        *_whole("version"),
        *_text("language"),
        sa.Column("day", sa.Date()),
        sa.Column("fire_id", UUID),
        *_json("fields"),
        *_text("reason"),
        *_json("differs", "templates", "notes"),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        *_text("issued_by"),
        sa.Column("territories", pg.ARRAY(pg.TEXT()), nullable=False),
    )
    about = ["world_id", "kind", "about", "language", "version"]
    serial = ["world_id", "kind", "year", "serial", "version"]
    op.create_index("ix_document_about", "document", about, unique=True)
    op.create_index("ix_document_serial", "document", serial, unique=True)
    op.create_index("ix_document_world_id_recorded_at", "document", ["world_id", "recorded_at"])
    op.create_index("ix_document_fire_id", "document", ["fire_id"])
    op.create_table(
        "document_file",
        sa.Column("document_id", UUID, sa.ForeignKey("document.id"), primary_key=True),
        sa.Column("format", sa.Text(), primary_key=True),
        *_text("name", "media_type", "sha256"),
        *_whole("size"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("document_file")
    op.drop_table("document")
