"""Region packs: where they lie, what a manifest says, and the base map that goes with them.

A pack is a folder with ``region.yaml`` and layer files; a region is added by adding a folder.
Reading layer files is :mod:`sylvan.services.packs_read`, judging them
:mod:`sylvan.services.packs_check`.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from sylvan.domain.codes import FieldError, Invalid, NotFound, Scalar

MANIFEST: Final = "region.yaml"
BASEMAP: Final = "basemap.pmtiles"
BASEMAP_STYLE: Final = "styles/basemap.json"


class LayerKind(StrEnum):
    """What a layer is; the engine asks for layers by kind, never by region."""

    BOUNDARY = "boundary"
    MUNICIPALITY = "municipality"
    FORESTRY = "forestry"
    SUBFORESTRY = "subforestry"
    COMPARTMENT = "compartment"
    STAND = "stand"
    PROTECTION_ZONE = "protection_zone"
    LAND_CATEGORY = "land_category"
    SETTLEMENT = "settlement"
    ROAD = "road"
    RIVER = "river"
    LAKE = "lake"
    LAND_COVER = "land_cover"
    POWER_LINE = "power_line"
    PIPELINE = "pipeline"
    STATION = "station"
    TOWER = "tower"
    AIRSTRIP = "airstrip"
    HEAT_SOURCE = "heat_source"
    PARTNER_ASSET = "partner_asset"
    FARM = "farm"
    PROTECTED_AREA = "protected_area"


class PackError(Invalid):
    """A pack or a layer file cannot be used; says where and what to do.

    ``params`` hold ``file`` and, where known, ``line``, ``field`` and ``reason``.
    """


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"unknown time zone {name!r}, write e.g. Asia/Yakutsk") from error
    return name


def _clock_text(value: object) -> object:
    # unquoted 00:00 is 0 to YAML 1.1, 06:30 is 390 (sexagesimal): both mean minutes
    return f"{value // 60:02d}:{value % 60:02d}" if type(value) is int else value


Zone = Annotated[str, AfterValidator(_zone)]
Names = Annotated[dict[str, str], Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Degrees = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LayerSpec(_Part):
    """One layer of a pack: what it is, where it lies, how its columns are called."""

    code: Code
    kind: LayerKind
    title: Names
    file: str = Field(min_length=1)
    # path relative to the manifest
    layer: str | None = None
    # table of a GeoPackage that has several
    fields: dict[str, str] = Field(default_factory=dict)
    # our name → the file's column: code, name_ru, name_en, and any other property to keep
    source: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    retrieved: date | None = None
    # day on which the source was read
    sample: bool = False
    # true: invented for demonstration, shown as such until a forest service loads its own
    crs: str | None = None
    # coordinate system where the file does not say it, e.g. EPSG:28422
    encoding: str | None = None
    # of text in a shapefile, e.g. cp1251; unset: recognised


class TimeZones(_Part):
    """Which clocks the region lives by."""

    default: Zone
    municipalities: dict[Zone, list[Code]] = Field(default_factory=dict)
    # zone → municipalities (codes of the municipality layer) that live by it

    @model_validator(mode="after")
    def _each_municipality_once(self) -> Self:
        codes = [code for group in self.municipalities.values() for code in group]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"municipalities in two time zones: {', '.join(twice)}")
        return self

    def of(self, municipality: str | None) -> ZoneInfo:
        """The zone of a municipality; the region's default where it is unknown."""
        for name, codes in self.municipalities.items():
            if municipality in codes:
                return ZoneInfo(name)
        return ZoneInfo(self.default)

    def all(self) -> tuple[str, ...]:
        """Every zone of the region, the default first."""
        return (self.default, *(name for name in self.municipalities if name != self.default))


class DayBoundary(_Part):
    """When a reporting day ends: a time of day in one zone."""

    at: Annotated[time, BeforeValidator(_clock_text)]
    zone: Zone


class Manifest(_Part):
    """Everything that Sylvan knows about a region besides the layers' features."""

    code: Code
    names: Names
    country: str = Field(pattern=r"^[A-Z]{2}$")
    # ISO 3166-1 alpha-2
    number_prefix: str = Field(pattern=r"^[A-Z0-9]{1,8}$")
    # fires are numbered prefix-year-serial
    number_digits: int = Field(default=5, ge=1, le=9)
    # least digits of the serial
    bbox: tuple[Degrees, Degrees, Degrees, Degrees]
    # west, south, east, north; west > east crosses 180°
    centre: tuple[Degrees, Degrees]
    # where the map opens: lon, lat
    zoom: float = Field(ge=0, le=22)
    time_zones: TimeZones
    day_boundary: DayBoundary
    languages: list[str] = Field(min_length=1)
    # the first is the one to start with
    attribution: list[str] = Field(default_factory=list)
    # shown on the map, also offline
    layers: list[LayerSpec] = Field(default_factory=list)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        west, south, east, north = self.bbox
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 degrees
            raise ValueError("bbox must be west, south, east, north in degrees")
        codes = [layer.code for layer in self.layers]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"layers with the same code: {', '.join(twice)}")
        return self

    def of_kind(self, kind: LayerKind) -> list[LayerSpec]:
        """The layers of one kind, in the manifest's order."""
        return [layer for layer in self.layers if layer.kind is kind]


class Pack(_Part):
    """A pack that was found and whose manifest holds."""

    folder: Path
    manifest: Manifest

    def file(self, spec: LayerSpec) -> Path:
        """Where a layer's file lies."""
        return self.folder / spec.file

    def fingerprint(self) -> str:
        """SHA-256 over the manifest and all layer files: changes when anything in them does."""
        digest = hashlib.sha256()
        for path in [self.folder / MANIFEST, *map(self.file, self.manifest.layers)]:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()


def shipped() -> Path:
    """The ``gis_layers`` folder that came with Sylvan: in the wheel, else in the checkout."""
    package = Path(str(resources.files("sylvan")))
    packaged = package / "_data" / "gis_layers"
    return packaged if packaged.is_dir() else package.parent / "gis_layers"


def asset(name: str, extra: Path | None = None) -> Path:
    """A file beside the packs (base map, style); the operator's folder goes first.

    Raises:
        NotFound: naming the folders that were searched.
    """
    folders = [folder for folder in (extra, shipped()) if folder]
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise NotFound("pack.no_asset", {"file": name, "folders": ", ".join(map(str, folders))})


def folders(extra: Path | None = None) -> dict[str, Path]:
    """Folder of each pack by its name; those in ``extra`` go before the ones shipped."""
    found: dict[str, Path] = {}
    for root in (extra, shipped()):
        if root and root.is_dir():
            for manifest in sorted(root.glob(f"*/{MANIFEST}")):
                found.setdefault(manifest.parent.name, manifest.parent)
    return found


def find(code: str, extra: Path | None = None) -> Pack:
    """The pack of a region.

    Raises:
        NotFound: no such folder; ``params`` list the packs that there are.
        PackError: the manifest does not hold.
    """
    known = folders(extra)
    if code not in known:
        raise NotFound("pack.unknown", {"region": code, "known": ", ".join(sorted(known))})
    return load(known[code])


def load(folder: Path) -> Pack:
    """Read and validate the manifest in ``folder``; errors name file, line and field.

    Raises:
        PackError: unreadable, not YAML, fields wrong or missing, or a layer's file is absent.
    """
    path = folder / MANIFEST
    body, lines = read_yaml(path)
    try:
        manifest = Manifest.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error
    _check_against_folder(path, manifest, lines)
    return Pack(folder=folder, manifest=manifest)


# libyaml's takes a tenth of the time of the one in Python, which a build without it falls back to
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Place = tuple[str | int, ...]
"""Where in the manifest something stands, e.g. ``("layers", 3, "kind")``."""


def read_yaml(path: Path) -> tuple[Any, Mapping[Place, int]]:
    """What a file says, and the line on which each of its places stands.

    Raises:
        PackError: unreadable, not UTF-8, or not YAML.
    """
    try:
        loader = _Loader(path.read_text("utf-8-sig"))
        node = loader.get_single_node()
        lines = dict(lines_of(node)) if node else {}
        body = loader.construct_document(node) if node else None
    except OSError as error:
        reason = error.strerror or str(error)
        raise PackError("pack.unreadable", {"file": str(path), "reason": reason}) from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        reason = getattr(error, "problem", None) or str(error)
        params = {"file": str(path), "line": line, "reason": reason}
        raise PackError("pack.not_yaml", params) from error
    return body, lines


def lines_of(node: yaml.Node, place: Place = ()) -> Iterator[tuple[Place, int]]:
    """Where in a file each part of a YAML document stands."""
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from lines_of(value, (*place, key.value))
            yield (*place, key.value), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from lines_of(value, (*place, number))


def line_of(lines: Mapping[Place, int], place: Sequence[str | int]) -> int | None:
    """Line of a place, or of the nearest thing around it (a missing field has none itself)."""
    for length in range(len(place), -1, -1):
        if (found := lines.get(tuple(place[:length]))) is not None:
            return found
    return None


def fields_error(path: Path, error: ValidationError, lines: Mapping[Place, int]) -> PackError:
    """What does not hold in a file, by line and field; the first one is told, all are kept."""
    errors = []
    for problem in error.errors():
        place = problem["loc"]
        reason = problem["msg"].removeprefix("Value error, ")
        params = {"file": str(path), "line": line_of(lines, place), "reason": reason}
        errors.append(FieldError(".".join(map(str, place)) or "file", "pack.field", params))
    first = errors[0]
    told: dict[str, Scalar] = {**first.params, "field": first.field, "count": len(errors)}
    return PackError("pack.field", told, field=first.field, errors=tuple(errors))


def _check_against_folder(path: Path, manifest: Manifest, lines: Mapping[Place, int]) -> None:
    if manifest.code != path.parent.name:
        reason = f"must be the folder's name {path.parent.name!r}"
        params = {"file": str(path), "line": line_of(lines, ("code",)), "field": "code"}
        raise PackError("pack.field", {**params, "reason": reason, "count": 1}, field="code")
    for number, layer in enumerate(manifest.layers):
        place = ("layers", number, "file")
        inside = (path.parent / layer.file).resolve().is_relative_to(path.parent.resolve())
        if inside and (path.parent / layer.file).is_file():
            continue
        field = ".".join(map(str, place))
        params = {"file": str(path), "line": line_of(lines, place), "field": field}
        reason = f"no file {layer.file!r} in the pack's folder"
        raise PackError("pack.field", {**params, "reason": reason, "count": 1}, field=field)
