"""What proves that an answer belongs to a message: signed, for one purpose, short for SMS."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final, Literal

from sylvan.domain.tokens import base32

Purpose = Literal["answer", "mail"]
"""``answer``: the link that acknowledges. ``mail``: the id of a mail, which replies name."""
_MARK: Final = 10
"""Bytes of the signature: 80 bits, tried over the network, each try a request."""
_NUMBER: Final = 5
"""Bytes of the delivery's number."""
CODES: Final = 900


@dataclass(frozen=True, slots=True)
class Seals:
    """Makes and reads them with one key."""

    key: bytes = field(repr=False)

    def write(self, number: int, purpose: Purpose) -> str:
        """The token of a delivery: 24 letters and digits."""
        body = number.to_bytes(_NUMBER, "big")
        return base32(body + self._mark(body, purpose))

    def read(self, token: str, purpose: Purpose) -> int | None:
        """The delivery's number; ``None`` for what nobody here signed for this purpose."""
        if len(token) != (_NUMBER + _MARK) * 8 // 5 or not token.isascii():
            return None
        try:
            raw = base64.b32decode(token.upper())
        except binascii.Error:
            return None
        body, mark = raw[:_NUMBER], raw[_NUMBER:]
        right = hmac.compare_digest(mark, self._mark(body, purpose))
        return int.from_bytes(body, "big") if right else None

    def _mark(self, body: bytes, purpose: Purpose) -> bytes:
        words = b"sylvan alert " + purpose.encode() + b"\0" + body
        return hmac.new(self.key, words, hashlib.sha256).digest()[:_MARK]


def reply_code(number: int) -> str:
    """Three digits with which a reply by SMS says which message it means.

    No secret: that the reply comes from the number that was written to says who answers.
    """
    return str(100 + number % CODES)
