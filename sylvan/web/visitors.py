"""Who may call: under which names this server answers, and from whose pages changes may come.

A foreign page can point its own name at our address (DNS rebinding) and then reads as if it were
ours; and any page may send a form to us. Until sign-in exists both would act as the operator.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response

from sylvan.web.problems import problem

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE: Final = frozenset({"same-origin", "none"})
"""Sec-Fetch-Site of our own pages, and of an address that somebody typed."""


def host_name(host: str) -> str:
    """A Host header without port and final dot, in lower case; IPv6 keeps its brackets."""
    name, colon, port = host.lower().rpartition(":")
    bare = name if colon and port.isdigit() else host.lower()
    return bare.removesuffix(".")


def as_sent(name: str) -> str:
    """A name as people write it → as browsers send it: IPv6 in brackets, any alphabet in ASCII."""
    if name.count(":") > 1 and not name.startswith("["):
        return f"[{name.lower()}]"
    try:
        return host_name(name if name.isascii() else name.encode("idna").decode("ascii"))
    except UnicodeError:  # no host name in any alphabet: nobody can send it either
        return host_name(name)


@dataclass(frozen=True, slots=True)
class Visitors:
    """``hosts``: the only names this server answers to; ``None`` for any."""

    hosts: frozenset[str] | None = None

    @classmethod
    def of(cls, names: Iterable[str]) -> "Visitors":
        """Those who open the server under one of these names."""
        return cls(frozenset(as_sent(name) for name in names))

    def refusal(self, method: str, headers: Headers) -> Response | None:
        """The answer to somebody who may not, or none."""
        hosts = headers.getlist("host")
        if len(hosts) != 1:
            return problem(400, "problem.host_missing")
        if self.hosts is not None and host_name(hosts[0]) not in self.hosts:
            return problem(421, "problem.host", {"host": hosts[0][:100]})
        if method not in READING and not _own_page(hosts[0].lower(), headers):
            return problem(403, "problem.origin")
        return None


def _own_page(host: str, headers: Headers) -> bool:
    """Whether a change comes from a page of ours, or from a program that is no browser."""
    site = headers.get("sec-fetch-site")
    if site is not None:  # browsers set it themselves; scripts cannot
        return site in OWN_SITE
    origin = headers.get("origin")
    return origin is None or origin.lower() in (f"http://{host}", f"https://{host}")
