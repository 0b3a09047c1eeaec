"""Templates of documents: an operator's own count first, and a bad one never comes into force.

Each use looks at the file again. If it is not right, the last good one of this process stays, else
the one that came with Sylvan, and the document says so; nobody waits for a template at night.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from docxtpl import DocxTemplate
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sylvan.domain.codes import Coded, Invalid, Refusal
from sylvan.domain.documents import DocumentKind, Format
from sylvan.services.document_check import require
from sylvan.services.document_shape import shape
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import PackError, fields_error, read_yaml

FOLDER: Final = "documents"
LAYOUTS: Final = "layouts.yaml"
MOST_BYTES: Final = 2_000_000
MOST_UNPACKED: Final = 40_000_000
MOST_PARTS: Final = 500
SUFFIX: Final = {Format.DOCX: ".docx", Format.PDF: ".html"}
"""What a format is made from; workbooks are made from the layouts."""
_OUTSIDE: Final = re.compile(rb'TargetMode\s*=\s*["\']External["\']')
_PROGRAM: Final = re.compile(r"vbaProject|embeddings/|activeX/", re.IGNORECASE)
_PARAGRAPH: Final = re.compile(r"(<w:p[ >])")
_DAMAGED: Final = (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, AttributeError)
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Path_ = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Lines(_Part):
    """A table of a layout."""

    title: Word
    of: Path_
    columns: list[tuple[Word, Path_]] = Field(min_length=1, max_length=20)


class Block(_Part):
    """Facts or a table."""

    facts: list[tuple[Word, Path_]] | None = None
    table: Lines | None = None

    @model_validator(mode="after")
    def _one(self) -> "Block":
        if (self.facts is None) == (self.table is None):
            raise ValueError("a block is either facts or a table")
        return self


class Layout(_Part):
    """What stands in a kind of document."""

    title: Word
    note: Word | None = None
    blocks: list[Block] = Field(min_length=1, max_length=40)

    def source(self) -> str:
        """The same as a template, so that one check holds for all."""
        parts = [f"{{{{ w.{self.title} }}}}"]
        parts += [f"{{{{ w.{self.note} }}}}"] if self.note else []
        for block in self.blocks:
            parts += [f"{{{{ w.{word} }}}}{{{{ {path} }}}}" for word, path in block.facts or ()]
            if block.table:
                cells = "".join(f"{{{{ one.{path} }}}}" for _, path in block.table.columns)
                parts.append(f"{{% for one in {block.table.of} %}}{cells}{{% endfor %}}")
                parts += [f"{{{{ w.{word} }}}}" for word, _ in block.table.columns]
                parts.append(f"{{{{ w.{block.table.title} }}}}")
        return "\n".join(parts)


class Layouts(_Part):
    """All layouts of a file."""

    version: Annotated[str, Field(min_length=1, max_length=60)]
    daily: Layout
    bulletin: Layout
    act: Layout
    closing: Layout

    def of(self, kind: DocumentKind) -> Layout:
        """The layout of a kind."""
        found: Layout = getattr(self, kind.value)
        return found


@dataclass(frozen=True, slots=True)
class Template:
    """A template that is right, ready to be filled."""

    body: bytes
    own: bool
    """Whether it is the operator's."""

    def told(self) -> dict[str, Any]:
        """Which one it is."""
        return {"sha256": hashlib.sha256(self.body).hexdigest(), "own": self.own}


@dataclass(slots=True)
class Templates:
    """Finds, checks and remembers templates."""

    folder: Path | None
    """Of the operator (``SYLVAN_ALERTS_DIR``)."""
    words: frozenset[str]
    """What the catalogue calls things by, in documents."""
    _good: dict[str, Template] = field(default_factory=dict)

    def get(self, kind: DocumentKind, form: Format) -> tuple[Template, Coded | None]:
        """The template in force and, where a newer one was refused, why."""
        name = LAYOUTS if form is Format.XLSX else f"{kind.value}{SUFFIX[form]}"
        own = self._own(name)
        if own is not None:
            try:
                self._good[name] = self._checked(own, kind, form, own=True)
            except Refusal as refused:
                return self._stays(name, kind, form), refused.as_coded()
            return self._good[name], None
        return self._checked(shipped(name), kind, form, own=False), None

    def check(self) -> list[dict[str, Any]]:
        """Every template of every kind: which one is in force, and what is wrong with own ones."""
        rows = []
        for kind in DocumentKind:
            for form in Format:
                found, refused = self.get(kind, form)
                rows.append(
                    {
                        "kind": kind.value,
                        "format": form.value,
                        **found.told(),
                        "refused": refused.as_dict() if refused else None,
                    }
                )
        return rows

    def _own(self, name: str) -> Path | None:
        path = self.folder / FOLDER / name if self.folder else None
        return path if path is not None and path.is_file() else None

    def _stays(self, name: str, kind: DocumentKind, form: Format) -> Template:
        if name in self._good:
            return self._good[name]
        return self._checked(shipped(name), kind, form, own=False)

    def _checked(self, path: Path, kind: DocumentKind, form: Format, *, own: bool) -> Template:
        body = _read(path)
        require(_source(path, body, kind, form), shape(kind), self.words, path.name)
        return Template(body, own)


def shipped(name: str) -> Path:
    """A template that came with Sylvan."""
    return shipped_alerts() / FOLDER / name


def layouts(path: Path) -> Layouts:
    """The layouts in a file.

    Raises:
        PackError: naming file, line and field.
    """
    body, lines = read_yaml(path)
    try:
        return Layouts.model_validate(body)
    except ValidationError as error:
        raise fields_error(path, error, lines) from error


def layout_of(body: bytes, kind: DocumentKind) -> Layout:
    """The layout of a kind in a file that was checked."""
    return Layouts.model_validate(yaml.safe_load(body)).of(kind)


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            most = MOST_BYTES // 1_000_000
            raise Invalid(
                "document.template_too_large", {"file": path.name, "mb": most}, "template"
            )
        return path.read_bytes()
    except OSError as error:
        told = {"file": path.name, "reason": error.strerror or str(error)}
        raise Invalid("document.template_unreadable", told, "template") from error


def _source(path: Path, body: bytes, kind: DocumentKind, form: Format) -> str:
    """A template as the text that is checked.

    Raises:
        Invalid: it is damaged, or reaches outside.
    """
    if form is Format.DOCX:
        return docx_source(path.name, body)
    if form is Format.XLSX:
        try:
            return layouts(path).of(kind).source()
        except PackError as error:
            line, field_ = error.params.get("line"), error.params.get("field")
            told = {"file": path.name, "line": line, "reason": str(error.params.get("reason"))}
            raise Invalid("document.layout", {**told, "name": field_}, "template") from error
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        told = {"file": path.name, "reason": str(error)}
        raise Invalid("document.template_unreadable", told, "template") from error


def docx_source(name: str, body: bytes) -> str:
    """All that would be filled in a DOCX: text, headers, footers, properties, footnotes.

    Raises:
        Invalid: damaged, too large unpacked, with programs, or with parts from elsewhere.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            _safe(name, packed)
        made = DocxTemplate(io.BytesIO(body))
        made.init_docx()
        parts = [made.patch_xml(made.get_xml())]
        for uri in (made.HEADER_URI, made.FOOTER_URI):
            parts += [made.patch_xml(made.get_part_xml(part)) for _, part in _related(made, uri)]
        properties = made.docx.core_properties
        told = (properties.title, properties.subject, properties.comments, properties.keywords)
        source = "\n".join([*parts, *(str(one or "") for one in told)])
        return _PARAGRAPH.sub(r"\n\1", source)  # so that a fault's line is a paragraph's number
    except _DAMAGED as error:
        params = {"file": name, "reason": str(error)[:200]}
        raise Invalid("document.template_unreadable", params, "template") from error


def _related(made: DocxTemplate, uri: str) -> list[tuple[str, Any]]:
    rels = made.docx._part.rels.items()  # noqa: SLF001 - docxtpl itself finds them so
    return [(key, one.target_part) for key, one in rels if one.reltype == uri]


def _safe(name: str, packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        most = MOST_UNPACKED // 1_000_000
        raise Invalid("document.template_too_large", {"file": name, "mb": most}, "template")
    for part in parts:
        outside = part.filename.endswith(".rels") and _OUTSIDE.search(packed.read(part))
        if outside or _PROGRAM.search(part.filename):
            params = {"file": name, "line": None, "name": part.filename}
            raise Invalid("document.template_forbidden", params, "template")


def merged_words(texts: Mapping[str, Any]) -> dict[str, str]:
    """The words of documents in a catalogue, by name."""
    head = "document_word."
    return {
        key.removeprefix(head): str(told) for key, told in texts.items() if key.startswith(head)
    }
