"""Partners' own things: each as it stands, every version of it, and the batches that they came in.

They belong to no world, as layers do. Whoever writes them holds one lock until the end, so that
the stamp by which processes know that something changed never runs ahead of what it stands for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry import shape
from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Identity,
    Index,
    Integer,
    Select,
    Table,
    Text,
    UniqueConstraint,
    all_,
    any_,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor, Level
from sylvan.domain.assets import LAYER, Asset, AssetCard, AssetKind, Contact
from sylvan.store.base import JSONB, METADATA, TEXTS, UUIDS, WGS84, at, geometry, uuid_column
from sylvan.store.fires import bbox_clause
from sylvan.store.layers import Item

LOCK: Final = 0x53594C1B
"""Advisory lock key of who writes partners' things ("SYL", 27)."""
Box = tuple[float, float, float, float]

assets = Table(
    "asset",
    METADATA,
    uuid_column("id", primary_key=True),
    Column("region", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("names", JSONB, nullable=False),
    Column("geom", geometry("GEOMETRY"), nullable=False),
    Column("watch_km", REAL),
    Column("alarm_km", REAL),
    Column("contacts", JSONB, nullable=False),
    Column("notes", Text, nullable=False),
    Column("territories", TEXTS, nullable=False),
    at("retired_at", nullable=True),
    at("changed_at"),
    Column("changed_by", Text, nullable=False),
    uuid_column("batch_id", nullable=False),
    UniqueConstraint("region", "owner", "external_id"),
    CheckConstraint("st_isvalid(geom)", name="valid"),
)

asset_versions = Table(
    "asset_version",
    METADATA,
    uuid_column("asset_id", primary_key=True),
    Column("version", Integer, primary_key=True),
    uuid_column("batch_id", nullable=False),
    at("at"),
    Column("actor", Text, nullable=False),
    at("retired_at", nullable=True),
    Column("card", JSONB, nullable=False),
    Index("ix_asset_version_batch_id", "batch_id"),
)

asset_batches = Table(
    "asset_batch",
    METADATA,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    uuid_column("id", nullable=False, unique=True),
    Column("region", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("counts", JSONB, nullable=False),
    at("at"),
    uuid_column("undone_by"),
    at("followed_at", nullable=True),
    Index("ix_asset_batch_owner_seq", "owner", "seq"),
)
"""``followed_at``: when the fires around its things were told anew; none: still to be done."""

asset_stamps = Table(
    "asset_stamp",
    METADATA,
    Column("region", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
"""The newest batch of each region: read by everybody, tells nothing."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes that were made together."""

    id: UUID
    owner: str
    actor: str
    name: str
    counts: dict[str, int]
    at: datetime
    undone_by: UUID | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """A thing as it stood in one version."""

    asset_id: UUID
    version: int
    batch_id: UUID
    at: datetime
    actor: str
    retired_at: datetime | None
    card: dict[str, Any]


def lock(conn: Connection) -> None:
    """Let nobody else write partners' things until the transaction ends."""
    conn.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})


def stamp(conn: Connection, region: str) -> int:
    """A number that grows whenever a region's things change."""
    query = select(asset_stamps.c.seq).where(asset_stamps.c.region == region)
    return int(conn.scalar(query) or 0)


def begin(conn: Connection, region: str, batch: Batch) -> None:
    """Write down a batch and move the region's stamp."""
    row = asset_batches.insert().values(
        id=batch.id,
        region=region,
        owner=batch.owner,
        actor=batch.actor,
        name=batch.name,
        counts=batch.counts,
        at=batch.at,
    )
    seq = conn.scalar(row.returning(asset_batches.c.seq))
    moved = pg.insert(asset_stamps).values(region=region, seq=seq)
    conn.execute(
        moved.on_conflict_do_update(index_elements=["region"], set_={"seq": moved.excluded.seq})
    )


def save(conn: Connection, region: str, states: Sequence[Asset]) -> None:
    """Insert or replace things, and keep each one's version."""
    if not states:
        return
    rows = [_row(one) | {"region": region} for one in states]
    statement = pg.insert(assets)
    kept = {"id", "region", "owner", "external_id"}
    changes = {name: statement.excluded[name] for name in rows[0] if name not in kept}
    conn.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changes), rows)
    history = [
        {
            "asset_id": one.id,
            "version": one.version,
            "batch_id": one.batch,
            "at": one.changed_at,
            "actor": one.changed_by,
            "retired_at": one.retired_at,
            "card": one.card.as_dict(),
        }
        for one in states
    ]
    conn.execute(asset_versions.insert(), history)


def _row(one: Asset) -> dict[str, Any]:
    card = one.card
    return {
        "id": one.id,
        "owner": one.owner,
        "external_id": card.external_id,
        "version": one.version,
        "kind": str(card.kind),
        "names": dict(card.names),
        "geom": from_shape(card.geom, srid=WGS84),
        "watch_km": card.watch_km,
        "alarm_km": card.alarm_km,
        "contacts": [each.as_dict() for each in card.contacts],
        "notes": card.notes,
        "territories": list(one.territories),
        "retired_at": one.retired_at,
        "changed_at": one.changed_at,
        "changed_by": one.changed_by,
        "batch_id": one.batch,
    }


def _asset(row: Any) -> Asset:
    geom: Any = to_shape(row.geom)
    contacts = tuple(Contact(**one) for one in row.contacts)
    card = AssetCard(
        row.external_id,
        AssetKind(row.kind),
        row.names,
        geom,
        row.watch_km,
        row.alarm_km,
        contacts,
        row.notes,
    )
    return Asset(
        row.id,
        row.version,
        row.owner,
        card,
        tuple(row.territories),
        row.retired_at,
        row.changed_at,
        row.changed_by,
        row.batch_id,
    )


def card_of(told: dict[str, Any]) -> AssetCard:
    """A card as the history keeps it."""
    return AssetCard(
        told["external_id"],
        AssetKind(told["kind"]),
        told["name"],
        shape(told["geometry"]),
        told["watch_km"],
        told["alarm_km"],
        tuple(Contact(**one) for one in told["contacts"]),
        told["notes"],
    )


def seen(query: Select[Any], actor: Actor) -> Select[Any]:
    """``query`` of things limited to what an actor may see: owners their own and nothing else."""
    if actor.level is Level.PARTNER or actor.owner:
        return query.where(assets.c.owner == actor.owner, literal(bool(actor.owner)))
    if actor.everywhere:
        return query
    return query.where(assets.c.territories.overlap(list(actor.reach)))


def get(conn: Connection, actor: Actor, asset_id: UUID, *, hold: bool = False) -> Asset | None:
    """One thing that the actor may see; ``hold`` keeps it from being changed meanwhile."""
    query = seen(select(assets).where(assets.c.id == asset_id), actor)
    row = conn.execute(query.with_for_update() if hold else query).one_or_none()
    return _asset(row) if row else None


def of_ids(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Asset]:
    """Things by their ids, whoever owns them."""
    query = select(assets).where(assets.c.id == any_(literal(list(ids), UUIDS)))
    return {row.id: _asset(row) for row in conn.execute(query)}


def of_owner(
    conn: Connection, region: str, owner: str, external_ids: Sequence[str]
) -> dict[str, Asset]:
    """An owner's things by their keys, also those that are no more."""
    query = select(assets).where(
        assets.c.region == region,
        assets.c.owner == owner,
        assets.c.external_id == any_(literal(list(external_ids), TEXTS)),
    )
    return {row.external_id: _asset(row) for row in conn.execute(query)}


def others(conn: Connection, region: str, owner: str, external_ids: Sequence[str]) -> list[Asset]:
    """An owner's standing things but those with these keys, in order of their keys."""
    query = select(assets).where(
        assets.c.region == region,
        assets.c.owner == owner,
        assets.c.retired_at.is_(None),
        assets.c.external_id != all_(literal(list(external_ids), TEXTS)),
    )
    return [_asset(row) for row in conn.execute(query.order_by(assets.c.external_id))]


def count(conn: Connection, region: str, owner: str) -> int:
    """How many standing things somebody has."""
    query = select(func.count()).where(
        assets.c.region == region, assets.c.owner == owner, assets.c.retired_at.is_(None)
    )
    return conn.scalar(query) or 0


def owners_in(conn: Connection, region: str) -> dict[str, dict[str, int]]:
    """By mark of a territory, whose things lie there and how many."""
    mark = func.unnest(assets.c.territories).label("mark")
    marked = (
        select(mark, assets.c.owner)
        .where(assets.c.region == region, assets.c.retired_at.is_(None))
        .subquery()
    )
    query = select(marked.c.mark, marked.c.owner, func.count().label("things"))
    found: dict[str, dict[str, int]] = {}
    for row in conn.execute(query.group_by(marked.c.mark, marked.c.owner)):
        found.setdefault(row.mark, {})[row.owner] = row.things
    return found


def page(
    conn: Connection,
    actor: Actor,
    *,
    bbox: Box | None,
    retired: bool,
    after: UUID | None,
    limit: int,
) -> list[Asset]:
    """Things in order of id."""
    query = seen(select(assets), actor).order_by(assets.c.id).limit(limit)
    if not retired:
        query = query.where(assets.c.retired_at.is_(None))
    if bbox is not None:
        query = query.where(bbox_clause(assets.c.geom, bbox, shapes=True))
    if after is not None:
        query = query.where(assets.c.id > after)
    return [_asset(row) for row in conn.execute(query)]


def items(conn: Connection, region: str) -> list[Item]:
    """All standing things as features of a layer."""
    query = select(assets).where(assets.c.region == region, assets.c.retired_at.is_(None))
    found = []
    for row in conn.execute(query.order_by(assets.c.id)):
        geom: Any = to_shape(row.geom)
        props = {"owner": row.owner, "watch_km": row.watch_km}
        found.append(Item(str(row.id), row.names, geom, props, LAYER, row.kind))
    return found


def history(conn: Connection, asset_id: UUID) -> list[Version]:
    """All versions of a thing, newest first."""
    v = asset_versions.c
    query = select(asset_versions).where(v.asset_id == asset_id).order_by(v.version.desc())
    return [Version(**row) for row in conn.execute(query).mappings()]


def before(conn: Connection, batch_id: UUID) -> dict[UUID, tuple[Version, Version | None]]:
    """Each thing of a batch: its version of then, and the one before."""
    v = asset_versions.c
    mine = [
        Version(**row)
        for row in conn.execute(select(asset_versions).where(v.batch_id == batch_id)).mappings()
    ]
    ids = [one.asset_id for one in mine]
    query = select(asset_versions).where(v.asset_id == any_(literal(ids, UUIDS)))
    every = {
        (row["asset_id"], row["version"]): Version(**row) for row in conn.execute(query).mappings()
    }
    return {
        one.asset_id: (one, every.get((one.asset_id, one.version - 1)))
        for one in sorted(mine, key=lambda each: each.asset_id)
    }


def batch(conn: Connection, batch_id: UUID) -> Batch | None:
    """A batch by its id."""
    row = conn.execute(select(asset_batches).where(asset_batches.c.id == batch_id)).one_or_none()
    return _batch(row) if row else None


def batches(conn: Connection, owner: str, limit: int) -> list[Batch]:
    """An owner's batches, newest first."""
    b = asset_batches.c
    query = select(asset_batches).where(b.owner == owner).order_by(b.seq.desc()).limit(limit)
    return [_batch(row) for row in conn.execute(query)]


def _batch(row: Any) -> Batch:
    return Batch(row.id, row.owner, row.actor, row.name, row.counts, row.at, row.undone_by, row.seq)


def undone(conn: Connection, batch_id: UUID, by: UUID) -> None:
    """Say which batch took one back."""
    conn.execute(update(asset_batches).where(asset_batches.c.id == batch_id).values(undone_by=by))


def unfollowed(conn: Connection, region: str) -> list[Batch]:
    """Batches whose fires are still to be told anew, oldest first; others wait for them."""
    b = asset_batches.c
    query = select(asset_batches).where(b.region == region, b.followed_at.is_(None))
    return [_batch(row) for row in conn.execute(query.order_by(b.seq).with_for_update())]


def followed(conn: Connection, ids: Sequence[UUID], now: datetime) -> None:
    """The fires around these batches' things were told anew."""
    mine = asset_batches.c.id == any_(literal(list(ids), UUIDS))
    conn.execute(update(asset_batches).where(mine).values(followed_at=now))


def cards_around(conn: Connection, batch_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Cards of batches' things and of the versions before them: where something changed."""
    now, then = asset_versions.alias(), asset_versions.alias()
    mine = now.c.batch_id == any_(literal(list(batch_ids), UUIDS))
    query = select(then.c.card).join(now, now.c.asset_id == then.c.asset_id)
    near = or_(then.c.version == now.c.version, then.c.version == now.c.version - 1)
    return [row.card for row in conn.execute(query.where(mine, near))]


def fires_within(
    conn: Connection, actor: Actor, boxes: Sequence[Box], since: datetime
) -> list[UUID]:
    """Fires of a world whose place or edge meets one of some boxes, in order of id."""
    query = text(
        "select distinct f.id from fire f join unnest(cast(:west as float8[]),"
        " cast(:south as float8[]), cast(:east as float8[]), cast(:north as float8[]))"
        " as b(w, s, e, n) on f.point && st_makeenvelope(b.w, b.s, b.e, b.n, 4326)"
        " or f.edge && st_makeenvelope(b.w, b.s, b.e, b.n, 4326)"
        " where f.world_id = :world and f.merged_into is null and f.last_seen >= :since"
        " order by f.id"
    )
    west, south, east, north = ([box[k] for box in boxes] for k in range(4))
    given = {"west": west, "south": south, "east": east, "north": north}
    return list(conn.scalars(query, given | {"world": actor.world.id, "since": since}))


def spread_marks(conn: Connection, ids: Sequence[UUID]) -> None:
    """Forecasts of fires are seen by whoever sees the fires."""
    query = text(
        "update forecast set territories = f.territories from fire f"
        " where f.id = forecast.fire_id and f.id = any(cast(:ids as uuid[]))"
        " and forecast.territories <> f.territories"
    )
    conn.execute(query, {"ids": list(ids)})
