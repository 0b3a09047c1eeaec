"""What people have said about fires, as the engine asks before it touches them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.fires import Fire
from sylvan.domain.surgery import Held, PeoplesWord, Pixel, Rows, inherited, word_of
from sylvan.store import surgery


def words(conn: Connection, actor: Actor, fires: Iterable[Fire]) -> PeoplesWord:
    """What people have said of these fires (survivors of merges) and of their detections.

    The pure input of grouping, of a batch or of everything again: ``apart`` and ``decided`` go to
    the partition, detections of ``decided`` fires (``held`` ones are among them) stay where they
    are, ``false`` ones are left out.  One query where nobody has corrected anything.
    """
    today = {one: fire.id for fire in fires for one in fire.ids}
    in_force = surgery.about(conn, actor, today, in_force=True) if today else []
    if not in_force:
        return PeoplesWord()
    return replace(
        word_of(in_force, today),
        held=surgery.held_of(conn, actor.world.id, (one.id for one in in_force)),
        false=surgery.false_of(conn, actor.world.id, today),
    )


def hand_on(conn: Connection, actor: Actor, gone: Rows, heirs: Sequence[Pixel]) -> None:
    """Let better versions of detections inherit what people said of the earlier ones.

    Args:
        conn: the transaction that replaces them.
        actor: in whose world.
        gone: replaced detections (``acq_at``, ``key``).
        heirs: acquisition (s) and key of what replaces each.
    """
    if not len(gone):
        return
    said = surgery.words_on(conn, actor.world.id, gone["acq_at"], gone["key"])
    if not said:
        return
    names = zip(gone["acq_at"].tolist(), gone["key"].tolist(), strict=True)
    heir_of = dict(zip(names, heirs, strict=True))
    named = [(int(one["acq_at"].timestamp()), one["key"]) for one in said]
    false = {name for name, one in zip(named, said, strict=True) if one["verdict"] == Held.FALSE}
    hidden = inherited(heir_of, false)
    told = []
    for name, one in zip(named, said, strict=True):
        at, key = heir_of[name]
        if one["verdict"] != Held.FALSE or (at, key) in hidden:
            told.append(one | {"acq_at": datetime.fromtimestamp(at, UTC), "key": key})
    surgery.hand_on(conn, actor.world.id, told)
