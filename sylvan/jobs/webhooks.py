"""By the clock: endpoints of webhooks are told what the log says. One process of all does it."""

from threading import Event

from sylvan.notify import webhooks
from sylvan.services.house import House


def keep(house: House, stop: Event) -> None:
    """Send until told to stop."""
    webhooks.keep(house.webhooks.posts, stop)
