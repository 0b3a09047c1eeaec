"""A letter: one thing told to one recipient, before anybody knows how it will reach him.

Rules end in letters, channels begin with them. A letter holds the name of a template and the facts
that it needs, never prose, so that it reads in whatever language its recipient has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from uuid import UUID, uuid5

from sylvan.domain.codes import Scalar

Grade = Literal["info", "warning", "alarm"]
"""How much it matters: an alarm breaks through quiet hours and sounds."""
NAMES = UUID("6b0f2d0e-7c0a-5d2b-9d43-5a1f0c2b7e11")
"""The space of the letters' ids."""


IN: Final = "@"
"""Between a field and a language: ``settlement@en`` is the settlement's English name."""


def spoken(fields: Mapping[str, Scalar], language: str) -> dict[str, Scalar]:
    """Fields with their names in a language, where there are any in it."""
    plain = {name: value for name, value in fields.items() if IN not in name}
    tail = IN + language
    own = {name.removesuffix(tail): fields[name] for name in fields if name.endswith(tail)}
    return plain | own


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to somebody: a channel of `alerts/channels.yaml` and the address that it takes."""

    channel: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told to one recipient."""

    dedupe: str
    # the same thing told to the same recipient has the same words here: it goes out once
    world: int
    # number of the world that it belongs to
    rule: str
    # name of the rule that holds
    thread: str
    # what belongs together for whoever reads: "fire:<id>", "feed:<name>", "danger:<territory>"
    grade: Grade
    template: str
    # name in `alerts/templates/<language>/`
    fields: Mapping[str, Scalar]
    # what the template is filled with: names in the recipient's language, and beside them in others
    recipient: str
    # subject of an account, holder of a key, or "contact:<name>" of `alerts/contacts.yaml`
    contacts: tuple[Contact, ...]
    # in the order in which they are tried
    language: str
    at: datetime
    # when what it tells came true
    due_at: datetime
    # not to be sent before: quiet hours and digests put it off
    fire_id: UUID | None = None
    drill: bool = False
    answer_by: datetime | None = None
    # until when it should be acknowledged; none: it asks for nothing
    digest: str = ""
    # letters of one recipient with the same words here go out as one; empty: alone
    territories: tuple[str, ...] = field(default=())
    # marks of whom it concerns, as rows carry them

    @property
    def id(self) -> UUID:
        """The same letter has the same id, whoever made it."""
        return uuid5(NAMES, f"{self.world}|{self.recipient}|{self.dedupe}")
