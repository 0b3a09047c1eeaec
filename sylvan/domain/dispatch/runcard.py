"""Response plans ("run cards"): the least that goes out first, as data that a duty officer edits.

The suggestion respects them; with it switched off, the same cards are a checklist to be ticked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Final

from sylvan.domain.codes import Coded
from sylvan.domain.dispatch.model import CardLine, Problem

ANY: Final = "any"
DANGER_CLASSES: Final = range(1, 6)
_KEYS: Final = {
    *("name", "zones", "danger", "objects", "lines", "on_call", "alert", "source", "verified"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One card; empty conditions hold always."""

    name: str
    zones: tuple[str, ...]
    danger: tuple[int, ...]
    objects: tuple[str, ...]
    lines: tuple[CardLine, ...]
    on_call: tuple[str, ...]
    """Kinds that are asked to stand by."""
    alert: str | None
    """Who is told."""
    source: str
    verified: bool

    def holds(self, zone: str | None, danger: int | None, objects: Sequence[str]) -> bool:
        """Whether it is for such a fire; what is not known fits no condition."""
        return (
            (not self.zones or zone in self.zones)
            and (not self.danger or danger in self.danger)
            and (not self.objects or any(one in self.objects for one in objects))
        )


@dataclass(frozen=True, slots=True)
class Response:
    """What the cards say about a fire."""

    names: tuple[str, ...]
    lines: tuple[CardLine, ...]
    on_call: tuple[str, ...]
    alerts: tuple[str, ...]
    verified: bool
    """Whether every value has been checked against an act or norm."""
    zone: str | None = None
    danger: int | None = None
    """Class I–V (1…5) of the place's danger; ``None`` where no weather is known."""

    @property
    def assumed(self) -> tuple[Coded, ...]:
        """What had to be taken for granted."""
        return (Coded("card.danger_unknown"),) if self.danger is None else ()


@dataclass(frozen=True, slots=True)
class Cards:
    """All cards of a service."""

    version: str
    source: str
    first: tuple[Card, ...]
    add: tuple[Card, ...]

    def response(self, zone: str | None, danger: int | None, objects: Sequence[str]) -> Response:
        """The first card that holds and all additions that do."""
        base = next((one for one in self.first if one.holds(zone, danger, objects)), None)
        more = [one for one in self.add if one.holds(zone, danger, objects)]
        cards = [*([base] if base else []), *more]
        return Response(
            tuple(one.name for one in cards),
            tuple(line for one in cards for line in one.lines),
            tuple(dict.fromkeys(kind for one in cards for kind in one.on_call)),
            tuple(dict.fromkeys(one.alert for one in cards if one.alert)),
            all(one.verified for one in cards),
            zone,
            danger,
        )


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the checklist."""

    line: CardLine
    units: tuple[str, ...]
    """Nearest units that fill it, in order."""
    missing: int


def checklist(problem: Problem, fire: str) -> tuple[Tick, ...]:
    """Fill a fire's card by hand: the nearest free units that come in time, no optimiser.

    Raises:
        KeyError: if there is no such fire.
    """
    f = problem.fire_index()[fire]
    taken: set[str] = set()
    ticks = []
    for line in problem.fires[f].card:
        near = sorted(
            (float(problem.eta_h[u, f]), one.id)
            for u, one in enumerate(problem.units)
            if one.out is None
            and one.task in {None, fire}
            and one.id not in taken
            and line.kind in {None, one.kind}
            and problem.eta_h[u, f] <= min(line.within_h, inf)
        )
        units = tuple(name for _, name in near[: line.count])
        taken.update(units)
        ticks.append(Tick(line, units, line.count - len(units)))
    return tuple(ticks)


def cards_of(body: Mapping[str, Any]) -> Cards:
    """The cards in a file's content, as YAML gives it.

    Raises:
        ValueError: naming card and field.
    """
    if not isinstance(body, Mapping) or not isinstance(body.get("cards"), list):
        raise ValueError("cards: a list is needed")  # noqa: TRY004 - it is the file's content
    first = tuple(_card(one, at) for at, one in enumerate(body["cards"]))
    add = tuple(_card(one, at) for at, one in enumerate(body.get("add") or ()))
    names = [one.name for one in (*first, *add)]
    if len(set(names)) != len(names):
        raise ValueError("cards: a name stands twice")
    return Cards(str(body.get("version", "")), str(body.get("source", "")), first, add)


def _card(said: Any, at: int) -> Card:
    if not isinstance(said, Mapping) or not said.get("name"):
        raise ValueError(f"card {at}: a name is needed")
    name = str(said["name"])
    unknown = sorted(set(said) - _KEYS)
    if unknown:
        raise ValueError(f"card {name}: unknown field {unknown[0]}")
    danger = tuple(said.get("danger") or ())
    if any(one not in DANGER_CLASSES for one in danger):
        raise ValueError(f"card {name}: danger: classes are 1 to 5")
    if not said.get("source"):
        raise ValueError(f"card {name}: source: say where it comes from")
    return Card(
        name,
        tuple(map(str, said.get("zones") or ())),
        danger,
        tuple(map(str, said.get("objects") or ())),
        tuple(_line(one, name) for one in said.get("lines") or ()),
        tuple(map(str, said.get("on_call") or ())),
        said.get("alert"),
        str(said["source"]),
        said.get("verified") is True,
    )


def _line(said: Any, name: str) -> CardLine:
    try:
        count, within = int(said["count"]), float(said["within_h"])
        kind = str(said["kind"])
    except (TypeError, KeyError, ValueError):
        raise ValueError(f"card {name}: lines: kind, count and within_h are needed") from None
    if count < 1 or not within > 0.0:
        raise ValueError(f"card {name}: lines: count and within_h are above 0")
    return CardLine(count, within, None if kind == ANY else kind)
