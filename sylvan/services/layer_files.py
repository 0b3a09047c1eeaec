"""What reading an uploaded layer gives; `feeds/layer_files.py` reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sylvan.services.packs import LayerSpec
from sylvan.services.packs_read import LayerData

MOST_BYTES: Final = 15_000_000
"""Of one upload; larger files are loaded on the server (`sylvan layers load`)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file, and a few of its values."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadLayer:
    """A file as it was read."""

    data: LayerData
    columns: tuple[Column, ...]
    fields: Mapping[str, str]
    """Our field → the file's column: chosen, or known by its name."""


Reader = Callable[[str, bytes, LayerSpec], ReadLayer]
"""Name, bytes, what the layer is."""
