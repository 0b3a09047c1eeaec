"""How long a text message is, and how it is made to fit without losing where the fire is.

An SMS holds 160 characters of the GSM alphabet, or 70 of any other; several of them are joined with
153 and 67 each (3GPP TS 23.038 and 23.040).
"""

from typing import Final

MOST: Final = 160
"""Characters of the short form, whatever the alphabet: one SMS in Latin, up to three in Russian."""
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€")
"""Characters that take two places."""
_GSM, _GSM_JOINED = 160, 153
_UCS2, _UCS2_JOINED = 70, 67
MORE: Final = "..."
"""Three points are in every alphabet, the ellipsis is not."""


def is_gsm(text: str) -> bool:
    """Whether the GSM alphabet has all of it."""
    return all(letter in _BASIC or letter in _EXTENDED for letter in text)


def units(text: str) -> int:
    """Places that it takes: septets in the GSM alphabet, else UTF-16 units."""
    if is_gsm(text):
        return len(text) + sum(letter in _EXTENDED for letter in text)
    return len(text.encode("utf-16-le")) // 2


def parts(text: str) -> int:
    """How many SMS it is sent as."""
    alone, joined = (_GSM, _GSM_JOINED) if is_gsm(text) else (_UCS2, _UCS2_JOINED)
    length = units(text)
    return 1 if length <= alone else -(-length // joined)


def fitted(head: str, tail: str, most: int = MOST) -> str:
    """``head`` and ``tail`` in one text of at most ``most`` places; only the head is cut.

    The tail holds what the reader acts on: coordinates, and how to answer.
    """
    whole = f"{head} {tail}".strip()
    if units(whole) <= most:
        return whole
    words = head.split(" ")
    while words:
        words.pop()
        short = f"{' '.join(words).rstrip(',;:. ')}{MORE} {tail}".strip()
        if units(short) <= most:
            return short
    return _cut(tail, most)


def _cut(text: str, most: int) -> str:
    while units(text) > most:
        text = text[:-1]
    return text
