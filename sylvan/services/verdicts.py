"""Decisions on suggestions: what was offered, what was done instead, by whom, why, how fast.

Sending units with the number of a suggestion is its acceptance, whole or edited, and is kept in the
same transaction as the orders; a rejection is a decision of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Conflict, FieldError, NotFound, Scalar, invalid
from sylvan.domain.command.verdicts import Decision, Verdict, WhyRejected, scores, verdict_of
from sylvan.domain.fires import Fire
from sylvan.domain.instants import iso
from sylvan.domain.timeline import Moment
from sylvan.services.base import Base, fingerprint, repeated, whole_again
from sylvan.services.constraints import kept_out
from sylvan.services.fires import found
from sylvan.store import audit, events, orders, suggestions, verdicts
from sylvan.store.events import Event
from sylvan.store.suggestions import Suggestion

EVENT: Final = "suggestion.decided"
KEPT_OUT: Final = timedelta(hours=6)
"""How long a unit that was taken out of a suggestion is not offered to that fire (judgement)."""
LOCKED: Final = "locked"
"""Role of units that were under way already: nobody decides about them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Of which suggestion units are sent, and how that differs."""

    suggestion: int
    wish: str | None = None
    """The alternative that is taken; ``None``: the plan itself."""
    why: str | None = None
    """Reason of an edit."""
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Verdicts(Base):
    """Use-cases about decisions on suggestions."""

    @whole_again
    def reject(
        self, actor: Actor, fire_id: UUID, number: int, why: WhyRejected, note: str, key: str | None
    ) -> dict[str, Any]:
        """Reject what was suggested for a fire.

        Raises:
            Conflict: somebody else decided on it first, by name.
            Invalid: ``other`` without a note.
        """
        asked = {"fire": str(fire_id), "suggestion": number, "why": why.value, "note": note}
        request = fingerprint("suggestion.reject", asked)
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            if why is WhyRejected.OTHER and not note.strip():
                raise invalid([FieldError("note", "field.required")])
            fire = found(conn, actor, fire_id, lock=True)
            now = self.clock()
            choice = Choice(number, None, why.value, note)
            decision = _decided(conn, actor, fire, choice, (), Verdict.REJECTED, now)
            reply = decision.as_dict()
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    def shown(self, actor: Actor, fire_id: UUID, number: int) -> dict[str, Any]:
        """Note that somebody sees a suggestion; the first time counts."""
        with self.engine.begin() as conn:
            fire = found(conn, actor, fire_id)
            _about(conn, actor, fire, number)
            first = verdicts.show(conn, actor, fire.id, number, self.clock())
        return {"suggestion": number, "shown_at": iso(first)}

    def of_fire(self, actor: Actor, fire_id: UUID) -> list[dict[str, Any]]:
        """All decisions about a fire, the newest first."""
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            return [one.as_dict() for one in verdicts.of_fire(conn, actor, fire.ids)]

    def scores(
        self, actor: Actor, since: datetime | None, until: datetime | None
    ) -> dict[str, Any]:
        """How suggestions did over a span of the world's time."""
        with self.engine.connect() as conn:
            told = verdicts.between(conn, actor, since, until)
            came = orders.arrived(conn, actor, since, until)
        return scores(told, came).as_dict()

    def scores_of(self, actor: Actor, fire_id: UUID) -> dict[str, Any]:
        """How they did at one fire, and what followed beside what had been expected."""
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            told = verdicts.between(conn, actor, None, None, fire.ids)
            came = orders.of_fires(conn, actor, fire.ids)
            first = next((one for one in told if one.verdict is not Verdict.REJECTED), None)
            made = None if first is None else suggestions.get(conn, actor, first.suggestion)
        going = [one for one in came if one.station is None]
        return scores(told, going).as_dict() | {"followed": _followed(fire, made)}


def accepted(
    conn: Connection,
    actor: Actor,
    fire: Fire,
    codes: Sequence[str],
    choice: Choice,
    now: datetime,
) -> Decision:
    """Keep that units of a suggestion are sent; what stays is not offered again for a while.

    Args:
        conn: a transaction that holds the fire's row and the units'.
        actor: who sends.
        fire: where to.
        codes: units that go there.
        choice: of which suggestion.
        now: real time.

    Raises:
        NotFound: no such suggestion.
        Conflict: it says nothing of this fire, or somebody else decided on it first.
    """
    decision = _decided(conn, actor, fire, choice, codes, None, now)
    if choice.wish is None and decision.removed:
        until = actor.world.now(now) + KEPT_OUT
        kept_out(conn, actor, fire, decision.removed, until, now)
    return decision


def _decided(
    conn: Connection,
    actor: Actor,
    fire: Fire,
    choice: Choice,
    codes: Sequence[str],
    verdict: Verdict | None,
    now: datetime,
) -> Decision:
    mine = _about(conn, actor, fire, choice.suggestion)
    before = verdicts.of_fire(conn, actor, fire.ids)
    _first(before, actor, choice.suggestion)
    gone = {one.unit for one in orders.of_fires(conn, actor, fire.ids) if one.holds_unit}
    offered = tuple(
        one["unit"] for one in mine["units"] if one["role"] != LOCKED and one["unit"] not in gone
    )
    wish = _wish(mine, choice.wish)
    since = before[0].decided_at if before else None
    decision = Decision(
        choice.suggestion,
        fire.id,
        verdict or verdict_of(offered, codes, wish),
        offered,
        tuple(codes),
        actor.subject,
        str(actor.level),
        actor.world.now(now),
        now,
        verdicts.first_shown(conn, actor, fire.ids, since),
        choice.wish,
        choice.why,
        choice.note,
        fire.territories,
    )
    decision = replace(decision, id=verdicts.add(conn, actor, decision))
    told = decision.as_dict()
    subject = str(fire.id)
    at = decision.at
    events.write(
        conn, actor, [Event(EVENT, subject, at, told, fire.territories, fire.measured.point)]
    )
    facts = {name: told[name] for name in ("suggestion", "added", "removed", "why", "note")}
    audit.record(conn, actor, f"suggestion.{decision.verdict.value}", subject, facts, now=now)
    return decision


def _about(conn: Connection, actor: Actor, fire: Fire, number: int) -> dict[str, Any]:
    """What a suggestion says of a fire."""
    one = suggestions.get(conn, actor, number)
    if one is None:
        raise NotFound("problem.suggestion_unknown", {"number": number})
    mine = part_of(one, fire.ids)
    if mine is None:
        told: dict[str, Scalar] = {"number": number, "fire": fire.number or str(fire.id)}
        raise Conflict("decision.other_fire", told)
    return mine


def _first(before: Sequence[Decision], actor: Actor, number: int) -> None:
    """Two people do not decide on the same thing: the second looks at what the first did."""
    for one in before:
        if one.suggestion == number and one.by != actor.subject:
            told: dict[str, Scalar] = {
                "number": number,
                "by": one.by,
                "asks": actor.subject,
                "verdict": one.verdict.value,
            }
            raise Conflict("decision.already", told)


def _wish(mine: dict[str, Any], wish: str | None) -> tuple[str, ...]:
    if wish is None:
        return ()
    for one in mine["alternatives"]:
        if one["wish"] == wish:
            return tuple(unit["unit"] for unit in one["units"])
    offered = ", ".join(one["wish"] for one in mine["alternatives"]) or "–"
    raise invalid([FieldError("wish", "decision.no_such_wish", {"wish": wish, "offered": offered})])


def part_of(one: Suggestion, fire_ids: Collection[UUID]) -> dict[str, Any] | None:
    """What a suggestion says of a fire that goes by these ids."""
    mine = {str(each) for each in fire_ids}
    parts: list[dict[str, Any]] = one.outcome["fires"]
    return next((part for part in parts if part["fire_id"] in mine), None)


def _followed(fire: Fire, made: Suggestion | None) -> dict[str, Any] | None:
    """Containment as it was expected by the first suggestion that was taken, and as it came."""
    mine = None if made is None else part_of(made, fire.ids)
    if made is None or mine is None:
        return None
    hours = mine["expected"]["hours"][1]
    planned = None if hours is None else made.at + timedelta(hours=hours)
    held = [
        one["at"]
        for one in fire.details.get("timeline", [])
        if one["moment"] == Moment.CONTAINED.value
    ]
    real = datetime.fromisoformat(held[-1]) if held else None
    late = None if planned is None or real is None else (real - planned).total_seconds() / 3600
    return {
        "suggestion": made.id,
        "expected_at": iso(planned),
        "expected_ha": mine["expected"]["area_ha"],
        "contained_at": iso(real),
        "area_ha": round(fire.measured.area_ha, 1),
        "late_h": None if late is None else round(late, 1),
    }
