"""A house with webhooks that may call this machine, and a sender at a quick pace."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sylvan.domain.accounts import Grant
from sylvan.domain.actors import Level, local_operator, system
from sylvan.domain.webhooks import Backoff
from sylvan.notify.webhooks import Pace, Sender
from sylvan.services.house import House
from sylvan.services.keys import NewKey
from sylvan.services.log import drain
from sylvan.services.webhooks import NewHook
from sylvan.store import events
from sylvan.store.events import Event

TRUSTED = "127.0.0.0/8"
SOON = Backoff(first_s=0.05, most_s=0.2)
QUICK = Pace(look_s=0.02, asked_s=0.1, skip_s=0.0)
MINE = "asset:grid"


@dataclass
class Hooks:
    """Webhooks of a house, as one partner uses them."""

    house: House

    def key(self, holder: str = "grid", owner: str = "grid", role: str = "partner") -> Any:
        """A partner's key, as the door knows it, with its secret."""
        level = Level.PARTNER if role == "partner" else Level.REGION
        where = () if role == "partner" else ("*",)
        made = self.house.entrance.keys.make(
            local_operator(self.house.worlds.live()),
            NewKey(holder, "", Grant(role, level, where, owner)),
        )
        return made, self.house.entrance.keys.admit(made["secret"])

    def make(self, who: Any, url: str, **wanted: Any) -> dict[str, Any]:
        world = wanted.pop("world", "live")
        return self.house.webhooks.make(who, NewHook(url, "", wanted, world))

    def write(self, number: int, marks: tuple[str, ...] = (MINE,), **more: Any) -> list[int]:
        """Changes of fires in somebody's reach; their numbers."""
        world = more.pop("world", None) or self.house.worlds.live()
        actor = system(world)
        with self.house.worlds.engine.begin() as conn:
            before = events.position(conn)[1]
            told = [
                Event(
                    more.get("kind", "fire.changed"),
                    f"00000000-0000-7000-8000-{n:012d}",
                    self.house.intake.clock(),
                    {"status": "candidate", "details": {"crew": "secret"}, "n": n},
                    marks,
                    (129.0, 62.0),
                )
                for n in range(number)
            ]
            events.write(conn, actor, told)
        head = drain(self.house.worlds.engine)
        return list(range(before + 1, head + 1))

    @contextmanager
    def sending(self, backoff: Backoff = SOON, pace: Pace = QUICK) -> Iterator[None]:
        """A sender in a thread of its own."""
        stop = threading.Event()
        posts = replace(self.house.webhooks.posts, backoff=backoff)
        thread = threading.Thread(
            target=lambda: Sender(posts, stop, pace).run(lambda: None), daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(15)
            assert not thread.is_alive()

    def state(self, who: Any, hook: dict[str, Any]) -> tuple[str, str | None]:
        found = self.house.webhooks.one(who, hook["id"])
        return found["state"], found["why"]


def days(count: float) -> timedelta:
    return timedelta(days=count)
