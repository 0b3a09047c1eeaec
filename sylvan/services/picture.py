"""The picture as a whole: one transaction, one number of the log."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sylvan import __version__
from sylvan.domain import lifecycle
from sylvan.domain.actors import Actor, local_operator
from sylvan.domain.fires import summary
from sylvan.domain.timeline import NORM
from sylvan.domain.worlds import World, live_world
from sylvan.services.base import Base
from sylvan.services.forces_keeper import Keeper
from sylvan.services.forecasts_views import small
from sylvan.services.geography import Geography
from sylvan.services.languages import LANGUAGES
from sylvan.services.orders import Orders
from sylvan.services.worlds import as_dict
from sylvan.store import (
    duty,
    events,
    exposure,
    feeds,
    fires,
    forecasts,
    layers,
    notices,
    orders,
    proposals,
    reports,
    worlds,
)

SHOWN_FOR: Final = timedelta(days=5)
"""Signals not seen for longer are history; fires that somebody works on stay until closed."""
REPORTS_FOR: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Picture(Base):
    """Reading everything that a screen starts from."""

    geography: Geography
    forces: Keeper
    orders: Orders

    def snapshot(self, actor: Actor) -> dict[str, Any]:
        """Fires, reports, feeds, proposals, forces, and the log's number that they stand at."""
        now = actor.world.now(self.clock())
        with self.engine.connect().execution_options(isolation_level="REPEATABLE READ") as conn:
            epoch, seq = events.position(conn)
            live = fires.current(conn, actor, now - SHOWN_FOR)
            told = reports.waiting_or_since(conn, actor, now - REPORTS_FOR)
            return {
                "epoch": str(epoch),
                "as_of_seq": seq,
                "world": as_dict(actor.world, now.isoformat()),
                "fires": [summary(fire, actor.world.name, now) for fire in live],
                "reports": [report.as_dict(actor.world.name) for report in told],
                "feeds": [feed.as_dict() for feed in feeds.listed(conn, actor)],
                "proposals": [found.as_dict() for found in proposals.open_ones(conn, actor)],
                "exposures": exposure.briefs(conn, actor, [fire.id for fire in live]),
                "forecasts": [
                    small(one, actor.world.name) for one in forecasts.newest(conn, actor)
                ],
                **self.forces.picture(conn, actor, self.clock()),
                "orders": [self.orders.told(one, actor) for one in orders.still_open(conn, actor)],
                "notices": [one.as_dict() for one in notices.standing(conn, actor)],
                "cares": [one.as_dict() for one in duty.standing(conn, actor, self.clock(), now)],
            }

    def feeds(self, actor: Actor) -> list[dict[str, Any]]:
        """The state of each feed."""
        with self.engine.connect() as conn:
            return [feed.as_dict() for feed in feeds.listed(conn, actor)]

    def proposals(self, actor: Actor) -> list[dict[str, Any]]:
        """Proposals that wait for a decision."""
        with self.engine.connect() as conn:
            return [found.as_dict() for found in proposals.open_ones(conn, actor)]

    def worlds(self, enters: Callable[[World], bool]) -> list[dict[str, Any]]:
        """All open worlds that somebody may enter."""
        with self.engine.connect() as conn:
            found = worlds.all_open(conn)
        return [
            as_dict(world, world.now(self.clock()).isoformat()) for world in found if enters(world)
        ]

    def config(self, default_world: str) -> dict[str, Any]:
        """What a screen must know before anything else."""
        code = self.geography.code
        with self.engine.connect() as conn:
            found = layers.region(conn, code)
        manifest = found[0] if found else {}
        return {
            "version": __version__,
            "region": _region(code, manifest),
            "default_world": default_world,
            "languages": list(LANGUAGES),
            "basemap": "/basemap.pmtiles",
            "attribution": " · ".join(manifest.get("attribution", [])),
            "registration_norm_s": int(NORM.norm.total_seconds()),
            "reject_reasons": [reason.value for reason in lifecycle.RejectReason],
            "transitions": {
                status.value: lifecycle.fire_options(status, local_operator(live_world()))
                for status in lifecycle.Status
            },
        }


def _region(code: str, manifest: dict[str, Any]) -> dict[str, Any]:
    """The part of a manifest that screens need; a world view where no region is loaded."""
    return {
        "code": code,
        "name": manifest.get("names") or {"ru": code, "en": code},
        "bbox": manifest.get("bbox") or [-180.0, -85.0, 180.0, 85.0],
        "center": manifest.get("centre") or [0.0, 30.0],
        "zoom": manifest.get("zoom") or 2.0,
        "time_zones": manifest.get("zones") or ["UTC"],
    }
