"""The official's board: his territory on one page, and what changed since he looked last."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from sylvan.domain import board_look
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, Invalid, NotFound
from sylvan.domain.danger import COLOURS
from sylvan.domain.documents import DocumentKind
from sylvan.domain.fires import Fire
from sylvan.domain.instants import iso
from sylvan.domain.worlds import World, is_future
from sylvan.services import board_parts as parts
from sylvan.services.base import Base, whole_again
from sylvan.services.board_news import news
from sylvan.services.documents import Documents, NewDocument
from sylvan.services.figures import Figures
from sylvan.services.geography import Geography
from sylvan.services.local_danger import danger_days
from sylvan.services.orders import Orders
from sylvan.services.regimes import Regimes, in_force
from sylvan.services.worlds import as_dict as world_as_dict
from sylvan.store import archive, board, documents, events, feeds, fires, layers, orders, regimes
from sylvan.store import territories as places
from sylvan.store import worlds as world_rows
from sylvan.store.limits import as_installation, as_reader

HISTORY: Final = timedelta(days=5)
"""Signals not seen for longer are history, as in the dispatcher's picture."""


@dataclass(frozen=True, slots=True)
class Board(Base):
    """Use-cases of the board."""

    geography: Geography
    orders: Orders
    regimes: Regimes
    figures: Figures
    documents: Documents

    def read(
        self, actor: Actor, territory: str | None, since: datetime | None = None
    ) -> dict[str, Any]:
        """Everything that stands on the board, as of one moment.

        Args:
            actor: who looks.
            territory: one of his territories; ``None``: all of them.
            since: from when on changes are told; ``None``: since he looked last.

        Raises:
            NotFound: there is no such territory, or it is not this actor's.
        """
        now = self.clock()
        at = actor.world.now(now)
        with self.engine.connect().execution_options(isolation_level="REPEATABLE READ") as conn:
            actor, where = self._where(conn, actor, territory)
            known = fires.current(conn, actor, at - HISTORY)
            given = orders.still_open(conn, actor)
            burning = parts.burning(conn, actor, known, given, at)
            mine = [one for one in burning.fires if parts.inside(actor, one.territories)]
            from_then = board_look.since(board.look(conn, actor), now, at)
            if since is not None:
                from_then = board_look.asked(since, now, at)
            return {
                "as_of_seq": events.position(conn)[1],
                "world": world_as_dict(actor.world, at.isoformat()),
                **where,
                "counts": burning.counted(actor),
                "fires": burning.shown(actor),
                "threats": parts.threats(conn, actor, self.geography.region(conn), burning.fires),
                "asked": parts.asked(conn, actor, self.orders, given, _by_id(known)),
                "changes": news(conn, actor, known, from_then, at),
                "forces": parts.forces(conn, actor, given, mine),
                "danger": self._danger(conn, actor),
                "bulletin": self._bulletin(conn, actor, at),
                "feeds": [one.as_dict() for one in feeds.listed(conn, actor)],
            }

    @whole_again
    def looked(self, actor: Actor, at: datetime, *, leaving: bool) -> dict[str, Any]:
        """Put down that the actor has seen a board of ``at``, or has left it.

        Raises:
            Invalid: that moment is still to come.
        """
        now = self.clock()
        if is_future(actor.world, at, now):
            raise Invalid("board.ahead", {"at": iso(at)}, "at")
        with self.engine.begin() as conn:
            before = board.look(conn, actor, lock=True)
            after = board_look.left(before, at, now) if leaving else board_look.said(at, now)
            board.keep_look(conn, actor, after)
        told = board_look.since(after, now, actor.world.now(now))
        return {"since": told.at, "first": told.first}

    def seasons(self, actor: Actor, territory: str | None) -> dict[str, Any]:
        """This year beside earlier ones, up to the same day, from what is stored and nothing else.

        Raises:
            NotFound: as of :meth:`read`.
        """
        with self.engine.connect() as conn:
            actor, _ = self._where(conn, actor, territory)
            boundary = self.figures.boundary(conn)
        with as_installation(), self.engine.connect() as conn:
            made = [one for one in world_rows.all_open(conn) if _past(conn, actor, one)]
        today = boundary.day_of(actor.world.now(self.clock()))
        rows = self._years(actor, today, boundary.zone, None)
        for world in made:
            rows += self._years(actor.in_world(world), today, boundary.zone, world.name)
        rows.sort(key=lambda one: (-one["year"], one["world"] or ""))
        mine = [one for one in rows if one["year"] == today.year and one["world"] is None]
        return {
            "today": today,
            "this_year": mine[0] if mine else None,
            "past": [one for one in rows if one["year"] < today.year],
        }

    def bulletin(self, actor: Actor, language: str) -> dict[str, Any]:
        """Today's morning bulletin as it would be issued now, and the one that was."""
        with self.engine.connect() as conn:
            day = self.figures.boundary(conn).day_of(actor.world.now(self.clock()))
        asked = NewDocument(DocumentKind.BULLETIN, day=day, language=language)
        return {"day": day, "language": language, **self.documents.preview(actor, asked)}

    def _years(
        self, actor: Actor, today: date, zone: str, name: str | None
    ) -> list[dict[str, Any]]:
        with as_reader(actor), self.engine.connect() as conn:
            rows = board.seasons(conn, actor, today, zone)
        return [
            {
                "year": one.year,
                "world": name,
                "seen": one.seen,
                "area_ha": round(one.area_ha, 1),
                "registered": one.registered,
            }
            for one in rows
        ]

    def _where(
        self, conn: Connection, actor: Actor, territory: str | None
    ) -> tuple[Actor, dict[str, Any]]:
        """The actor within one of his territories, and what there is to choose from."""
        names = self._choices(conn, actor)
        if territory is not None and territory not in names:
            raise NotFound("board.not_yours", {"territory": territory}, "territory")
        chosen = actor if territory is None else replace(actor, territories=(territory,), owner="")
        told = {
            "territory": territory,
            "names": [names[one] for one in chosen.territories if one in names]
            if not chosen.everywhere
            else [self._region(conn)],
            "choices": [{"code": code, "name": one} for code, one in names.items()],
            "whole": chosen.everywhere,
        }
        return chosen, told

    def _choices(self, conn: Connection, actor: Actor) -> dict[str, dict[str, str]]:
        known = self.figures.names(conn)
        if actor.everywhere:
            return known
        known |= places.names_of(conn, actor.territories)
        return {code: known.get(code) or {"ru": code, "en": code} for code in actor.territories}

    def _region(self, conn: Connection) -> dict[str, str]:
        code = self.geography.code
        stored = layers.region(conn, code)
        return (stored[0] if stored else {}).get("names") or {"ru": code, "en": code}

    def _danger(self, conn: Connection, actor: Actor) -> dict[str, Any]:
        """Classes today and tomorrow by municipality, with the regimes that stand there."""
        today = self.regimes.danger.today(conn, actor)
        mine = [
            one for one in self.regimes.municipalities(conn) if parts.inside(actor, (one.code,))
        ]
        tomorrow = today + timedelta(days=1)
        classes = danger_days(conn, actor, tomorrow, 2).within([one.shape for one in mine])
        known = regimes.listed(conn, actor, today)
        rows: list[dict[str, Any]] = [
            {
                "code": one.code,
                "name": dict(one.names),
                "today": days[0] or None,
                "tomorrow": days[1] or None,
                "regimes": [told.kind.value for told in in_force(known, one.code, today)],
            }
            for one, days in zip(mine, classes, strict=True)
        ]
        worst = max((one["tomorrow"] or 0 for one in rows), default=0)
        assumed = [] if worst else [Coded("danger.no_weather").as_dict()]
        return {
            "today": today,
            "tomorrow": tomorrow,
            "worst": self._advice(worst),
            "rows": sorted(rows, key=lambda one: (-(one["tomorrow"] or 0), one["code"])),
            "assumed": assumed,
        }

    def _advice(self, worst: int) -> Mapping[str, Any] | None:
        """The worst class with its name and what follows from it."""
        known = self.regimes.danger.advice.as_list()
        found = next((one for one in known if one["class"] == worst), None)
        return found and {**found, "colour": COLOURS[worst - 1]}

    def _bulletin(self, conn: Connection, actor: Actor, at: datetime) -> dict[str, Any]:
        """Whether today's morning bulletin was issued."""
        day = self.figures.boundary(conn).day_of(at)
        found = documents.page(
            conn, actor, kind=DocumentKind.BULLETIN, fire_id=None, after=None, limit=1
        )
        issued = [one for one in found if one.day == day]
        return {"day": day, "number": issued[0].number if issued else None}


def _by_id(known: list[Fire]) -> dict[Any, Fire]:
    return {one.id: one for one in known}


def _past(conn: Connection, actor: Actor, world: World) -> bool:
    """Whether a world is an archive that somebody else than the board's own world keeps."""
    return world.id != actor.world.id and archive.of_world(conn, world.id) is not None
