"""A live channel without sign-in, for tests of what comes behind the door."""

from collections.abc import Callable

from sylvan.domain.actors import local_operator
from sylvan.domain.worlds import World
from sylvan.live.door import Answer, Guest, LiveRequest, Refused


class LocalDoor:
    """An installation without sign-in: everybody who reaches it is the local operator.

    ``find_world`` gets the name from ``?world=`` (``None`` when it is not given).
    """

    def __init__(self, find_world: Callable[[str | None], World | None]) -> None:
        self._find_world = find_world

    def admit(self, request: LiveRequest) -> Answer:
        """The local operator in the world asked for."""
        name = request.query.get("world") or None
        world = self._find_world(name)
        if world is None:
            return Refused(404, "live.world_unknown", {"world": name})
        return Guest(local_operator(world))

    def again(self, guest: Guest) -> Answer:
        """The local operator stays."""
        return guest
