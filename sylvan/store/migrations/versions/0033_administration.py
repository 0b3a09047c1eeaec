"""Versions of layers and of files of alert rules: what is in force, what was."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "layer_version",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        *_text("region", "layer"),
        sa.Column("number", sa.Integer()),
        *_text("kind"),
        sa.Column("titles", pg.JSONB(), nullable=False),
        *_text("source", "licence"),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        *_text("file"),
        sa.Column("about", pg.JSONB(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _at("made_at"),
        *_text("made_by", "made_name"),
        _at("published_at", nullable=True),
        *_text("published_by", "published_name", "reason"),
        sa.Column("restores", sa.Integer()),
        sa.Column("boxes", pg.JSONB()),
    )
    op.create_index(
        "ix_layer_version_region_layer_number",
        "layer_version",
        ["region", "layer", "number"],
        unique=True,
    )

    op.create_table(
        "rule_version",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        *_text("file"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_text("text"),
        _at("at"),
        *_text("by", "name", "reason"),
        sa.Column("restores", sa.Integer()),
    )
    op.create_index("ix_rule_version_file_number", "rule_version", ["file", "number"], unique=True)


def downgrade() -> None:
    op.drop_table("rule_version")
    op.drop_table("layer_version")
