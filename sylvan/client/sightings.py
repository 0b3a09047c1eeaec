"""Sends what towers, aircraft or crews of a partner saw: every sighting once, whatever happens."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sylvan.client import models, operations
from sylvan.client.transport import Client, ProblemError


@dataclass(frozen=True)
class Sent:
    """What became of one sighting."""

    sighting: models.NewReport
    report: models.Report | None
    problem: ProblemError | None = None
    """Why it was not taken; the others go on."""


def key_of(sighting: models.NewReport) -> str:
    """The same for the same words: a sighting that is sent again after a crash is no second one."""
    text = json.dumps(sighting, sort_keys=True, ensure_ascii=False)
    return "sighting-" + hashlib.sha256(text.encode()).hexdigest()[:40]


def push(client: Client, sightings: Iterable[models.NewReport]) -> Iterator[Sent]:
    """Send them one after another, waiting where the server asks for it.

    Yields what became of each as soon as it is known. Refused ones are told with their problem;
    a server that is away is tried as the client's patience says.

    Raises:
        ProblemError: 401 or 403: the key may not report, so none would be taken.
        httpx.TransportError: the server could not be reached.
    """
    for sighting in sightings:
        call = operations.reports_submit(sighting, idempotency_key=key_of(sighting))
        try:
            yield Sent(sighting, client(call))
        except ProblemError as problem:
            if problem.status in (401, 403):
                raise
            yield Sent(sighting, None, problem)
