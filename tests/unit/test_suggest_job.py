"""When suggestions are made by themselves."""

from types import SimpleNamespace
from uuid import UUID

import pytest

from sylvan.jobs import suggest

KNOWN, NEW = UUID(int=1), UUID(int=2)


class Stop:
    """Time that only waiting lets pass."""

    def __init__(self) -> None:
        self.waited = 0.0

    def wait(self, seconds: float) -> bool:
        self.waited += seconds
        return False


def house(stop: Stop, registered_at: float) -> SimpleNamespace:
    """One in which a fire is registered at some second of the rest."""

    def fought(_actor: object) -> frozenset[UUID]:
        return frozenset((KNOWN, NEW) if stop.waited >= registered_at else (KNOWN,))

    return SimpleNamespace(suggestions=SimpleNamespace(fought=fought))


@pytest.mark.parametrize(("registered_at", "waited"), [(3.0, 4.0), (100.0, 20.0)])
def test_a_fire_that_is_registered_in_the_rest_ends_it(registered_at, waited):
    stop = Stop()
    suggest.rest(house(stop, registered_at), None, frozenset({KNOWN}), 20.0, stop)
    assert stop.waited == pytest.approx(waited)
