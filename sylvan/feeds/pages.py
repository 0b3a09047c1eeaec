"""Answers that are no data: bad key, used-up limit, error pages, some with status 200.

Pandas reads ``Invalid MAP_KEY.`` as a table with no rows, and a map with no fires is exactly
what an outage must never look like.
"""

import re

from sylvan.feeds.errors import FeedError

_HEAD = 4096
_AUTH = re.compile(
    rb"invalid\s+(map_?key|api\s+key|key)|map_key\s+is\s+(invalid|missing)", re.IGNORECASE
)
_LIMIT = re.compile(
    rb"(exceed\w*|over|reached)[^\n]{0,60}limit|limit[^\n]{0,60}exceed|too many requests",
    re.IGNORECASE,
)
_UPSTREAM = re.compile(
    rb"invalid\s+(api\s+call|source|day\s+range|area|date)|internal server error|bad gateway"
    rb"|service (is )?(temporarily )?unavailable|gateway time-?out|maintenance", re.IGNORECASE
)  # fmt: skip
_HTML = re.compile(rb"\s*(?:<!--[^>]*-->\s*)?<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_LONGEST_MESSAGE = 2000


def refuse_error_page(body: bytes) -> None:
    """Raise for a body that is an answer *about* the data.

    Raises:
        FeedError: ``feed.auth``, ``feed.limit`` or ``feed.upstream``.
    """
    head = body[:_HEAD]
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise FeedError("feed.upstream", detail="an HTML page")
    if len(body) > _LONGEST_MESSAGE or head.count(b",") > head.count(b" "):
        return
    for code, pattern in (
        ("feed.auth", _AUTH),
        ("feed.limit", _LIMIT),
        ("feed.upstream", _UPSTREAM),
    ):
        if pattern.search(head):
            raise FeedError(code, detail=head.decode("utf-8", "replace").strip()[:200])
