"""By the log and by the clock: letters are made of what happened, and of what did not.

One process of an installation does it; others wait to take over within seconds. A wake-up that is
lost loses nothing, since every turn reads on from the stored position.
"""

from threading import Event
from typing import Final

import structlog

from sylvan.services.alert_desk import AlertDesk

log = structlog.get_logger()
EVERY_S: Final = 1.0
"""How often the log and the clocks are looked at: norms count in minutes, alarms in seconds."""
CANDIDATE_S: Final = 3.0
"""How often a candidate tries to take over."""
AFTER_FAULT_S: Final = 5.0


def keep(desk: AlertDesk, stop: Event) -> None:
    """Tell until told to stop."""
    while not stop.is_set():
        with desk.leading() as alone:
            if alone:
                log.info("alerts.leads")
            while alone and not stop.is_set() and _turn(desk, stop):
                pass
        stop.wait(CANDIDATE_S)


def _turn(desk: AlertDesk, stop: Event) -> bool:
    """One turn; after a fault the post is given back, since its lock may be lost as well."""
    try:
        done = desk.turn()
    except Exception:  # nothing was written: the same page is read again
        log.exception("alerts.turn_failed", again_in_s=AFTER_FAULT_S)
        stop.wait(AFTER_FAULT_S)
        return False
    if done.letters:
        log.info("alerts.letters", letters=done.letters, events=done.read)
    if not done.behind:
        stop.wait(EVERY_S)
    return True
