"""Which addresses of others a request may go to: none inside this house, however it is spelled.

Partners and browsers give us addresses to call. A name may resolve to this machine or its network,
a number may be written in octal, as one integer or inside an IPv6 address; so the words are judged
first, and then every address that they resolve to.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from sylvan.domain.codes import Invalid

LONGEST: Final = 2048
"""Characters of an address."""
_ODD: Final = re.compile(r"[\x00-\x20\x7f\\]")
"""What no address holds: control characters and blanks (cut out by some readers), backslashes."""
HIDING: Final = tuple(
    ip_network(words)
    for words in (
        "64:ff9b::/96",  # NAT64, RFC 6052
        "64:ff9b:1::/48",  # NAT64 of one's own, RFC 8215
        "2002::/16",  # 6to4
        "2001::/32",  # Teredo
        "::/96",  # IPv4-compatible
    )
)
"""IPv6 networks whose addresses stand for an IPv4 address that a router would choose."""

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Trusted:
    """Networks of one's own that may be called all the same (a siren's controller, a test)."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def read(cls, words: str) -> "Trusted":
        """From a list as ``10.1.0.0/16, 192.168.7.9``.

        Raises:
            ValueError: a part is no network.
        """
        return cls(tuple(ip_network(part) for part in words.replace(",", " ").split()))

    def holds(self, address: str) -> bool:
        """Whether that address lies in one of them."""
        return any(ip_address(address) in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address leads, before its name is resolved."""

    scheme: str
    host: str
    port: int


def place(url: str, field: str = "url") -> Place:
    """Take an address apart.

    Raises:
        Invalid: ``problem.outward_*``, on ``field``: too long, no http(s), a user's name in it,
            a host that is none, a port that is none.
    """
    if len(url) > LONGEST or _ODD.search(url):
        raise Invalid("problem.outward_address", field=field)
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode().rstrip(".")
    except (ValueError, UnicodeError):
        raise Invalid("problem.outward_address", field=field) from None
    if parts.scheme not in ("http", "https") or not host:
        raise Invalid("problem.outward_address", field=field)
    if parts.username is not None or parts.password is not None:
        raise Invalid("problem.outward_user", field=field)
    return Place(parts.scheme, host, port or (443 if parts.scheme == "https" else 80))


def is_outside(address: str) -> bool:
    """Whether an IP address is one of the public internet's, and stands for nothing else."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_outside(str(found.ipv4_mapped))
        if any(found in network for network in HIDING):
            return False
    return found.is_global and not found.is_multicast


def chosen(
    target: Place, addresses: Iterable[str], trusted: Trusted, field: str = "url"
) -> tuple[str, ...]:
    """The addresses that may be called, of all that a host resolves to.

    One inner address among them refuses the whole: it is what a name does that changes its mind.

    Raises:
        Invalid: ``problem.outward_inside``; ``problem.outward_plain`` for http to others.
    """
    found = tuple(dict.fromkeys(addresses))
    foreign = [address for address in found if not trusted.holds(address)]
    if not found or not all(is_outside(address) for address in foreign):
        raise Invalid("problem.outward_inside", {"host": target.host}, field)
    if foreign and target.scheme != "https":
        raise Invalid("problem.outward_plain", {"host": target.host}, field)
    return found
