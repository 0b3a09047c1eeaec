"""From new detections to fires: which grow, which meet, which begin; all of it explained."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
import structlog
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.address import Address
from sylvan.domain.codes import Coded
from sylvan.domain.detections import Detections, empty, plain
from sylvan.domain.edge_overrule import PeoplesEdge
from sylvan.domain.fires import CANDIDATE, Fire, Measured
from sylvan.domain.grouping import points_of
from sylvan.domain.oddities import DEFAULT as ODDITIES
from sylvan.domain.oddities import Known, remarks_on, summed_up
from sylvan.domain.surroundings import Surroundings
from sylvan.domain.timeline import Moment, Stamp, Timeline
from sylvan.services.changes import write_fires
from sylvan.services.differences import same
from sylvan.services.doubts import sure_of
from sylvan.services.edges_read import peoples_edges
from sylvan.services.exposure import Exposures
from sylvan.services.geography import Geography, Region
from sylvan.services.inheritance import inherit
from sylvan.services.legacy import Legacy
from sylvan.services.measure import Job, Ruler
from sylvan.services.measuring import Measurers
from sylvan.services.members import members, newcomers
from sylvan.services.neighbours import around
from sylvan.services.plans import Planned, Scene, planned
from sylvan.services.stored import Stored
from sylvan.services.surroundings import Asked, Surveyor, said_of
from sylvan.services.traces import span
from sylvan.services.window import Window
from sylvan.services.words import words
from sylvan.store import detections, events, fire_stamps, ledger, proposals, reports
from sylvan.store.events import Event
from sylvan.store.proposals import Proposal
from sylvan.store.reports import Report

log = structlog.get_logger()
SATELLITE: Final = "satellite"
REJECTED: Final = "rejected"


Tell = Callable[[int, int], None]
"""Hears how many fires of how many are measured: a season has ten thousand of them."""


def silent(_done: int, _of: int) -> None:
    """Nobody watches."""


Store = Callable[[npt.NDArray[Any]], None]
"""Takes the fire (16 bytes) of each new detection."""


def nowhere(_fire_ids: npt.NDArray[Any]) -> None:
    """The detections are stored already, or there are none."""


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
    remarks: tuple[Coded, ...] = ()
    """What was odd about the data, summed up over the fires."""
    lost: list[UUID] = field(default_factory=list)
    """Fires, as detections name them, that have been measured without what they lost."""
    rows: dict[UUID, Stored] = field(default_factory=dict)
    """All detections, as they will be stored, of each fire that got or lost some."""
    alike: dict[UUID, Fire] = field(default_factory=dict)
    """Those of them on which nothing changed that is measured."""

    @property
    def changed(self) -> int:
        """How many fires changed."""
        return len(self.states)


@dataclass(frozen=True, slots=True)
class Assessor:
    """The engine between storage and domain; called inside a use-case's transaction."""

    geography: Geography
    clock: Callable[[], datetime]
    surveyor: Surveyor
    measurers: Measurers
    exposures: Exposures
    window: Window = field(default_factory=Window)

    def write(
        self, conn: Connection, actor: Actor, states: list[Fire], now: datetime
    ) -> dict[UUID, fire_stamps.Stamp]:
        """Write new versions of fires, and tell what they threaten now.

        Returns the stamps of their rows.
        """
        stamps = write_fires(conn, actor, states, now)
        self.exposures.follow(conn, actor, states, now)
        return stamps

    def assess(  # noqa: PLR0913 - what comes, on what terms, and who hears of it
        self,
        conn: Connection,
        actor: Actor,
        coming: Stored,
        legacy: Legacy,
        now: datetime,
        tell: Tell = silent,
        *,
        beside: bool = False,
        store: Store = nowhere,
    ) -> Assessed:
        """What detections without a fire change; itself writes nothing.

        Args:
            conn: the transaction, holding the world's lock.
            actor: who takes the batch in, in its world.
            coming: detections to be stored, or stored and not grouped yet; their fires aside.
            legacy: the fires of earlier versions that they replace.
            now: real time.
            tell: hears how far it is.
            beside: look also for what the fires that lost something may be linked to.
            store: takes the fire of each new detection as soon as it is known, in a thread, while
                fires are measured and nobody else needs the transaction.
        """
        new = plain(coming)
        source = self.window.look(conn, actor, points_of(new))
        there = around(source, new, legacy.lost, beside=beside)
        near, known = there.rows, there.known
        asked = self._asked(conn, actor, known)
        word = words(conn, actor, known.values())
        declined = {pair for pair, status in asked.items() if status == proposals.DECLINED}
        word = replace(word, apart=word.apart | declined)
        counts, heirs = ~legacy.false, legacy.heirs(there)
        received = self._received(conn, near, known)
        register = self.surveyor.register(conn, actor, self.geography.region(conn), now)
        sure = sure_of(new[counts], there, register)
        scene = Scene(new[counts], heirs[counts], there, word, received, sure)
        with span("grouping", rows=len(new)):
            plan = planned(scene)
        heirs[counts] = plan.fire_ids  # false ones stay with the fire that they belonged to
        inherit(plan, scene, legacy, heirs)
        remarks = self._remarks(conn, actor, plan, scene, now)
        rows = members(plan, scene, coming[counts])
        jobs = self._jobs(conn, actor, plan, scene, rows, now)
        ruler = self.surveyor.ruler(conn, actor, self.geography.region(conn), now)
        with span("assessment", fires=len(jobs)), ThreadPoolExecutor(1) as meanwhile:
            stored = meanwhile.submit(store, heirs)
            done = self.measurers.measured(ruler, list(jobs.values()), lambda n: tell(n, len(jobs)))
            stored.result()
        again = dict(zip(jobs, done, strict=True))
        states = self._states(conn, actor, plan, scene, again, now)
        changed = {fire.id for fire in states}
        return Assessed(
            fire_ids=heirs,
            moved=near[plan.moved],
            moved_to=plan.moved_to,
            states=states,
            proposals=self._proposals(actor, plan, states, known, set(asked), now),
            remarks=summed_up(remarks),
            lost=legacy.lost,
            rows=rows,
            alike={
                one: fire
                for one, fire in known.items()
                if (one in rows or one in there.thinned) and one not in changed
            },
        )

    def _remarks(
        self, conn: Connection, actor: Actor, plan: Planned, scene: Scene, now: datetime
    ) -> list[Coded]:
        """What is odd about the new rows; each fire names its own among its reasons."""
        at, known = actor.world.now(now), scene.there.known
        silent = self._silent(conn, actor, scene.new)
        every: list[Coded] = []
        for fire, rows in newcomers(plan, scene).items():
            before = known.get(fire)
            was = None if before is None or not before.measured.n_detections else _known(before)
            told = remarks_on(rows, was, at, silent)
            plan.reasons[fire] = (*plan.reasons.get(fire, ()), *told)
            every += told
        return every

    def _silent(self, conn: Connection, actor: Actor, new: Detections) -> dict[int, int]:
        """Satellites of a batch that had sent nothing for days, and for how long, s."""
        silent = {}
        for satellite in np.unique(new["satellite"]).tolist():
            first = int(new["acq_at"][new["satellite"] == satellite].min())
            since = first - ODDITIES.silent_at_most_s
            last = detections.last_before(conn, actor.world.id, satellite, since, first)
            if last is None or first - last <= ODDITIES.silent_s:
                continue
            others = detections.days_between(conn, actor.world.id, last, first)
            if others >= ODDITIES.silent_days:
                silent[satellite] = first - last
        return silent

    def finish(self, conn: Connection, actor: Actor, found: Assessed, now: datetime) -> None:
        """Write what an assessment found; what the fires threaten is told behind it."""
        if found.moved is not None and found.moved_to is not None and len(found.moved):
            detections.assign(conn, actor.world.id, found.moved, found.moved_to)
        stamps = write_fires(conn, actor, found.states, now) if found.states else {}
        self.exposures.settle(conn, actor, found.states, now)
        stamps |= fire_stamps.touch(conn, actor, list(found.alike))
        self.window.keep(
            actor, stamps, found.alike | {fire.id: fire for fire in found.states}, found.rows
        )
        if found.remarks:
            told_of = [one.as_dict() for one in found.remarks]
            log.info("assess.odd_data", world=actor.world.name, remarks=told_of)
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
        region, now = self.geography.region(conn), self.clock()
        ruler = self.surveyor.ruler(conn, actor, region, now)
        rows = plain(detections.of_fires(conn, actor.world.id, fire.ids))
        told = self._told(conn, actor, [fire])
        kinds = (*told.get(fire.id, ()), *also)
        seen = fire.measured
        asked = Asked(rows, kinds, said_of(fire), seen.point, seen.first_seen)
        if not len(rows):
            asked = replace(asked, reports=fire.source_kinds)
        (near,) = self.surveyor.around(conn, actor, region, [asked], now)
        drawn = peoples_edges(conn, actor, [fire]).get(fire.id, ())
        if len(rows):
            measured = ruler.of_rows(rows, kinds, near=near, people=drawn)
        else:
            kinds = fire.source_kinds
            measured = ruler.of_report(seen.point, seen.last_seen, kinds, near, drawn)
        return self._placed(replace(fire, measured=measured), region)

    def from_report(self, conn: Connection, actor: Actor, report: Report) -> Fire:
        """A new fire that people saw first."""
        region, now = self.geography.region(conn), self.clock()
        kinds = (report.source_kind,)
        asked = Asked(empty(), kinds, (), report.point, report.observed_at)
        (near,) = self.surveyor.around(conn, actor, region, [asked], now)
        ruler = self.surveyor.ruler(conn, actor, region, now)
        measured = ruler.of_report(report.point, report.observed_at, kinds, near)
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
        today = {one: fire.id for fire in known.values() for one in fire.ids}
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
            rows = reports.of_fire(conn, actor, fire.ids)
            kinds[fire.id] = tuple(row.source_kind for row in rows)
        return kinds

    def _jobs(
        self,
        conn: Connection,
        actor: Actor,
        plan: Planned,
        scene: Scene,
        rows: Mapping[UUID, Detections],
        now: datetime,
    ) -> dict[UUID, Job]:
        """What is to be measured of every fire that has detections."""
        known, region = scene.there.known, self.geography.region(conn)
        told = self._told(conn, actor, (known[one] for one in plan.touched if one in known))
        near = self._near(conn, actor, region, rows, known, told, now)
        drawn = peoples_edges(conn, actor, known.values(), plan.taken_in)
        return {
            one: Job(mine, told.get(one, ()), near[one], drawn.get(one, ()))
            for one, mine in rows.items()
        }

    def _states(
        self,
        conn: Connection,
        actor: Actor,
        plan: Planned,
        scene: Scene,
        again: Mapping[UUID, Measured],
        now: datetime,
    ) -> list[Fire]:
        """New versions of every fire that grew, met another, or began."""
        at = actor.world.now(now)
        known = scene.there.known
        region = self.geography.region(conn)
        ruler = self.surveyor.ruler(conn, actor, region, now)
        drawn = peoples_edges(conn, actor, (known[one] for one in plan.bare), plan.taken_in)
        states = []
        for fire_id in plan.touched:
            reasons = plan.reasons.get(fire_id, ())
            before = known.get(fire_id)
            if fire_id in again:
                measured = again[fire_id]
            elif before is not None and fire_id in plan.bare:
                measured = _bare(ruler, before, drawn.get(fire_id, ()))
            else:
                continue  # who has its pixels is not known yet: its last state stays
            if before is None:
                states.append(_begun(fire_id, measured, reasons, actor, at, now))
            elif reasons or fire_id in plan.taken_in or not same(before.measured, measured):
                states.append(_grown(before, plan, known, measured, reasons))
        away = [
            _merged_away(known[one], into, plan.reasons.get(one), actor, at, now)
            for one, into in plan.merged
        ]
        return _all_placed(states, region) + away

    def _near(
        self,
        conn: Connection,
        actor: Actor,
        region: Region,
        rows: Mapping[UUID, Detections],
        known: Mapping[UUID, Fire],
        told: Mapping[UUID, tuple[str, ...]],
        now: datetime,
    ) -> dict[UUID, Surroundings]:
        """What is known around each fire that is about to be measured, for all of them at once."""
        asked = [
            Asked(seen, told.get(one, ()), said_of(known[one]) if one in known else ())
            for one, seen in rows.items()
        ]
        return dict(zip(rows, self.surveyor.around(conn, actor, region, asked, now), strict=True))

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


def _known(fire: Fire) -> Known:
    seen = fire.measured
    return Known(int(seen.first_seen.timestamp()), int(seen.last_seen.timestamp()))


def _bare(ruler: Ruler, before: Fire, people: Sequence[PeoplesEdge]) -> Measured:
    """A fire of people's that better data left without a detection: it stays where it was seen."""
    seen = before.measured
    kinds = before.source_kinds
    return ruler.of_report(seen.point, seen.last_seen, kinds, people=people)


def _all_placed(states: Sequence[Fire], region: Region) -> list[Fire]:
    """Fires with their addresses, asked for all at once."""
    addresses: list[Address] = region.addresses(
        [fire.measured.point for fire in states], [fire.measured.edge for fire in states]
    )
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
    ids = tuple(one for other in taken for one in other.ids)
    kinds = {SATELLITE, *before.source_kinds, *(k for other in taken for k in other.source_kinds)}
    return replace(
        before,
        version=before.version + 1,
        measured=measured,
        merged_ids=(*before.merged_ids, *ids),
        proposals=all_proposals([before, *taken]),
        source_kinds=tuple(sorted(kinds)),
        received_at=min([before.received_at, *(other.received_at for other in taken)]),
        changed=reasons or (Coded("reason.group.regrouped"),),
    )


def all_proposals(fires: Sequence[Fire]) -> tuple[UUID, ...]:
    """What people are asked about any of these fires, which become one."""
    return tuple(dict.fromkeys(one for fire in fires for one in fire.proposals))


def _merged_away(
    fire: Fire,
    into: UUID,
    reasons: tuple[Coded, ...] | None,
    actor: Actor,
    at: datetime,
    now: datetime,
) -> Fire:
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
        changed=reasons or fire.changed,
        details={**fire.details, "timeline": timeline.as_list()},
    )
