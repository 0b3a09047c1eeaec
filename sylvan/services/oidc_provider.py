"""A provider of identities as it presents itself: discovery, tokens for codes, signed claims."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Any, Final

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sylvan.services.doors import Unauthenticated
from sylvan.services.faults import Unavailable

log = structlog.get_logger()
PATIENCE_S: Final = 10.0
KEPT_S: Final = 600.0
"""Discovery and keys are read again after this, and when a token names a key that is not known."""
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "RS384", "ES384", "RS512", "ES512", "EdDSA")
"""Signatures with a public key; ``none`` and shared secrets are not among them."""
LEEWAY_S: Final = 120
"""By how much the provider's clock may be off."""


@dataclass(frozen=True, slots=True)
class Client:
    """How this installation is known to the provider."""

    issuer: str
    client_id: str
    client_secret: str = ""


@dataclass(slots=True)
class Provider:
    """Talks to one provider."""

    client: Client
    http: Callable[[], httpx.Client] = lambda: httpx.Client(timeout=PATIENCE_S)
    _lock: Lock = field(default_factory=Lock)
    _found: dict[str, Any] = field(default_factory=dict)
    _keys: KeySet | None = None
    _read_at: float = 0.0

    def metadata(self) -> Mapping[str, Any]:
        """What discovery tells.

        Raises:
            Unavailable: the provider does not answer, or is another one.
        """
        with self._lock:
            if not self._found or monotonic() - self._read_at > KEPT_S:
                self._discover()
            return self._found

    def claims(self, code: str, verifier: str, redirect_uri: str) -> tuple[str, dict[str, Any]]:
        """The ID token for a code, and its claims; signature only, see :meth:`judged`."""
        answer = self._post_code(code, verifier, redirect_uri)
        raw = answer.get("id_token")
        if not isinstance(raw, str):
            raise Unauthenticated("problem.oidc_refused", {"reason": "id_token"})
        return raw, self._verified(raw)

    def judged(self, claims: Mapping[str, Any], nonce: str, now: datetime) -> None:
        """Refuse claims that are not meant for us, for this sign-in, or for now.

        Raises:
            Unauthenticated: naming the claim that does not hold.
        """
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(now.timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self.client.issuer},
            aud={"essential": True, "value": self.client.client_id},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            registry.validate(dict(claims))
        except JoseError as error:
            named = str(getattr(error, "claim", "") or error.error)
            raise Unauthenticated("problem.oidc_refused", {"reason": named}) from None
        azp = claims.get("azp")
        if azp is not None and azp != self.client.client_id:
            raise Unauthenticated("problem.oidc_refused", {"reason": "azp"})

    def _discover(self) -> None:
        issuer = self.client.issuer
        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        found = self._read("get", address)
        if found.get("issuer") != issuer:
            log.error("oidc.issuer", wanted=issuer, told=found.get("issuer"))
            raise Unavailable("problem.oidc_away", {"issuer": issuer})
        self._keys = KeySet.import_key_set(self._read("get", str(found["jwks_uri"])))  # type: ignore[arg-type]
        self._found, self._read_at = found, monotonic()

    def _post_code(self, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
            "client_id": self.client.client_id,
        }
        secret = self.client.client_secret
        auth = httpx.BasicAuth(self.client.client_id, secret) if secret else None
        address = str(self.metadata()["token_endpoint"])
        return self._read("post", address, data=form, auth=auth)

    def _verified(self, raw: str) -> dict[str, Any]:
        for again in (False, True):
            with self._lock:
                if again:
                    self._discover()  # the provider may have new keys
                keys = self._keys
            if keys is None:
                continue
            try:
                return dict(jwt.decode(raw, keys, algorithms=list(ALGORITHMS)).claims)
            except (JoseError, ValueError) as error:
                log.warning("oidc.token", error=type(error).__name__)
        raise Unauthenticated("problem.oidc_refused", {"reason": "signature"})

    def _read(self, method: str, address: str, **options: Any) -> dict[str, Any]:
        try:
            with self.http() as http:
                answer = http.request(method, address, **options)
                body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("oidc.away", address=address, error=type(error).__name__)
            raise Unavailable("problem.oidc_away", {"issuer": self.client.issuer}) from None
        if answer.is_error or not isinstance(body, dict):
            told = str(body.get("error", answer.status_code)) if isinstance(body, dict) else ""
            log.warning("oidc.refused", address=address, error=told[:80])
            raise Unauthenticated("problem.oidc_refused", {"reason": told[:80]})
        return body
