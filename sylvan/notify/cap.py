"""CAP messages: one process follows the log and writes them, the others wait to take over.

It is never called from a use-case: what it does must hold up nobody who fights a fire.
"""

from threading import Event
from time import monotonic
from typing import Final

import structlog

from sylvan.services.cap_desk import MOST, CapDesk

log = structlog.get_logger()
EVERY_S: Final = 1.0
"""How often the log is looked at when nothing new was there."""
RENEW_S: Final = 30.0
"""How often it is looked for messages that run out."""


def keep(desk: CapDesk, stop: Event) -> None:
    """Write messages until told to stop."""
    while not stop.wait(EVERY_S):
        with desk.leading() as alone:
            renewed = -RENEW_S
            while alone and not stop.is_set():
                if monotonic() - renewed >= RENEW_S:
                    desk.renew()
                    renewed = monotonic()
                read, _ = desk.turn()
                if read < MOST:
                    stop.wait(EVERY_S)
