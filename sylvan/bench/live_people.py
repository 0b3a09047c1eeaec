"""Who listens in the benchmark of the live channel, and what each of them has to hear.

Listeners differ in role, territory and filter, as people do. What somebody hears is written down
here a second time, the plain way, so that the gateway is held against it.
"""

import json
from typing import Any, Final

from sylvan.domain.actors import Actor, Level
from sylvan.domain.worlds import live_world

TERRITORIES: Final = tuple(f"D{i}" for i in range(5))
ROLES: Final = (
    ("dispatcher", Level.REGION),
    ("official", Level.MUNICIPALITY),
    ("neighbour", Level.NEIGHBOUR),
)
"""Of ``alerts/rights.yaml``; neighbours do not see who leads the crews at a fire."""
PLACE: Final = (129.7, 62.0)
AREA: Final = [120.0, 55.0, 140.0, 70.0]
FILTERS: Final[tuple[dict[str, Any] | None, ...]] = (
    None,
    {"bbox": AREA},
    {"kinds": ["fire.changed"], "bbox": AREA},
    {"kinds": ["fire.changed", "report.changed"]},
)
DEAF_FILTER: Final = {"bbox": [30.0, 50.0, 31.0, 51.0]}
NOBODYS: Final = "D99"
"""A territory in which nothing happens."""
ALL_MARKS: Final = TERRITORIES + tuple(f"rim:{code}" for code in TERRITORIES)
SHARED_EVERY: Final = 4
"""Each fourth event concerns all territories; the others one."""


def name_of(number: int, *, deaf: bool = False) -> str:
    """How a listener introduces itself: ``?as=…``."""
    return f"{number}{'d' if deaf else ''}"


def wish_of(number: int, epoch: str, after: int, *, deaf: bool = False) -> bytes:
    """A listener's wish to resume. Of the deaf one half is so by its filter, one by its rights."""
    wanted = FILTERS[number % len(FILTERS)]
    if deaf and number % 2:
        wanted = DEAF_FILTER
    return json.dumps({"t": "resume", "epoch": epoch, "after": after, "filter": wanted}).encode()


def actor_of(name: str) -> Actor:
    """Who that is."""
    number, deaf = int(name.rstrip("d")), name.endswith("d")
    role, level = ROLES[number % len(ROLES)]
    code = TERRITORIES[number % len(TERRITORIES)]
    if deaf and not number % 2:
        code = NOBODYS
    return Actor(f"user:{name}", name, level, (code,), live_world(), role)


def write(log: Any) -> None:
    """Write the next change: of one territory in turn, or of all."""
    number = log.head().seq + 1
    code = TERRITORIES[number % len(TERRITORIES)]
    marks = (code, f"rim:{code}") if number % SHARED_EVERY else ALL_MARKS
    log.append(1, "fire.changed", f"fire-{number}", point=PLACE, territories=marks, body={"n": 1})


def hears(number: int, seq: int) -> bool:
    """Whether a listener has to hear what :func:`write` wrote under a number."""
    if not seq % SHARED_EVERY:
        return True
    return seq % len(TERRITORIES) == number % len(TERRITORIES)
