"""Territories as whoever looks after them sees them: who answers for each, and where nobody does.

Everything is read anew: grants, the rules of alerts as their engine goes by them, contacts,
ladders, what partners own. Nothing is stored.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from sylvan.domain.accounts import ADMIN, PUBLIC, Account
from sylvan.domain.actors import Actor, Level
from sylvan.domain.alerting.facts import About, Fact
from sylvan.domain.alerting.people import CONTACT, Circle
from sylvan.domain.answering import EVERYWHERE, Answered, Duty, Ground, Holder, Place, Standing
from sylvan.domain.command.ladder import Ladder
from sylvan.domain.instants import iso
from sylvan.domain.rights import Rights
from sylvan.domain.worlds import live_world
from sylvan.services.alert_book import RuleBook
from sylvan.services.alert_people import AlertPeople
from sylvan.services.base import Base
from sylvan.services.doors import LOCAL
from sylvan.services.escalation_rules import Escalation
from sylvan.services.ready_roles import ROLES
from sylvan.store import accounts, assets, neighbours, sign_in_tries, territories

REGISTER: Final = "fires_register"
ANSWER: Final = "orders_step"
"""Operations of the interface that a duty needs."""
JUDGED: Final = ("municipality", "district")
"""The level whose territories are judged is the first of these that the region has: districts lie
across municipalities, and whoever has the municipality sees a fire in both."""
LEVELS: Final = ("region", "municipality", "district")
ABOUT_FIRES: Final = frozenset({About.FIRE, About.OBJECT, About.REPORT})


@dataclass(frozen=True, slots=True)
class Answering(Base):
    """Use-cases about who answers for what."""

    rights: Rights
    people: AlertPeople
    book: RuleBook
    ladder: Ladder
    escalation: Escalation
    region: str

    def overview(self, actor: Actor) -> dict[str, Any]:
        """The actor's territories with who answers for them, and what nobody can do where."""
        now = self.clock()
        with self.engine.connect() as conn:
            places = [one for one in self._places(conn) if _is_of(actor, one)]
            owned = assets.owners_in(conn, self.region)
            owners = {owner for one in places for owner in owned.get(one.code, {})}
            holders = [
                one
                for one in self._holders(conn, now)
                if _concerns(one, places) or one.owner in owners
            ]
            beside = neighbours.sources(conn)
        judged = self._judged(places)
        ground = Ground(holders, self._powers, self._told(holders, now), self._rungs())
        found = {one.code: ground.judge(one) for one in places}
        contacts = self.book.current().contacts
        roles = {one.role for one in holders}
        return {
            "at": iso(now),
            "judged": judged,
            "people": [_holder(one) for one in holders],
            "roles": {code: dict(self.rights.of(code).names) for code in sorted(roles)},
            "places": [
                _place(one, found[one.code], judged=one.level == judged)
                | {"partners": _partners(owned.get(one.code, {}), holders)}
                | {
                    "contacts": [
                        said.contact
                        for said in contacts
                        if "*" in said.territories or set(said.territories) & set(one.marks)
                    ]
                }
                for one in places
            ],
            "ladders": [_ladder(one) for one in self.escalation.ladders],
            "rungs": self._rungs_told(holders),
            "neighbours": [{"code": one["source"], "state": one["state"]} for one in beside],
        }

    def _places(self, conn: Connection) -> list[Place]:
        """All territories; before any layer is loaded the region as a whole."""
        held = territories.in_force(conn, self.region)
        regions = tuple(code for code, _ in territories.of_level(conn, "region") if code in held)
        found = [
            Place(code, level, names, () if level == "region" else regions, code not in held)
            for level in LEVELS
            for code, names in territories.of_level(conn, level)
        ]
        whole = Place(EVERYWHERE, "region", {"ru": self.region, "en": self.region})
        return found or [whole]

    @staticmethod
    def _judged(places: Sequence[Place]) -> str:
        there = {one.level for one in places if not one.gone}
        return next((level for level in JUDGED if level in there), "region")

    def _holders(self, conn: Connection, now: datetime) -> list[Holder]:
        """Everybody with an account; a demo's ready roles; whoever is there without sign-in."""
        shut = sign_in_tries.locked(conn, now)
        found = [_of_account(one, shut) for one in accounts.listed(conn)]
        ready = self.people.entrance.ready
        if ready is not None:
            for code, one in ROLES.items():
                if one.role != PUBLIC:
                    found.append(_able(ready.identity(code)))
        if self.people.entrance.mode == "open":
            found.append(_able(LOCAL))
        return found

    def _powers(self, one: Holder) -> frozenset[Duty]:
        if one.role == ADMIN:
            return frozenset()
        role = self.rights.of(one.role)
        may = {Duty.REGISTER: role.may(REGISTER), Duty.APPROVE: role.may(ANSWER)}
        return frozenset(duty for duty, open_to in may.items() if open_to)

    def _rungs(self) -> Mapping[str, Callable[[Holder], bool]]:
        """Those that a region answers itself; what the federation answers is told for the whole."""
        return {
            one.code.value: self._may(one.code.value)
            for one in self.ladder.rungs
            if one.approves is not Level.FEDERAL
        }

    def _may(self, rung: str) -> Callable[[Holder], bool]:
        return lambda one: self.ladder.may_approve(rung, one.level)

    def _rungs_told(self, holders: Sequence[Holder]) -> list[dict[str, Any]]:
        fit = [
            one
            for one in holders
            if one.standing is Standing.ABLE and one.commands and Duty.APPROVE in self._powers(one)
        ]
        return [
            {
                "rung": rung.code.value,
                "approves": rung.approves.value,
                "answer_within_min": round(rung.answer_within / timedelta(minutes=1)),
                "able": [one.subject for one in fit if self._may(rung.code.value)(one)],
            }
            for rung in self.ladder.rungs
        ]

    def _told(self, holders: Sequence[Holder], now: datetime) -> Callable[[Place], list[str]]:
        """Who is told of a fire by the rules in force, asked of what the engine itself asks."""
        read = self.book.current()
        counted = {one.subject for one in holders if one.standing is Standing.ABLE}
        circle = self.people.circle(live_world(), read.contacts)
        kept = Circle(
            one for name, one in circle.all.items() if name in counted or name.startswith(CONTACT)
        )
        groups = {
            whom
            for rule in read.book.rules
            if rule.about in ABOUT_FIRES
            for whom in rule.to
            if not whom.owner and whom.watch is None
        }
        admins = {one.subject for one in holders if one.role == ADMIN}
        blank = Fact(About.FIRE, "fire.changed", "", "", now, 0, {})

        def told(place: Place) -> list[str]:
            fact = replace(blank, territories=place.marks)
            names = {one.name for whom in groups for one in kept.told(whom, fact)}
            return sorted(names - admins)

        return told


def _is_of(actor: Actor, place: Place) -> bool:
    """Whether a place is the actor's: all of it, or of what lies above it."""
    return actor.everywhere or not set(actor.territories).isdisjoint(place.marks)


def _concerns(one: Holder, places: Sequence[Place]) -> bool:
    """Whether somebody answers for one of these places."""
    return any(one.reaches(place.marks) for place in places)


def _of_account(one: Account, shut: set[str]) -> Holder:
    given = one.grant
    return Holder(
        one.subject,
        one.name,
        given.role,
        given.level,
        given.territories,
        given.owner,
        _standing(one, shut),
    )


def _standing(one: Account, shut: set[str]) -> Standing:
    if one.disabled_at is not None:
        return Standing.DISABLED
    if one.joined_at is None:
        return Standing.INVITED
    if one.seen_at is None:
        return Standing.UNSEEN
    return Standing.LOCKED if f"account:{one.subject}" in shut else Standing.ABLE


def _able(one: Any) -> Holder:
    return Holder(
        one.subject, one.name, one.role, one.level, one.territories, one.owner, Standing.ABLE
    )


def _holder(one: Holder) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "name": one.name,
        "role": one.role,
        "level": one.level.value,
        "territories": list(one.territories),
        "owner": one.owner,
        "standing": one.standing,
    }


def _place(one: Place, found: Answered, *, judged: bool) -> dict[str, Any]:
    return {
        "code": one.code,
        "level": one.level,
        "names": dict(one.names),
        "judged": judged and not one.gone,
        "gone": one.gone,
        "own": list(found.own),
        "unable": list(found.unable),
        "able": {duty.value: list(people) for duty, people in found.able.items()},
        "gaps": list(found.gaps) if judged else [],
        "rungs": list(found.rungs) if judged else [],
    }


def _partners(owned: Mapping[str, int], holders: Sequence[Holder]) -> list[dict[str, Any]]:
    people: defaultdict[str, list[str]] = defaultdict(list)
    for one in holders:
        if one.owner:
            people[one.owner].append(one.subject)
    return [
        {"owner": owner, "things": n, "people": people[owner]} for owner, n in sorted(owned.items())
    ]


def _ladder(one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "grades": sorted(one.grades),
        "rules": list(one.rules),
        "steps": [
            {
                "after_min": step.after / timedelta(minutes=1),
                "next_way": step.next_way,
                "to": [person.name for person in step.people],
            }
            for step in one.steps
        ],
    }
