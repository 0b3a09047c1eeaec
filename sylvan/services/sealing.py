"""Second-factor secrets are stored sealed; the key lies beside the data, not in the database.

A backup of the database alone opens no second factor. A restored one without the key asks people
to set theirs up again (`sylvan people reset`).
"""

import os
from pathlib import Path
from threading import Lock
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FILE: Final = "sign-in.key"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


class Seal:
    """Seals and opens small secrets with the key in a folder, made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._lock = Lock()
        self._key: bytes | None = None

    def close(self, secret: bytes, about: str) -> bytes:
        """Sealed for one account alone: copied to another's row it does not open."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._read()).encrypt(nonce, secret, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes | None:
        """What was sealed; ``None`` where the key is another one."""
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return AESGCM(self._read()).decrypt(nonce, body, about.encode())
        except InvalidTag:
            return None

    def _read(self) -> bytes:
        with self._lock:
            if self._key is None:
                self._key = self._stored() or self._made()
            return self._key

    def _stored(self) -> bytes | None:
        try:
            found = self._file.read_bytes()
        except FileNotFoundError:
            return None
        return found if len(found) == KEY_BYTES else None

    def _made(self) -> bytes:
        """A new key; of two processes that begin at once the first one's counts."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_name(f".{FILE}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(os.urandom(KEY_BYTES))
        try:
            os.link(fresh, self._file)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        found = self._stored()
        if found is None:
            raise ValueError(f"{self._file} is no key: put the right one there, or remove it")
        return found
