"""A batch that met what is stored, on its way into the tables."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.detections import COLUMNS, Detections, plain
from sylvan.domain.folding import Folded
from sylvan.domain.identity import identity_key
from sylvan.services.neighbours import distinct
from sylvan.services.words import hand_on
from sylvan.store import detections, fire_stamps
from sylvan.store.detections import NO_FIRE, STANDS, STORED

Kept = npt.NDArray[np.void]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A batch, the versions that it met, and what becomes of each."""

    batch: int
    rows: Detections
    living: Kept
    replaced: Kept
    folded: Folded

    @property
    def new(self) -> Detections:
        """What lives from now on: of the batch, then what better versions had replaced."""
        back = self.replaced[self.folded.restored]
        return np.concatenate([self._kept, plain(back)]) if len(back) else self._kept

    @property
    def coming(self) -> Kept:
        """The same as they are to be stored, their fires aside (``store.detections.STORED``)."""
        coming = np.zeros(len(self.folded.keep) + len(self.folded.restored), STORED)
        new = self.new
        for name in COLUMNS:
            coming[name] = new[name]
        coming["key"], coming["batch_id"] = self._keys, self._batches
        return coming

    @property
    def _keys(self) -> npt.NDArray[np.int64]:
        return np.concatenate([self.folded.keys, self.replaced["key"][self.folded.restored]])

    @property
    def _batches(self) -> npt.NDArray[np.int64]:
        back = self.replaced["batch_id"][self.folded.restored]
        return np.concatenate([np.full(len(self.folded.keep), self.batch), back])

    @property
    def _kept(self) -> Detections:
        keep = self.folded.keep
        return self.rows if len(keep) == len(self.rows) else self.rows[keep]

    @property
    def remarks(self) -> tuple[Coded, ...]:
        """What the batch repeats or contradicts."""
        told = []
        if self.folded.duplicates:
            told.append(Coded("reason.group.duplicated", {"count": self.folded.duplicates}))
        if len(self.folded.contradicted):
            count = len(self.folded.contradicted)
            told.append(Coded("reason.group.contradictory", {"count": count}))
        return tuple(told)

    def move_aside(self, conn: Connection, actor: Actor) -> None:
        """Let better versions stand for their pixels, and bring back what has lost its own."""
        folded, world = self.folded, actor.world.id
        gone = self.living[folded.replaced]
        by = self._stands(folded.replaced)
        detections.supersede(conn, world, gone, by)
        pairs = zip(by["acq_at"].tolist(), by["key"].tolist(), strict=True)
        hand_on(conn, actor, gone, list(pairs))
        back = self.replaced[self.folded.restored]
        told = distinct(np.concatenate([gone["fire_id"], back["fire_id"]]))
        fire_stamps.touch(conn, actor, told)
        aside = self.rows[folded.aside]
        stored = len(self.living) + len(self.replaced)
        by = self._stands(stored + folded.aside)
        detections.put_aside(conn, world, self.batch, aside, identity_key(aside), by)
        by = self._stands(len(self.living) + folded.renamed)
        detections.rename(conn, self.replaced["id"][folded.renamed], by)
        detections.take_back(conn, self.replaced["id"][folded.restored])

    def _stands(self, places: Places) -> Kept:
        """The rows that stand for the pixels of some (places among all)."""
        stands = self.folded.winner[places]
        by = np.empty(len(stands), STANDS)
        stored = len(self.living) + len(self.replaced)
        new = stands >= stored
        parts = [(self.living, 0), (self.replaced, len(self.living))]
        for part, start in parts:
            mine = (stands >= start) & (stands < start + len(part))
            for name in STANDS.names or ():
                by[name][mine] = part[name][stands[mine] - start]
        rows = self.rows[stands[new] - stored]
        by["acq_at"][new], by["key"][new], by["batch_id"][new] = (
            rows["acq_at"],
            identity_key(rows),
            self.batch,
        )
        return by

    def insert(
        self,
        conn: Connection,
        actor: Actor,
        fire_ids: npt.NDArray[Any] | None,
        places: npt.NDArray[np.int32],
    ) -> None:
        """COPY what lives from now on (:attr:`new`); without ``fire_ids`` it is grouped later.

        A row whose fire has not been measured without it then simply returns to that fire.
        """
        back = self.replaced[self.folded.restored]
        batch, keys, new, world = self._batches, self._keys, self.new, actor.world.id
        if fire_ids is not None or not len(back):
            detections.insert(conn, world, batch, new, keys, fire_ids, places)
            return
        home = np.concatenate([np.full(len(self._kept), np.void(NO_FIRE)), back["fire_id"]])
        returns = np.append(np.zeros(len(self._kept), bool), ~back["settled"])
        for mine, fires in ((~returns, None), (returns, home[returns])):
            where = places[mine]
            detections.insert(conn, world, batch[mine], new[mine], keys[mine], fires, where)
