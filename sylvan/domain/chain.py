"""The chain over the audit: each row's hash takes in the one before it, so that a change shows.

``hash = SHA-256(previous hash ‖ RFC 8785 JSON of the row)``, 32 zero bytes before the first.
Whoever can write the database could reckon the whole chain anew; signed checkpoints, kept outside
it, are what he cannot make.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import rfc8785

START: Final = bytes(32)
"""What stands before the first row."""
EXACT: Final = 2**53 - 1
"""The largest whole number that JSON keeps exactly (RFC 7493); larger ones are hashed as text."""
KIND: Final = "sylvan.audit.checkpoint.1"


class Fault(StrEnum):
    """What is wrong with the first bad row."""

    CHANGED = "changed"
    """The row is not the one that was hashed: a changed field, or two rows exchanged."""
    DELETED = "deleted"
    """The chain names a row that is gone."""
    GAP = "gap"
    """A link of the chain is gone."""
    NEVER_LINKED = "never_linked"
    """A row that neither stands in the chain nor waits for it."""
    CUT = "cut"
    """A checkpoint knows rows after the last one."""
    REWRITTEN = "rewritten"
    """The chain fits together, but a checkpoint knows another one."""
    FORGED = "forged"
    """A checkpoint's signature is not that of its key."""


def canonical(row: Mapping[str, Any]) -> bytes:
    """A row as RFC 8785 JSON: moments in UTC to the microsecond, numbers beyond JSON's as text."""
    return rfc8785.dumps({name: _plain(value) for name, value in row.items()})


def link(before: bytes, row: Mapping[str, Any]) -> bytes:
    """The hash of a row, 32 bytes, on the hash of the row before it."""
    return hashlib.sha256(before + canonical(row)).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > EXACT:
        return str(value)
    return value


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the chain went at a moment, signed by whoever keeps it."""

    seq: int
    """Number of the last row."""
    hash: bytes
    at: datetime
    key: str
    """Public key, Ed25519, in hexadecimal."""
    signature: bytes = b""

    def statement(self) -> bytes:
        """What is signed: RFC 8785 JSON."""
        told = self.as_dict()
        del told["signature"]
        return rfc8785.dumps(told)

    def as_dict(self) -> dict[str, Any]:
        """The JSON form in which it is exported."""
        return {
            "kind": KIND,
            "seq": self.seq,
            "hash": self.hash.hex(),
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "key": self.key,
            "signature": self.signature.hex(),
        }

    @classmethod
    def from_text(cls, text: str | bytes) -> "Checkpoint":
        """Read what :meth:`as_dict` told.

        Raises:
            ValueError: it is no checkpoint.
        """
        try:
            told = json.loads(text)
            told = {told["kind"]: told}[KIND]  # of another kind: a KeyError
            at = datetime.fromisoformat(told["at"])
            digest, signature = bytes.fromhex(told["hash"]), bytes.fromhex(told["signature"])
            return cls(int(told["seq"]), digest, at, str(told["key"]), signature)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError("this is no checkpoint of the audit") from error
