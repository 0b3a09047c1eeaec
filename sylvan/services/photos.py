"""Photos as people send them → clean JPEGs: no hidden data, no bombs, no disguised formats."""

import base64
import binascii
import io
import warnings
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from sylvan.domain.codes import Invalid

MAX_PIXELS: Final = 50_000_000
"""More than any phone of today takes; a picture bomb has more."""
MAX_SIDE: Final = 2560
QUALITY: Final = 85
FORMATS: Final = ("JPEG", "PNG", "WEBP")


def clean_jpeg(encoded: str) -> bytes:
    """A base64 picture as JPEG, upright, without what its camera wrote into it.

    Raises:
        Invalid: field ``photo``; not base64, no picture, another format, too large.
    """
    try:
        body = base64.b64decode(encoded.split(",", 1)[-1], validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("photo.not_base64", {}, "photo") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(body), formats=FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise Invalid("photo.too_large", {"limit_mp": MAX_PIXELS // 1_000_000}, "photo")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Invalid("photo.unreadable", {"formats": ", ".join(FORMATS)}, "photo") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid("photo.too_large", {"limit_mp": MAX_PIXELS // 1_000_000}, "photo") from None
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
