"""Decisions of a commission as somebody writes them down."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sylvan.domain.command.control import ControlKind
from sylvan.services.act_files import GivenFile


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision as somebody writes it down."""

    number: str
    day: date
    kind: ControlKind
    grounds: str
    commission: str
    fire_ids: tuple[UUID, ...] = ()
    municipality: str = ""
    until: date | None = None
    threat: bool = True
    """Whether settlements or objects are threatened; must be told to be absent."""
    file: GivenFile | None = None

    def as_dict(self) -> dict[str, Any]:
        """What makes two of them the same."""
        file = self.file.as_dict() if self.file else None
        told = [str(one) for one in (self.number, self.day, self.kind, self.until, self.threat)]
        text = [self.grounds, self.commission, self.municipality]
        return {"told": told, "text": text, "fires": [str(one) for one in self.fire_ids]} | {
            "file": file
        }


@dataclass(frozen=True, slots=True)
class Cancelling:
    """The decision that cancels one."""

    number: str
    day: date
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"number": self.number, "date": self.day.isoformat(), "reason": self.reason}
