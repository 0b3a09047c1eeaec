"""The steps that surgeries are made of; each runs inside a use-case's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain import lifecycle
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.fires import CANDIDATE, Fire
from sylvan.domain.lifecycle import Context, Status
from sylvan.domain.surgery import Held, Kind, Rows, Surgery, label
from sylvan.domain.timeline import Moment, Stamp, Timeline
from sylvan.services.assess import SATELLITE, Assessor, all_proposals
from sylvan.services.changes import audit_fire, stamped
from sylvan.services.fires import found
from sylvan.store import audit, detections, events, fires, proposals, reports, surgery
from sylvan.store.events import Event
from sylvan.store.proposals import Proposal
from sylvan.store.reports import Report

ENDED: Final = frozenset({Status.REJECTED, Status.TRANSFERRED})
"""Statuses in which a fire takes in no other: what joined it would be out of sight."""


@dataclass(frozen=True, slots=True)
class Theatre:
    """Where one surgery is done: a transaction, who does it, when, and what for."""

    conn: Connection
    actor: Actor
    assessor: Assessor
    now: datetime
    note: str = ""
    surgery: UUID = field(default_factory=uuid7)
    """The id that the surgery gets."""

    @property
    def at(self) -> datetime:
        """The world's now."""
        return self.actor.world.now(self.now)

    @property
    def by(self) -> str:
        """Who does it."""
        return self.actor.subject

    def measured(self, fire: Fire, *reasons: Coded) -> Fire:
        """The next version of a fire, measured again from all that counts of it now."""
        grown = replace(fire, version=fire.version + 1, changed=reasons)
        return self.assessor.remeasured(self.conn, self.actor, grown)


def locked(conn: Connection, actor: Actor, ids: Iterable[UUID]) -> list[Fire]:
    """Fires as they are today, locked in order of id, in the order asked, each once."""
    roots = [fires.resolve(conn, actor, one) for one in ids]
    got = {one: found(conn, actor, one, lock=True) for one in sorted(set(roots))}
    return list({got[one].id: got[one] for one in roots}.values())


def counting(theatre: Theatre, fire: Fire) -> Rows:
    """A fire's detections, without those marked false."""
    return detections.of_fires(theatre.conn, theatre.actor.world.id, fire.ids)


def given(theatre: Theatre, rows: Rows, into: Sequence[UUID]) -> None:
    """Write to which fires detections belong from now on."""
    raw = np.array([np.void(one.bytes) for one in into], "V16")
    detections.assign(theatre.conn, theatre.actor.world.id, rows, raw)


def begun(theatre: Theatre, source: Fire, fire_id: UUID, reason: Coded) -> Fire:
    """A signal of its own out of another fire: it came when that one came, its clock is new."""
    fire = Fire(
        id=fire_id,
        version=0,
        status=CANDIDATE,
        received_at=source.received_at,
        measured=source.measured,
        address={},
    )
    fire = theatre.measured(fire, reason)
    moments = {Moment.DETECTED: fire.measured.first_seen, Moment.RECEIVED: fire.received_at}
    lines = (Stamp(m, at, SATELLITE, theatre.by, theatre.now) for m, at in moments.items())
    return replace(fire, details={"timeline": Timeline(tuple(lines)).as_list()})


def merged(
    theatre: Theatre, survivor: Fire, others: Sequence[Fire], why: str = "surgery.merge"
) -> tuple[list[Fire], dict[str, Any]]:
    """The survivor takes in the others, whose ids lead to it; and what was before.

    ``why`` begins the codes of the reasons that the fires tell.

    Raises:
        Conflict: one of them stands in a status that no merge leads out of.
    """
    conn, actor = theatre.conn, theatre.actor
    gone = [_absorbed(theatre, survivor, other, why) for other in others]
    taken = tuple(one for other in others for one in other.ids)
    whole = replace(
        survivor,
        merged_ids=(*survivor.merged_ids, *taken),
        proposals=all_proposals([survivor, *others]),
        source_kinds=_kinds([survivor, *others]),
        received_at=min(fire.received_at for fire in (survivor, *others)),
    )
    settled = _settled(theatre, whole)
    whole = replace(whole, proposals=tuple(p for p in whole.proposals if p not in settled))
    told = [
        Coded(f"{why}.took_in", {"fire": label(other.id, other.number), "by": theatre.by})
        for other in others
    ]
    before = {
        "merged": [as_it_was(other) for other in others],
        "received_at": survivor.received_at.isoformat(),
        "batch_mark": surgery.batch_mark(conn, actor.world.id),
        "proposals": [str(one) for one in settled],
    }
    return [theatre.measured(whole, *told), *gone], before


def as_it_was(fire: Fire) -> dict[str, Any]:
    """How a fire stood, so that it can stand so again."""
    return {
        "id": str(fire.id),
        "status": fire.status,
        "previous_status": fire.previous_status,
        "closed_at": fire.closed_at.isoformat() if fire.closed_at else None,
    }


def _kinds(fires_: Sequence[Fire]) -> tuple[str, ...]:
    return tuple(sorted({kind for fire in fires_ for kind in fire.source_kinds}))


def _absorbed(theatre: Theatre, survivor: Fire, other: Fire, why: str) -> Fire:
    facts = {"merged_into": str(survivor.id)}
    context = Context(theatre.at, None)
    lifecycle.fire_step(Status(other.status), Status.MERGED, facts, theatre.actor, context)
    params = {"fire": label(survivor.id, survivor.number), "by": theatre.by}
    return replace(
        stamped(other, theatre.actor, Moment.MERGED, theatre.at, theatre.now),
        version=other.version + 1,
        status=Status.MERGED.value,
        previous_status=other.status,
        merged_into=survivor.id,
        closed_at=theatre.at,
        changed=(Coded(f"{why}.into", params),),
    )


def _settled(theatre: Theatre, whole: Fire) -> list[UUID]:
    """Questions that a merge has answered are closed."""
    mine = set(whole.ids)
    about = proposals.about(theatre.conn, theatre.actor, mine)
    asked = [p for p in about if p.status == proposals.OPEN and mine.issuperset(p.fire_ids)]
    for one in asked:
        answer_proposal(theatre, one, proposals.OBSOLETE)
    return [one.id for one in asked]


def answer_proposal(theatre: Theatre, proposal: Proposal, status: str) -> Proposal:
    """A proposal's next version, written and told."""
    reopened = status == proposals.OPEN
    decided = replace(
        proposal,
        version=proposal.version + 1,
        status=status,
        decided_at=None if reopened else theatre.at,
        decided_by=None if reopened else theatre.by,
    )
    proposals.decide(theatre.conn, theatre.actor, decided)
    body, places = decided.as_dict(), decided.territories
    told = Event("proposal.changed", str(decided.id), theatre.at, body, places)
    events.write(theatre.conn, theatre.actor, [told])
    return decided


def open_questions(theatre: Theatre, fire: Fire) -> tuple[UUID, ...]:
    """Proposals about a fire that wait for an answer."""
    about = proposals.about(theatre.conn, theatre.actor, set(fire.ids))
    return tuple(one.id for one in about if one.status == proposals.OPEN)


def reported(theatre: Theatre, fire: Fire) -> tuple[str, ...]:
    """What kinds of people or sensors have reported the fire."""
    rows = reports.of_fire(theatre.conn, theatre.actor, fire.ids)
    return tuple(sorted({row.source_kind for row in rows}))


def known_from(theatre: Theatre, fire: Fire) -> Fire:
    """A fire with the kinds of sources that it has now, after some came or left."""
    seen = {SATELLITE} if len(counting(theatre, fire)) else set()
    kinds = tuple(sorted(seen.union(reported(theatre, fire))))
    return replace(fire, source_kinds=kinds or fire.source_kinds)


def save_report(theatre: Theatre, report: Report, action: str) -> None:
    """A report's next version, written, told and audited."""
    new = replace(report, version=report.version + 1)
    reports.save(theatre.conn, theatre.actor, new)
    body = new.as_dict(theatre.actor.world.name)
    event = Event("report.changed", str(new.id), theatre.at, body, new.territories, new.point)
    events.write(theatre.conn, theatre.actor, [event])
    changes = {"status": new.status, "fire_id": str(new.fire_id) if new.fire_id else None}
    subject, now = str(new.id), theatre.now
    audit.record(
        theatre.conn, theatre.actor, action, subject, changes, now=now, version=new.version
    )


def recorded(
    theatre: Theatre,
    kind: Kind,
    states: Sequence[Fire],
    body: dict[str, Any] | None = None,
    *,
    pixels: int = 0,
) -> Surgery:
    """Write a surgery: its row, the fires (the one that stays first), events, audit."""
    conn, actor = theatre.conn, theatre.actor
    one = Surgery(
        id=theatre.surgery,
        version=1,
        kind=kind,
        at=theatre.at,
        actor=theatre.by,
        note=theatre.note,
        fires=tuple(fire.id for fire in states),
        detections=pixels,
        body=body or {},
        territories=tuple(sorted({code for fire in states for code in fire.territories})),
    )
    surgery.add(conn, actor, one, theatre.now)
    told(theatre, one, states, f"surgery.{kind}")
    return one


def told(theatre: Theatre, one: Surgery, states: Sequence[Fire], action: str) -> None:
    """Write the fires that a surgery changed, and who did it."""
    conn, actor, now = theatre.conn, theatre.actor, theatre.now
    theatre.assessor.write(conn, actor, list(states), now)
    changes = {"surgery": str(one.id), "note": theatre.note, "detections": one.detections}
    for fire in states:
        audit_fire(conn, actor, action, fire, {**changes, "status": fire.status}, now)
    whole = {"fires": [str(fire.id) for fire in states], **changes}
    audit.record(conn, actor, action, str(one.id), whole, now=now, version=one.version)


def said(theatre: Theatre, verdict: Held, rows: Rows, into: Sequence[UUID]) -> None:
    """Keep what the surgery says of detections, and the fires that they have after it."""
    surgery.keep_verdicts(theatre.conn, theatre.actor, theatre.surgery, verdict, rows, into)


def answer(one: Surgery, states: Sequence[Fire]) -> dict[str, Any]:
    """What a surgery answers."""
    return {
        "surgery": str(one.id),
        "kind": str(one.kind),
        "fires": [
            {"id": str(fire.id), "version": fire.version, "status": fire.status} for fire in states
        ],
    }
