"""People's corrections: what is one fire and what is not, and taking that back."""

from uuid import UUID

from fastapi import APIRouter

from sylvan.domain.codes import Invalid
from sylvan.services.surgery import Asked
from sylvan.web import schemas_surgery as schemas
from sylvan.web.answers import Json
from sylvan.web.deps import ActorDep, Change, ChangeDep, HouseDep
from sylvan.web.strict import StrictRoute

router = APIRouter(tags=["surgery"], route_class=StrictRoute)


def _asked(note: str, change: Change) -> Asked:
    return Asked(note, change.version, change.key)


@router.post(
    "/fires/{fire_id}/merge",
    summary="Two fires are one",
    description="The registered one, else the elder, takes in the other, whose id leads to it.",
)
def merge(
    house: HouseDep, actor: ActorDep, fire_id: UUID, body: schemas.Merge, change: ChangeDep
) -> schemas.Cut:
    told = house.surgeries.merge(actor, fire_id, body.other, _asked(body.note, change))
    return schemas.Cut(**told)


@router.post(
    "/fires/{fire_id}/split",
    summary="Some detections are a fire of their own",
    description="It begins as a signal; the engine keeps the two apart from now on.",
)
def split(
    house: HouseDep, actor: ActorDep, fire_id: UUID, body: schemas.Pointed, change: ChangeDep
) -> schemas.Cut:
    told = house.surgeries.split(actor, fire_id, body.choice(), _asked(body.note, change))
    return schemas.Cut(**told)


@router.post(
    "/fires/{fire_id}/move",
    summary="Some detections belong to another fire",
    description="A fire that is left without any is merged into the other one.",
)
def move(
    house: HouseDep, actor: ActorDep, fire_id: UUID, body: schemas.Move, change: ChangeDep
) -> schemas.Cut:
    asked = _asked(body.note, change)
    return schemas.Cut(**house.surgeries.move(actor, fire_id, body.to, body.choice(), asked))


@router.post(
    "/fires/{fire_id}/unmatch",
    summary="Some detections, or a report, are not this fire",
    description=(
        "Each group of linked detections becomes a signal of its own, kept apart from this fire;"
        " a report goes back into the queue."
    ),
)
def unmatch(
    house: HouseDep, actor: ActorDep, fire_id: UUID, body: schemas.Unmatch, change: ChangeDep
) -> schemas.Cut:
    asked, choice = _asked(body.note, change), body.choice()
    if body.report is None:
        return schemas.Cut(**house.surgeries.unmatch(actor, fire_id, choice, asked))
    if body.detections is not None or body.within is not None:
        raise Invalid("surgery.choose_one_way", {}, "report")
    return schemas.Cut(**house.surgeries.unmatch_report(actor, fire_id, body.report, asked))


@router.post(
    "/fires/{fire_id}/false",
    summary="Some detections are no fire",
    description="They stay stored and count for nothing; a fire of nothing else is rejected.",
)
def mark_false(
    house: HouseDep, actor: ActorDep, fire_id: UUID, body: schemas.Pointed, change: ChangeDep
) -> schemas.Cut:
    told = house.surgeries.mark_false(actor, fire_id, body.choice(), _asked(body.note, change))
    return schemas.Cut(**told)


@router.get(
    "/fires/{fire_id}/surgeries",
    summary="What people corrected of a fire, newest first",
    response_model=list[schemas.Surgery],
)
def listed(house: HouseDep, actor: ActorDep, fire_id: UUID) -> Json:
    return Json(house.surgeries.listed(actor, fire_id))


@router.post(
    "/surgeries/{surgery_id}/undo",
    summary="Take a surgery back",
    description=(
        "What is still as it left it becomes what it was before. Of several about the same fires"
        " the newest goes first; the refusal names it. `If-Match` is the surgery's version."
    ),
)
def undo(
    house: HouseDep, actor: ActorDep, surgery_id: UUID, body: schemas.Undo, change: ChangeDep
) -> schemas.Cut:
    told = house.surgeries.undo(actor, surgery_id, _asked(body.note, change))
    return schemas.Cut(**told)
