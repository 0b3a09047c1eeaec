"""The Python client for partners: calls from the published document, and what no generator makes.

``operations`` has a function for each operation; :class:`Client` and :class:`AsyncClient` carry
them out. ``watching`` follows what changes, ``sightings`` sends reports, ``webhooks`` verifies.
"""

from sylvan.client.call import Call
from sylvan.client.transport import AsyncClient, Client, Patience, ProblemError
from sylvan.client.webhooks import BadSignatureError, verify

__all__ = [
    "AsyncClient",
    "BadSignatureError",
    "Call",
    "Client",
    "Patience",
    "ProblemError",
    "verify",
]
