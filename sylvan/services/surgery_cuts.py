"""What each kind of surgery does to the fires and detections that it is asked about."""

from dataclasses import replace
from uuid import UUID

import numpy as np
import numpy.typing as npt
from uuid_utils.compat import uuid7

from sylvan.domain import lifecycle
from sylvan.domain import reports as report_rules
from sylvan.domain.codes import Coded, Conflict, Invalid, NotFound, Scalar
from sylvan.domain.fires import Fire
from sylvan.domain.lifecycle import Context, RejectReason, Status
from sylvan.domain.reports import ReportStatus
from sylvan.domain.selection import Choice, chosen
from sylvan.domain.surgery import Held, Kind, Mask, Rows, Surgery, label
from sylvan.domain.timeline import Moment
from sylvan.services import surgery_steps as steps
from sylvan.services.changes import stamped
from sylvan.services.fires import found
from sylvan.services.surgery_steps import Theatre
from sylvan.store import reports, surgery

Done = tuple[Surgery, list[Fire]]
"""What was written: the surgery, and the fires as they stand after it."""


def other(theatre: Theatre, fire: Fire, other_id: UUID, field: str) -> Fire:
    """The second fire of a surgery."""
    second = found(theatre.conn, theatre.actor, other_id, lock=True)
    if second.id == fire.id:
        raise Invalid("surgery.same_fire", {"fire": label(fire.id, fire.number)}, field)
    return second


def merged(theatre: Theatre, survivor: Fire, other: Fire, kind: Kind = Kind.MERGE) -> Done:
    """One fire takes in another; a move of all that a fire had ends in the same."""
    if survivor.status in steps.ENDED:
        params = {"fire": label(survivor.id, survivor.number), "status": survivor.status}
        raise Conflict("surgery.target_ended", params)
    n = other.measured.n_detections
    states, before = steps.merged(theatre, survivor, [other], f"surgery.{kind}")
    return steps.recorded(theatre, kind, states, before, pixels=n), states


def pointed_at(theatre: Theatre, fire: Fire, choice: Choice) -> tuple[Rows, Mask]:
    """A fire's detections, and which of them are meant."""
    rows = steps.counting(theatre, fire)
    marked = surgery.false_of(theatre.conn, theatre.actor.world.id, fire.ids)
    return rows, chosen(rows, marked, choice)


def leave_something(mask: Mask, choice: Choice) -> None:
    """Refuse to take all that a fire has: it would be a fire of nothing."""
    if mask.all():
        raise Invalid("surgery.nothing_left", {"count": len(mask)}, choice.field)


def parted(
    theatre: Theatre, kind: Kind, fire: Fire, rows: Rows, labels: npt.NDArray[np.int64]
) -> Done:
    """A new signal of each group of detections; all are kept apart from the fire."""
    names, which, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    fresh = [uuid7() for _ in names]
    into = [fresh[k] for k in which.tolist()]
    steps.given(theatre, rows, into)
    steps.said(theatre, Held.HELD, rows, into)
    was, by = label(fire.id, fire.number), theatre.by
    born = [
        steps.begun(
            theatre, fire, one, Coded(f"surgery.{kind}.from", {"count": n, "fire": was, "by": by})
        )
        for one, n in zip(fresh, sizes.tolist(), strict=True)
    ]
    told = Coded(f"surgery.{kind}.lost", {"count": len(rows), "by": by})
    states = [theatre.measured(steps.known_from(theatre, fire), told), *born]
    before = {"status": fire.status}
    return steps.recorded(theatre, kind, states, before, pixels=len(rows)), states


def moved(theatre: Theatre, fire: Fire, target: Fire, rows: Rows) -> Done:
    """Detections go over to another fire, both stay."""
    steps.given(theatre, rows, [target.id] * len(rows))
    steps.said(theatre, Held.HELD, rows, [target.id] * len(rows))
    n, by = len(rows), theatre.by
    to, out_of = label(target.id, target.number), label(fire.id, fire.number)
    states = [
        theatre.measured(fire, Coded("surgery.move.out", {"count": n, "fire": to, "by": by})),
        theatre.measured(
            steps.known_from(theatre, target),
            Coded("surgery.move.in", {"count": n, "fire": out_of, "by": by}),
        ),
    ]
    return steps.recorded(theatre, Kind.MOVE, states, pixels=n), states


def marked(theatre: Theatre, fire: Fire, rows: Rows, *, nothing_left: bool) -> Done:
    """Detections count for nothing; a fire of nothing else is rejected, unless people saw it."""
    steps.said(theatre, Held.FALSE, rows, [UUID(bytes=bytes(raw)) for raw in rows["fire_id"]])
    params: dict[str, Scalar] = {"count": len(rows), "by": theatre.by}
    reasons, before = [Coded("surgery.false.marked", params)], {}
    if nothing_left and _may_be_rejected(theatre, fire):
        before = {"rejected": steps.as_it_was(fire)}
        reasons.append(Coded("surgery.false.rejected", {"by": theatre.by}))
        fire = _rejected(theatre, fire)
    elif nothing_left and fire.status not in steps.ENDED:
        reasons.append(Coded("surgery.false.kept", {"status": fire.status}))
    states = [theatre.measured(fire, *reasons)]
    return steps.recorded(theatre, Kind.FALSE, states, before, pixels=len(rows)), states


def _may_be_rejected(theatre: Theatre, fire: Fire) -> bool:
    ways = lifecycle.ways_on(Status(fire.status), lifecycle.STEPS)
    return Status.REJECTED in {way.target for way in ways} and not steps.reported(theatre, fire)


def _rejected(theatre: Theatre, fire: Fire) -> Fire:
    """The fire as somebody rejects it because nothing real is left of it."""
    facts = {
        "reject_reason": RejectReason.NOT_FOUND.value,
        "note": theatre.note,
        "surgery": str(theatre.surgery),
    }
    context = Context(theatre.at)
    lifecycle.fire_step(Status(fire.status), Status.REJECTED, facts, theatre.actor, context)
    return replace(
        stamped(fire, theatre.actor, Moment.REJECTED, theatre.at, theatre.now),
        status=Status.REJECTED.value,
        previous_status=fire.status,
        closed_at=theatre.at,
        details={**fire.details, Status.REJECTED.value: facts},
    )


def report_off(theatre: Theatre, fire: Fire, report_id: UUID) -> Done:
    """A report goes back into the queue."""
    report = reports.get(theatre.conn, theatre.actor, report_id, lock=True)
    if report is None:
        raise NotFound("problem.report_unknown", {"id": str(report_id)})
    if report.fire_id not in fire.ids:
        raise Invalid("surgery.report_elsewhere", {}, "report")
    stood = ReportStatus(report.status)
    if ReportStatus.QUEUED not in report_rules.report_ways(stood):
        params = {"from": report.status, "to": ReportStatus.QUEUED.value}
        raise Conflict("report.no_such_step", params)
    facts = {"reopen_reason": theatre.note or str(Kind.UNMATCH)}
    report_rules.report_step(stood, ReportStatus.QUEUED, facts, theatre.actor, theatre.at)
    queued = replace(report, status=ReportStatus.QUEUED.value, fire_id=None)
    steps.save_report(theatre, queued, "surgery.unmatch")
    if not len(steps.counting(theatre, fire)) and not steps.reported(theatre, fire):
        raise Invalid("surgery.nothing_left", {"count": 1}, "report")
    told = Coded("surgery.unmatch.report", {"source_kind": report.source_kind, "by": theatre.by})
    states = [theatre.measured(steps.known_from(theatre, fire), told)]
    before = {"report": str(report.id), "report_status": report.status}
    return steps.recorded(theatre, Kind.UNMATCH, states, before), states
