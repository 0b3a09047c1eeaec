"""The bulletin in words: plain text for messengers, a page for printing."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

from sylvan.web.catalogue import merged

ROMAN: Final = ("–", "I", "II", "III", "IV", "V")
PAGE: Final = """\
<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:15px/1.45 sans-serif;max-width:860px;margin:24px auto;padding:0 16px;color:#111;
background:#fff}}table{{width:100%;border-collapse:collapse}}th,td{{padding:4px 8px;text-align:left;
border-bottom:1px solid #ccc;vertical-align:top}}td:nth-child(2){{white-space:nowrap}}
.note{{color:#555}}@media print{{body{{margin:0}}}}</style></head><body>
<h1>{title}</h1>
{summary}
<table><thead><tr>{head}</tr></thead><tbody>
{rows}
</tbody></table>
{notes}
</body></html>
"""


class Words:
    """Texts of one language with their blanks filled."""

    def __init__(self, language: str) -> None:
        self._texts = merged(language)
        self.language = language

    def say(self, code: str, params: Mapping[str, Any] | None = None) -> str:
        """A text that does not count."""
        return str(self._texts[code]).format(**(params or {}))

    def name(self, names: Mapping[str, str]) -> str:
        """A name in this language, or in the other."""
        return names.get(self.language) or next(iter(names.values()), "")

    def number(self, value: float) -> str:
        """A whole number, its thousands apart."""
        return f"{round(value):,}".replace(",", "\u00a0")


def text(told: Mapping[str, Any], language: str) -> str:
    """The bulletin as plain text."""
    words = Words(language)
    lines = [_title(told, words), "", *_summary(told, words), ""]
    lines += ["; ".join(_cells(one, words)) for one in _shown(told)]
    lines += ["", *_notes(told, words)]
    return "\n".join(lines).rstrip() + "\n"


def page(told: Mapping[str, Any], language: str) -> str:
    """The bulletin as a page that needs nothing else."""
    words = Words(language)
    head = [words.say(f"bulletin.{name}") for name in ("place", "class", "fires", "regimes")]
    rows = ["<tr>" + _tags("td", _cells(one, words)) + "</tr>" for one in _shown(told)]
    return PAGE.format(
        lang=language,
        title=escape(_title(told, words)),
        summary=_tags("p", _summary(told, words)),
        head=_tags("th", head),
        rows="\n".join(rows),
        notes="".join(f'<p class="note">{escape(one)}</p>' for one in _notes(told, words)),
    )


def _shown(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Municipalities that have anything to tell."""
    return [one for one in told["municipalities"] if one["class"] or one["regimes"] or one["fires"]]


def _title(told: Mapping[str, Any], words: Words) -> str:
    return words.say("bulletin.title", {"date": f"{told['date']:%d.%m.%Y}"})


def _summary(told: Mapping[str, Any], words: Words) -> list[str]:
    fires = told["fires"]
    params = {name: words.number(value) for name, value in fires.items()}
    lines = [words.say("bulletin.summary", params), words.say("bulletin.today", params)]
    in_force = sum(bool(one["regimes"]) for one in told["municipalities"])
    return [*lines, words.say("bulletin.in_force", {"places": in_force})]


def _cells(one: Mapping[str, Any], words: Words) -> list[str]:
    fires = {"fires": one["fires"], "area_ha": words.number(one["area_ha"])}
    return [
        words.name(one["name"]),
        words.say("bulletin.class_of", {"class": ROMAN[one["class"] or 0]}),
        words.say("bulletin.fires_of", fires) if one["fires"] else words.say("bulletin.no_fires"),
        ", ".join(_regime(told, words) for told in one["regimes"]) or words.say("bulletin.none"),
    ]


def _regime(told: Mapping[str, Any], words: Words) -> str:
    params = {
        "kind": words.say(f"regime_kind.{told['kind']}"),
        "act": told["act"],
        "since": f"{told['since']:%d.%m.%Y}",
    }
    return words.say("bulletin.regime", params)


def _notes(told: Mapping[str, Any], words: Words) -> list[str]:
    said = [words.say(one["code"], one["params"]) for one in told["assumed"]]
    return [*said, words.say("bulletin.made_at", {"at": told["made_at"], "zone": told["zone"]})]


def _tags(tag: str, lines: Iterable[str]) -> str:
    return "".join(f"<{tag}>{escape(one)}</{tag}>" for one in lines)
