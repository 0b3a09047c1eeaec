"""Mail over SMTP, plain text: what is read on any telephone, and hides no link."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cached_property
from typing import Any, Final
from uuid import uuid5

import aiosmtplib

from sylvan.domain.alerting.clean import line
from sylvan.domain.alerting.letters import NAMES
from sylvan.domain.alerting.mail_replies import message_id
from sylvan.domain.alerting.messages import Failed, Message, Outcome, Sent
from sylvan.domain.alerting.rules import ChannelRule
from sylvan.domain.alerting.seals import Seals

_NEVER: Final = range(500, 600)
"""Answers after which no further try helps (RFC 5321, 4.2.1)."""
_OWN_FAULTS: Final = frozenset({530, 534, 535, 538})
"""Answers about our own sign-in: they hold for every message, not for this address."""
_FAULTS: Final = (aiosmtplib.SMTPException, OSError, ssl.SSLError, TimeoutError)
_SILENT: Final = (aiosmtplib.SMTPReadTimeoutError, aiosmtplib.SMTPServerDisconnected)
"""Faults after which the server may have the mail."""


@dataclass(frozen=True)
class Mail:
    """One mail server."""

    rule: ChannelRule
    seals: Seals

    @cached_property
    def _options(self) -> dict[str, Any]:
        """How the server is spoken to."""
        told = self.rule.options
        tls = told["tls"]
        context = ssl.create_default_context(
            cafile=str(told["ca_file"]) if told["ca_file"] else None
        )
        return {
            "hostname": told["host"],
            "port": told["port"],
            "use_tls": tls == "tls",
            "start_tls": tls == "starttls",
            "tls_context": None if tls == "none" else context,
            "username": told["user"] if told["password_env"] else None,
            "password": told["password_env"] or None,
            "timeout": self.rule.sending.patience_s,
        }

    async def send(self, message: Message) -> Outcome:
        """Hand one mail to the server."""
        try:
            mail = self.mail(message)
        except ValueError as error:
            return Failed(f"address: {error}", again=False)
        try:
            _, told = await aiosmtplib.send(mail, **self._options)
        except aiosmtplib.SMTPRecipientsRefused as error:
            first = error.recipients[0]
            return Failed(f"{first.code} {first.message}", again=first.code not in _NEVER)
        except aiosmtplib.SMTPResponseException as error:
            own = error.code in _OWN_FAULTS
            again = own or error.code not in _NEVER
            return Failed(f"{error.code} {error.message}", again=again, sink_at_fault=again)
        except _FAULTS as error:
            told_ = f"{type(error).__name__}: {error}"
            silent = isinstance(error, _SILENT)
            return Failed(told_, again=True, sink_at_fault=True, unsure=silent)
        return Sent(told)

    def mail(self, message: Message) -> EmailMessage:
        """The mail; the same for each try.

        Raises:
            ValueError: the address is none.
        """
        told = self.rule.options
        sender = str(told["sender"])
        domain = parseaddr(sender)[1].partition("@")[2]
        mail = EmailMessage()
        mail["From"] = line(sender)
        mail["To"] = _address(message.address)
        if told["reply_to"]:
            mail["Reply-To"] = str(told["reply_to"])
        mail["Subject"] = line(message.subject)
        mail["Date"] = format_datetime(datetime.now(UTC))
        token = self.seals.write(message.id, "mail")
        mail["Message-ID"] = message_id(token, int(message.key.rpartition(".")[2]), domain)
        # all mails about one fire name the same forerunner, so that they stand together
        root = f"<thread.{uuid5(NAMES, message.thread)}@{domain}>"
        mail["In-Reply-To"] = mail["References"] = root
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes do not answer it
        if message.grade == "alarm":
            mail["Importance"] = "high"
        mail.set_content(message.text, cte="8bit" if message.text.isascii() else "base64")
        return mail


def _address(text: str) -> str:
    """One address and nothing else: no name, no list, no line."""
    found = parseaddr(text)[1]
    local, at, domain = found.rpartition("@")
    if (
        found != text
        or not (local and at and domain)
        or any(one in text for one in " \r\n,;<>\x00")
    ):
        raise ValueError(repr(text[:60]))
    return found
