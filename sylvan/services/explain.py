"""Why a fire is one fire, what its last pass changed, how likely it is: asked when a card opens."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.detections import Detections, plain
from sylvan.domain.explain import latest_change, why_one
from sylvan.domain.fires import Fire
from sylvan.domain.screening import WEIGHTS, Screening, screen
from sylvan.services.base import Base
from sylvan.services.fires import found
from sylvan.services.geography import Geography
from sylvan.services.surroundings import Asked, Surveyor, said_of
from sylvan.store import detections, reports

LIKELIHOOD_DECIMALS, WEIGHT_DECIMALS = 4, 2


@dataclass(frozen=True, slots=True)
class Explanations(Base):
    """Everything that the engine has to say for itself about a fire; changes nothing."""

    geography: Geography
    surveyor: Surveyor

    def of_fire(self, actor: Actor, fire_id: UUID) -> dict[str, Any]:
        """Why, what changed, how likely, each with its numbers."""
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            ids = fire.ids
            stored = detections.of_fires(conn, actor.world.id, ids)
            rows = plain(stored)
            judged = self._judged(conn, actor, fire, rows)
        told: dict[str, Any] = {"why": None, "change": None, "likelihood": likelihood(judged)}
        if len(rows):
            told["why"] = why_one(rows).as_dict()
            told["change"] = latest_change(rows).as_dict()
        return told

    def _judged(self, conn: Connection, actor: Actor, fire: Fire, rows: Detections) -> Screening:
        """The likelihood as it follows from what is known now."""
        region, now = self.geography.region(conn), self.clock()
        attached = reports.of_fire(conn, actor, fire.ids)
        kinds = tuple(row.source_kind for row in attached) if len(rows) else fire.source_kinds
        seen = fire.measured
        asked = Asked(rows, kinds, said_of(fire), seen.point, seen.first_seen)
        (near,) = self.surveyor.around(conn, actor, region, [asked], now)
        return screen(rows, self.surveyor.register(conn, actor, region, now), near)


def likelihood(judged: Screening) -> dict[str, Any]:
    """The terms, heaviest first, and what could not be known."""
    terms = sorted(judged.reasons, key=lambda one: (-abs(one.weight), one.code))
    return {
        "value": round(judged.likelihood, LIKELIHOOD_DECIMALS),
        "log_odds": round(judged.log_odds, WEIGHT_DECIMALS),
        "prior": WEIGHTS.prior,
        "version": WEIGHTS.version,
        "terms": [
            one.coded().as_dict() | {"weight": round(one.weight, WEIGHT_DECIMALS)} for one in terms
        ],
        "missing": [one.as_dict() for one in _distinct(judged.missing)],
    }


def _distinct(codes: tuple[Coded, ...]) -> list[Coded]:
    return list(dict.fromkeys(codes))
