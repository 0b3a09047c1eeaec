"""What rules would have told over a past time: the desk's own engine on the same events.

It begins thirty days earlier with nothing remembered, so that what was told before counts as told.
People, contacts and subscriptions are those of today.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sylvan.domain.actors import Actor
from sylvan.domain.alerting.letters import Letter, spoken
from sylvan.domain.alerting.memory import Memory
from sylvan.domain.alerting.reading import HEARD
from sylvan.domain.instants import iso
from sylvan.domain.worlds import World
from sylvan.services.alert_desk import PAGE, SETTLE, AlertDesk
from sylvan.services.alert_lookups import heard
from sylvan.services.alert_rules import Read
from sylvan.store import events

WARM: Final = timedelta(days=30)
MOST: Final = 500
"""Letters told one by one; all of them are counted."""


@dataclass(frozen=True, slots=True)
class Tried:
    """Letters of a past time."""

    world: str
    since: datetime
    until: datetime
    events: int
    """Events of that time that rules could hear."""
    letters: Sequence[Letter]

    def as_dict(self, most: int = MOST) -> dict[str, Any]:
        """The JSON form: numbers by rule, recipient and hour, and the letters themselves."""
        return {
            "world": self.world,
            "since": iso(self.since),
            "until": iso(self.until),
            "events": self.events,
            "total": len(self.letters),
            "by_rule": _counted(one.rule for one in self.letters),
            "by_grade": _counted(one.grade for one in self.letters),
            "by_recipient": _counted(one.recipient for one in self.letters),
            "by_hour": _counted(f"{one.due_at:%Y-%m-%dT%H:00Z}" for one in self.letters),
            "busiest": _busiest(self.letters),
            "letters": [told(one) for one in self.letters[:most]],
            "more": max(len(self.letters) - most, 0),
        }


def try_out(
    desk: AlertDesk,
    read: Read,
    world: World,
    since: datetime,
    until: datetime | None = None,
    actor: Actor | None = None,
) -> Tried:
    """What a set of rules would have told.

    Args:
        desk: whose people and look-ups count.
        read: the rules.
        world: in which world.
        since: the beginning, by the world's clock.
        until: the end; by default now, norms as far as the desk itself looks at them.
        actor: whoever asks sees only what concerns places in reach.
    """
    now = desk.clock()
    end = world.now(now) if until is None else min(until, world.now(now))
    rules = desk.rules_for(world, desk.known(read))
    memory = Memory()
    made: list[Letter] = []
    number, after = 0, 0
    kinds, first = sorted(HEARD), since - WARM
    with desk.engine.connect() as conn:
        while page := events.of_world(conn, world.id, kinds, after, first, end, PAGE):
            mine = [heard(one) for one in page]
            beside = desk.finder.beside(conn, world, mine, memory, keep=False)
            for one in mine:
                made += rules.hear(memory, one, beside)
            number += sum(one.at >= since for one in page)
            after = page[-1].seq
    made += rules.advance(memory, min(end, world.now(now - SETTLE)))
    kept = {one.id: one for one in made if since <= one.at <= end}
    seen = [
        one
        for one in kept.values()
        if (not read.asked or one.rule in read.asked)
        and (actor is None or actor.covers(*one.territories))
    ]
    return Tried(world.name, since, end, number, seen)


def told(one: Letter) -> dict[str, Any]:
    """A letter as a try-out shows it."""
    return {
        "id": str(one.id),
        "rule": one.rule,
        "recipient": one.recipient,
        "grade": one.grade,
        "thread": one.thread,
        "template": one.template,
        "at": iso(one.at),
        "due_at": iso(one.due_at),
        "digest": one.digest,
        "channels": [way.channel for way in one.contacts],
        "fields": spoken(one.fields, one.language),
    }


def _counted(words: Any) -> list[dict[str, Any]]:
    return [{"name": name, "letters": number} for name, number in sorted(Counter(words).items())]


def _busiest(letters: Sequence[Letter]) -> list[dict[str, Any]]:
    """Each recipient's fullest hour; letters of one digest arrive as one."""
    hours: dict[str, dict[str, set[str]]] = {}
    for one in letters:
        hour = f"{one.due_at:%Y-%m-%dT%H:00Z}"
        arrived = one.digest or str(one.id)
        hours.setdefault(one.recipient, {}).setdefault(hour, set()).add(arrived)
    found = []
    for name, mine in sorted(hours.items()):
        fullest, them = max(mine.items(), key=lambda pair: (len(pair[1]), pair[0]))
        found.append({"recipient": name, "hour": fullest, "arrivals": len(them)})
    return found
