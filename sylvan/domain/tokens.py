"""What secrets look like: session tokens, one-time links, keys of partners and devices.

Only hashes of them are stored. They are long and random, so that a fast hash is enough.
"""

import base64
import hashlib
import hmac
import re
import zlib
from dataclasses import dataclass
from typing import Final

SECRET_BYTES: Final = 32
_ID: Final = 8
_SECRET: Final = 52
"""Letters of 32 bytes in base32."""
_CHECK: Final = 7
"""Letters of a CRC-32 in base32."""
_LETTERS: Final = "[a-z2-7]"
_KEY: Final = re.compile(
    rf"sy_([a-z]{{2,8}})_({_LETTERS}{{{_ID}}})_({_LETTERS}{{{_SECRET}}})({_LETTERS}{{{_CHECK}}})"
)
KEY_ANYWHERE: Final = re.compile(rf"sy_[a-z]{{2,8}}_{_LETTERS}{{{_ID}}}_{_LETTERS}*", re.ASCII)
"""A key, or the beginning of one, inside other text."""


@dataclass(frozen=True, slots=True)
class KeyParts:
    """A key that has the right shape; whether it opens anything is another question."""

    env: str
    id: str
    whole: str


def base32(raw: bytes) -> str:
    """Lower case, without padding."""
    return base64.b32encode(raw).decode().rstrip("=").lower()


def token(raw: bytes) -> str:
    """Random bytes as text for a cookie or an address."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _check(body: str) -> str:
    return base32(zlib.crc32(body.encode()).to_bytes(4, "big"))


def write_key(env: str, key_id: str, raw: bytes) -> str:
    """A key as its holder gets it: ``sy_<env>_<id>_<secret><checksum>``."""
    body = f"sy_{env}_{key_id}_{base32(raw)}"
    return body + _check(body)


def read_key(text: str) -> KeyParts | None:
    """A key by its shape and checksum; a slip of the pen is found without asking the database."""
    found = _KEY.fullmatch(text)
    if found is None or not hmac.compare_digest(_check(text[:-_CHECK]), found[4]):
        return None
    return KeyParts(found[1], found[2], text)


def hashed(secret: str) -> bytes:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_of(session: str) -> str:
    """The word that a page sends along with changes: who knows the session's token can make it."""
    mark = hmac.new(session.encode(), b"sylvan csrf", hashlib.sha256).digest()
    return token(mark)
