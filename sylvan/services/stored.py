"""What is stored around a batch, as the store tells it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.fires import Fire
from sylvan.domain.grouping import Points
from sylvan.domain.grouping_batches import neighbour_boxes
from sylvan.store import detections, fires

Stored = npt.NDArray[np.void]
"""Detections (``store.detections.STORED``)."""
Roots = dict[bytes, UUID]
"""Fire id (16 bytes) of a stored detection → the fire that it is today."""
Numbered = tuple[Stored, npt.NDArray[np.int64]]
"""Detections, and the place of each one's fire among the fires asked for, ascending."""
Known = dict[UUID, Fire]


@dataclass(frozen=True, slots=True)
class FromStore:
    """Reads fires and detections around a batch inside its transaction."""

    conn: Connection
    actor: Actor

    def near(self, points: Points) -> set[UUID]:
        """Fires with a detection in the neighbourhood of some points, by the ids stored with it."""
        boxes = np.array(neighbour_boxes(points), np.float64).reshape(-1, 6)
        return detections.fires_in(self.conn, self.actor.world.id, boxes)

    def roots(self, ids: Iterable[UUID]) -> Roots:
        """Today's fires of these ids, each under all the ids that it ever had."""
        step = {one: one for one in ids}
        while onward := fires.aliases(self.conn, self.actor, set(step.values())):
            step = {one: onward.get(root, root) for one, root in step.items()}
        roots = {one.bytes: root for one, root in step.items()}
        for root, merged in fires.merged_ids(self.conn, self.actor, set(step.values())).items():
            roots |= {one.bytes: root for one in (root, *merged)}
        return roots

    def rows(self, roots: Roots) -> Numbered:
        """All detections of fires, each with the place of its fire among them, ascending."""
        every = [UUID(bytes=raw) for raw in roots]
        rows = detections.of_fires(self.conn, self.actor.world.id, every)
        place = {one: k for k, one in enumerate(sorted(set(roots.values())))}
        raw, which = np.unique(rows["fire_id"], return_inverse=True)
        return rows, np.array([place[roots[bytes(one)]] for one in raw], np.int64)[which]

    def known(self, ids: Iterable[UUID]) -> Known | None:
        """The fires, locked in order of id until the transaction ends."""
        return fires.many(self.conn, self.actor, ids, lock=True)
