"""Verifies what a webhook sent (Standard Webhooks 1.0.0), before anything of it is believed."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

PREFIX: Final = "whsec_"
TOLERANCE_S: Final = 300
"""How far its time may lie from ours."""


class BadSignatureError(ValueError):
    """Somebody else sent it, or long ago: answer 400 and look at nothing of it."""


def verify(
    secrets: str | Iterable[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: float | None = None,
) -> dict[str, Any]:
    """The event in a request, if it is ours.

    Args:
        secrets: ``whsec_…``; while one is being replaced, both.
        headers: of the request, in any case.
        body: as it came, to the byte.
        now: seconds since 1970; left out, this machine's.

    Raises:
        BadSignatureError: naming what does not hold.
    """
    told = {name.lower(): value for name, value in headers.items()}
    try:
        name, stamp = told["webhook-id"], int(told["webhook-timestamp"])
        given = told["webhook-signature"].split()
    except (KeyError, ValueError) as error:
        raise BadSignatureError("webhook-id, -timestamp or -signature is missing") from error
    if abs((time.time() if now is None else now) - stamp) > TOLERANCE_S:
        raise BadSignatureError("webhook-timestamp is too old, or this machine's clock is wrong")
    known = [secrets] if isinstance(secrets, str) else list(secrets)
    wanted = [_signature(secret, name, stamp, body) for secret in known]
    if not any(hmac.compare_digest(one, mine) for one in given for mine in wanted):
        raise BadSignatureError("webhook-signature does not fit")
    found: dict[str, Any] = json.loads(body)
    return found


def _signature(secret: str, name: str, stamp: int, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise BadSignatureError("the secret is none: it begins with whsec_") from error
    signed = f"{name}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
