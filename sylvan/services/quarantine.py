"""Rows that could not be used: why, where they stood, and as they came.

The ledger keeps each body whole, so nothing is stored twice: a batch is judged again by the reader
that judged it when it came, by the same clock. Where a newer reader judges otherwise, that is told.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sylvan.domain.actors import Actor
from sylvan.domain.codes import NotFound
from sylvan.domain.feeding import RejectedRow
from sylvan.domain.spreadsheets import Cells, safe
from sylvan.services.base import Base
from sylvan.services.feed_desk import batch_told, require_region
from sylvan.services.forces_lists import SheetOut
from sylvan.services.weather import KIND as WEATHER
from sylvan.services.weather import Weather
from sylvan.store import ledger
from sylvan.store.ledger import Batch

SHOWN: Final = 200
"""Rows told on a screen; the table to take away holds all of them."""
COLUMNS: Final = ("file", "line", "field", "reason", "value", "row")
Judge = Callable[[str, str, bytes, datetime], Sequence[RejectedRow]]
"""Product, name, body, the world's clock when it came → what could not be used."""
Raw = Callable[[str, bytes, Sequence[RejectedRow]], Sequence[RejectedRow]]
"""Name, body, rows → the same rows with their lines as they came."""


@dataclass(frozen=True, slots=True)
class Quarantine(Base):
    """Use-cases about what was refused."""

    weather: Weather
    judge: Judge
    raw: Raw
    csv: Callable[[SheetOut], bytes]

    def rejects(self, actor: Actor, batch_id: int) -> dict[str, Any]:
        """A batch's refused rows by reason, and the first of them with line, field and value.

        Raises:
            Forbidden: a body tells of the whole region, and this is somebody of a part of it.
            NotFound: no such batch in this world, or nothing of it was kept.
        """
        batch, body = self._kept(actor, batch_id)
        rows = self._judged(actor, batch, body)
        reasons = Counter((one.code, one.field) for one in rows)
        shown = self.raw(batch.name, body, rows[:SHOWN])
        return {
            "batch": batch_told(batch),
            "total": len(rows),
            "told_then": batch.counts.get("rejected", 0),
            "reasons": [
                {"code": code, "field": field, "rows": n}
                for (code, field), n in reasons.most_common()
            ],
            "rows": [asdict(one) for one in shown],
        }

    def table(self, actor: Actor, batch_id: int) -> bytes:
        """All refused rows of a batch with their lines as they came, as CSV."""
        batch, body = self._kept(actor, batch_id)
        rows = self.raw(batch.name, body, self._judged(actor, batch, body))
        return self.csv(SheetOut("rejects", COLUMNS, [_cells(one) for one in rows]))

    def body(self, actor: Actor, batch_id: int) -> tuple[str, bytes]:
        """A batch's name and its body, as it came."""
        batch, body = self._kept(actor, batch_id)
        return batch.name, body

    def _kept(self, actor: Actor, batch_id: int) -> tuple[Batch, bytes]:
        with self.engine.connect() as conn:
            require_region(conn, actor)
            batch = ledger.one(conn, actor, batch_id)
            body = None if batch is None else ledger.body_of(conn, batch.sha256)
        if batch is None:
            raise NotFound("feed.no_batch", {"batch": batch_id})
        if body is None:
            raise NotFound("feed.no_body", {"batch": batch_id, "file": batch.name})
        return batch, body

    def _judged(self, actor: Actor, batch: Batch, body: bytes) -> Sequence[RejectedRow]:
        if batch.product == WEATHER:
            bad = self.weather.judged(actor, batch.name, body, batch.received_at)
            return _plain(batch.name, bad)
        return self.judge(batch.product, batch.name, body, batch.received_at)


def _plain(name: str, bad: Iterable[Any]) -> list[RejectedRow]:
    return [RejectedRow(name, one.line, one.field, one.code, one.value) for one in bad]


def _cells(one: RejectedRow) -> Cells:
    told: Cells = asdict(one)
    return safe({("reason" if name == "code" else name): value for name, value in told.items()})
