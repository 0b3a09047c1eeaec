"""By the clock: audit rows get their links as they are seen committed, the chain its checkpoints.

One process of an installation does it; others wait to take over. It is no part of the sequencer, so
that a fault of the one never holds up the other.
"""

from threading import Event
from typing import Final

import structlog

from sylvan.services.house import House

log = structlog.get_logger()
EVERY_S: Final = 1.0
"""How often rows without a link are looked for."""


def keep(house: House, stop: Event) -> None:
    """Build the chain until told to stop."""
    while not stop.wait(EVERY_S):
        with house.audit_chain.leading() as alone:
            if alone:
                turn(house)


def turn(house: House) -> None:
    """Link what waits; sign where it is time."""
    house.audit_chain.link()
    made = house.audit_chain.sign_hourly()
    if made is not None:
        log.info("audit.checkpoint", seq=made.seq, hash=made.hash.hex())
