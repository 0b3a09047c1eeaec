"""Orders to forces, as asked for and as published."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.domain.command.constraints import WhyKept
from sylvan.domain.command.orders import OrderStatus
from sylvan.domain.dispatch.explain import Wish
from sylvan.domain.travel.movers import Step
from sylvan.domain.travel.parameters import Mode
from sylvan.services.orders import OrderStep
from sylvan.services.orders_free import Line
from sylvan.services.verdicts import Choice
from sylvan.web.bodies import Moment, Short, Strict, Text, Whole
from sylvan.web.schemas_text import CodedText

Code = Annotated[Short, Field(min_length=1, max_length=60)]
MOST = 200
"""Units in one request; a fire has tens."""


class OrderLine(Strict):
    """One unit that is asked for."""

    unit: Code = Field(description="its code in the register")
    rung: Code = Field("station", description="rung of the ladder of reserves")
    eta_at: Moment | None = Field(None, description="when it is expected at the fire")
    eta_hi_at: Moment | None = Field(None, description="late bound of the same")
    task: Text = ""
    station: Code | None = Field(
        None, description="base that it covers for those who went; left out: it goes to the fire"
    )

    def asked(self) -> Line:
        """As the use-case takes it."""
        return Line(
            self.unit, self.rung, self.eta_at, self.eta_hi_at, self.task, station=self.station
        )


class SendUnits(Strict):
    """Units for one fire, all of them or none."""

    units: list[OrderLine] = Field(min_length=1, max_length=MOST)
    suggestion: Whole | None = Field(None, description="number of the suggestion that is accepted")
    wish: Wish | None = Field(None, description="the alternative of it that is taken")
    why: WhyKept | None = Field(None, description="why it was edited")
    note: Text = Field("", description="the same in words")

    def choice(self) -> Choice | None:
        """As the use-case takes it."""
        if self.suggestion is None:
            return None
        wish, why = (None if one is None else one.value for one in (self.wish, self.why))
        return Choice(self.suggestion, wish, why, self.note)


class StepOrder(Strict):
    """The next step of an order."""

    to: OrderStatus
    reason: Text = Field("", description="asked for when it is refused, cancelled or failed")
    at: Moment | None = Field(None, description="when it happened; left out: now")

    def told(self) -> OrderStep:
        """As the use-case takes it."""
        return OrderStep(self.to, self.reason, self.at)


class OrderStampTold(BaseModel):
    """One step of an order."""

    status: OrderStatus
    at: datetime
    by: str
    level: str
    recorded_at: datetime
    reason: str


class OrderOption(BaseModel):
    """A step that this actor may take."""

    status: OrderStatus
    needs: list[str] = Field(description="fields that must be told with it")


class OrderWaiting(BaseModel):
    """How long a request has waited."""

    due: datetime
    overdue: bool
    approves: str = Field(description="lowest level that may answer")
    next: str | None = Field(description="rung to ask when this one is silent or refuses")
    reason: CodedText


class OrderTold(BaseModel):
    """One unit for one fire."""

    id: UUID
    version: int
    fire_id: UUID
    unit: str = Field(description="code in the register")
    station: str | None = Field(description="base that it covers; null: it goes to the fire")
    rung: str
    status: OrderStatus
    eta_at: datetime | None
    eta_hi_at: datetime | None
    suggestion: int | None
    task: str
    stamps: list[OrderStampTold]
    reasons: list[CodedText]
    options: list[OrderOption]
    waiting: OrderWaiting | None = Field(description="of a request that nobody has answered")


class WayStop(BaseModel):
    """A place on a way and when the unit should pass it."""

    at: datetime
    point: tuple[float, float]


class WayLeg(BaseModel):
    """One stretch of a way."""

    step: Step
    mode: Mode
    km: float
    hours: float
    reasons: list[CodedText] = Field(description="what was assumed")
    line: list[tuple[float, float]] = Field(description="empty here: `course` has the places")


class Travelled(BaseModel):
    """A way in time, or why none is known."""

    unit: str = Field(description="code in the register")
    departs_at: datetime | None = Field(description="told, or expected; null: no way is known")
    arrives_at: datetime | None = Field(description="by this way, else by the order's own word")
    course: list[WayStop] = Field(
        description="the way in time; where it is between two is estimated"
    )
    legs: list[WayLeg]
    reasons: list[CodedText] = Field(
        description="why no way is known, or what was assumed of the whole"
    )


class WayTold(Travelled):
    """How a unit that was ordered gets to its fire."""

    order_id: UUID
    fire_id: UUID
    status: OrderStatus


class Arrival(Travelled):
    """How a unit would get to a fire if it were sent now."""


class UnitsSent(BaseModel):
    """What became of a request for units."""

    fire_id: UUID
    orders: list[OrderTold]
