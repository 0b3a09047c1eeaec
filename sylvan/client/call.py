"""One request of the interface, before it is sent, and how its answer is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

T = TypeVar("T")
Address = str | tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Call(Generic[T]):
    """Ask a client to carry it out: ``client(call)`` or ``await client(call)`` gives a ``T``."""

    operation: str
    method: str
    address: Address
    reads: str
    """How the answer is read: ``json``, ``text`` or ``bytes``."""
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    content: bytes | None = None
    file: bytes | None = None

    @property
    def path(self) -> str:
        """The path, with ids in their places."""
        if isinstance(self.address, str):
            return self.address
        template, values = self.address
        return template.format(**{name: quote(str(one), safe="") for name, one in values.items()})

    @property
    def is_safe(self) -> bool:
        """Whether it may be sent twice: it reads, or the server knows a repetition by its key."""
        return self.method == "GET" or self.headers.get("Idempotency-Key") is not None

    def request(self, world: str | None) -> dict[str, Any]:
        """What httpx is given."""
        query = {name: value for name, value in self.query.items() if value is not None}
        if world is not None and "world" in self.query:
            query.setdefault("world", world)
        told: dict[str, Any] = {
            "method": self.method,
            "url": self.path,
            "params": {name: _word(value) for name, value in query.items()},
            "headers": {name: str(value) for name, value in self.headers.items() if value},
        }
        if self.json is not None:
            told["json"] = self.json
        if self.content is not None:
            told["content"] = self.content
            told["headers"].setdefault("Content-Type", "application/octet-stream")
        if self.file is not None:
            told["files"] = {"file": self.file}
        return told


def _word(value: Any) -> Any:
    """A parameter as it stands in an address."""
    if isinstance(value, bool):
        return str(value).lower()
    return [_word(one) for one in value] if isinstance(value, list | tuple) else value
