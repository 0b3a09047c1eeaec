"""Figures as a table to take away: one row for each figure and group, numbers as numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sylvan.domain.actors import Actor
from sylvan.domain.spreadsheets import Cells, safe
from sylvan.services.figures import Figures, Wanted
from sylvan.services.forces_lists import SheetOut, Writers

COLUMNS: Final = (
    *("figure", "name_ru", "name_en", "unit", "by", "code", "group_ru", "group_en", "rank"),
    *("since", "until", "counted", "missing", "contradictory", "waiting", "left_out"),
    *("median", "p90", "mean", "good", "share", "norm_s"),
)


@dataclass(frozen=True, slots=True)
class FigureTables:
    """Writes them."""

    figures: Figures
    writers: Writers

    def file(self, actor: Actor, wanted: Wanted, *, as_csv: bool) -> bytes:
        """CSV, or a workbook that also holds the definitions."""
        told = self.figures.overview(actor, wanted)
        rows = list(_rows(told))
        if as_csv:
            return self.writers.csv(SheetOut("figures", COLUMNS, [safe(one) for one in rows]))
        return self.writers.xlsx([SheetOut("figures", COLUMNS, rows), _definitions(told)])


def _rows(told: Mapping[str, Any]) -> Iterator[Cells]:
    days = {"since": str(told["since"]), "until": str(told["until"])}
    for one in told["figures"]:
        head = _head(one["definition"]) | days
        yield head | {"by": "all"} | _numbers(one["total"])
        for by in ("municipality", "zone", "source"):
            for group in one[by]:
                names = told["names"].get(group["code"], {}) if by == "municipality" else {}
                yield (
                    head
                    | {"by": by, "code": group["code"], "rank": group["rank"]}
                    | {"group_ru": names.get("ru"), "group_en": names.get("en")}
                    | _numbers(group["result"])
                )


def _head(definition: Mapping[str, Any]) -> Cells:
    empty: Cells = dict.fromkeys(COLUMNS)
    return empty | {
        "figure": definition["code"],
        "name_ru": definition["names"]["ru"],
        "name_en": definition["names"]["en"],
        "unit": definition["unit"],
        "norm_s": definition["norm_s"],
    }


def _numbers(result: Mapping[str, Any]) -> Cells:
    names = ("counted", "missing", "contradictory", "waiting", "median", "p90", "mean")
    told: Cells = {name: result[name] for name in (*names, "good", "share")}
    return told | {"left_out": sum(result["left_out"].values())}


def _definitions(told: Mapping[str, Any]) -> SheetOut:
    columns = ("figure", "name_ru", "text_ru", "name_en", "text_en", "norm_s", "norm_source")
    rows: list[Cells] = [
        {
            "figure": one["code"],
            "name_ru": one["names"]["ru"],
            "text_ru": one["text"]["ru"],
            "name_en": one["names"]["en"],
            "text_en": one["text"]["en"],
            "norm_s": one["norm_s"],
            "norm_source": (one["norm_source"] or {}).get("ru"),
        }
        for one in (figure["definition"] for figure in told["figures"])
    ]
    return SheetOut("definitions", columns, rows)
