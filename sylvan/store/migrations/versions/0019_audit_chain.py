"""Audit that only grows: who, from where, in which role; the chain over it and its checkpoints.

Events carry the trace that they belong to.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

GUARDED = ("audit", "audit_chain", "audit_checkpoint")


def upgrade() -> None:
    op.alter_column("audit", "world_id", nullable=True)
    for name in ("role", "level"):
        op.add_column("audit", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("audit", sa.Column("peer", sa.Text()))
    op.add_column("audit", sa.Column("once", sa.Text()))
    op.create_unique_constraint("uq_audit_once", "audit", ["once"])
    op.create_index("ix_audit_recorded_at_id", "audit", ["recorded_at", "id"])
    op.create_index("ix_audit_actor_recorded_at", "audit", ["actor", "recorded_at"])
    op.create_table(
        "audit_due",
        sa.Column("audit_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name="pk_audit_due"),
    )
    op.create_table(
        "audit_chain",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("audit_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_chain"),
        sa.UniqueConstraint("audit_id", name="uq_audit_chain_audit_id"),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", "key", name="pk_audit_checkpoint"),
    )
    op.execute("insert into audit_due select id from audit")
    _guards()
    trace = sa.text("nullif(current_setting('sylvan.trace', true), '')")
    op.add_column("outbox", sa.Column("trace", sa.Text(), server_default=trace))
    op.add_column("event_log", sa.Column("trace", sa.Text()))


def _guards() -> None:
    """Rows are added and never touched; each new one waits for its place in the chain."""
    op.execute(
        "create function audit_only_grows() returns trigger language plpgsql as $$ begin"
        " raise exception 'the audit only grows: % of % is refused', tg_op, tg_table_name"
        " using errcode = 'insufficient_privilege'; end $$"
    )
    for table in GUARDED:
        op.execute(
            f"create trigger {table}_only_grows before update or delete or truncate on {table}"
            " for each statement execute function audit_only_grows()"
        )
    op.execute(
        "create function audit_waits() returns trigger language plpgsql as $$ begin"
        " insert into audit_due select id from fresh; return null; end $$"
    )
    op.execute(
        "create trigger audit_waits after insert on audit referencing new table as fresh"
        " for each statement execute function audit_waits()"
    )


def downgrade() -> None:
    op.drop_column("event_log", "trace")
    op.drop_column("outbox", "trace")
    op.execute("drop trigger audit_waits on audit")
    op.execute("drop trigger audit_only_grows on audit")
    for table in ("audit_checkpoint", "audit_chain", "audit_due"):
        op.drop_table(table)
    op.execute("drop function audit_only_grows()")
    op.execute("drop function audit_waits()")
    op.drop_index("ix_audit_actor_recorded_at", "audit")
    op.drop_index("ix_audit_recorded_at_id", "audit")
    op.drop_constraint("uq_audit_once", "audit")
    for name in ("once", "peer", "level", "role"):
        op.drop_column("audit", name)
    op.execute("delete from audit where world_id is null")
    op.alter_column("audit", "world_id", nullable=False)
