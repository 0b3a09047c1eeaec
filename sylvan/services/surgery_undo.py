"""Taking surgeries back: what is still as one left it becomes what it was before."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np

from sylvan.domain.codes import Coded
from sylvan.domain.fires import CANDIDATE, Fire
from sylvan.domain.grouping import points_of
from sylvan.domain.lifecycle import Status
from sylvan.domain.reports import ReportStatus
from sylvan.domain.surgery import PARTING, Kind, Mask, Rows, Surgery, label, parted, why_not_undo
from sylvan.domain.timeline import Moment
from sylvan.services import surgery_steps as steps
from sylvan.services.changes import stamped
from sylvan.services.surgery_steps import Theatre
from sylvan.store import fires, proposals, reports, surgery

Step = Callable[[Theatre, Surgery], list[Fire]]
UNDONE: Final = "surgery.undone"


def why_not(theatre: Theatre, one: Surgery) -> Coded | None:
    """Why a surgery can't be undone now; ``None`` if it can."""
    later = surgery.about(theatre.conn, theatre.actor, one.fires, in_force=True)
    told = why_not_undo(one, later)
    if told is not None or "merged" in one.body:
        return told
    if "report" in one.body:
        return _report_went_on(theatre, one)
    if one.kind in (Kind.SPLIT, Kind.UNMATCH):
        return _decided_since(theatre, one)
    return None


def _report_went_on(theatre: Theatre, one: Surgery) -> Coded | None:
    report = reports.get(theatre.conn, theatre.actor, UUID(one.body["report"]))
    if report is None or report.status != ReportStatus.QUEUED:
        return Coded("surgery.report_went_on", {"status": report.status if report else None})
    return None


def _decided_since(theatre: Theatre, one: Surgery) -> Coded | None:
    """A signal that was split off may have been registered, its source rejected."""
    known = fires.many(theatre.conn, theatre.actor, one.fires)
    source = known.get(one.fires[0])
    since = [fire for fire in map(known.get, one.fires[1:]) if fire and fire.status != CANDIDATE]
    if source and source.status in steps.ENDED and one.body.get("status") not in steps.ENDED:
        since.append(source)
    if not since:
        return None
    last = since[0]
    params = {"fire": label(last.id, last.number), "status": last.status}
    return Coded("surgery.decided_since", params)


def undone(theatre: Theatre, one: Surgery) -> tuple[Surgery, list[Fire]]:
    """Undo a surgery that nothing stands against; its new version and the fires."""
    conn, actor = theatre.conn, theatre.actor
    fires.many(conn, actor, one.fires, lock=True)  # all at once, in order of id
    if one.kind in PARTING:
        surgery.put_back(conn, actor.world.id, one.id)
    new = replace(one, version=one.version + 1, undone_at=theatre.at, undone_by=theatre.by)
    surgery.undo(conn, actor, new, theatre.note)
    states = _step_of(one)(theatre, one)
    steps.told(theatre, new, states, "surgery.undo")
    return new, states


def _step_of(one: Surgery) -> Step:
    if "merged" in one.body:
        return _unmerged
    if "report" in one.body:
        return _report_back
    return {
        Kind.SPLIT: _joined,
        Kind.UNMATCH: _joined,
        Kind.MOVE: _moved_back,
        Kind.FALSE: _counting_again,
    }[one.kind]


def _reason(theatre: Theatre, one: Surgery) -> Coded:
    return Coded(f"{UNDONE}.{one.kind}", {"by": theatre.by})


def _now(theatre: Theatre, fire_id: UUID) -> Fire:
    (fire,) = steps.locked(theatre.conn, theatre.actor, [fire_id])
    return fire


def _joined(theatre: Theatre, one: Surgery) -> list[Fire]:
    """The signals that were split off lead to their source again, with all that came to them."""
    source, *others = steps.locked(theatre.conn, theatre.actor, one.fires)
    states, _ = steps.merged(theatre, source, others, UNDONE)
    return states


def _moved_back(theatre: Theatre, one: Surgery) -> list[Fire]:
    both = steps.locked(theatre.conn, theatre.actor, one.fires)
    told = _reason(theatre, one)
    return [theatre.measured(steps.known_from(theatre, fire), told) for fire in both]


def _counting_again(theatre: Theatre, one: Surgery) -> list[Fire]:
    """Detections count again; a fire that was rejected with them stands as it stood."""
    fire = _now(theatre, one.fires[0])
    mine = fire.details.get(Status.REJECTED.value, {}).get("surgery") == str(one.id)
    if "rejected" in one.body and mine and fire.status == Status.REJECTED:
        fire = _standing_again(theatre, fire, one.body["rejected"])
    return [theatre.measured(fire, _reason(theatre, one))]


def _standing_again(theatre: Theatre, fire: Fire, before: Mapping[str, Any]) -> Fire:
    closed = before["closed_at"]
    return replace(
        stamped(fire, theatre.actor, Moment.REOPENED, theatre.at, theatre.now),
        status=before["status"],
        previous_status=fire.status,
        merged_into=None,
        closed_at=datetime.fromisoformat(closed) if closed else None,
    )


def _report_back(theatre: Theatre, one: Surgery) -> list[Fire]:
    fire = _now(theatre, one.fires[0])
    report = reports.get(theatre.conn, theatre.actor, UUID(one.body["report"]), lock=True)
    if report is not None:
        again = replace(report, status=one.body["report_status"], fire_id=fire.id)
        steps.save_report(theatre, again, "surgery.undo")
    return [theatre.measured(steps.known_from(theatre, fire), _reason(theatre, one))]


def _unmerged(theatre: Theatre, one: Surgery) -> list[Fire]:
    """Fires that were taken in stand as they stood; what came since goes where it is linked."""
    conn, actor, before = theatre.conn, theatre.actor, one.body
    known = fires.many(conn, actor, one.fires, lock=True)
    survivor = known[one.fires[0]]
    back = [known[UUID(was["id"])] for was in before["merged"]]
    gone = {fire_id for fire in back for fire_id in fire.ids}
    mine = tuple(fire_id for fire_id in survivor.merged_ids if fire_id not in gone)
    survivor = replace(
        survivor, merged_ids=mine, received_at=datetime.fromisoformat(before["received_at"])
    )
    _share_out(theatre, survivor, back, before["batch_mark"])
    for asked in before["proposals"]:
        _ask_again(theatre, UUID(asked))
    standing = [
        _standing_again(theatre, fire, was)
        for fire, was in zip(back, before["merged"], strict=True)
    ]
    told = _reason(theatre, one)
    return [
        theatre.measured(
            replace(steps.known_from(theatre, fire), proposals=steps.open_questions(theatre, fire)),
            told,
        )
        for fire in (survivor, *standing)
    ]


def _ask_again(theatre: Theatre, proposal_id: UUID) -> None:
    asked = proposals.get(theatre.conn, theatre.actor, proposal_id)
    if asked is not None and asked.status in (proposals.ACCEPTED, proposals.OBSOLETE):
        steps.answer_proposal(theatre, asked, proposals.OPEN)


def _share_out(theatre: Theatre, survivor: Fire, back: list[Fire], batch_mark: int) -> None:
    """Give what came after a merge to the fire that it is linked to.

    Better versions of what was there before stay where the earlier ones were.
    """
    rows = steps.counting(theatre, survivor)
    late = _came_since(theatre, survivor, rows, batch_mark)
    if not late.any():
        return
    groups = [(survivor.id, points_of(rows[~late]))]
    groups += [(fire.id, points_of(steps.counting(theatre, fire))) for fire in back]
    owner = parted(groups, points_of(rows[late]))
    ids = [fire for fire, _ in groups]
    goes = owner > 0
    steps.given(theatre, rows[late][goes], [ids[k] for k in owner[goes].tolist()])


def _came_since(theatre: Theatre, survivor: Fire, rows: Rows, batch_mark: int) -> Mask:
    own = np.void(survivor.id.bytes)
    late = (rows["fire_id"] == own) & (rows["batch_id"] > batch_mark)
    if late.any():
        world = theatre.actor.world.id
        late &= ~np.isin(rows["key"], surgery.heirs(theatre.conn, world, rows["key"], batch_mark))
    return np.asarray(late, bool)
