"""What becomes of the rows of a batch of partners' things, against what their owner has already.

The same reckoning stands behind what a dry run shows and behind what is kept, and its fingerprint
(`plan`) says whether both are the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import orjson
from shapely.geometry import mapping
from uuid_utils.compat import uuid7

from sylvan.domain.assets import Asset, AssetCard, ReadCard
from sylvan.domain.codes import Conflict, FieldError, Invalid
from sylvan.services.base import fingerprint
from sylvan.services.layer_views import coarse

MOST_OWNED: Final = 20_000
"""Standing things of one owner; all of them are held in memory by every process."""
TOLD: Final = 1000
"""Rows that an answer tells; the rest is counted."""
DRAWN: Final = 1000
"""Things that a dry run draws, what changes first."""
BECAME: Final = ("created", "changed", "same", "refused", "retired")
_FIRST_DRAWN: Final = ("retired", "changed", "created", "same")
NO_LINE: Final = 0
"""Where a thing stands that is not in the file."""


@dataclass(frozen=True, slots=True)
class How:
    """On what terms rows are taken."""

    all_or_nothing: bool = False
    repair: bool = False
    """Whether mended geometries are agreed to."""
    retire_missing: bool = False
    """Whether the rows are all there is: what they do not name is retired, and none may be bad."""
    dry: bool = False
    """Whether it is only told what would become of them."""
    plan: str | None = None
    """What a dry run said; anything else is refused."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What the owner has."""

    owner: str
    known: Mapping[str, Asset]
    """By the keys of the rows, also what is no more."""
    standing: int
    others: Sequence[Asset] = ()
    """Standing things that the rows do not name, where these are to be retired."""


@dataclass(slots=True)
class Outcome:
    """What became of each row."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    states: list[Asset] = field(default_factory=list)
    """New states, in the order of the rows."""
    drawn: list[tuple[str, Asset]] = field(default_factory=list)
    missing: int = 0
    """Standing things of the owner that stay though the rows do not name them."""

    def counts(self) -> dict[str, int]:
        """How many rows became what."""
        found = dict.fromkeys(BECAME, 0)
        for row in self.rows:
            found[row["became"]] += 1
        return found

    def plan(self) -> str:
        """The same for the same changes of the same things."""
        changes = [[one.external_id, one.as_dict()] for one in (s.card for s in self.states)]
        states = [[str(s.retired_at is not None), s.version] for s in self.states]
        rows = [[row["line"], row["external_id"], row["became"]] for row in self.rows]
        return fingerprint("asset.plan", {"rows": rows, "states": states, "changes": changes})

    def as_dict(self) -> dict[str, Any]:
        """Counts and the first rows, as an answer tells them."""
        rest = max(0, len(self.rows) - TOLD)
        told = {"rows": self.rows[:TOLD], "more": rest, "missing": self.missing}
        return self.counts() | told | {"plan": self.plan(), "notes": []}

    def shapes(self) -> dict[str, Any]:
        """Things as GeoJSON, each with what becomes of it; outlines as fine as a preview needs."""
        ranked = sorted(self.drawn, key=lambda one: _FIRST_DRAWN.index(one[0]))[:DRAWN]
        shapes = coarse([one.card.geom for _, one in ranked])
        features = [
            {
                "type": "Feature",
                "id": one.card.external_id,
                "geometry": dict(mapping(shape)),
                "properties": {"name": dict(one.card.names), "change": became},
            }
            for (became, one), shape in zip(ranked, shapes, strict=True)
        ]
        return {"type": "FeatureCollection", "features": features, "next": None}


def sort(stock: Stock, cards: Sequence[tuple[int, ReadCard]], now: datetime) -> Outcome:
    """Judge rows against what their owner has.

    Args:
        stock: what he has.
        cards: lines and what was read there.
        now: when what is not in the file is retired.
    """
    outcome = Outcome()
    lines: dict[str, int] = {}
    standing, named = stock.standing, 0
    for line, read in cards:
        first = lines.setdefault(read.external_id, line)
        again = bool(read.external_id) and first != line
        before = stock.known.get(read.external_id)
        stands = before is not None and before.retired_at is None
        named += stands and not again
        card, errors = read.card, read.errors
        if again:
            card, errors = None, (_twice(read.external_id, first),)
        elif card is not None and not stands:
            standing += 1
            if standing > MOST_OWNED:
                card, errors = None, (_full(),)
        _take(outcome, stock.owner, line, replace(read, card=card, errors=tuple(errors)), before)
    for one in stock.others:
        _retire(outcome, one, now)
    outcome.missing = max(0, stock.standing - named - len(stock.others))
    return outcome


def settle_terms(outcome: Outcome, how: How) -> None:
    """Refuse what may not be kept on these terms.

    Raises:
        Invalid: rows are at fault, and one is enough.
        Conflict: it is not what the dry run said.
    """
    refused = outcome.counts()["refused"]
    if refused and (how.all_or_nothing or how.retire_missing):
        raise _refused(outcome.rows)
    if how.plan is not None and how.plan != outcome.plan():
        raise Conflict("asset.plan_changed")


def jsonable(body: Any) -> Any:
    """Tuples as lists, as they come back from the database."""
    return orjson.loads(orjson.dumps(body))


def geojson(read: ReadCard) -> dict[str, Any] | None:
    """The mended geometry, if there is one."""
    return None if read.repaired is None else dict(mapping(read.repaired))


def _take(outcome: Outcome, owner: str, line: int, read: ReadCard, before: Asset | None) -> None:
    became, state = _became(owner, read.card, before)
    row = _row(line, read.external_id, became, state or (before if read.card else None))
    row["errors"] = [one.as_dict() for one in read.errors]
    row["repaired"] = geojson(read) if read.card is None else None
    if became == "changed" and before is not None and state is not None:
        row["fields"] = differing(before.card, state.card)
    outcome.rows.append(row)
    if state is not None:
        outcome.states.append(state)
    if read.card is not None:
        shown = state or before
        if shown is not None:
            outcome.drawn.append((became, shown))


def _retire(outcome: Outcome, one: Asset, now: datetime) -> None:
    outcome.rows.append(_row(NO_LINE, one.card.external_id, "retired", one))
    outcome.states.append(replace(one, version=one.version + 1, retired_at=now))
    outcome.drawn.append(("retired", one))


def _row(line: int, external_id: str, became: str, asset: Asset | None) -> dict[str, Any]:
    return {
        "line": line,
        "external_id": external_id,
        "id": None if asset is None or became == "refused" else str(asset.id),
        "name": None if asset is None else dict(asset.card.names),
        "kind": None if asset is None else str(asset.card.kind),
        "became": became,
        "fields": [],
        "errors": [],
        "repaired": None,
    }


def _became(owner: str, card: AssetCard | None, before: Asset | None) -> tuple[str, Asset | None]:
    if card is None:
        return "refused", None
    if before is None:
        return "created", Asset(uuid7(), 1, owner, card)
    if before.retired_at is None and not differing(before.card, card):
        return "same", None
    became = "changed" if before.retired_at is None else "created"
    return became, replace(before, version=before.version + 1, card=card, retired_at=None)


def differing(one: AssetCard, other: AssetCard) -> list[str]:
    """Names of the fields in which two cards are not the same."""
    before, after = jsonable(one.as_dict()), jsonable(other.as_dict())
    return [name for name in before if before[name] != after[name]]


def _twice(external_id: str, first: int) -> FieldError:
    return FieldError("external_id", "asset.twice", {"external_id": external_id, "first": first})


def _full() -> FieldError:
    return FieldError("external_id", "asset.too_many", {"most": MOST_OWNED})


def _refused(rows: Sequence[Mapping[str, Any]]) -> Invalid:
    """All rows at fault at once, each by line and field."""
    errors = [
        FieldError(f"{row['line']}.{one['field']}", one["code"], one["params"])
        for row in rows
        for one in row["errors"]
    ]
    return Invalid("asset.nothing_written", {"refused": len(errors)}, errors=tuple(errors[:TOLD]))
