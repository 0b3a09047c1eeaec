"""Years of archive into a world of their own, in steps that each leave whole things behind.

A file's entry in the ledger is one transaction, a part's fires with all their detections another.
Ids follow from what the fires consist of, so that a run that is broken off and taken up again, or
is shared out over many machines, ends with the same world.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from sylvan.domain.actors import Actor, local_operator
from sylvan.domain.codes import Coded, Conflict
from sylvan.domain.detections import Detections, plain
from sylvan.domain.fires import CANDIDATE, Fire, Measured, summary
from sylvan.domain.surroundings import Surroundings
from sylvan.domain.timeline import Moment, Stamp, Timeline
from sylvan.domain.worlds import World, WorldClock, WorldKind
from sylvan.services import feeds as feed_states
from sylvan.services.base import Base
from sylvan.services.geography import Geography
from sylvan.services.intake import FEED_KIND, Taken
from sylvan.services.measure import Ruler
from sylvan.services.surroundings import Asked, Surveyor
from sylvan.services.worlds import as_dict
from sylvan.store import (
    archive,
    audit,
    detections,
    events,
    fire_history,
    fires,
    layers,
    ledger,
    worlds,
)
from sylvan.store.archive import ArchiveRun
from sylvan.store.detections import STANDS
from sylvan.store.events import Event
from sylvan.store.layers import Item

FEED: Final = "archive"
BOUNDARY: Final = "boundary"
SATELLITE: Final = "satellite"
MOST_NAMESAKES: Final = 1000


PATIENCE_S, RETRY_S = 5.0, 0.1
"""Seconds to wait for the lock, and between two tries: the server notices a little late that the
one who was killed a moment ago is gone."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The earliest detection of a fire, which gives it its id."""

    acq_at: int
    satellite: int
    key: int


def fire_id(world: str, first: Identity) -> UUID:
    """A version 8 UUID (RFC 9562) that begins with the time, so that ids sort as fires began.

    The same on every machine and in every run; different in worlds of different names.
    """
    named = f"{world}\0{first.acq_at}\0{first.satellite}\0{first.key}".encode()
    noise = int.from_bytes(hashlib.sha256(named).digest()[:16], "big")
    high = (first.acq_at * 1000) << 80 | 8 << 76 | (noise >> 64 & 0xFFF) << 64
    return UUID(int=high | 2 << 62 | noise & (1 << 62) - 1)


@dataclass(frozen=True, slots=True)
class Part:
    """Whole fires and their detections, to be written at once."""

    number: int
    rows: npt.NDArray[np.void]
    """Columns of ``DETECTION``, ``key`` and ``file``."""
    fire: npt.NDArray[np.int64]
    """Place of each row's fire in ``measured``."""
    measured: Sequence[Measured]
    firsts: Sequence[Identity]
    gone: npt.NDArray[np.void]
    """Other versions of these rows; ``of`` is the place in ``rows`` of the one that stands."""


@dataclass(frozen=True, slots=True)
class Archive(Base):
    """Use-cases of making a world from an archive."""

    geography: Geography
    surveyor: Surveyor

    def border(self) -> tuple[Item, ...]:
        """The region's own boundary; nothing where none is loaded."""
        with self.engine.connect() as conn:
            found = layers.features(conn, region_code=self.geography.code, kinds=[BOUNDARY])
            return tuple(item for _, item in found)

    def ruler(self, actor: Actor) -> Ruler:
        """What measures fires in this world."""
        with self.engine.connect() as conn:
            region = self.geography.region(conn)
            return self.surveyor.ruler(conn, actor, region, self.clock())

    def around(self, actor: Actor, fires: Iterable[Detections]) -> list[Surroundings]:
        """What is known around each of some fires."""
        asked = [Asked(rows) for rows in fires]
        with self.engine.connect() as conn:
            region = self.geography.region(conn)
            return self.surveyor.around(conn, actor, region, asked, self.clock())

    @contextmanager
    def alone(self, key: bytes) -> Iterator[Connection]:
        """Keep others from the same archive until the block ends, or this process does.

        Raises:
            Conflict: somebody is at it.
        """
        conn = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            until = monotonic() + PATIENCE_S
            while not archive.lock(conn, key):
                if monotonic() > until:
                    raise Conflict("archive.busy")
                sleep(RETRY_S)
            yield conn
        finally:
            with suppress(DBAPIError):  # a connection that is dead holds no locks
                archive.unlock(conn)
            conn.invalidate()  # the locks are the session's
            conn.close()

    def hold(self, guard: Connection, world: World) -> None:
        """Keep batches out of the archive's world while it is made.

        Raises:
            Conflict: somebody is taking a batch in.
        """
        if not archive.hold_world(guard, world.id):
            raise Conflict("archive.world_busy", {"world": world.name})

    def release(self, guard: Connection, world: World) -> None:
        """Let batches in again."""
        archive.release_world(guard, world.id)

    def found(self, key: bytes) -> tuple[ArchiveRun, World] | None:
        """The run of these files with these options, begun or ended, and its world."""
        with self.engine.connect() as conn:
            run = archive.find(conn, key)
            world = worlds.by_id(conn, run.world_id) if run else None
        return (run, world) if run and world else None

    def begin(
        self, key: bytes, plan: bytes, names: Iterable[str], end: datetime
    ) -> tuple[ArchiveRun, World]:
        """A replay world whose clock stands at the archive's end, under the first free name.

        Raises:
            Conflict: all names are taken.
        """
        with self.engine.begin() as conn:
            now = self.clock()
            clock = WorldClock(end, now, 0.0)
            name = ""
            for name in names:
                world = worlds.add(conn, WorldKind.REPLAY, name, clock, now)
                if world is not None:
                    archive.begin(conn, world.id, key, plan, now)
                    self._tell(conn, local_operator(world), "world.open", now)
                    return ArchiveRun(world.id, key, plan, None, None), world
            raise Conflict("archive.world_taken", {"world": name}, "world")

    def written(self, world: World) -> tuple[dict[int, int], dict[int, dict[str, Any]]]:
        """Batches of the files that are in the ledger, and the parts that are stored."""
        with self.engine.connect() as conn:
            files = archive.done(conn, world.id, archive.FILE)
            parts = archive.done(conn, world.id, archive.PART)
        return {number: body["batch"] for number, body in files.items()}, parts

    def put_file(
        self, actor: Actor, number: int, taken: Taken, sha256: bytes, pieces: Iterable[bytes]
    ) -> int:
        """A file's entry in the ledger, with its body; its batch.

        Raises:
            Conflict: the body is another one than was read.
        """
        hashed = hashlib.sha256()
        with self.engine.begin() as conn:
            now = self.clock()
            archive.keep_body(conn, sha256, _hashing(pieces, hashed))
            if hashed.digest() not in (sha256, hashlib.sha256().digest()):
                raise Conflict("archive.file_changed", {"file": taken.name})
            batch = ledger.open_batch(
                conn,
                actor,
                feed=FEED,
                name=taken.name,
                sha256=sha256,
                product=taken.product,
                now=now,
            )
            told = replace(taken, batch=batch)
            ledger.settle(conn, batch, told.counts)
            at = actor.world.now(now)
            events.write(conn, actor, [Event("batch.taken", f"batch:{batch}", at, told.as_dict())])
            audit.record(conn, actor, "batch.take", f"batch:{batch}", told.counts, now=now)
            archive.note(conn, actor.world.id, archive.FILE, number, {"batch": batch}, now)
        return batch

    def put_part(self, actor: Actor, part: Part, batch_of: npt.NDArray[np.int64]) -> None:
        """Fires with all their detections; ``batch_of`` tells the batch of each file."""
        with self.engine.begin() as conn:
            detections.ensure_months(conn, part.rows["acq_at"])
        with self.engine.begin() as conn:
            now = self.clock()
            at = actor.world.now(now)
            ids = [fire_id(actor.world.name, first) for first in part.firsts]
            self._put_rows(conn, actor, part, ids, batch_of)
            states = self._placed(
                conn,
                [
                    _begun(one, measured, actor, at, now)
                    for one, measured in zip(ids, part.measured, strict=True)
                ],
            )
            fires.save(conn, actor, states)
            summaries = [(fire, summary(fire, actor.world.name, at)) for fire in states]
            fire_history.keep(conn, actor, summaries, now, tell=False)
            body = {"fires": len(states), "rows": len(part.rows)}
            archive.note(conn, actor.world.id, archive.PART, part.number, body, now)

    def end(self, actor: Actor, rows: int, account: dict[str, Any]) -> None:
        """Everything is written: tell it, once."""
        with self.engine.begin() as conn:
            now = self.clock()
            at = actor.world.now(now)
            archive.end(conn, actor.world.id, account, now)
            state = feed_states.state_of(conn, actor, FEED, FEED_KIND)
            told = replace(
                state, last_poll=at, last_data=at, last_pass=at, state="ok", rows=state.rows + rows
            )
            feed_states.changed(conn, actor, told, now)
            self._tell(conn, actor, "world.archived", now)

    def _put_rows(
        self,
        conn: Connection,
        actor: Actor,
        part: Part,
        ids: list[UUID],
        batch_of: npt.NDArray[np.int64],
    ) -> None:
        raw = np.frombuffer(b"".join(one.bytes for one in ids), "V16")
        rows, batches = part.rows, batch_of[part.rows["file"]]
        # fire after fire: neighbours on the ground go into the same page of the index
        where = self.geography.places(conn, plain(rows))
        detections.insert(
            conn, actor.world.id, batches, plain(rows), rows["key"], raw[part.fire], where
        )
        by = np.empty(len(part.gone), STANDS)
        stands = part.rows[part.gone["of"]]
        by["acq_at"], by["key"] = stands["acq_at"], stands["key"]
        by["batch_id"] = batch_of[stands["file"]]
        gone, keys = plain(part.gone), part.gone["key"]
        detections.put_aside(conn, actor.world.id, batch_of[part.gone["file"]], gone, keys, by)

    def _placed(self, conn: Connection, states: list[Fire]) -> list[Fire]:
        points = [fire.measured.point for fire in states]
        addresses = self.geography.region(conn).addresses(points)
        return [
            replace(fire, address=address.as_dict(), territories=address.territories)
            for fire, address in zip(states, addresses, strict=True)
        ]

    def _tell(self, conn: Connection, actor: Actor, action: str, now: datetime) -> None:
        at = actor.world.now(now)
        body = as_dict(actor.world, at.isoformat())
        events.write(conn, actor, [Event("world.changed", f"world:{actor.world.id}", at, body)])
        audit.record(conn, actor, action, f"world:{actor.world.id}", body, now=now)


def names_of(name: str | None, since: datetime, until: datetime) -> Iterable[str]:
    """Names for a world: the wanted one, or those that tell its years until one is free."""
    if name is not None:
        return [name]
    years = sorted({since.astimezone(UTC).year, until.astimezone(UTC).year})
    usual = "-".join(["archive", *map(str, years)])
    return (usual if n == 1 else f"{usual}-{n}" for n in range(1, MOST_NAMESAKES))


def _hashing(pieces: Iterable[bytes], hashed: Any) -> Iterator[bytes]:
    for piece in pieces:
        hashed.update(piece)
        yield piece


def _begun(fire: UUID, measured: Measured, actor: Actor, at: datetime, now: datetime) -> Fire:
    """A candidate that nobody has looked at, as its last detection left it."""
    detected = Stamp(Moment.DETECTED, measured.first_seen, SATELLITE, actor.subject, now)
    received = Stamp(Moment.RECEIVED, at, SATELLITE, actor.subject, now)
    return Fire(
        id=fire,
        version=1,
        status=CANDIDATE,
        received_at=at,
        measured=measured,
        address={},
        changed=(Coded("reason.group.new", {"count": measured.n_detections}),),
        details={"timeline": Timeline((detected, received)).as_list()},
    )
