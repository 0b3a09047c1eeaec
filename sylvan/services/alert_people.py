"""Who may be told: accounts, holders of keys, the demo's ready roles, named contacts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from sylvan.domain.accounts import PUBLIC
from sylvan.domain.actors import EVERYWHERE, Actor
from sylvan.domain.alerting.letters import Contact
from sylvan.domain.alerting.people import CONTACT, Circle, Recipient
from sylvan.domain.alerting.reading import HEARD
from sylvan.domain.rights import Rights
from sylvan.domain.worlds import World
from sylvan.services.alert_shapes import ContactSaid
from sylvan.services.base import Base
from sylvan.services.doors import LOCAL, Identity
from sylvan.services.entrance import Entrance
from sylvan.services.packs import TimeZones
from sylvan.services.ready_roles import ROLES
from sylvan.store import accounts, api_keys, drills, layers

SCREEN: Final = Contact("screen")
PUSH: Final = Contact("push")
"""Ways to whoever has an account; addresses of browsers are looked up by who sends."""
LANGUAGE: Final = "ru"
AT_THE_DESK: Final = "dispatcher"
"""As whom the one is told who sits at a machine without sign-in."""


@dataclass(frozen=True, slots=True)
class AlertPeople(Base):
    """Gathers recipients."""

    rights: Rights
    entrance: Entrance
    region: str
    language: str = LANGUAGE

    def circle(self, world: World, contacts: Iterable[ContactSaid]) -> Circle:
        """Everybody who may be told of something in a world."""
        zones = self._zones()
        with self.engine.connect() as conn:
            drill = drills.of_world(conn, world)
        known: Iterable[Identity] = self._identities()
        if drill is not None:  # real people beside it must never take it for the real thing
            takes_part = drill.participants.has
            known = (one for one in known if takes_part(one.subject, one.role))
            contacts = contacts if drill.outside else ()
        people = [self._person(one.acting(world), zones) for one in known]
        return Circle([*people, *(_contact(one, world, zones) for one in contacts)])

    def _identities(self) -> Iterator[Identity]:
        now = self.clock()
        with self.engine.connect() as conn:
            people = [one for one in accounts.listed(conn) if one.active]
            keys = [one for one in api_keys.listed(conn) if not one.ended(now)]
        for person in people:
            given = person.grant
            yield Identity(
                person.subject, person.name, given.level, given.territories, given.role, given.owner
            )
        for key in keys:
            given = key.grant
            yield Identity(
                key.subject, key.name, given.level, given.territories, given.role, given.owner
            )
        if self.entrance.mode == "open":
            yield replace(LOCAL, role=AT_THE_DESK)
        if self.entrance.ready is not None:
            for code, ready in ROLES.items():
                if ready.role != PUBLIC:
                    yield self.entrance.ready.identity(code)

    def _person(self, actor: Actor, zones: TimeZones | None) -> Recipient:
        role = self.rights.of(actor.role)
        return Recipient(
            name=actor.subject,
            role=actor.role,
            level=str(actor.level),
            reach=frozenset(actor.reach),
            everywhere=actor.everywhere,
            own=frozenset(actor.territories),
            owner=actor.owner,
            hears=frozenset(kind for kind in HEARD if role.hears(kind)),
            contacts=(SCREEN, PUSH),
            language=self.language,
            zone=_zone(zones, actor.territories),
        )

    def _zones(self) -> TimeZones | None:
        with self.engine.connect() as conn:
            manifest = layers.region(conn, self.region)
        told: Mapping[str, Any] = manifest[0] if manifest else {}
        zones = told.get("time_zones")
        return TimeZones.model_validate(zones) if zones else None


def _zone(zones: TimeZones | None, territories: Iterable[str]) -> ZoneInfo:
    """By the clock of the first of the own territories; the region's where that says nothing."""
    if zones is None:
        return ZoneInfo("UTC")
    return zones.of(next(iter(territories), None))


def _contact(said: ContactSaid, world: World, zones: TimeZones | None) -> Recipient:
    where = tuple(said.territories)
    actor = Actor(CONTACT + said.contact, said.contact, LOCAL.level, where, world)
    return Recipient(
        name=actor.subject,
        role="",
        level="",
        reach=frozenset(actor.reach),
        everywhere=where == EVERYWHERE or actor.everywhere,
        own=frozenset(where),
        contacts=tuple(Contact(one.channel, one.address) for one in said.channels),
        language=said.language,
        zone=ZoneInfo(said.zone) if said.zone else _zone(zones, where),
        quiet=said.quiet.quiet() if said.quiet else None,
    )
