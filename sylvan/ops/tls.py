"""Where a web process listens, and with which certificate, or why it must not."""

import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sylvan.ops.certificates import LOCAL_NAMES, Authority, address_of, describe
from sylvan.ops.refusal import Refusal
from sylvan.settings import Settings


@dataclass(frozen=True)
class Listen:
    """What a web process listens with."""

    host: str
    port: int
    address: str
    # URL to show; for "all interfaces" that of this machine on its network.
    uvicorn: dict[str, Any]
    # Certificate options of uvicorn.Config; empty without HTTPS.


def serve_options(
    settings: Settings, *, signed_in: bool = False, now: datetime | None = None
) -> Listen:
    """Where and how a web process listens, or why it must not.

    Loopback: plain HTTP unless certificates are asked for. Anything else: HTTPS, and only if
    people sign in (``signed_in``) or somebody answers for it; with the operator's certificate, or
    with one of the local authority, which is made and renewed on the way.

    Raises:
        Refusal: a reachable host without sign-in, or without HTTPS, and without `--i-know`; or a
            certificate that cannot be used.
    """
    if not settings.loopback and not settings.i_know:
        _require_safety(settings, signed_in=signed_in)
    secure = settings.tls == "on" or (
        settings.tls == "auto" and (not settings.loopback or settings.tls_cert is not None)
    )
    options = _certificates(settings, now or datetime.now(UTC)) if secure else {}
    scheme = "https" if secure else "http"
    shown = _bracketed(shown_host(settings.host))
    return Listen(settings.host, settings.port, f"{scheme}://{shown}:{settings.port}/", options)


def _require_safety(settings: Settings, *, signed_in: bool) -> None:
    if not signed_in:
        raise Refusal(
            f"Host {settings.host} can be reached by others, and without sign-in whoever reaches "
            "Sylvan acts in its name.",
            "Let people sign in (SYLVAN_SIGN_IN=on), keep to 127.0.0.1, or say that you know who "
            "can reach it: --i-know",
        )
    if settings.tls == "off":
        raise Refusal(
            f"Host {settings.host} can be reached by others, and without HTTPS passwords travel "
            "in the open.",
            "Leave SYLVAN_TLS at auto, or say that a proxy in front speaks HTTPS: --i-know",
        )


def _certificates(settings: Settings, now: datetime) -> dict[str, Any]:
    if settings.tls_cert is None or settings.tls_key is None:
        authority = Authority(settings.data_dir)
        authority.keep_current(certificate_names(settings.host), now=now)
        cert, key = authority.cert, authority.key
    else:
        cert, key = settings.tls_cert, settings.tls_key
    found = describe(cert)
    if found.days_left(now) < 0:
        raise Refusal(
            f"The certificate {cert} ended on {found.not_after:%Y-%m-%d}.",
            "Put a new one there, or leave --tls-cert and --tls-key out: Sylvan then makes its own",
        )
    if not os.access(key, os.R_OK):
        raise Refusal(f"The key {key} cannot be read.", "Check that it exists and its rights.")
    return {"ssl_certfile": str(cert), "ssl_keyfile": str(key)}


def certificate_names(host: str) -> list[str]:
    """Names under which this machine is likely to be called when it listens on `host`."""
    if ip := address_of(host):
        if not ip.is_unspecified:
            return [host]
    elif host:
        return [host]
    found = [network_address(), socket.gethostname()]
    return [name for name in dict.fromkeys(found) if name and name not in LOCAL_NAMES]


def shown_host(host: str) -> str:
    """The host to put into an address that people open."""
    ip = address_of(host)
    return network_address() if ip is not None and ip.is_unspecified else host


def network_address() -> str:
    """This machine's address on its network: the one a packet outward would leave from."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address; nothing is sent
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
