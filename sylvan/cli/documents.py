"""`sylvan documents`: issue forms, acts and reports, take their files, check own templates."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.markup import escape
from rich.table import Table

from sylvan.cli.heat import opened
from sylvan.cli.output import OUT, AsJson, DataDir, FriendlyGroup, print_json, say, settings_with
from sylvan.cli.texts import told
from sylvan.domain.documents import DocumentKind, Format
from sylvan.ops.refusal import Refusal
from sylvan.services.document_templates import Templates, merged_words
from sylvan.services.documents import NewDocument
from sylvan.services.languages import LANGUAGES
from sylvan.web import catalogue

LISTED = 50
app = typer.Typer(
    cls=FriendlyGroup, no_args_is_help=True, help="Forms, acts and reports, as they were issued."
)
World = Annotated[str, typer.Option(help="World whose documents are meant.")]


@app.command()
def issue(
    kind: Annotated[DocumentKind, typer.Argument(help="daily, bulletin, act or closing.")],
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Reporting day.", show_default=False),
    ] = None,
    fire: Annotated[
        str | None, typer.Option(help="Number of the fire: SA-2026-0117.", show_default=False)
    ] = None,
    language: Annotated[str, typer.Option(help="ru or en.")] = "ru",
    reason: Annotated[str, typer.Option(help="Of a correction.")] = "",
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files.", show_default=False)
    ] = None,
    world: World = "live",
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Issue a document, or the next version of one."""
    if language not in LANGUAGES:
        raise Refusal(f"There is no language {language!r}.", "--language ru, or en")
    asked = NewDocument(
        kind,
        day.date() if day else None,
        fire_number=fire,
        language=language,
        reason=reason,
    )
    with opened(data_dir, world) as (house, actor):
        found = house.documents.issue(actor, asked, None)
        files = {
            form: house.documents.file(actor, UUID(found["id"]), Format(form))
            for form in found["files"]
        }
    if out is not None:
        _write(out, [(name, body) for name, _, body in files.values()])
    if json:
        print_json(found)
        return
    OUT.print(f"{found['number']}, version {found['version']}")
    for note in found["notes"]:
        OUT.print(f"[yellow]note[/yellow]  {escape(told(note['code'], note['params']))}")


def _write(folder: Path, files: list[tuple[str, bytes]]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, body in files:
            (folder / name).write_bytes(body)
            say(f"{len(body):,} bytes in {folder / name}")
    except OSError as error:
        raise Refusal(f"{folder} cannot be written: {error.strerror}.", "Check the path.") from None


@app.command("list")
def list_documents(
    kind: Annotated[
        DocumentKind | None, typer.Option(help="Only this kind.", show_default=False)
    ] = None,
    world: World = "live",
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """List the newest documents."""
    with opened(data_dir, world) as (house, actor):
        rows, _ = house.documents.listed(actor, kind=kind, fire_id=None, after=None, limit=LISTED)
    if json:
        print_json(rows)
        return
    names = ("number", "version", "kind", "about", "issued_at", "issued_by", "reason")
    OUT.print(_table(names, rows))


def _table(names: tuple[str, ...], rows: list[dict[str, Any]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in names:
        table.add_column(name)
    for one in rows:
        table.add_row(*(escape(str(one[name])) for name in names))
    return table


@app.command()
def file(
    document: Annotated[UUID, typer.Argument(help="Id of the version.")],
    out: Annotated[Path, typer.Argument(help="File to write: .docx, .xlsx or .pdf.")],
    world: World = "live",
    data_dir: DataDir = None,
) -> None:
    """Write a file as it was issued."""
    form = out.suffix.lstrip(".").lower()
    if form not in set(Format):
        raise Refusal(f"{out} is none of .docx, .xlsx, .pdf.", "Name the file with its ending.")
    with opened(data_dir, world) as (house, actor):
        _, _, body = house.documents.file(actor, document, Format(form))
        house.auditor.exported(actor, "document", {"document_id": str(document), "format": form})
        house.auditor.flush()
    _write(out.parent, [(out.name, body)])


@app.command()
def check(data_dir: DataDir = None, json: AsJson = False) -> None:
    """Say which templates are in force and what is wrong with own ones (exit status 1)."""
    words = frozenset(merged_words(catalogue.merged("ru")))
    rows = Templates(settings_with(data_dir).alerts_dir, words).check()
    if json:
        print_json(rows)
    for one in () if json else rows:
        whose = "own" if one["own"] else "shipped"
        OUT.print(f"{one['kind']:<9} {one['format']:<5} {whose}")
        if one["refused"]:
            said = told(one["refused"]["code"], one["refused"]["params"])
            OUT.print(f"  [red]refused[/red]  {escape(said)}", soft_wrap=True)
    raise typer.Exit(1 if any(one["refused"] for one in rows) else 0)
