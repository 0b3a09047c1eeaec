"""The ledger: every body that was taken in, as it came, with its hash and what became of its rows.

Bodies are stored once per hash, compressed, in slices, so that any batch can be explained and
replayed. Names, phones and photos never enter it (see ``store/people.py``).
"""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.store.base import JSONB, METADATA, at, world_column

SLICE_BYTES = 8 * 1024 * 1024
CODEC = "zstd"

bodies = Table(
    "ledger_body",
    METADATA,
    Column("sha256", LargeBinary, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

batches = Table(
    "batch",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    world_column(),
    Column("feed", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("product", Text, nullable=False),
    at("received_at"),
    at("recorded_at"),
    Column("actor", Text, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("note", JSONB),
    Index("ix_batch_world_id_sha256", "world_id", "sha256"),
    Index("ix_batch_world_id_received_at", "world_id", "received_at"),
    Index("ix_batch_world_id_feed_id", "world_id", "feed", "id"),
)


@dataclass(frozen=True, slots=True)
class Batch:
    """One entry of the ledger."""

    id: int
    feed: str
    name: str
    sha256: bytes
    product: str
    received_at: datetime
    counts: dict[str, int]


def digest(body: bytes) -> bytes:
    """The hash under which a body is kept."""
    return hashlib.sha256(body).digest()


def keep_body(conn: Connection, body: bytes) -> bytes:
    """Store a body unless its hash is known; the hash."""
    sha256 = digest(body)
    known = select(bodies.c.part).where(bodies.c.sha256 == sha256).limit(1)
    if conn.scalar(known) is not None:
        return sha256
    for part, start in enumerate(range(0, max(len(body), 1), SLICE_BYTES)):
        piece = body[start : start + SLICE_BYTES]
        packed = pa.compress(piece, codec=CODEC, asbytes=True) if piece else b""
        row = pg.insert(bodies).values(sha256=sha256, part=part, size=len(piece), body=packed)
        conn.execute(row.on_conflict_do_nothing())
    return sha256


def body_of(conn: Connection, sha256: bytes) -> bytes | None:
    """A stored body, as it came."""
    rows = conn.execute(
        select(bodies.c.size, bodies.c.body)
        .where(bodies.c.sha256 == sha256)
        .order_by(bodies.c.part)
    ).all()
    if not rows:
        return None
    unpack = [pa.decompress(r.body, r.size, codec=CODEC, asbytes=True) for r in rows if r.size]
    return b"".join(unpack)


def open_batch(
    conn: Connection,
    actor: Actor,
    *,
    feed: str,
    name: str,
    sha256: bytes,
    product: str,
    now: datetime,
) -> int:
    """A new entry whose counts follow at the end of the same transaction; its number."""
    row = insert(batches).values(
        world_id=actor.world.id,
        feed=feed,
        name=name,
        sha256=sha256,
        product=product,
        received_at=actor.world.now(now),
        recorded_at=now,
        actor=actor.subject,
        counts={},
    )
    return int(conn.execute(row.returning(batches.c.id)).scalar_one())


def settle(
    conn: Connection, batch_id: int, counts: dict[str, int], note: dict[str, Any] | None = None
) -> None:
    """Write what became of the batch's rows."""
    conn.execute(batches.update().where(batches.c.id == batch_id).values(counts=counts, note=note))


def earlier(conn: Connection, actor: Actor, sha256: bytes) -> Batch | None:
    """The first batch of this world with the same body, if there is one."""
    query = (
        select(batches)
        .where(batches.c.world_id == actor.world.id, batches.c.sha256 == sha256)
        .order_by(batches.c.id)
        .limit(1)
    )
    row = conn.execute(query).one_or_none()
    return _batch(row) if row else None


def received(conn: Connection, batch_ids: list[int]) -> dict[int, datetime]:
    """When each of these batches came, by its world's clock."""
    query = select(batches.c.id, batches.c.received_at).where(batches.c.id.in_(batch_ids))
    return {row.id: row.received_at for row in conn.execute(query)}


def recent(conn: Connection, actor: Actor, limit: int) -> list[Batch]:
    """The newest batches of the actor's world."""
    query = (
        select(batches)
        .where(batches.c.world_id == actor.world.id)
        .order_by(batches.c.id.desc())
        .limit(limit)
    )
    return [_batch(row) for row in conn.execute(query)]


def of_feed(
    conn: Connection, actor: Actor, feed: str, limit: int, before: int | None = None
) -> list[Batch]:
    """A feed's newest batches, or those before one."""
    b = batches.c
    query = select(batches).where(b.world_id == actor.world.id, b.feed == feed)
    if before is not None:
        query = query.where(b.id < before)
    return [_batch(row) for row in conn.execute(query.order_by(b.id.desc()).limit(limit))]


def one(conn: Connection, actor: Actor, batch_id: int) -> Batch | None:
    """A batch of the actor's world."""
    query = select(batches).where(batches.c.world_id == actor.world.id, batches.c.id == batch_id)
    row = conn.execute(query).one_or_none()
    return _batch(row) if row else None


def since(
    conn: Connection, actor: Actor, moment: datetime
) -> list[tuple[str, int, dict[str, int]]]:
    """Feed, number of batches and sums of their counts, of all received after a moment."""
    query = select(batches.c.feed, batches.c.counts).where(
        batches.c.world_id == actor.world.id, batches.c.received_at >= moment
    )
    number: Counter[str] = Counter()
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for feed, counts in conn.execute(query):
        number[feed] += 1
        sums[feed].update(counts)
    return [(feed, number[feed], dict(sums[feed])) for feed in sorted(number)]


def _batch(row: Any) -> Batch:
    return Batch(
        row.id, row.feed, row.name, bytes(row.sha256), row.product, row.received_at, row.counts
    )
