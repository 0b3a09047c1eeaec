"""The page that installs the local authority on a phone or an office computer.

Served at /tls and written beside the certificates, so that it can also be copied or printed. The
fingerprint is there to be compared by eye: the page itself may come over a line nobody vouches for.
"""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import orjson
import segno
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from jinja2 import Environment, StrictUndefined

from sylvan.ops.certificates import describe

CA_FILE = "sylvan-ca.crt"
CA_MEDIA_TYPE = "application/x-x509-ca-cert"
# What makes Android and iOS offer to install instead of showing the file.
QR_SCALE = 5
STEPS = ("iphone", "android", "windows", "mac", "linux")


@dataclass(frozen=True)
class PageRequest:
    """What the page depends on."""

    ca: Path
    url: str
    # Where this page is reached from a phone, such as "https://192.168.1.7:8321/tls".
    language: str = "ru"


def install_page(request: PageRequest) -> str:
    """The page as HTML, complete in itself: no scripts, nothing loaded from elsewhere."""
    texts = _texts(request.language)
    authority = describe(request.ca)
    template = (files("sylvan.ops") / "tls_page.html").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(template).render(
        language=request.language,
        other="en" if request.language == "ru" else "ru",
        text=texts,
        steps=[(texts[f"tls.{name}.title"], texts[f"tls.{name}.steps"]) for name in STEPS],
        url=request.url,
        qr=qr_svg(request.url),
        fingerprint=authority.fingerprint,
        until=authority.not_after.date().isoformat(),
        ca_file=CA_FILE,
    )


def ca_download(ca: Path) -> bytes:
    """The authority's certificate in the binary form that every system installs."""
    certificate = x509.load_pem_x509_certificate(ca.read_bytes())
    return certificate.public_bytes(serialization.Encoding.DER)


def qr_svg(url: str) -> str:
    """A QR code of an address, as an SVG element."""
    return segno.make(url, error="m").svg_inline(scale=QR_SCALE, border=2)


def qr_terminal(url: str) -> str:
    """A QR code of an address, in characters for a terminal."""
    rows = [list(row) for row in segno.make(url, error="l").matrix_iter(border=2)]
    rows += [[0] * len(rows[0])] * (len(rows) % 2)
    # one character shows two rows; a dark module stays dark on a dark terminal's light square
    shapes = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join(
        "".join(shapes[bool(a), bool(b)] for a, b in zip(upper, lower, strict=True))
        for upper, lower in pairs
    )


def _texts(language: str) -> dict[str, str]:
    entry = files("sylvan") / "locales" / language / "tls.json"
    texts: dict[str, str] = orjson.loads(entry.read_bytes())
    return texts
