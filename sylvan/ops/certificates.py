"""A local certificate authority in the data folder, and server certificates that it signs.

Phones give position, camera and offline work to pages over HTTPS only, and an office network has no
public names. So Sylvan makes an authority of its own that can vouch for private addresses and
names of the operator's choice. Its key stays in the data folder and never leaves it: whoever has
it could vouch for any site.
"""

import contextlib
import os
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sylvan.ops.refusal import Refusal

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
# Apple refuses more than 825 days, and 398 from public authorities; a year is renewed in passing.
RENEW_BEFORE_DAYS = 30
BACKDATED = timedelta(hours=1)
# Phones whose clock is a little behind must not find a certificate from the future.
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
HOST_NAME = re.compile(r"(\*\.)?[\w-]+(\.[\w-]+)*\.?")
# Letters of any alphabet: пожары.рф becomes its ASCII form.
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Certificate:
    """What there is to say about one certificate file."""

    path: Path
    names: tuple[str, ...]
    not_after: datetime
    fingerprint: str
    # SHA-256, in pairs, as phones show it.

    def days_left(self, now: datetime) -> int:
        """Whole days until it ends; negative when it has."""
        return (self.not_after - now).days


class Authority:
    """The local authority in `<data>/tls`, and the server certificate that it signed."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "tls"
        self.ca_cert = self.folder / "ca.pem"
        self.ca_key = self.folder / "ca-key.pem"
        self.cert = self.folder / "server.pem"
        self.key = self.folder / "server-key.pem"

    @property
    def made(self) -> bool:
        """Whether certificates are there to serve with."""
        return all(path.is_file() for path in (self.ca_cert, self.cert, self.key))

    def init(self, names: Iterable[str], *, now: datetime) -> Certificate:
        """Makes the authority when there is none, and a server certificate for the names.

        An authority that phones have installed is kept; only the server certificate is made anew.

        Args:
            names: host names and addresses besides localhost.
            now: the present moment.

        Raises:
            Refusal: a name can be neither a host name nor an address.
        """
        wanted = tuple(dict.fromkeys((*names, *LOCAL_NAMES)))
        alternatives = [_general_name(name) for name in wanted]
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority, signer = self._authority(now)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _server_certificate(authority, signer, key, alternatives, now)
        _write_private(self.key, _pem_of_key(key))
        _write(self.cert, _pem(certificate) + _pem(authority))
        return describe(self.cert)

    def keep_current(self, names: Iterable[str], *, now: datetime) -> Certificate:
        """The server certificate, made anew when it lacks a name or ends within a month."""
        wanted = tuple(names)
        if not self.made:
            return self.init(wanted, now=now)
        found = describe(self.cert)
        missing = {_shown(name) for name in wanted} - set(found.names)
        if missing or found.days_left(now) < RENEW_BEFORE_DAYS:
            return self.init((*found.names, *wanted), now=now)
        return found

    def _authority(self, now: datetime) -> tuple[x509.Certificate, Key]:
        if self.ca_cert.is_file() and self.ca_key.is_file():
            signer = serialization.load_pem_private_key(self.ca_key.read_bytes(), None)
            authority = x509.load_pem_x509_certificate(self.ca_cert.read_bytes())
            if not isinstance(signer, ec.EllipticCurvePrivateKey):
                raise Refusal(f"{self.ca_key} is not a key that Sylvan made.", "Move it away.")
            return authority, signer
        signer = ec.generate_private_key(ec.SECP256R1())
        authority = _authority_certificate(signer, now)
        _write_private(self.ca_key, _pem_of_key(signer))
        _write(self.ca_cert, _pem(authority))
        return authority, signer


def describe(path: Path) -> Certificate:
    """Reads what a certificate file says of itself.

    Raises:
        Refusal: it is missing or no PEM certificate.
    """
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Refusal(
            f"{path} is not a readable PEM certificate: {error}",
            "Name another with --tls-cert and --tls-key, or run: sylvan tls init",
        ) from error
    digest = found.fingerprint(hashes.SHA256()).hex().upper()
    pairs = ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
    return Certificate(path, _names_in(found), found.not_valid_after_utc, pairs)


def address_of(text: str) -> IPv4Address | IPv6Address | None:
    """The IP address that a text is, if it is one."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def _general_name(name: str) -> x509.GeneralName:
    if ip := address_of(name):
        return x509.IPAddress(ip)
    if HOST_NAME.fullmatch(name):
        with contextlib.suppress(UnicodeError):
            return x509.DNSName(name.encode("idna").decode())
    raise Refusal(
        f"'{name}' is neither a host name nor an address.",
        "Give names as they stand in the browser's address line, without https:// and port.",
    )


def _shown(name: str) -> str:
    return str(_general_name(name).value)


def _names_in(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(each.value) for each in found)


def _name(common: str) -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sylvan")
    return x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _authority_certificate(key: Key, now: datetime) -> x509.Certificate:
    name = _name(f"Sylvan local authority ({socket.gethostname()[:30]})")
    usage = _key_usage(signs_certificates=True)
    return (
        _builder(name, name, key, now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _server_certificate(
    authority: x509.Certificate,
    signer: Key,
    key: Key,
    names: list[x509.GeneralName],
    now: datetime,
) -> x509.Certificate:
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return (
        _builder(_name("Sylvan"), authority.subject, key, now, SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer_id, critical=False)
        .sign(signer, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, now: datetime, days: int
) -> x509.CertificateBuilder:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(identifier, critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_of_key(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes, mode: int = 0o644) -> None:
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    part.replace(path)


def _write_private(path: Path, content: bytes) -> None:
    _write(path, content, 0o600)
