"""Row-level security: the second wall behind ``scope``, for readers who do not see everything.

It holds for the role ``sylvan_reader`` alone: the installation's own work is not slowed by it. A
reading transaction becomes that role and says once what it reaches; policies compare with plain
settings, without looking anything up for each row, so that indexes are used as without them.
"""

import hashlib
from collections.abc import Iterable
from time import sleep
from typing import Final

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError

from sylvan.domain.actors import Actor
from sylvan.store.base import METADATA
from sylvan.store.limits import reading_as

READER: Final = "sylvan_reader"
POLICY: Final = "reach"
_HAS_ROLE: Final = text("select pg_has_role(oid, 'member') from pg_roles where rolname = :name")
_NOT_ALLOWED: Final = "42501"
"""SQLSTATE of an account without the right."""
TRIES: Final = 5
PAUSE_S: Final = 0.2

_WORLD: Final = "world_id = (select current_setting('sylvan.world')::smallint)"
_REACH: Final = "(select string_to_array(current_setting('sylvan.reach'), chr(10)))"
_PLACES: Final = (
    "case when place < (select 4 * length(current_setting('sylvan.places')))"
    " then get_bit((select decode(current_setting('sylvan.places'), 'hex')), place) = 1"
    " else false end"
)
"""One bit for each number of ``place_marks``: asked in the same time however many one reaches."""
_MINE: Final = "(select current_setting('sylvan.subject'))"
"""Whoever reads: letters and subscriptions are a person's own, wherever they are about."""
_OF_UNIT: Final = "exists (select from unit u where u.id = unit_id)"
_OF_ALERT: Final = "exists (select from alert a where a.id = alert_id)"
_OF_FIRE: Final = "exists (select from fire f where f.id = fire_id)"

BESIDE: Final = {
    "detection": f"{_WORLD} and {_PLACES}",
    "detection_verdict": f"{_WORLD} and {_OF_FIRE}",
    "unit_position": f"{_WORLD} and {_OF_UNIT}",
    "unit_check_in": f"{_WORLD} and {_OF_UNIT}",
    "suggestion_shown": f"{_WORLD} and {_OF_FIRE}",
    "photo": f"{_WORLD} and exists (select from report r where r.id = report_id)",
    "person": f"{_WORLD} and exists (select from report r where r.person_id = person.id)",
    "heat_verdict": f"{_WORLD} and exists (select from heat_source h where h.id = source_id)",
    "letter": f"{_WORLD} and recipient = {_MINE}",
    "alert_subscription": f"subject = {_MINE}",
    "board_look": f"{_WORLD} and subject = {_MINE}",
    "document_file": "exists (select from document d where d.id = document_id)",
    "forecast_contour": "exists (select from forecast f where f.id = forecast_id)",
    "audit": f"{_WORLD} and (exists (select from fire f where f.id = sylvan_uuid(subject))"  # noqa: S608
    " or exists (select from unit u where u.id = sylvan_uuid(subject))"
    " or exists (select from station s where s.id = sylvan_uuid(subject)))",
    "neighbour_fire": f"territories && {_REACH}",
    "asset": f"territories && {_REACH}",
    "asset_version": "exists (select from asset a where a.id = asset_id)",
    "asset_batch": f"array['asset:' || owner] && {_REACH}",
    "delivery": f"{_WORLD} and {_OF_ALERT}",
    "attempt": "exists (select from delivery d where d.id = delivery_id)",
    "audit_chain": "exists (select from audit a where a.id = audit_id)",
}
"""Policies of tables that have no ``territories`` of their own: seen with what they belong to."""

OPEN: Final = frozenset(
    {
        "act_file",
        "alert_cursor",
        "alert_tally",
        "asset_stamp",
        "audit_checkpoint",
        "audit_due",
        "batch",
        "danger_day",
        "danger_map",
        "feed",
        "hub_event",
        "hub_fire",
        "hub_source",
        "layer",
        "layer_item",
        "level",
        "neighbour_stand",
        "lightning",
        "log_state",
        "orbit",
        "place_marks",
        "regime",
        "region",
        "territory",
        "upload",
        "weather_forecast",
        "weather_place",
        "weather_report",
        "world",
    }
)
"""Tables that anybody reads to whom an operation is open that shows them."""

_LEAKPROOF: Final = (
    "geometry_overlaps(geometry, geometry)",
    "geometry_contains(geometry, geometry)",
    "geometry_within(geometry, geometry)",
)
"""What bounding boxes are compared with. Unless they are known not to leak, PostgreSQL may not use
a spatial index before it has asked the policy: 224 ms instead of 8 for a million rows. At most the
error for two coordinate systems could be seen, and all are WGS 84."""


def policies() -> dict[str, str]:
    """By table, the condition under which a reader sees a row."""
    own = {
        name: f"{_WORLD} and territories && {_REACH}"
        for name, table in METADATA.tables.items()
        if "territories" in table.c and "world_id" in table.c
    }
    return own | BESIDE


def build(conn: Connection) -> None:
    """Make role, policies and grants where they are not as they should be; done at every start.

    Raises:
        WallError: the account may not make the role, and nobody has made it before.
    """
    plan = _plan()
    stands = conn.scalar(
        text("select obj_description(to_regprocedure('sylvan_uuid(text)'), 'pg_proc')")
    )
    if stands == plan and conn.scalar(_HAS_ROLE, {"name": READER}):
        return  # altering tables waits for all who read them
    make_role(conn)
    conn.exec_driver_sql(
        "create or replace function sylvan_uuid(told text) returns uuid language sql immutable"
        " parallel safe strict as $$ select case when told ~"
        " '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then told::uuid end $$"
    )
    conn.exec_driver_sql(f"grant usage on schema public to {READER}")
    conn.exec_driver_sql(f"revoke all on all tables in schema public from {READER}")
    found = policies()
    for name, condition in sorted(found.items()):
        conn.exec_driver_sql(f"alter table {name} enable row level security")
        conn.exec_driver_sql(f"drop policy if exists {POLICY} on {name}")
        conn.exec_driver_sql(
            f"create policy {POLICY} on {name} for select to {READER} using ({condition})"
        )
    names = ", ".join(sorted({*found, *OPEN}))
    conn.exec_driver_sql(f"grant select on {names} to {READER}")
    if conn.scalar(text("select rolsuper from pg_roles where rolname = current_user")):
        for function in _LEAKPROOF:
            conn.exec_driver_sql(f"alter function {function} leakproof")
    conn.exec_driver_sql(f"comment on function sylvan_uuid(text) is '{plan}'")


def _plan() -> str:
    """A mark of all that :func:`build` makes; backups leave it out, so that restores build anew."""
    told = repr((sorted(policies().items()), sorted(OPEN), _LEAKPROOF))
    return "walls " + hashlib.sha256(told.encode()).hexdigest()[:16]


class WallError(Exception):
    """The second wall cannot be built; the text says what the database's owner has to do."""


def make_role(conn: Connection) -> None:
    """Make the role, which belongs to the whole server, and let this account become it."""
    for left in reversed(range(TRIES)):
        if conn.scalar(_HAS_ROLE, {"name": READER}):
            return
        try:
            with conn.begin_nested():
                known = text("select 1 from pg_roles where rolname = :name")
                if not conn.scalar(known, {"name": READER}):
                    conn.exec_driver_sql(f"create role {READER} nologin")
                conn.exec_driver_sql(f"grant {READER} to current_user")
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == _NOT_ALLOWED or not left:
                raise WallError(
                    f"This account may not make the role {READER}, as which limited readers read."
                    f" Let the database's owner run: create role {READER} nologin;"
                    f" grant {READER} to <account>;"
                ) from error
            sleep(PAUSE_S)  # another database of the same server makes it at this moment


def limit(conn: Connection, actor: Actor) -> None:
    """From here on this transaction reads as ``actor`` may."""
    reach = list(actor.reach)
    found = conn.exec_driver_sql(
        "select id from place_marks where marks && %s::text[]", (reach,)
    ).scalars()
    conn.exec_driver_sql(
        "select set_config('sylvan.world', %s, true), set_config('sylvan.reach', %s, true),"
        " set_config('sylvan.places', %s, true), set_config('sylvan.subject', %s, true),"
        " set_config('role', %s, true)",
        (str(actor.world.id), "\n".join(reach), _bits(found).hex(), actor.subject, READER),
    )


def _bits(numbers: Iterable[int]) -> bytes:
    """A bit for each number, as ``get_bit`` of PostgreSQL counts them."""
    found = list(numbers)
    bits = bytearray(max(found, default=0) // 8 + 1)
    for number in found:
        bits[number // 8] |= 1 << number % 8
    return bytes(bits)


def stand_before(engine: Engine) -> None:
    """Put the wall before every transaction of an engine that begins on a reader's behalf."""

    @event.listens_for(engine, "begin")
    def _begun(conn: Connection) -> None:
        actor = reading_as.get()
        if actor is not None:
            limit(conn, actor)
