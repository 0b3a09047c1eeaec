"""By the clock: alerts go out, are tried again, and climb while nobody answers."""

from threading import Event

from sylvan import wiring_alerts
from sylvan.services.house import House


def keep(house: House, stop: Event) -> None:
    """Send until told to stop; several processes may."""
    wiring_alerts.sender(house.postroom).run(stop)
