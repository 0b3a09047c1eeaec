"""Keys of this installation's alerts, made when they are first needed.

They lie in `alerts/` of the data folder, for Sylvan's account alone. `answers.key` signs the links
with which people acknowledge, `vapid.pem` names this installation to push services. Several
machines of one installation need the same two: copy the folder.
"""

import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sylvan.domain.alerting.seals import Seals
from sylvan.domain.tokens import token

FOLDER: Final = "alerts"
ANSWERS, VAPID = "answers.key", "vapid.pem"
KEY_BYTES: Final = 32


class AlertKeys:
    """The keys in a data folder, read once."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / FOLDER

    @cached_property
    def seals(self) -> Seals:
        """What signs and reads answers."""
        return Seals(self._kept(ANSWERS, lambda: os.urandom(KEY_BYTES)))

    @cached_property
    def vapid(self) -> str:
        """The private key for push services, as PEM."""
        return self._kept(VAPID, _new_pem).decode()

    def public(self) -> str:
        """Its public half, as browsers take it (base64url, uncompressed point)."""
        private = serialization.load_pem_private_key(self.vapid.encode(), None)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self.folder / VAPID} holds no key of an elliptic curve")
        return token(
            private.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
        )

    def _kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        """What the file holds, made where there is none; of two makers the first one's counts."""
        file = self.folder / name
        if not file.is_file():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = file.with_name(f".{name}.{os.getpid()}")
            opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(opened, "wb") as out:
                out.write(make())
            try:
                os.link(fresh, file)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return file.read_bytes()


def _new_pem() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
