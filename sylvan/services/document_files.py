"""The files of a document: its fields filled into templates, as DOCX, XLSX and PDF.

Fields come as values and are written for readers here: numbers with their comma, moments in the
region's zone, what is not known as a word and never as a zero.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NoReturn
from zoneinfo import ZoneInfo

from docxtpl import DocxTemplate
from jinja2 import TemplateError
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from sylvan.domain.codes import Conflict, Invalid
from sylvan.domain.documents import DocumentKind, Format
from sylvan.domain.spreadsheets import FORMULA
from sylvan.services import pango
from sylvan.services.document_check import WORDS, environment
from sylvan.services.document_templates import Layout, Template, layout_of

MEDIA: Final[Mapping[Format, str]] = {
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
}
MOST_BYTES: Final = 20_000_000
"""Of one file."""
WIDEST: Final = 60
"""Characters of a column."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SHARE: Final = "share"


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom values are written out."""

    language: str
    words: Mapping[str, str]
    zone: str

    def shown(self, value: Any, name: str = "") -> Any:
        """A value, or a structure of them, as text."""
        if isinstance(value, Mapping):
            return {key: self.shown(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.shown(inner, name) for inner in value]
        if value is None:
            return self.words["unknown"]
        if isinstance(value, bool):
            return self.words["yes" if value else "no"]
        if isinstance(value, (int, float)):
            return self._number(value * 100 if _SHARE in name else value, name)
        return self._text(str(value))

    def _number(self, value: float, name: str) -> str:
        digits = 5 if name in ("latitude", "longitude") else 2
        text = f"{value:,.{digits}f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
        if self.language != "en":
            text = text.replace(",", "\u00a0").replace(".", ",")
        return f"{text} %" if _SHARE in name else text

    def _text(self, value: str) -> str:
        if _MOMENT.fullmatch(value):
            at = datetime.fromisoformat(value).astimezone(ZoneInfo(self.zone))
            return f"{at:%d.%m.%Y %H:%M} ({self.zone})"
        if _DAY.fullmatch(value):
            return f"{date.fromisoformat(value):%d.%m.%Y}"
        return value


@dataclass(frozen=True, slots=True)
class Filled:
    """What is to be filled in."""

    kind: DocumentKind
    fields: Mapping[str, Any]
    reader: Reader

    @property
    def context(self) -> dict[str, Any]:
        """Fields as text, and the words."""
        return {**self.reader.shown(self.fields), WORDS: dict(self.reader.words)}


def made(form: Format, template: Template, filled: Filled) -> bytes:
    """A file.

    Raises:
        Invalid: the template breaks as it is filled, or the file is too large.
        NoPdf: this machine lacks the libraries that PDF needs.
    """
    make = {Format.DOCX: _docx, Format.XLSX: _xlsx, Format.PDF: _pdf}[form]
    try:
        body = make(template, filled)
    except TemplateError as error:
        told = {"file": f"{filled.kind.value}.{form.value}", "reason": str(error)[:200]}
        raise Invalid("document.template_breaks", told, "template") from error
    if len(body) > MOST_BYTES:
        raise Invalid("document.too_large", {"mb": MOST_BYTES // 1_000_000}, "kind")
    return body


class NoPdf(Conflict):
    """PDF cannot be made here; all else can."""


def _docx(template: Template, filled: Filled) -> bytes:
    document = DocxTemplate(io.BytesIO(template.body))
    document.render(filled.context, jinja_env=environment(), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _pdf(template: Template, filled: Filled) -> bytes:
    text = environment().from_string(template.body.decode("utf-8")).render(filled.context)
    pango.ready()
    try:
        from weasyprint import HTML  # noqa: PLC0415 - loads libraries that may be missing
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise NoPdf("document.no_pdf", {"reason": str(error).splitlines()[0][:200]}) from error

    class Nothing(URLFetcher):  # type: ignore[misc]  # untyped
        """Pictures, styles and fonts from elsewhere are not fetched, not even from this machine."""

        def fetch(self, url: str, headers: Any = None) -> NoReturn:
            del headers
            raise ValueError(f"not fetched: {url[:80]}")

    body: bytes = HTML(string=text, url_fetcher=Nothing()).write_pdf()
    return body


def _xlsx(template: Template, filled: Filled) -> bytes:
    layout, words = layout_of(template.body, filled.kind), filled.reader.words
    book = Workbook()
    sheet = book.active
    sheet.title = filled.kind.value
    for row in _rows(layout, filled):
        sheet.append(["" for _ in row])
        for column, value in enumerate(row, 1):
            _write(sheet.cell(sheet.max_row, column), value)
    sheet["A1"].font = Font(bold=True, size=14)
    for number, width in enumerate(_widths(sheet), 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    book.properties.title = words[layout.title]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(layout: Layout, filled: Filled) -> Iterator[list[Any]]:
    """Lines of the sheet: heading, facts, tables; numbers stay numbers."""
    words, fields, reader = filled.reader.words, filled.fields, filled.reader
    yield [words[layout.title]]
    for name in ("number", "version", "issued_at", "issued_by", "reason", "mark", "layout"):
        if fields[name] not in (None, ""):
            yield [
                words[name if name != "number" else "document_number"],
                _cell(reader, fields[name]),
            ]
    if layout.note:
        yield [words[layout.note]]
    for block in layout.blocks:
        yield [""]
        for word, path in block.facts or ():
            yield [words[word], _cell(reader, _at(fields, path))]
        if block.table:
            yield [words[block.table.title]]
            yield [words[word] for word, _ in block.table.columns]
            for one in _at(fields, block.table.of):
                yield [_cell(reader, one[path]) for _, path in block.table.columns]
    if fields["differs"]:
        yield [""]
        yield [words["differs"]]
        yield [words["field"], words["before"], words["after"]]
        for one in fields["differs"]:
            yield [_cell(reader, one[name]) for name in ("field", "before", "after")]


def _at(fields: Mapping[str, Any], path: str) -> Any:
    here: Any = fields
    for name in path.split("."):
        here = here[name]
    return here


def _cell(reader: Reader, value: Any) -> Any:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if is_number else reader.shown(value)


def _write(cell: Any, value: Any) -> None:
    """Text stays text, whatever it begins with."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if value.startswith(FORMULA):
            cell.quotePrefix = True


def _widths(sheet: Any) -> list[int]:
    columns = sheet.iter_cols(values_only=True, min_row=2)
    return [
        min(WIDEST, max([10, *(len(str(one)) + 2 for one in column if one is not None)]))
        for column in columns
    ]
