"""Who may take part in drills, who was in one so far, and what of real life waits meanwhile."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sylvan.domain.accounts import DEMO_PREFIX, PUBLIC
from sylvan.domain.actors import OPERATOR, SYSTEM, Actor
from sylvan.domain.codes import FieldError
from sylvan.domain.drills.model import Drill
from sylvan.domain.instants import iso
from sylvan.domain.rights import Rights
from sylvan.domain.worlds import WorldKind
from sylvan.services.base import Base
from sylvan.services.ready_roles import ROLES
from sylvan.store import accounts, drill_real, duty, worlds

PROGRAMS: Final = frozenset({OPERATOR, PUBLIC, "feed"})
"""Roles that no person plays."""
RECENT: Final = timedelta(hours=12)
"""How far back a real signal calls people out of a drill: a shift; older ones are known."""


@dataclass(frozen=True, slots=True)
class DrillPeople(Base):
    """Reading about people and drills."""

    rights: Rights
    demo: bool = False
    """Whether ready roles stand for people here."""

    def choices(self) -> dict[str, Any]:
        """People, roles, and worlds whose days can be played."""
        with self.engine.connect() as conn:
            found = [
                {"subject": one.subject, "name": one.name, "role": one.grant.role}
                for one in accounts.listed(conn)
                if one.active
            ]
            played = [
                {"name": one.name, "kind": one.kind.value, **span}
                for one in worlds.all_open(conn)
                if one.kind is not WorldKind.DRILL
                for span in drill_real.span(conn, one.id)
            ]
        return {"people": found + self._ready(), "roles": self._roles(), "worlds": played}

    def _ready(self) -> list[dict[str, Any]]:
        if not self.demo:
            return []
        return [
            {"subject": DEMO_PREFIX + code, "name": DEMO_PREFIX + code, "role": one.role}
            for code, one in ROLES.items()
            if one.role not in PROGRAMS
        ]

    def _roles(self) -> list[dict[str, Any]]:
        return [
            {"code": code, "names": dict(one.names)}
            for code, one in self.rights.roles.items()
            if code not in PROGRAMS
        ]

    def faults(self, people: tuple[str, ...], roles: tuple[str, ...]) -> list[FieldError]:
        """What is wrong with who was chosen."""
        known = {one["subject"] for one in self.choices()["people"]}
        found = [
            FieldError(f"people.{place}", "drills.person_unknown", {"name": name[:60]})
            for place, name in enumerate(people)
            if name not in known
        ]
        codes = {one["code"] for one in self._roles()}
        return found + [
            FieldError(f"roles.{place}", "drills.role_unknown", {"role": code[:40]})
            for place, code in enumerate(roles)
            if code not in codes
        ]

    def present(self, one: Drill) -> list[dict[str, Any]]:
        """Who did something in a drill's world so far, who did it last first."""
        with self.engine.connect() as conn:
            found = [row for row in drill_real.seen(conn, one.world_id) if row.actor != SYSTEM]
            names = duty.names_of(conn, [row.actor for row in found])
        return [
            {
                "subject": row.actor,
                "name": names.get(row.actor, row.actor),
                "last_at": iso(row.last_at),
                "deeds": row.deeds,
            }
            for row in found
        ]

    def real(self, actor: Actor) -> dict[str, Any]:
        """What waits in the live world for somebody who sits in a drill.

        Args:
            actor: in the live world.
        """
        now = self.clock()
        with self.engine.connect() as conn:
            waits = drill_real.waiting(conn, actor, now - RECENT)
        newest = waits.newest
        return {
            "at": iso(now),
            "signals": waits.signals,
            "unseen": waits.unseen,
            "reports": waits.reports,
            "alarms": waits.alarms,
            "distress": waits.distress,
            "newest": None
            if newest is None
            else {
                "id": str(newest.id),
                "received_at": iso(newest.received_at),
                "shown": newest.shown_at is not None,
                "address": newest.address,
            },
        }
