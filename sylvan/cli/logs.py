"""Logs on stderr: coloured for a terminal, JSON lines for a collector; secrets are masked."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

from sylvan.settings import Settings

MASKED: Final = ("map_key", "password", "token", "secret")
Event = MutableMapping[str, Any]


def plain_faults() -> None:
    """For commands that set up no log of their own: faults as Python tells them.

    structlog's own way draws every local of every frame: minutes for large ones, and whatever
    secret is among them.
    """
    _configure(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()), logging.NOTSET)


def configure_logs(settings: Settings) -> None:
    """As the settings say, in processes that go on for long."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    collector = collected(settings)
    _configure(
        structlog.processors.JSONRenderer() if collector else structlog.dev.ConsoleRenderer(), level
    )
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr)
    # The client logs whole addresses, and a FIRMS address holds the map key.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # GDAL_SKIP keeps vector readers away from VRT files; rasterio's GDAL has no such driver.
    logging.getLogger("rasterio._env").setLevel(logging.ERROR)


def collected(settings: Settings) -> bool:
    """Whether a machine reads the log: it gets JSON, and every request."""
    if settings.log_format == "auto":
        return not sys.stderr.isatty()
    return settings.log_format == "json"


def _configure(renderer: Any, level: int) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _mask,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _mask(_logger: Any, _method: str, event: Event) -> Event:
    for name in event:
        if any(word in name for word in MASKED):
            event[name] = "•••"
    return event
