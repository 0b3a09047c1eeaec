"""Reads regions' event logs over HTTPS by the same cursor that their screens use.

A region may be away for a month; the hub then goes on where it stood. The key travels in a header
and stands in no address, log line or error.
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from random import Random
from threading import Event
from typing import Any, Final, Protocol
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import httpx
import orjson
import structlog
import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from sylvan.domain.breaker import Backoff
from sylvan.domain.codes import Coded
from sylvan.domain.hub import BadPageError, Gone, RegionPage, Stand, page_of
from sylvan.feeds.download import Answer, FetchLimits, fetch, is_success, make_client
from sylvan.feeds.errors import FeedError

log = structlog.get_logger()

PATH: Final = "/api/v1/changes"
_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class RegionSource(BaseModel):
    """A region that a hub reads: where it answers, and the key that it gave."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    url: str
    key: SecretStr | None = None
    world: str = "live"


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    regions: list[RegionSource] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class PullRules:
    """How regions are asked."""

    events: int = 1000
    # events of one page; the interface gives no more
    every_s: float = 2.0
    # seconds between two questions to a region that has nothing more to tell
    backoff: Backoff = field(default_factory=lambda: Backoff(1.0, 60.0))
    # after failures; a cut line that is back is noticed within a minute
    limits: FetchLimits = field(default_factory=FetchLimits)


DEFAULT: Final = PullRules()


def read_sources(path: Path) -> list[RegionSource]:
    """The regions in a YAML file: ``regions: [{code, url, key}]``.

    Raises:
        FeedError: ``hub.file``, naming what is wrong.
    """
    try:
        found = _File.model_validate(yaml.safe_load(path.read_text("utf-8"))).regions
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise FeedError("hub.file", file=path.name, detail=type(error).__name__) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise FeedError("hub.file", file=path.name, detail=f"{where}: {first['msg']}") from None
    if len({one.code for one in found}) < len(found):
        raise FeedError("hub.file", file=path.name, detail="a region stands there twice")
    for one in found:
        require_https(one)
    return found


def require_https(source: RegionSource) -> None:
    """Refuse to send a key over the open net."""
    parts = urlsplit(source.url)
    local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise FeedError("hub.plain_http", region=source.code)


class RegionClient:
    """Asks one region."""

    def __init__(
        self,
        source: RegionSource,
        rules: PullRules = DEFAULT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._source, self._rules = source, rules
        self._client = make_client(rules.limits, transport)
        if source.key is not None:
            self._client.headers["Authorization"] = f"Bearer {source.key.get_secret_value()}"

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def changes(self, after: Stand | None) -> RegionPage | Gone:
        """The next page, or where the log stands if nothing was read yet.

        Raises:
            FeedError: ``feed.*`` and ``hub.*``.
        """
        asked: dict[str, Any] = {"world": self._source.world, "limit": self._rules.events}
        if after is not None:
            asked |= {"epoch": after.epoch, "after": after.seq}
        url = f"{self._source.url.rstrip('/')}{PATH}?{urlencode(asked)}"
        answer = fetch(self._client, url, self._rules.limits)
        if answer.status == HTTPStatus.GONE:
            return _gone(answer)
        if answer.status in _REFUSED:
            raise FeedError("hub.refused", status=answer.status)
        if not is_success(answer.status):
            raise FeedError("feed.upstream", detail=f"status {answer.status}")
        return _page(answer)


def _page(answer: Answer) -> RegionPage:
    try:
        return page_of(orjson.loads(answer.body))
    except (orjson.JSONDecodeError, BadPageError, TypeError) as error:
        raise FeedError("hub.page", detail=str(error)[:200]) from None


def _gone(answer: Answer) -> Gone:
    try:
        params = orjson.loads(answer.body)["params"]
        return Gone(str(params["reason"]), UUID(params["epoch"]), int(params["oldest"]))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise FeedError("hub.page", detail=str(error)[:200]) from None


class Keeper(Protocol):
    """Who keeps what a region tells: a national hub, or a neighbour."""

    def stand(self, code: str) -> Stand | None:
        """How far it was read; nothing before it was asked for the first time."""

    def begin(self, code: str, first: RegionPage) -> Stand:
        """Start with everything that it still tells."""

    def take(self, code: str, asked: Stand, page: RegionPage) -> int:
        """Store a page that was asked for after a stand."""

    def restart(self, code: str, asked: Stand, gone: Gone) -> None:
        """Go on where it still tells."""

    def failed(self, code: str, why: Coded, *, refused: bool) -> None:
        """It could not be read."""


class RegionPuller:
    """Keeps a hub or a neighbour up to date with one region."""

    def __init__(
        self,
        hub: Keeper,
        source: RegionSource,
        client: RegionClient,
        rules: PullRules = DEFAULT,
    ) -> None:
        self.code = source.code
        self._hub, self._client, self._rules = hub, client, rules
        self._failures = 0

    def step(self) -> bool:
        """Ask once and take in what came; whether there is more at once.

        Raises:
            FeedError: the region cannot be read now, or what it says cannot be true.
        """
        stand = self._hub.stand(self.code)
        if stand is None:
            first = self._client.changes(None)
            if isinstance(first, Gone):
                raise FeedError("hub.page", detail="gone, though nothing was asked after")
            stand = self._hub.begin(self.code, first)
        told = self._client.changes(stand)
        if isinstance(told, Gone):
            self._hub.restart(self.code, stand, told)
            return True
        try:
            self._hub.take(self.code, stand, told)
        except BadPageError as error:
            raise FeedError("hub.page", detail=str(error)) from None
        return told.more

    def catch_up(self) -> None:
        """Everything that there is now.

        Raises:
            FeedError: see :meth:`step`; what was taken before stays.
        """
        while self.step():
            pass

    def run(self, stop: Event) -> None:
        """Follow the region until told to stop; one line when it goes and when it is back."""
        jitter = Random()  # noqa: S311 - jitter only
        while not stop.is_set():
            pause = self._rules.every_s
            try:
                self.catch_up()
                self._well()
            except FeedError as error:
                self.note(error)
                self._failures += 1
                pause = self._rules.backoff.delay_s(self._failures, jitter)
            stop.wait(pause)

    def note(self, error: FeedError) -> None:
        """Write down why a region cannot be read."""
        why = Coded(error.code, error.params)
        self._hub.failed(self.code, why, refused=error.code == "hub.refused")
        if not self._failures:
            log.warning("hub.away", region=self.code, code=error.code, **error.params)

    def _well(self) -> None:
        if self._failures:
            log.info("hub.back", region=self.code)
        self._failures = 0
