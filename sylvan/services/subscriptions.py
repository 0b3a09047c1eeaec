"""What people and partners ask to be told of: a place, a thing, a territory. Their own alone.

A subscription opens nothing: whoever is told must reach the thing by role and territory as well.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.alerting.people import Subscription
from sylvan.domain.codes import Conflict, FieldError, NotFound, invalid
from sylvan.domain.instants import iso
from sylvan.services.base import Base
from sylvan.services.geography import Geography
from sylvan.store import audit, subscriptions, territories

MOST: Final = 50
"""Of one person: who watches everything reads nothing."""
MOST_KM: Final = 200.0


@dataclass(frozen=True, slots=True)
class Subscriptions(Base):
    """Use-cases about the own subscriptions."""

    geography: Geography

    def listed(self, actor: Actor) -> list[dict[str, Any]]:
        """The own ones."""
        with self.engine.connect() as conn:
            rows = subscriptions.listed(conn, actor.subject)
        return [as_dict(one, name, at) for one, name, at in rows]

    def add(self, actor: Actor, asked: Subscription, name: str) -> dict[str, Any]:
        """A new one.

        Raises:
            Invalid: what is missing, unknown or out of reach, by field.
            Conflict: there are too many already.
        """
        with self.engine.begin() as conn:
            subscriptions.hold(conn, actor.subject)
            faults = [*_faults(asked), *self._unknown(conn, actor, asked)]
            if faults:
                raise invalid(faults)
            if subscriptions.number_of(conn, actor.subject) >= MOST:
                raise Conflict("alerts.too_many", {"most": MOST})
            now = self.clock()
            one = replace(asked, id=uuid7(), recipient=actor.subject)
            subscriptions.add(conn, one, name, now)
            facts = {"watch": one.watch, "least": one.least}
            audit.record(conn, actor, "alerts.subscribe", f"subscription:{one.id}", facts, now=now)
        return as_dict(one, name, now)

    def drop(self, actor: Actor, subscription_id: UUID) -> None:
        """End one of the own.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        with self.engine.begin() as conn:
            if not subscriptions.drop(conn, actor.subject, subscription_id):
                raise NotFound("alerts.no_subscription", {"id": str(subscription_id)})
            subject = f"subscription:{subscription_id}"
            audit.record(conn, actor, "alerts.unsubscribe", subject, {}, now=self.clock())

    def _unknown(self, conn: Connection, actor: Actor, asked: Subscription) -> list[FieldError]:
        """What is not in the layers, or not for this person."""
        if asked.watch == "territory" and asked.territory:
            known = territories.known(conn, [asked.territory])
            if not known or not actor.covers(asked.territory):
                params = {"code": asked.territory[:60]}
                return [FieldError("territory", "problem.territory_unknown", params)]
        if asked.watch == "asset" and asked.layer and asked.code:
            things = self.geography.region(conn).things.all
            if not any(one.layer == asked.layer and one.code == asked.code for one in things):
                params = {"layer": asked.layer[:60], "code": asked.code[:60]}
                return [FieldError("code", "alerts.no_thing", params)]
        return []


def _faults(asked: Subscription) -> list[FieldError]:
    """What each kind of subscription needs."""
    needed = {
        "place": {"point": asked.point is not None, "radius_km": asked.radius_km > 0},
        "asset": {"layer": bool(asked.layer), "code": bool(asked.code)},
        "territory": {"territory": bool(asked.territory)},
    }[asked.watch]
    found = [FieldError(name, "field.required") for name, given in needed.items() if not given]
    if (asked.quiet_from is None) != (asked.quiet_to is None):
        found.append(FieldError("quiet_to", "field.required"))
    elif asked.quiet_from is not None and asked.quiet_from == asked.quiet_to:
        found.append(FieldError("quiet_to", "alerts.quiet_same"))
    return found


def as_dict(one: Subscription, name: str, made_at: datetime) -> dict[str, Any]:
    """The JSON form."""
    quiet_from, quiet_to = one.quiet_from, one.quiet_to
    return {
        "id": str(one.id),
        "name": name,
        "watch": one.watch,
        "point": list(one.point) if one.point else None,
        "radius_km": one.radius_km,
        "layer": one.layer,
        "code": one.code,
        "territory": one.territory,
        "least": one.least,
        "channels": list(one.channels),
        "quiet_from": f"{quiet_from:%H:%M}" if quiet_from is not None else None,
        "quiet_to": f"{quiet_to:%H:%M}" if quiet_to is not None else None,
        "made_at": iso(made_at),
    }
