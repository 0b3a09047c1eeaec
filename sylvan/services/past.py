"""Which past is asked for: as it was known then, or as it is known now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Known = Literal["then", "now"]


@dataclass(frozen=True, slots=True)
class Past:
    """A moment of a world's clock, and whose knowledge of it counts."""

    at: datetime
    known: Known = "then"

    @property
    def hindsight(self) -> bool:
        """Whether what came later counts: late data, better versions, people's rejections."""
        return self.known == "now"
