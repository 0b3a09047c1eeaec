"""People who may sign in. Their secrets stand apart, so that no list can hold one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Select,
    Table,
    Text,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.accounts import ADMIN, Account, Grant
from sylvan.domain.actors import Level
from sylvan.store.base import METADATA, TEXTS, at, uuid_column

accounts = Table(
    "account",
    METADATA,
    uuid_column("id", primary_key=True),
    Column("subject", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("territories", TEXTS, nullable=False),
    Column("owner", Text, nullable=False),
    Column("issuer", Text),
    Column("sub", Text),
    at("made_at"),
    at("joined_at", nullable=True),
    at("seen_at", nullable=True),
    at("disabled_at", nullable=True),
    Index("ix_account_subject", "subject", unique=True),
    Index("ix_account_issuer", "issuer", "sub", unique=True),
)

secrets = Table(
    "account_secret",
    METADATA,
    Column(
        "account_id",
        pg.UUID(as_uuid=True),
        ForeignKey("account.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("password", Text),
    Column("totp", LargeBinary),
    Column("totp_next", LargeBinary),
    Column("totp_step", BigInteger),
)
"""``totp_step``: the last moment of a code that was used; a code opens once."""

SECRETS = frozenset({"password", "totp", "totp_next", "totp_step"})


def _accounts() -> Select[Any]:
    second = secrets.c.totp.is_not(None).label("second_factor")
    return select(accounts, second).outerjoin(secrets, secrets.c.account_id == accounts.c.id)


def _account(row: Any) -> Account:
    return Account(
        row.id,
        row.subject,
        row.version,
        row.name,
        Grant(row.role, Level(row.level), tuple(row.territories), row.owner),
        row.made_at,
        row.joined_at,
        row.seen_at,
        row.disabled_at,
        row.issuer,
        row.sub,
        bool(row.second_factor),
    )


def listed(conn: Connection) -> list[Account]:
    """All of them, by name."""
    return [_account(row) for row in conn.execute(_accounts().order_by(accounts.c.subject))]


def get(conn: Connection, account_id: UUID, *, lock: bool = False) -> Account | None:
    """One by its id."""
    query = _accounts().where(accounts.c.id == account_id)
    query = query.with_for_update(of=accounts) if lock else query
    row = conn.execute(query).one_or_none()
    return _account(row) if row else None


def named(conn: Connection, subject: str) -> Account | None:
    """One by the name that signs in."""
    row = conn.execute(_accounts().where(accounts.c.subject == subject)).one_or_none()
    return _account(row) if row else None


def vouched(conn: Connection, issuer: str, sub: str) -> Account | None:
    """The one that a provider of identities knows by this number."""
    query = _accounts().where(accounts.c.issuer == issuer, accounts.c.sub == sub)
    row = conn.execute(query).one_or_none()
    return _account(row) if row else None


def save(conn: Connection, account: Account) -> bool:
    """Insert or replace; ``False`` where somebody else has the name."""
    values = {
        "version": account.version,
        "name": account.name,
        **account.grant.as_dict(),
        "issuer": account.issuer,
        "sub": account.sub,
        "joined_at": account.joined_at,
        "disabled_at": account.disabled_at,
    }
    known = update(accounts).where(accounts.c.id == account.id).values(**values)
    if conn.execute(known).rowcount:
        return True
    new = pg.insert(accounts).values(
        id=account.id, subject=account.subject, made_at=account.made_at, **values
    )
    return conn.scalar(new.on_conflict_do_nothing().returning(accounts.c.id)) is not None


def seen(conn: Connection, account_id: UUID, now: datetime) -> None:
    """The person has signed in."""
    conn.execute(update(accounts).where(accounts.c.id == account_id).values(seen_at=now))


def any_joined(conn: Connection) -> bool:
    """Whether anybody ever got as far as a password."""
    return bool(
        conn.scalar(select(accounts.c.id).where(accounts.c.joined_at.is_not(None)).limit(1))
    )


def other_admins(conn: Connection, account_id: UUID) -> int:
    """Administrators besides this one who can sign in."""
    query = select(func.count()).where(
        accounts.c.role == ADMIN,
        accounts.c.id != account_id,
        accounts.c.joined_at.is_not(None),
        accounts.c.disabled_at.is_(None),
    )
    return int(conn.scalar(query) or 0)


def secret(conn: Connection, account_id: UUID) -> Any:
    """Password hash and second factor, or ``None``."""
    return conn.execute(select(secrets).where(secrets.c.account_id == account_id)).one_or_none()


def keep_secret(conn: Connection, account_id: UUID, **changes: Any) -> None:
    """Set some of :data:`SECRETS`."""
    unknown = changes.keys() - SECRETS
    if unknown:
        raise ValueError(f"no such secrets: {sorted(unknown)}")
    statement = pg.insert(secrets).values(account_id=account_id, **changes)
    conn.execute(
        statement.on_conflict_do_update(index_elements=[secrets.c.account_id], set_=changes)
    )


def spend_step(conn: Connection, account_id: UUID, step: int) -> bool:
    """Note that a code was used; ``False`` where it, or a later one, was used before."""
    spent = (
        update(secrets)
        .where(
            secrets.c.account_id == account_id,
            or_(secrets.c.totp_step.is_(None), secrets.c.totp_step < step),
        )
        .values(totp_step=step)
    )
    return conn.execute(spent).rowcount == 1
