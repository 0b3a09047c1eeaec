"""The key that signs CAP messages, and the certificates of others whose signatures count.

Everything lies in `cap/` of the data folder: `signing.key` (PKCS 8, for this account only),
`certificate.pem` (its self-signed certificate, published) and `trusted/SENDER.pem`, the
certificates of others, each under the name that stands in `<sender>`. A key and a certificate of
one's own may be put there before the first start.
"""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidInput, InvalidSignature
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from sylvan.ops.refusal import Refusal

FOLDER: Final = "cap"
KEY, CERTIFICATE, TRUSTED = "signing.key", "certificate.pem", "trusted"
BITS: Final = 3072
"""NIST SP 800-57: good beyond 2030."""
VALID: Final = timedelta(days=10 * 365)
BACK: Final = timedelta(days=1)
"""Clocks of receivers that are behind."""
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._+-]{0,199}")
EXCLUSIVE: Final = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
EXPECTED: Final = SignatureConfiguration(
    location="./",  # a signature of the message itself, not of something wrapped into it
    expect_references=1,
    signature_methods=frozenset(
        {SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512}
        | {SignatureMethod.ECDSA_SHA256, SignatureMethod.ECDSA_SHA384}
    ),
    digest_algorithms=frozenset(
        {DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}
    ),
    default_reference_c14n_method=EXCLUSIVE,
)


class CapKey:
    """Signs messages. Key and certificate are made when they are needed first."""

    def __init__(self, data_dir: Path, name: str = "Sylvan") -> None:
        self.folder = data_dir / FOLDER
        self.name = name

    def certificate(self) -> bytes:
        """The certificate, PEM."""
        return self._pair[1]

    def sign(self, root: Any) -> Any:
        """The message with an enveloped signature: RSA-SHA256, exclusive canonical XML."""
        key, certificate = self._pair
        signer = XMLSigner(
            signature_algorithm=SignatureMethod.RSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA256,
            c14n_algorithm=EXCLUSIVE,
        )
        return signer.sign(root, key=key, cert=certificate.decode())

    def trusted(self, sender: str) -> bytes | None:
        """The certificate that a sender's messages must be signed with; our own for ourselves."""
        if not _FILE_NAME.fullmatch(sender):
            return None
        path = self.folder / TRUSTED / f"{sender}.pem"
        return path.read_bytes() if path.is_file() else None

    @cached_property
    def _pair(self) -> tuple[bytes, bytes]:
        key, certificate = self.folder / KEY, self.folder / CERTIFICATE
        if not key.is_file():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _once(key, _new_key, 0o600)
        body = key.read_bytes()
        loaded = serialization.load_pem_private_key(body, password=None)
        if not isinstance(loaded, rsa.RSAPrivateKey):
            raise Refusal(f"{key} holds no RSA key.", "Move it away: a new one is made.")
        if not certificate.is_file():
            _once(certificate, lambda: _certificate(loaded, self.name), 0o644)
        told = certificate.read_bytes()
        if x509.load_pem_x509_certificate(told).public_key() != loaded.public_key():
            raise Refusal(
                f"{certificate} does not belong to {key}.",
                "Move the certificate away: one for this key is made.",
            )
        return body, told


def verified(body: bytes, certificate: bytes) -> Any | None:
    """What a certificate's owner really signed, as an element; ``None`` if the signature fails.

    Only this may be read on: what stands around the signed part, nobody vouches for. Whether the
    certificate has run out is not asked: whoever pinned it takes it away when it counts no more.
    """
    try:
        told = XMLVerifier().verify(
            body,
            x509_cert=x509.load_pem_x509_certificate(certificate),
            expect_config=EXPECTED,
        )
    except (InvalidSignature, InvalidInput, ValueError, TypeError, etree.LxmlError):
        return None
    return told.signed_xml if not isinstance(told, list) else None


def _once(path: Path, make: Callable[[], bytes], mode: int) -> None:
    """Write a file that must be made once, whoever of several processes comes first."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.touch(mode=mode)
    part.write_bytes(make())
    try:
        path.hardlink_to(part)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def _new_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=BITS).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _certificate(key: rsa.RSAPrivateKey, name: str) -> bytes:
    now = datetime.now(UTC)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACK)
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM)
