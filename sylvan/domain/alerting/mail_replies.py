"""What a mail that came back says, whose it is, and which of our mails it answers."""

import re
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Final

MARK: Final = "sylvan."
"""With which the ids of our mails begin."""
_ID: Final = re.compile(rf"<{re.escape(MARK)}([a-z2-7]+)(?:\.\d+)?@[^<>\s]+>")
_QUOTE: Final = re.compile(r"^\s*(>|\|)")
_HEADERS: Final = ("In-Reply-To", "References")


def message_id(token: str, round_: int, domain: str) -> str:
    """The id of a mail; the same for each try of the same one."""
    return f"<{MARK}{token}.{round_}@{domain}>"


def tokens_of(mail: EmailMessage) -> list[str]:
    """Tokens of the mails of ours that it names, the nearest first."""
    found = [token for name in _HEADERS for token in _ID.findall(str(mail.get(name, "")))[::-1]]
    return list(dict.fromkeys(found))


def sender_of(mail: EmailMessage) -> str:
    """The address that it says it comes from."""
    return parseaddr(str(mail.get("From", "")))[1]


def is_automatic(mail: EmailMessage) -> bool:
    """Whether a program wrote it: an absence note or a report of a mail server (RFC 3834)."""
    if str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower() != "no":
        return True
    if str(mail.get("Precedence", "")).strip().lower() in {"bulk", "junk", "auto_reply", "list"}:
        return True
    return mail.get_content_type() in {"multipart/report", "message/disposition-notification"}


def own_words(mail: EmailMessage) -> str:
    """The first line that its writer wrote himself, without what he quotes."""
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    try:
        text = str(body.get_content())
    except (LookupError, UnicodeError):
        return ""
    if body.get_content_subtype() == "html":
        text = re.sub(r"<[^>]{0,500}>", "\n", text)
    return next((one for one in text.splitlines() if one.strip() and not _QUOTE.match(one)), "")
