"""Who may sign in: accounts, links, sessions, keys, failed tries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _texts(name: str) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False)


def _hash(name: str = "hash") -> sa.Column:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"], ["account.id"], name=f"fk_{table}_account_id", ondelete="CASCADE"
    )


def upgrade() -> None:
    # who takes data in is an account, a key or the installation: a name, as everywhere else
    op.drop_constraint("fk_batch_actor", "batch", type_="foreignkey")
    op.create_table(
        "account",
        sa.Column("id", sa.UUID(), nullable=False),
        *_text("subject"),
        sa.Column("version", sa.Integer(), nullable=False),
        *_text("name", "role", "level"),
        _texts("territories"),
        *_text("owner"),
        sa.Column("issuer", sa.Text()),
        sa.Column("sub", sa.Text()),
        _at("made_at"),
        _at("joined_at", nullable=True),
        _at("seen_at", nullable=True),
        _at("disabled_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
    )
    op.create_index("ix_account_subject", "account", ["subject"], unique=True)
    op.create_index("ix_account_issuer", "account", ["issuer", "sub"], unique=True)
    op.create_table(
        "account_secret",
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("password", sa.Text()),
        sa.Column("totp", sa.LargeBinary()),
        sa.Column("totp_next", sa.LargeBinary()),
        sa.Column("totp_step", sa.BigInteger()),
        _of_account("account_secret"),
        sa.PrimaryKeyConstraint("account_id", name="pk_account_secret"),
    )
    op.create_table(
        "invitation",
        _hash(),
        sa.Column("account_id", sa.UUID(), nullable=False),
        *_text("made_by"),
        _at("made_at"),
        _at("expires_at"),
        _at("used_at", nullable=True),
        _of_account("invitation"),
        sa.PrimaryKeyConstraint("hash", name="pk_invitation"),
    )
    op.create_index("ix_invitation_account_id", "invitation", ["account_id"])
    _sessions_and_keys()
    op.create_table(
        "sign_in_try",
        *_text("key"),
        sa.Column("failed", sa.Integer(), nullable=False),
        _at("last_at"),
        _at("until", nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_try"),
    )
    op.create_table(
        "oidc_start",
        _hash("state_hash"),
        _hash("browser_hash"),
        *_text("nonce", "verifier", "back"),
        _at("expires_at"),
        sa.PrimaryKeyConstraint("state_hash", name="pk_oidc_start"),
    )


def _sessions_and_keys() -> None:
    op.create_table(
        "session",
        *_text("id"),
        _hash(),
        sa.Column("account_id", sa.UUID()),
        sa.Column("ready_role", sa.Text()),
        *_text("way", "peer"),
        sa.Column("id_token", sa.Text()),
        _at("made_at"),
        _at("seen_at"),
        _at("expires_at"),
        _at("revoked_at", nullable=True),
        _of_account("session"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
    )
    op.create_index("ix_session_hash", "session", ["hash"], unique=True)
    op.create_index("ix_session_account_id", "session", ["account_id"])
    op.create_table(
        "api_key",
        *_text("id"),
        _hash(),
        *_text("holder", "name", "role", "level"),
        _texts("territories"),
        *_text("owner"),
        _texts("operations"),
        *_text("made_by"),
        _at("made_at"),
        _at("expires_at"),
        _at("last_used_at", nullable=True),
        _at("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
    )
    op.create_index("ix_api_key_holder", "api_key", ["holder"])


def downgrade() -> None:
    op.create_foreign_key("fk_batch_actor", "batch", "subject", ["actor"], ["id"])
    for name in (
        *("oidc_start", "sign_in_try", "api_key", "session"),
        *("invitation", "account_secret", "account"),
    ):
        op.drop_table(name)
