"""What a partner does with the own keys, within the own rights; and the demo's key."""

from dataclasses import dataclass
from typing import Any, Final

from sylvan.domain.accounts import ApiKey, Grant
from sylvan.domain.actors import Actor, Level, system
from sylvan.domain.codes import Forbidden, NotFound
from sylvan.domain.worlds import live_world
from sylvan.services.doors import Identity
from sylvan.services.keys import Keys, NewKey, identity_of
from sylvan.services.limiting import Limiter
from sylvan.services.ready_roles import OWNER

SANDBOX: Final = "sandbox"
"""Holder of the demo's key."""
PARTNER: Final = "partner"


@dataclass(slots=True)
class Sandbox:
    """The demo's key; made anew at every start, and told to whoever looks."""

    secret: str | None = None
    world: str = ""


@dataclass(frozen=True, slots=True)
class Partners:
    """Use-cases about the own keys. ``keys`` knows all of them."""

    keys: Keys
    limiter: Limiter
    sandbox: Sandbox

    def listed(self, who: Identity) -> list[dict[str, Any]]:
        """The own organisation's keys."""
        now = self.keys.clock()
        return [key.as_dict(now) for key in self._own(who)]

    def make(
        self, who: Identity, name: str, operations: tuple[str, ...], days: int
    ) -> dict[str, Any]:
        """A key with the rights of whoever asks, narrowed if he likes.

        Raises:
            Forbidden: who asks is no partner, or came with a key.
            Conflict: the organisation has two of them already.
        """
        actor = self._person(who)
        grant = Grant(who.role, who.level, who.territories, who.owner)
        return self.keys.make(actor, NewKey(who.owner, name, grant, operations, days))

    def rotate(self, who: Identity, key_id: str) -> dict[str, Any]:
        """A new key in the place of an own one, which works for a day more."""
        key = self._found(who, key_id)
        if not _within(key, who):
            raise Forbidden("problem.key_wider", {"id": key.id})
        return self.keys.rotate(who.acting(live_world()), key.id)

    def revoke(self, who: Identity, key_id: str) -> dict[str, Any]:
        """End an own key."""
        return self.keys.revoke(who.acting(live_world()), self._found(who, key_id).id)

    def usage(self, who: Identity, days: int) -> dict[str, Any]:
        """What the own keys asked for, by day and operation."""
        own = self._own(who)
        if who.subject.startswith("key:") and all(key.subject != who.subject for key in own):
            own = [self.keys.known(who.subject.removeprefix("key:")), *own]
        return {"keys": self._usage(own, days)}

    def usage_of(self, key_id: str, days: int) -> dict[str, Any]:
        """What one key asked for; for whoever manages keys."""
        return self._usage([self.keys.known(key_id)], days)[0]

    def open_sandbox(self, world: str) -> str:
        """A partner's key for the demo; those of earlier starts end."""
        actor = system(live_world())
        self.keys.end_all(actor, SANDBOX)
        grant = Grant(PARTNER, Level.PARTNER, (), OWNER)
        made = self.keys.make(actor, NewKey(SANDBOX, SANDBOX, grant, days=30))
        self.sandbox.secret, self.sandbox.world = str(made["secret"]), world
        return str(made["secret"])

    def shown_sandbox(self) -> dict[str, Any]:
        """The demo's key.

        Raises:
            NotFound: this is no demo.
        """
        if self.sandbox.secret is None:
            raise NotFound("problem.no_sandbox")
        return {"secret": self.sandbox.secret, "world": self.sandbox.world}

    def _own(self, who: Identity) -> list[ApiKey]:
        return self.keys.of_owner(who.owner)

    def _found(self, who: Identity, key_id: str) -> ApiKey:
        for key in self._own(who):
            if key.id == key_id:
                return key
        raise NotFound("problem.key_not_found", {"id": key_id[:40]})

    def _person(self, who: Identity) -> Actor:
        if not who.owner or who.subject.startswith("key:"):
            raise Forbidden("problem.own_keys")
        return who.acting(live_world())

    def _usage(self, keys: list[ApiKey], days: int) -> list[dict[str, Any]]:
        now, counter = self.keys.clock(), self.limiter.usage
        rows: dict[str, list[dict[str, Any]]] = {key.subject: [] for key in keys}
        for row in counter.listed(list(rows), days):
            subject = row.pop("subject")
            rows[subject].append(row | {"key": subject.removeprefix("key:")})
        today = counter.today()
        return [
            {
                "key": key.as_dict(now),
                "limits": self._limits(key),
                "today": sum(
                    row["requests"] - row["refused"]
                    for row in rows[key.subject]
                    if row["day"] == today
                ),
                "rows": rows[key.subject],
            }
            for key in keys
        ]

    def _limits(self, key: ApiKey) -> dict[str, int | None]:
        allowed = self.limiter.allowance(identity_of(key))
        return {"burst": allowed.burst, "seconds": allowed.seconds, "day": allowed.day}


def _within(key: ApiKey, who: Identity) -> bool:
    """Whether a key opens nothing that is closed to whoever asks."""
    mine = Grant(who.role, who.level, who.territories, who.owner)
    if who.narrowed and key.operations != who.narrowed:
        return False
    return key.grant == mine
