"""A file or a feed that can't be used as a whole: refused by name, with what to do about it.

The code is a key of the language catalogue (``locales/*/rejects.json``) and the parameters fill
its text, so that the same refusal reads well in a log, on the map and on a terminal.
"""

from typing import Any

from sylvan.domain.codes import Coded


class HeldError(Exception):
    """Somebody holds back the feed that a file counts for: it waits where it is."""


class FeedError(Exception):
    """A whole body is refused; nothing of it is stored."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: dict[str, Any] = params

    def __str__(self) -> str:
        told = ", ".join(f"{key}={value}" for key, value in self.params.items())
        return f"{self.code} ({told})" if told else self.code

    def named(self, name: str) -> "FeedError":
        """The same refusal with the file's name, unless it already has one."""
        return FeedError(self.code, **{"file": name, **self.params})

    def as_coded(self) -> Coded:
        """The refusal's text."""
        return Coded(self.code, self.params)

    @property
    def is_upstream(self) -> bool:
        """Whether the sender is at fault (key, limit, outage), not the data."""
        return self.code.startswith("feed.")
