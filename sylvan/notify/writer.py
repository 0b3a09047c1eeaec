"""Letters in words, from templates that a duty officer edits: `alerts/templates/<language>/`.

A template is a file of three blocks: subject, full, short; the sentences of `parts.txt` are
there as `say`. What a letter lacks is an error and not an empty place; then the facts are written
plainly instead, since a bad template must not cost an alert. Templates run in a sandbox and see
nothing but the letter.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.sandbox import SandboxedEnvironment

from sylvan.domain.alerting import clean
from sylvan.domain.alerting.alerts import Part
from sylvan.domain.alerting.letters import spoken
from sylvan.domain.alerting.messages import Wording
from sylvan.domain.alerting.shorten import fitted
from sylvan.notify.phrases import globals_of, known
from sylvan.services.deliveries import Marked
from sylvan.services.exposure_rules import shipped_alerts

log = structlog.get_logger()
FOLDER, FRAME, PARTS, DIGEST = "templates", "frame", "parts", "digest"
BLOCKS: Final = ("subject", "full", "short")
SUBJECT_LENGTH: Final = 150
_EMPTY: Final = re.compile(r"\n\s*\n")
_GAPS: Final = re.compile(r"\n\s*\n\s*\n")
_FAULTS: Final = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError)
"""What a template can do wrong when it is filled."""


@dataclass(frozen=True, slots=True)
class TemplateWriter:
    """Writes in every language that has a folder; in the first one where a language has none."""

    folders: tuple[Path, ...]
    """In the order in which they are looked into."""
    zone: ZoneInfo
    catalogue: Callable[[str], Mapping[str, Any]]
    """Words of closed lists, by language."""
    first: str = "ru"
    _made: dict[str, SandboxedEnvironment] = field(default_factory=dict, repr=False)

    def write(self, parts: Sequence[Part], language: str, marked: Marked) -> Wording:
        """The words of one letter, or of a digest of several."""
        pages = [self._page(part, language) for part in parts]
        page = pages[0] if len(pages) == 1 else self._digest(parts, pages, language)
        return self._marked(page, language, marked)

    def hint(self, language: str, *, link: str, code: str) -> tuple[str, str]:
        """How to acknowledge, in the full and the short form; nothing where there is no way."""
        if not link and not code:
            return "", ""
        facts = {"link": link, "code": code}
        return self._frame(language, "hint", facts), self._frame(language, "hint_short", facts)

    def languages(self) -> list[str]:
        """Languages that have a folder."""
        found = {one.name for folder in self.folders if folder.is_dir() for one in folder.iterdir()}
        return sorted(found)

    def _page(self, part: Part, language: str) -> Mapping[str, str]:
        facts = _facts(part, language)
        try:
            return _dense(self._filled(language, part.template, facts))
        except TemplateNotFound:
            log.error("alerts.template_missing", template=part.template, language=language)  # noqa: TRY400
        except _FAULTS as error:
            told = {"template": part.template, "language": language, "reason": str(error)[:200]}
            log.error("alerts.template_failed", **told)  # noqa: TRY400 - the place says it, no trace does
        named = sorted(spoken(part.fields, language).items())
        rows = [f"{name}: {value}" for name, value in named if known(value)]
        plain = {"rule": part.rule, "rows": [clean.field(row) for row in rows], "facts": facts}
        return _dense({name: self._frame(language, f"plain_{name}", plain) for name in BLOCKS})

    def _digest(
        self, parts: Sequence[Part], pages: Sequence[Mapping[str, str]], language: str
    ) -> Mapping[str, str]:
        facts = {"pages": pages, "number_of": len(parts), "at": max(part.at for part in parts)}
        return self._filled(language, DIGEST, facts)

    def _filled(self, language: str, name: str, facts: Mapping[str, Any]) -> Mapping[str, str]:
        made = self._environment(language).get_template(f"{name}.txt")
        context = made.new_context(dict(facts))
        return {block: "".join(made.blocks[block](context)).strip() for block in BLOCKS}

    def _marked(self, page: Mapping[str, str], language: str, marked: Marked) -> Wording:
        facts = {"drill": marked.drill, "replay": marked.replay}
        first, short = (self._frame(language, name, facts) for name in ("mark", "mark_short"))
        subject = clean.line(f"{first} {page['subject']}")[:SUBJECT_LENGTH]
        full = f"{first}\n\n{page['full']}" if first else page["full"]
        return Wording(
            subject,
            _GAPS.sub("\n\n", clean.lines(full)).strip(),
            fitted(clean.line(f"{short} {page['short']}"), ""),
        )

    def _frame(self, language: str, block: str, facts: Mapping[str, Any]) -> str:
        made = self._environment(language).get_template(f"{FRAME}.txt")
        return "".join(made.blocks[block](made.new_context(dict(facts)))).strip()

    def _catalogue(self, language: str) -> Mapping[str, Any]:
        try:
            return self.catalogue(language)
        except FileNotFoundError:  # a language of the operator's own
            return self.catalogue(self.first)

    def _environment(self, language: str) -> SandboxedEnvironment:
        """The templates of a language; what it lacks is looked for in the first one."""
        made = self._made.get(language)
        if made is None:
            names = dict.fromkeys((language, self.first))
            paths = [folder / name for name in names for folder in self.folders]
            made = SandboxedEnvironment(
                loader=FileSystemLoader([str(path) for path in paths]),
                undefined=StrictUndefined,
                autoescape=False,
                lstrip_blocks=True,
            )
            made.tests["known"] = known
            made.globals.update(globals_of(language, self.zone, self._catalogue(language)))
            made.globals["say"] = made.get_template(f"{PARTS}.txt").module
            self._made[language] = made
        return made


def _dense(page: Mapping[str, str]) -> Mapping[str, str]:
    """Without the empty lines that are left where a template had nothing to say."""
    return {name: _EMPTY.sub("\n", text) for name, text in page.items()}


def _facts(part: Part, language: str) -> dict[str, Any]:
    """What a template sees: the letter's fields with their texts cleaned, and when it came true."""
    fields = {
        name: clean.field(value) if isinstance(value, str) else value
        for name, value in spoken(part.fields, language).items()
    }
    return {"at": part.at, "rule": part.rule, **fields}


def folders(alerts_dir: Path | None) -> tuple[Path, ...]:
    """Templates of an operator's folder before those that came with Sylvan."""
    own = (alerts_dir / FOLDER,) if alerts_dir else ()
    return (*own, shipped_alerts() / FOLDER)
