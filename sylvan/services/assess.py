"""From new detections to fires: which grow, which meet, which begin; all of it explained."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.address import Address
from sylvan.domain.codes import Coded
from sylvan.domain.detections import DETECTION, Detections
from sylvan.domain.fires import CANDIDATE, Fire, Measured
from sylvan.domain.timeline import Moment, Stamp, Timeline
from sylvan.services.changes import write_fires
from sylvan.services.geography import Geography, Region
from sylvan.services.neighbours import Stored, around, distinct
from sylvan.services.plans import Planned, Scene, planned
from sylvan.services.words import words
from sylvan.store import detections, events, ledger, proposals, reports, surgery
from sylvan.store.events import Event
from sylvan.store.proposals import Proposal
from sylvan.store.reports import Report

COLUMNS: Final = list(DETECTION.names or ())
SATELLITE: Final = "satellite"
REJECTED: Final = "rejected"


Tell = Callable[[int, int], None]
"""Hears how many fires of how many are measured: a season has ten thousand of them."""
TELL_EVERY: Final = 200


def silent(_done: int, _of: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Legacy:
    """What new detections have from the earlier versions of their pixels."""

    heirs: npt.NDArray[Any]
    """For each new detection the 16-byte fire of a row that it replaces, or ``NO_FIRE``."""
    lost: list[UUID]
    """All fires that lost detections to better versions."""
    false: npt.NDArray[np.bool_]
    """New detections whose earlier version people marked false: stored, and left out."""

    @classmethod
    def none(cls, n: int) -> "Legacy":
        """Of ``n`` detections that replace nothing."""
        return cls(np.full(n, np.void(detections.NO_FIRE)), [], np.zeros(n, bool))


@dataclass(slots=True)
class Assessed:
    """What an assessment found, ready to be written beside the detections."""

    fire_ids: npt.NDArray[Any] | None = None
    """The fire of each new detection (n × V16); None where it could not be told yet."""
    moved: Stored | None = None
    """Stored detections that get another fire than they had."""
    moved_to: npt.NDArray[Any] | None = None
    states: list[Fire] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many fires changed."""
        return len(self.states)


@dataclass(frozen=True, slots=True)
class Assessor:
    """The engine between storage and domain; called inside a use-case's transaction."""

    geography: Geography
    clock: Callable[[], datetime]

    def assess(
        self,
        conn: Connection,
        actor: Actor,
        new: Detections,
        legacy: Legacy,
        now: datetime,
        tell: Tell = silent,
    ) -> Assessed:
        """What detections without a fire change; writes nothing.

        Args:
            conn: the transaction, holding the world's lock.
            actor: who takes the batch in, in its world.
            new: detections to be stored, or stored and not grouped yet.
            legacy: the fires of earlier versions that they replace.
            now: real time.
            tell: hears how far it is.
        """
        there = around(conn, actor, new, legacy.lost)
        near, known = there.rows, there.known
        asked = self._asked(conn, actor, known)
        word = words(conn, actor, known.values())
        declined = {pair for pair, status in asked.items() if status == proposals.DECLINED}
        word = replace(word, apart=word.apart | declined)
        counts = ~legacy.false
        received = self._received(conn, near, known)
        scene = Scene(new[counts], legacy.heirs[counts], there, word, received)
        plan = planned(scene)
        states = self._states(conn, actor, plan, scene, now, tell)
        return Assessed(
            fire_ids=_with_false(plan.fire_ids, legacy),
            moved=near[plan.moved],
            moved_to=plan.moved_to,
            states=states,
            proposals=self._proposals(actor, plan, states, known, set(asked), now),
        )

    def finish(self, conn: Connection, actor: Actor, found: Assessed, now: datetime) -> None:
        """Write what an assessment found."""
        if found.moved is not None and found.moved_to is not None and len(found.moved):
            detections.assign(conn, actor.world.id, found.moved, found.moved_to)
        if found.states:
            write_fires(conn, actor, found.states, now)
        at = actor.world.now(now)
        for proposal in found.proposals:
            proposals.add(conn, actor, proposal)
        told = [
            Event("proposal.changed", str(one.id), at, one.as_dict(), one.territories)
            for one in found.proposals
        ]
        events.write(conn, actor, told)

    def remeasured(
        self, conn: Connection, actor: Actor, fire: Fire, also: tuple[str, ...] = ()
    ) -> Fire:
        """A fire measured again from all that is stored of it (after a merge, a report).

        ``also`` are source kinds of reports that this transaction is about to attach.
        """
        region = self.geography.region(conn)
        rows = detections.of_fires(conn, actor.world.id, [fire.id, *fire.merged_ids])[COLUMNS]
        told = self._told(conn, actor, [fire])
        kinds = (*told.get(fire.id, ()), *also)
        if len(rows):
            measured = region.ruler.of_rows(rows.astype(DETECTION), kinds)
        else:
            seen = fire.measured
            measured = region.ruler.of_report(seen.point, seen.last_seen, fire.source_kinds)
        return self._placed(replace(fire, measured=measured), region)

    def from_report(self, conn: Connection, report: Report) -> Fire:
        """A new fire that people saw first."""
        region = self.geography.region(conn)
        kinds = (report.source_kind,)
        measured = region.ruler.of_report(report.point, report.observed_at, kinds)
        fire = Fire(
            id=uuid7(),
            version=1,
            status=CANDIDATE,
            received_at=report.received_at,
            measured=measured,
            address={},
            source_kinds=kinds,
            changed=(Coded("fire.from_report", {"source_kind": report.source_kind}),),
        )
        return self._placed(fire, region)

    def _asked(
        self, conn: Connection, actor: Actor, known: dict[UUID, Fire]
    ) -> dict[frozenset[UUID], str]:
        """Pairs of today's fires that people were asked about, and the newest answer."""
        today = {one: fire.id for fire in known.values() for one in (fire.id, *fire.merged_ids)}
        pairs = {}
        for proposal in proposals.about(conn, actor, set(today)) if today else ():
            pair = frozenset(today.get(one, one) for one in proposal.fire_ids)
            if proposal.status != proposals.ACCEPTED and len(pair) > 1:
                pairs[pair] = proposal.status
        return pairs

    def _received(
        self, conn: Connection, near: Stored, known: dict[UUID, Fire]
    ) -> npt.NDArray[np.float64]:
        """When stored detections came; asked only where people have rejected a fire."""
        if not any(fire.status == REJECTED for fire in known.values()):
            return np.zeros(len(near))
        batches, place = np.unique(near["batch_id"], return_inverse=True)
        came = ledger.received(conn, batches.tolist())
        moments = [came[one].timestamp() if one in came else 0.0 for one in batches.tolist()]
        return np.array(moments, np.float64)[place]

    def _told(
        self, conn: Connection, actor: Actor, of: Iterable[Fire]
    ) -> dict[UUID, tuple[str, ...]]:
        """Source kinds of the reports attached to each fire."""
        kinds: dict[UUID, tuple[str, ...]] = {}
        for fire in of:
            if set(fire.source_kinds) == {SATELLITE}:
                continue  # saves a query for each of a thousand fires nobody has reported
            rows = reports.of_fire(conn, actor, [fire.id, *fire.merged_ids])
            kinds[fire.id] = tuple(row.source_kind for row in rows)
        return kinds

    def _states(
        self,
        conn: Connection,
        actor: Actor,
        plan: Planned,
        scene: Scene,
        now: datetime,
        tell: Tell,
    ) -> list[Fire]:
        """New versions of every fire that grew, met another, or began."""
        at = actor.world.now(now)
        known = scene.there.known
        region = self.geography.region(conn)
        rows = _members(plan, scene)
        told = self._told(conn, actor, (known[one] for one in plan.touched if one in known))
        states = []
        for place, fire_id in enumerate(plan.touched):
            if place % TELL_EVERY == 0:
                tell(place, len(plan.touched))
            if fire_id not in rows:
                continue  # all its detections went to other fires: its last state stays
            reasons = plan.reasons.get(fire_id, ())
            measured = region.ruler.of_rows(rows[fire_id], told.get(fire_id, ()))
            before = known.get(fire_id)
            if before is None:
                states.append(_begun(fire_id, measured, reasons, actor, at, now))
            else:
                states.append(_grown(before, plan, known, measured, reasons))
        away = [_merged_away(known[one], into, actor, at, now) for one, into in plan.merged]
        return _all_placed(states, region) + away

    def _placed(self, fire: Fire, region: Region) -> Fire:
        return _all_placed([fire], region)[0]

    def _proposals(
        self,
        actor: Actor,
        plan: Planned,
        states: list[Fire],
        known: dict[UUID, Fire],
        asked: set[frozenset[UUID]],
        now: datetime,
    ) -> list[Proposal]:
        """Proposals that nobody has been asked yet; the fires concerned name them."""
        at = actor.world.now(now)
        made = []
        by_id = {fire.id: place for place, fire in enumerate(states)}
        for ids, reason in plan.proposals:
            if frozenset(ids) in asked:
                continue
            involved = [states[by_id[one]] if one in by_id else known[one] for one in ids]
            places = tuple(dict.fromkeys(code for fire in involved for code in fire.territories))
            proposal = Proposal(uuid7(), 1, "merge", ids, places, reason, proposals.OPEN, at)
            made.append(proposal)
            for fire in involved:
                named = replace(fire, proposals=(*fire.proposals, proposal.id))
                if fire.id in by_id:
                    states[by_id[fire.id]] = named
                else:
                    by_id[fire.id] = len(states)
                    states.append(replace(named, version=fire.version + 1))
        return made


def legacy_of(
    conn: Connection, actor: Actor, batch_ids: npt.NDArray[Any], keys: npt.NDArray[Any]
) -> Legacy:
    """What stored or to be stored detections (their batches and keys) inherit."""
    found = Legacy.none(len(keys))
    batches = np.unique(batch_ids).tolist()
    rows = detections.inherited(conn, actor.world.id, batches, keys.tolist())
    if not len(rows):
        return found
    fire_of = dict(
        zip(
            zip(rows["by_batch_id"].tolist(), rows["by_key"].tolist(), strict=True),
            rows["fire_id"],
            strict=True,
        )
    )
    for place in np.flatnonzero(np.isin(keys, rows["by_key"])):
        fire = fire_of.get((int(batch_ids[place]), int(keys[place])))
        if fire is not None:
            found.heirs[place] = fire
    marked = surgery.marked_false(conn, actor.world.id, keys)
    false = np.isin(keys, marked) & (found.heirs != np.void(detections.NO_FIRE))
    return Legacy(found.heirs, distinct(rows["fire_id"]), false)


def _with_false(fire_ids: npt.NDArray[Any], legacy: Legacy) -> npt.NDArray[Any]:
    """The fires of all new detections: false ones stay with the fire that they belonged to."""
    every = legacy.heirs.copy()
    every[~legacy.false] = fire_ids
    return every


def _members(plan: Planned, scene: Scene) -> dict[UUID, Detections]:
    """All detections of each touched fire: the stored ones and the new ones."""
    there, into = scene.there, dict(plan.merged)
    number = {fire: k for k, fire in enumerate(plan.touched)}
    today = [number.get(into.get(fire, fire), -1) for fire in there.ids]
    owner = np.concatenate([np.array(today, np.int64)[there.fire], np.empty(len(scene.new), int)])
    late = np.concatenate([plan.moved, len(there.rows) + np.arange(len(scene.new))])
    raw, which = np.unique(np.concatenate([plan.moved_to, plan.fire_ids]), return_inverse=True)
    named = (there.roots.get(bytes(one)) or UUID(bytes=bytes(one)) for one in raw)
    owner[late] = np.array([number[into.get(fire, fire)] for fire in named], np.int64)[which]
    order = np.argsort(owner, kind="stable")
    ends = np.searchsorted(owner[order], np.arange(len(number) + 1))
    rows = np.concatenate([there.rows[COLUMNS].astype(DETECTION), scene.new])
    pieces = ((fire, order[ends[k] : ends[k + 1]]) for fire, k in number.items())
    return {fire: rows[piece] for fire, piece in pieces if len(piece)}


def _all_placed(states: Sequence[Fire], region: Region) -> list[Fire]:
    """Fires with their addresses, asked for all at once."""
    addresses: list[Address] = region.addresses([fire.measured.point for fire in states])
    return [
        replace(fire, address=address.as_dict(), territories=address.territories)
        for fire, address in zip(states, addresses, strict=True)
    ]


def _stamp(moment: Moment, at: datetime, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    return Timeline((Stamp(moment, at, SATELLITE, actor.subject, now),)).as_list()


def _begun(
    fire_id: UUID,
    measured: Measured,
    reasons: tuple[Coded, ...],
    actor: Actor,
    at: datetime,
    now: datetime,
) -> Fire:
    """A fire that begins with this batch; its clock runs from now."""
    detected = Stamp(Moment.DETECTED, measured.first_seen, SATELLITE, actor.subject, now)
    received = Stamp(Moment.RECEIVED, at, SATELLITE, actor.subject, now)
    return Fire(
        id=fire_id,
        version=1,
        status=CANDIDATE,
        received_at=at,
        measured=measured,
        address={},
        changed=reasons,
        details={"timeline": Timeline((detected, received)).as_list()},
    )


def _grown(
    before: Fire,
    plan: Planned,
    known: dict[UUID, Fire],
    measured: Measured,
    reasons: tuple[Coded, ...],
) -> Fire:
    """A known fire after this batch, with those that it took in."""
    taken = [known[one] for one in plan.taken_in.get(before.id, ()) if one in known]
    ids = tuple(one for other in taken for one in (other.id, *other.merged_ids))
    kinds = {SATELLITE, *before.source_kinds, *(k for other in taken for k in other.source_kinds)}
    return replace(
        before,
        version=before.version + 1,
        measured=measured,
        merged_ids=(*before.merged_ids, *ids),
        proposals=all_proposals([before, *taken]),
        source_kinds=tuple(sorted(kinds)),
        received_at=min([before.received_at, *(other.received_at for other in taken)]),
        changed=reasons,
    )


def all_proposals(fires: Sequence[Fire]) -> tuple[UUID, ...]:
    """What people are asked about any of these fires, which become one."""
    return tuple(dict.fromkeys(one for fire in fires for one in fire.proposals))


def _merged_away(fire: Fire, into: UUID, actor: Actor, at: datetime, now: datetime) -> Fire:
    """A candidate whose id leads to another fire from now on."""
    line = Stamp(Moment.MERGED, at, SATELLITE, actor.subject, now)
    timeline = Timeline.from_list(fire.details.get("timeline", [])).with_stamp(line)
    return replace(
        fire,
        version=fire.version + 1,
        status="merged",
        previous_status=fire.status,
        merged_into=into,
        closed_at=at,
        details={**fire.details, "timeline": timeline.as_list()},
    )
