"""The rules' desk: files of alert rules checked, tried and put in force."""

from typing import Annotated

from fastapi import APIRouter, Query

from sylvan.web import schemas_rules as shapes
from sylvan.web.answers import Json, private
from sylvan.web.deps import ActorDep, HouseDep, KeeperDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/rule-desk", tags=["rules"], route_class=StrictRoute)
FileName = Annotated[
    str,
    Query(max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*\.yaml$", examples=["fires.yaml"]),
]


@router.get("", summary="Files of alert rules with their texts", response_model=shapes.RuleDesk)
def desk(house: HouseDep, actor: KeeperDep) -> Json:
    del actor  # rules are the installation's
    return Json(house.rule_desk.overview())


@router.get(
    "/history",
    summary="What a file said, the newest first",
    response_model=list[shapes.RuleVersion],
)
def history(house: HouseDep, actor: KeeperDep, file: FileName) -> Json:
    del actor
    return Json(house.rule_desk.history(file))


@router.post(
    "/check",
    summary="What is wrong with a text, by line; which tests would not hold",
    description="The whole set is read with the text in the place of that file. Nothing changes.",
    response_model=shapes.RulesJudged,
)
def judge(house: HouseDep, actor: KeeperDep, body: shapes.JudgeRules) -> Json:
    del actor
    return Json(house.rule_desk.judge(body.file, body.text))


@router.post(
    "/try",
    summary="What the rules of a text would have told over a past time",
    description=(
        "Sends nothing. The desk's own engine reads the same events; people are those of today."
        " Told by recipient and way, the first letters in their own words."
    ),
    response_model=shapes.RulesTried,
)
def tried(house: HouseDep, actor: ActorDep, body: shapes.TryRules) -> Json:
    desk = house.rule_desk
    return private(desk.tried(actor, body.file, body.text, body.since, body.until))


@router.post(
    "/publish",
    summary="Put a text in force as that file",
    description=(
        "Written whole into the operator's folder (`SYLVAN_ALERTS_DIR`), where every process reads"
        " it within two seconds; refused without one. What stood there is kept. A test that no"
        " longer holds is told by `/check` and keeps nothing back."
    ),
    response_model=shapes.RuleVersion,
)
def publish(house: HouseDep, actor: KeeperDep, body: shapes.PublishRules) -> Json:
    told = house.rule_desk.publish(
        actor, body.file, body.text, body.reason, body.against, body.restores
    )
    return Json(told)
