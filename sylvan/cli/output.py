"""How commands speak: progress for people, JSON for machines, refusals with their remedy."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from typer.core import TyperGroup

from sylvan.cli.texts import told
from sylvan.domain import codes
from sylvan.ops.refusal import Refusal
from sylvan.settings import Settings, SettingsError, load_settings

NOTES = Console(stderr=True, highlight=False)
# Progress and problems; stdout carries results only, so that it can be piped.
OUT = Console(highlight=False)

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Folder that Sylvan keeps its data in.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


class FriendlyGroup(TyperGroup):
    """Commands whose refusals are read, not traced."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command; a refusal ends it with status 1 and says how to mend it."""
        with explained():
            return super().invoke(ctx)


@contextmanager
def explained() -> Iterator[None]:
    """Turns refusals and bad settings into a short message and exit status 1."""
    try:
        yield
    except Refusal as refusal:
        problem(refusal.problem, refusal.mend)
        raise typer.Exit(1) from None
    except codes.Refusal as refusal:
        problem(told(refusal.code, dict(refusal.params)), "")
        raise typer.Exit(1) from None
    except SettingsError as error:
        problem("A setting cannot be used.", str(error))
        raise typer.Exit(1) from None


def problem(what: str, mend: str) -> None:
    """Prints what is wrong and how to mend it."""
    body = escape(what) + (f"\n\n[green]{escape(mend)}[/green]" if mend else "")
    NOTES.print(Panel(body, title="Sylvan cannot go on", border_style="red", title_align="left"))


def say(line: str) -> None:
    """One line of progress."""
    NOTES.print(f"[dim]•[/dim] {escape(line)}")


def paste(*lines: str) -> None:
    """Lines to be copied as they are: never broken, whatever the width of the window."""
    for line in lines:
        NOTES.print(escape(line), soft_wrap=True)


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    typer.echo(orjson.dumps(value, default=str, option=options))


def settings_with(data_dir: Path | None = None, **options: Any) -> Settings:
    """Settings with a command's options laid over the environment."""
    return load_settings(data_dir=data_dir, **options)


def agreed(question: str, *, yes: bool) -> None:
    """Asks before something is lost; without a terminal only `--yes` agrees."""
    if yes:
        return
    if not NOTES.is_terminal:
        raise Refusal(question, "Say that you mean it: --yes")
    typer.confirm(question, abort=True, err=True)
