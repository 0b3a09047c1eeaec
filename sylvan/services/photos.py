"""Photos as people send them → clean JPEGs: no hidden data, no bombs, no disguised formats.

What a camera wrote is dropped, all of it. Only where the sender claims that the photo shows the
place and the moment are these two read, and they alone are written into the clean file.
"""

import base64
import binascii
import io
import warnings
from dataclasses import dataclass, field
from typing import Any, Final

from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import HeifImageFile

from sylvan.domain.codes import Invalid
from sylvan.domain.places import checked

MAX_PIXELS: Final = 50_000_000
"""More than most phones take; a picture bomb has more."""
MAX_JPEG_PIXELS: Final = 250_000_000
"""A JPEG is decoded at a fraction of its size, so that the largest phones' photos come in."""
MAX_SIDE: Final = 2560
QUALITY: Final = 85
FORMATS: Final = ("JPEG", "PNG", "WEBP", "HEIF")
_STILLS: Final = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis"})
Image.register_open(
    "HEIF", HeifImageFile, lambda head: head[4:8] == b"ftyp" and head[8:12] in _STILLS
)
_FTYP: Final = slice(4, 8)
_BRAND: Final = slice(8, 12)
_FILMS: Final = (b"\x1aE\xdf\xa3", b"OggS", b"\x00\x00\x01\xba", b"FLV")
_GPS_IFD, _EXIF_IFD = 0x8825, 0x8769
_TAKEN, _OFFSET = 0x9003, 0x9011
_LAT_REF, _LAT, _LON_REF, _LON = 1, 2, 3, 4
_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Photo:
    """A clean photo, and what its camera claims where that was asked for."""

    jpeg: bytes
    claims: dict[str, Any] = field(default_factory=dict)
    """``taken_at`` (the camera's clock, with its offset where it knows one) and ``point``."""


def decoded(encoded: str, name: str = "photo") -> bytes:
    """Bytes of a base64 text.

    Raises:
        Invalid: it is none.
    """
    try:
        return base64.b64decode(encoded.split(",", 1)[-1], validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("photo.not_base64", {}, name) from None


def clean_jpeg(encoded: str) -> bytes:
    """A base64 picture as JPEG, upright, without what its camera wrote into it.

    Raises:
        Invalid: field ``photo``; not base64, no picture, another format, too large.
    """
    return cleaned(decoded(encoded)).jpeg


def cleaned(body: bytes, *, claimed: bool = False, exif: bytes | None = None) -> Photo:
    """A picture as JPEG, upright, freed of what its camera wrote.

    Args:
        body: JPEG, PNG, WebP or HEIC.
        claimed: whether the sender says that it was taken there and then.
        exif: what the camera wrote, where a phone has redrawn the picture before.

    Raises:
        Invalid: field ``photo``; a film, no picture, another format, too large.
    """
    if is_film(body):
        raise Invalid("photo.film", {}, "photo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(body), formats=FORMATS)
            _check_size(picture)
            written = _read_exif(exif) if exif else picture.getexif()
            picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, RuntimeError):
        raise Invalid("photo.unreadable", {"formats": ", ".join(FORMATS)}, "photo") from None
    except Image.DecompressionBombError:
        raise Invalid("photo.too_large", {"limit_mp": MAX_PIXELS // 1_000_000}, "photo") from None
    claims = _claims(written) if claimed else {}
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=QUALITY, **_kept(written, claims))
    return Photo(out.getvalue(), claims)


def is_film(body: bytes) -> bool:
    """Whether this is a video, by its first bytes."""
    if body[_FTYP] == b"ftyp":
        return body[_BRAND] not in _STILLS and body[_BRAND] not in (b"avif", b"avis")
    return body.startswith(_FILMS) or (body[:4] == b"RIFF" and body[_BRAND] == b"AVI ")


def _check_size(picture: Image.Image) -> None:
    most = MAX_JPEG_PIXELS if picture.format == "JPEG" else MAX_PIXELS
    if picture.width * picture.height > most:
        raise Invalid("photo.too_large", {"limit_mp": most // 1_000_000}, "photo")


def _read_exif(raw: bytes) -> Image.Exif:
    """What a camera wrote; nothing where it cannot be read."""
    found = Image.Exif()
    try:
        found.load(raw if raw.startswith(b"Exif\x00\x00") else b"Exif\x00\x00" + raw)
    except Exception:  # noqa: BLE001 - a camera's broken note is no reason to lose the photo
        return Image.Exif()
    return found


def _claims(written: Image.Exif) -> dict[str, Any]:
    told: dict[str, Any] = {}
    try:
        inner, gps = written.get_ifd(_EXIF_IFD), written.get_ifd(_GPS_IFD)
        if taken := _moment(str(inner.get(_TAKEN, "")), str(inner.get(_OFFSET, ""))):
            told["taken_at"] = taken
        if point := _point(gps):
            told["point"] = point
    except Exception:  # noqa: BLE001 - as above
        return told
    return told


def _moment(taken: str, offset: str) -> str | None:
    """``2026:07:17 14:03:11`` and ``+09:00`` → ISO 8601; without an offset the zone stays open."""
    day, _, clock = taken.strip("\x00 ").partition(" ")
    if len(day) != len("2026:07:17") or len(clock) != len("14:03:11"):
        return None
    return f"{day.replace(':', '-')}T{clock}{offset.strip(chr(0) + ' ')}"


def _degrees(value: Any, ref: Any) -> float:
    d, m, s = (float(one) for one in value)
    sign = -1 if str(ref).strip("\x00 ").upper() in ("S", "W") else 1
    return sign * (d + m / 60 + s / 3600)


def _point(gps: dict[int, Any]) -> list[float] | None:
    if _LAT not in gps or _LON not in gps:
        return None
    lat = _degrees(gps[_LAT], gps.get(_LAT_REF, "N"))
    lon = _degrees(gps[_LON], gps.get(_LON_REF, "E"))
    if (lat, lon) == (0.0, 0.0):  # a camera that has not found itself yet
        return None
    place = checked(lon, lat)
    return [round(place.lon, _DECIMALS), round(place.lat, _DECIMALS)]


def _kept(written: Image.Exif, claims: dict[str, Any]) -> dict[str, bytes]:
    """The claimed time and place for the clean file, and nothing else."""
    fresh = Image.Exif()
    if "point" in claims:
        gps = written.get_ifd(_GPS_IFD)
        fresh[_GPS_IFD] = {tag: gps[tag] for tag in (_LAT_REF, _LAT, _LON_REF, _LON) if tag in gps}
    if "taken_at" in claims:
        inner = written.get_ifd(_EXIF_IFD)
        fresh[_EXIF_IFD] = {tag: inner[tag] for tag in (_TAKEN, _OFFSET) if tag in inner}
    return {"exif": fresh.tobytes()} if claims else {}
