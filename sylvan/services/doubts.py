"""How sure new detections are where people said that nothing burns.

What is linked to a rejected fire stays with it, out of sight.  Where somebody looked and found
nothing a fire may still begin the next day, and it must not be hidden.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.detections import Detections
from sylvan.domain.fires import Fire
from sylvan.domain.grouping import NO_GROUP, nearest_links, points_of
from sylvan.domain.heat import HeatRegister
from sylvan.domain.lifecycle import RejectReason, Status
from sylvan.domain.screening import screen
from sylvan.services.neighbours import Neighbours

PASSING: Final = RejectReason.NOT_FOUND
"""A reason that says nothing of the next day; a plant or a flare stays where it is."""


def sure_of(
    new: Detections, there: Neighbours, register: HeatRegister | None
) -> npt.NDArray[np.float64]:
    """Likelihood (0…1) of each new detection, by itself; 0 where no rejection could hide it."""
    sure = np.zeros(len(new))
    doubtful = np.array([_nothing_found(there.known[one]) for one in there.ids], bool)
    ground = there.rows[doubtful[there.fire]] if doubtful.any() else there.rows[:0]
    at, _ = nearest_links(points_of(new), points_of(ground))
    for place in np.flatnonzero(at != NO_GROUP).tolist():
        sure[place] = screen(new[place : place + 1], register).likelihood
    return sure


def _nothing_found(fire: Fire) -> bool:
    told = fire.details.get(Status.REJECTED, {})
    return fire.status == Status.REJECTED and told.get("reject_reason") == PASSING
