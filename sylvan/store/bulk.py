"""Many rows in one statement: a JSON document that the server takes apart.

``executemany`` costs a round through the driver and the server for each row; a season has ten
thousand fires, and a pass changes hundreds of them.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, Table, text
from sqlalchemy.dialects import postgresql as pg

AT_ONCE: Final = 1_000
"""Rows of one statement: some megabytes, well below what the server takes as one value."""


def insert(
    conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]], conflict: str = ""
) -> list[Row[Any]]:
    """Insert rows (all with the same columns), in their order.

    Args:
        conn: the transaction.
        table: where they go.
        rows: values by column; geometries as hexadecimal EWKB, JSON as values or ready-made
            (``orjson.Fragment``).
        conflict: what to do about a row that is there, as SQL, and what to return.

    Returns:
        What the statement returns.
    """
    if not rows:
        return []
    told: list[Row[Any]] = []
    statement = text(_statement(table, tuple(rows[0]), conflict))
    for start in range(0, len(rows), AT_ONCE):
        body = orjson.dumps([dict(row) for row in rows[start : start + AT_ONCE]])
        done = conn.execute(statement, {"body": body.decode()})
        told += done.all() if done.returns_rows else []
    return told


@lru_cache(maxsize=32)
def _statement(table: Table, names: tuple[str, ...], conflict: str) -> str:
    dialect = pg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    kinds = ", ".join(f'"{name}" {table.c[name].type.compile(dialect)}' for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    return (
        f"insert into {table.name} ({columns}) select {columns}"  # noqa: S608 - names of columns
        f" from json_to_recordset(cast(:body as json)) as r({kinds}) {conflict}"
    )
