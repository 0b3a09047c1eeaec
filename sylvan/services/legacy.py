"""What fires lose to better versions of their pixels, and who inherits it."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.fires import CANDIDATE, Fire
from sylvan.domain.folding import Folded
from sylvan.services.neighbours import Neighbours, distinct
from sylvan.store import detections, surgery
from sylvan.store.detections import NO_FIRE

Ids = npt.NDArray[np.void]
Mask = npt.NDArray[np.bool_]
Kept = npt.NDArray[np.void]
STORED_ALREADY = -1

LOSS = np.dtype(
    [
        ("fire_id", "V16"),  # the fire that the row had
        ("acq_at", "i8"),  # its acquisition, seconds since 1970
        ("key", "i8"),  # its identity
        ("gone", "?"),  # whether the fire loses it; else it lives again and may come back
        ("heir", "i8"),  # place among the new rows of what stands for its pixel; −1: none of them
        ("to", "V16"),  # the fire of the stored row that stands for it, where there is no heir
    ]
)


@dataclass(frozen=True, slots=True)
class Legacy:
    """What new detections have from earlier versions of their pixels."""

    losses: npt.NDArray[np.void]
    """Rows (``LOSS``) that left their fires."""
    false: Mask
    """New detections whose earlier version people marked false: stored, and left out."""

    @classmethod
    def none(cls, n: int) -> "Legacy":
        """Of ``n`` detections that replace nothing."""
        return cls(np.empty(0, LOSS), np.zeros(n, bool))

    @classmethod
    def of(cls, fires: list[UUID]) -> "Legacy":
        """Of no detections; these fires are to be grouped anew though they lost nothing."""
        losses = np.zeros(len(fires), LOSS)
        losses["fire_id"] = [np.void(one.bytes) for one in fires]
        losses["heir"] = STORED_ALREADY
        return cls(losses, np.zeros(0, bool))

    @property
    def lost(self) -> list[UUID]:
        """All fires concerned, as their rows name them; they are to be grouped anew."""
        return distinct(np.concatenate([self.losses["fire_id"], self.losses["to"]]))

    def heirs(self, there: Neighbours) -> Ids:
        """For each new detection the fire (16 bytes) of a row that it replaces, or ``NO_FIRE``.

        Of several the one on which people have decided, else the elder: whoever came first.
        """
        found: Ids = np.full(len(self.false), np.void(NO_FIRE))
        mine = self.losses[self.losses["heir"] != STORED_ALREADY]
        roots = [there.known[there.roots[bytes(raw)]] for raw in mine["fire_id"]]
        order = sorted(range(len(mine)), key=lambda k: _precedence(roots[k]), reverse=True)
        for k in order:  # the foremost is written last; by the id of its row: merges are undone
            found[mine["heir"][k]] = mine["fire_id"][k]
        return found

    def successor(self, fire: UUID, there: Neighbours, fire_ids: Ids) -> UUID | None:
        """Where the earliest pixel went of a fire that has none left; None if that is not known.

        Args:
            fire: the fire as it is today.
            there: what is stored around.
            fire_ids: the fire of each new detection.
        """
        mine = [there.roots[bytes(raw)] == fire for raw in self.losses["fire_id"]]
        for loss in np.sort(self.losses[np.array(mine, bool)], order=["acq_at", "key"]):
            raw = loss["to"] if loss["heir"] == STORED_ALREADY else fire_ids[loss["heir"]]
            to = there.roots.get(bytes(raw), UUID(bytes=bytes(raw)))
            if bytes(raw) != NO_FIRE and to != fire:
                return to
        return None

    def counts(self, there: Neighbours) -> dict[UUID, int]:
        """How many rows each fire loses to better versions."""
        gone = self.losses["fire_id"][self.losses["gone"]]
        raw, count = np.unique(gone, return_counts=True)
        told: dict[UUID, int] = {}
        for one, n in zip(raw, count.tolist(), strict=True):
            root = there.roots[bytes(one)]
            told[root] = told.get(root, 0) + n
        return told


def _precedence(fire: Fire) -> tuple[bool, float, UUID]:
    return fire.status == CANDIDATE, fire.received_at.timestamp(), fire.id


def of_fold(conn: Connection, actor: Actor, living: Kept, replaced: Kept, folded: Folded) -> Legacy:
    """What the rows of a batch inherit: those that are kept, then those that live again."""
    n = len(living) + len(replaced)
    new = np.concatenate([n + folded.keep, len(living) + folded.restored])
    heir = np.full(len(folded.winner), STORED_ALREADY)
    heir[new] = np.arange(len(new))
    out = folded.replaced
    stands = folded.winner[out]
    losses = np.zeros(len(out) + len(folded.restored), LOSS)
    gone, back = losses[: len(out)], losses[len(out) :]
    for name in ("fire_id", "acq_at", "key"):
        gone[name], back[name] = living[name][out], replaced[name][folded.restored]
    gone["gone"] = True
    gone["heir"], back["heir"] = heir[stands], heir[len(living) + folded.restored]
    stays = stands < len(living)
    gone["to"][stays] = living["fire_id"][stands[stays]]
    known = losses["fire_id"] != np.void(NO_FIRE)
    known &= (losses["heir"] != STORED_ALREADY) | (losses["to"] != np.void(NO_FIRE))
    keys = np.concatenate([folded.keys, replaced["key"][folded.restored]])
    return _legacy(conn, actor, losses[known], keys)


def of_pending(conn: Connection, actor: Actor, rows: Kept) -> Legacy:
    """What stored detections that belong to no fire yet inherit."""
    found = detections.lost(conn, actor.world.id, rows["acq_at"], rows["key"])
    place = {key: k for k, key in enumerate(rows["key"].tolist())}
    losses = _read(found)
    losses["heir"] = [place[key] for key in found["by_key"].tolist()]
    return _legacy(conn, actor, losses, rows["key"])


def of_settled(conn: Connection, actor: Actor, limit: int) -> Legacy:
    """What fires lost to rows that were grouped meanwhile; no new detections."""
    found = detections.lost_to_settled(conn, actor.world.id, limit)
    losses = _read(found)
    losses["heir"] = STORED_ALREADY
    losses["to"] = found["by_fire_id"]
    return Legacy(losses, np.zeros(0, bool))


def _read(found: Kept) -> npt.NDArray[np.void]:
    losses = np.zeros(len(found), LOSS)
    for name in ("fire_id", "acq_at", "key"):
        losses[name] = found[name]
    losses["gone"] = True
    return losses


def _legacy(
    conn: Connection, actor: Actor, losses: npt.NDArray[np.void], keys: npt.NDArray[np.int64]
) -> Legacy:
    inherits = np.zeros(len(keys), bool)
    inherits[losses["heir"][losses["heir"] != STORED_ALREADY]] = True
    if inherits.any():
        marked = surgery.marked_false(conn, actor.world.id, keys[inherits])
        inherits &= np.isin(keys, marked)
    return Legacy(losses, inherits)
