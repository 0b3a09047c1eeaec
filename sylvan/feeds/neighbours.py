"""The neighbours that an installation reads: ``neighbours.yaml`` and keys from the environment.

    border_km: 50
    neighbours:
      - {code: buryatia, url: https://sylvan.buryatia.example, key_env: NEIGHBOUR_KEY_BURYATIA}

A key stands in no file: whoever reads the file learns where neighbours are, and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from sylvan.feeds.errors import FeedError
from sylvan.feeds.regions import RegionSource, require_https


class _Neighbour(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    url: str
    key_env: str = Field(pattern=r"^[A-Z][A-Z0-9_]{0,99}$")
    world: str = "live"


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    border_km: float = Field(default=50.0, gt=0, le=100)
    # how far outside our region a neighbour's fire is shown
    neighbours: list[_Neighbour] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class NeighbourList:
    """Who is read, and how far beyond the own border."""

    border_km: float = 50.0
    sources: tuple[RegionSource, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Their codes."""
        return tuple(one.code for one in self.sources)


def read_neighbours(
    path: Path, own: str, environ: Mapping[str, str] | None = None
) -> NeighbourList:
    """The neighbours in a file, with their keys unless nobody is to be asked.

    Raises:
        FeedError: ``neighbour.*`` or ``hub.plain_http``, naming what is wrong.
    """
    try:
        told = _File.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise FeedError("neighbour.file", file=path.name, detail=type(error).__name__) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        detail = f"{where}: {first['msg']}"
        raise FeedError("neighbour.file", file=path.name, detail=detail) from None
    codes = [one.code for one in told.neighbours]
    if own in codes or len(set(codes)) < len(codes):
        raise FeedError("neighbour.file", file=path.name, detail="a code stands twice, or is ours")
    sources = []
    for one in told.neighbours:
        key = _key(one, environ) if environ is not None else None
        source = RegionSource(code=one.code, url=one.url, key=key, world=one.world)
        require_https(source)
        sources.append(source)
    return NeighbourList(told.border_km, tuple(sources))


def _key(one: _Neighbour, environ: Mapping[str, str]) -> SecretStr:
    key = environ.get(one.key_env, "").strip()
    if not key:
        raise FeedError("neighbour.key_missing", region=one.code, variable=one.key_env)
    return SecretStr(key)
