"""What follows when a layer changes: fires around it get their address, marks and threats anew.

It happens behind the change, by the clock, in a transaction for each portion of fires; what a
process left that died in between is carried on by the next look.
"""

from dataclasses import dataclass
from typing import Final

import structlog

from sylvan.domain.actors import system
from sylvan.services.asset_follow import AssetFollower, around, as_installation
from sylvan.services.base import Base
from sylvan.store import layer_versions, worlds

log = structlog.get_logger()
REACH_KM: Final = 40.0
"""Around what changed: as far as rules of exposure and marks beyond a border reach, and a cell."""
WHY: Final = "fire.layers_changed"


@dataclass(frozen=True, slots=True)
class LayerFollower(Base):
    """Brings fires up to date with the region's layers."""

    fires: AssetFollower

    def catch_up(self) -> int:
        """Follow all versions that nobody has followed; how many fires were looked at.

        A fault is logged, and the versions stay to be followed: they are in force already.
        """
        with as_installation():
            try:
                return self._follow()
            except Exception:
                log.exception("layer.follow_failed")
                return 0

    def _follow(self) -> int:
        with self.engine.begin() as conn:
            due = layer_versions.unfollowed(conn, self.fires.geography.code)
            if not due:
                return 0
            boxes = [one for _, mine in due for box in mine for one in around(box, REACH_KM)]
            found = [system(world) for world in worlds.all_open(conn)]
            told = sum(self.fires.in_world(actor, boxes, WHY) for actor in found)
            layer_versions.followed(conn, [version for version, _ in due])
        log.info("layer.followed", versions=len(due), fires=told)
        return told
