"""The key that signs the audit's checkpoints, and their copies outside the database.

Everything lies in `audit/` of the data folder: `signing.key` (PKCS 8, for this account only),
`checkpoints.jsonl` (one checkpoint a line, only ever added to) and `trusted/` with the public keys
of other machines of this installation. Whoever takes the folder away from the database's
administrator, or sends the file elsewhere, proves what was there.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sylvan.domain.chain import Checkpoint
from sylvan.ops.refusal import Refusal

FOLDER: Final = "audit"
KEY, COPIES, TRUSTED = "signing.key", "checkpoints.jsonl", "trusted"


class CheckpointKey:
    """Signs, and keeps copies. The key is made when it is needed first."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / FOLDER

    @property
    def public(self) -> str:
        """The public key in hexadecimal; empty before the first checkpoint."""
        return _public(self._private()) if (self.folder / KEY).is_file() else ""

    def signed(self, one: Checkpoint) -> Checkpoint:
        """The checkpoint with this key and its signature."""
        private = self._private()
        named = replace(one, key=_public(private), signature=b"")
        return replace(named, signature=private.sign(named.statement()))

    def keep(self, one: Checkpoint) -> None:
        """Add a copy to the file, and see that it reaches the disk."""
        with (self.folder / COPIES).open("ab") as file:
            file.write(orjson.dumps(one.as_dict()) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def copies(self) -> list[Checkpoint]:
        """The checkpoints that were kept outside the database.

        Raises:
            Refusal: a line is damaged.
        """
        return read_checkpoints(self.folder / COPIES)

    def trusted(self) -> frozenset[str]:
        """Keys whose word counts: this machine's, and those of `trusted/`."""
        others = (line.strip() for file in self._others() for line in file.read_text().split())
        return frozenset({self.public, *others} - {""})

    def _others(self) -> list[Path]:
        folder = self.folder / TRUSTED
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def _private(self) -> Ed25519PrivateKey:
        path = self.folder / KEY
        if not path.is_file():
            self._make(path)
        loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(loaded, Ed25519PrivateKey):
            raise Refusal(f"{path} holds no Ed25519 key.", "Move it away: a new one is made.")
        return loaded

    def _make(self, path: Path) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        body = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.touch(mode=0o600)
        part.write_bytes(body)
        try:
            path.hardlink_to(part)  # the first of two processes that make one wins
        except FileExistsError:
            pass
        finally:
            part.unlink()


def read_checkpoints(path: Path) -> list[Checkpoint]:
    """The checkpoints of a file, one a line; none where there is no file.

    Raises:
        Refusal: naming the line that is none.
    """
    if not path.is_file():
        return []
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if line.strip():
            try:
                found.append(Checkpoint.from_text(line))
            except ValueError as error:
                raise Refusal(
                    f"{path}, line {number}: {error}.", "Take an unharmed copy."
                ) from None
    return found


def genuine(one: Checkpoint) -> bool:
    """Whether a checkpoint carries the signature of the key that it names."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(one.key))
        key.verify(one.signature, one.statement())
    except (InvalidSignature, ValueError):
        return False
    return True


def _public(private: Ed25519PrivateKey) -> str:
    return private.public_key().public_bytes_raw().hex()
