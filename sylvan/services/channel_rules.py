"""Reads ``alerts/channels.yaml``: by which ways alerts leave this house.

Secrets are named by environment variable and read here. What does not hold is named by file, line
and field before anything is sent with it.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sylvan.domain.alerting.messages import Form
from sylvan.domain.alerting.replies import WORDS
from sylvan.domain.alerting.rules import OF_PEOPLE, ChannelRule, Kind, SendingRules
from sylvan.domain.worlds import WorldKind
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import fields_error, read_yaml

FILE: Final = "channels.yaml"
VARIABLE: Final = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
Word = Annotated[str, Field(min_length=1, max_length=500)]
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=100)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Sending(_Part):
    per_minute: Annotated[int, Field(ge=1, le=100_000)] = 600
    at_once: Annotated[int, Field(ge=1, le=200)] = 16
    at_once_each: Annotated[int, Field(ge=1, le=200)] = 4
    tries: Annotated[int, Field(ge=1, le=50)] = 8
    first_pause_s: Annotated[float, Field(gt=0, le=3600)] = 5
    longest_pause_s: Annotated[float, Field(gt=0, le=86400)] = 600
    failures_to_rest: Annotated[int, Field(ge=1, le=1000)] = 5
    rest_s: Annotated[float, Field(gt=0, le=3600)] = 30
    longest_rest_s: Annotated[float, Field(gt=0, le=86400)] = 600
    patience_s: Annotated[float, Field(gt=0, le=60)] = 15
    give_up_min: Annotated[float, Field(gt=0, le=24 * 60)] = 30


class _Channel(_Part):
    kind: Kind
    enabled: bool = True
    form: Form = "full"
    worlds: list[WorldKind] = Field(default_factory=lambda: sorted(OF_PEOPLE))
    sending: _Sending = Field(default_factory=_Sending)

    def dedupes(self) -> bool:
        """Whether its other side shows the same message once."""
        return False

    def options(self) -> dict[str, object]:
        """What its kind needs besides."""
        return self.model_dump(exclude={"kind", "enabled", "form", "worlds", "sending"})


class _Screen(_Channel):
    kind: Literal["screen"]
    worlds: list[WorldKind] = Field(default_factory=lambda: sorted(WorldKind))

    def dedupes(self) -> bool:
        return True


class _Mail(_Channel):
    kind: Literal["mail"]
    host: Word
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Word | None = None
    sender: Annotated[str, Field(alias="from", pattern=r"^[^\r\n<>]*<?[^\s<>@]+@[^\s<>@]+>?$")]
    reply_to: Annotated[str, Field(pattern=r"^[^\s<>@]+@[^\s<>@]+$")] | None = None
    user: Word | None = None
    password_env: Variable | None = None

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> Self:
        if self.password_env and self.tls == "none":
            raise ValueError("password_env: a password needs tls: starttls or tls")
        return self


class _Sms(_Channel):
    kind: Literal["sms"]
    form: Form = "short"
    method: Literal["GET", "POST"] = "GET"
    url: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")]
    params: dict[Word, str] = Field(min_length=1)
    accepted: Word = "^(0|1|3):|^Sent|^OK"

    @model_validator(mode="after")
    def _holds_the_message(self) -> Self:
        told = " ".join(self.params.values())
        for blank in ("{to}", "{text}"):
            if blank not in told:
                raise ValueError(f"params: none of them holds {blank}")
        try:
            re.compile(self.accepted)
        except re.error as error:
            raise ValueError(f"accepted: no regular expression: {error}") from None
        return self


class _Apprise(_Channel):
    kind: Literal["apprise"]
    url: Annotated[str, Field(pattern=r"^[a-z0-9]+://\S+$", max_length=500)]


class _Push(_Channel):
    kind: Literal["push"]
    form: Form = "short"
    contact: Annotated[str, Field(pattern=r"^(mailto:[^\s@]+@[^\s@]+|https://\S+)$")]

    def dedupes(self) -> bool:
        return True


class _Webhook(_Channel):
    kind: Literal["webhook"]
    secret_env: Variable

    def dedupes(self) -> bool:
        return True


_AnyChannel = Annotated[
    _Screen | _Mail | _Sms | _Apprise | _Push | _Webhook, Field(discriminator="kind")
]


class _Gateway(_Part):
    secret_env: Variable
    channels: list[Name] = Field(min_length=1)


class _Replies(_Part):
    words: list[Word] = Field(default_factory=lambda: sorted(WORDS))
    within_h: Annotated[float, Field(gt=0, le=168)] = 24
    gateways: dict[Name, _Gateway] = Field(default_factory=dict)


class _File(_Part):
    version: Word
    channels: dict[Name, _AnyChannel]
    replies: _Replies = Field(default_factory=_Replies)

    @model_validator(mode="after")
    def _gateways_name_channels(self) -> Self:
        for name, one in self.replies.gateways.items():
            unknown = sorted(set(one.channels) - self.channels.keys())
            if unknown:
                raise ValueError(f"replies.gateways.{name}: no channel is called {unknown[0]}")
        return self


@dataclass(frozen=True, slots=True)
class Gateway:
    """Who may hand in replies."""

    name: str
    secret: str
    """Empty: its variable is not set, and nobody may."""
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channels:
    """All ways by which alerts leave this house."""

    version: str
    rules: Mapping[str, ChannelRule]
    gateways: Mapping[str, Gateway]
    words: frozenset[str]
    replies_within_h: float
    missing: Mapping[str, tuple[str, ...]]
    """By channel, variables that it names and that are not set: it is off until they are."""


def load(folder: Path | None = None, environ: Mapping[str, str] | None = None) -> Channels:
    """The channels in an operator's folder, else those that came with Sylvan.

    Raises:
        PackError: naming file, line and field.
    """
    own = folder / FILE if folder else None
    path = own if own and own.is_file() else shipped_alerts() / FILE
    return read(path, os.environ if environ is None else environ)


def read(path: Path, environ: Mapping[str, str]) -> Channels:
    """The channels in a file.

    Raises:
        PackError: naming file, line and field.
    """
    body, lines = read_yaml(path)
    try:
        said = _File.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    missing = {name: _missing(one, environ) for name, one in said.channels.items()}
    rules = {
        name: _rule(name, one, environ, complete=not missing[name])
        for name, one in said.channels.items()
    }
    gateways = {
        name: Gateway(name, environ.get(one.secret_env, ""), tuple(one.channels))
        for name, one in said.replies.gateways.items()
    }
    words = frozenset(word.casefold() for word in said.replies.words)
    left = {name: names for name, names in missing.items() if names and said.channels[name].enabled}
    return Channels(said.version, rules, gateways, words, said.replies.within_h, left)


def _rule(name: str, one: _Channel, environ: Mapping[str, str], *, complete: bool) -> ChannelRule:
    return ChannelRule(
        name=name,
        kind=one.kind,
        on=one.enabled and complete,
        form=one.form,
        worlds=frozenset(one.worlds),
        dedupes=one.dedupes(),
        sending=SendingRules(**one.sending.model_dump()),
        options={key: _filled(key, value, environ) for key, value in one.options().items()},
    )


def _filled(key: str, value: object, environ: Mapping[str, str]) -> object:
    """An option with the values of the variables that it names."""
    if isinstance(value, dict):
        return {inner: _filled("", told, environ) for inner, told in value.items()}
    if not isinstance(value, str):
        return value
    if key.endswith("_env"):
        return environ.get(value, "")
    return VARIABLE.sub(lambda found: environ.get(found[1], ""), value)


def _missing(one: _Channel, environ: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in _named(one.options()) if not environ.get(name)}))


def _named(options: Mapping[str, Any]) -> set[str]:
    """The environment variables that options name."""
    found: set[str] = set()
    for key, value in options.items():
        if isinstance(value, dict):
            found |= _named(value)
        elif isinstance(value, str):
            found |= {value} if key.endswith("_env") else set(VARIABLE.findall(value))
    return found
