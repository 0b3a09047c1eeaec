"""Sets of marks of places, numbered: what a detection carries in four bytes (`domain.sight`)."""

from collections.abc import Sequence

from sqlalchemy import Column, Connection, Identity, Integer, Table, UniqueConstraint, select
from sqlalchemy.dialects import postgresql as pg

from sylvan.store.base import METADATA, TEXTS

place_marks = Table(
    "place_marks",
    METADATA,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("marks", TEXTS, nullable=False),
    UniqueConstraint("marks"),
)
"""Only ever added to: rows of detections name them for good."""

NOWHERE = 0
"""In nobody's reach but theirs who see everything."""


def ids(conn: Connection, sets: Sequence[tuple[str, ...]]) -> list[int]:
    """The number of each set of marks, made where it has none; to be called on its own.

    A batch that took them in its own transaction would make all others wait for its end.
    """
    wanted = [sorted(marks) for marks in sets]
    some = [{"marks": marks} for marks in wanted if marks]
    if some:
        conn.execute(pg.insert(place_marks).on_conflict_do_nothing(), some)
    found = conn.execute(
        select(place_marks.c.id, place_marks.c.marks).where(
            place_marks.c.marks.in_([one["marks"] for one in some])
        )
    )
    known = {tuple(row.marks): row.id for row in found}
    return [known.get(tuple(marks), NOWHERE) for marks in wanted]
