"""Partners' own things: taken in by form, batch and file, changed, retired, and batches taken back.

Every change is a batch with a number: it moves the region's stamp, so that all processes draw marks
and threats anew, and names what to take back. Whose a thing is follows from who asks and is never
told; nobody changes what is another's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

import numpy as np
import orjson
import shapely
from shapely.geometry import mapping
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import ASSET, RIM, Actor
from sylvan.domain.assets import MOST_WATCH_KM, SHAPES, Asset, AssetCard, ReadCard, read_card
from sylvan.domain.codes import Coded, Conflict, FieldError, Forbidden, Invalid, NotFound, invalid
from sylvan.domain.instants import iso
from sylvan.services.asset_follow import AssetFollower
from sylvan.services.asset_rows import (
    MOST_OWNED,
    How,
    Outcome,
    Stock,
    geojson,
    jsonable,
    settle_terms,
    sort,
)
from sylvan.services.base import Base, check_version, fingerprint, repeated, whole_again
from sylvan.services.geography import OUTSIDE_MARGIN_KM, Geography, Region
from sylvan.store import assets, audit, events
from sylvan.store.assets import Batch
from sylvan.store.events import Event

MOST_ROWS: Final = 5000
"""Things of one batch."""
NAMED: Final = 100
"""Things that an event names; the rest is counted."""


class Described(Protocol):
    """One row of a file."""

    @property
    def line(self) -> int:
        """Of the text, or number of the feature."""

    @property
    def told(self) -> Mapping[str, Any]:
        """As :func:`sylvan.domain.assets.read_card` wants it."""


class ParsedAssets(Protocol):
    """A file as it was read."""

    @property
    def rows(self) -> Sequence[Described]:
        """What can be judged."""

    @property
    def notes(self) -> Sequence[Coded]:
        """What was guessed or left aside."""


Reader = Callable[[str, bytes, Mapping[str, Any]], ParsedAssets]


@dataclass(frozen=True, slots=True)
class Assets(Base):
    """Use-cases about partners' own things."""

    geography: Geography
    read: Reader
    follower: AssetFollower
    most_bytes: int
    """Of a file."""
    default_km: float
    """How far a thing is watched that does not say it."""

    def terms(self, actor: Actor) -> dict[str, Any]:
        """What a file may hold, and how much of it the asking owner has."""
        with self.engine.connect() as conn:
            owned = assets.count(conn, self.geography.code, actor.owner) if actor.owner else 0
        return {
            "most_bytes": self.most_bytes,
            "most_rows": MOST_ROWS,
            "most_owned": MOST_OWNED,
            "owned": owned,
            "watch_km": self.default_km,
            "most_watch_km": MOST_WATCH_KM,
            "kinds": [
                {"kind": str(kind), "points": s.points, "lines": s.lines, "areas": s.areas}
                for kind, s in SHAPES.items()
            ],
        }

    def create(self, actor: Actor, told: Mapping[str, Any], how: How, key: str | None) -> Any:
        """A new thing.

        Raises:
            Invalid: by field; a geometry that can be mended is offered in ``repaired``.
            Conflict: the owner has one with this key.
        """
        owner = _owner(actor)
        request = fingerprint("asset.create", {"told": dict(told), "repair": how.repair})
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            region = self.geography.region(conn)
            card = _card(_inside(region, read_card(told, repair=how.repair)))
            assets.lock(conn)
            if assets.of_owner(conn, self.geography.code, owner, [card.external_id]):
                raise Conflict("asset.exists", {"external_id": card.external_id}, "external_id")
            new = Asset(uuid7(), 1, owner, card)
            (kept,) = self._settle(conn, actor, owner, "asset.create", [new], {"created": 1})
            reply = kept.as_dict()
            if key is not None:
                audit.remember(conn, actor, key, request, reply, self.clock())
        self.follower.catch_up()
        return reply

    def edit(
        self, actor: Actor, asset_id: UUID, told: Mapping[str, Any], how: How, version: int | None
    ) -> dict[str, Any]:
        """Other values of some fields; what is not named stays."""
        with self.engine.begin() as conn:
            assets.lock(conn)
            before = self._own(conn, actor, asset_id)
            check_version(conn, actor, str(before.id), before.version, version)
            if before.retired_at is not None:
                raise Conflict("asset.retired", {"external_id": before.card.external_id})
            whole = before.card.as_dict() | dict(told)
            read = read_card(jsonable(whole), repair=how.repair)
            card = _card(_inside(self.geography.region(conn), read))
            after = replace(before, version=before.version + 1, card=card)
            (kept,) = self._settle(conn, actor, before.owner, "asset.edit", [after], {"changed": 1})
        self.follower.catch_up()
        return kept.as_dict()

    def retire(self, actor: Actor, asset_id: UUID, version: int | None) -> dict[str, Any]:
        """A thing that is no more; its history stays."""
        with self.engine.begin() as conn:
            assets.lock(conn)
            before = self._own(conn, actor, asset_id)
            check_version(conn, actor, str(before.id), before.version, version)
            if before.retired_at is not None:
                raise Conflict("asset.retired", {"external_id": before.card.external_id})
            after = replace(before, version=before.version + 1, retired_at=self.clock())
            (kept,) = self._settle(
                conn, actor, before.owner, "asset.retire", [after], {"retired": 1}
            )
        self.follower.catch_up()
        return kept.as_dict()

    def take_file(
        self, actor: Actor, name: str, body: bytes, defaults: Mapping[str, Any], how: How
    ) -> dict[str, Any]:
        """Things of a file, each created, changed or refused by line and reason.

        Raises:
            FeedError: the file as a whole cannot be read.
            Invalid: with ``all_or_nothing``, the rows that cannot be taken.
        """
        _owner(actor)
        parsed = self.read(name, body, defaults)
        told = self.take(actor, [(one.line, one.told) for one in parsed.rows], name, how)
        return told | {"notes": [one.as_dict() for one in parsed.notes]}

    @whole_again
    def take(
        self,
        actor: Actor,
        rows: Sequence[tuple[int, Mapping[str, Any]]],
        name: str,
        how: How,
    ) -> dict[str, Any]:
        """Create or change things by their owner's keys; the same rows again change nothing.

        Raises:
            Invalid: as a whole; on terms that allow no bad row, those rows.
            Conflict: it is not what the dry run of ``how.plan`` said.
        """
        owner = _owner(actor)
        if not 0 < len(rows) <= MOST_ROWS:
            raise Invalid("asset.rows", {"rows": len(rows), "most": MOST_ROWS}, "assets")
        with self.engine.begin() as conn:
            region = self.geography.region(conn)
            cards = [
                (line, _inside(region, read_card(told, repair=how.repair))) for line, told in rows
            ]
            if how.dry:
                outcome = self._outcome(conn, owner, cards, how)
                return outcome.as_dict() | {"batch": None, "shapes": outcome.shapes()}
            assets.lock(conn)
            outcome = self._outcome(conn, owner, cards, how)
            settle_terms(outcome, how)
            batch = None
            if outcome.states:
                counts = outcome.counts()
                kept = self._settle(conn, actor, owner, name, outcome.states, counts)
                batch = str(kept[0].batch)
        if batch is not None:
            self.follower.catch_up()
        return outcome.as_dict() | {"batch": batch, "shapes": None}

    def _outcome(
        self, conn: Connection, owner: str, cards: Sequence[tuple[int, ReadCard]], how: How
    ) -> Outcome:
        code, keys = self.geography.code, [read.external_id for _, read in cards]
        known = assets.of_owner(conn, code, owner, keys)
        others = assets.others(conn, code, owner, keys) if how.retire_missing else ()
        stock = Stock(owner, known, assets.count(conn, code, owner), others)
        return sort(stock, cards, self.clock())

    @whole_again
    def undo(self, actor: Actor, batch_id: UUID) -> dict[str, Any]:
        """Put everything that a batch changed back to what it was before.

        Raises:
            Conflict: it was undone already, or something of it has changed since.
        """
        owner = _owner(actor)
        with self.engine.begin() as conn:
            assets.lock(conn)
            found = assets.batch(conn, batch_id)
            if found is None or found.owner != owner:
                raise NotFound("asset.batch_unknown", {"id": str(batch_id)})
            if found.undone_by is not None:
                raise Conflict("asset.undone", {"id": str(batch_id)})
            changed = assets.before(conn, batch_id)
            today = assets.of_ids(conn, list(changed))
            states = []
            for asset_id, (mine, earlier) in changed.items():
                now = today[asset_id]
                if now.version != mine.version:
                    told = {"external_id": now.card.external_id, "by": now.changed_by}
                    raise Conflict("asset.changed_since", told)
                card = now.card if earlier is None else assets.card_of(earlier.card)
                retired = self.clock() if earlier is None else earlier.retired_at
                states.append(replace(now, version=now.version + 1, card=card, retired_at=retired))
            counts = {"undone": len(states)}
            kept = self._settle(conn, actor, owner, f"undo {found.name}", states, counts)
            by = kept[0].batch
            if by is not None:
                assets.undone(conn, batch_id, by)
        self.follower.catch_up()
        return {"batch": str(by), "undone": len(states)}

    def get(self, actor: Actor, asset_id: UUID) -> dict[str, Any]:
        """One thing with its geometry and its history."""
        with self.engine.connect() as conn:
            found = _found(assets.get(conn, actor, asset_id), asset_id)
            past = assets.history(conn, asset_id)
        versions = [
            {
                "version": one.version,
                "at": iso(one.at),
                "actor": one.actor,
                "batch": str(one.batch_id),
                "retired_at": iso(one.retired_at),
                "card": one.card,
            }
            for one in past
        ]
        shape = dict(mapping(found.card.geom))
        return found.as_dict() | {"geometry": shape, "history": versions}

    def page(
        self,
        actor: Actor,
        *,
        bbox: tuple[float, float, float, float] | None,
        retired: bool,
        after: UUID | None,
        limit: int,
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Things as features in order of id, and the id after which the next page begins."""
        with self.engine.connect() as conn:
            found = assets.page(conn, actor, bbox=bbox, retired=retired, after=after, limit=limit)
        features = [
            {
                "type": "Feature",
                "id": str(one.id),
                "geometry": dict(mapping(one.card.geom)),
                "properties": one.as_dict(),
            }
            for one in found
        ]
        return features, str(found[-1].id) if len(found) == limit else None

    def batches(self, actor: Actor, limit: int) -> list[dict[str, Any]]:
        """The asking owner's batches, newest first."""
        with self.engine.connect() as conn:
            found = assets.batches(conn, actor.owner, limit) if actor.owner else []
        return [
            {
                "id": str(one.id),
                "name": one.name,
                "at": iso(one.at),
                "actor": one.actor,
                "counts": one.counts,
                "undone_by": None if one.undone_by is None else str(one.undone_by),
            }
            for one in found
        ]

    def _own(self, conn: Connection, actor: Actor, asset_id: UUID) -> Asset:
        """A thing that the actor owns; another's is not there."""
        owner = _owner(actor)
        found = _found(assets.get(conn, actor, asset_id, hold=True), asset_id)
        if found.owner != owner:
            raise NotFound("asset.unknown", {"id": str(asset_id)})
        return found

    def _settle(
        self,
        conn: Connection,
        actor: Actor,
        owner: str,
        name: str,
        states: Sequence[Asset],
        counts: dict[str, int],
    ) -> list[Asset]:
        """A batch, its things with their marks, its event and its audit row."""
        now, batch_id = self.clock(), uuid7()
        region = self.geography.region(conn)
        marked = _marked(region, states)
        kept = [
            replace(one, changed_at=now, changed_by=actor.subject, batch=batch_id) for one in marked
        ]
        assets.begin(
            conn,
            self.geography.code,
            Batch(batch_id, owner, actor.subject, name[:200], counts, now),
        )
        assets.save(conn, self.geography.code, kept)
        self._tell(conn, actor, owner, batch_id, kept, now)
        facts = {"owner": owner, "name": name[:200], **counts}
        audit.record(conn, actor, "asset.batch", f"asset_batch:{batch_id}", facts, now=now)
        if len(kept) == 1:
            (one,) = kept
            told = {"owner": owner, "external_id": one.card.external_id}
            audit.record(conn, actor, name[:60], str(one.id), told, now=now, version=one.version)
        return kept

    def _tell(
        self,
        conn: Connection,
        actor: Actor,
        owner: str,
        batch_id: UUID,
        kept: Sequence[Asset],
        now: datetime,
    ) -> None:
        """One event a batch: screens read what they show anew."""
        marks = tuple(sorted({mark for one in kept for mark in one.territories}))
        body = {
            "batch": str(batch_id),
            "owner": owner,
            "assets": len(kept),
            "ids": [str(one.id) for one in kept[:NAMED]],
        }
        subject = f"asset_batch:{batch_id}"
        told = Event("asset.changed", subject, actor.world.now(now), body, marks)
        events.write(conn, actor, [told])


def _owner(actor: Actor) -> str:
    """Whose things an actor changes: the partner's whose key or session it is."""
    if not actor.owner:
        raise Forbidden("asset.no_owner", {"role": actor.role})
    return actor.owner


def _found(asset: Asset | None, asset_id: UUID) -> Asset:
    if asset is None:
        raise NotFound("asset.unknown", {"id": str(asset_id)})
    return asset


def _card(read: ReadCard) -> AssetCard:
    if read.card is not None:
        return read.card
    raise invalid([_offering(one, read) for one in read.errors])


def _offering(error: FieldError, read: ReadCard) -> FieldError:
    """A fault of the geometry carries the mended one as GeoJSON text."""
    if error.field != "geometry" or read.repaired is None:
        return error
    return FieldError(error.field, error.code, {**error.params, "repaired": _text(read)})


def _text(read: ReadCard) -> str:
    return orjson.dumps(geojson(read)).decode()


def _marked(region: Region, states: Sequence[Asset]) -> list[Asset]:
    """Things with the territories that they lie in or close to, and their owner's mark."""
    shapes = [one.card.geom for one in states]
    points = [(each.x, each.y) for each in (one.representative_point() for one in shapes)]
    addresses = region.addresses(points, shapes)
    return [
        replace(one, territories=_marks(address.territories, one.owner))
        for one, address in zip(states, addresses, strict=True)
    ]


def _marks(territories: Sequence[str], owner: str) -> tuple[str, ...]:
    """Neither neighbouring regions nor other owners see what somebody owns."""
    open_to = {mark for mark in territories if not mark.startswith((RIM, ASSET))}
    return (*sorted(open_to), ASSET + owner)


def _inside(region: Region, read: ReadCard) -> ReadCard:
    """Refuse what lies far from the region: nobody here would see what threatens it."""
    if read.card is None:
        return read
    lons, lats = np.ascontiguousarray(shapely.get_coordinates(read.card.geom).T)
    if region.index.inside(lons, lats, OUTSIDE_MARGIN_KM).all():
        return read
    far = FieldError("geometry", "asset.outside", {"km": OUTSIDE_MARGIN_KM})
    return ReadCard(None, (far,), None, read.external_id)
