"""A hand-over told by two logs: whatever the order of reading, both sides end with one word."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain.neighbours import Handover, HandoverStatus, heard, of_dict

NOW = datetime(2026, 7, 17, 6, tzinfo=UTC)
A, B = "west", "east"
OFFER = Handover(
    UUID(int=1),
    1,
    A,
    B,
    UUID(int=2),
    {"point": [124.0, 61.0], "number": "W-1"},
    HandoverStatus.OFFERED,
    "",
    {},
    (),
    NOW,
    "duty",
)


class Side:
    """One region: its row, its log, and how far the other's was read."""

    def __init__(self, code: str) -> None:
        self.code, self.mine, self.log, self.read = code, None, [], 0

    def write(self, new: Handover) -> None:
        self.mine = new
        self.log.append(new)

    def say(self, status: HandoverStatus) -> None:
        if self.mine is not None and self.mine.status is HandoverStatus.OFFERED:
            self.write(replace(self.mine, status=status))

    def hear(self, theirs: Handover) -> None:
        status = heard(self.mine, theirs, self.code)
        if status is not None:
            self.write(theirs if self.mine is None else replace(self.mine, status=status))

    def step(self, other: "Side") -> None:
        if self.read < len(other.log):
            self.hear(of_dict(other.log[self.read].as_dict()))
            self.read += 1

    def again(self, other: "Side") -> None:
        """The last page once more, as after a death before the cursor moved."""
        self.read = max(0, self.read - 1)
        self.step(other)


DEEDS = st.lists(
    st.sampled_from(["a reads", "b reads", "a again", "b again", "accept", "refuse", "withdraw"]),
    max_size=30,
)


@given(DEEDS)
def test_both_sides_agree_when_all_is_read(deeds):
    giver, taker = Side(A), Side(B)
    giver.write(OFFER)
    acts = {
        "a reads": lambda: giver.step(taker),
        "b reads": lambda: taker.step(giver),
        "a again": lambda: giver.again(taker),
        "b again": lambda: taker.again(giver),
        "accept": lambda: taker.say(HandoverStatus.ACCEPTED),
        "refuse": lambda: taker.say(HandoverStatus.REFUSED),
        "withdraw": lambda: giver.say(HandoverStatus.WITHDRAWN),
    }
    accepted = False
    for deed in deeds:
        acts[deed]()
        accepted |= taker.mine is not None and taker.mine.status is HandoverStatus.ACCEPTED
    for _ in range(20):
        giver.step(taker)
        taker.step(giver)
    assert giver.read == len(taker.log)
    assert taker.read == len(giver.log)  # nothing echoes for ever
    if accepted:
        assert giver.mine.status is HandoverStatus.ACCEPTED
    assert giver.mine.status is taker.mine.status


@pytest.mark.parametrize(
    "broken",
    [
        {"id": "x"},
        {"status": "lost"},
        {"fire": {}},
        {"fire": {"point": [1]}},
        {"offered_at": "yesterday"},
    ],
)
def test_what_is_no_handover_is_refused_before_anything_is_done_with_it(broken):
    with pytest.raises((KeyError, TypeError, ValueError)):
        of_dict(OFFER.as_dict() | broken)
