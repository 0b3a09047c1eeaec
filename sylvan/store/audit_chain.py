"""The chain over the audit and its checkpoints; rows are added and, by triggers, never touched.

A trigger puts each new audit row into ``audit_due``, in its own transaction. One leader links what
it sees committed: numbers without a gap, whatever the order of ids.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, LargeBinary, Table, Text, func, select, text
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.chain import START, Checkpoint, link
from sylvan.store.audit import audit
from sylvan.store.base import METADATA, at

PAGE: Final = 1_000
"""Rows that are read at once when the whole chain is gone through."""

due = Table(
    "audit_due",
    METADATA,
    Column("audit_id", BigInteger, primary_key=True, autoincrement=False),
)
chain = Table(
    "audit_chain",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("audit_id", BigInteger, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False),
)
checkpoint = Table(
    "audit_checkpoint",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    at("at"),
    Column("signature", LargeBinary, nullable=False),
)
_TAKE: Final = text("""
    delete from audit_due where audit_id in
        (select audit_id from audit_due order by audit_id limit :most)
    returning audit_id
""")


def head(conn: Connection) -> tuple[int, bytes]:
    """Number and hash of the last link."""
    query = select(chain.c.seq, chain.c.hash).order_by(chain.c.seq.desc()).limit(1)
    row = conn.execute(query).one_or_none()
    return (0, START) if row is None else (row.seq, bytes(row.hash))


def waiting(conn: Connection) -> int:
    """How many rows are not linked yet."""
    return conn.scalar(select(func.count()).select_from(due)) or 0


def extend(conn: Connection, most: int) -> int:
    """Link up to ``most`` waiting rows, by id; how many there were. For the leader alone."""
    ids = [row.audit_id for row in conn.execute(_TAKE, {"most": most})]
    if not ids:
        return 0
    seq, last = head(conn)
    links = []
    query = select(audit).where(audit.c.id.in_(ids))
    rows = {row["id"]: dict(row) for row in conn.execute(query).mappings()}
    for one in sorted(ids):
        # one that is gone already gets its link all the same, so that it is missed
        seq, last = seq + 1, link(last, rows.get(one, {"id": one}))
        links.append({"seq": seq, "audit_id": one, "hash": last})
    conn.execute(chain.insert(), links)
    return len(ids)


def walk(conn: Connection) -> Iterator[tuple[int, int, bytes, dict[str, Any] | None]]:
    """Number, id, hash and row of each link in order, a page at a time; no row where it is gone."""
    after = 0
    joined = chain.outerjoin(audit, audit.c.id == chain.c.audit_id)
    while True:
        query = (
            select(chain.c.seq, chain.c.audit_id, chain.c.hash.label("link"), *audit.c)
            .select_from(joined)
            .where(chain.c.seq > after)
            .order_by(chain.c.seq)
            .limit(PAGE)
        )
        rows = conn.execute(query).mappings().all()
        for row in rows:
            kept = {column.name: row[column.name] for column in audit.c}
            yield row["seq"], row["audit_id"], bytes(row["link"]), kept if kept["id"] else None
        if len(rows) < PAGE:
            return
        after = rows[-1]["seq"]


def unlinked(conn: Connection) -> int | None:
    """The first row that neither stands in the chain nor waits for it."""
    query = (
        select(func.min(audit.c.id))
        .select_from(
            audit.outerjoin(chain, chain.c.audit_id == audit.c.id).outerjoin(
                due, due.c.audit_id == audit.c.id
            )
        )
        .where(chain.c.seq.is_(None), due.c.audit_id.is_(None))
    )
    found: int | None = conn.scalar(query)
    return found


def keep(conn: Connection, one: Checkpoint) -> None:
    """Store a checkpoint; the first of a key at a place stays."""
    row = pg.insert(checkpoint).values(
        seq=one.seq, key=one.key, hash=one.hash, at=one.at, signature=one.signature
    )
    conn.execute(row.on_conflict_do_nothing())


def checkpoints(conn: Connection) -> list[Checkpoint]:
    """All that are stored, by number."""
    query = select(checkpoint).order_by(checkpoint.c.seq, checkpoint.c.at)
    return [_checkpoint(row) for row in conn.execute(query)]


def last_checkpoint(conn: Connection, key: str | None = None) -> Checkpoint | None:
    """The newest, of one key or of any."""
    query = select(checkpoint).order_by(checkpoint.c.seq.desc(), checkpoint.c.at.desc()).limit(1)
    if key is not None:
        query = query.where(checkpoint.c.key == key)
    row = conn.execute(query).one_or_none()
    return None if row is None else _checkpoint(row)


def restored(conn: Connection) -> list[dict[str, Any]]:
    """When a backup took the database's place, and how far the chain went in it."""
    query = (
        select(audit.c.recorded_at, audit.c.changes)
        .where(audit.c.action == "database.restored")
        .order_by(audit.c.id)
    )
    return [dict(row) for row in conn.execute(query).mappings()]


def _checkpoint(row: Any) -> Checkpoint:
    return Checkpoint(row.seq, bytes(row.hash), row.at, row.key, bytes(row.signature))
