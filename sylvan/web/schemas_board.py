"""The official's board, as published."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.domain.command.regimes import RegimeKind
from sylvan.domain.forces.kinds import UnitKind
from sylvan.domain.lifecycle import Status
from sylvan.web.bodies import Moment, Strict
from sylvan.web.schemas import Feed, World
from sylvan.web.schemas_danger import ClassAdvice
from sylvan.web.schemas_documents import DocumentBrief
from sylvan.web.schemas_exposure import Threat
from sylvan.web.schemas_orders import OrderTold
from sylvan.web.schemas_safety import NoticeTold
from sylvan.web.schemas_text import CodedText

Names = dict[str, str]


class BoardPlace(BaseModel):
    """One of the territories that may be looked at alone."""

    code: str
    name: Names


class BoardCounts(BaseModel):
    """Figures of the territory; a fire counts where it burns."""

    active: int = Field(description="decided on and not over")
    held: int = Field(description="of these contained or being mopped up")
    suspended: int = Field(description="of these left unfought by a decision")
    area_ha: float = Field(description="of the active ones")
    unattended: int = Field(description="fought, and nobody is there or on the way")
    signals: int = Field(description="seen from space or reported, not decided on yet")
    signals_area_ha: float
    doubtful: int = Field(description="signals that are hardly fires; in no other figure")
    near: int = Field(description="burning outside, close to the border")


class BoardNearest(BaseModel):
    """The nearest settlement."""

    name: Names
    distance_km: float


class BoardFire(BaseModel):
    """A fire in a line."""

    id: UUID
    number: str | None
    status: Status
    activity: Literal["burning", "active", "sleeping", "out"]
    likelihood: float
    doubtful: bool = Field(description="a signal that is hardly a fire; in no figure")
    inside: bool = Field(description="burns in the territory, not merely close to it")
    area_ha: float
    growth_ha_h: float | None
    point: tuple[float, float]
    first_seen: datetime
    last_seen: datetime
    registered_at: datetime | None
    municipality: Names | None
    nearest: BoardNearest | None
    units_sent: int = Field(description="units under way to it")
    units_working: int


class BoardFires(BaseModel):
    """Fires, what presses most first."""

    rows: list[BoardFire]
    more: int = Field(description="not listed")


class BoardThreat(Threat):
    """A thing that a fire comes near to, told once, by the fire that is there first."""

    people: int | None = Field(description="inhabitants, where the layer tells them")


class BoardThreats(BaseModel):
    """What is threatened, settlements first, each kind by when it is reached, then by distance."""

    rows: list[BoardThreat]
    more: int
    settlements: int
    reached: int = Field(description="settlements that the forecast reaches")
    objects: int = Field(description="other things")


class BoardAbout(BaseModel):
    """Where a fire is, in words."""

    number: str | None
    area_ha: float
    municipality: Names | None
    nearest: BoardNearest | None


class BoardUnit(BaseModel):
    """The unit that is asked for."""

    name: Names | None
    kind: UnitKind
    people: int | None


class BoardOrder(BaseModel):
    """A request that waits for this reader's word."""

    order: OrderTold
    unit: BoardUnit | None = Field(description="null: not in the register yet")
    fire: BoardAbout | None


class BoardNotice(BaseModel):
    """A decision that is to be looked at, or a regime that is proposed."""

    notice: NoticeTold
    fire: BoardAbout | None


class BoardAsked(BaseModel):
    """What is asked of the reader."""

    orders: list[BoardOrder]
    notices: list[BoardNotice]


class BoardChange(BaseModel):
    """One thing that changed."""

    what: str = Field(description="a moment of a fire's record, or `signal`, `grown`, `touched` …")
    grave: Literal["good", "plain", "warning", "alarm"]
    at: datetime
    fire_id: UUID | None
    number: str | None
    params: dict[str, str | float | int | bool | Names | None]


class BoardSince(BaseModel):
    """From when on changes are told."""

    since: datetime = Field(description="of the world's clock")
    first: bool = Field(description="nobody has looked yet: the last 24 hours")


class BoardChanges(BoardSince):
    """What changed since the reader looked last, the gravest first."""

    rows: list[BoardChange]
    more: int
    grave: int = Field(description="warnings and alarms among all")
    total: int


class BoardForces(BaseModel):
    """Units based in the territory, by what they do."""

    total: int
    ready: int
    sent: int = Field(description="called or on the way")
    working: int
    returning: int
    resting: int
    off: int = Field(description="off duty or out of service")
    ready_people: int = Field(description="of ready units that tell how many they are")
    people_unknown: int = Field(description="ready units that do not")
    from_elsewhere: int = Field(description="units from other places, for fires here")


class BoardDangerPlace(BaseModel):
    """A municipality's class of danger."""

    code: str
    name: Names
    today: int | None = Field(description="1…5; null: not known")
    tomorrow: int | None
    regimes: list[RegimeKind]


class BoardDanger(BaseModel):
    """Danger today and tomorrow, the worst first."""

    today: date
    tomorrow: date
    worst: ClassAdvice | None = Field(description="tomorrow's highest class; null: none is known")
    rows: list[BoardDangerPlace]
    assumed: list[CodedText]


class BoardBulletin(BaseModel):
    """Whether today's morning bulletin was issued."""

    day: date
    number: str | None


class BoardTold(BaseModel):
    """A territory on one page, as of one moment."""

    as_of_seq: int
    world: World
    territory: str | None = Field(description="null: all that the reader answers for")
    names: list[Names] = Field(description="of the territories that are shown")
    choices: list[BoardPlace]
    whole: bool = Field(description="the whole region is shown")
    counts: BoardCounts
    fires: BoardFires
    threats: BoardThreats
    asked: BoardAsked
    changes: BoardChanges
    forces: BoardForces
    danger: BoardDanger
    bulletin: BoardBulletin
    feeds: list[Feed]


class Looked(Strict):
    """Up to when a board was seen."""

    at: Moment = Field(description="`world.now` of the board that was seen")
    leaving: bool = Field(
        False, description="left without a word: counts a quarter of an hour later"
    )


class Season(BaseModel):
    """A year up to the same day."""

    year: int
    world: str | None = Field(description="archive that holds it; null: the world that is shown")
    seen: int = Field(description="fires first seen then; rejected ones do not count")
    area_ha: float
    registered: int


class SeasonsTold(BaseModel):
    """This year beside earlier ones, as far as they are stored."""

    today: date
    this_year: Season | None
    past: list[Season] = Field(description="newest first; empty: none is stored")


class BulletinDraft(BaseModel):
    """Today's morning bulletin as it would be issued now."""

    day: date
    language: str
    fields: dict[str, Any] = Field(description="of the kind `bulletin`")
    issued: DocumentBrief | None = Field(description="the newest version, if there is one")
    differs: int = Field(description="fields in which that version differs from now")
