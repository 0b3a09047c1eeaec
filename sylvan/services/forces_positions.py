"""Reports of where units are: taken in batches, late and repeated ones too, told once a batch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Invalid
from sylvan.domain.forces.positions import Position
from sylvan.domain.forces.register import Unit
from sylvan.domain.instants import iso
from sylvan.services.base import Base, whole_again
from sylvan.services.forces_keeper import Keeper
from sylvan.services.forces_views import position_as_dict
from sylvan.store import audit, events, unit_positions, units
from sylvan.store.events import Event

MOST_ROWS: Final = 20_000
"""Reports of one batch: a thousand trackers that were silent for twenty minutes."""
TOLD: Final = 100
"""Rows of each sort that the answer names."""


class Reported(Protocol):
    """One row of a batch (``feeds`` reads them)."""

    @property
    def line(self) -> int:
        """Of the text, or number in the list."""

    @property
    def unit(self) -> str:
        """Code of the unit."""

    @property
    def position(self) -> Position:
        """Where it was."""


class ParsedPositions(Protocol):
    """A batch as it was read."""

    @property
    def rows(self) -> Sequence[Reported]:
        """What can be used."""

    @property
    def bad(self) -> Sequence[Any]:
        """What cannot: line, field, code, value."""


Reader = Callable[[str, bytes, datetime], ParsedPositions]


@dataclass(slots=True)
class Account:
    """What became of a batch; ``rows = kept + repeated + unknown + bad``."""

    rows: int = 0
    kept: int = 0
    repeated: int = 0
    late: int = 0
    """Kept, but older than what is known of the unit: its last position stays."""
    stale: int = 0
    """Kept and newest, but too old to say where the unit is now."""
    unknown: list[dict[str, Any]] = field(default_factory=list)
    bad: list[dict[str, Any]] = field(default_factory=list)
    units: int = 0
    """Whose last position changed."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "rows": self.rows,
            "kept": self.kept,
            "repeated": self.repeated,
            "late": self.late,
            "stale": self.stale,
            "units": self.units,
            "unknown": len(self.unknown),
            "rejected": len(self.bad),
            "bad": [*self.bad, *self.unknown][:TOLD],
        }


@dataclass(frozen=True, slots=True)
class Positions(Base):
    """Use-cases about where units are."""

    keeper: Keeper
    read: Reader

    @whole_again
    def take(self, actor: Actor, name: str, body: bytes) -> dict[str, Any]:
        """Keep a batch of reports; a report that was there is counted, whatever order they come in.

        Args:
            actor: who sends it.
            name: of the batch or file, for the audit.
            body: JSON, GeoJSON or CSV.

        Returns:
            What became of its rows, unknown units and bad rows by line and field.

        Raises:
            Invalid: more rows than one batch may have.
            FeedError: the body as a whole is no such table.
        """
        now = self.clock()
        parsed = self.read(name, body, actor.world.now(now))
        account = Account(rows=len(parsed.rows) + len(parsed.bad))
        if account.rows > MOST_ROWS:
            raise Invalid("forces.too_many_rows", {"rows": account.rows, "most": MOST_ROWS}, "body")
        account.bad = [one.as_dict() for one in parsed.bad]
        with self.engine.begin() as conn:
            codes = sorted({one.unit for one in parsed.rows})
            before = units.of_codes(conn, actor, codes)
            reports = _known(parsed.rows, before, account)
            account.kept = unit_positions.add(conn, actor, reports, now)
            account.repeated = len(reports) - account.kept
            after = units.of_codes(conn, actor, codes)
            self._tell(conn, actor, before, after, account)
            if account.kept:
                told = account.as_dict() | {"bad": []}
                audit.record(conn, actor, "unit.positions", f"positions:{name}", told, now=now)
        return account.as_dict()

    def heard(self, conn: Connection, actor: Actor, unit: Unit, position: Position) -> None:
        """Keep and tell one report within somebody's transaction."""
        unit_positions.add(conn, actor, [(unit.id, position)], self.clock())
        code = unit.card.code
        self._tell(conn, actor, {code: unit}, units.of_codes(conn, actor, [code]), Account())

    def track(
        self,
        actor: Actor,
        unit_id: UUID,
        *,
        since: datetime | None,
        until: datetime | None,
        limit: int,
    ) -> list[dict[str, Any]]:
        """Where a unit was, newest first; empty for one that nobody knows."""
        with self.engine.connect() as conn:
            if units.get(conn, actor, unit_id) is None:
                return []
            found = unit_positions.track(
                conn, actor, unit_id, since=since, until=until, limit=limit
            )
        return [position_as_dict(one) for one in found]

    def _tell(
        self,
        conn: Connection,
        actor: Actor,
        before: dict[str, Unit],
        after: dict[str, Unit],
        account: Account,
    ) -> None:
        """One event a batch and territory: rights go by territories, and trackers speak often."""
        at = actor.world.now(self.clock())
        groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for code, unit in sorted(after.items()):
            last = unit.position
            if last is None or last == before[code].position:
                continue
            account.units += 1
            stale = last.age_min(at) > self.keeper.rules.of(unit.card.kind).stale_min
            account.stale += stale
            told = {"id": str(unit.id), "code": code, "stale": stale} | position_as_dict(last)
            groups.setdefault(unit.territories, []).append(told)
        events.write(
            conn,
            actor,
            [
                Event(
                    "unit.position",
                    "positions",
                    at,
                    {"world": actor.world.name, "at": iso(at), "positions": told},
                    territories,
                )
                for territories, told in groups.items()
            ],
        )


def _known(
    rows: Sequence[Reported], known: dict[str, Unit], account: Account
) -> list[tuple[UUID, Position]]:
    """Reports of units that there are; the others are named."""
    reports = []
    for row in rows:
        unit = known.get(row.unit)
        if unit is None or unit.retired_at is not None:
            code = "forces.unit_unknown" if unit is None else "forces.unit_retired"
            told = {"line": row.line, "field": "unit", "code": code, "value": row.unit[:80]}
            account.unknown.append(told)
            continue
        last = unit.position
        account.late += last is not None and row.position.at < last.at
        reports.append((unit.id, row.position))
    return reports
