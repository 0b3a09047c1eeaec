"""Makes Sylvan's own templates of documents (DOCX, HTML) from ``alerts/documents/layouts.yaml``.

Run ``python -m tools.document_templates`` after a change of the layouts; a test holds that the
files in the repository are what this makes. ``--out FOLDER`` writes them elsewhere, as a start for
own ones.
"""

import argparse
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.shared import Cm, Pt

from sylvan.domain.documents import DocumentKind
from sylvan.services.document_templates import LAYOUTS, Layout, layouts, shipped

HEAD = ("document_number", "version", "issued_at", "issued_by", "reason")
OLD = (1980, 1, 1, 0, 0, 0)
"""Date of the parts of a DOCX: the same text is the same bytes."""
PAGE = """\
<!doctype html>
<html lang="{{ w.language }}"><head><meta charset="utf-8">
<title>{{ w.TITLE }} {{ number }}</title>
<style>
@page { size: A4; margin: 16mm 14mm 18mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif } }
body { font: 9.5pt/1.35 "DejaVu Sans", sans-serif; color: #000 }
h1 { font-size: 14pt; margin: 0 0 3mm } h2 { font-size: 10.5pt; margin: 5mm 0 1.5mm }
table { width: 100%; border-collapse: collapse; margin: 0 0 3mm; table-layout: auto }
th, td { border: 0.3pt solid #777; padding: 1mm 1.5mm; text-align: left; vertical-align: top;
  overflow-wrap: break-word }
thead { display: table-header-group } thead th { background: #eee }
.facts th { width: 45%; font-weight: normal }
.mark { border: 1.2pt solid #000; padding: 2mm; font-weight: bold; margin: 0 0 3mm }
.note { font-style: italic; margin: 0 0 3mm }
</style></head><body>
"""


def html(layout: Layout) -> str:
    """A template for PDF."""
    return (
        PAGE.replace("w.TITLE", f"w.{layout.title}")
        + "\n".join(_html(layout))
        + "\n</body></html>\n"
    )


def _html(layout: Layout) -> Iterator[str]:
    yield '{% if mark %}<p class="mark">{{ mark }}</p>{% endif %}'
    yield f"<h1>{{{{ w.{layout.title} }}}}</h1>"
    yield '<p class="note">{{ layout }}</p>'
    if layout.note:
        yield f'<p class="mark">{{{{ w.{layout.note} }}}}</p>'
    yield _facts([(word, word.removeprefix("document_")) for word in HEAD])
    for block in layout.blocks:
        if block.facts:
            yield _facts(block.facts)
        if block.table:
            yield _table(block.table.title, block.table.of, block.table.columns)
    columns = [("field", "field"), ("before", "before"), ("after", "after")]
    yield "{% if differs %}" + _table("differs", "differs", columns) + "{% endif %}"


def _facts(facts: Any) -> str:
    rows = "\n".join(
        f"<tr><th>{{{{ w.{word} }}}}</th><td>{{{{ {path} }}}}</td></tr>" for word, path in facts
    )
    return f'<table class="facts"><tbody>\n{rows}\n</tbody></table>'


def _table(title: str, of: str, columns: Any) -> str:
    head = "".join(f"<th>{{{{ w.{word} }}}}</th>" for word, _ in columns)
    cells = "".join(f"<td>{{{{ one.{path} }}}}</td>" for _, path in columns)
    return (
        f"<h2>{{{{ w.{title} }}}}</h2>\n<table><thead><tr>{head}</tr></thead><tbody>\n"
        f"{{% for one in {of} %}}<tr>{cells}</tr>\n{{% endfor %}}</tbody></table>"
    )


def docx(layout: Layout) -> bytes:
    """A template for DOCX."""
    made = Document()
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.5)
    made.styles["Normal"].font.size = Pt(9)
    made.styles["Normal"].font.name = "DejaVu Sans"
    made.add_paragraph("{{ mark }}").runs[0].bold = True
    made.add_heading(f"{{{{ w.{layout.title} }}}}", 1)
    made.add_paragraph("{{ layout }}").runs[0].italic = True
    if layout.note:
        made.add_paragraph(f"{{{{ w.{layout.note} }}}}").runs[0].bold = True
    _docx_facts(made, [(word, word.removeprefix("document_")) for word in HEAD])
    for block in layout.blocks:
        if block.facts:
            _docx_facts(made, block.facts)
        if block.table:
            _docx_table(made, block.table.title, block.table.of, block.table.columns)
    made.add_paragraph("{%p if differs %}")
    _docx_table(made, "differs", "differs", [(one, one) for one in ("field", "before", "after")])
    made.add_paragraph("{%p endif %}")
    _dated(made)
    out = io.BytesIO()
    made.save(out)
    return _same(out.getvalue())


def _docx_facts(made: Any, facts: Any) -> None:
    table = made.add_table(rows=0, cols=2, style="Table Grid")
    for word, path in facts:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = f"{{{{ w.{word} }}}}", f"{{{{ {path} }}}}"
    made.add_paragraph("")


def _docx_table(made: Any, title: str, of: str, columns: Any) -> None:
    made.add_heading(f"{{{{ w.{title} }}}}", 2)
    table = made.add_table(rows=0, cols=len(columns), style="Table Grid")
    for cell, (word, _) in zip(table.add_row().cells, columns, strict=True):
        cell.text = f"{{{{ w.{word} }}}}"
        cell.paragraphs[0].runs[0].bold = True
    table.add_row().cells[0].text = f"{{%tr for one in {of} %}}"
    for cell, (_, path) in zip(table.add_row().cells, columns, strict=True):
        cell.text = f"{{{{ one.{path} }}}}"
    table.add_row().cells[0].text = "{%tr endfor %}"
    made.add_paragraph("")


def _dated(made: Any) -> None:
    told = made.core_properties
    told.author, told.title, told.comments = "Sylvan", "", ""
    told.created = told.modified = datetime(2026, 1, 1)  # noqa: DTZ001 - python-docx wants it bare


def _same(body: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, OLD)
            new.writestr(entry, old.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def made() -> dict[str, bytes]:
    """All templates by file name."""
    known = layouts(shipped(LAYOUTS))
    found = {}
    for kind in DocumentKind:
        layout = known.of(kind)
        found[f"{kind.value}.html"] = html(layout).encode()
        found[f"{kind.value}.docx"] = docx(layout)
    return found


def main() -> None:
    """Writes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=shipped(LAYOUTS).parent)
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in made().items():
        (folder / name).write_bytes(body)
        print(folder / name, len(body))


if __name__ == "__main__":
    main()
