"""Codes that change every half minute (TOTP, RFC 6238): set up, confirmed, each used once."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import pyotp
import segno
from sqlalchemy import Connection

from sylvan.domain.accounts import Account
from sylvan.services.sealing import Seal
from sylvan.store import accounts

STEP_S: Final = 30
AROUND: Final = (0, -1, 1)
"""Steps beside the present one whose codes count: people type slowly, phones' clocks drift."""
ISSUER: Final = "Sylvan"


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """Sets up and checks second factors; transactions are the caller's."""

    seal: Seal

    def begin(self, conn: Connection, account: Account) -> dict[str, Any]:
        """A new secret, which counts once a code of it was given: as text, address and picture."""
        secret = pyotp.random_base32()
        accounts.keep_secret(conn, account.id, totp_next=self._closed(account.id, secret))
        uri = pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(
            name=account.subject, issuer_name=ISSUER
        )
        picture = BytesIO()
        segno.make(uri, error="m").save(
            picture, kind="svg", scale=4, border=2, light="#fff", xmldecl=False, svgns=True
        )
        return {"secret": secret, "uri": uri, "svg": picture.getvalue().decode()}

    def confirm(self, conn: Connection, account: Account, code: str, now: datetime) -> bool:
        """The secret that was begun counts from now on, if this is its code."""
        row = accounts.secret(conn, account.id)
        step = None if row is None else self._step(account.id, row.totp_next, code, now)
        if step is None:
            return False
        accounts.keep_secret(conn, account.id, totp=row.totp_next, totp_next=None, totp_step=step)
        return True

    def right(self, conn: Connection, account: Account, code: str, now: datetime) -> bool:
        """Whether this is a code of now that was not used before; it is used up by this."""
        row = accounts.secret(conn, account.id)
        step = None if row is None else self._step(account.id, row.totp, code, now)
        return step is not None and accounts.spend_step(conn, account.id, step)

    def _closed(self, account_id: UUID, secret: str) -> bytes:
        return self.seal.close(secret.encode(), str(account_id))

    def _step(self, account_id: UUID, sealed: bytes | None, code: str, now: datetime) -> int | None:
        secret = self.seal.open(sealed, str(account_id)) if sealed else None
        if secret is None:
            return None
        totp, present = pyotp.TOTP(secret.decode(), interval=STEP_S), int(now.timestamp()) // STEP_S
        for beside in AROUND:
            step = present + beside
            if pyotp.utils.strings_equal(totp.generate_otp(step), code.replace(" ", "")):
                return step
        return None
