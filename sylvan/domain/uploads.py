"""A file on its way in, as far as it has come."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Upload:
    """How far a file has come."""

    id: UUID
    length: int
    """Bytes that were announced."""
    taken: int
    """Bytes that are kept."""
    used_at: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether all bytes are there, and nobody has used them yet."""
        return self.taken == self.length and self.used_at is None
