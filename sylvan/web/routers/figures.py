"""Figures: how fast, how many, how well, by place and period, down to each fire."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Response

from sylvan.domain.figures.days import Step
from sylvan.domain.figures.model import State
from sylvan.services.figures import MOST_YEARS, Wanted
from sylvan.web import schemas_figures as schemas
from sylvan.web.answers import Csv, Json, Workbook
from sylvan.web.deps import ActorDep, HouseDep
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/figures", tags=["figures"], route_class=StrictRoute)
DOWNLOAD: Final = {"Cache-Control": "private, no-store"}
Code = Annotated[str, Path(pattern=r"^[a-z][a-z_]{0,39}$", description="of the definitions")]
Part = Annotated[
    str | None,
    Query(max_length=100, pattern=r"^[^\x00]*$", description="code; empty: where none is known"),
]


def wanted(
    since: Annotated[
        date | None, Query(description="first reporting day; default: 1 January")
    ] = None,
    until: Annotated[
        date | None, Query(description="last reporting day; default: the world's today")
    ] = None,
    municipality: Part = None,
    zone: Part = None,
    source: Part = None,
) -> Wanted:
    """Which days and which part."""
    return Wanted(since, until, municipality, zone, source)


WantedDep = Annotated[Wanted, Depends(wanted)]


@router.get(
    "",
    summary="All figures of a span of reporting days",
    description=(
        "Beside the same number of days before and the same days a year ago; by municipality,"
        " zone and first source. What lies outside the own territories does not count. What"
        " lacks a stamp is told as missing and never put in."
    ),
    response_model=schemas.FiguresTold,
)
def overview(house: HouseDep, actor: ActorDep, asked: WantedDep) -> Json:
    return Json(house.figures.overview(actor, asked))


@router.get(
    "/definitions",
    summary="What each figure means",
    description="As `alerts/figures.yaml` of this installation has it.",
    response_model=schemas.DefinitionsTold,
)
def definitions(house: HouseDep, actor: ActorDep) -> Json:
    del actor  # the same for everybody to whom figures are open
    return Json(house.figures.told())


@router.get("/export.csv", summary="All figures as a table", response_class=Csv)
def table(house: HouseDep, actor: ActorDep, asked: WantedDep) -> Response:
    body = house.figure_tables.file(actor, asked, as_csv=True)
    return Response(body, media_type=f"{Csv.media_type}; charset=utf-8", headers=_named("csv"))


@router.get("/export.xlsx", summary="All figures and their definitions", response_class=Workbook)
def workbook(house: HouseDep, actor: ActorDep, asked: WantedDep) -> Response:
    body = house.figure_tables.file(actor, asked, as_csv=False)
    return Response(body, media_type=Workbook.media_type, headers=_named("xlsx"))


@router.get(
    "/{code}/trend",
    summary="A figure period by period, and the same periods of earlier years",
    response_model=schemas.TrendTold,
)
def trend(
    house: HouseDep,
    actor: ActorDep,
    asked: WantedDep,
    code: Code,
    step: Step = Step.MONTH,
    years: Annotated[int, Query(ge=0, le=MOST_YEARS, description="earlier ones beside it")] = 1,
) -> Json:
    return Json(house.figures.trend(actor, code, asked, step, years))


@router.get(
    "/{code}/things",
    summary="The fires and reports behind a number",
    description="At most 2,000 of them, the oldest first; `total` tells how many there are.",
    response_model=schemas.ThingsTold,
)
def things(
    house: HouseDep,
    actor: ActorDep,
    asked: WantedDep,
    code: Code,
    state: State | None = None,
    good: Annotated[bool | None, Query(description="kept the norm, or meets the condition")] = None,
) -> Json:
    return Json(house.figures.things(actor, code, asked, state, good=good))


def _named(suffix: str) -> dict[str, str]:
    return DOWNLOAD | {"Content-Disposition": f"attachment; filename=figures.{suffix}"}
